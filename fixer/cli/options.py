"""Options that commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from fixer.finding import Level, Risk

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

RISKS = click.Choice([risk.name.lower() for risk in Risk])
LEVELS = click.Choice([level.name.lower() for level in Level if level is not Level.OFF])
FORMATS = click.Choice(["text", "json"])
REPORT = (
    "A further report: text, json, sarif, junit, github, gitlab, markdown or html, and its file (`-`: standard output, "
    "in the place of the usual report). Repeatable."
)
ONLY = "Only these rules: name, kind, kind/name or any id; several with commas."
ONLINE = "Ask registries and forges what tags mean that the lock file does not have."
JOBS = "Number of processes; 0 decides by itself."


def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Return the names of rules that a shell offers."""
    from fixer.cli import catalogue

    return catalogue.complete(ctx, param, incomplete)


def shared(function: Decorated) -> Decorated:
    """Add the arguments and options that `check` and `fix` have in common."""
    for add in reversed(
        [
            click.argument("paths", nargs=-1, type=click.Path()),
            click.option("--select", multiple=True, metavar="NAME", shell_complete=complete, help=ONLY),
            click.option("--ignore", multiple=True, metavar="NAME", shell_complete=complete, help="Not these rules."),
            click.option("--format", "form", type=FORMATS, default="text", show_default=True, help="Form of report."),
            click.option("--report", "reports", multiple=True, metavar="FORM:PATH", help=REPORT),
            click.option("--config", metavar="PATH", help="Configuration; else the nearest .fixer.yaml."),
            click.option("--today", metavar="DATE", help="The day that expiry dates are compared with (2027-03-31)."),
            click.option("--since", metavar="REV", help="Only lines and files that changed since a revision of git."),
            click.option("--baseline", metavar="PATH", help="Known findings; else .fixer-baseline.json."),
            click.option("--online", is_flag=True, help=ONLINE),
            click.option("--jobs", type=click.IntRange(0), default=0, metavar="N", help=JOBS),
            click.option("--stdin-filename", metavar="PATH", help="With `-`: the path that the text stands for."),
        ]
    ):
        function = add(function)

    return function
