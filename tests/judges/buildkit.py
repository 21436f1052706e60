"""BuildKit's own parser, from the package `dockerfile`: what it accepted it must accept."""

from __future__ import annotations

from types import ModuleType

from judges.install import Absent
from judges.record import Reading, reading
from judges.trees import Tree


def ready() -> ModuleType:
    """Return the parser."""
    try:
        import dockerfile
    except ImportError as error:
        raise Absent("the package dockerfile is there for Linux on x86-64 only") from error

    return dockerfile


def read(parser: ModuleType, tree: Tree) -> Reading:
    """Return which Dockerfiles of a tree are accepted."""
    files = tree.files["dockerfile"]
    errors = {file: error for file in files if (error := refusal(parser, tree.text(file)))}
    return reading(files, errors, ())


def refusal(parser: ModuleType, text: str) -> str | None:
    """Return why a Dockerfile is not accepted, or None."""
    try:
        parser.parse_string(text)
    except parser.GoParseError as error:
        return str(error)

    return None
