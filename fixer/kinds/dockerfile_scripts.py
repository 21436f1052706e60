"""Scripts of the build context that a container starts: their names and their texts."""

from __future__ import annotations

import posixpath
import re
from typing import Any

import msgspec

from fixer.kinds.dockerfile_instruction import Instruction
from fixer.kinds.dockerfile_stage import Stage, per_stage
from fixer.knowledge.commands import SHELLS, layers_of

# Names that a start script has; other programs of an image are mostly no scripts.
_SCRIPT = re.compile(r".*\.(?:sh|bash)|.*(?:entry-?point|start|run|boot|init|launch)[^/.]*", re.IGNORECASE)
_LOCAL = re.compile(r"\.{0,2}/.*|[^/]+\.(?:sh|bash)")

# What is below an archive was packed elsewhere.
_ARCHIVE = re.compile(r"\.(?:tar|tgz|tbz2?|txz|zip|gz|bz2|xz|zst)/")
_RUNNERS = frozenset({"npm", "yarn", "pnpm"})


class _Package(msgspec.Struct):
    """The part of package.json that says what `npm run` does."""

    scripts: dict[str, Any] = {}


@per_stage
def scripts(stage: Stage) -> list[tuple[str, str | None]]:
    """Return the scripts that a container starts, by their path in it, with their text if the project has it."""
    found: dict[str, str | None] = {}
    for source in stage.command.sources if stage.command else ():
        for word in _program_words(source):
            if _LOCAL.fullmatch(word) and _SCRIPT.fullmatch(posixpath.basename(word)):
                found.setdefault(word, script_text(stage, word))

    return list(found.items())


def _program_words(source: Instruction) -> list[str]:
    argv = source.raw.argv
    if argv is not None and len(argv) == 3 and posixpath.basename(argv[0]) in SHELLS and argv[1] == "-c":
        return [words[0] for words in commands_with_paths(argv)]

    words = argv if argv is not None else tuple(source.text.split())
    shells = SHELLS | {"exec", "tini", "dumb-init", "--", "-g", "-x", "-e"}
    return [word for word in words[:4] if posixpath.basename(word) not in shells][:1]


def commands_with_paths(argv: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Return the words of the commands in `sh -c`, their programs with their folders."""
    return layers_of(argv)


def package_script(stage: Stage, words: tuple[str, ...]) -> str | None:
    """Return the shell line of package.json that `npm start`, `yarn dev` or `pnpm run serve` stands for."""
    plain = [word for word in words[1:] if not word.startswith("-") and word not in {"run", "run-script"}]
    text = script_text(stage, "package.json") if words[0] in _RUNNERS and plain else None
    if not text:
        return None

    try:
        line = msgspec.json.decode(text, type=_Package).scripts.get(plain[0])
    except msgspec.DecodeError:
        return None

    return line if isinstance(line, str) else None


class Copy(msgspec.Struct, frozen=True):
    """A COPY or ADD from the build context: its sources and where they go, as an absolute path."""

    sources: tuple[str, ...]
    to: str


@per_stage
def copies(stage: Stage) -> list[Copy]:
    """Return what a stage copies from the build context, in its order."""
    return [found for one in stage.all_of("COPY", "ADD") if (found := _copy(stage, one))]


@per_stage
def _texts(stage: Stage) -> dict[str, str | None]:
    del stage
    return {}


def script_text(stage: Stage, path: str) -> str | None:
    """Return the text of the script at `path` of the image, if it is copied from the project; else None."""
    inside = posixpath.normpath(posixpath.join(stage.workdir or "/", path))
    texts = _texts(stage)
    if inside not in texts:
        texts[inside] = _text_of(stage, inside)

    return texts[inside]


def _text_of(stage: Stage, inside: str) -> str | None:
    for one in reversed(copies(stage)):
        for source in _sources(one, inside):
            for place in stage.file.context_paths(source):
                if text := stage.file.facts.text(place):
                    return text

    return None


def copied(stage: Stage, path: str) -> bool:
    """Whether the file at the absolute `path` of the image may be copied from the build context."""
    sources = (source for one in copies(stage) for source in _sources(one, path))
    return any(not _ARCHIVE.search(source) for source in sources)


def _copy(stage: Stage, one: Instruction) -> Copy | None:
    words = tuple(one.raw.argv or [word.text for word in one.raw.words])
    if one.raw.flag("from") is not None or len(words) < 2:
        return None

    to = posixpath.normpath(posixpath.join(stage.workdir_at(one.index) or "/", one.expand(words[-1]) or "/"))
    return Copy(words[:-1], to)


def _sources(one: Copy, inside: str) -> list[str]:
    """Return which paths of the build context the COPY may make the file `inside` from."""
    name = posixpath.basename(inside)
    found = [source for source in one.sources if posixpath.basename(source) == name]
    if len(one.sources) == 1 and one.to == inside:
        found.append(one.sources[0])

    if inside.startswith(f"{one.to.rstrip('/')}/"):
        below = posixpath.relpath(inside, one.to)
        found += [posixpath.join(source, below) for source in one.sources]

    return found
