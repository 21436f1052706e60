"""The double of the forge behaves as the forge describes itself."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
from bot.double import clone
from bot.double.client import Client, Got
from bot.double.double import BOT, PERSON, Double, Place
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

APP = "/repos/acme/app"
FILES = {"Dockerfile": "FROM ubuntu:latest\nUSER root\n", "deploy/web.yaml": "kind: Deployment\n"}


@pytest.fixture
def place(double: Double) -> Place:
    return double.add("acme/app", FILES)


@pytest.fixture
def client(double: Double) -> Iterator[Client]:
    with Client(double) as made:
        yield made


@pytest.fixture
def person(double: Double) -> Iterator[Client]:
    with Client(double, double.person) as made:
        yield made


def proposed(place: Place, client: Client, branch: str = "fixer/safe", **more: Any) -> Got:
    """Commit to a branch and open its pull request."""
    place.commit({"Dockerfile": "FROM ubuntu:24.04\nUSER root\n"}, branch=branch, by=BOT)
    got = client.ask("POST", f"{APP}/pulls", {"title": "fix", "body": "b", "head": branch, "base": "main", **more})
    assert got.status == 201, got.body
    return got


# What a pull request goes through.


def test_mergeable_is_not_known_at_first(place: Place, client: Client) -> None:
    assert proposed(place, client).body["mergeable"] is None

    again = client.ask("GET", f"{APP}/pulls/1").body
    assert (again["mergeable"], again["mergeable_state"], again["commits"], again["changed_files"]) == (
        True,
        "clean",
        1,
        1,
    )


def test_it_conflicts_when_the_base_changes_the_same_line(place: Place, client: Client) -> None:
    proposed(place, client)
    place.commit({"Dockerfile": "FROM debian:12\nUSER root\n"})
    client.ask("GET", f"{APP}/pulls/1")

    assert client.ask("GET", f"{APP}/pulls/1").body["mergeable_state"] == "dirty"


def test_a_second_one_of_the_same_head_is_refused(place: Place, client: Client) -> None:
    proposed(place, client)
    got = client.ask("POST", f"{APP}/pulls", {"title": "fix", "head": "acme:fixer/safe", "base": "main"})

    assert got.status == 422
    assert got.body["errors"][0]["message"] == "A pull request already exists for acme:fixer/safe."


@pytest.mark.parametrize(
    ("given", "field"),
    [({"head": "gone", "base": "main"}, "head"), ({"head": "main", "base": "gone"}, "base")],
)
def test_both_ends_must_be_there(place: Place, client: Client, given: dict[str, str], field: str) -> None:
    got = client.ask("POST", f"/repos/{place.name}/pulls", {"title": "fix", **given})

    assert (got.status, got.body["errors"][0]["field"]) == (422, field)


def test_there_must_be_commits_between(place: Place, client: Client) -> None:
    place.move("fixer/empty", place.head())
    got = client.ask("POST", f"{APP}/pulls", {"title": "fix", "head": "fixer/empty", "base": "main"})

    assert got.status == 422
    assert "No commits between" in got.body["errors"][0]["message"]


def test_a_body_has_a_limit(place: Place, client: Client) -> None:
    proposed(place, client)
    assert client.ask("PATCH", f"{APP}/pulls/1", {"body": "x" * 65536}).status == 200
    assert client.ask("PATCH", f"{APP}/pulls/1", {"body": "x" * 65537}).status == 422
    assert client.ask("POST", f"{APP}/issues", {"title": "x", "body": "x" * 65537}).status == 422
    assert client.ask("POST", f"{APP}/issues/1/comments", {"body": "x" * 65537}).status == 422


def test_it_is_found_by_its_head_in_any_state(place: Place, client: Client) -> None:
    proposed(place, client)
    place.close(1)

    assert client.ask("GET", f"{APP}/pulls?head=acme:fixer/safe").body == []
    found = client.ask("GET", f"{APP}/pulls?head=acme:fixer/safe&state=all").body
    assert [(each["number"], each["state"]) for each in found] == [(1, "closed")]
    assert client.ask("GET", f"{APP}/pulls?head=acme:fixer/other&state=all").body == []


def test_its_head_follows_the_branch_until_it_is_closed(place: Place, client: Client) -> None:
    proposed(place, client)
    new = place.commit({"more": "x"}, branch="fixer/safe")
    assert client.ask("GET", f"{APP}/pulls/1").body["head"]["sha"] == new

    place.close(1)
    place.commit({"more": "y"}, branch="fixer/safe")
    assert client.ask("GET", f"{APP}/pulls/1").body["head"]["sha"] == new


def test_who_closed_it_is_known(place: Place, client: Client) -> None:
    proposed(place, client)
    place.close(1, by=PERSON)

    assert client.ask("GET", f"{APP}/issues/1").body["closed_by"]["login"] == PERSON
    events = client.ask("GET", f"{APP}/issues/1/timeline").body
    assert [(each["event"], each["actor"]["login"]) for each in events] == [("closed", PERSON)]


def test_it_may_be_opened_again(place: Place, client: Client) -> None:
    proposed(place, client)
    place.close(1)
    new = place.commit({"more": "x"}, branch="fixer/safe")
    got = client.ask("PATCH", f"{APP}/pulls/1", {"state": "open"})

    assert (got.status, got.body["state"], got.body["head"]["sha"]) == (200, "open", new)


def test_it_may_not_be_opened_again_after_a_force_push(place: Place, client: Client) -> None:
    proposed(place, client)
    place.close(1)
    place.amend("fixer/safe", {"Dockerfile": "FROM ubuntu:22.04\n"})
    got = client.ask("PATCH", f"{APP}/pulls/1", {"state": "open"})

    assert got.status == 422
    assert "force-pushed or recreated" in got.body["errors"][0]["message"]


def test_it_may_not_be_opened_again_without_its_branch(place: Place, client: Client) -> None:
    proposed(place, client)
    place.remove_branch("fixer/safe")
    got = client.ask("PATCH", f"{APP}/pulls/1", {"state": "open"})

    assert got.status == 422
    assert "has been deleted" in got.body["errors"][0]["message"]


def test_it_may_not_be_opened_again_beside_another(place: Place, client: Client) -> None:
    proposed(place, client)
    place.close(1)
    client.ask("POST", f"{APP}/pulls", {"title": "fix", "head": "fixer/safe", "base": "main"})

    assert client.ask("PATCH", f"{APP}/pulls/1", {"state": "open"}).status == 422


def test_it_is_closed_with_its_branch(place: Place, client: Client) -> None:
    proposed(place, client)
    assert client.ask("DELETE", f"{APP}/git/refs/heads/fixer/safe").status == 204

    assert client.ask("GET", f"{APP}/pulls/1").body["state"] == "closed"
    names = [each["event"] for each in client.ask("GET", f"{APP}/issues/1/events").body]
    assert names == ["head_ref_deleted", "closed"]


def test_a_force_push_is_an_event(place: Place, client: Client) -> None:
    proposed(place, client)
    place.amend("fixer/safe", {"Dockerfile": "FROM ubuntu:22.04\n"})

    assert [each["event"] for each in client.ask("GET", f"{APP}/issues/1/timeline").body] == ["head_ref_force_pushed"]


def test_it_is_merged(place: Place, client: Client) -> None:
    proposed(place, client)
    assert client.ask("GET", f"{APP}/pulls/1/merge").status == 404
    got = client.ask("PUT", f"{APP}/pulls/1/merge", {"merge_method": "squash"})

    assert (got.status, got.body["sha"]) == (200, place.head())
    assert place.read("Dockerfile").startswith("FROM ubuntu:24.04")
    shown = client.ask("GET", f"{APP}/pulls/1").body
    assert (shown["state"], shown["merged"], shown["merged_by"]["login"]) == ("closed", True, BOT)
    assert client.ask("GET", f"{APP}/pulls/1/merge").status == 204


def test_it_is_merged_by_a_push_to_the_base(place: Place, client: Client) -> None:
    proposed(place, client)
    place.move("main", place.head("fixer/safe"))

    assert client.ask("GET", f"{APP}/pulls/1").body["merged"] is True


@pytest.mark.parametrize("sha", ["0" * 40, None])
def test_a_conflict_is_not_merged(place: Place, client: Client, sha: str | None) -> None:
    proposed(place, client)
    place.commit({"Dockerfile": "FROM debian:12\n"})
    got = client.ask("PUT", f"{APP}/pulls/1/merge", {"sha": sha} if sha else {})

    assert got.status == (409 if sha else 405)


def test_it_lists_its_commits_and_files(place: Place, client: Client) -> None:
    proposed(place, client)
    place.commit({"new": "x\n", "Dockerfile": "FROM a:1\n"}, branch="fixer/safe", by="stranger")

    commits = client.ask("GET", f"{APP}/pulls/1/commits").body
    assert [each["author"]["login"] for each in commits] == [BOT, "stranger"]
    files = client.ask("GET", f"{APP}/pulls/1/files").body
    assert [(each["filename"], each["status"]) for each in files] == [("Dockerfile", "modified"), ("new", "added")]


def test_the_base_is_merged_into_it(place: Place, client: Client) -> None:
    proposed(place, client)
    place.commit({"other": "x"})

    assert client.ask("PUT", f"{APP}/pulls/1/update-branch", {}).status == 202
    assert place.read("other", "fixer/safe") == "x"


def test_it_is_a_draft_if_asked(place: Place, client: Client) -> None:
    assert proposed(place, client, draft=True).body["draft"] is True
    assert client.ask("PUT", f"{APP}/pulls/1/merge", {}).status == 405


def test_reviewers_are_collaborators_and_not_the_author(place: Place, client: Client) -> None:
    proposed(place, client)
    path = f"{APP}/pulls/1/requested_reviewers"
    assert client.ask("POST", path, {"reviewers": [PERSON]}).status == 201
    assert [each["login"] for each in client.ask("GET", path).body["users"]] == [PERSON]
    assert client.ask("POST", path, {"reviewers": [BOT]}).status == 422
    assert client.ask("POST", path, {"reviewers": ["stranger"]}).status == 422
    assert client.ask("POST", path, {"team_reviewers": ["crew"]}).status == 422
    assert client.ask("DELETE", path, {"reviewers": [PERSON]}).body["requested_reviewers"] == []


# Issues, which pull requests are too.


def test_a_pull_request_is_an_issue(place: Place, client: Client) -> None:
    client.ask("POST", f"{APP}/issues", {"title": "Dashboard", "labels": ["fixer"]})
    proposed(place, client)

    listed = client.ask("GET", f"{APP}/issues?state=all").body
    assert [(each["number"], "pull_request" in each) for each in listed] == [(2, True), (1, False)]
    assert client.ask("GET", f"{APP}/pulls/1").status == 404


def test_issues_are_found_by_creator_state_and_labels(place: Place, client: Client) -> None:
    client.ask("POST", f"{APP}/issues", {"title": "Dashboard", "labels": ["fixer"]})
    place.open_issue("Question", by="stranger")

    def found(query: str) -> list[str]:
        return [each["title"] for each in client.ask("GET", f"{APP}/issues?{query}").body]

    assert found(f"creator={BOT}") == ["Dashboard"]
    assert found("labels=fixer") == ["Dashboard"]
    assert found("direction=asc") == ["Dashboard", "Question"]
    assert found("state=closed") == []


def test_an_issue_is_edited_closed_and_opened(place: Place, client: Client) -> None:
    client.ask("POST", f"/repos/{place.name}/issues", {"title": "Dashboard", "body": "a"})
    client.ask("PATCH", f"{APP}/issues/1", {"title": "Other", "body": "b"})
    assert client.ask("PATCH", f"{APP}/issues/1", {"state": "closed"}).body["closed_by"]["login"] == BOT

    shown = client.ask("PATCH", f"{APP}/issues/1", {"state": "open"}).body
    assert (shown["title"], shown["body"], shown["state"], shown["closed_by"]) == ("Other", "b", "open", None)
    names = [each["event"] for each in client.ask("GET", f"{APP}/issues/1/events").body]
    assert names == ["renamed", "closed", "reopened"]


def test_issues_may_be_switched_off(place: Place, client: Client) -> None:
    place.repository.has_issues = False

    assert client.ask("POST", f"{APP}/issues", {"title": "Dashboard"}).status == 410


def test_labels(place: Place, client: Client) -> None:
    proposed(place, client)
    path = f"{APP}/issues/1/labels"
    assert client.ask("GET", f"{APP}/labels/fixer").status == 404
    assert client.ask("POST", f"{APP}/labels", {"name": "fixer", "color": "0075ca"}).status == 201
    assert client.ask("POST", f"{APP}/labels", {"name": "Fixer"}).status == 422
    assert [each["name"] for each in client.ask("POST", path, {"labels": ["Fixer", "other"]}).body] == [
        "fixer",
        "other",
    ]
    assert [each["name"] for each in client.ask("DELETE", f"{path}/other").body] == ["fixer"]
    assert [each["name"] for each in client.ask("PUT", path, {"labels": ["third"]}).body] == ["third"]
    assert [each["name"] for each in client.ask("GET", path).body] == ["third"]
    assert [each["name"] for each in client.ask("GET", f"{APP}/labels").body] == ["fixer", "other", "third"]


def test_a_label_that_is_missing_may_be_refused(place: Place, client: Client) -> None:
    proposed(place, client)
    place.repository.strict_labels = True

    assert client.ask("POST", f"{APP}/issues/1/labels", {"labels": ["new"]}).status == 422
    assert client.ask("GET", f"{APP}/issues/1/labels").body == []


def test_who_has_no_access_is_not_assigned(place: Place, client: Client) -> None:
    proposed(place, client)
    got = client.ask("POST", f"{APP}/issues/1/assignees", {"assignees": [PERSON, "stranger"]})

    assert [each["login"] for each in got.body["assignees"]] == [PERSON]
    assert client.ask("GET", f"{APP}/assignees/{PERSON}").status == 204
    assert client.ask("GET", f"{APP}/assignees/stranger").status == 404
    assert client.ask("DELETE", f"{APP}/issues/1/assignees", {"assignees": [PERSON]}).body["assignees"] == []


def test_comments(place: Place, client: Client) -> None:
    proposed(place, client)
    made = client.ask("POST", f"{APP}/issues/1/comments", {"body": "hello"}).body
    path = f"{APP}/issues/comments/{made['id']}"
    assert client.ask("PATCH", path, {"body": "bye"}).body["body"] == "bye"
    assert [each["body"] for each in client.ask("GET", f"{APP}/issues/1/comments").body] == ["bye"]
    assert client.ask("DELETE", path).status == 204
    assert client.ask("GET", path).status == 404


# Git by the API.


def test_a_commit_is_made_piece_by_piece(place: Place, client: Client) -> None:
    sha = client.ask("POST", f"{APP}/git/blobs", {"content": base64.b64encode(b"run\n").decode(), "encoding": "base64"})
    entry = {"path": "run.sh", "mode": "100755", "type": "blob", "sha": sha.body["sha"]}
    start = place.head()
    base = client.ask("GET", f"{APP}/git/commits/{start}").body["tree"]["sha"]
    tree = client.ask("POST", f"{APP}/git/trees", {"base_tree": base, "tree": [entry]}).body
    made = client.ask("POST", f"{APP}/git/commits", {"message": "fix", "tree": tree["sha"], "parents": [start]}).body
    assert made["verification"]["verified"] is True

    ref = {"ref": "refs/heads/fixer/x", "sha": made["sha"]}
    assert client.ask("POST", f"{APP}/git/refs", ref).status == 201
    assert client.ask("POST", f"{APP}/git/refs", ref).status == 422
    listed = client.ask("GET", f"{APP}/git/trees/fixer/x?recursive=1").body["tree"]
    assert {each["path"]: each["mode"] for each in listed}["run.sh"] == "100755"
    assert {"Dockerfile", "deploy/web.yaml"} < {each["path"] for each in listed}


def test_a_commit_with_an_author_is_not_signed(place: Place, client: Client) -> None:
    tree = client.ask("GET", f"{APP}/git/trees/main").body["sha"]
    author = {"name": "Bot", "email": "bot@example.com"}
    body = {"message": "fix", "tree": tree, "parents": [place.head()], "author": author}

    assert client.ask("POST", f"{APP}/git/commits", body).body["verification"]["verified"] is False


def test_a_branch_is_moved_forward_only_unless_forced(place: Place, client: Client) -> None:
    proposed(place, client)
    old, main = place.head("fixer/safe"), place.head()
    path = f"{APP}/git/refs/heads/fixer/safe"
    assert client.ask("PATCH", path, {"sha": main}).status == 422
    assert place.head("fixer/safe") == old
    assert client.ask("PATCH", path, {"sha": main, "force": True}).status == 200
    assert place.head("fixer/safe") == main
    assert client.ask("GET", f"{APP}/pulls/1").body["state"] == "closed"


def test_branches_are_listed(place: Place, client: Client) -> None:
    proposed(place, client)
    assert [each["name"] for each in client.ask("GET", f"{APP}/branches").body] == ["fixer/safe", "main"]
    found = client.ask("GET", f"{APP}/git/matching-refs/heads/fixer/").body
    assert [each["ref"] for each in found] == ["refs/heads/fixer/safe"]
    assert client.ask("GET", f"{APP}/git/ref/heads/fixer/safe").body["object"]["sha"] == place.head("fixer/safe")
    assert client.ask("GET", f"{APP}/branches/fixer%2Fsafe").body["commit"]["sha"] == place.head("fixer/safe")
    assert client.ask("GET", f"{APP}/git/ref/heads/fixer").status == 404


def test_branches_are_compared(place: Place, client: Client) -> None:
    proposed(place, client)
    place.commit({"other": "x"}, by="stranger")
    got = client.ask("GET", f"{APP}/compare/main...fixer/safe").body

    assert (got["status"], got["ahead_by"], got["behind_by"]) == ("diverged", 1, 1)
    assert [each["author"]["login"] for each in got["commits"]] == [BOT]


def test_commits_are_listed(place: Place, client: Client) -> None:
    place.commit({"other": "x"}, by="stranger", email="me@example.com", message="feat: other")

    listed = client.ask("GET", f"{APP}/commits?sha=main&per_page=1").body
    assert [(each["commit"]["message"], each["author"]) for each in listed] == [("feat: other", None)]
    assert client.ask("GET", f"{APP}/commits/main").body["sha"] == place.head()
    assert client.ask("GET", f"{APP}/commits/gone").status == 422


def test_a_file_is_read_and_written(place: Place, client: Client) -> None:
    path = f"{APP}/contents/deploy/web.yaml"
    got = client.ask("GET", path).body
    assert base64.b64decode(got["content"]) == b"kind: Deployment\n"
    new = {"message": "fix", "content": base64.b64encode(b"kind: Job\n").decode()}
    assert client.ask("PUT", path, new).status == 409
    assert client.ask("PUT", path, {**new, "sha": got["sha"]}).status == 200
    assert place.read("deploy/web.yaml") == "kind: Job\n"
    assert client.ask("GET", f"{APP}/contents/gone").status == 404


def test_a_repository_without_commits(double: Double, client: Client) -> None:
    double.add("acme/app")

    assert client.ask("GET", f"{APP}/git/trees/main").status == 409
    assert client.ask("GET", f"{APP}/branches").body == []


# GraphQL.

CREATE = "mutation($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }"


def commit_input(place: Place, head: str) -> dict[str, Any]:
    additions = [{"path": "k.yaml", "contents": base64.b64encode(b"a: 1\n").decode()}]
    return {
        "branch": {"repositoryNameWithOwner": place.name, "branchName": "fixer/safe"},
        "message": {"headline": "fix: more", "body": "why"},
        "expectedHeadOid": head,
        "fileChanges": {"additions": additions, "deletions": [{"path": "Dockerfile"}]},
    }


def test_a_signed_commit_is_made(place: Place, client: Client) -> None:
    proposed(place, client)
    got = client.graph(CREATE, input=commit_input(place, place.head("fixer/safe")))

    made = place.log("fixer/safe")[0]
    assert got["data"]["createCommitOnBranch"]["commit"]["oid"] == made.sha
    assert (made.message, made.author.name, made.committer.name) == ("fix: more\n\nwhy", BOT, "GitHub")
    assert client.ask("GET", f"{APP}/commits/{made.sha}").body["commit"]["verification"]["verified"] is True
    assert place.bare.blob("fixer/safe", "Dockerfile") is None


def test_a_branch_that_moved_is_left_alone(place: Place, client: Client) -> None:
    proposed(place, client)
    before = place.head("fixer/safe")
    got = client.graph(CREATE, input=commit_input(place, place.head()))

    assert got["errors"][0]["type"] == "STALE_DATA"
    assert place.head("fixer/safe") == before


UPDATE = "mutation($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }"


def test_refs_are_moved_with_a_lock(place: Place, client: Client) -> None:
    proposed(place, client)
    main, old = place.head(), place.head("fixer/safe")
    node = client.ask("GET", APP).body["node_id"]

    def moved(before: str) -> Any:
        update = {"name": "refs/heads/fixer/safe", "beforeOid": before, "afterOid": main, "force": True}
        return client.graph(UPDATE, input={"repositoryId": node, "refUpdates": [update]})

    assert "errors" in moved(main)
    assert place.head("fixer/safe") == old
    assert "errors" not in moved(old)
    assert place.head("fixer/safe") == main


AUTO = """mutation($input: EnablePullRequestAutoMergeInput!) {
    enablePullRequestAutoMerge(input: $input) { pullRequest { number } } }"""


def test_it_is_merged_when_the_checks_end(place: Place, client: Client) -> None:
    node = proposed(place, client).body["node_id"]
    place.repository.checks = True
    assert "not allowed" in client.graph(AUTO, input={"pullRequestId": node})["errors"][0]["message"]
    place.repository.allow_auto_merge = True
    assert "errors" not in client.graph(AUTO, input={"pullRequestId": node, "mergeMethod": "SQUASH"})
    assert client.ask("GET", f"{APP}/pulls/1").body["auto_merge"]["merge_method"] == "squash"

    assert place.checks_end() == [1]
    assert client.ask("GET", f"{APP}/pulls/1").body["merged"] is True


def test_what_could_be_merged_now_is_not_merged_automatically(place: Place, client: Client) -> None:
    node = proposed(place, client).body["node_id"]
    place.repository.allow_auto_merge = True

    assert "clean status" in client.graph(AUTO, input={"pullRequestId": node})["errors"][0]["message"]


def test_a_repository_is_queried(place: Place, client: Client) -> None:
    proposed(place, client)
    query = """query($owner: String!, $name: String!) { repository(owner: $owner, name: $name) {
        id isArchived defaultBranchRef { name target { oid } } pullRequest(number: 1) { title state headRefOid } } }"""
    got = client.graph(query, owner="acme", name="app")["data"]["repository"]

    assert got["defaultBranchRef"] == {"name": "main", "target": {"oid": place.head()}}
    assert got["pullRequest"] == {"title": "fix", "state": "OPEN", "headRefOid": place.head("fixer/safe")}


# Who may do what.


def test_an_unknown_token_gets_nothing(place: Place, double: Double, tmp_path: Path) -> None:
    with Client(double, "ghp_nobody") as nobody:
        assert nobody.ask("GET", f"/repos/{place.name}").status == 401
        assert nobody.ask("GET", "/user").status == 401

    done = clone.git(double, "clone", f"{double.url}/acme/app.git", str(tmp_path / "w"), token="ghp_nobody")
    assert done.returncode != 0
    assert "Authentication failed" in done.stderr or "terminal prompts disabled" in done.stderr


def test_a_token_ends_after_its_requests(place: Place, double: Double) -> None:
    token = double.issue_token(BOT, left=2)
    with Client(double, token.value) as client:
        assert [client.ask("GET", f"/repos/{place.name}").status for _ in range(3)] == [200, 200, 401]


def test_who_may_only_read_does_not_write(place: Place, double: Double, tmp_path: Path) -> None:
    place.repository.roles[BOT] = "read"
    with Client(double) as client:
        ref = {"ref": "refs/heads/x", "sha": place.head()}
        assert client.ask("POST", f"{APP}/git/refs", ref).status == 403
        assert client.ask("GET", APP).body["permissions"]["push"] is False

    folder = clone.cloned(double, place.name, tmp_path / "w")
    done = clone.push(double, folder, {"x": "y"}, "x")
    assert done.returncode != 0
    assert "403" in done.stderr


def test_what_is_private_is_not_there_for_others(place: Place, double: Double) -> None:
    place.repository.private = True
    token = double.issue_token("stranger")
    with Client(double, token.value) as stranger:
        assert stranger.ask("GET", APP).status == 404


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/issues", {"title": "x"}),
        ("POST", "/pulls", {"title": "x", "head": "x", "base": "main"}),
        ("PATCH", "/issues/1", {"body": "x"}),
        ("POST", "/git/refs", {"ref": "refs/heads/x", "sha": "0" * 40}),
    ],
)
def test_an_archive_is_read_only(place: Place, client: Client, method: str, path: str, body: Any) -> None:
    place.open_issue("x")
    place.repository.archived = True

    assert client.ask(method, APP + path, body).status == 403
    assert client.ask("GET", APP).body["archived"] is True


def test_an_archive_takes_no_push(place: Place, double: Double, tmp_path: Path) -> None:
    folder = clone.cloned(double, place.name, tmp_path / "w")
    place.repository.archived = True

    assert "403" in clone.push(double, folder, {"x": "y"}, "x").stderr


# Git over HTTP.


def test_a_lease_protects_what_somebody_pushed(place: Place, double: Double, tmp_path: Path) -> None:
    folder = clone.cloned(double, place.name, tmp_path / "w")
    assert clone.push(double, folder, {"x": "1"}, "fixer/x", "--force-with-lease=fixer/x:").returncode == 0
    seen = place.head("fixer/x")
    theirs = place.commit({"x": "theirs"}, branch="fixer/x")
    done = clone.push(double, folder, {"x": "2"}, "fixer/x", f"--force-with-lease=fixer/x:{seen}")

    assert "stale info" in done.stderr
    assert place.head("fixer/x") == theirs
    assert "stale info" in clone.push(double, folder, {"x": "3"}, "fixer/x", "--force-with-lease=fixer/x:").stderr


def test_a_push_moves_the_pull_request(place: Place, client: Client, double: Double, tmp_path: Path) -> None:
    folder = clone.cloned(double, place.name, tmp_path / "w")
    clone.push(double, folder, {"x": "1"}, "fixer/x")
    client.ask("POST", f"{APP}/pulls", {"title": "fix", "head": "fixer/x", "base": "main"})
    clone.push(double, folder, {"x": "2"}, "fixer/x")

    assert client.ask("GET", f"{APP}/pulls/1").body["head"]["sha"] == place.head("fixer/x")
    assert place.read("x", "fixer/x") == "2"


def test_a_branch_may_be_protected_from_pushes(place: Place, double: Double, tmp_path: Path) -> None:
    folder = clone.cloned(double, place.name, tmp_path / "w")
    place.repository.no_push.append("refs/heads/main")

    assert "GH006" in clone.push(double, folder, {"x": "1"}, "main").stderr
    assert clone.push(double, folder, {"x": "1"}, "other").returncode == 0


def test_a_branch_may_be_protected_from_force(place: Place, client: Client, double: Double, tmp_path: Path) -> None:
    folder = clone.cloned(double, place.name, tmp_path / "w")
    clone.push(double, folder, {"x": "1"}, "fixer/x")
    place.repository.no_force.append("refs/heads/fixer/x")
    assert clone.push(double, folder, {"x": "2"}, "fixer/x").returncode == 0
    old = place.head("fixer/x")
    clone.git(double, "reset", "-q", "--hard", "HEAD~2", cwd=folder)

    assert "GH003" in clone.push(double, folder, {"x": "3"}, "fixer/x", "--force").stderr
    assert client.ask("PATCH", f"{APP}/git/refs/heads/fixer/x", {"sha": place.head(), "force": True}).status == 422
    assert place.head("fixer/x") == old
    assert [each["type"] for each in client.ask("GET", f"{APP}/rules/branches/fixer/x").body] == ["non_fast_forward"]


def test_only_what_is_needed_is_fetched(place: Place, double: Double, tmp_path: Path) -> None:
    folder = clone.cloned(double, place.name, tmp_path / "w", "--depth=1", "--filter=blob:none", "--no-checkout")
    missing = clone.git(double, "rev-list", "--objects", "--missing=print", "HEAD", cwd=folder).stdout

    assert missing.count("\n?") + missing.startswith("?") == 2


# Many repositories, several names.


def test_lists_come_in_pages(double: Double, client: Client) -> None:
    double.organisation("acme")
    for number in range(5):
        double.add(f"acme/app{number}")

    first = client.ask("GET", "/orgs/acme/repos?per_page=2")
    assert [each["name"] for each in first.body] == ["app0", "app1"]
    assert first.headers["Link"].count("rel=") == 2
    assert 'page=2>; rel="next"' in first.headers["Link"]
    last = client.ask("GET", "/orgs/acme/repos?per_page=2&page=3")
    assert [each["name"] for each in last.body] == ["app4"]
    assert 'rel="next"' not in last.headers["Link"]
    assert client.ask("GET", "/users/acme/repos").status == 200
    assert client.ask("GET", "/orgs/octocat/repos").status == 404


def test_an_old_name_redirects(place: Place, double: Double, client: Client, tmp_path: Path) -> None:
    double.rename("acme/app", "acme/shop")
    got = client.ask("GET", f"{APP}/pulls?state=all")
    assert got.status == 301
    assert client.ask("GET", got.headers["Location"].removeprefix(double.api)).body == []
    assert client.ask("POST", f"{APP}/issues", {"title": "x"}).status == 307
    assert client.ask("GET", "/repos/acme/shop").body["full_name"] == place.name
    assert clone.cloned(double, "acme/app", tmp_path / "w").is_dir()


def test_a_fork_is_made_and_proposes(place: Place, double: Double, tmp_path: Path) -> None:
    place.repository.roles = {PERSON: "admin"}
    with Client(double) as client:
        assert client.ask("POST", f"{APP}/forks", {"default_branch_only": True}).status == 202
        fork = double.place(f"{BOT}/app")
        assert fork.head() == place.head()
        place.commit({"other": "x"})
        assert client.ask("POST", f"/repos/{BOT}/app/merge-upstream", {"branch": "main"}).status == 200
        folder = clone.cloned(double, fork.name, tmp_path / "w")
        clone.push(double, folder, {"x": "1"}, "fixer/x")
        given = {"title": "fix", "head": f"{BOT}:fixer/x", "base": "main", "maintainer_can_modify": True}
        got = client.ask("POST", f"{APP}/pulls", given)

    assert (got.status, got.body["head"]["repo"]["full_name"]) == (201, f"{BOT}/app")
    assert fork.head() == place.head()


def test_what_did_not_change_is_not_sent_again(place: Place, client: Client) -> None:
    path = f"/repos/{place.name}"
    got = client.ask("GET", path)
    again = client.ask("GET", path, If_None_Match=got.headers["ETag"])
    assert (again.status, again.body) == (304, None)
    place.open_issue("x")

    assert client.ask("GET", path, If_None_Match=got.headers["ETag"]).status == 200


# An app.


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def installed(double: Double, key: rsa.RSAPrivateKey, **permissions: str) -> str:
    """Install an app at acme and return a token of the app."""
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    double.app(42, "fixer", public.decode())
    double.install("acme", {"metadata": "read", **permissions})
    now = int(time.time())
    return jwt.encode({"iss": "42", "iat": now - 60, "exp": now + 300}, key, algorithm="RS256")


def test_an_app_gets_a_token_that_ends(double: Double, key: rsa.RSAPrivateKey) -> None:
    place = double.add("acme/app", FILES, private=True)
    double.store.token_requests = 2
    with Client(double, installed(double, key, contents="write")) as app:
        assert app.ask("GET", "/app").body["slug"] == "fixer"
        number = app.ask("GET", f"/repos/{place.name}/installation").body["id"]
        got = app.ask("POST", f"/app/installations/{number}/access_tokens", {})

    with Client(double, got.body["token"]) as client:
        found = client.ask("GET", "/installation/repositories").body
        assert (found["total_count"], found["repositories"][0]["full_name"]) == (1, "acme/app")
        assert client.ask("GET", "/user").status == 403
        assert client.ask("GET", APP).status == 401


def test_an_app_may_do_what_it_was_given(double: Double, key: rsa.RSAPrivateKey, tmp_path: Path) -> None:
    place = double.add("acme/app", FILES)
    with Client(double, installed(double, key, contents="write", pull_requests="read")) as app:
        [found] = app.ask("GET", "/app/installations").body
        path = f"/app/installations/{found['id']}/access_tokens"
        assert app.ask("POST", path, {"permissions": {"pull_requests": "write"}}).status == 422
        token = app.ask("POST", path, {}).body["token"]

    with Client(double, token) as client:
        place.move("fixer/x", place.commit({"x": "y"}, branch="other"))
        given = {"title": "fix", "head": "fixer/x", "base": "main"}
        assert client.ask("POST", f"{APP}/pulls", given).body["message"] == "Resource not accessible by integration"

    folder = clone.cloned(double, place.name, tmp_path / "w", token=token)
    workflow = {".github/workflows/ci.yml": "on: push\n"}
    assert "without `workflows` permission" in clone.push(double, folder, workflow, "fixer/y", token=token).stderr


def test_a_token_of_another_key_is_none(double: Double, key: rsa.RSAPrivateKey) -> None:
    installed(double, key)
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    now = int(time.time())
    with Client(double, jwt.encode({"iss": "42", "iat": now, "exp": now + 60}, other, algorithm="RS256")) as app:
        assert app.ask("GET", "/app").status == 401


# Accounts and rest.


def test_accounts(place: Place, client: Client) -> None:
    assert client.ask("GET", "/user").body["login"] == BOT
    assert client.ask("GET", f"/users/{PERSON}").body["login"] == PERSON
    assert client.ask("GET", "/users/nobody").status == 404
    assert client.ask("GET", "/rate_limit").status == 200
    assert client.ask("GET", f"/repos/{place.name}/collaborators/{BOT}/permission").body["permission"] == "write"
    assert [each["login"] for each in client.ask("GET", f"{APP}/collaborators").body] == [BOT, PERSON]
    assert client.ask("GET", f"{APP}/collaborators/stranger").status == 404
    assert client.ask("GET", "/user/repos").body[0]["full_name"] == place.name
    assert client.ask("GET", f"{APP}/topics").body == {"names": []}
    assert client.ask("GET", f"{APP}/forks").body == []
    assert client.ask("GET", f"{APP}/branches/main/protection").status == 404
