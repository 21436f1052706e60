"""Programs that serve a port, and which of their options say which (table KB-4, ranks 2 and 5)."""

from __future__ import annotations

import functools
from collections.abc import Mapping

import msgspec

from fixer.knowledge.tables import table


class Server(msgspec.Struct, frozen=True):
    """How the command line of a server names its port.

    `ports` are options with a number, `addresses` options with `host:port`, `:port`, a number or a URL, `hosts` options
    with the host alone. `sockets` are options with which it listens on a Unix socket or an inherited descriptor, `tls`
    those with which it speaks TLS, `elsewhere` those that name a file which may set the port. `words`: the sub-command
    is one of these (none: any). `positional`: an argument after the sub-command may be the address. `default` is the
    port without any option (0: none known). `path` is a health path that the server itself answers.
    """

    ports: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    sockets: tuple[str, ...] = ()
    tls: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    positional: bool = False
    default: int = 0
    path: str | None = None
    protocol: str = "http"


@functools.cache
def servers() -> Mapping[str, tuple[Server, ...]]:
    """Return the known servers by the base name of their program; the first of a program whose `words` fit counts."""
    return msgspec.convert(table("servers"), dict[str, tuple[Server, ...]])
