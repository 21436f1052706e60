"""Parse, lower, apply and prove in one step."""

from __future__ import annotations

from collections.abc import Sequence

from fixer.finding import Operation
from fixer.formats.dockerfile import DockerfileText, parse
from fixer.formats.format import Lowered
from fixer.proof import check_bytes, check_newlines
from fixer.text import Source, apply, newline_of

PATH = "Dockerfile"


def parsed(text: str, path: str = PATH) -> DockerfileText:
    return parse(Source(text, newline_of(text)), path)


def lowered(file: DockerfileText, *operations: Operation) -> Lowered:
    """Lower each operation as a patch of its own."""
    return file.lower({number: (operation,) for number, operation in enumerate(operations)})


def edited(file: DockerfileText, patches: Lowered) -> DockerfileText:
    """Return the file with the edits made; fails when its meaning or its other bytes are not as planned."""
    text = apply(file.source.text, patches.edits)
    after = parsed(text, file.path)
    assert check_bytes(file.source, file.source.edited(patches.edits), patches.edits) is None
    assert check_newlines(file.source.text, text) is None
    assert file.difference(after, patches.effects) is None, text
    return after


def changed(text: str, *operations: Operation) -> str:
    """Return the text with all operations made; fails when one is not carried out."""
    file = parsed(text)
    result = lowered(file, *operations)
    assert not result.refused
    assert not result.deferred
    return edited(file, result).source.text


def refusal(text: str, operation: Operation) -> str:
    """Return why an operation is refused; fails when it is not."""
    result = lowered(parsed(text), operation)
    assert not result.edits
    assert not result.effects
    return result.refused[0]


def patch(text: str, operations: Sequence[Operation]) -> Lowered:
    return parsed(text).lower({0: operations})
