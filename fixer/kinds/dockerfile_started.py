"""Scripts of the build that a RUN starts: their paths, and their texts where the project has them."""

from __future__ import annotations

import itertools
import posixpath
from collections.abc import Iterator

import msgspec

from fixer.formats.shell import SHELLS
from fixer.kinds import dockerfile_shell as shell
from fixer.kinds.dockerfile_instruction import Instruction
from fixer.kinds.dockerfile_scripts import copied, script_text
from fixer.kinds.dockerfile_stage import Stage, per_stage

_SOURCING = frozenset({".", "source"})
_SUFFIXES = (".sh", ".bash")
_MAKEFILES = ("Makefile", "makefile", "GNUmakefile")
_BIN = ("/usr/local/bin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/sbin", "/sbin")
# Files of images and version managers that only set variables and functions.
_SETTINGS = frozenset({
    "os-release", "activate", "nvm.sh", "env", "profile", ".profile", ".bashrc", "setup.bash", "envvars", "conda.sh",
    "sdkman-init.sh",
})  # fmt: skip


class Started(msgspec.Struct, frozen=True):
    """A script that is started: its path as written, its text (None: not read), the number of the command."""

    path: str
    text: str | None
    command: int


@per_stage
def _known(stage: Stage) -> dict[int, tuple[Started, ...]]:
    del stage
    return {}


def started(one: Instruction) -> tuple[Started, ...]:
    """Return the scripts that a RUN starts, in their order."""
    if one.stage is None:
        return ()

    known = _known(one.stage)
    if one.index not in known:
        known[one.index] = tuple(_started(one, one.stage))

    return known[one.index]


def _started(one: Instruction, stage: Stage) -> Iterator[Started]:
    if one.raw.argv is not None:
        yield from _of_command(one, one.raw.argv, stage.workdir_at(one.index), 0)
    elif one.script is None:
        yield from (Started(word, None, 0) for word in one.content.split() if word.endswith(_SUFFIXES))

    folder = stage.workdir_at(one.index)
    for command in one.commands:
        words = tuple([shell.unquoted(word.text) for word in command.words[command.offset :]])
        if command.name in {"cd", "pushd", "popd"}:
            folder = _entered(one, words, folder)
        elif words:
            yield from _of_command(one, words, folder, command.index)


def _entered(one: Instruction, words: tuple[str, ...], folder: str | None) -> str | None:
    """Return the folder that `cd` goes to; None when that is not known."""
    names = [word for word in words[1:] if not word.startswith("-")]
    return _resolved(one, names[0], folder) if len(names) == 1 else None


def _resolved(one: Instruction, path: str, folder: str | None) -> str | None:
    """Return the absolute path that `path` stands for in `folder`; None when that is not known."""
    known = None if path.startswith("~") or any(mark in path for mark in "*?[`") or "$(" in path else one.expand(path)
    if not known or (folder is None and not known.startswith("/")):
        return None

    return posixpath.normpath(posixpath.join(folder or "/", known))


def _of_command(one: Instruction, words: tuple[str, ...], folder: str | None, number: int) -> Iterator[Started]:
    name = posixpath.basename(words[0])
    if name in SHELLS:
        yield from _of_shell(one, words, folder, number)
    elif words[0] in _SOURCING:
        if len(words) > 1 and (posixpath.basename(words[1]) not in _SETTINGS or _is_copied(one, words[1], folder)):
            yield _script(one, words[1], folder, number)
    elif name == "make":
        yield from _of_make(one, words, folder, number)
    elif name.endswith(_SUFFIXES) or ("/" in words[0] and _may_be_own(one, words[0], folder)):
        yield _script(one, words[0], folder, number)
    elif "/" not in words[0]:
        texts = (_text(one, posixpath.join(place, name)) for place in _BIN)
        yield from [Started(name, text, number) for text in texts if text][:1]


def _of_shell(one: Instruction, words: tuple[str, ...], folder: str | None, number: int) -> Iterator[Started]:
    position = 1
    while position < len(words) and words[position][:1] in {"-", "+"}:
        option = words[position]
        position += 1
        if option.startswith("--") or option == "-":
            continue

        # -o takes a name, -s reads from the input, -c takes the commands.
        position += option.endswith(("o", "O"))
        if "s" in option:
            return

        if "c" in option:
            yield from _of_line(" ".join(words[position : position + 1]), number)
            return

    if position < len(words):
        yield _script(one, words[position], folder, number)


def _of_line(line: str, number: int) -> Iterator[Started]:
    """Yield the commands of `sh -c`, read like a script, and the scripts that they name."""
    yield Started(line, line, number)
    yield from (Started(word, None, number) for word in line.split() if word.endswith(_SUFFIXES))


def _of_make(one: Instruction, words: tuple[str, ...], folder: str | None, number: int) -> Iterator[Started]:
    """Yield the Makefile: which of its parts are run is not known, so it counts as not read."""
    given = dict(itertools.pairwise(words))
    if "-C" in given:
        folder = _resolved(one, given["-C"], folder)

    names = (given["-f"],) if "-f" in given else _MAKEFILES
    if name := next((name for name in names if _may_be_own(one, name, folder)), None):
        yield Started(name, None, number)


def _may_be_own(one: Instruction, path: str, folder: str | None) -> bool:
    """Whether a file may come from the build context: it is copied, or mounted, or its path is not known."""
    mounts = [flag.value for flag in one.raw.flags if flag.name == "mount"]
    if any("type=" not in value or "type=bind" in value for value in mounts):
        return True

    if _resolved(one, path, folder) is None:
        return one.stage is not None and any(
            copy.raw.flag("from") is None for copy in one.stage.all_of("COPY", "ADD") if copy.stage
        )

    return _is_copied(one, path, folder)


def _is_copied(one: Instruction, path: str, folder: str | None) -> bool:
    place = _resolved(one, path, folder)
    return place is not None and one.stage is not None and copied(one.stage, place)


def _script(one: Instruction, path: str, folder: str | None, number: int) -> Started:
    place = _resolved(one, path, folder)
    return Started(path, _text(one, place) if place else None, number)


def _text(one: Instruction, place: str) -> str | None:
    return script_text(one.stage, place) if one.stage else None
