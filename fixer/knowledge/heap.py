"""What flags and variables say about the memory a program will take: a lower bound for its limit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from fixer.knowledge.quantities import compose_bytes

_JVM = r"(?:^|[\s\"'=])-Xmx(?P<size>[0-9]+[kmgtKMGT]?)(?![0-9A-Za-z])"
_JVM_INITIAL = r"(?:^|[\s\"'=])-Xms(?P<size>[0-9]+[kmgtKMGT]?)(?![0-9A-Za-z])"
_NODE = r"--max[-_]old[-_]space[-_]size[= ](?P<size>[0-9]+)"
_FLAGS = (
    r"(?:^|\s)(?:-c|--?)?(?P<name>maxmemory|innodb[-_]buffer[-_]pool[-_]size|shared_buffers|wiredTigerCacheSizeGB)"
    r"(?:\s*=\s*|\s+)(?P<size>[0-9]+(?:\.[0-9]+)?\s?[kmgtKMGT]?i?[bB]?)(?![0-9A-Za-z])"
)
_VARIABLES = {
    "MAX_HEAP_SIZE": "",
    "MYSQL_INNODB_BUFFER_POOL_SIZE": "",
    "MARIADB_INNODB_BUFFER_POOL_SIZE": "",
    "POSTGRES_SHARED_BUFFERS": "",
    "POSTGRESQL_SHARED_BUFFERS": "",
    "REDIS_MAXMEMORY": "",
    "LS_HEAP_SIZE": "",
    "NEO4J_server_memory_heap_max__size": "",
    "NEO4J_dbms_memory_heap_max__size": "",
    "NEO4J_server_memory_pagecache_size": "",
    "NEO4J_dbms_memory_pagecache_size": "",
    "SOLR_HEAP": "",
    "HEAP_SIZE": "",
    "MAX_HEAP": "",
    "MEMCACHED_CACHE_SIZE": "m",
    "HADOOP_HEAPSIZE": "m",
}


def heap_bytes(env: Mapping[str, str] | None, argv: Sequence[str] | None) -> tuple[int, str] | None:
    """Return the largest heap or cache that `env` and `argv` ask for, in bytes, and the clause that says where.

    None when they say nothing. The clause never holds a value of a variable other than the size itself.
    """
    found = [*_of_text(" ".join(argv or ()), "command line")]
    for name, value in (env or {}).items():
        found += _of_text(str(value), name)
        size = compose_bytes(f"{value}{_VARIABLES[name]}") if name in _VARIABLES else None
        found += [(size, f"{name} asks for {value}")] if size else []

    return max(found, key=lambda pair: pair[0], default=None)


def _of_text(text: str, source: str) -> Iterator[tuple[int, str]]:
    for form, flag in ((_JVM, "-Xmx"), (_JVM_INITIAL, "-Xms")):
        for match in re.finditer(form, text):
            yield from _sized(match["size"], match["size"], f"{flag}{match['size']}", source)

    for match in re.finditer(_NODE, text):
        yield from _sized(match["size"] + "m", match["size"], f"--max-old-space-size={match['size']}", source)

    for match in re.finditer(_FLAGS, text):
        unit = "g" if match["name"].endswith("GB") else ""
        yield from _sized(
            match["size"].replace(" ", "") + unit, match["size"], f"{match['name']} {match['size']}", source
        )


def _sized(size: str, written: str, shown: str, source: str) -> Iterator[tuple[int, str]]:
    count = compose_bytes(size)
    if count and written.strip("0"):
        yield count, f"{shown} in {source}" if source != "command line" else f"{shown} on the command line"
