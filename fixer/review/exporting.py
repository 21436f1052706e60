"""Taking what was decided elsewhere: as a patch for `git apply`, or as a report in any form."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from fixer.diff import unified
from fixer.errors import UserError, clause
from fixer.finding import Level, Risk
from fixer.outcome import Choice, Outcome
from fixer.report import forms
from fixer.review.telling import Reviewed
from fixer.rule import Rule
from fixer.text import BOM, Source

_QUOTED = {'"': '\\"', "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}


def patch_of(outcomes: Iterable[Outcome]) -> bytes:
    """Return the changes as one patch, with paths relative to the root; b"" when nothing changes."""
    return b"".join(_patch(outcome) for outcome in outcomes if outcome.changed)


def _patch(outcome: Outcome) -> bytes:
    before, after = outcome.before, outcome.after
    if before is None or after is None:
        return b""

    shift = int(before.bom)
    edits = [msgspec.structs.replace(one, start=one.start + shift, end=one.end + shift) for one in outcome.edits]
    body = unified("", _marked(before), _marked(after), edits).split("\n", 2)[2]
    old, new = _named("a/", outcome.path), _named("b/", outcome.path)
    head = f"diff --git {old} {new}\n"
    # As git does it: behind a blank in a name, a tab says where the name ends.
    end = "\t" if " " in outcome.path and not old.startswith('"') else ""
    head += "new file mode 100644\n--- /dev/null\n" if outcome.new else f"--- {old}{end}\n"
    head += f"+++ {new}{end}\n"
    return (head + body).encode("utf-8", "surrogateescape")


def _marked(source: Source) -> str:
    return f"{BOM}{source.text}" if source.bom else source.text


def _named(side: str, path: str) -> str:
    """A path as git writes it: in quotes where a character asks for it."""
    name = side + path
    if any(letter in _QUOTED or letter < " " or letter == "\x7f" for letter in name):
        return f'"{"".join(_escaped(letter) for letter in name)}"'

    return name


def _escaped(letter: str) -> str:
    return _QUOTED.get(letter) or (f"\\{ord(letter):03o}" if letter < " " or letter == "\x7f" else letter)


def write_patch(path: str, outcomes: Iterable[Outcome]) -> int:
    """Write the patch to a file; return how many files it changes. Raises UserError when it cannot be written."""
    changed = [outcome for outcome in outcomes if outcome.changed]
    if not changed:
        raise UserError("nothing is accepted: there is nothing to export")

    full = free_place(path)
    try:
        with open(full, "xb") as file:
            file.write(patch_of(changed))
    except FileExistsError:
        raise UserError(f"{path}: there is such a file already") from None
    except OSError as error:
        if os.path.isfile(full):
            os.unlink(full)

        raise UserError(f"{path}: {clause(error)}") from None

    return len(changed)


def free_place(path: str) -> str:
    """Return the full path of a file to be made, `~` being the home. Raises UserError when something is there."""
    if path == forms.STDOUT:
        raise UserError("-: standard output is the screen; name a file")

    full = os.path.abspath(os.path.expanduser(path))
    if os.path.isdir(full):
        raise UserError(f"{path}: it is a folder")

    if os.path.lexists(full):
        raise UserError(f"{path}: there is such a file already")

    if not os.path.isdir(os.path.dirname(full)):
        raise UserError(f"{path}: there is no folder {os.path.dirname(full)}")

    return full


class Exported(msgspec.Struct, frozen=True):
    """What a report is made from, beside the outcomes."""

    root: str
    rules: Sequence[Rule]
    context: forms.Context
    skipped: Sequence[tuple[str, str]] = ()
    ignored: int = 0
    files: frozenset[str] = frozenset()
    unwritten: Mapping[str, str] = {}
    written: bool = False


def write_new_report(form: str, path: str, outcomes: Sequence[Outcome], choice: Choice, about: Exported) -> None:
    """Write a report into a file that is not there yet. Raises UserError, also for one that is there."""
    full = free_place(path)
    try:
        write_report(form, full, outcomes, choice, about)
    except UserError as error:
        # Nobody typed an option.
        raise UserError(str(error).replace(f"--report {form}:{full}: ", f"{path}: ", 1)) from None


def write_report(form: str, path: str, outcomes: Sequence[Outcome], choice: Choice, about: Exported) -> None:
    """Write a report of what was done. Raises UserError for an unknown form, or when it cannot be written."""
    wanted = forms.parse([f"{form}:{path}"])
    forms.check_places(wanted, about.root, about.files)
    report = Reviewed(
        about.root, outcomes, choice, about.skipped, about.ignored, about.unwritten, written=about.written
    )
    forms.deliver(wanted, report, about.context, _nowhere)


def everything() -> Choice:
    """Return the choice that accepts every fix, for the previews of a report."""
    return Choice(Risk.HIGH, Level.INFO)


def _nowhere(_: str) -> None:
    """A report to standard output has no place while a screen is shown."""


def full_paths(root: str, paths: Iterable[str]) -> frozenset[str]:
    """Return where files really are."""
    return frozenset(os.path.realpath(os.path.join(root, path)) for path in paths)
