"""What a fix is remembered by: a hash that changes when its text or its rule does, and not when lines move."""

from __future__ import annotations

import hashlib

from fixer.finding import Finding
from fixer.rule import Rule

_LENGTH = 12


def key_of(rule: Rule, finding: Finding, text: str) -> str:
    """Return the key of a finding in a file of that text: rule, what its fix does, file, place, message, and line.

    The line is the one that the finding starts on, with those that continue it. What lies below it is left out:
    another fix in the same container, merged meanwhile, must not bring back what somebody refused.
    """
    place, message = finding.place, finding.message
    return _hash(
        rule.id, " ".join(_what_it_does(rule.doc).split()), finding.path, place, message, line_of(text, finding)
    )


def line_of(text: str, finding: Finding) -> str:
    r"""Return the line that a finding starts on, with the lines that follow a `\` at its end, and single blanks."""
    start = text.rfind("\n", 0, finding.start) + 1
    end = _end(text, finding.start)
    while text[start:end].rstrip().endswith("\\") and end < min(finding.end, len(text)):
        end = _end(text, end + 1)

    return " ".join(text[start:end].split())


def short(*parts: str) -> str:
    """Return a short hash of some texts."""
    return _hash(*parts)


def _end(text: str, start: int) -> int:
    found = text.find("\n", start)
    return len(text) if found < 0 else found


def _what_it_does(doc: str) -> str:
    return doc.partition("\n## Fix\n")[2].partition("\n## ")[0]


def _hash(*parts: str) -> str:
    joined = "\0".join(parts).encode("utf-8", "surrogateescape")
    return hashlib.sha256(joined).hexdigest()[:_LENGTH]
