"""`fixer bot`: pull requests for the fixes of many repositories."""

from __future__ import annotations

import datetime as dt
import os
import signal
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import click
import msgspec

from fixer.cli.output import emit, painter
from fixer.errors import UserError

if TYPE_CHECKING:
    from fixer.bot.run import Report, Repository, Running
    from fixer.bot.survey import Order

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

_PATTERN = "{} repositories that fit PATTERN: owner/name with * and ?, or /regular expression/. Repeatable."
_SHARED = [
    click.option("--repo", "repositories", multiple=True, metavar="OWNER/NAME", help="This repository. Repeatable."),
    click.option("--owner", "owners", multiple=True, metavar="OWNER", help="All of an organisation or a user."),
    click.option("--installation", is_flag=True, help="All that the GitHub App is installed for."),
    click.option("--include", multiple=True, metavar="PATTERN", help=_PATTERN.format("Only")),
    click.option("--exclude", multiple=True, metavar="PATTERN", help=_PATTERN.format("No")),
    click.option("--topic", "topics", multiple=True, metavar="TOPIC", help="Only repositories with this topic."),
    click.option("--forks", is_flag=True, help="Forks and templates as well."),
    click.option("--local", metavar="PATH", help="A repository on this machine: branches only, without a forge."),
    click.option("--base", metavar="BRANCH", default="", help="The branch to start from; else the default branch."),
    click.option("--config", metavar="PATH", help="The bot's own configuration: defaults, and what it insists on."),
    click.option("--onboarding", is_flag=True, help="Propose a configuration first where a repository has none."),
    click.option("--online", is_flag=True, help="Ask registries and forges what tags mean that the lock file lacks."),
    click.option(
        "--engine", default="threads", show_default=True, metavar="NAME", help="threads, processes or dask://…"
    ),
    click.option("--jobs", type=click.IntRange(0), default=0, metavar="N", help="Repositories at once; 0 decides."),
    click.option("--now", metavar="TIME", help="The time that counts for schedules and expiry (2027-03-31T08:00)."),
    click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True),
]


def shared(function: Decorated) -> Decorated:
    """Add the options that say which repositories, and how they are looked at."""
    for add in reversed(_SHARED):
        function = add(function)

    return function


@click.group("bot")
def command() -> None:
    """Open pull requests for fixes, and keep them current.

    The login comes from the environment: FIXER_TOKEN or GITHUB_TOKEN; or FIXER_APP_ID with FIXER_APP_KEY or
    FIXER_APP_KEY_FILE. FIXER_API_URL names a GitHub Enterprise server.
    """


@command.command("plan")
@shared
@click.option("--no-diff", "diffs", is_flag=True, flag_value=False, default=True, help="Without the diffs.")
def plan(*, form: str, diffs: bool, **options: Any) -> int:
    """Print what `run` would do, with the diffs. Nothing is written anywhere."""
    _guard()
    report = _looked(options, dry=True)
    if form == "json":
        emit(_json(report))
        return report.code

    from fixer.bot.text import plan_lines

    emit("".join(f"{line}\n" for line in plan_lines(report, painter(), diffs=diffs)))
    return report.code


@command.command("run")
@shared
@click.option("--dry-run", is_flag=True, help="As `plan`, without the diffs.")
@click.option("--state", metavar="PATH", envvar="FIXER_STATE", help="Folder of the journal and the write budget.")
@click.option("--per-minute", type=click.IntRange(1), default=80, show_default=True, help="Writes a minute.")
@click.option("--per-hour", type=click.IntRange(1), default=500, show_default=True, help="Writes an hour.")
@click.option("--apart", type=click.FloatRange(0), default=1.0, show_default=True, help="Seconds between two writes.")
def run(*, form: str, dry_run: bool, **options: Any) -> int:
    """Make branches and pull requests, keep them current, and close what is not needed any more.

    A second run with nothing new writes nothing. A run that was ended early is gone on with by the next one. Exit code
    1 when something could not be done in a repository; what the write budget leaves for the next run is no failure.
    """
    _guard()
    tell: Callable[[Repository], None] = _tell if form == "text" and not dry_run else lambda _: None
    report = _looked(options, dry=dry_run, tell=tell)
    if form == "json":
        emit(_json(report))
        return report.code

    from fixer.bot.text import plan_lines, run_lines

    lines = plan_lines(report, painter(), diffs=False) if dry_run else run_lines(report)
    emit("".join(f"{line}\n" for line in lines))
    return report.code


