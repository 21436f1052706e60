"""What widgets tell the screens above them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.message import Message

from fixer.proof import Identity
from fixer.review.records import Item, Scanned
from tui.asking import Answer
from tui.outline import Row

if TYPE_CHECKING:
    from fixer.review.review import Review


class Moved(Message):
    """Another row of the tree is the current one; None when the tree is empty."""

    def __init__(self, row: Row | None) -> None:
        self.row = row
        super().__init__()

    def can_replace(self, message: Message) -> bool:
        """Of a flood only the last counts."""
        return isinstance(message, Moved)


class Entered(Message):
    """A person wants to see more of a finding."""


class Ticked(Message):
    """The mark of a row was clicked."""

    def __init__(self, row: Row) -> None:
        self.row = row
        super().__init__()


class Found(Message):
    """A scan has come further."""

    def __init__(self, scanned: Scanned) -> None:
        self.scanned = scanned
        super().__init__()


class Planned(Message):
    """The answer to question number `ticket`; `start` is the file that it begins with, `stay` keeps the place.

    Another answer to it follows unless this is the `last` one.
    """

    def __init__(self, ticket: int, start: int, answer: Answer, *, stay: bool, last: bool = True) -> None:
        self.ticket = ticket
        self.start = start
        self.answer = answer
        self.stay = stay
        self.last = last
        super().__init__()


class MoreWanted(Message):
    """The end of what the diff shows is near."""


class Pointed(Message):
    """The cursor of the diff is on a line of this fix (None: on none)."""

    def __init__(self, key: Identity | None) -> None:
        self.key = key
        super().__init__()


class Known(Message):
    """More is known about this finding than was said."""

    def __init__(self, key: Identity) -> None:
        self.key = key
        super().__init__()


class Decided(Message):
    """Something was decided, undone or made again, about these items; None when it may be about all of them."""

    def __init__(self, items: Sequence[Item] | None = None) -> None:
        self.items = items
        super().__init__()


class Counted(Message):
    """Other findings are shown than before: what is said about their number changes."""


class Searched(Message):
    """Words are searched for; these are the `last` ones when the line is left."""

    def __init__(self, words: str, *, last: bool = False) -> None:
        self.words = words
        self.last = last
        super().__init__()


class Said(Message):
    """A sentence for the person."""

    def __init__(self, text: str, *, bad: bool = False) -> None:
        self.text = text
        self.bad = bad
        super().__init__()


class Wanted(Message):
    """A person wants a dialog: its name."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__()


class Opened(Message):
    """The files are known, and the review is there."""

    def __init__(self, review: Review) -> None:
        self.review = review
        super().__init__()
