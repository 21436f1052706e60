"""`fixer check`: show what is wrong."""

from __future__ import annotations

import sys

import click

from fixer.cli.options import painter, run_of, shared
from fixer.cli.progress import progress
from fixer.outcome import Outcome
from fixer.project import Project
from fixer.sweep import sweep


@click.command("check")
@shared
def command(
    paths: tuple[str, ...], select: tuple[str, ...], ignore: tuple[str, ...], form: str, jobs: int, stdin_filename: str
) -> int:
    """Show what is wrong in PATH… (files or folders; the current folder by default).

    One line for each finding: place, level, rule, message, and the risk of its fix or why there is none. Exit code 1
    when a finding of level deny is left.
    """
    run = run_of(paths, select, ignore, stdin_filename)
    with progress(len(run.files)) as tell:
        outcomes = sweep(Project(run.disk, run.files), run.rules, None, jobs=jobs, progress=tell)

    if form == "json":
        from fixer.report.json import render

        click.echo(render(outcomes, None, run.skipped), nl=False)
    else:
        from fixer.report.text import check_lines, skipped_lines

        paint = painter(to_terminal=sys.stdout.isatty())
        text = [*skipped_lines(run.skipped, paint), *check_lines(outcomes, paint)]
        click.echo("\n".join(text))

    return exit_code(outcomes, fixed=False)


def exit_code(outcomes: list[Outcome], *, fixed: bool) -> int:
    """Return 3 when a rule crashed or failed its proof, 1 when findings of level deny are left, else 0."""
    from fixer.finding import Level

    if any(outcome.crashes or outcome.failed for outcome in outcomes):
        return 3

    left = (finding for outcome in outcomes for finding in (outcome.remaining if fixed else outcome.findings))
    return int(any(finding.level is Level.DENY for finding in left))
