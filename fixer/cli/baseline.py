"""`fixer baseline`: record today's findings, so that only new ones count."""

from __future__ import annotations

import os

import click

from fixer.cli.options import JOBS
from fixer.cli.output import emit
from fixer.cli.policy import Asked, baseline_path
from fixer.cli.progress import progress
from fixer.cli.run import rules_of, run_of
from fixer.errors import UserError
from fixer.files import FileProblem, read_bytes, write_atomic
from fixer.policy import baseline as form
from fixer.sweep import sweep


@click.command("baseline")
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("--prune", is_flag=True, help="Take out findings that are gone; add none.")
@click.option("--baseline", metavar="PATH", help="Where; else what the configuration says, or .fixer-baseline.json.")
@click.option("--config", metavar="PATH", help="Configuration; else the nearest .fixer.yaml.")
@click.option("--today", metavar="DATE", help="The day that expiry dates are compared with (2027-03-31).")
@click.option("--jobs", type=click.IntRange(0), default=0, metavar="N", help=JOBS)
def command(
    paths: tuple[str, ...], baseline: str | None, config: str | None, today: str | None, jobs: int, *, prune: bool
) -> int:
    """Record the findings of PATHS, so that only new ones count from now on.

    Findings that something else excuses are not taken up. Known ones of files outside of PATHS stay.
    """
    named = baseline if baseline and os.path.lexists(baseline) else None
    run = run_of(paths, None, Asked(config, today, None, named))
    project = run.project
    rules = rules_of(project, (), ())
    with progress(len(project.files)) as tell:
        outcomes = sweep(project, rules, None, jobs=jobs, progress=tell)

    root = project.disk.root
    path = baseline_path(root, project.policy.configuration, baseline)
    before = project.policy.known
    found = {one for outcome in outcomes for one in form.counted(outcome.findings)}
    looked_at = {outcome.path for outcome in outcomes if outcome.problem is None}
    kept = {one for one in before if one[1] not in looked_at and os.path.lexists(os.path.join(root, one[1]))}
    result = kept | (found & before if prune else found)
    _write(root, path, form.render(result))
    gone, added = len(before - result), len(result - before)
    emit(f"{run.shown(path)}: {len(result)} known findings, {added} added, {gone} gone.\n")
    return 0


def _write(root: str, path: str, data: bytes) -> None:
    """Write the baseline, whole or not at all."""
    try:
        stamp = read_bytes(root, path, form.LARGEST)[1] if os.path.lexists(os.path.join(root, path)) else None
        write_atomic(root, path, data, stamp)
    except FileProblem as problem:
        raise UserError(f"{path}: {problem.reason}") from None
