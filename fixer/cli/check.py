"""`fixer check`: show what is wrong."""

from __future__ import annotations

from collections.abc import Sequence

import click

from fixer.cli.advice import pin_notes
from fixer.cli.options import shared
from fixer.cli.output import emit, painter
from fixer.cli.policy import Asked
from fixer.cli.progress import progress
from fixer.cli.reports import check_places, deliver, on_stdout, wanted_in
from fixer.cli.run import Run, rules_of, run_of
from fixer.finding import Level
from fixer.outcome import Outcome
from fixer.report.rows import Report
from fixer.rule import Rule
from fixer.sweep import sweep


@click.command("check")
@shared
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
    *,
    online: bool,
) -> int:
    """Show what is wrong in PATHS (files or folders; the current folder by default).

    One line for each finding: place, level, rule, message, and the risk of its fix or why there is none. Exit code 1
    when a finding of level deny is left.
    """
    wanted = wanted_in(reports, form)
    run = run_of(paths, stdin_filename, Asked(config, today, since, baseline, online))
    check_places(wanted, run)
    rules = rules_of(run.project, select, ignore)
    with progress(len(run.project.files)) as tell:
        outcomes = sweep(run.project, rules, None, jobs=jobs, progress=tell)

    report = Report(
        run.project.disk.root,
        outcomes,
        None,
        not_looked_at(run, outcomes),
        run.ignored,
        notes=notes_of(run, outcomes, rules, whole=not (select or ignore or since)),
    )
    if not on_stdout(wanted):
        _print_report(report, run, form)

    deliver(wanted, report, rules, run)
    return exit_code(outcomes, fixed=False)


def _print_report(report: Report, run: Run, form: str) -> None:
    if form == "json":
        from fixer.report.json import render

        emit(render(report))
    else:
        from fixer.report.text import check_lines

        emit("".join(f"{line}\n" for line in check_lines(report, run.shown, painter())))


def not_looked_at(run: Run, outcomes: list[Outcome]) -> tuple[tuple[str, str], ...]:
    """Return the paths that were not looked at, each with its reason: also files named that are of no kind of ours."""
    foreign = [
        (outcome.path, "it is no Dockerfile, Compose file or Kubernetes manifest, by its name and content")
        for outcome in outcomes
        if not outcome.kind and outcome.problem is None and outcome.path in run.named
    ]
    return (*run.skipped, *foreign)


def notes_of(run: Run, outcomes: Sequence[Outcome], rules: Sequence[Rule], *, whole: bool) -> list[str]:
    """Return what there is to say about pins and the configuration; `whole`: all rules looked at all lines."""
    advice = list(pin_notes(run, outcomes, rules))
    policy = run.project.policy
    if not policy.settings.exemptions and not policy.known:
        return advice

    from fixer.policy.notices import notices

    read = [outcome.path for outcome in outcomes if outcome.before is not None]
    found = (finding for outcome in outcomes for finding in outcome.findings)
    return [*advice, *notices(policy, read, found, whole=whole)]


def exit_code(outcomes: list[Outcome], *, fixed: bool) -> int:
    """Return 3 when a rule crashed or failed its proof, 1 when findings of level deny are left, else 0."""
    if any(outcome.crashes or outcome.failed for outcome in outcomes):
        return 3

    left = (finding for outcome in outcomes for finding in (outcome.remaining if fixed else outcome.findings))
    return int(any(finding.level is Level.DENY and not finding.excuse for finding in left))
