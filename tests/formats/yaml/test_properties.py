"""Generated files in every style, random operations: whatever is done must be exactly what was meant."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

import pytest
from formats.examples import examples
from formats.yaml import judge
from formats.yaml.editing import load, proven
from formats.yaml.generated import FILES, HABITS, MAPPINGS, SCALARS, SEEDS, Given, given_of
from formats.yaml.operations import places, random_patches
from formats.yaml.wild import STYLES
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from fixer.finding import Operation
from fixer.formats.format import FormatError
from fixer.formats.yaml import Append, Put, Remove, Rename, YamlFile
from fixer.formats.yaml.effects import in_order

WITH_STRING = st.builds(
    given_of, st.lists(MAPPINGS.map(lambda value: value | {"zz": "one two"}), min_size=1, max_size=2), HABITS, SEEDS
)
PLAIN = ("new", "other word", "a/b.c")


def made(one: Given, operations: list[Operation], text: str | None = None) -> str | None:
    """Return the text after the operations, as one patch; None when they are refused."""
    file = one.file(text)
    result = file.lower({0: operations})
    event("refused" if result.refused else "done")
    after = proven(file, result)
    return after if result.done else None


def spots(one: Given, wanted: type) -> list[tuple[int, tuple[str | int, ...], Any]]:
    """Documents and paths of the values of a type, with what is there."""
    return [
        (document.index, at, value)
        for document in one.file().documents
        for at, value in places(document.data)
        if isinstance(value, wanted)
    ]


# ---- what was meant


@examples(120)
@given(FILES)
def test_what_is_done_is_what_was_meant(one: Given) -> None:
    file = one.file()
    patches = random_patches(one.chance(), file, 4)
    result = file.lower(patches)
    assert len(result.done) + len(result.deferred) + len(result.refused) == len(patches)
    assert all(reason.strip() and "\n" not in reason for reason in result.refused.values())
    proven(file, result)


@examples(120)
@given(FILES)
def test_another_reader_sees_what_was_meant(one: Given) -> None:
    file = one.file()
    result = file.lower(random_patches(one.chance(), file, 3))
    before, after = judge.documents(one.text), judge.documents(proven(file, result))
    assert after == judge.made(before, result.effects)


@examples(60)
@given(FILES)
def test_deferred_patches_come_to_an_end(one: Given) -> None:
    """The first patch of a round never waits, so rounds end."""
    file = one.file()
    patches = random_patches(one.chance(), file, 3)
    result = file.lower(patches)
    first = next((owner for owner in patches if owner not in result.refused), None)
    assert first is None or first in result.done


@examples(60)
@given(FILES)
def test_what_is_refused_is_refused_alone_too(one: Given) -> None:
    """A patch that is done among others is done alone as well, unless the others were what it counted on."""
    file = one.file()
    patches = random_patches(one.chance(), file, 3)
    result = file.lower(patches)
    for owner in sorted(result.done):
        alone = file.lower({owner: patches[owner]})
        assert owner in alone.done or "&" in one.text, alone.refused


@examples(120)
@given(FILES)
def test_all_at_once_is_one_after_the_other(one: Given) -> None:
    """The operations of a round, made singly in the order that keeps their paths, come to the same data."""
    file = one.file()
    result = file.lower(random_patches(one.chance(), file, 4))
    text = one.text
    for operation in in_order(list(result.effects)) if "&" not in one.text else ():
        now = one.file(text)
        step = now.lower({0: [operation]})
        assume(not step.refused)
        text = proven(now, step)

    assume("&" not in one.text)
    together = [document.meaning for document in one.file(proven(file, result)).documents]
    assert [document.meaning for document in one.file(text).documents] == together


# ---- the same again changes nothing


@examples(120)
@given(FILES, SCALARS)
def test_putting_twice_is_putting_once(one: Given, new: Any) -> None:
    [(document, at, _)] = one.chance().choices(spots(one, object) or [(0, (), None)])
    operation = Put(one.path, document, (*at, *(("zz",) if one.seed % 2 else ())), new)
    once = made(one, [operation])
    assume(once is not None)
    assert made(one, [operation], once) == once


@examples(60)
@given(FILES)
def test_putting_what_is_there_changes_nothing(one: Given) -> None:
    found = [spot for spot in spots(one, object) if spot[1] and not isinstance(spot[2], dict | list)]
    assume(found)
    document, at, value = one.chance().choice(found)
    assert made(one, [Put(one.path, document, at, value)]) == one.text


# ---- there and back


def line_end_of(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


@examples(120)
@given(FILES, SCALARS)
def test_removing_what_was_put_gives_back_the_text(one: Given, new: Any) -> None:
    found = [spot for spot in spots(one, dict) if spot[2]]
    assume(found)
    document, at, _ = one.chance().choice(found)
    there = made(one, [Put(one.path, document, (*at, "zz"), new)])
    assume(there is not None and "&" not in one.text)
    back = made(one, [Remove(one.path, document, (*at, "zz"))], there)
    # The line end that a new last line needed stays: behind a block scalar it has become part of the file.
    assert back in (one.text, one.text + line_end_of(one.text))


@examples(120)
@given(FILES, SCALARS)
def test_removing_what_was_appended_gives_back_the_text(one: Given, new: Any) -> None:
    found = [spot for spot in spots(one, list) if spot[2] and spot[1]]
    assume(found)
    document, at, items = one.chance().choice(found)
    there = made(one, [Append(one.path, document, at, new)])
    assume(there is not None and "&" not in one.text)
    back = made(one, [Remove(one.path, document, (*at, len(items)))], there)
    assert back in (one.text, one.text + line_end_of(one.text))


@examples(60)
@given(FILES)
def test_renaming_there_and_back_gives_back_the_text(one: Given) -> None:
    found = [spot for spot in spots(one, object) if spot[1] and isinstance(spot[1][-1], str) and spot[1][-1] != "<<"]
    assume(found)
    document, at, _ = one.chance().choice(found)
    there = made(one, [Rename(one.path, document, at, "zz")])
    assume(there is not None and written_plainly(one, document, at))
    assert made(one, [Rename(one.path, document, (*at[:-1], "zz"), str(at[-1]))], there) == one.text


def written_plainly(one: Given, document: int, at: tuple[str | int, ...]) -> bool:
    """Whether the key stands in quotes that it keeps, or needs none."""
    span = one.file().documents[document].span(at)
    spelled = one.text[span.start : span.end]
    return spelled in {f'"{at[-1]}"', f"'{at[-1]}'"} or (spelled.isidentifier() and spelled not in {"on", "y", "n"})


@examples(60)
@given(WITH_STRING, st.sampled_from(PLAIN))
def test_putting_the_old_string_back_gives_back_the_text(one: Given, new: str) -> None:
    raw = one.file().documents[0].raw(("zz",))
    assume(raw in {"one two", '"one two"', "'one two'"})
    there = made(one, [Put(one.path, 0, ("zz",), new)])
    assume(there is not None)
    assert made(one, [Put(one.path, 0, ("zz",), "one two")], there) == one.text


# ---- any text at all


@settings(max_examples=examples(200).max_examples, deadline=None)
@given(st.text(st.sampled_from(list("ab:-?[]{},&*!|>'\"%@#\n\r\t 01~<=.")), max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    """No text crashes the reader, and what is read can be edited or is refused in a sentence."""
    try:
        file = load(text)
    except FormatError:
        return

    result = file.lower(random_patches(Random(len(text)), file, 3))
    assert all(result.refused.values())
    proven(file, result)


# ---- the generators reach everything


def test_generated_files_and_operations_reach_everything() -> None:
    styles: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    done: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    for seed in range(300):
        one = given_of(some_documents(Random(seed)), *some_habits(seed))
        styles.update(one.written.styles)
        file = one.file()
        patches = random_patches(one.chance(), file, 4)
        result = file.lower(patches)
        for owner, patch in patches.items():
            names = [type(operation).__name__ for operation in patch]
            asked.update(names)
            done.update(names if owner in result.done else ())
            refused.update(names if owner in result.refused else ())

    assert {style: styles[style] for style in STYLES if styles[style] < 5} == {}
    assert set(asked) == {"Put", "Append", "Remove", "Rename", "AddDocument"}
    assert {name: done[name] for name in asked if done[name] < 15} == {}
    assert {name: (refused[name], asked[name]) for name in asked if refused[name] > 0.3 * asked[name]} == {}


def some_habits(seed: int) -> tuple[Any, int]:
    from formats.yaml.editing import COMPOSE, KUBERNETES, ORDERED

    return (KUBERNETES, COMPOSE, ORDERED)[seed % 3], seed


def some_documents(chance: Random) -> list[Any]:
    from formats.yaml.generated import STRINGS

    def value(depth: int) -> Any:
        kind = chance.random()
        if not depth or kind < 0.35:
            return chance.choice((None, True, 0, 5, 1.5, *STRINGS))

        if kind < 0.65:
            return [value(depth - 1) for _ in range(chance.randint(0, 3))]

        return mapping(depth - 1, 0)

    def mapping(depth: int, least: int) -> dict[str, Any]:
        names = ("a", "b", "name", "image", "x-a", "a b", "on", "1", "securityContext")
        return {key: value(depth) for key in chance.sample(names, chance.randint(least, 4))}

    return [mapping(3, 1) for _ in range(chance.choice((1, 1, 1, 2, 3)))]


@pytest.mark.parametrize("kind", [Put, Append])
def test_files_without_anything_are_told_so(kind: type[Put | Append]) -> None:
    file: YamlFile = load("# nothing\n")
    assert file.lower({0: [kind("file.yaml", 0, ("a",), 1)]}).done == frozenset() or file.documents
