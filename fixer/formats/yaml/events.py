"""Where YAML events come from: ruamel.yaml's C parser, or its pure Python one where there is no C extension.

Every other module sees only `Events`; marks count characters from the start of the text in both sources.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from types import ModuleType
from typing import Any, NamedTuple

from fixer.formats.format import FormatError


class Events(NamedTuple):
    """The classes of events, and `open`, which returns the function that yields the next event of a text."""

    scalar: type
    mapping_start: type
    mapping_end: type
    sequence_start: type
    sequence_end: type
    alias: type
    document_start: type
    document_end: type
    stream_end: type
    open: Callable[[str], Callable[[], Any]]
    pure: bool


@cache
def fast() -> Events | None:
    """Return the events of the C parser; None when the extension is not installed."""
    try:
        import _ruamel_yaml as extension
    except ImportError:
        return None

    from ruamel.yaml import events

    from fixer.formats.yaml import records

    made = records if records.put_into(extension) else events
    return _events(made, lambda text: extension.CParser(text).get_event, pure=False)


@cache
def slow() -> Events:
    """Return the events of the pure Python parser: 15 times slower, and accepting a little more."""
    from ruamel.yaml import events

    return _events(events, _open_pure, pure=True)


def event_source() -> str:
    """Return which parser reads YAML here: "C" or "pure Python"."""
    return "C" if fast() else "pure Python"


def error_of(error: Exception, text: str) -> FormatError:
    """Return what a parser's complaint means for the reader of a report."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line = mark.line + 1 if mark is not None else 0
    problem = str(getattr(error, "problem", None) or error).strip().splitlines()
    reason = problem[0] if problem else "it cannot be parsed"
    if "start any token" in reason and mark is not None and text.startswith("\t", mark.index):
        reason = "a tab stands where indentation must be spaces"

    return FormatError(f"not valid YAML: {reason} (line {line})" if line else f"not valid YAML: {reason}", line)


def yaml_error() -> type[Exception]:
    """Return the class of the errors that both parsers raise."""
    from ruamel.yaml.error import YAMLError

    found: type[Exception] = YAMLError
    return found


def _open_pure(text: str) -> Callable[[], Any]:
    from ruamel.yaml import YAML

    events: Iterator[Any] = iter(YAML(typ="safe", pure=True).parse(text))
    return lambda: next(events)


def _events(events: ModuleType, opened: Callable[[str], Callable[[], Any]], *, pure: bool) -> Events:
    return Events(
        scalar=events.ScalarEvent,
        mapping_start=events.MappingStartEvent,
        mapping_end=events.MappingEndEvent,
        sequence_start=events.SequenceStartEvent,
        sequence_end=events.SequenceEndEvent,
        alias=events.AliasEvent,
        document_start=events.DocumentStartEvent,
        document_end=events.DocumentEndEvent,
        stream_end=events.StreamEndEvent,
        open=opened,
        pure=pure,
    )
