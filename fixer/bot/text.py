"""A run in words: what is to be done, with the diffs, and what became of it."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Callable, Iterator

from fixer.bot.executor import subject_of
from fixer.bot.records import AppendCommit, Change, CreateBranch, Step, UpdateBranch, Wait
from fixer.bot.redact import REDACTOR
from fixer.bot.run import Report, Repository
from fixer.report.text import plain

_UNSEEN = re.compile("[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
Paint = Callable[[str, str], str]
_WORDS = {
    "CreateBranch": "make branch",
    "UpdateBranch": "rebuild branch",
    "AppendCommit": "add a commit to",
    "KeepBranch": "keep as branch",
    "DeleteBranch": "delete branch",
    "CreatePull": "open a pull request from",
    "SetUp": "set up the pull request of",
    "EditPull": "edit pull request",
    "DisableAutomerge": "stop automatic merging of",
    "ClosePull": "close pull request",
    "CreateIssue": "open issue",
    "EditIssue": "edit issue",
    "CloseIssue": "close issue",
    "Wait": "wait with",
}
_MARKS = {"done": ("+", "green"), "waits": ("=", "dim"), "skipped": ("=", "yellow"), "failed": ("!", "red")}


def plan_lines(report: Report, paint: Paint, *, diffs: bool = True) -> Iterator[str]:
    """Yield what would be done, repository by repository, with the diffs of commits."""
    for one in report.repositories:
        yield from _head(one, paint)
        for step in one.steps:
            yield _safe(f"  {'=' if isinstance(step, Wait) else '+'} {said(step)}")
            if diffs and isinstance(step, (CreateBranch, UpdateBranch, AppendCommit)):
                for change in step.changes:
                    yield from (f"      {_safe(line)}" for line in diff(change))

        if not one.steps and not (one.skipped or one.failed):
            yield "  nothing to do"

    yield from _left_out(report)
    writes = sum(not isinstance(step, Wait) for one in report.repositories for step in one.steps)
    yield f"{_repositories(len(report.repositories))}; {_count(writes, 'step', 'steps')} to do; nothing was written."


def run_lines(report: Report) -> Iterator[str]:
    """Yield the end of a report of a run, below the lines of the repositories."""
    yield from _left_out(report)
    yield _safe(summary(report))


def repository_lines(one: Repository, paint: Paint) -> Iterator[str]:
    """Yield what became of one repository."""
    if one.before:
        return

    yield from _head(one, paint)
    for done in one.done:
        mark, colour = _MARKS.get(done.became, ("?", "yellow"))
        rest = f" ({done.note})" if done.note else ""
        why = "" if done.became == "done" else f": {_BECAME[done.became]}"
        yield paint(_safe(f"  {mark} {_WORDS.get(done.action, done.action)} {done.subject}{why}{rest}"), colour)
        if done.became == "waits":
            yield paint(_safe(f"      {done.reason}"), "dim")

    if not one.done and not (one.skipped or one.failed or one.left):
        yield "  nothing to do"


_BECAME = {
    "waits": "not now",
    "skipped": "left for the next run",
    "failed": "not done",
    "left": "no write is left; the next run does it",
}


def summary(report: Report) -> str:
    """Return the last line of a report."""
    found = report.repositories
    counts = Counter(_sort(one) for one in found)
    parts = [f"{number} {what}" for what, number in counts.items()]
    left = sum(done.became == "left" for one in found for done in one.done)
    text = f"{_repositories(len(found))}: {', '.join(parts) or 'none'}."
    if report.budget >= 0:
        text += f" {_count(report.writes, 'write', 'writes')}, {report.budget} allowed within this hour."

    if report.stopped:
        text += f" Stopped: {report.stopped}."

    waiting = counts["left for the next run"]
    if left or waiting:
        text += f" The next run goes on: {_count(left, 'step', 'steps')}, {_repositories(waiting)} left."

    return text


def said(step: Step) -> str:
    """Return a step in words, with its reason."""
    return f"{_WORDS[type(step).__name__]} {subject_of(step)}: {step.reason}".replace(" :", ":")


def diff(change: Change) -> Iterator[str]:
    """Yield the lines of the diff of a file."""
    old, new = (
        (side or b"").decode("utf-8", "backslashreplace").splitlines() for side in (change.before, change.after)
    )
    names = [f"a/{change.path}", f"b/{change.path}"]
    if change.before is None:
        names[0] = "/dev/null"

    if change.after is None:
        names[1] = "/dev/null"

    yield from difflib.unified_diff(old, new, names[0], names[1], lineterm="")


def _sort(one: Repository) -> str:  # noqa: PLR0911 - one line for each sort
    if one.before:
        return "done before"

    if one.bad:
        return "failed"

    if one.left:
        return "left for the next run"

    if one.skipped:
        return "left alone"

    if any(done.became == "done" for done in one.done):
        return "changed"

    if any(done.became == "waits" for done in one.done):
        return "waiting"

    return "with nothing to do"


def _head(one: Repository, paint: Paint) -> Iterator[str]:
    yield paint(_safe(one.name), "bold")
    if one.skipped:
        yield _safe(f"  left alone: {one.skipped}")

    if one.failed:
        yield paint(_safe(f"  failed: {one.failed}"), "red")

    if one.left and not one.done:
        yield "  left for the next run"

    if one.bug:
        yield from (_safe(f"    {line}") for line in one.bug.splitlines())


def _left_out(report: Report) -> Iterator[str]:
    for name, why in report.discovered.failed:
        yield _safe(f"{name}: its repositories cannot be listed: {why}")

    reasons = Counter(why for _, why in report.discovered.left_out)
    if reasons:
        yield _safe(f"not looked at: {', '.join(f'{number} because {why}' for why, number in sorted(reasons.items()))}")


def _repositories(number: int) -> str:
    return _count(number, "repository", "repositories")


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _safe(text: str) -> str:
    """What a terminal shows as it is: letters that turn the direction of text, or that nobody sees, come as escapes."""
    return _UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", plain(REDACTOR.text(text)))
