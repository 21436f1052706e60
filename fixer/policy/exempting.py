"""Suppressions in the data of a file: annotations of Kubernetes objects, `x-policy-exemption` of Compose services."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from fixer.policy.comments import ALL_OF_KUBE_LINTER, ALL_OF_POLARIS, Suppression
from fixer.policy.shape import date_of

COMPOSE_KEY = "x-policy-exemption"

_CHECKOV = re.compile(r"checkov\.io/skip[0-9]*")
_KUBE_LINTER = "ignore-check.kube-linter.io/"
_POLARIS = re.compile(r"polaris\.fairwinds\.com/(?:(?P<name>.+)-)?exempt")
# What the free text of an exemption may be about, where `exemption-rules` is missing (rule K8-051).
_KEYWORDS = (
    (("digest", "sha256"), ("unpinned-digest", "unpinned-kustomize-image")),
    (("latest",), ("latest-tag",)),
    (("replica",), ("single-replica",)),
    (("seccomp",), ("missing-seccomp-profile",)),
    (("probe", "health"), ("missing-liveness-probe", "missing-readiness-probe")),
    (("limit", "resource"), ("missing-resource-limits", "missing-resource-requests")),
    (("read-only", "readonly"), ("writable-root-filesystem",)),
    (("root",), ("root-user", "low-user-id", "explicit-root-user")),
    (("network policy", "networkpolicy"), ("missing-network-policy",)),
)

# Its own line, its first and its last one.
Place = tuple[int, int, int]


def of_object(annotations: Mapping[str, Any], lines: Place, *, foreign: bool) -> Iterator[Suppression]:
    """Yield what the annotations of an object say; `lines` are where they stand, its first line and its last one."""
    if reason := text_of(annotations.get("policy-exemption")):
        named = text_of(annotations.get("exemption-rules"))
        rules = tuple(re.split(r"[\s,]+", named)) if named else about(reason)
        expires = text_of(annotations.get("exemption-expires"))
        yield _own(rules, lines, reason, expires, text_of(annotations.get("exemption-issue")))

    line, first, last = lines
    for key, value in annotations.items() if foreign else ():
        if found := _foreign(key, text_of(value)):
            names, reason = found
            yield Suppression("foreign", names, first, last, line, None, reason or key)


def of_service(said: object, lines: Place) -> Iterator[Suppression]:
    """Yield what `x-policy-exemption` of a service says: one exemption, or a list of them."""
    for one in said if isinstance(said, list) else [said]:
        if not isinstance(one, dict):
            yield _own(about(text_of(one)), lines, text_of(one), "", "")
            continue

        rules = one.get("rules", one.get("rule"))
        names = tuple(map(text_of, rules)) if isinstance(rules, list) else tuple(filter(None, (text_of(rules),)))
        reason = text_of(one.get("reason"))
        yield _own(names or about(reason), lines, reason, text_of(one.get("expires")), text_of(one.get("issue")))


def about(reason: str) -> tuple[str, ...]:
    """Return the rules that a free text is about, by its words."""
    words = reason.lower()
    return tuple(name for keys, names in _KEYWORDS if any(key in words for key in keys) for name in names)


def text_of(value: object) -> str:
    """Return a value of an annotation as text; "" for none."""
    return "" if value is None else str(value).strip()


def _own(names: tuple[str, ...], lines: Place, reason: str, expires: str, issue: str) -> Suppression:
    line, first, last = lines
    problem = ""
    if not names:
        problem = "it names no rule: add exemption-rules (in Compose: rules) with their names"
    elif not reason:
        problem = "it gives no reason"
    elif expires and date_of(expires) is None:
        problem = f"{expires} is no date such as 2027-03-31"

    end = "" if problem else expires
    return Suppression("annotation", names, first, last, line, None, reason, end, issue, problem)


def _foreign(key: str, value: str) -> tuple[tuple[str, ...], str] | None:
    if _CHECKOV.fullmatch(key):
        name, _, reason = value.partition("=")
        return (name.strip(),), reason.strip()

    if key.startswith(_KUBE_LINTER):
        return (key.removeprefix(_KUBE_LINTER),), value

    if key == "kube-linter.io/ignore-all":
        return (ALL_OF_KUBE_LINTER,), value

    if key == "kube-score/ignore":
        return tuple(name.strip() for name in value.split(",") if name.strip()), ""

    if (match := _POLARIS.fullmatch(key)) and value.lower() == "true":
        return (match["name"] or ALL_OF_POLARIS,), ""

    return None
