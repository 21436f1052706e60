"""What a Dockerfile means, and what operations make of it, without looking at how they are written down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from fixer.finding import Operation
from fixer.formats.dockerfile.document import DockerfileText
from fixer.formats.dockerfile.instruction import Instruction
from fixer.formats.dockerfile.operations import Insert, Line, Remove, Replace, SetDirective
from fixer.formats.dockerfile.touched import expected
from fixer.formats.shell_tokens import tokens
from fixer.text import Edit, joined


class _Slot(msgspec.Struct, frozen=True):
    """One instruction of the result: a new line, or an old instruction with the operations on it."""

    line: Line | None
    old: Instruction | None
    operations: tuple[Operation, ...] = ()


def difference(before: DockerfileText, after: DockerfileText, effects: Sequence[Operation]) -> str | None:
    """Return how `after` differs from the effects applied to `before`, as a sentence."""
    directives = [effect for effect in effects if isinstance(effect, SetDirective)]
    wanted = {**before.directives, **{effect.name: effect.value for effect in directives}}
    if wanted != after.directives or before.escape != after.escape or len(wanted) != len(before.directives):
        return "the parser directives changed"

    slots = list(_slots(before, effects))
    for slot, new in zip(slots, after.instructions, strict=False):
        reason = _compare(slot, new)
        if reason:
            return f"line {new.line}, {new.keyword}: {reason}"

    if len(slots) != len(after.instructions):
        return f"there are {len(after.instructions)} instructions, not {len(slots)}"

    if _with_directives(before, directives) != after.comments:
        return "the comments changed"

    return _moved_comment(slots, after) or _changed_gap(before, slots, after)


def _with_directives(before: DockerfileText, effects: Sequence[SetDirective]) -> tuple[str, ...]:
    """The comment lines, of which directives are the first ones, with new values."""
    new = {effect.name: effect.value for effect in effects}
    if not new:
        return before.comments

    count = len(before.directives)
    first = [_with_value(line, new) for line in before.comments[:count]]
    return (*first, *before.comments[count:])


def _with_value(line: str, new: Mapping[str, str]) -> str:
    name, equals, value = line.partition("=")
    wanted = new.get(name.lstrip("# \t").rstrip().lower())
    return line if wanted is None else f"{name}{equals}{value[: len(value) - len(value.lstrip())]}{wanted}"


def stray(before: DockerfileText, edits: Sequence[Edit], effects: Sequence[Operation]) -> str | None:
    """Return where the edits change nothing but blanks outside of the instructions that effects are about."""
    text = before.source.text
    touched = {getattr(effect, "at", -1) for effect in effects}
    spans = [(one.comment_start, one.end) for one in before.instructions if one.index in touched]
    for edit in joined(edits):
        blank = not edit.text.strip() and not text[edit.start : edit.end].strip()
        if blank and not any(start <= edit.start and edit.end <= end for start, end in spans):
            line = text.count("\n", 0, edit.start) + 1
            return f"line {line}: blanks would change beside what the operations are about"

    return None


def _slots(before: DockerfileText, effects: Sequence[Operation]) -> Iterator[_Slot]:
    by_place: dict[int, list[Operation]] = {}
    for effect in effects:
        by_place.setdefault(getattr(effect, "at", -1), []).append(effect)

    for old in before.instructions:
        here = by_place.get(old.index, [])
        inserted = [effect for effect in here if isinstance(effect, Insert)]
        yield from (_Slot(effect.line, None) for effect in inserted if effect.where == "before")
        yield from _own(old, [effect for effect in here if not isinstance(effect, Insert)])
        yield from (_Slot(effect.line, None) for effect in inserted if effect.where == "after")


def _own(old: Instruction, operations: list[Operation]) -> Iterator[_Slot]:
    if any(isinstance(operation, Remove) for operation in operations):
        return

    replaced = [operation for operation in operations if isinstance(operation, Replace)]
    if replaced:
        yield _Slot(replaced[0].line, None)
    else:
        yield _Slot(None, old, tuple(operations))


def _compare(slot: _Slot, new: Instruction) -> str | None:
    if slot.line is not None:
        return _differs_from_line(slot.line, new)

    assert slot.old is not None
    if slot.operations:
        return expected(slot.old, slot.operations).difference(new)

    return _differs(slot.old, new)


def _differs(old: Instruction, new: Instruction) -> str | None:
    if (old.keyword, old.inner) != (new.keyword, new.inner):
        return f"{old.keyword} was expected"

    if [flag.text for flag in old.flags] != [flag.text for flag in new.flags]:
        return "the flags changed"

    if old.text != new.text or old.dangling != new.dangling:
        return "the arguments changed"

    if [(one.name, one.body) for one in old.heredocs] != [(one.name, one.body) for one in new.heredocs]:
        return "a heredoc changed"

    same = old.source[old.start : old.end].rstrip("\r\n") == new.source[new.start : new.end].rstrip("\r\n")
    return None if same else "it is written in another way, which no operation is about"


def _differs_from_line(line: Line, new: Instruction) -> str | None:
    if line.keyword.upper() != new.keyword:
        return f"{line.keyword} was expected"

    if [(flag.name, flag.value) for flag in new.flags] != list(line.flags):
        return "the flags are not those of the new line"

    if new.heredocs or new.dangling:
        return "the new line does not end where it should"

    return None if _arguments_agree(line, new) else "the arguments are not those of the new line"


def _arguments_agree(line: Line, new: Instruction) -> bool:
    if line.argv:
        text = new.logical[new.block.arguments : new.command_index].strip()
        return new.argv == line.argv and text == line.text.strip()

    if line.pairs:
        return tuple((pair.key, pair.value) for pair in new.key_values) == line.pairs

    text = " ".join(part for part in (line.text, " && ".join(line.commands)) if part)
    return tokens(new.text) == tokens(text)


def _moved_comment(slots: Sequence[_Slot], after: DockerfileText) -> str | None:
    """Return which comment was torn off its instruction; what stood behind a removed one may have gained one."""
    position = -1
    for slot, new in zip(slots, after.instructions, strict=True):
        if slot.old is None:
            continue

        follows = slot.old.index == position + 1
        position = slot.old.index
        if follows and _attached(slot.old) != _attached(new):
            return f"line {new.line}, {new.keyword}: the comment above is another one"

    return None


def _changed_gap(before: DockerfileText, slots: Sequence[_Slot], after: DockerfileText) -> str | None:
    """Return where the lines between two neighbours changed although nothing was put between them."""
    pairs = zip(
        zip(slots, after.instructions, strict=True), zip(slots[1:], after.instructions[1:], strict=True), strict=False
    )
    for (slot, new), (next_slot, next_new) in pairs:
        old, next_old = slot.old, next_slot.old
        if old is None or next_old is None or next_old.index != old.index + 1:
            continue

        if before.source.text[old.end : next_old.start] != after.source.text[new.end : next_new.start]:
            return f"line {next_new.line}, {next_new.keyword}: the lines above changed, which no operation is about"

    return None


def _attached(instruction: Instruction) -> str:
    return instruction.source[instruction.comment_start : instruction.start]
