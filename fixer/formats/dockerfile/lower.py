"""Patches of operations to edits of the text, each patch whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from fixer.finding import Operation
from fixer.formats.dockerfile import arguments, layout, shell_edits
from fixer.formats.dockerfile.document import DockerfileText
from fixer.formats.dockerfile.operations import (
    AppendCommand,
    ExecForm,
    Insert,
    PutShellWord,
    Remove,
    RemoveShellWord,
    Replace,
    SetDirective,
    SetFlag,
    SetKeyword,
    SetShellWord,
    SetValue,
    SetWord,
)
from fixer.formats.dockerfile.splice import Places, Splice
from fixer.formats.format import Lowered, Refusal
from fixer.text import Edit

_LOWERINGS: dict[type, Callable[..., Splice]] = {
    Insert: layout.insert,
    Replace: layout.replace,
    Remove: layout.remove,
    SetKeyword: arguments.set_keyword,
    SetDirective: layout.set_directive,
    SetFlag: arguments.set_flag,
    SetWord: arguments.set_word,
    SetValue: arguments.set_value,
    ExecForm: arguments.exec_form,
    PutShellWord: shell_edits.put_word,
    RemoveShellWord: shell_edits.remove_word,
    SetShellWord: shell_edits.set_word,
    AppendCommand: shell_edits.append_command,
}


def lower(file: DockerfileText, patches: Mapping[int, Sequence[Operation]]) -> Lowered:
    """Return the edits of all patches that can be made together; earlier ones go first."""
    problem = never_edited(file)
    if problem:
        return Lowered((), frozenset(), frozenset(), dict.fromkeys(patches, problem), ())

    taken: list[tuple[int, Splice]] = []
    places = Places()
    done: list[int] = []
    deferred: set[int] = set()
    refused: dict[int, str] = {}
    for owner in sorted(patches):
        try:
            splices = _splices(file, patches[owner])
        except Refusal as refusal:
            refused[owner] = str(refusal)
            continue

        if any(map(places.taken, splices)):
            deferred.add(owner)
            continue

        done.append(owner)
        taken += [(owner, splice) for splice in splices]
        for splice in splices:
            places.take(splice)

    effects = tuple(operation for owner in done for operation in patches[owner])
    return Lowered(_edits(taken), frozenset(done), frozenset(deferred), refused, effects)


def never_edited(file: DockerfileText) -> str | None:
    """Return why nothing in the file may be edited, as a sentence."""
    if file.unknown is not None:
        return f"the file has an instruction that BuildKit does not know: {file.unknown or 'an empty one'}"

    return "the file is a template" if file.templated else None


def _splices(file: DockerfileText, operations: Sequence[Operation]) -> list[Splice]:
    splices: list[Splice] = []
    for operation in operations:
        lowering = _LOWERINGS.get(type(operation))
        if lowering is None:
            raise Refusal(f"{type(operation).__name__} is no operation on a Dockerfile")

        splice = lowering(file, operation)
        if any(splice.collides(other) for other in splices):
            raise Refusal("two operations of the fix touch the same place")

        splices.append(splice)

    return splices


def _edits(taken: Iterable[tuple[int, Splice]]) -> tuple[Edit, ...]:
    """Edits in the order of the text; at one place, what ends an instruction comes before a new line."""
    ordered = sorted(taken, key=lambda pair: (pair[1].start, pair[1].end, pair[1].rank))
    edits: list[Edit] = []
    filled: set[int] = set()
    for owner, splice in ordered:
        text = splice.text
        if splice.after_heredoc and splice.start not in filled:
            text = splice.after_heredoc + text

        if splice.start == splice.end:
            filled.add(splice.start)

        edits.append(Edit(splice.start, splice.end, text, owner))

    return tuple(edits)
