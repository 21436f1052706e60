"""What the changes of one round are, before any text is written."""

from __future__ import annotations

import msgspec

from fixer.formats.yaml.layout import Chain
from fixer.formats.yaml.nodes import Collection, Node
from fixer.formats.yaml.operations import Path
from fixer.formats.yaml.pending import New
from fixer.formats.yaml.trail import Step


class Replacement(msgspec.Struct):
    """A new value for an entry; `open` when the old one was empty, so that other patches may add to the new one."""

    root: Node
    step: Step | None
    chain: Chain
    new: New
    owner: int
    open: bool


class Insertions(msgspec.Struct):
    """New entries of one container; a mapping's have a key."""

    container: Collection
    chain: Chain
    at: Path
    entries: list[tuple[str | None, New]]


class Removals(msgspec.Struct):
    """Entries of one container that go, each with its owner."""

    container: Collection
    chain: Chain
    owners: dict[int, int]


class Renaming(msgspec.Struct, frozen=True):
    """A key that gets another name."""

    step: Step
    key: str
    owner: int
