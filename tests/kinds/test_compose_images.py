"""What a reference with variables means once `.env` is read, and why a reference stays as it is."""

from __future__ import annotations

import pytest
from kinds.compose_facts import World, compose

from fixer.kinds.compose import Service
from fixer.kinds.compose_images import kept, pulled, set_beside, undecided, variables


def of(image: str, env: str, more: str = "") -> Service:
    text = f"services:\n  a:\n    image: {image}\n{more}"
    found = compose(text, "sub/compose.yaml", World({"sub/.env": env})).service("a")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("image", "env", "reference", "clause"),
    [
        ("${I:-nginx:1.27}", "I=nginx:1.20", "nginx:1.20", "I is set in sub/.env"),
        ("${I-nginx:1.27}", "I=", None, "I is set in sub/.env"),
        ("${I:-nginx:1.27}", "I=", "nginx:1.27", None),
        ("${I:-nginx:1.27}", "J=x", "nginx:1.27", None),
        ("${I:-nginx:1.27}", "#I=x", "nginx:1.27", None),
        ("$I:$T", "export I='redis' # it\nT=7 # seven\n", "redis:7", "I and T are set in sub/.env"),
        ("${I:?say which}", 'I="redis:7 "', None, "I is set in sub/.env"),
        ("${I:-${J:-redis:7}}", "J=redis:6", "redis:6", "J is set in sub/.env"),
        ("$I", "I=$I$I$I$I$I$I$I$I$I$I", None, "I is set in sub/.env"),
        ("redis:7", "I=redis:6", "redis:7", None),
    ],
)
def test_what_env_files_set(image: str, env: str, reference: str | None, clause: str | None) -> None:
    service = of(image, env)
    found = pulled(service)
    assert (found.reference.text if found else None) == reference
    assert set_beside(service) == clause


def test_dollar_signs_are_no_variables() -> None:
    assert variables("$$x/$y:${z:-1}") == ["y", "z"]
    assert undecided(of("$$x/redis:7", "")) is None
    assert undecided(of("$I:$T", "I=redis")) == "T has no default: what sets it has to set a reference with a digest"


@pytest.mark.parametrize(
    ("policy", "reason"), [("never", "never"), ("build", "build"), ("missing", ""), ("always", "")]
)
def test_images_that_are_never_pulled(policy: str, reason: str) -> None:
    found = kept(of("redis:7", "", f"    pull_policy: {policy}\n"))
    assert found == (
        f"it is never pulled (pull_policy: {reason}): an image that is only local has no digest" if reason else None
    )
