"""What is said in the place of the panels when there is nothing to decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static

from tui.explaining import about_troubles
from tui.signs import UNICODE, Signs
from tui.telling import told

if TYPE_CHECKING:
    from fixer.review.review import Review


class Empty(Static):
    """One sentence in the middle of the screen, with what was not looked at."""

    def __init__(self, signs: Signs = UNICODE) -> None:
        super().__init__(id="empty", markup=False)
        self.signs = signs

    def explain(self, review: Review, *, stopped: bool) -> None:
        """Say why there is nothing; hide when there are findings."""
        self.screen.set_class(not review.items, "-empty")
        if review.items:
            return

        done, total = review.scanned
        title, more = words(done, total, stopped=stopped)
        parts = [Content.styled(title, "bold $primary"), Content.styled(more, "$foreground 70%")]
        self.update(Content("\n").join([*parts, Content(""), told(about_troubles(review.troubles[:20], self.signs))]))


def words(done: int, total: int, *, stopped: bool) -> tuple[str, str]:
    """Return what is said when there are no findings: a title and a sentence."""
    if stopped:
        return (
            "The scan was stopped",
            f"{done} of {total} files were looked at, and nothing was found in them. F5 goes on.",
        )

    if not total:
        return "Nothing to look at", "There is no Dockerfile, Compose file or Kubernetes manifest here. q leaves."

    return "Nothing found", f"{total} file{'s' * (total != 1)} looked at, and no rule has anything to say. q leaves."
