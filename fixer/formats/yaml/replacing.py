"""New values of old entries in block style, and new names of keys."""

from __future__ import annotations

from fixer.formats.format import Refusal
from fixer.formats.yaml.flows import Flow, flow_pieces, flow_value
from fixer.formats.yaml.layout import Layout, tail, tight_end
from fixer.formats.yaml.lines import Blocks
from fixer.formats.yaml.nodes import Alias, Mapping, Node, Scalar, Sequence, colon_end, line_of
from fixer.formats.yaml.pending import NewAlias, NewMapping, NewScalar, NewSequence
from fixer.formats.yaml.pieces import COMMENT, Pieces
from fixer.formats.yaml.plan import Renaming, Replacement
from fixer.formats.yaml.writing import Manner, scalar_text


def replace(layout: Layout, pieces: Pieces, replacement: Replacement, path: str) -> None:
    """Write the new value of an entry, or of an empty document."""
    step = replacement.step
    if step is None:
        _replace_root(layout, pieces, replacement, path)
    elif step.container.flow:
        flow_value(layout, pieces, replacement, path)
    elif isinstance(replacement.new, NewScalar | NewAlias):
        _put_scalar(layout, pieces, replacement)
    else:
        _put_collection(layout, pieces, replacement)


def _replace_root(layout: Layout, pieces: Pieces, replacement: Replacement, path: str) -> None:
    """Write the content of a document that was `{}` or `[]`."""
    root, new = replacement.root, replacement.new
    if root.end == root.start or root.start != root.body or not isinstance(new, NewMapping | NewSequence):
        raise Refusal("the document is empty")

    if path.endswith(".json"):
        flow = Flow(Manner(flow=True, json=True), None, "")
        lines = list(flow_pieces(new, flow, layout.newline, None))
        pieces.put(root.start, root.end, lines[0][0], lines[0][1])
        for text, owner in lines[1:]:
            pieces.put(root.end, root.end, text, owner)

        return

    if layout.prefix(root.start):
        raise Refusal("the empty document stands behind its separator")

    (text, owner), *rest = Blocks(layout, ()).inside(new, 0)
    pieces.put(root.start, root.end, text, owner)
    pieces.below(layout.line_end(root.end), rest, 0)


def _put_scalar(layout: Layout, pieces: Pieces, replacement: Replacement) -> None:
    step, new = replacement.step, replacement.new
    assert step is not None
    assert isinstance(new, NewScalar | NewAlias)
    old = step.value
    text = _text(new, old)
    comment = new.comment if isinstance(new, NewScalar) else ""
    if old.end == old.start or _below_key(replacement):
        _put_beside(layout, pieces, replacement, text, comment)
        return

    end = old.end
    if isinstance(old, Scalar) and old.style in {"|", ">"}:
        header = layout.text[old.body : old.end].split("\n", 1)[0].rstrip("\r")
        text += f" {header[header.index('#') :]}" if "#" in header else ""
        end = tight_end(layout.text, end)
        if layout.line_start(old.body) > step.container.body and not layout.prefix(old.body):
            raise Refusal(f"the value on line {line_of(layout.text, old.body)} stands in an odd place")
    elif tail(old) is not None:
        end = tight_end(layout.text, end)

    if old.body == end and not layout.text[end - 1].isspace():
        text = f" {text}"  # nothing stands behind its anchor

    pieces.put(old.body, end, text, new.owner)
    if comment:
        layout.line_end(end)
        pieces.put(end, end, f" # {comment}", new.owner, COMMENT)


def _put_beside(layout: Layout, pieces: Pieces, replacement: Replacement, text: str, comment: str) -> None:
    """The old value is empty, or a block on later lines: the new one goes behind the colon or the dash."""
    step = replacement.step
    assert step is not None
    place = _head_end(layout, replacement)
    line_end = layout.line_end(place)
    pieces.put(place, place, f" {text}", replacement.owner, COMMENT + 1)
    if comment:
        pieces.put(place, place, f" # {comment}", replacement.owner, COMMENT)

    if step.value.end > step.value.start:
        end = step.value.end
        pieces.put(
            line_end, end - 1 if layout.text[end - 1 : end] == "\n" else layout.line_end(end), "", replacement.owner
        )


