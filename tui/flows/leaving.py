"""Write, export, quit."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual.content import Content

from fixer.review.records import Committed, WriteResult
from tui.flows.files import refresh
from tui.messages import Decided
from tui.painting import safe
from tui.screens.choose import Answer, Choose
from tui.screens.export import Export, ExportDialog
from tui.screens.tell import Tell
from tui.screens.write import How, WriteDialog

if TYPE_CHECKING:
    from fixer.review.review import Review
    from tui.app import FixerApp


async def write(app: FixerApp) -> bool:
    """Show what would be written and write it; return whether that was done."""
    review = app.review
    if review is None or app.main.busy:
        app.say("the scan is still running")
        return False

    await refresh(app, review)
    async with app.working("planning"):
        summary = await asyncio.to_thread(review.summary)

    how = await app.push_screen_wait(WriteDialog(summary, review.shown, review.commit_problem, app.signs))
    if how is None:
        return False

    async with app.working("writing"):
        result, committed = await asyncio.to_thread(_write, review, how)

    app.main.post_message(Decided())
    if result.failed or result.refused or committed:
        await app.push_screen_wait(Tell("Written", _told(review, result, committed)))
    else:
        app.say(_counted(result))

    return not result.failed


def _write(review: Review, how: How) -> tuple[WriteResult, Committed | None]:
    if how.how == "files":
        return review.write(), None

    return review.commit(how.branch, per_rule=how.how == "rules")


def _counted(result: WriteResult) -> str:
    files = len(result.written)
    return f"{result.fixes} fix{'es' * (result.fixes != 1)} written to {files} file{'s' * (files != 1)}"


def _told(review: Review, result: WriteResult, committed: Committed | None) -> Content:
    parts = [Content.styled(_counted(result), "bold $success")]
    if committed:
        parts += [Content(""), Content(f"On branch {safe(committed.branch)}:")]
        parts += [Content.assemble((f"{sha}  ", "$accent"), safe(words)) for sha, words in committed.commits]

    if result.failed:
        parts += [Content(""), Content.styled("Not written", "bold $error")]
        parts += [Content(safe(f"{review.shown(path)}: {reason}")) for path, reason in result.failed.items()]

    if result.refused:
        parts += [Content(""), Content.styled("Refused", "bold $error")]
        parts += [Content(safe(f"{one.finding.path}: {one.finding.rule}: {one.reason}")) for one in result.refused]

    return Content("\n").join(parts)


async def export(app: FixerApp) -> None:
    """Export a patch or a report."""
    from fixer.report.forms import FORMS

    review = app.review
    if review is None or app.main.busy:
        app.say("the scan is still running")
        return

    line = await app.push_screen_wait(ExportDialog(list(FORMS), lambda wanted: _export(review, wanted)))
    if line is not None:
        app.say(line)


def _export(review: Review, wanted: Export) -> str:
    if wanted.form == "patch":
        files = review.export_patch(wanted.path)
        return f"{wanted.path}: a patch for {files} file{'s' * (files != 1)}"

    review.export_report(wanted.form, wanted.path)
    return f"{wanted.path} was written"


async def leave(app: FixerApp) -> None:
    """Quit; ask when something was decided and not written."""
    review = app.review
    if review is None or not review.unsaved:
        app.leave()
        return

    answers = [
        Answer("write", "Write", "see the summary first", "w"),
        Answer("keep", "Keep the decisions", "for next time, in .fixer/session", "k"),
        Answer("leave", "Leave without", "the decisions are lost", "l"),
    ]
    chosen = await app.push_screen_wait(
        Choose("Quit", "You decided something that is neither written nor kept.", answers)
    )
    if chosen == "keep":
        await asyncio.to_thread(review.save)
    elif chosen == "write" and not await write(app):
        return

    if chosen is not None:
        app.leave()