@command.command("init")
@click.argument("path", type=click.Path(), default=".")
@click.option("--install", default="", metavar="REQUIREMENT", help="What pip installs fixer from in the workflow.")
@click.option("--force", is_flag=True, help="Write over a workflow that is there.")
def init(path: str, install: str, *, force: bool) -> int:
    """Write a GitHub workflow into the repository at PATH that runs the bot there on a schedule."""
    from fixer.bot.workflow import write

    emit("".join(f"{line}\n" for line in write(path, install, force=force)))
    return 0


def _looked(options: dict[str, Any], *, dry: bool, tell: Callable[[Repository], None] = lambda _: None) -> Report:
    from fixer.bot.discovery import Discovered, Selection, check
    from fixer.bot.run import Report, run, run_local

    order = _order(options)
    selection = Selection(
        *(options[name] for name in ("repositories", "owners", "installation", "include", "exclude", "topics", "forks"))
    )
    if options["local"] is None:
        check(selection)
        return run(selection, _running(options, order, dry=dry), tell)

    if selection != Selection():
        raise UserError("--local stands alone: it is about one repository on this machine")

    one = run_local(options["local"], order, dry=dry)
    tell(one)
    return Report((one,), Discovered((one.name,)), seconds=one.seconds)


def _running(options: Mapping[str, Any], order: Order, *, dry: bool) -> Running:
    from fixer.bot.auth import login_of
    from fixer.bot.budget import Limits
    from fixer.bot.run import Running

    writes = Limits()
    if "per_hour" in options:
        writes = Limits(options["per_minute"], options["per_hour"], options["apart"])

    return Running(
        login_of(os.environ),
        order,
        options.get("state") or _state_folder(),
        options["engine"],
        options["jobs"],
        dry=dry,
        writes=writes,
    )


def _order(options: Mapping[str, Any]) -> Order:
    from fixer.bot.settings import settle
    from fixer.bot.survey import Order

    layers = _layers(options["config"])
    settle([("defaults", layers[0]), ("force", layers[1])])
    onboarding = ""
    if options["onboarding"]:
        from fixer.bot.workflow import configuration

        onboarding = configuration()

    return Order(_now(options["now"]), *layers, onboarding=onboarding, online=options["online"], base=options["base"])


def _layers(path: str | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """The `bot:` and `force:` blocks of the bot's own configuration."""
    if path is None:
        return {}, {}

    from fixer.bot.central import read

    return read(path)


def _now(text: str | None) -> dt.datetime:
    if text is None:
        return dt.datetime.now(dt.UTC)

    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        raise UserError(f"--now {text}: a time such as 2027-03-31T08:00 is wanted") from None

    return found.astimezone(dt.UTC) if found.tzinfo else found.replace(tzinfo=dt.UTC)


def _state_folder() -> str:
    home = os.environ.get("XDG_STATE_HOME") or os.path.join(os.path.expanduser("~"), ".local", "state")
    return os.path.join(home, "fixer", "bot")


def _guard() -> None:
    """Let no secret into any output, and let the end of the process be orderly when somebody asks for it."""
    from fixer.bot.redact import REDACTOR

    REDACTOR.guard()

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    try:
        signal.signal(signal.SIGTERM, stop)
    except ValueError:
        return  # not the main thread: whoever runs us there has its own way


def _tell(one: Repository) -> None:
    from fixer.bot.text import repository_lines

    emit("".join(f"{line}\n" for line in repository_lines(one, painter())))


def _json(report: Report) -> str:
    from fixer.bot.redact import REDACTOR

    data = msgspec.json.format(msgspec.json.encode({"version": 1, **msgspec.to_builtins(report)}), indent=2)
    return REDACTOR.text(data.decode()) + "\n"
