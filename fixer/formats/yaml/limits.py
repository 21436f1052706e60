"""What is turned away before anything is made of it: templates, and aliases that expand beyond all measure."""

from __future__ import annotations

import re

from fixer.formats.format import FormatError
from fixer.formats.yaml.nodes import Alias, Mapping, Node, Root, Scalar, line_of
from fixer.formats.yaml.reading import is_merge, merged

# Nodes of a document with all aliases expanded. The largest real file of 20,720 public ones has 0.4 million.
MAX_NODES = 1_000_000

# Mappings that one mapping merges in, by way of others too; each look-up may have to walk them all.
MAX_MERGES = 500

# NEL, LS and PS: line ends for YAML 1.1, ordinary characters for YAML 1.2.
_SEPARATOR = re.compile("[\u0085\u2028\u2029]")
_ACTIONS = ("{{", "{%")
# `${{` begins an expression of a GitHub workflow, which is YAML all the same.
_MARKER = re.compile(r"(?<!\$)\{\{|\{%")
# What fills in double braces at run time, in files that are YAML all the same: Argo variables, Docker's Go templates.
_RUNTIME = re.compile(
    r"\{\{\s*(?:=|(?:inputs|outputs|workflow|steps|tasks|item|pod|node|retries|lastRetry|cronworkflow)\b"
    r"|\.(?:Node|Service|Task|Name|ID|FullID|ImageName|ImageID|ImageFullID|DaemonName)\b)"
)


def templated(text: str) -> FormatError:
    """Return the error for a text with template actions."""
    found = _MARKER.search(text)
    line = line_of(text, found.start()) if found else 1
    return FormatError(f"the file is a template (line {line}); templates are not rewritten", line)


def looks_templated(text: str) -> bool:
    """Whether the markers of template actions occur at all."""
    return any(marker in text for marker in _ACTIONS) and _MARKER.search(text) is not None


def check_template(text: str, roots: list[Root]) -> None:
    """Raise FormatError when actions stand outside of quoted scalars, block scalars and comments.

    Inside of those they are ordinary text (alert annotations, workflow parameters).
    """
    waiting: list[Node] = [root.node for root in roots]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Scalar):
            if not node.style and _is_action(node.text):
                _refuse(text, node)
        elif isinstance(node, Mapping):
            if node.flow and text.startswith(_ACTIONS, node.body):
                _refuse(text, node)

            for key, value in node.entries:
                waiting += (key, value)
        elif not isinstance(node, Alias):
            waiting += node.items


def check_aliases(text: str, roots: list[Root]) -> None:
    """Raise FormatError when a document has more than MAX_NODES nodes once its aliases are expanded."""
    for root in roots:
        if root.aliases and _size(root.node, {}) > MAX_NODES:
            line = line_of(text, root.aliases[0].start)
            raise FormatError(f"the aliases expand to more than {MAX_NODES} nodes (first alias: line {line})", line)


def check_merges(text: str, roots: list[Root]) -> None:
    """Raise FormatError when the merge keys of a document lead to more than MAX_MERGES mappings from one of them."""
    for root in roots:
        if root.aliases and _merges(root.node, {}) > MAX_MERGES:
            line = line_of(text, root.aliases[0].start)
            raise FormatError(f"merge keys bring in more than {MAX_MERGES} mappings (first alias: line {line})", line)


def check_separators(text: str, roots: list[Root]) -> None:
    """Raise FormatError when a line separator stands where readers of YAML 1.1 and 1.2 disagree about it.

    Inside of quotes both keep it.
    """
    if text.isascii():
        return

    for match in _SEPARATOR.finditer(text):
        if not any(_quotes(root.node, match.start()) for root in roots):
            line = line_of(text, match.start())
            raise FormatError(
                f"line {line} has a line separator (U+{ord(match[0]):04X}) that YAML readers disagree about", line
            )


def _quotes(node: Node, place: int) -> bool:
    """Whether a place lies inside of a quoted scalar."""
    if not node.start <= place < node.end or isinstance(node, Alias):
        return False

    if isinstance(node, Scalar):
        return node.style in {"'", '"'} and node.body <= place

    inner = [part for entry in node.entries for part in entry] if isinstance(node, Mapping) else node.items
    return any(_quotes(part, place) for part in inner)


def _merges(node: Node, known: dict[int, int]) -> int:
    """Return the highest number of mappings that a mapping at or below the node brings in by merge keys."""
    highest, waiting = 0, [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Mapping):
            highest = max(highest, _brought(one, known))
            waiting += [value for _, value in one.entries]
        elif not isinstance(one, Scalar | Alias):
            waiting += one.items

    return highest


def _brought(mapping: Mapping, known: dict[int, int]) -> int:
    if id(mapping) not in known:
        known[id(mapping)] = 0  # one that brings in itself is turned away elsewhere
        sources = [one for key, value in mapping.entries if is_merge(key) for one in merged(value)]
        known[id(mapping)] = sum(1 + _brought(one, known) for one in sources)

    return known[id(mapping)]


def _refuse(text: str, node: Node) -> None:
    line = line_of(text, node.body)
    raise FormatError(f"the file is a template (line {line}); templates are not rewritten", line)


def _is_action(text: str) -> bool:
    if "{%" in text:
        return True

    return any(not _RUNTIME.match(text, found.start()) for found in re.finditer(r"(?<!\$)\{\{", text))


def _size(node: Node, known: dict[int, int]) -> int:
    """Return the number of nodes once aliases are expanded; `known` holds those of anchors."""
    if isinstance(node, Scalar):
        return 1

    if isinstance(node, Alias):
        if id(node.target) not in known:
            known[id(node.target)] = _size(node.target, known)

        return known[id(node.target)]

    if isinstance(node, Mapping):
        return 1 + sum(_size(key, known) + _size(value, known) for key, value in node.entries)

    return 1 + sum(_size(item, known) for item in node.items)
