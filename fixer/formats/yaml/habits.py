"""How a file is laid out: what its kind does by habit, and what the file itself shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import msgspec

from fixer.formats.yaml.operations import Path
from fixer.formats.yaml.scalars import Profile

# Usual order of the keys of the mapping at a path; empty when none is known.
KeyOrder: TypeAlias = Callable[[Path], Sequence[str]]


class Habits(msgspec.Struct, frozen=True):
    """What the kind of a file does where the file shows no habit of its own.

    `indented_lists`: whether the dashes of a list stand further right than its key. `vectors`: keys whose lists are
    argument vectors, written on one line in brackets with every word quoted.
    """

    profile: Profile
    order: KeyOrder
    indented_lists: bool
    vectors: frozenset[str] = frozenset()
