"""Words without which a file excuses nothing: a cheap test in front of a close look."""

from __future__ import annotations

# The finding about what a file says itself; it comes and goes with the findings of rules.
INVALID = "invalid-exemption"

_COMMENTS = ("fixer:", "hadolint", "check=", "trivy:ignore", "checkov:skip", "kics-scan", "dclint disable", "zizmor:")
_DATA = ("policy-exemption", "checkov.io/skip", "kube-linter.io/", "kube-score/ignore", "polaris.fairwinds.com/")


def excuses(text: str) -> bool:
    """Whether a text may excuse something."""
    return in_comments(text) or in_data(text)


def in_comments(text: str) -> bool:
    """Whether a text may hold a comment that excuses something."""
    return any(marker in text for marker in _COMMENTS)


def in_data(text: str) -> bool:
    """Whether a text may hold an annotation that excuses something."""
    return any(marker in text for marker in _DATA)
