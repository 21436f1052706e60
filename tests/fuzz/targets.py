"""What every input must survive: the three parsers, and `fixer fix` as a whole."""

from __future__ import annotations

import os
import re
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from formats.dockerfile.random_operations import random_operations as dockerfile_operations
from formats.yaml.judge import documents
from formats.yaml.operations import random_patches as yaml_patches
from fuzz.inputs import Files
from fuzz.traps import TRAPS
from ruamel.yaml import YAMLError

from fixer.errors import UserError
from fixer.files import discover
from fixer.finding import Level, Operation, Risk
from fixer.formats import dockerfile, shell, yaml
from fixer.formats.format import FormatError, Parsed
from fixer.kinds import KINDS
from fixer.outcome import Choice, Outcome
from fixer.plan import Plan
from fixer.policy.policy import Policy
from fixer.project import Disk, Project
from fixer.project.tags import book_of
from fixer.proof import check_bytes, check_effects, check_meaning, check_newlines
from fixer.registry.book import Book
from fixer.rule import discover as discover_rules
from fixer.text import Source, TextError, read

HIGH = Choice(risk=Risk.HIGH, level=Level.INFO)
PROFILES = [yaml.Habits(profile, lambda _: (), indented_lists=True) for profile in yaml.Profile]
RULES = discover_rules("transforms", KINDS)
READABLE = 20_000  # characters: that reader takes a second for 50,000 of them
_VARYING = re.compile(r"""\d+|'.*|".*""")


class Found(Exception):
    """Something that must not be; the text tells one bug from another."""


def verdict(target: str, files: Files, broken: str) -> str | None:
    """Return what a target has against an input, without what differs from input to input; None for nothing."""
    try:
        TARGETS[target](files, broken)
    except Found as found:
        return f"{target}: {found}"
    except Exception as error:  # noqa: BLE001 - every one of them is what is looked for
        return f"{target}: {type(error).__name__} in {_place(error)}"

    return None


