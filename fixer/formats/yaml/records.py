"""Records in the place of ruamel.yaml's events, for its C parser.

The extension makes its events from the classes it finds in its own namespace. Those of ruamel.yaml are written in
Python: to make them takes as long as the parsing. The names and the order of fields are those of ruamel.yaml's
constructors, as far as the extension uses them.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

import msgspec


class StreamStartEvent(msgspec.Struct, gc=False):
    """The stream begins."""

    start_mark: Any
    end_mark: Any
    encoding: str | None


class DocumentStartEvent(msgspec.Struct, gc=False):
    """A document begins; `explicit` when it does with `---`."""

    start_mark: Any
    end_mark: Any
    explicit: bool
    version: Any
    tags: Any


class DocumentEndEvent(msgspec.Struct, gc=False):
    """A document ends; `explicit` when it does with `...`."""

    start_mark: Any
    end_mark: Any
    explicit: bool


class AliasEvent(msgspec.Struct, gc=False):
    """`*anchor`."""

    anchor: str
    start_mark: Any
    end_mark: Any


class ScalarEvent(msgspec.Struct, gc=False):
    """One scalar."""

    anchor: str | None
    ctag: str | None
    implicit: tuple[bool, bool]
    value: str
    start_mark: Any
    end_mark: Any
    style: str | None


class MappingStartEvent(msgspec.Struct, gc=False):
    """A mapping begins."""

    anchor: str | None
    ctag: str | None
    implicit: bool
    start_mark: Any
    end_mark: Any
    flow_style: bool | None


class SequenceStartEvent(msgspec.Struct, gc=False):
    """A sequence begins."""

    anchor: str | None
    ctag: str | None
    implicit: bool
    start_mark: Any
    end_mark: Any
    flow_style: bool | None


class MappingEndEvent(msgspec.Struct, gc=False):
    """A mapping ends."""

    start_mark: Any
    end_mark: Any


class SequenceEndEvent(msgspec.Struct, gc=False):
    """A sequence ends."""

    start_mark: Any
    end_mark: Any


class StreamEndEvent(msgspec.Struct, gc=False):
    """The stream ends."""

    start_mark: Any
    end_mark: Any


_RECORDS = (
    *(StreamStartEvent, DocumentStartEvent, DocumentEndEvent, AliasEvent, ScalarEvent, MappingStartEvent),
    *(SequenceStartEvent, MappingEndEvent, SequenceEndEvent, StreamEndEvent),
)


def put_into(extension: ModuleType) -> bool:
    """Let the C parser make these records; return whether it does."""
    for record in _RECORDS:
        setattr(extension, record.__name__, record)

    return isinstance(extension.CParser("").get_event(), StreamStartEvent)
