"""Options that commands share, and what they mean."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click
import msgspec

from fixer.errors import UserError
from fixer.files import discover, find_root
from fixer.finding import Level, Risk
from fixer.kinds import KINDS
from fixer.project import Disk
from fixer.rule import Rule
from fixer.rule import discover as discover_rules
from fixer.text import TextError, read

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

RISKS = click.Choice([risk.name.lower() for risk in Risk])
LEVELS = click.Choice([level.name.lower() for level in Level if level is not Level.OFF])


class Run(msgspec.Struct, frozen=True):
    """What a run is about: the files, the rules, and paths that were not looked at, with the reason."""

    disk: Disk
    files: tuple[str, ...]
    rules: tuple[Rule, ...]
    skipped: tuple[tuple[str, str], ...]
    stdin: str = ""


def shared(function: Decorated) -> Decorated:
    """Add the arguments and options that `check` and `fix` have in common."""
    for add in reversed(
        [
            click.argument("paths", nargs=-1, type=click.Path()),
            click.option("--select", multiple=True, metavar="NAME", help="Only these rules: name, kind, or any id."),
            click.option("--ignore", multiple=True, metavar="NAME", help="Not these rules."),
            click.option(
                "--format", "form", type=click.Choice(["text", "json"]), default="text", help="Form of report."
            ),
            click.option("--jobs", type=click.IntRange(0), default=0, help="Processes; 0 decides by itself."),
            click.option("--stdin-filename", metavar="PATH", help="With `-`: the path that the text stands for."),
        ]
    ):
        function = add(function)

    return function


def run_of(paths: Sequence[str], select: Sequence[str], ignore: Sequence[str], stdin_filename: str | None) -> Run:
    """Return the run that the arguments describe. Raises UserError for a path or a rule that does not exist."""
    rules = chosen(discover_rules("transforms", KINDS), _split(select), _split(ignore))
    if "-" in paths:
        return _stdin(paths, stdin_filename, rules)

    wanted = list(paths) or ["."]
    root = find_root(wanted)
    found = discover(wanted, root)
    skipped = tuple((one.path, one.reason) for one in found.skipped)
    return Run(Disk(root), found.files, rules, skipped)


def chosen(rules: Sequence[Rule], select: Sequence[str], ignore: Sequence[str]) -> tuple[Rule, ...]:
    """Return the rules that `select` names (all, when it names none) less those that `ignore` names."""
    for name in (*select, *ignore):
        if not any(rule.answers(name) for rule in rules):
            raise UserError(f"no rule, kind or id is called {name!r}{_nearest(name, rules)}")

    return tuple(
        rule
        for rule in rules
        if (not select or any(rule.answers(name) for name in select)) and not any(rule.answers(name) for name in ignore)
    )


def _nearest(name: str, rules: Sequence[Rule]) -> str:
    from difflib import get_close_matches

    names = [known for rule in rules for known in (rule.name, rule.id, *rule.aliases)]
    found = get_close_matches(name, names, n=1)
    return f"; the nearest is {found[0]!r}" if found else "; `fixer rules` lists them"


def _split(names: Sequence[str]) -> list[str]:
    return [part.strip() for name in names for part in name.split(",") if part.strip()]


def _stdin(paths: Sequence[str], filename: str | None, rules: tuple[Rule, ...]) -> Run:
    if len(paths) > 1:
        raise UserError("`-` stands alone: no other path beside standard input")

    if not filename:
        raise UserError("`-` needs --stdin-filename, which says what kind of file the text is")

    name = os.path.normpath(filename).replace(os.sep, "/")
    if name.startswith(("/", "../")):
        raise UserError(f"--stdin-filename {filename}: a path below the current folder is wanted")

    disk = Disk(".")
    try:
        disk.given[name] = read(sys.stdin.buffer.read(), lenient=True)
    except TextError as error:
        raise UserError(f"standard input: {error}") from None

    return Run(disk, (name,), rules, (), name)


def painter(*, to_terminal: bool) -> Callable[[str, str], str]:
    """Return what colours a text: nothing, unless output goes to a terminal and NO_COLOR is not set."""
    if not to_terminal or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return lambda text, _: text

    return _painted


def _painted(text: str, colour: str) -> str:
    if colour in {"bold", "dim"}:
        return click.style(text, bold=colour == "bold" or None, dim=colour == "dim" or None)

    return click.style(text, fg=colour)
