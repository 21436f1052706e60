"""The judge sees what is not as described: in requests, in answers, in GraphQL."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import github
import pytest
from bot.double import cut
from bot.double.call import HANDLERS, Answer, Call
from bot.double.client import Client
from bot.double.description import description, match, operations
from bot.double.double import Double
from bot.double.graph import schema
from bot.double.judge import Judge, undeclared
from graphql import validate_schema

APP = "/repos/acme/app"


@pytest.fixture
def wrong(tmp_path: Path) -> Iterator[Double]:
    """A double with one repository, an issue and a pull request, whose deviations are looked at by the test itself."""
    with Double(tmp_path / "forge") as made:
        place = made.add("acme/app", {"Dockerfile": "FROM a\n"})
        place.open_issue("one")
        place.commit({"x": "y"}, branch="fixer/x")
        place.open_pull("fixer/x", "two", by="fixer-bot")
        yield made


def said(double: Double) -> list[str]:
    return [f"{each.side}: {each.what}" for each in double.deviations]


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        ("GET", f"{APP}/pulls?stat=all", None, "undeclared query parameter stat"),
        ("GET", f"{APP}/pulls?state=merged", None, "state=merged is none of open, closed, all"),
        ("GET", f"{APP}/pulls?per_page=many", None, "per_page=many is no integer"),
        ("GET", f"{APP}/issues?author=x", None, "undeclared query parameter author"),
        ("POST", f"{APP}/pulls", {"title": "x", "head": "gone"}, "body: $ 'base' is a required property"),
        ("POST", f"{APP}/pulls", {"title": 1, "head": "gone", "base": "m"}, "body: $.title 1 is not of type 'string'"),
        ("POST", f"{APP}/issues", {"title": "x", "label": ["a"]}, "undeclared body field label"),
        ("PATCH", f"{APP}/issues/1", {"state": "merged"}, "body: $.state 'merged' is not one of ['open', 'closed']"),
        ("PATCH", f"{APP}/pulls/2", {"labels": ["a"]}, "undeclared body field labels"),
        (
            "POST",
            f"{APP}/git/trees",
            {"tree": [{"path": "x", "mode": "100644", "content": "y", "executable": True}]},
            "undeclared body field tree[].executable",
        ),
        ("POST", f"{APP}/issues/1/comments", None, "the body is missing"),
        ("GET", f"{APP}/pulls", {"state": "all"}, "a body is not declared"),
        ("DELETE", f"{APP}/git/refs/heads/gone", {"force": True}, "a body is not declared"),
    ],
)
def test_a_request_that_is_not_as_described(wrong: Double, method: str, path: str, body: Any, expected: str) -> None:
    with Client(wrong) as client:
        client.ask(method, path, body)

    assert said(wrong)[0] == f"request: {expected}"
    with pytest.raises(AssertionError, match="Deviation"):
        wrong.check()


@pytest.mark.parametrize(
    ("method", "path"), [("GET", f"{APP}/pull/1"), ("PUT", f"{APP}/pulls/1"), ("POST", "/search/issue")]
)
def test_an_operation_that_is_not_there(wrong: Double, method: str, path: str) -> None:
    with Client(wrong) as client:
        assert client.ask(method, path).status == 404

    assert said(wrong) == ["request: no such operation"]


def test_a_body_that_is_no_json(wrong: Double) -> None:
    found = match("POST", f"{APP}/issues")
    assert found
    wrong.server.judge.request(found[0], found[1], [], b"title=x")

    assert said(wrong) == ["request: the body is no JSON"]


def spoilt(change: Callable[[Any], Any], status: int = 200) -> Callable[[Call], Answer]:
    handler = HANDLERS["pulls/get"]
    return lambda call: Answer(status, change(handler(call).body))


@pytest.mark.parametrize(
    ("change", "status", "expected"),
    [
        (lambda body: {**body, "number": "2"}, 200, "answer: 200: $.number '2' is not of type 'integer'"),
        (lambda body: {**body, "title": None}, 200, "answer: 200: $.title None for not nullable"),
        (lambda body: {k: v for k, v in body.items() if k != "head"}, 200, "'head' is a required property"),
        (lambda _: [], 200, "answer: 200: $ [] is not of type 'object'"),
        (lambda _: None, 200, "answer: 200 without its body"),
        (lambda body: body, 202, "answer: status 202 is not declared"),
    ],
)
def test_an_answer_that_is_not_as_described(
    wrong: Double, monkeypatch: pytest.MonkeyPatch, change: Callable[[Any], Any], status: int, expected: str
) -> None:
    monkeypatch.setitem(HANDLERS, "pulls/get", spoilt(change, status))
    with Client(wrong) as client:
        client.ask("GET", f"{APP}/pulls/2")

    assert any(expected in each for each in said(wrong)), said(wrong)


@pytest.mark.parametrize(
    ("query", "variables", "expected"),
    [
        ('{ repository(owner: "acme", name: "app") { stars } }', {}, "Cannot query field 'stars'"),
        ('{ repository(owner: "acme") { id } }', {}, "of type 'String!' is required, but it was not provided"),
        ("mutation { deleteEverything { id } }", {}, "Cannot query field 'deleteEverything'"),
        ("{ viewer { login }", {}, "Syntax Error"),
        (
            "mutation($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }",
            {"input": {"branch": {}, "message": {"headline": "x"}}},
            "expectedHeadOid",
        ),
        (
            "mutation($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }",
            {"input": {"branch": {}, "message": {"headline": "x"}, "expectedHeadOid": "0" * 40, "force": True}},
            "not to include unknown field 'force'",
        ),
    ],
)
def test_a_query_that_the_schema_refuses(wrong: Double, query: str, variables: dict[str, Any], expected: str) -> None:
    with Client(wrong) as client:
        assert client.graph(query, **variables)["errors"]

    assert any(expected in each for each in said(wrong)), said(wrong)


def test_a_client_that_is_known_to_be_wrong_is_seen(wrong: Double) -> None:
    """PyGithub sends labels as a bare list; everything else that it sends here is right."""
    login = github.Auth.Token(wrong.token)
    with github.Github(base_url=wrong.api, auth=login, seconds_between_requests=0, seconds_between_writes=0) as forge:
        repository = forge.get_repo("acme/app")
        pull = repository.get_pull(2)
        pull.edit(title="three", body="four")
        pull.create_issue_comment("five")
        assert [each.number for each in repository.get_pulls(state="all", head="acme:fixer/x")] == [2]
        assert [each.name for each in repository.get_branches()] == ["fixer/x", "main"]
        assert said(wrong) == []
        pull.add_to_labels("six")

    assert said(wrong) == ["request: body: $ ['six'] is not valid under any of the given schemas"]


def test_what_is_right_is_no_deviation(wrong: Double) -> None:
    with Client(wrong) as client:
        client.ask("GET", f"{APP}/pulls?state=all&head=acme:fixer/x&per_page=100&page=1")
        client.ask("PATCH", f"{APP}/issues/2", {"labels": ["a", {"name": "b"}], "assignees": ["octocat"]})
        client.ask("POST", f"{APP}/issues/2/labels", {"labels": ["a"]})
        client.ask("GET", f"{APP}/pulls/404")

    wrong.check()


def test_a_break_of_the_double_itself_is_no_answer(wrong: Double, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(call: Call) -> Answer:
        raise KeyError(call.operation)

    monkeypatch.setitem(HANDLERS, "pulls/get", broken)
    with Client(wrong) as client:
        assert client.ask("GET", f"{APP}/pulls/2").status == 500

    with pytest.raises(KeyError, match="pulls/get"):
        wrong.check()


def test_paths_with_slashes_find_their_operation() -> None:
    found = {
        path: match("GET", path)
        for path in (
            f"{APP}/git/ref/heads/fixer/a/b",
            f"{APP}/branches/fixer%2Fa/protection",
            f"{APP}/contents/a/b%20c.yaml",
            f"{APP}/compare/main...fixer/a",
            "/repositories/7/pulls/3",
        )
    }

    assert [(each[0].name, max(each[1].values())) for each in found.values() if each] == [
        ("git/get-ref", "heads/fixer/a/b"),
        ("repos/get-branch-protection", "fixer/a"),
        ("repos/get-content", "app"),
        ("repos/compare-commits-with-basehead", "main...fixer/a"),
        ("pulls/get", "moved"),
    ]


def test_undeclared_fields_are_found_where_schemas_are_joined() -> None:
    inner = {"properties": {"a": {"type": "string"}}}
    joined = {"allOf": [inner, {"properties": {"b": inner}}]}
    chosen = {"anyOf": [joined, {"properties": {"c": {"additionalProperties": True}}}]}

    assert undeclared(joined, {"a": "x", "b": {"a": "y", "z": 1}, "y": 2}) == ["y", "b.z"]
    assert undeclared(chosen, {"c": {"anything": 1}}) == []
    assert undeclared({"items": inner}, [{"q": 1}]) == ["[].q"]
    assert undeclared({}, {"free": "form"}) == []


def test_a_wrong_answer_is_wrong_each_time() -> None:
    found = match("GET", f"{APP}/topics")
    assert found
    for names in ("x", ["x", 1], ["x", "y", 2], None):
        for _ in range(2):
            judge = Judge()
            judge.answer(found[0], 200, json.dumps({"names": names}).encode())
            assert len(judge.deviations) >= 1

    judge = Judge()
    judge.answer(found[0], 200, json.dumps({"names": ["1", "b c"]}).encode())
    assert judge.deviations == []


def test_the_data_are_whole() -> None:
    text = json.dumps(description())
    parts = description()["components"]
    wanted = {each.split('"')[0] for each in text.split('"#/components/')[1:]}

    assert wanted == {f"{section}/{name}" for section, names in parts.items() for name in names}
    assert {each.name for each in operations()} == set(cut.OPERATIONS)
    assert validate_schema(schema()) == []
    assert schema().type_map.keys() >= cut.TYPES


def test_every_operation_that_is_kept_is_done_or_refused_aloud(wrong: Double) -> None:
    undone = {operation.name for operation in operations()} - HANDLERS.keys()

    assert undone == set()
    assert {name for name in HANDLERS if name not in {each.name for each in operations()}} == set()
    wrong.check()
