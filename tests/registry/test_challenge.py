from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixer.registry.challenge import Challenge, parse_challenges

SCOPE = "repository:samalba/my-app:pull,push"
READ = {
    f'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="{SCOPE}"': [
        ("bearer", {"realm": "https://auth.docker.io/token", "service": "registry.docker.io", "scope": SCOPE})
    ],
    'Basic realm="Registry"': [("basic", {"realm": "Registry"})],
    'Basic realm="a", Bearer realm="b" , service=c': [
        ("basic", {"realm": "a"}),
        ("bearer", {"realm": "b", "service": "c"}),
    ],
    'BEARER REALM = "x"': [("bearer", {"realm": "x"})],
    'Bearer realm="say \\"hi\\" \\\\"': [("bearer", {"realm": 'say "hi" \\'})],
    'Bearer realm=""': [("bearer", {"realm": ""})],
    "Negotiate": [("negotiate", {})],
    "Negotiate, NTLM": [("negotiate", {}), ("ntlm", {})],
    'Negotiate YWJjZA==, Basic realm="x"': [("negotiate", {}), ("basic", {"realm": "x"})],
    "Negotiate abcd": [("negotiate", {})],
    'Bearer realm="x", realm="y"': [("bearer", {"realm": "x"})],
    ', ,Basic realm="x",,': [("basic", {"realm": "x"})],
    'Bearer realm="x" scope="y"': [("bearer", {"realm": "x", "scope": "y"})],
    "": [],
    " , ": [],
    'realm="x"': [],
    '"Bearer"': [("bearer", {})],
}


@pytest.mark.parametrize("text", READ)
def test_reads(text: str) -> None:
    assert parse_challenges([text]) == tuple(Challenge(*pair) for pair in READ[text])


def test_several_headers_are_one_list() -> None:
    assert [one.scheme for one in parse_challenges(["Basic realm=a", "Bearer realm=b"])] == ["basic", "bearer"]


def test_an_open_quote_ends_nothing_else() -> None:
    assert parse_challenges(['Bearer realm="x'])[0].scheme == "bearer"


@settings(deadline=None)
@given(st.lists(st.text(max_size=60)))
def test_anything_at_all_is_read(values: list[str]) -> None:
    for challenge in parse_challenges(values):
        assert challenge.scheme == challenge.scheme.lower() != ""


NAMES = st.text("abcdefghijklmnop-", min_size=1, max_size=8).filter(lambda name: not name.startswith("-"))
VALUES = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20)


@settings(deadline=None)
@given(st.lists(st.tuples(NAMES, st.dictionaries(NAMES, VALUES, min_size=1, max_size=4)), max_size=4))
def test_what_was_written_is_read(wanted: list[tuple[str, dict[str, str]]]) -> None:
    def quoted(text: str) -> str:
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

    text = ", ".join(
        f"{scheme} " + ", ".join(f"{name}={quoted(value)}" for name, value in parameters.items())
        for scheme, parameters in wanted
    )
    assert [(one.scheme, dict(one.parameters)) for one in parse_challenges([text])] == wanted


def test_a_huge_header_is_read_in_no_time() -> None:
    assert len(parse_challenges(['a="' * 100_000, "," * 100_000, "Basic " * 100_000])) < 5000
