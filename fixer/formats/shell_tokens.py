"""A shell text as tokens, without a grammar: the second opinion on what an edit of a command changed."""

from __future__ import annotations

import re

# In order: a comment, an operator, white space, a line end, a piece of a word (quotes may not end: then to the end).
_TOKEN = re.compile(
    r"""
    (?P<joined>\\\r?\n)
  | (?P<blank>[ \t\r]+)
  | (?P<operator>\n|&&|\|\||;;&?|;&|<<<|<<-?|>>|[<>]&|<>|>\||&>>?|[;&|()<>])
  | (?P<piece>'[^']*'?|"(?:\\.|[^"\\])*"?|\\.|[^\s'"\\;&|()<>]+|\S|\s)
    """,
    re.VERBOSE | re.DOTALL,
)
_BLANKS = re.compile(r"(?:\s|\\\n)+")
_AROUND = re.compile(r" ?([()`;|&]) ?")


def tokens(text: str) -> tuple[str, ...]:
    """Return words with their quotes, operators, line ends and comments of `text`, white space left out."""
    found: list[str] = []
    word: list[str] = []
    position = 0
    while position < len(text):
        if text[position] == "#" and not word:
            end = text.find("\n", position)
            end = len(text) if end < 0 else end
            found.append(text[position:end].rstrip())
            position = end
            continue

        match = _TOKEN.match(text, position)
        assert match is not None
        position = match.end()
        if match.lastgroup == "piece":
            word.append(match[0])
        elif match.lastgroup != "joined":
            if word:
                found.append(_word(word))
                word.clear()

            if match.lastgroup == "operator":
                found.append(match[0])

    return (*found, _word(word)) if word else tuple(found)


def _word(pieces: list[str]) -> str:
    """Join the pieces of a word; blanks between the words of a command inside of quotes mean nothing."""
    word = "".join(pieces)
    if word[:1] == "'" or ("$(" not in word and "`" not in word):
        return word

    return _AROUND.sub(r"\1", _BLANKS.sub(" ", word))
