"""The noun for one stage: what it starts from, and the values that hold at its end."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from fixer.cached import cached_property
from fixer.finding import Finding, Fix, Level
from fixer.formats import dockerfile as form
from fixer.kinds import dockerfile_content as content
from fixer.kinds import dockerfile_shell as shell
from fixer.kinds.dockerfile_instruction import Instruction, names_of, noun
from fixer.kinds.dockerfile_variables import Scope, Variable, expand
from fixer.knowledge.images import ImageFacts, family_of_tag, image_facts
from fixer.knowledge.quantities import whole

if TYPE_CHECKING:
    from fixer.kinds.dockerfile import Dockerfile

_BUILDS = frozenset({"RUN", "COPY", "ADD", "WORKDIR"})
_RUNS = frozenset({"CMD", "ENTRYPOINT", "HEALTHCHECK"})
_TOOL_STAGES = frozenset({"dev-envs", "dev-env", "devenv", "devcontainer", "dev-container"})
_TOOL_USERS = ("vscode", "gitpod", "codespace")
# -agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=*:5005
_DEBUGGER = re.compile(r"jdwp=[^\s\"']*address=(?:[^\s\"',:]*:)?([0-9]{1,5})")


T = TypeVar("T")


def normal(path: str) -> str:
    """Return a path without `.`, `..` and doubled slashes, those in front included."""
    return posixpath.normpath(re.sub("^//+", "/", path))


def per_stage(fact: Callable[[Stage], T]) -> Callable[[Stage], T]:
    """Let a function of a stage be computed once for each stage."""

    def remembered(stage: Stage) -> T:
        if fact not in stage.memory:
            stage.memory[fact] = fact(stage)

        found: T = stage.memory[fact]
        return found

    return remembered


class Command(msgspec.Struct, frozen=True):
    """What a container runs: ENTRYPOINT and CMD together.

    `argv` has the shell in front where the shell form is used. `sources` are the instructions it comes from.
    """

    argv: tuple[str, ...]
    sources: tuple[Instruction, ...]


class Stage:
    """One stage of a Dockerfile. Values are those at its end, with what its base stages set."""

    def __init__(self, file: Dockerfile, number: int, raw: tuple[form.Instruction, ...]) -> None:
        self.file = file
        self.number = number
        self.memory: dict[Callable[[Stage], Any], Any] = {}
        self.instructions = tuple([noun(file, self, one) for one in raw])
        self.first = self.instructions[0]
        self.by_keyword: dict[str, list[Instruction]] = {}
        for one in self.instructions:
            self.by_keyword.setdefault(one.keyword, []).append(one)

        words = [word.text for word in raw[0].words]
        self.base_text = words[0] if words else ""
        self.name = words[2] if len(words) == 3 and words[1].upper() == "AS" else ""

    @property
    def label(self) -> str:
        """The symbolic place."""
        return f"stage {self.number + 1} ({self.name})" if self.name else f"stage {self.number + 1}"

    def finding(
        self,
        message: str,
        fix: Fix | None = None,
        *,
        unfixable: str | None = None,
        cap: Level = Level.DENY,
        about: str = "",
    ) -> Finding:
        """Return a finding about what the stage lacks (the instruction `about`); it stands at its FROM."""
        finding = self.first.finding(message, fix, unfixable=unfixable, cap=cap)
        return msgspec.structs.replace(finding, place=f"{self.label} {about}".strip())

    @property
    def subject(self) -> Mapping[str, str]:
        """What a configuration may call it by."""
        return {"image": self.base_text}

    @cached_property
    def names(self) -> Mapping[int, str]:
        """The names of the instructions of the stage, by their index."""
        return names_of(self.instructions)

    def of(self, *keywords: str) -> Iterator[Instruction]:
        """Yield the instructions of the stage itself with one of the keywords."""
        if len(keywords) == 1:
            return iter(self.by_keyword.get(keywords[0], ()))

        return (one for one in self.instructions if one.keyword in keywords)

    def all_of(self, *keywords: str) -> Iterator[Instruction]:
        """Yield the instructions of the whole chain with one of the keywords, base stages first."""
        return self.of(*keywords) if self.parent is None else chain(*(stage.of(*keywords) for stage in self.chain))

    def last(self, keyword: str) -> Instruction | None:
        """Return the last instruction of the chain with that keyword; None when there is none."""
        for stage in reversed(self.chain):
            if found := stage.by_keyword.get(keyword):
                return found[-1]

        return None

    # ---- base

    @cached_property
    def base(self) -> str | None:
        """What FROM names, variables put in; None when one has no known value."""
        return expand(self.base_text, self.file.arguments)

    @cached_property
    def parent(self) -> Stage | None:
        """The earlier stage that this one starts from."""
        name = (self.base or "").lower()
        earlier = self.file.stages[: self.number]
        return next((stage for stage in reversed(earlier) if stage.name and stage.name.lower() == name), None)

    @cached_property
    def chain(self) -> tuple[Stage, ...]:
        """The stages that make up this one, from the external image on."""
        return (*self.parent.chain, self) if self.parent else (self,)

    @cached_property
    def children(self) -> tuple[Stage, ...]:
        """The stages that start from this one, directly or not."""
        later = self.file.stages[self.number + 1 :]
        return tuple(stage for stage in later if self in stage.chain)

    @cached_property
    def image(self) -> str | None:
        """The external image at the root of the chain; None when it is not known."""
        return self.chain[0].base

    @cached_property
    def facts(self) -> ImageFacts:
        """Facts about the external image at the root of the chain."""
        if self.parent:
            return self.parent.facts

        if self.image is None:
            return image_facts(self.base_text)

        return image_facts("scratch") if self.image.lower() == "scratch" else self.file.facts.image(self.image)

    @property
    def windows(self) -> bool:
        """Whether the base runs Windows."""
        return self.first.raw.windows or self.facts.windows

    @cached_property
    def tool(self) -> bool:
        """Whether the image is one to develop in, or one for build machines."""
        if self.file.tool or self.name.lower() in _TOOL_STAGES or "devcontainers" in (self.image or ""):
            return True

        if not any(name in self.file.parsed.source.text for name in _TOOL_USERS):
            return False

        text = "".join(one.content for one in self.all_of("RUN"))
        return any(f" {name}" in text for name in _TOOL_USERS) and ("useradd" in text or "adduser" in text)

    @property
    def windows_user(self) -> bool:
        """Whether it is Nano Server, which does not start as an administrator."""
        return self.windows and "nanoserver" in (self.image or "") and self.last("USER") is None

    @cached_property
    def family(self) -> str | None:
        """Family of distributions: of the image, else as its tag or the package manager in use tells."""
        if self.facts.family:
            return self.facts.family

        tag = family_of_tag((self.image or self.chain[0].base_text).rpartition("/")[2].partition("@")[0])
        if tag:
            return tag

        runs = (one for one in self.all_of("RUN") if any(word in one.content for word in content.MANAGER_WORDS))
        commands = (command for one in runs for command in one.commands)
        return next((shell.family_of(one) for one in commands if shell.is_manager(one)), None)

    @cached_property
    def shipped(self) -> bool:
        """Whether images are made of the stage: the last one does, and those that something builds by name."""
        return self is self.file.final or self.file.is_target(self)

    @cached_property
    def triggers(self) -> bool:
        """Whether the chain has ONBUILD instructions."""
        return any(True for _ in self.all_of("ONBUILD"))

    # ---- variables

    @cached_property
    def scope(self) -> Scope:
        """The variables at the end of the stage."""
        return self.scope_at(self.instructions[-1].index + 1)

    def scope_at(self, index: int) -> Scope:
        """Return the variables that are set in front of instruction number `index`."""
        found: dict[str, Variable] = dict(self.parent.scope) if self.parent else {}
        for one in self.instructions:
            if one.index >= index:
                break

            if one.keyword == "ENV":
                values = [(key, expand(value, found, one.raw.escape)) for key, value in one.raw.pairs]
                found |= {key: Variable(value, one.index, argument=False) for key, value in values}
            elif one.keyword == "ARG":
                self._argue(found, one)

        return found

    def _argue(self, found: dict[str, Variable], one: Instruction) -> None:
        for pair in one.raw.key_values:
            if pair.key in found and not found[pair.key].argument:
                continue

            outer = self.file.arguments.get(pair.key)
            value = expand(pair.value, found, one.raw.escape) if pair.separator else outer.value if outer else None
            found[pair.key] = Variable(value, one.index, argument=True)

    @cached_property
    def env(self) -> Mapping[str, str]:
        """The environment as far as its values are known."""
        scope = self.scope.items() if any(True for _ in self.all_of("ENV")) else ()
        return {name: one.value for name, one in scope if not one.argument and one.value is not None}

    # ---- what it runs

    @cached_property
    def entrypoint(self) -> Instruction | None:
        """The ENTRYPOINT in effect; None when it is that of the image."""
        return self.last("ENTRYPOINT")

    @cached_property
    def cmd(self) -> Instruction | None:
        """The CMD in effect; an ENTRYPOINT takes back the CMD of the base."""
        for stage in reversed(self.chain):
            found = stage.by_keyword.get("CMD")
            if found or "ENTRYPOINT" in stage.by_keyword:
                return found[-1] if found else None

        return None

    @cached_property
    def command(self) -> Command | None:
        """What a container runs; None when that is up to the image."""
        sources = [one for one in (self.entrypoint, self.cmd) if one and one.text]
        if not sources:
            return None

        if self.entrypoint and self.entrypoint.raw.argv is None:
            sources = [self.entrypoint]

        return Command(tuple(word for one in sources for word in self.argv_of(one)), tuple(sources))

    def argv_of(self, one: Instruction) -> tuple[str, ...]:
        """Return the words that CMD or ENTRYPOINT stands for, the shell in front of the shell form."""
        if one.raw.argv is not None:
            return one.raw.argv

        return (*(one.raw.shell or ("/bin/sh", "-c")), one.text)

    @cached_property
    def health(self) -> Instruction | None:
        """The HEALTHCHECK in effect, which may be NONE."""
        return self.last("HEALTHCHECK")

    @cached_property
    def exposed(self) -> tuple[tuple[int, str], ...]:
        """Ports with their protocols that EXPOSE names in the chain, ranges and unknown variables left out."""
        found: dict[tuple[int, str], None] = {}
        for one in self.all_of("EXPOSE"):
            for word in (one.expand(one.text) or "").split():
                port, _, protocol = word.partition("/")
                if (number := whole(port)) is not None:
                    found[number, protocol.lower() or "tcp"] = None

        return tuple(port for port in found if port[0] not in self._debug_ports)

    @cached_property
    def _debug_ports(self) -> frozenset[int]:
        """Ports of the debugger of Java, which no service is behind."""
        text = self.file.parsed.source.text
        return frozenset(int(port) for port in _DEBUGGER.findall(text)) if "jdwp" in text else frozenset()

    # ---- what is in it

    @cached_property
    def workdir(self) -> str | None:
        """The working directory; None when it is not known (that of the image counts as `/`)."""
        return self.workdir_at(self.instructions[-1].index + 1)

    def workdir_at(self, index: int) -> str | None:
        """Return the working directory in front of instruction number `index`."""
        found = "/"
        for one in self.all_of("WORKDIR"):
            path = one.expand(one.text) if one.index < index else "."
            if path is None:
                return None

            found = normal(posixpath.join(found, path))

        return found

    @cached_property
    def volumes(self) -> tuple[str, ...]:
        """Paths that VOLUME names in the chain, as far as they are known."""
        found: dict[str, None] = {}
        for one in self.all_of("VOLUME"):
            words = one.raw.argv if one.raw.argv is not None else one.text.split()
            found |= dict.fromkeys(normal(path) for word in words if (path := one.expand(word)))

        return tuple(found)

    @cached_property
    def packages(self) -> frozenset[str]:
        """Packages that the chain installs, as far as they are named."""
        return content.packages(self)

    @cached_property
    def installed(self) -> frozenset[str]:
        """Programs that the chain brings on top of the image, as far as they are known."""
        return content.installed(self)

    def has(self, program: str) -> bool | None:
        """Whether `program` (a base name) is in the stage; None when that is not known."""
        return content.has(self, program)

    # ---- places

    @cached_property
    def last_build(self) -> Instruction:
        """The last instruction of the stage that builds something, else its FROM."""
        steps = [one for one in self.instructions if one.keyword in _BUILDS]
        return steps[-1] if steps else self.first

    def at_end(self, *lines: form.Line) -> tuple[form.Insert, ...]:
        """Insert lines for the run time: before HEALTHCHECK, ENTRYPOINT and CMD when only such things follow."""
        behind = [one for one in self.instructions if one.index > self.last_build.index]
        anchor = next((one for one in behind if one.keyword in _RUNS), None)
        if anchor:
            return tuple(anchor.before(line) for line in lines)

        return tuple(self.instructions[-1].after(line) for line in lines)
