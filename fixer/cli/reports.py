"""`--report FORM:PATH`: what the commands that report have in common. Nothing is imported when nobody asks."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from fixer.cli.output import emit
from fixer.cli.run import Run
from fixer.finding import Level, Risk
from fixer.outcome import Choice, Outcome
from fixer.project import Project
from fixer.report.rows import Report
from fixer.rule import Rule
from fixer.sweep import sweep

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
    forms.check_places(
        wanted, root, frozenset(os.path.realpath(os.path.join(root, path)) for path in run.project.files)
    )


def deliver(wanted: Sequence[Wanted], report: Report, rules: Sequence[Rule], run: Run) -> None:
    """Write the reports. Raises UserError for one that cannot be written."""
    if not wanted:
        return

    from fixer.report import forms

    context = forms.Context(rules, run.project.policy, run.shown, lambda: _preview(report, rules, run))
    forms.deliver(wanted, report, context, emit)


def _preview(report: Report, rules: Sequence[Rule], run: Run) -> Sequence[Outcome]:
    """What becomes of the files when every fix is accepted; nothing once files were written: they are others then."""
    if report.written:
        return ()

    made = {outcome.path for outcome in report.outcomes if outcome.new}
    files = [path for path in run.project.files if path not in made]
    project = Project(run.project.disk, files, run.project.policy, run.project.book)
    return sweep(project, rules, Choice(Risk.HIGH, Level.INFO))


def on_stdout(wanted: Sequence[Wanted]) -> bool:
    """Whether one of the reports goes to standard output, in the place of the usual one."""
    return any(one.path == "-" for one in wanted)
