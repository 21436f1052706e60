"""The builds that shell commands run: in steps of workflows, in Makefiles and in scripts."""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Iterator, Mapping

from fixer.project.build import Build, located, pairs

_PROGRAM = re.compile(r"\b(?:docker|podman|nerdctl|buildah)\b")
_BUILD = re.compile(r"\b(?:build|bud)(?=\s)")
_NAMED = re.compile(r"\s(?:-t|--tag|--build-context)[\s=]")
_ASSIGNED = re.compile(
    r"^[ \t]*(?:export[ \t]+|readonly[ \t]+)*([A-Za-z_]\w*)[ \t]*[:?]?=[ \t]*([^\s#;&|]*)", re.MULTILINE
)
_EXPRESSION = re.compile(r"\$\{\{([^{}\n]*)\}\}")
_USED = re.compile(r"\$\{\{env\.(\w+)\}\}|\$\{(\w+)\}|\$\((\w+)\)|\$(\w+)")
_NEXT = re.compile(r"&&|\|\||[;\n]")
# Options of `build` that are followed by no value; every other one that is not joined by `=` is.
_SWITCHES = frozenset({"--push", "--load", "--no-cache", "--pull", "--rm", "--force-rm", "--quiet", "-q", "--squash"})
_DEEPEST = 5
_LONGEST = 2000


def builds_of(script: str, folder: str | None, variables: Mapping[str, str]) -> Iterator[Build]:
    """Yield the builds of a script that give a name or a context.

    `folder` is where it runs, None when that is not known. `variables` are those of its environment.
    """
    if "build" not in script or not _NAMED.search(script):
        return

    script = _squeezed(script.replace("\\\n", " "))
    known = {**variables, **assigned(script)}
    for command in _NEXT.split(script):
        program = _PROGRAM.search(command)
        if program and (found := _BUILD.search(command, program.end())):
            yield _build(_words(command[found.end() :]), folder, known)


def assigned(script: str) -> dict[str, str]:
    """Return the variables that lines of a script or a Makefile set to a text."""
    return {name: value.strip("\"'") for name, value in _ASSIGNED.findall(script) if value.strip("\"'")}


def filled(value: str, variables: Mapping[str, str]) -> str:
    """Return a text with the variables put in that are known; the others stay."""
    for _ in range(_DEEPEST):
        value, before = _squeezed(value), value
        value = _USED.sub(lambda found: variables.get(next(filter(None, found.groups())), found[0]), value)
        if value == before or len(value) > _LONGEST:
            break

    return value


def _squeezed(value: str) -> str:
    """The text with its expressions without blanks, each one word."""
    return _EXPRESSION.sub(lambda found: "${{" + "".join(found[1].split()) + "}}", value)


def _build(words: list[str], folder: str | None, variables: Mapping[str, str]) -> Build:
    options: dict[str, list[str]] = {}
    context = "."
    waiting = ""
    for word in words:
        if waiting:
            options.setdefault(waiting, []).append(word)
            waiting = ""
        elif word.startswith("-"):
            name, equals, value = word.partition("=")
            if equals:
                options.setdefault(name, []).append(value)
            elif word not in _SWITCHES:
                waiting = word
        else:
            context = word

    given = {key: [filled(one, variables) for one in found] for key, found in options.items()}
    file = [*given.get("-f", []), *given.get("--file", [])]
    place = _place(folder, filled(context, variables), file[-1] if file else "")
    return Build(
        dockerfile=place[0],
        folder=place[1],
        target=" ".join(given.get("--target", [])[-1:]),
        names=(*given.get("-t", []), *given.get("--tag", [])),
        contexts=frozenset(pairs(given.get("--build-context"))),
        args=pairs(given.get("--build-arg")),
    )


def _place(folder: str | None, context: str, file: str) -> tuple[str, str | None]:
    """Docker takes the file from the present folder, not from the context."""
    if folder is None or posixpath.isabs(context) or context == "-":
        return "", ""

    return located(folder, file, "") if file else located(folder, context, "Dockerfile")


def _words(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError:
        return command.split()
