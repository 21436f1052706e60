"""An independent judge of Dockerfiles: what BuildKit's parser should see once operations are made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from formats.dockerfile.buildkit import Seen

from fixer.finding import Operation
from fixer.formats.dockerfile import Insert, Line, Remove, Replace, SetFlag, SetKeyword, SetWord

# What is not known of an instruction that changes stays out of the comparison.
KEYS = ("keyword", "inner", "flags", "logical", "value", "json", "heredocs")


def planned(before: Seen, operations: Sequence[Operation]) -> Seen:
    """Return what is known of each instruction after the operations."""
    result: Seen = []
    for number, old in enumerate(before):
        here = [operation for operation in operations if getattr(operation, "at", None) == number]
        inserted = [operation for operation in here if isinstance(operation, Insert)]
        result += [_line(operation.line) for operation in inserted if operation.where == "before"]
        result += _own(old, [operation for operation in here if not isinstance(operation, Insert)])
        result += [_line(operation.line) for operation in inserted if operation.where == "after"]

    return result


def differs(wanted: Seen, found: Seen) -> str | None:
    """Return where two lists of instructions differ in what is known of both."""
    if len(wanted) != len(found):
        return f"{len(found)} instructions, not {len(wanted)}"

    for number, (left, right) in enumerate(zip(wanted, found, strict=True)):
        for key, value in left.items():
            if key in KEYS and right[key] != value:
                return f"instruction {number}, {key}: {right[key]!r}, not {value!r}"

    return None


def _own(old: dict[str, Any], operations: Sequence[Operation]) -> Seen:
    if not operations:
        return [old]

    for operation in operations:
        if isinstance(operation, Remove):
            return []

        if isinstance(operation, Replace):
            return [_line(operation.line)]

    new = {key: old[key] for key in ("keyword", "inner", "flags")}
    if not any(old["heredocs"]) or all(isinstance(one, SetFlag | SetKeyword | SetWord) for one in operations):
        new["heredocs"] = old["heredocs"]

    for operation in operations:
        _change(new, old, operation)

    return [new]


def _change(new: dict[str, Any], old: dict[str, Any], operation: Operation) -> None:
    if isinstance(operation, SetKeyword):
        new["inner" if old["inner"] else "keyword"] = operation.keyword
    elif isinstance(operation, SetFlag) and old["inner"]:
        new.pop("flags")  # of what ONBUILD holds the parser tells no flags
    elif isinstance(operation, SetFlag):
        flag = f"--{operation.name}={operation.value}"
        names = [text[2:].partition("=")[0] for text in new["flags"]]
        kept = [flag if name == operation.name else text for name, text in zip(names, new["flags"], strict=True)]
        new["flags"] = kept if operation.name in names else [*kept, flag]


def _line(line: Line) -> dict[str, Any]:
    known: dict[str, Any] = {
        "keyword": line.keyword,
        "flags": [f"--{name}={value}" for name, value in line.flags],
        "heredocs": [],
    }
    if line.argv and not line.text:
        known |= {"json": True, "value": list(line.argv)}

    return known
