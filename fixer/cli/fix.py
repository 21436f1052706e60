"""`fixer fix`: rewrite files so that nothing but the fixes changes."""

from __future__ import annotations

from collections.abc import Sequence

import click

from fixer.cli.check import exit_code, not_looked_at, notes_of
from fixer.cli.main import EXIT_USER
from fixer.cli.options import LEVELS, RISKS, shared
from fixer.cli.output import emit, painter
from fixer.cli.policy import Asked
from fixer.cli.progress import progress
from fixer.cli.reports import check_places, deliver, on_stdout, wanted_in
from fixer.cli.run import Run, applicable_path, rules_of, run_of
from fixer.finding import Level, Risk
from fixer.outcome import Choice
from fixer.plan import Plan
from fixer.report.rows import Report
from fixer.rule import Rule


@click.command("fix")
@shared
@click.option("--risk", type=RISKS, help="Apply fixes up to this risk; low, or what the configuration says.")
@click.option(
    "--level", type=LEVELS, default="warn", show_default=True, help="Apply fixes of findings from this level on."
)
@click.option("--diff", is_flag=True, help="Print what would change as a unified diff and write nothing.")
def command(
    paths: tuple[str, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    form: str,
    reports: tuple[str, ...],
    config: str | None,
    today: str | None,
    since: str | None,
    baseline: str | None,
    jobs: int,
    stdin_filename: str | None,
    risk: str | None,
    level: str,
    *,
    online: bool,
    diff: bool,
) -> int:
    """Rewrite PATHS (files or folders; the current folder by default) so that nothing but the fixes changes.

    Says what was fixed, what was held back and which option applies it, and what is left to a person and why.

    A report that --report sends to standard output (`-`) comes alone, without the diff and without the usual report.

    With --diff the diff goes to standard output and the report to standard error. With `-` the text is read from
    standard input; the result goes to standard output and the report to standard error.
    """
    wanted = wanted_in(reports, form, result="-" in paths and not diff)
    run = run_of(paths, stdin_filename, Asked(config, today, since, baseline, online))
    check_places(wanted, run)
    rules = rules_of(run.project, select, ignore)
    choice = Choice(risk=Risk[(risk or run.project.policy.settings.risk).upper()], level=Level[level.upper()])
    with progress(len(run.project.files)) as tell:
        plan = Plan(run.project, rules, choice, jobs=jobs, progress=tell)

    written: dict[str, str | None] = {}
    if diff and form == "text" and not on_stdout(wanted):
        name = applicable_path(run)
        emit("".join(plan.diff(outcome.path, name(outcome.path)) for outcome in plan.changed))
    elif run.stdin and not diff:
        _print_result(plan, run)
    elif not diff:
        written = {one.path: one.problem for one in plan.write()}

    report = _report(plan, run, written, rules, whole=not (select or ignore or since))
    if not on_stdout(wanted):
        _print_report(report, run, form, err=form == "text" if diff else bool(run.stdin))

    deliver(wanted, report, rules, run)
    code = exit_code(list(plan.outcomes), fixed=True)
    return max(code, EXIT_USER) if any(written.values()) else code


def _print_result(plan: Plan, run: Run) -> None:
    """Print what becomes of standard input; what cannot be read comes back as it was."""
    outcome = plan.outcome(run.stdin)
    source = outcome.after or run.project.disk.given[run.stdin]
    emit(source.encoded())


def _report(plan: Plan, run: Run, written: dict[str, str | None], rules: Sequence[Rule], *, whole: bool) -> Report:
    outcomes = list(plan.outcomes)
    return Report(
        run.project.disk.root,
        outcomes,
        plan.choice,
        not_looked_at(run, outcomes),
        run.ignored,
        {path: problem for path, problem in written.items() if problem},
        written=bool(written),
        notes=notes_of(run, outcomes, rules, whole=whole),
    )


def _print_report(report: Report, run: Run, form: str, *, err: bool) -> None:
    if form == "json":
        from fixer.report.json import render

        emit(render(report), err=err)
    else:
        from fixer.report.text import fix_lines

        emit("".join(f"{line}\n" for line in fix_lines(report, run.shown, painter(err=err))), err=err)
