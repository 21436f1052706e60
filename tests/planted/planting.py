"""How a bug is planted: a file, rules that fix it, and a writer that does something else than it should."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from fixer.finding import Environment, Finding, Fix, Level, Operation, Risk, Severity
from fixer.formats.dockerfile import lower as dockerfile_writer
from fixer.formats.format import Lowered
from fixer.formats.yaml import lowering as yaml_writer
from fixer.outcome import Choice, Outcome
from fixer.plan import Plan
from fixer.project import Disk, Project
from fixer.rule import Rule
from fixer.text import Edit

HIGH = Choice(risk=Risk.HIGH, level=Level.INFO)
WRITERS = {"yaml": yaml_writer, "dockerfile": dockerfile_writer}

Change = Callable[[str, Edit], Iterable[Edit]]
Patch = Callable[[Any], tuple[Operation, ...] | Operation | None]


def rule(name: str, kind: str, noun: str, patch: Patch) -> Rule:
    """A rule that reports each noun for which `patch` returns operations, with these as its fix."""

    def check(one: Any) -> Iterator[Finding]:
        found = patch(one)
        if found is not None:
            operations = found if isinstance(found, tuple) else (found,)
            place = one if hasattr(one, "raw") else one.at()
            yield place.finding(f"{name} is wanted", Fix(f"Make {name}", Risk.SAFE, operations))

    return Rule(
        name, kind, noun, Severity.LOW, dict.fromkeys(Environment, Level.DENY), (name,), check, "What is wrong."
    )


def compose(name: str, patch: Patch) -> Rule:
    return rule(name, "compose", "Service", patch)


def dockerfile(name: str, patch: Patch) -> Rule:
    return rule(name, "dockerfile", "Instruction", patch)


def sets(key: str, value: object, only: str = "") -> Rule:
    """A rule that wants `key` of the services (of the one called `only`) to be `value`."""

    def patch(service: Any) -> Operation | None:
        if (only and service.name != only) or service.get(key) == value:
            return None

        return service.at(key).put(value)

    return compose(f"{key}-of-{only or 'all'}", patch)


class Bed:
    """One file in a folder of its own, and the rules that are to fix it."""

    def __init__(self, folder: Path, name: str, text: str | bytes, *rules: Rule) -> None:
        self.folder = folder
        self.name = name
        self.rules = rules
        self.data = text.encode() if isinstance(text, str) else text
        (folder / name).write_bytes(self.data)

    def plan(self) -> Plan:
        return Plan(Project(Disk(str(self.folder)), [self.name]), self.rules, HIGH)

    def run(self) -> Outcome:
        return self.plan().outcome(self.name)

    def refused(self) -> set[str]:
        """Run the engine as `fixer fix` does: nothing may be written; return what the proof said."""
        plan = self.plan()
        outcome = plan.outcome(self.name)
        written = plan.write()
        after = (self.folder / self.name).read_bytes()
        assert after == self.data, f"written in spite of the bug:\n{after.decode()}"
        assert not written
        assert not outcome.crashes
        return {one.reason for one in outcome.failed}

    def caught(self, plant: Callable[[], object]) -> set[str]:
        """Show that the rules work, plant the bug, and return what the proof says to it."""
        good = self.run()
        assert good.applied, "without the bug the fix is made"
        assert not good.failed
        plant()
        return self.refused()


class Planter:
    """Plants bugs; the test's end pulls them out."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.patch = monkeypatch

    @staticmethod
    def writer(form: str) -> Any:
        """The module that makes edits of operations."""
        return WRITERS[form]

    def edits(self, form: str, change: Change) -> None:
        """The writer of a format hands out other edits than the right ones."""

        def sabotage(text: str, lowered: Lowered) -> Lowered:
            changed = [new for edit in lowered.edits for new in change(text, edit)]
            return msgspec.structs.replace(lowered, edits=tuple(changed))

        self.result(form, sabotage)

    def result(self, form: str, sabotage: Callable[[str, Lowered], Lowered]) -> None:
        """The writer of a format hands out another result than the right one."""
        right = WRITERS[form].lower
        self.patch.setattr(
            WRITERS[form], "lower", lambda file, patches: sabotage(file.source.text, right(file, patches))
        )

    def also(self, form: str, start: int, end: int, text: str) -> None:
        """The writer makes one more edit than it was asked for."""

        def sabotage(_: str, lowered: Lowered) -> Lowered:
            if not lowered.edits:
                return lowered

            more = Edit(start, end, text, lowered.edits[0].owner)
            edits = sorted((*lowered.edits, more), key=lambda edit: (edit.start, edit.end))
            return msgspec.structs.replace(lowered, edits=tuple(edits))

        self.result(form, sabotage)

    def replaces(self, form: str, whole: str, old: str, new: str) -> None:
        """The writer also puts `new` in the place of `old`, the only one in the text `whole`."""
        assert whole.count(old) == 1
        start = whole.index(old)
        self.also(form, start, start + len(old), new)