def _place(error: Exception) -> str:
    """The last place of our own code, and the last of all."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if f"{os.sep}fixer{os.sep}" in frame.filename or "transforms" in frame.filename]
    places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in (*own[-1:], frames[-1])]
    return " < ".join(dict.fromkeys(places))


# ---- parsers


def parse_yaml(files: Files, broken: str) -> None:
    source = _text(files[broken])
    for habits in PROFILES if source else ():
        try:
            file = yaml.parse(source, broken, habits)
        except FormatError:
            return

        for document in file.documents:
            _ = (document.data, document.meaning, document.duplicates())

        patches = yaml_patches(Random(len(source.text)), file, 3)
        _edit(file, lambda after, habits=habits: yaml.parse(after, broken, habits), patches)


def parse_dockerfile(files: Files, broken: str) -> None:
    source = _text(files[broken], lenient=True)
    if source is None:
        return

    try:
        file = dockerfile.parse(source, "Dockerfile")
    except FormatError:
        return

    for one in file.instructions:
        _ = (one.words, one.pairs, one.key_values, one.argv, one.flags, one.heredocs, one.comments, one.script)

    _ = (file.comments, file.style, file.templated)
    if file.instructions:
        operations = dockerfile_operations(file, Random(len(source.text)), 4)
        patches = {number: [operation] for number, operation in enumerate(operations)}
        _edit(file, lambda after: dockerfile.parse(after, "Dockerfile"), patches)


def parse_shell(files: Files, broken: str) -> None:
    source = _text(files[broken], lenient=True)
    if source is None:
        return

    for start in (0, len(source.text) // 3):
        script = shell.read(source.text[start:], source.text, start, joined=bool(start))
        if isinstance(script, str):
            continue

        for command in script.commands:
            for word in command.words:
                if source.text[word.start : word.end] != word.text:
                    raise Found("a shell word is not where it is said to be")

            shell.why_not_simple(source.text[command.start : command.end])


def _text(data: bytes, *, lenient: bool = False) -> Source | None:
    try:
        source = read(data, lenient=lenient)
    except TextError:
        return None

    if source.encoded() != data:
        raise Found("the bytes do not come back")

    return source


def _edit(file: Parsed, again: object, patches: dict[int, Sequence[Operation]]) -> None:
    """Random operations on whatever was read: refused in a sentence, or made and proven."""
    assert callable(again)
    lowered = file.lower(patches)
    if not all(reason.strip() for reason in lowered.refused.values()):
        raise Found("refused without a reason")

    after = file.source.edited(lowered.edits)
    planned = [one for owner in sorted(lowered.done) for one in patches[owner]]
    problem = check_bytes(file.source, after, lowered.edits) or check_newlines(file.source.text, after.text)
    problem = problem or check_effects(file, planned, lowered.effects)
    if problem is None:
        try:
            problem = check_meaning(file, again(after), lowered)
        except FormatError as error:
            problem = f"the result cannot be read: {error.reason}"

    if problem:
        raise Found(f"an edit is not as planned: {_VARYING.sub('N', problem)[:80]}")


# ---- the whole


def fix_all(files: Files, broken: str) -> None:
    with _laid_out(files) as folder:
        plan = _plan(folder)
        for problem in problems(plan.outcomes):
            raise Found(problem)

        for outcome in plan.changed:
            _ = (plan.diff(outcome.path), plan.hunks(outcome.path))

        unwritten = [one.problem for one in plan.write() if one.problem]
        if unwritten:
            raise Found(f"not written: {unwritten[0]}")

        _look_again(folder, plan, broken)


def looked(files: Files) -> Sequence[Outcome]:
    """Return what becomes of the files."""
    with _laid_out(files) as folder:
        return _plan(folder).outcomes


@contextmanager
def _laid_out(files: Files) -> Iterator[Path]:
    with TemporaryDirectory(prefix="fixer-fuzz-") as name:
        folder = Path(name)
        for path, data in files.items():
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)

        yield folder


def _look_again(folder: Path, plan: Plan, broken: str) -> None:
    for outcome in plan.changed:
        if outcome.after is None or (folder / outcome.path).read_bytes() != outcome.after.encoded():
            raise Found("what was written is not what was planned")

        if outcome.before and _readable(outcome.kind, outcome.before) and not _readable(outcome.kind, outcome.after):
            raise Found("another reader could read the file before and cannot now")

    if not plan.changed:
        return

    again = _plan(folder)
    for problem in problems(again.outcomes):
        raise Found(f"second run: {problem}")

    if again.changed:
        rules = sorted({finding.rule for outcome in again.changed for finding in outcome.applied})
        raise Found(
            f"the second run changes something again: {', '.join(rules)} ({Path(broken).suffix or 'Dockerfile'})"
        )


def _readable(kind: str, source: Source) -> bool:
    """Whether ruamel.yaml's own reader, which is another one than ours, reads the file."""
    if kind == "dockerfile" or len(source.text) > READABLE:
        return True

    try:
        documents(source.text)
    except (YAMLError, ValueError, TypeError, RecursionError, AttributeError, KeyError):
        return False

    return True


def _plan(folder: Path) -> Plan:
    files = discover([str(folder)], str(folder)).files
    disk = Disk(str(folder))
    try:
        book = book_of(disk, Policy())
    except UserError:
        # A lock file that cannot be read ends a run with one line; here the files are what is tried.
        book = Book()

    return Plan(Project(disk, files, book=book), RULES, HIGH, jobs=1)


def problems(outcomes: Sequence[Outcome]) -> Iterator[str]:
    for outcome in outcomes:
        for crash in outcome.crashes:
            yield f"crash of {crash.rule}: {_VARYING.sub('N', crash.error)[:60]} in {crash.trace}"

        for failed in outcome.failed:
            yield f"failed proof of {failed.finding.rule}: {_VARYING.sub('N', failed.reason)[:60]}"


TARGETS = {"yaml": parse_yaml, "dockerfile": parse_dockerfile, "shell": parse_shell, "fix": fix_all, **TRAPS}
