"""Generated documents in mixed styles, random operations: whatever is done must be exactly what was meant."""

from __future__ import annotations

import random
from typing import Any

import yaml
from formats.yaml.editing import COMPOSE, KUBERNETES, ORDERED, edit, load, lowered, proven
from formats.yaml.operations import places, random_patches
from formats.yaml.rewrites import commented, crlf, no_final_newline
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from fixer.formats.format import FormatError
from fixer.formats.yaml import Put, Remove, render_file

KEYS = st.sampled_from(["a", "b", "name", "image", "x-a", "a b", "on", "1", "securityContext"])
SCALARS = st.sampled_from(
    [None, True, False, 0, 5, 1.5, "", "x", "yes", "0644", "a: b", "x #y", "one two", "l1\nl2\n", "l1\nl2", "é😀"]
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
MAPPINGS = st.dictionaries(KEYS, VALUES, min_size=1, max_size=5)
HABITS = st.sampled_from([KUBERNETES, COMPOSE, ORDERED])
MANY = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def block(value: Any) -> str:
    return render_file(value)


def dumped(value: Any) -> str:
    return yaml.dump(value, Dumper=yaml.CSafeDumper, sort_keys=False)


def wide(value: Any) -> str:
    return yaml.dump(value, Dumper=yaml.CSafeDumper, indent=4, allow_unicode=True)


def mixed(value: Any) -> str:
    return yaml.dump(value, Dumper=yaml.CSafeDumper, default_flow_style=None, width=40)


def flow(value: Any) -> str:
    return yaml.dump(value, Dumper=yaml.CSafeDumper, default_flow_style=True, width=30)


def anchored(value: Any) -> str:
    """The same value at several places, so that the emitter writes anchors."""
    return yaml.dump({"one": value, "two": value, "x-three": [value]}, Dumper=yaml.CSafeDumper)


STYLES = st.sampled_from([block, dumped, wide, mixed, flow, anchored])
TWISTS = st.sampled_from([str, crlf, no_final_newline, commented, lambda text: commented(text).replace("\n", "\r\n")])
SEEDS = st.integers(0, 2**32)


@MANY
@given(MAPPINGS, STYLES, TWISTS, HABITS, SEEDS)
def test_what_is_done_is_what_was_meant(value: Any, style: Any, twist: Any, habits: Any, seed: int) -> None:
    file = load(twist(style(value)), habits)
    patches = random_patches(random.Random(seed), file, 4)
    result = file.lower(patches)
    assert len(result.done) + len(result.deferred) + len(result.refused) == len(patches)
    after = proven(file, result)
    list(YAML(typ="safe", pure=True).parse(after))


@MANY
@given(MAPPINGS, STYLES, TWISTS, HABITS, SEEDS)
def test_deferred_patches_come_to_an_end(value: Any, style: Any, twist: Any, habits: Any, seed: int) -> None:
    """The first patch of a round never waits, so rounds end."""
    file = load(twist(style(value)), habits)
    patches = random_patches(random.Random(seed), file, 3)
    result = file.lower(patches)
    first = next((owner for owner in patches if owner not in result.refused), None)
    assert first is None or first in result.done


TEXTS = st.builds(lambda value, style, twist: twist(style(value)), MAPPINGS, STYLES, TWISTS)


@MANY
@given(TEXTS, HABITS, SEEDS, SCALARS)
def test_putting_twice_is_putting_once(text: str, habits: Any, seed: int, new: Any) -> None:
    file = load(text, habits)
    at = random.Random(seed).choice([at for at, _ in places(file.documents[0].data)])
    operation = Put("file.yaml", 0, (*at, "zz"), new)
    result = file.lower({0: [operation]})
    assume(result.done)
    assert not lowered(proven(file, result), [operation], habits=habits).edits


def line_end_of(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


@MANY
@given(TEXTS, HABITS, SEEDS, SCALARS)
def test_removing_what_was_put_gives_back_the_text(text: str, habits: Any, seed: int, new: Any) -> None:
    file = load(text, habits)
    maps = [at for at, one in places(file.documents[0].data) if isinstance(one, dict) and one]
    at = random.Random(seed).choice(maps)
    result = file.lower({0: [Put("file.yaml", 0, (*at, "zz"), new)]})
    assume(result.done and "&" not in text)
    back = edit(proven(file, result), Remove("file.yaml", 0, (*at, "zz")), habits=habits)
    # The line end that a new last line needed stays: behind a block scalar it has become part of the file.
    assert back == text or back == text + line_end_of(text)


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from(list("ab:-?[]{},&*!|>'\"%@#\n\r\t 01~<=.")), max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    """No text crashes the reader, and what is read can be edited or is refused in a sentence."""
    try:
        file = load(text)
    except FormatError:
        return

    result = file.lower(random_patches(random.Random(len(text)), file, 3))
    assert all(result.refused.values())
    proven(file, result)
