"""`--report FORM:PATH`: what the commands that report have in common. Nothing is imported when nobody asks."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from fixer.cli.output import emit
from fixer.cli.run import Run
from fixer.report.rows import Report
from fixer.rule import Rule

if TYPE_CHECKING:
    from fixer.report.forms import Wanted


def wanted_in(values: Sequence[str], form: str, *, result: bool = False) -> tuple[Wanted, ...]:
    """Return the reports asked for beside the one in `form`; `result` is whether a result goes to standard output.

    Raises UserError for a mistake in one of the values.
    """
    if not values:
        return ()

    from fixer.report.forms import parse

    taken = "standard output has the result of the fixes; name a path" if result else ""
    return parse(values, taken=taken or ("standard output has the report of --format json" if form == "json" else ""))


def check_places(wanted: Sequence[Wanted], run: Run) -> None:
    """Raise UserError for a report that could not be written, or that would take the place of a file of the run."""
    if not wanted:
        return

    from fixer.report import forms

    root = run.project.disk.root
    forms.check_places(wanted, frozenset(os.path.realpath(os.path.join(root, path)) for path in run.project.files))


def deliver(wanted: Sequence[Wanted], report: Report, rules: Sequence[Rule], run: Run) -> bool:
    """Write the reports; return whether one of them went to standard output, in the place of the usual one."""
    if not wanted:
        return False

    from fixer.report import forms

    forms.deliver(wanted, report, rules, run.shown, emit)
    return on_stdout(wanted)


def on_stdout(wanted: Sequence[Wanted]) -> bool:
    """Whether one of the reports goes to standard output."""
    return any(one.path == "-" for one in wanted)
