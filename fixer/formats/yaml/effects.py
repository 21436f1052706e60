"""Operations applied to meanings, independently of any text, and the comparison of two meanings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from fixer.finding import Operation
from fixer.formats.yaml.operations import AddDocument, Append, Path, Put, Remove, Rename
from fixer.formats.yaml.reading import meaning_of
from fixer.formats.yaml.scalars import Tagged


class Impossible(Exception):
    """An operation that the data has no place for; the text says why."""


def applied(
    documents: Sequence[Any], effects: Iterable[Operation], convert: Callable[[Any], Any] = meaning_of
) -> list[Any]:
    """Return the meanings of the documents of a file after `effects`; the ones given are left as they are.

    `convert` turns the values of operations into what the documents hold (identity for plain data). Raises Impossible.
    """
    state = _Copies(documents, convert)
    for operation in effects:
        state.make(operation)

    return state.documents


def in_order(operations: Sequence[Operation]) -> list[Operation]:
    """Return operations so that each finds its path as it was before all of them: what shifts paths comes last."""
    changes: list[Operation] = [one for one in operations if isinstance(one, Put | Append)]
    documents = [one for one in operations if isinstance(one, AddDocument)]
    renames = _backwards([one for one in operations if isinstance(one, Rename)])
    return [*changes, *renames, *_backwards([one for one in operations if isinstance(one, Remove)]), *documents]


def _backwards(operations: Sequence[Remove | Rename]) -> list[Operation]:
    def place(operation: Remove | Rename) -> list[tuple[bool, str | int]]:
        return [(isinstance(part, int), part) for part in operation.at]

    return sorted(operations, key=place, reverse=True)  # type: ignore[arg-type]


class _Copies:
    """Documents of which only what changes is copied."""

    def __init__(self, documents: Sequence[Any], convert: Callable[[Any], Any]) -> None:
        self._convert = convert
        self.documents = list(documents)
        self._fresh: dict[int, Any] = {}

    def make(self, operation: Operation) -> None:
        if isinstance(operation, AddDocument):
            self.documents.append(self._convert(operation.value))
            return

        assert isinstance(operation, Put | Append | Remove | Rename), operation
        if not 0 <= operation.document < len(self.documents):
            raise Impossible(f"there is no document {operation.document}")

        number = operation.document
        self.documents[number] = self._changed(self.documents[number], operation.at, operation)

    def _changed(self, value: Any, rest: Path, operation: Put | Append | Remove | Rename) -> Any:
        """Return `value` with the operation made at `rest` below it."""
        if not rest and isinstance(operation, Put):
            return self._convert(operation.value)

        if not rest and isinstance(operation, Append):
            return self._appended(value, operation)

        if len(rest) == 1 and isinstance(operation, Remove | Rename):
            return self._taken(value, rest[0], operation)

        if not rest:
            raise Impossible("the whole document cannot be removed or renamed")

        copy = self._copy({} if value is None and isinstance(rest[0], str) else value)
        inner = copy.get(rest[0]) if isinstance(copy, dict) else _item(copy, rest[0])
        copy[rest[0]] = self._changed(inner, rest[1:], operation)
        return copy

    def _appended(self, value: Any, operation: Append) -> Any:
        if isinstance(value, Tagged):
            return Tagged(value.tag, self._appended(value.value, operation))

        copy = self._copy([] if value is None else value)
        if not isinstance(copy, list):
            raise Impossible("there is no list to append to")

        copy.append(self._convert(operation.value))
        return copy

    def _taken(self, value: Any, part: str | int, operation: Remove | Rename) -> Any:
        copy = self._copy(value)
        if isinstance(copy, list):
            _item(copy, part)
            if isinstance(operation, Rename):
                raise Impossible("an item has no name")

            del copy[part]  # type: ignore[arg-type]
            return copy

        if part not in copy:
            raise Impossible(f"there is no {part}")

        taken = copy.pop(part)
        if isinstance(operation, Rename):
            copy[operation.key] = taken

        return copy

    def _copy(self, value: Any) -> Any:
        """Return a copy of a collection that may be changed; one that is such a copy already is returned itself."""
        if not isinstance(value, dict | list):
            raise Impossible("there is no mapping or list on the way")

        if id(value) in self._fresh:
            return value

        copy = value.copy()
        self._fresh[id(copy)] = copy
        return copy


def _item(value: Any, part: str | int) -> Any:
    if not isinstance(value, list) or not isinstance(part, int) or not 0 <= part < len(value):
        raise Impossible(f"there is no {part}")

    return value[part]


def first_difference(planned: Any, found: Any, at: Path = ()) -> Path | None:
    """Return the path of the first place where two meanings differ."""
    if planned == found:
        return None

    if isinstance(planned, Mapping) and isinstance(found, Mapping):
        for key in [*planned, *(key for key in found if key not in planned)]:
            if key not in planned or key not in found:
                return (*at, key)

            if (inner := first_difference(planned[key], found[key], (*at, key))) is not None:
                return inner

    if isinstance(planned, list) and isinstance(found, list):
        for index, (left, right) in enumerate(zip(planned, found, strict=False)):
            if (inner := first_difference(left, right, (*at, index))) is not None:
                return inner

        return (*at, min(len(planned), len(found)))

    return at


def spelled(at: Path) -> str:
    """Return a path as people write it: `services.web.ports[0]`."""
    text = ""
    for part in at:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)

    return text or "the document"
