"""Generated YAML files: data of every shape, written in every style."""

from __future__ import annotations

from random import Random
from typing import Any

import msgspec
from formats.yaml.editing import COMPOSE, KUBERNETES, ORDERED, load
from formats.yaml.wild import Text, tangled, wild
from hypothesis import strategies as st

from fixer.formats.yaml import Habits, YamlFile

KEYS = st.sampled_from(["a", "b", "name", "image", "x-a", "a b", "on", "1", "securityContext"])
STRINGS = (
    "",
    "x",
    "yes",
    "0644",
    "a: b",
    "x #y",
    "one two",
    "l1\nl2\n",
    "l1\nl2",
    "a\n\nb\n",
    " lead\nx\n",
    "é😀",
    "it's",
    '"',
)
SCALARS = st.sampled_from([None, True, False, 0, 5, 1.5, -1, *STRINGS])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
MAPPINGS = st.dictionaries(KEYS, VALUES, min_size=1, max_size=5)
DOCUMENTS = st.lists(MAPPINGS, min_size=1, max_size=1) | st.lists(MAPPINGS | SCALARS, min_size=1, max_size=3)
HABITS = st.sampled_from([KUBERNETES, COMPOSE, ORDERED])
SEEDS = st.integers(0, 2**32)


class Given(msgspec.Struct, frozen=True):
    """A generated file, its habits, and the chance that further choices are drawn from."""

    written: Text
    habits: Habits
    seed: int

    @property
    def path(self) -> str:
        return "file.json" if self.written.json else "file.yaml"

    @property
    def text(self) -> str:
        """The text behind the byte order mark."""
        return self.written.text.removeprefix("\ufeff")

    def file(self, text: str | None = None) -> YamlFile:
        return load(self.written.text if text is None else text, self.habits, self.path)

    def chance(self) -> Random:
        return Random(self.seed)


def given_of(documents: list[Any], habits: Habits, seed: int) -> Given:
    chance = Random(seed)
    return Given(wild([tangled(one, chance) for one in documents], chance), habits, seed)


FILES = st.builds(given_of, DOCUMENTS, HABITS, SEEDS)
