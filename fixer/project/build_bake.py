"""The builds that bake files describe (`docker buildx bake`), in HCL or JSON."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from fixer.project.build import Build, located, pairs, strings, text

BAKE = re.compile(r"docker-bake[\w.-]*\.(?:hcl|json)")
_BLOCK = re.compile(r"""^[ \t]*(target|variable)\s+"([\w.-]+)"\s*\{""", re.MULTILINE)
_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_BRACES = re.compile(r'"(?:[^"\\\n]|\\.)*"|[{}]')
_DEEPEST = 50
_COMMENT = re.compile(r'("(?:[^"\\\n]|\\.)*")|(?:#|//)[^\n]*|/\*.*?(?:\*/|\Z)', re.DOTALL)
# A map inside of a block, not the braces of `${NAME}`.
_NESTED = re.compile(r"(?<!\$)\{(?:[^{}]|\$\{[^}]*\})*\}")
_KEY = r"""(?:^|[\s{{,])"?{key}"?\s*[=:]\s*"""

Target = Mapping[str, Any]


def bake_builds(source: str, path: str) -> Iterator[Build]:
    """Yield the builds of the bake file at `path`; nothing of a file that cannot be read."""
    targets, variables = _of_json(source) if path.endswith(".json") else _of_hcl(source)
    known: dict[str, Target] = {}
    for name in targets:
        target = _inherited(name, targets, known, 0)
        place = located(posixpath.dirname(path), _filled(target, "context", ".", variables), _file(target, variables))
        yield Build(
            dockerfile=place[0],
            folder=place[1] if "dockerfile-inline" not in target else None,
            target=text(target, "target"),
            names=tuple(_with(variables, tag) for tag in strings(target.get("tags"))),
            contexts=frozenset(pairs(target.get("contexts"))),
            args=pairs(target.get("args")),
        )


def _file(target: Target, variables: Mapping[str, str]) -> str:
    return _filled(target, "dockerfile", "Dockerfile", variables)


def _filled(target: Target, key: str, default: str, variables: Mapping[str, str]) -> str:
    return _with(variables, text(target, key) or default)


def _with(variables: Mapping[str, str], value: str) -> str:
    return re.sub(r"\$\{(\w+)\}", lambda found: variables.get(found[1]) or found[0], value)


def _inherited(name: str, targets: Mapping[str, Target], known: dict[str, Target], depth: int) -> Target:
    """A target with what it inherits; its contexts and arguments are added to those it inherits."""
    if name not in known:
        target = targets.get(name, {})
        # Whoever inherits from itself gets no more than what it says.
        known[name] = target
        merged: dict[str, Any] = {}
        for parent in strings(target.get("inherits")) if depth < _DEEPEST else ():
            merged = _over(merged, _inherited(parent, targets, known, depth + 1))

        known[name] = _over(merged, target)

    return known[name]


def _over(below: Target, above: Target) -> dict[str, Any]:
    return {**below, **above, **{key: pairs(below.get(key)) | pairs(above.get(key)) for key in ("contexts", "args")}}


def _of_json(source: str) -> tuple[Mapping[str, Target], Mapping[str, str]]:
    try:
        data = msgspec.json.decode(source.encode())
    except msgspec.DecodeError:
        return {}, {}

    found, variables = (data.get(key) if isinstance(data, dict) else None for key in ("target", "variable"))
    targets = {name: one for name, one in found.items() if isinstance(one, dict)} if isinstance(found, dict) else {}
    known = variables.items() if isinstance(variables, dict) else ()
    return targets, {name: text(one, "default") for name, one in known if isinstance(one, dict)}


def _of_hcl(source: str) -> tuple[Mapping[str, Target], Mapping[str, str]]:
    """The targets and variables of HCL, as far as they are written as plain values."""
    source = _COMMENT.sub(lambda found: found[1] or "", source)
    targets: dict[str, Target] = {}
    variables: dict[str, str] = {}
    end = 0
    for found in _BLOCK.finditer(source):
        if found.start() < end:
            continue

        body = _braced(source, found.end() - 1)
        end = found.end() + len(body) - 1
        if found[1] == "target":
            targets[found[2]] = _target(body)
        else:
            variables[found[2]] = _value(body, "default")

    return targets, variables


def _target(body: str) -> Target:
    target: dict[str, Any] = {key: _list(body, key) for key in ("inherits", "tags")}
    target |= {key: _map(body, key) for key in ("contexts", "args")}
    flat = _NESTED.sub("{}", body[1:-1])
    target |= {key: found for key in ("context", "dockerfile", "target") if (found := _value(flat, key))}
    if "dockerfile-inline" in flat:
        target["dockerfile-inline"] = ""

    return {key: value for key, value in target.items() if value or key == "dockerfile-inline"}


def _braced(source: str, start: int) -> str:
    """The text from the brace at `start` to the one that closes it."""
    depth = 0
    for found in _BRACES.finditer(source, start):
        depth += (found[0] == "{") - (found[0] == "}")
        if not depth:
            return source[start : found.end()]

    return source[start:]


def _value(body: str, key: str) -> str:
    """A text; `$` and the expression when it is something else, which nobody evaluates here; "" without one."""
    found = re.search(_KEY.format(key=key) + r'("(?:[^"\\\n]|\\.)*"|[^\s"].*)', body)
    if found is None:
        return ""

    return found[1][1:-1] if found[1].startswith('"') else f"${found[1]}"


def _list(body: str, key: str) -> list[str]:
    found = re.search(_KEY.format(key=key) + r"\[(.*?)\]", body, re.DOTALL)
    return [one[1:-1] for one in _STRING.findall(found[1])] if found else []


def _map(body: str, key: str) -> dict[str, str]:
    found = re.search(_KEY.format(key=key) + r"\{", body)
    inner = _braced(body, found.end() - 1) if found else ""
    listed = re.findall(r'(?:"([^"\n]+)"|([\w.-]+))\s*[=:]\s*(?:"((?:[^"\\\n]|\\.)*)"|[^\s,}]+)', inner)
    return {quoted or bare: value for quoted, bare, value in listed}
