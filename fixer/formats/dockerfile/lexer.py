"""Words of a Dockerfile line as BuildKit cuts them: flags, key-value words, heredoc names, quotes."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

# What Go calls white space; `str.strip` without an argument would take four control characters more.
WHITE = " \t\n\v\f\r\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
MAX_DEPTH = 50
_SPACES = frozenset(WHITE)
_SPECIAL_PARAMETERS = frozenset("@*#?-$!0")
_UNQUOTED = re.compile(r"""[$'"\\`<]""")
_HEREDOC = re.compile(r"(\d*)<<(-?)\s*([^<]*)", re.ASCII)


class LexError(Exception):
    """A quote or an expansion that does not end."""


class DepthError(LexError):
    """Expansions inside of expansions, more than anybody writes."""


class Piece(msgspec.Struct, frozen=True):
    """A word of a logical line: its text as the parser hands it on, and where it stands in the line."""

    text: str
    start: int
    end: int


class HeredocName(msgspec.Struct, frozen=True):
    """What `<<-"NAME"` announces."""

    name: str
    chomp: bool
    expand: bool


def flags(line: str, position: int) -> tuple[list[Piece], int]:
    r"""Return the flags (`--name=value`, quotes removed) from `position` on, and where the arguments begin.

    The escape is always a backslash here, whatever the escape directive says.
    """
    found: list[Piece] = []
    while True:
        position = skip_white(line, position)
        if not line.startswith("--", position):
            return found, position

        text, end = _flag(line, position)
        if text == "--":
            return found, skip_white(line, end)

        found.append(Piece(text, position, end))
        position = end


def skip_white(line: str, position: int) -> int:
    """Return the first place from `position` on that is not white space."""
    while position < len(line) and line[position] in _SPACES:
        position += 1

    return position


def _flag(line: str, position: int) -> tuple[str, int]:
    text, quote = [], ""
    while position < len(line):
        character = line[position]
        if character == "\\" and position + 1 < len(line):
            position += 1
            text.append(line[position])
        elif quote:
            if character == quote:
                quote = ""
            else:
                text.append(character)
        elif character in _SPACES:
            break
        elif character in "'\"":
            quote = character
        elif character != "\\":
            text.append(character)

        position += 1

    return "".join(text), position


def key_value_words(line: str, position: int, escape: str) -> list[Piece]:
    """Return the words of ARG, ENV or LABEL from `position` on; quotes are kept."""
    found: list[Piece] = []
    length = len(line)
    while True:
        position = skip_white(line, position)
        if position == length:
            return found

        start = position
        position = _word_end(line, position, escape)
        text = line[start:position]
        if position == length and _ends_escaped(text, escape):
            text = text[:-1]

        found.append(Piece(text, start, position))


def _word_end(line: str, position: int, escape: str) -> int:
    quote = ""
    while position < len(line):
        character = line[position]
        if character == escape and quote != "'":
            position += 1
        elif quote:
            quote = "" if character == quote else quote
        elif character in _SPACES:
            return position
        elif character in "'\"":
            quote = character

        position += 1

    return len(line)


def _ends_escaped(text: str, escape: str) -> bool:
    return (len(text) - len(text.rstrip(escape))) % 2 == 1


def unquote(text: str, escape: str) -> str:
    """Return `text` without quotes and escapes, variables left as they are; as it is when its quotes do not end."""
    if not _UNQUOTED.search(text):
        return text

    try:
        return _Lexer(text, escape, raw=False).read()[0]
    except LexError:
        return text


def heredoc_names(line: str) -> list[HeredocName]:
    """Return the heredocs that a RUN, COPY or ADD line announces; none when its quotes do not end.

    Raises LexError for a heredoc name that cannot be read.
    """
    try:
        words = _Lexer(line, "\\", raw=True).read()[1]
    except DepthError:
        raise
    except LexError:
        return []

    return [name for name in map(heredoc_name, words) if name]


def heredoc_name(word: str) -> HeredocName | None:
    """Return the heredoc that one word announces."""
    match = _HEREDOC.fullmatch(word)
    if not match or not match[3]:
        return None

    words = _Lexer(match[3], "\\", raw=False).read()[1]
    if len(words) != 1:
        return None

    raw = _Lexer(match[3], "\\", raw=True).read()[1]
    return HeredocName(words[0], chomp=match[2] == "-", expand=words == raw)


class _Words:
    """Collects words; white space ends a word only where it stands unquoted."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self._word: list[str] = []

    def add(self, text: str) -> None:
        for character in text:
            if character in _SPACES:
                self.end()
            else:
                self._word.append(character)

    def add_raw(self, text: str) -> None:
        self._word.append(text)

    def end(self) -> None:
        word = "".join(self._word)
        self._word.clear()
        if word:
            self.words.append(word)


class _Lexer:
    """One pass over a text. `raw` keeps quotes and escapes."""

    def __init__(self, text: str, escape: str, *, raw: bool) -> None:
        self._text = text
        self._escape = escape
        self._raw = raw
        self._raw_escapes = raw
        self._position = 0
        self._depth = 0

    def read(self) -> tuple[str, list[str]]:
        """Return the text processed, and its words. Raises LexError."""
        return self._until("")

    def _until(self, stop: str, *, raw_escapes: bool | None = None) -> tuple[str, list[str]]:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise DepthError(f"expansions are nested more than {MAX_DEPTH} deep")

        before = self._raw_escapes
        if raw_escapes is not None:
            self._raw_escapes = raw_escapes

        result: list[str] = []
        words = _Words()
        special: dict[str, Callable[[], str]] = {
            "'": self._single,
            '"': self._double,
            "$": self._dollar,
            "<": self._less,
        }
        while self._position < len(self._text):
            character = self._text[self._position]
            if character == stop:
                self._position += 1
                self._raw_escapes = before
                self._depth -= 1
                words.end()
                return "".join(result), words.words

            if character in special:
                piece = special[character]()
                (words.add if character == "$" else words.add_raw)(piece)
            else:
                piece = self._plain(words)

            result.append(piece)

        if stop:
            raise LexError(f"there is no {stop}")

        words.end()
        return "".join(result), words.words

    def _plain(self, words: _Words) -> str:
        character = self._next()
        if character != self._escape:
            words.add(character)
            return character

        kept = character if self._raw_escapes else ""
        piece = kept + self._next()
        words.add_raw(piece)
        return piece

    def _next(self) -> str:
        character = self._peek()
        self._position += 1
        return character

    def _peek(self) -> str:
        return self._text[self._position] if self._position < len(self._text) else ""

    def _less(self) -> str:
        start = self._position
        self._position += 1
        if self._peek() == "<":
            self._position += 1
            while self._peek() and self._peek() in " \t\r\n":
                self._position += 1

        return self._text[start : self._position]

    def _single(self) -> str:
        end = self._text.find("'", self._position + 1)
        if end < 0:
            raise LexError("a single quote does not end")

        inner = self._text[self._position + 1 : end]
        self._position = end + 1
        return f"'{inner}'" if self._raw else inner

    def _double(self) -> str:
        self._position += 1
        parts: list[str] = []
        while (character := self._peek()) != '"':
            if not character:
                raise LexError("a double quote does not end")

            if character == "$":
                parts.append(self._dollar())
            elif character == self._escape:
                parts.append(self._escaped_in_quotes())
            else:
                parts.append(self._next())

        self._position += 1
        inner = "".join(parts)
        return f'"{inner}"' if self._raw else inner

    def _escaped_in_quotes(self) -> str:
        self._position += 1
        kept = self._escape if self._raw_escapes else ""
        following = self._peek()
        if not following:
            return kept

        return kept + (self._next() if following in {'"', "$", self._escape} else self._escape)

    def _dollar(self) -> str:
        self._position += 1
        if self._peek() != "{":
            return "$" + self._name()

        self._position += 1
        if self._peek() in {"", "{", "}", ":"}:
            raise LexError("a bad substitution")

        return "${" + self._name() + self._modifier()

    def _name(self) -> str:
        start = self._position
        first = self._peek()
        if first.isdigit():
            while self._peek().isdigit():
                self._position += 1
        elif first and first in _SPECIAL_PARAMETERS:
            self._position += 1
        else:
            while self._peek().isalnum() or self._peek() == "_":
                self._position += 1

        return self._text[start : self._position]

    def _modifier(self) -> str:
        character = self._next()
        if character == "}":
            return "}"

        if character == "/":
            return self._replacement()

        # Behind a colon all but patterns goes as long as the variable is not set, and here none is.
        colon = ":" if character == ":" else ""
        character = self._next() if colon else character
        known = character not in "#%" if colon else character in "+-?#%"
        if not character or not known:
            raise LexError("an unknown modifier")

        word, _ = self._until("}", raw_escapes=character in "#%")
        return f"{colon}{character}{word}}}"

    def _replacement(self) -> str:
        every = "/" if self._peek() == "/" else ""
        self._position += len(every)
        pattern, _ = self._until("/", raw_escapes=True)
        replacement, _ = self._until("}", raw_escapes=True)
        return f"/{every}{pattern}/{replacement}}}"
