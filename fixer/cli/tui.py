"""`fixer tui`: review, choose and apply fixes on a screen."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from fixer.cli.options import LEVELS, RISKS, shared
from fixer.errors import UserError

# The screen is to be there before what scans is imported: see `opening`.
if TYPE_CHECKING:
    from fixer.cli.policy import Asked
    from fixer.cli.run import Run
    from fixer.report.forms import Wanted
    from fixer.review.review import Review
    from fixer.rule import Rule

NO_TERMINAL = "fixer tui needs a terminal; `fixer fix --diff` shows what would change without one"


@click.command("tui")
@shared
@click.option("--risk", type=RISKS, help="Accept fixes up to this risk; low, or what the configuration says.")
@click.option(
    "--level", type=LEVELS, default="warn", show_default=True, help="Accept fixes of findings from this level on."
)
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
) -> int:
    """Review what `fixer fix` would do in PATHS (the current folder by default), choose, and have it written.

    Nothing is written without a key that says so. --risk and --level say what is accepted at first; a report that
    --report asks for is written at the end. --format and --jobs are taken, and change nothing.
    """
    del form, jobs
    if "-" in paths or stdin_filename:
        raise UserError("fixer tui reads keys from standard input, and therefore no text: name files or folders")

    wanted = _wanted(reports)
    _check_exists(paths)
    app = _app()
    opened: list[Review] = []

    def opening() -> Review:
        from fixer.cli.policy import Asked
        from fixer.cli.reports import check_places
        from fixer.cli.run import rules_of, run_of

        asked = Asked(config, today, since, baseline, online)
        run = run_of(paths, None, asked)
        check_places(wanted, run)
        opened.append(_review(run, rules_of(run.project, select, ignore), paths, asked, (risk, level)))
        return opened[-1]

    code: int = app.run(opening)
    _deliver(wanted, opened)
    return code


def _review(
    run: Run, rules: Sequence[Rule], paths: Sequence[str], asked: Asked, accepted: tuple[str | None, str]
) -> Review:
    from fixer.cli.policy import policy_of
    from fixer.cli.run import folder_of
    from fixer.finding import Level, Risk
    from fixer.outcome import Choice
    from fixer.review.outlook import Origin
    from fixer.review.review import Review

    risk, level = accepted
    root = run.project.disk.root
    folder = folder_of(list(paths) or [os.curdir])
    return Review(
        run.project,
        rules,
        Choice(risk=Risk[(risk or run.project.policy.settings.risk).upper()], level=Level[level.upper()]),
        Origin(
            run.shown,
            run.skipped,
            run.ignored,
            (lambda: policy_of(root, folder, asked)) if asked.since is not None else None,
        ),
    )


def _wanted(reports: Sequence[str]) -> Sequence[Wanted]:
    if not reports:
        return ()

    from fixer.cli.reports import wanted_in

    return wanted_in(reports, "text", result=True)


def _check_exists(paths: Sequence[str]) -> None:
    """Say so before the screen is taken when there is nothing to show on it."""
    for path in paths:
        if not os.path.lexists(path):
            raise UserError(f"{path}: it does not exist")

    # The screen is drawn on standard error.
    if not (sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()):
        raise UserError(NO_TERMINAL)


def _app() -> Any:
    try:
        return import_module("tui.app")
    except ModuleNotFoundError as error:
        if error.name and error.name.partition(".")[0] == "textual":
            raise UserError("fixer tui needs textual, which is not installed: pip install textual") from None

        raise


def _deliver(wanted: Sequence[Wanted], opened: Sequence[Review]) -> None:
    for one in wanted if opened else ():
        opened[-1].deliver_report(one.form, one.path)
