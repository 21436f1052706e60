"""`fixer pin`: look up what tags mean, and keep the lock file that `fixer fix` pins with."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence

import click

from fixer.cli.main import EXIT_BUG
from fixer.cli.output import emit, painter
from fixer.cli.policy import Asked
from fixer.cli.progress import progress
from fixer.cli.run import Run, rules_of, run_of
from fixer.errors import UserError
from fixer.outcome import Outcome
from fixer.project import Project
from fixer.project.tags import lock_path
from fixer.registry.lock import Lock, render
from fixer.relock import Entry, compare, extend, filtering, prune, update
from fixer.report.text import plain
from fixer.sweep import gather
from fixer.text import TextError

_MARKS = {
    "added": ("+", "green", "added"),
    "moved": ("~", "yellow", "moved"),
    "gone": ("!", "red", "gone"),
    "young": ("=", "dim", "left for later"),
    "unknown": ("?", "red", "not looked up"),
    "unused": ("-", "yellow", "taken out"),
    "same": ("=", "dim", "the same"),
}
_SHOWN = 19
_PATTERNS = "With --check and --update: only these images and actions; patterns with * and ?. Repeatable."


@click.command("pin")
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("--check", "checks", is_flag=True, help="Compare the lock file with the registries; write nothing.")
@click.option("--update", "updates", is_flag=True, help="Bring the entries of the lock file up to date.")
@click.option("--prune", "prunes", is_flag=True, help="Take out entries that no file names any more.")
@click.option("--only", multiple=True, metavar="PATTERN", help=_PATTERNS)
@click.option(
    "--minimum-age", type=click.IntRange(0), default=0, metavar="DAYS", help="With --update: no younger image."
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--config", metavar="PATH", help="Configuration; else the nearest .fixer.yaml.")
@click.option("--today", metavar="DATE", help="The day that is noted, and that ages are counted from (2027-03-31).")
def command(
    paths: tuple[str, ...],
    only: tuple[str, ...],
    minimum_age: int,
    form: str,
    config: str | None,
    today: str | None,
    *,
    checks: bool,
    updates: bool,
    prunes: bool,
) -> int:
    """Look up the images and actions that files in PATHS name, and note what they are in image-digests.lock.

    `fixer fix` then pins them, without a network. Nothing but the lock file is written. Registries are asked with the
    credentials of the Docker configuration, forges by git.

    Exit code 1 when something could not be looked up or, with --check, is not what the lock file says; 3 for a bug.
    """
    _check_options(only, minimum_age, checks=checks, updates=updates, prunes=prunes)
    run = run_of(paths, None, Asked(config, today, online=True))
    if prunes and (paths or os.path.realpath(os.curdir) != run.project.disk.root):
        raise UserError(f"--prune is about the whole project: call it in {run.project.disk.root}, without paths")

    project = run.project
    trouble = gather(project, [rule for rule in rules_of(project, (), ()) if rule.online])
    fits = filtering(only)
    lock: Lock | None = None
    if checks or updates:
        # What a tag means now is the question: no answer of an earlier run.
        project.book.forget_cache()

    if checks:
        entries = compare(project.book, lambda key: key in project.book.asked and fits(key))
    elif updates:
        lock, entries = update(project.book, lambda key: key in project.book.asked and fits(key), minimum_age)
    else:
        lock, entries = _extended(project, trouble, prunes=prunes)

    if lock is not None and lock != project.book.lock:
        _write(run, lock)

    _report(run, lock, entries, form)
    _report_trouble(run, trouble)
    if any(outcome.crashes for outcome in trouble):
        return EXIT_BUG

    wrong = {"unknown", "gone"} | ({"moved"} if checks else set())
    return 1 if any(entry.what in wrong for entry in entries) else 0


def _extended(project: Project, trouble: Sequence[Outcome], *, prunes: bool) -> tuple[Lock, list[Entry]]:
    wanted = project.book.wanted
    with progress(len(wanted.images) + len(wanted.actions), "look-ups") as tell:
        lock, entries = extend(project.book, tell)

    if not prunes:
        return lock, entries

    lock, unused = prune(project.book, lock, [_text(project, outcome.path) for outcome in trouble])
    return lock, entries + unused


def _report_trouble(run: Run, trouble: Sequence[Outcome]) -> None:
    for outcome in trouble:
        why = outcome.problem or "; ".join(f"{crash.rule} crashed: {crash.error}" for crash in outcome.crashes)
        emit(f"fixer: {plain(run.shown(outcome.path))}: not looked at: {plain(why)}\n", err=True)


def _text(project: Project, path: str) -> str:
    try:
        return project.source(path).text
    except TextError:
        return ""


def _check_options(only: Sequence[str], minimum_age: int, *, checks: bool, updates: bool, prunes: bool) -> None:
    if checks + updates + prunes > 1:
        raise UserError("--check, --update and --prune are three things: choose one")

    if minimum_age and not updates:
        raise UserError("--minimum-age goes with --update")

    if only and not (checks or updates):
        raise UserError("--only goes with --check or --update")


def _write(run: Run, lock: Lock) -> None:
    """Write the lock file, whole or not at all."""
    disk = run.project.disk
    path = lock_path(disk.root, run.project.policy)
    if problem := disk.write(path, render(lock).encode()):
        raise UserError(f"{run.shown(path)}: {problem}")


def _report(run: Run, lock: Lock | None, entries: Sequence[Entry], form: str) -> None:
    path = run.shown(lock_path(run.project.disk.root, run.project.policy))
    if form == "json":
        import msgspec

        data = {"version": 1, "lock": path, "written": lock is not None, "entries": entries}
        emit(msgspec.json.format(msgspec.json.encode(data), indent=2) + b"\n")
        return

    emit("".join(f"{line}\n" for line in _lines(path, entries, known=_known(run, lock), checks=lock is None)))


def _known(run: Run, lock: Lock | None) -> int:
    found = lock or run.project.book.lock
    return len(found.images) + len(found.actions)


def _lines(path: str, entries: Sequence[Entry], *, known: int, checks: bool) -> list[str]:
    paint = painter()
    lines = []
    for entry in entries:
        mark, colour, word = _MARKS[entry.what]
        if entry.what == "same":
            continue

        change = " -> ".join(one[:_SHOWN] for one in (entry.old, entry.new) if one)
        rest = f"{word}: {entry.problem}" if entry.problem else f"{word} {change}".strip()
        lines.append(paint(f"{mark} {plain(entry.key)}  {plain(rest)}", colour))

    counts = Counter(entry.what for entry in entries)
    said = [f"{count} {_MARKS[what][2]}" for what, count in sorted(counts.items())]
    lines.append(f"{path}: {known} {'entry' if known == 1 else 'entries'}; {', '.join(said) or 'nothing to look up'}.")
    if counts["added"]:
        lines.append("`fixer fix` writes them into the files.")
    elif counts["moved"] and not checks:
        lines.append("`fixer fix --risk medium` brings the files up to date.")
    elif counts["moved"]:
        lines.append("`fixer pin --update` takes up what moved.")

    return lines
