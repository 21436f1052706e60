"""Which HTTP or TCP probe an image can run (table KB-3), in the order of preference."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Collection, Iterator
from typing import Literal

import msgspec

from fixer.knowledge.images import ImageFacts
from fixer.knowledge.probe import Probe
from fixer.knowledge.tables import table

Words = tuple[str, ...]

_URL = "http://127.0.0.1:<port><path>"
_MODERN_NODE = 18
_NODE_NAMES = {
    "argon": 4, "boron": 6, "carbon": 8, "dubnium": 10, "erbium": 12, "fermium": 14, "gallium": 16, "hydrogen": 18,
    "iron": 20, "jod": 22, "krypton": 24, "latest": 24, "lts": 24, "current": 24, "alpine": 24, "slim": 24,
}  # fmt: skip
# Options with which a client does not verify certificates. The others have no such option, only code.
_INSECURE = {"curl": "-k", "wget": "--no-check-certificate"}
# Clients that try every address of `localhost`; the others may stop at ::1, where most servers do not listen.
_TRY_ALL_ADDRESSES = frozenset({"curl", "python", "python3", "ruby"})


class _Template(msgspec.Struct, frozen=True):
    proves: Literal["http", "tcp"]
    has: str
    argv: Words
    exits_with_0_or_1: bool


def http_probe(
    facts: ImageFacts, port: int, path: str, *, installed: Collection[str] = (), scheme: str = "http"
) -> Probe | None:
    """Return the probe that asks for `path` at `port` of the container with what the image has, else None.

    `installed` are programs that come on top of those of the image. With `scheme` https the certificate is not
    verified, and only clients that can be told so are taken.
    """
    return url_probe(facts, f"{scheme}://127.0.0.1:{port}{path}", installed=installed, insecure=scheme == "https")


def tcp_probe(
    facts: ImageFacts, port: int | str, *, installed: Collection[str] = (), host: str = "127.0.0.1"
) -> Probe | None:
    """Return the probe that connects to `port`; None when the image has neither bash nor nc."""
    return _first(facts, installed, "tcp", lambda _, argv: _put_in(argv, {"127.0.0.1": host, "<port>": str(port)}))


def url_probe(facts: ImageFacts, url: str, *, installed: Collection[str] = (), insecure: bool = False) -> Probe | None:
    """Return the probe that asks for `url`; with `insecure` the certificate is not verified."""

    def fill(program: str, argv: Words) -> Words | None:
        reachable = url if program in _TRY_ALL_ADDRESSES else url.replace("//localhost", "//127.0.0.1", 1)
        words = _put_in(argv, {_URL: reachable})
        if not insecure:
            return words

        option = _INSECURE.get(program)
        return (words[0], option, *words[1:]) if option else None

    return _first(facts, installed, "http", fill)


def node_major(facts: ImageFacts) -> int | None:
    """Return the major version of Node that the tag of a `node` image tells; None when it does not."""
    if not facts.name.endswith("/node"):
        return None

    word = re.split(r"[.-]", facts.tag)[0]
    return int(word) if word.isdecimal() else _NODE_NAMES.get(word)


def _first(
    facts: ImageFacts, installed: Collection[str], proves: str, fill: Callable[[str, Words], Words | None]
) -> Probe | None:
    for template, program in _candidates(facts, installed):
        words = fill(program, (program, *template.argv[1:])) if template.proves == proves else None
        if words:
            sure = program in installed or facts.sure("tools")
            source = f" ({facts.evidence})" if facts.evidence and program not in installed else ""
            return Probe(words, None, f"{program} is in the image{source}", sure, template.exits_with_0_or_1)

    return None


def _candidates(facts: ImageFacts, installed: Collection[str]) -> Iterator[tuple[_Template, str]]:
    for template in _templates():
        name = template.has.partition(" ")[0]
        modern = (node_major(facts) or 0) >= _MODERN_NODE
        if template.has == "node 18+" and not (modern and "node" not in installed):
            continue

        for program in (name, "python3") if name == "python" else (name,):
            if program in installed or facts.has(program):
                yield template, program


@functools.cache
def _templates() -> list[_Template]:
    return msgspec.convert(table("probe_commands"), list[_Template])


def _put_in(argv: Words, values: dict[str, str]) -> Words:
    """Return `argv` with the placeholders replaced."""
    words = []
    for word in argv:
        for placeholder, value in values.items():
            word = word.replace(placeholder, value)  # noqa: PLW2901 - each placeholder works on the last one's result

        words.append(word)

    return tuple(words)
