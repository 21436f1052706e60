"""Public files: each is read or refused in a sentence, and random operations on a sample do exactly what they mean."""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from formats.yaml.editing import COMPOSE, KUBERNETES, proven
from formats.yaml.operations import random_patches
from formats.yaml.rewrites import REWRITES
from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import YAMLError

from fixer.formats.format import FormatError
from fixer.formats.yaml import Habits, YamlFile, parse
from fixer.formats.yaml.events import slow
from fixer.formats.yaml.nodes import build
from fixer.text import TextError, read

LARGEST = 60_000

# Every so many files of the corpus are taken into a sample: a run must stay below a minute.
SAMPLE = 20


def files(corpus: Path) -> list[Path]:
    return sorted(path for path in corpus.rglob("*") if path.suffix in {".yaml", ".yml"} and path.is_file())


def habits_of(path: Path) -> Habits:
    return COMPOSE if "compose" in path.name else KUBERNETES


def loaded(path: Path, text: str | None = None) -> YamlFile | None:
    """The file as YAML; None when it is refused."""
    try:
        source = read(path.read_bytes() if text is None else text.encode())
        return parse(source, path.name, habits_of(path))
    except (TextError, FormatError):
        return None


def sample(corpus: Path) -> Iterator[tuple[Path, YamlFile]]:
    for path in files(corpus)[::SAMPLE]:
        file = loaded(path)
        if file is not None and len(file.source.text) <= LARGEST:
            yield path, file


def test_every_file_is_read_or_refused(corpus: Path) -> None:
    refused, templates = [], 0
    for path in files(corpus):
        try:
            file = parse(read(path.read_bytes()), path.name, habits_of(path))
            assert all(document.data is not Ellipsis for document in file.documents)
        except FormatError as error:
            templates += error.reason.endswith("templates are not rewritten")
            refused += [] if "template" in error.reason else [(path.name, error.reason)]

    assert templates > 200
    assert len(refused) < 20, refused


def test_data_agrees_with_an_independent_reader(corpus: Path) -> None:
    """Strings, mappings and lists are the same; numbers and words differ by design between YAML versions."""
    compared = 0
    for path, file in sample(corpus):
        try:
            theirs = list(YAML(typ="safe", pure=True).load_all(file.source.text))
        except (YAMLError, DuplicateKeyError, ValueError):
            continue

        ours = [document.data for document in parse(file.source, path.name, COMPOSE).documents]
        assert shape(ours) == shape(theirs), path
        compared += 1

    assert compared > 30


def test_both_event_sources_give_the_same_spans(corpus: Path) -> None:
    for path, file in list(sample(corpus))[::3]:
        pure = build(file.source.text, slow())
        assert [str(root.node) for root in pure] == [str(root.node) for root in file.roots], path


@pytest.mark.parametrize("name", REWRITES)
def test_random_operations_on_rewritten_files(corpus: Path, name: str) -> None:
    done = 0
    for path, original in sample(corpus):
        text = rewritten(name, original.source.text)
        file = None if text is None else loaded(path, text)
        if file is None:
            continue

        chance = random.Random(zlib.crc32(f"{path.name} {name}".encode()))
        result = file.lower(random_patches(chance, file, 5))
        after = proven(file, result)
        if "tabs" not in name:  # the pure parser rejects tabs where libyaml takes them
            list(YAML(typ="safe", pure=True).parse(after))

        done += len(result.done)

    assert done > 20


def rewritten(name: str, text: str) -> str | None:
    """The text in another style; None where the rewriting tool gives up."""
    try:
        return REWRITES[name](text)
    except (YAMLError, ValueError, AttributeError, TypeError, AssertionError):
        return None
    except Exception as error:
        if type(error).__module__.startswith("yaml."):
            return None

        raise


def shape(value: Any) -> Any:
    """What all readers agree about: the texts, and how they are nested (Compose keeps keys as they are written)."""
    if isinstance(value, dict):
        return {str(key).lower(): shape(inner) for key, inner in value.items()}

    if isinstance(value, list):
        return [shape(inner) for inner in value]

    return value if isinstance(value, str) and len(value) > 3 and not value[0].isdigit() else None
