"""Which version of a language the files of the project ask for."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable

import msgspec

from fixer.kinds.facts import Facts

_NUMBER = re.compile(r"v?([0-9]+(?:\.[0-9]+){0,2})")
_NODE_NAMES = {"argon": "4", "boron": "6", "carbon": "8", "dubnium": "10", "erbium": "12", "fermium": "14",
               "gallium": "16", "hydrogen": "18", "iron": "20", "jod": "22", "krypton": "24"}  # fmt: skip
Read = Callable[[str], str | None]


class Version(msgspec.Struct, frozen=True):
    """A version that a file asks for, and the clause that says so."""

    text: str
    because: str


def project_version(facts: Facts, path: str, image: str) -> Version | None:
    """Return the version for `image` (its familiar name) that a file beside or above the Dockerfile asks for."""
    readers = _READERS.get(image, ())
    folder = posixpath.dirname(path)
    while readers:
        for name, read in readers:
            text = facts.text(posixpath.join(folder, name))
            version = read(text.replace("\r\n", "\n")) if text else None
            if version:
                return Version(version, f"{version}: {posixpath.join(folder, name)}")

        if not folder:
            return None

        folder = posixpath.dirname(folder)

    return None


def _plain(text: str) -> str | None:
    """Return the version that is the only content of a file."""
    words = text.split("#", maxsplit=1)[0].split()
    match = _NUMBER.fullmatch(words[0]) if len(words) == 1 else None
    return match[1] if match else None


def _node_file(text: str) -> str | None:
    word = text.strip().lower()
    return _NODE_NAMES.get(word.removeprefix("lts/")) or _plain(text)


def _runtime(text: str) -> str | None:
    match = re.match(r"python-([0-9]+(?:\.[0-9]+){1,2})\s*$", text)
    return match[1] if match else None


def _tool_versions(tool: str) -> Read:
    def read(text: str) -> str | None:
        match = re.search(rf"^{tool}[ \t]+v?([0-9]+(?:\.[0-9]+){{0,2}})[ \t]*(?:#.*)?$", text, re.MULTILINE)
        return match[1] if match else None

    return read


def _pyproject(text: str) -> str | None:
    match = re.search(r"""^requires-python\s*=\s*["']([^"']*)["']""", text, re.MULTILINE)
    return _python_range(match[1]) if match else None


def _python_range(wanted: str) -> str | None:
    """Return the highest version below 4 that a range allows; None when it has no end."""
    parts = [part.strip() for part in wanted.split(",")]
    for part in parts:
        if match := re.fullmatch(r"==\s*([0-9]+\.[0-9]+(?:\.[0-9]+)?)(?:\.\*)?", part):
            return match[1]

        if match := re.fullmatch(r"~=\s*(3\.[0-9]+)\.[0-9]+", part):
            return match[1]

        if match := re.fullmatch(r"<\s*3\.([0-9]{1,4})(?:\.0)?", part):
            return f"3.{int(match[1]) - 1}"

        if match := re.fullmatch(r"<=\s*(3\.[0-9]+)(?:\.[0-9]+)?", part):
            return match[1]

    return None


def _engines(text: str) -> str | None:
    """Return the version of Node that package.json asks for, by volta or by engines."""
    try:
        data = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return None

    for key in ("volta", "engines"):
        part = data.get(key) if isinstance(data, dict) else None
        wanted = part.get("node") if isinstance(part, dict) else None
        if isinstance(wanted, str) and (found := _node_range(wanted)):
            return found

    return None


def _node_range(wanted: str) -> str | None:
    """Return the highest major version that a range allows; None when it has no end."""
    last = wanted.rsplit("||", maxsplit=1)[-1].strip()
    if match := re.fullmatch(r"[=v]*([0-9]+\.[0-9]+\.[0-9]+)", last):
        return match[1]

    if match := re.fullmatch(r"~\s*([0-9]+\.[0-9]+)(?:\.[0-9x]+)?|([0-9]+\.[0-9]+)(?:\.x)?", last):
        return match[1] or match[2]

    if match := re.fullmatch(r"[\^~v]*\s*([0-9]+)(?:\.[0-9x*]+){0,2}", last):
        return match[1]

    if match := re.search(r"<\s*([0-9]{1,4})(?:\.0){0,2}$", last):
        return str(int(match[1]) - 1)

    return None


def _go_mod(text: str) -> str | None:
    match = re.search(r"^go[ \t]+([0-9]+\.[0-9]+(?:\.[0-9]+)?)[ \t]*(?://.*)?$", text, re.MULTILINE)
    return match[1] if match else None


def _gemfile(text: str) -> str | None:
    match = re.search(r"""^ruby[ \t(]+["']([0-9]+\.[0-9]+(?:\.[0-9]+)?)["']""", text, re.MULTILINE)
    return match[1] if match else None


def _ruby_file(text: str) -> str | None:
    return _plain(text.strip().removeprefix("ruby-"))


def _global_json(text: str) -> str | None:
    """Return the channel (8.0) of the SDK that global.json names."""
    match = re.search(r'"version"\s*:\s*"([0-9]+\.[0-9]+)\.[0-9]', text)
    return match[1] if match else None


_PYTHON: tuple[tuple[str, Read], ...] = (
    (".python-version", _plain),
    ("runtime.txt", _runtime),
    (".tool-versions", _tool_versions("python")),
    ("pyproject.toml", _pyproject),
)
_NODE: tuple[tuple[str, Read], ...] = (
    (".nvmrc", _node_file),
    (".node-version", _node_file),
    (".tool-versions", _tool_versions("nodejs")),
    ("package.json", _engines),
)
_GO: tuple[tuple[str, Read], ...] = ((".tool-versions", _tool_versions("golang")), ("go.mod", _go_mod))
_RUBY: tuple[tuple[str, Read], ...] = (
    (".ruby-version", _ruby_file),
    (".tool-versions", _tool_versions("ruby")),
    ("Gemfile", _gemfile),
)
_DOTNET: tuple[tuple[str, Read], ...] = (("global.json", _global_json),)
_READERS: dict[str, tuple[tuple[str, Read], ...]] = {
    "python": _PYTHON,
    "node": _NODE,
    "golang": _GO,
    "ruby": _RUBY,
    **{f"mcr.microsoft.com/dotnet/{name}": _DOTNET for name in ("sdk", "aspnet", "runtime", "runtime-deps")},
}
