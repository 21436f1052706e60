"""`fixer fix`: rewrite files so that nothing but the fixes changes."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from fixer.cli.check import exit_code
from fixer.cli.options import LEVELS, RISKS, Run, painter, run_of, shared
from fixer.cli.progress import progress
from fixer.finding import Level, Risk
from fixer.outcome import Choice
from fixer.plan import Plan, Written


@click.command("fix")
@shared
@click.option("--risk", type=RISKS, default="low", show_default=True, help="Apply fixes up to this risk.")
@click.option(
    "--level", type=LEVELS, default="warn", show_default=True, help="Apply fixes of findings from this level on."
)
@click.option("--diff", is_flag=True, help="Print what would change as a unified diff and write nothing.")
def command(
    paths: tuple[str, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    form: str,
    jobs: int,
    stdin_filename: str,
    risk: str,
    level: str,
    *,
    diff: bool,
) -> int:
    """Rewrite PATH… (files or folders; the current folder by default) so that nothing but the fixes changes.

    Says what was fixed, what was held back and which option applies it, and what is left to a person and why. With `-`
    the text is read from standard input, the result goes to standard output and the report to standard error.
    """
    run = run_of(paths, select, ignore, stdin_filename)
    choice = Choice(risk=Risk[risk.upper()], level=Level[level.upper()])
    with progress(len(run.files)) as tell:
        plan = Plan(run.disk, run.files, run.rules, choice, jobs=jobs, progress=tell)

    written: list[Written] = []
    if diff:
        _print_diff(plan)
    elif run.stdin:
        _print_result(plan, run.stdin)
    else:
        written = plan.write()

    _report(plan, run, form, to_stderr=diff or bool(run.stdin), verb=_verb(diff=diff, stdin=bool(run.stdin)))
    return _failures(written) or exit_code(list(plan.outcomes), fixed=True)


def _verb(*, diff: bool, stdin: bool) -> str:
    return "would change" if diff else "changed" if stdin else "written"


def _print_diff(plan: Plan) -> None:
    for outcome in plan.changed:
        click.echo(plan.diff(outcome.path).encode("utf-8", "surrogateescape"), nl=False)


def _print_result(plan: Plan, path: str) -> None:
    outcome = plan.outcome(path)
    source = outcome.after or outcome.before
    if source is not None:
        click.echo(source.encoded(), nl=False)


def _report(plan: Plan, run: Run, form: str, *, to_stderr: bool, verb: str) -> None:
    if form == "json":
        from fixer.report.json import render

        click.echo(render(plan.outcomes, plan.choice, run.skipped), nl=False, err=to_stderr)
        return

    from fixer.report.text import fix_lines, skipped_lines

    paint = painter(to_terminal=(sys.stderr if to_stderr else sys.stdout).isatty())
    text = [*skipped_lines(run.skipped, paint), *fix_lines(plan.outcomes, plan.choice, paint, verb=verb)]
    click.echo("\n".join(text), err=to_stderr)


def _failures(written: Sequence[Written]) -> int:
    """Name the files that could not be written; return the exit code that follows, 0 when there are none."""
    failed = [one for one in written if one.problem]
    for one in failed:
        click.echo(f"fixer: {one.path} was not written: {one.problem}", err=True)

    return 2 if failed else 0