def _put_collection(layout: Layout, pieces: Pieces, replacement: Replacement) -> None:
    step, new = replacement.step, replacement.new
    assert step is not None
    assert isinstance(new, NewMapping | NewSequence)
    blocks = Blocks(layout, replacement.chain)
    depth = len(replacement.chain)
    old = step.value
    if old.start < old.body and not isinstance(old, Alias):
        raise Refusal("the value has an anchor or a tag")

    if step.key is None:
        _put_item(layout, pieces, replacement, blocks)
        return

    column = layout.column(step.key.start)
    if old.end > old.start and layout.line_start(old.start) > step.key.end:
        _put_below(layout, pieces, replacement, blocks, column)
        return

    inner = column + (blocks.step if isinstance(new, NewMapping) else blocks.offset)
    place = _head_end(layout, replacement)
    end = max(tight_end(layout.text, old.end), place)
    if end > place:
        pieces.put(place, end, "", new.owner)

    pieces.below(layout.line_end(end), blocks.inside(new, inner), depth)


def _put_below(layout: Layout, pieces: Pieces, replacement: Replacement, blocks: Blocks, column: int) -> None:
    """The old value stands on lines of its own: the new one takes them."""
    step, new = replacement.step, replacement.new
    assert step is not None
    assert isinstance(new, NewMapping | NewSequence)
    old = step.value
    inner = layout.column(old.start)
    end = tight_end(layout.text, old.end)
    if inner < column or (inner == column and isinstance(new, NewMapping)):
        line_end = layout.line_end(_head_end(layout, replacement))
        end = end if tail(old) is not None else layout.line_end(end)
        pieces.put(line_end, end, "", replacement.owner)
        pieces.below(end, blocks.inside(new, column + blocks.step), len(replacement.chain))
        return

    (text, owner), *rest = blocks.inside(new, inner)
    pieces.put(old.start, end, text[inner:], owner)
    pieces.below(layout.line_end(end) if tail(old) is None else end, rest, len(replacement.chain))


def _put_item(layout: Layout, pieces: Pieces, replacement: Replacement, blocks: Blocks) -> None:
    step, new = replacement.step, replacement.new
    assert step is not None
    assert isinstance(new, NewMapping | NewSequence)
    assert isinstance(step.container, Sequence)
    old = step.value
    dash = layout.dash(step.container, step.index)
    empty = old.end == old.start
    inner = layout.column(dash) + blocks.width if empty else layout.column(old.start)
    (text, owner), *rest = blocks.inside(new, inner)
    start = dash + 1 if empty else old.start
    end = start if empty else tight_end(layout.text, old.end)
    pieces.put(start, end, " " * (blocks.width - 1) * empty + text[inner:], owner, COMMENT + 1)
    pieces.below(layout.line_end(end), rest, len(replacement.chain))


def rename(pieces: Pieces, renaming: Renaming, path: str) -> None:
    """Give a key its new name, in the quotes of the old one."""
    key = renaming.step.key
    assert isinstance(key, Scalar)
    json = path.endswith(".json")
    manner = Manner(flow=renaming.step.container.flow, json=json, quote=key.style)
    text = scalar_text(renaming.key, manner)
    pieces.put(key.body, key.end, text, renaming.owner)


def _text(new: NewScalar | NewAlias, old: Node) -> str:
    if isinstance(new, NewAlias):
        return f"*{new.name}"

    quote = old.style if isinstance(old, Scalar) and old.style in {"'", '"'} else ""
    return scalar_text(new.value, Manner(quote=quote))


def _below_key(replacement: Replacement) -> bool:
    """Whether the old value is a block collection below its key."""
    step = replacement.step
    assert step is not None
    return step.key is not None and isinstance(step.value, Mapping | Sequence) and not step.value.flow


def _head_end(layout: Layout, replacement: Replacement) -> int:
    """Return the end of the colon or the dash before a value, with the properties that stay."""
    step = replacement.step
    assert step is not None
    if step.key is not None:
        end = colon_end(layout.text, step.key, step.value)
        if layout.text[end - 1 : end] != ":":
            raise Refusal(f"the key on line {line_of(layout.text, end)} has no colon")

        return end

    assert isinstance(step.container, Sequence)
    return layout.dash(step.container, step.index) + 1
