"""The noun for one instruction: what it says, and the operations and findings about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from fixer.cached import cached_property
from fixer.finding import Finding, Fix, Level
from fixer.formats import dockerfile as form
from fixer.formats.shell import Command, Script
from fixer.kinds.dockerfile_variables import Scope, expand

if TYPE_CHECKING:
    from fixer.kinds.dockerfile import Dockerfile
    from fixer.kinds.dockerfile_stage import Stage

# ADD and COPY are counted together, so that a place stays what it is when the one becomes the other.
_COUNTED_AS = {"ADD": "COPY"}
# Instructions that are numbered within their stage; of the others the last one counts.
_NUMBERED = frozenset({"RUN", "COPY", "ARG", "ENV", "MAINTAINER"})


def names_of(siblings: Iterable[Instruction]) -> dict[int, str]:
    """Return the keyword of each instruction, with its number where there are several, by the instruction's index."""
    keywords = {one.index: _COUNTED_AS.get(one.keyword, one.keyword) for one in siblings}
    totals, seen = Counter(keywords.values()), Counter[str]()
    names = {}
    for index, keyword in keywords.items():
        seen[keyword] += 1
        numbered = keyword in _NUMBERED or seen[keyword] < totals[keyword]
        names[index] = f"{keyword} {seen[keyword]}" if numbered else keyword

    return names


class Instruction:
    """One instruction of a stage, or an ARG in front of all stages (`stage` is None then).

    Those with nouns of their own are told apart by class, so that a rule gets only what it is about.
    """

    def __init__(self, file: Dockerfile, stage: Stage | None, raw: form.Instruction) -> None:
        self.file = file
        self.stage = stage
        self.raw = raw
        self.index = raw.index
        self.keyword = raw.keyword
        self.text = raw.text

    @property
    def subject(self) -> Mapping[str, str]:
        """What a configuration may call it by."""
        return self.stage.subject if self.stage else {}

    @property
    def script(self) -> Script | None:
        """The shell commands; None where they cannot be read."""
        return self.raw.script

    @property
    def commands(self) -> tuple[Command, ...]:
        """The commands of the script; none where they cannot be read."""
        script = self.raw.script
        return script.commands if script else ()

    @cached_property
    def content(self) -> str:
        """The arguments with the bodies of heredocs."""
        return "\n".join((self.text, *(heredoc.body for heredoc in self.raw.heredocs)))

    @property
    def plain_text(self) -> str:
        """The arguments without the quotes around all of them."""
        text = self.text
        whole = len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" and text[0] not in text[1:-1]
        return text[1:-1].strip() if whole else text

    @cached_property
    def scope(self) -> Scope:
        """The variables that are set in front of the instruction."""
        return self.stage.scope_at(self.index) if self.stage else self.file.arguments

    def expand(self, text: str) -> str | None:
        """Return `text` with its variables put in; None when a value is not known."""
        return expand(text, self.scope, self.raw.escape) if "$" in text or "'" in text or '"' in text else text

    # ---- where it is

    @property
    def name(self) -> str:
        """The keyword with its number, where there are several."""
        return (self.stage or self.file).names[self.index]

    @property
    def place(self) -> str:
        """The symbolic place."""
        return f"{self.stage.label if self.stage else 'global'} {self.name}"

    def finding(
        self,
        message: str,
        fix: Fix | None = None,
        *,
        unfixable: str | None = None,
        cap: Level = Level.DENY,
        detail: str = "",
    ) -> Finding:
        """Return a finding about this instruction; `detail` tells several at one instruction apart."""
        raw = self.raw
        return Finding(
            path=self.file.path,
            place=f"{self.place} {detail}" if detail else self.place,
            start=raw.place(0),
            end=raw.content_end,
            message=message,
            fix=fix,
            unfixable=None if fix else unfixable,
            environment=self.file.environment,
            cap=cap,
        )

    # ---- operations

    def before(self, line: form.Line) -> form.Insert:
        """Insert an instruction before this one."""
        return form.Insert(self.file.path, self.index, "before", line)

    def after(self, line: form.Line) -> form.Insert:
        """Insert an instruction behind this one."""
        return form.Insert(self.file.path, self.index, "after", line)

    def replace(self, line: form.Line) -> form.Replace:
        """Put another instruction in the place of this one."""
        return form.Replace(self.file.path, self.index, line)

    def remove(self) -> form.Remove:
        """Remove the instruction."""
        return form.Remove(self.file.path, self.index)

    def set_keyword(self, keyword: str) -> form.SetKeyword:
        """Change the keyword."""
        return form.SetKeyword(self.file.path, self.index, keyword)

    def set_flag(self, name: str, value: str) -> form.SetFlag:
        """Set a flag."""
        return form.SetFlag(self.file.path, self.index, name, value)

    def set_word(self, number: int, text: str) -> form.SetWord:
        """Replace a word of the arguments."""
        return form.SetWord(self.file.path, self.index, number, text)

    def set_text(self, text: str) -> form.SetWord | form.Replace:
        """Replace all arguments by one word."""
        return self.set_word(0, text) if len(self.raw.words) == 1 else self.replace(form.Line(self.keyword, text))

    def set_value(self, key: str, value: str) -> form.SetValue:
        """Replace the value of a key."""
        return form.SetValue(self.file.path, self.index, key, value)

    def put_word(self, command: Command, after: int, text: str) -> form.PutShellWord:
        """Insert a word into a command, behind its word number `after`."""
        return form.PutShellWord(self.file.path, self.index, command.index, after, text)

    def append(self, *words: str) -> form.AppendCommand:
        """Append a command to the RUN."""
        return form.AppendCommand(self.file.path, self.index, words)

    def exec_form(self, argv: Iterable[str]) -> form.ExecForm:
        """Write the command in exec form."""
        return form.ExecForm(self.file.path, self.index, tuple(argv))


class Run(Instruction):
    """A RUN."""


class Copy(Instruction):
    """A COPY or ADD."""

    @property
    def words(self) -> tuple[str, ...]:
        """The sources and, last, the destination."""
        return self.raw.argv or tuple([word.text for word in self.raw.words])


class Setting(Instruction):
    """An ENV or ARG."""


class Start(Instruction):
    """A CMD or ENTRYPOINT."""


class Account(Instruction):
    """A USER."""


class Maintainer(Instruction):
    """A MAINTAINER."""


_NOUNS: dict[str, type[Instruction]] = {
    "RUN": Run,
    "COPY": Copy,
    "ADD": Copy,
    "ENV": Setting,
    "ARG": Setting,
    "CMD": Start,
    "ENTRYPOINT": Start,
    "USER": Account,
    "MAINTAINER": Maintainer,
}


def noun(file: Dockerfile, stage: Stage | None, raw: form.Instruction) -> Instruction:
    """Return the noun for an instruction."""
    return _NOUNS.get(raw.keyword, Instruction)(file, stage, raw)
