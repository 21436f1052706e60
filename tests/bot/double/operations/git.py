"""Branches, commits, trees and blobs of a repository, by the API."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from bot.double.bare import ZERO, GitFailed, Who
from bot.double.call import Answer, Call, Listed, Refused, handles, invalid
from bot.double.records import Repository
from bot.double.settle import settle

_MODES = {"100644": "blob", "100755": "blob", "040000": "tree", "160000": "commit", "120000": "blob"}


@handles("repos/list-branches")
def branches(call: Call) -> Answer:
    repository = call.repository()
    shown = [
        {"name": name, "commit": {"sha": sha, "url": _commit_url(call, repository, sha)}, "protected": False}
        for name, sha in repository.bare.branches().items()
    ]
    for each in shown:
        each["protected"] = repository.guards(str(each["name"]))

    return Answer(200, Listed(shown))


def _commit_url(call: Call, repository: Repository, sha: str) -> str:
    return f"{call.shapes.at(repository)}/commits/{sha}"


@handles("repos/get-branch")
def branch(call: Call) -> Answer:
    repository = call.repository()
    name = call.parameters["branch"]
    sha = repository.bare.branch(name)
    if sha is None:
        raise Refused(404, "Branch not found")

    url = f"{call.shapes.at(repository)}/branches/{name}"
    shown = {
        "name": name,
        "commit": call.shapes.commit(repository, repository.bare.one(sha)),
        "_links": {"html": f"{call.shapes.url}/{repository.full_name}/tree/{name}", "self": url},
        "protected": repository.guards(name),
        "protection": {"enabled": repository.guards(name)},
        "protection_url": f"{url}/protection",
    }
    return Answer(200, shown)


@handles("repos/get-branch-protection")
def protection(call: Call) -> Answer:
    repository = call.repository()
    if not repository.guards(call.parameters["branch"]):
        raise Refused(404, "Branch not protected")

    return Answer(200, {"enabled": True})


@handles("repos/get-branch-rules")
def rules(call: Call) -> Answer:
    repository = call.repository()
    name = call.parameters["branch"]
    source = {"ruleset_source_type": "Repository", "ruleset_source": repository.full_name, "ruleset_id": 1}
    found: list[dict[str, Any]] = [{"type": "non_fast_forward", **source}] if repository.keeps(name) else []
    if repository.strict and name == repository.default_branch:
        wanted = {"required_status_checks": [], "strict_required_status_checks_policy": True}
        found.append({"type": "required_status_checks", "parameters": wanted, **source})

    return Answer(200, Listed(found))


@handles("git/get-ref")
def ref(call: Call) -> Answer:
    repository = call.repository()
    name = call.parameters["ref"].removeprefix("heads/")
    sha = repository.bare.branch(name)
    if sha is None:
        raise Refused(404, "Not Found")

    return Answer(200, call.shapes.ref(repository, name, sha))


@handles("git/list-matching-refs")
def refs(call: Call) -> Answer:
    repository = call.repository()
    start = call.parameters["ref"].removeprefix("heads/")
    found = repository.bare.branches().items()
    return Answer(200, [call.shapes.ref(repository, name, sha) for name, sha in found if name.startswith(start)])


@handles("git/create-ref")
def create_ref(call: Call) -> Answer:
    repository = call.repository()
    name = call.given("ref")
    if not name.startswith("refs/heads/"):
        raise Refused(422, "Reference name must start with refs/heads")

    if not repository.bare.exists(call.given("sha")):
        raise Refused(422, "Object does not exist")

    _set(call, repository, name, ZERO, "Reference already exists")
    shown = call.shapes.ref(repository, name.removeprefix("refs/heads/"), call.given("sha"))
    return Answer(201, shown)


def _set(call: Call, repository: Repository, ref: str, old: str, why: str) -> None:
    """Move a branch to the sha that the request gives; raises Refused with the reason when it is not at `old`."""
    if repository.guards(ref.removeprefix("refs/heads/")):
        raise Refused(422, "Protected branch update failed for this branch.")

    try:
        repository.bare.move(ref.removeprefix("refs/heads/"), call.given("sha"), old)
    except GitFailed as error:
        raise Refused(422, why) from error

    settle(call.store, repository, call.actor)


@handles("git/update-ref")
def update_ref(call: Call) -> Answer:
    repository = call.repository()
    name = call.parameters["ref"].removeprefix("heads/")
    old, new = repository.bare.branch(name), call.given("sha")
    if old is None:
        raise Refused(422, "Reference does not exist")

    if not repository.bare.exists(new):
        raise Refused(422, "Object does not exist")

    forced = not repository.bare.is_ancestor(old, new)
    if forced and not call.given("force"):
        raise Refused(422, "Update is not a fast forward")

    if forced and repository.keeps(name):
        raise Refused(422, "Cannot force-push to this branch")

    _set(call, repository, f"refs/heads/{name}", old, "Reference update failed")
    return Answer(200, call.shapes.ref(repository, name, new))


@handles("git/delete-ref")
def delete_ref(call: Call) -> Answer:
    repository = call.repository()
    name = call.parameters["ref"].removeprefix("heads/")
    if repository.bare.branch(name) is None:
        raise Refused(422, "Reference does not exist")

    if repository.guards(name) or name == repository.default_branch:
        raise Refused(422, "Cannot delete this branch")

    repository.bare.remove(name)
    settle(call.store, repository, call.actor)
    return Answer(204)


@handles("repos/list-commits")
def commits(call: Call) -> Answer:
    repository = call.repository()
    start = call.query.get("sha") or repository.default_branch
    _known(repository, start)
    path = [call.query["path"]] if "path" in call.query else []
    found = repository.bare.log(start, "--", *path)
    return Answer(200, Listed([call.shapes.commit(repository, each) for each in found]))


def _known(repository: Repository, name: str) -> str:
    sha = repository.bare.branch(name) or repository.bare.exists(name)
    if not sha:
        raise Refused(404, "Not Found")

    return sha


@handles("repos/get-commit")
def commit(call: Call) -> Answer:
    repository = call.repository()
    sha = repository.bare.branch(call.parameters["ref"]) or repository.bare.exists(call.parameters["ref"])
    if not sha:
        raise Refused(422, f"No commit found for SHA: {call.parameters['ref']}")

    return Answer(200, call.shapes.commit(repository, repository.bare.one(sha)))


@handles("repos/compare-commits", "repos/compare-commits-with-basehead")
def compare(call: Call) -> Answer:
    repository = call.repository()
    both = call.parameters.get("basehead") or f"{call.parameters['base']}...{call.parameters['head']}"
    names = [each.rpartition(":")[2] for each in both.split("...")]
    base, head = (_known(repository, name) for name in names)
    bare = repository.bare
    compared = bare.compared(base, head)
    found, ahead, behind = compared.ahead, len(compared.ahead), compared.behind
    size, page = int(call.query.get("per_page", "250")), int(call.query.get("page", "1"))
    status = {(False, False): "identical", (True, False): "ahead", (False, True): "behind"}
    url = f"{call.shapes.url}/{repository.full_name}/compare/{both}"
    shown = {
        "url": f"{call.shapes.at(repository)}/compare/{both}",
        "html_url": url,
        "permalink_url": url,
        "diff_url": f"{url}.diff",
        "patch_url": f"{url}.patch",
        "base_commit": call.shapes.commit(repository, bare.one(base)),
        "merge_base_commit": call.shapes.commit(repository, bare.one(compared.meeting)),
        "status": status.get((ahead > 0, behind > 0), "diverged"),
        "ahead_by": ahead,
        "behind_by": behind,
        "total_commits": ahead,
        "commits": [call.shapes.commit(repository, each) for each in found[(page - 1) * size : page * size]],
        "files": [],
    }
    return Answer(200, shown)


@handles("git/get-commit")
def git_commit(call: Call) -> Answer:
    repository = call.repository()
    sha = repository.bare.exists(call.parameters["commit_sha"])
    if not sha:
        raise Refused(404, "Not Found")

    return Answer(200, call.shapes.git_commit(repository, repository.bare.one(sha)))


@handles("git/create-blob")
def create_blob(call: Call) -> Answer:
    repository = call.repository()
    content = call.given("content").encode()
    if call.given("encoding") == "base64":
        try:
            content = base64.b64decode(content, validate=False)
        except binascii.Error as error:
            raise Refused(422, "Blob is not properly encoded") from error

    sha = repository.bare.git("hash-object", "-w", "--stdin", given=content)
    return Answer(201, {"sha": sha, "url": f"{call.shapes.at(repository)}/git/blobs/{sha}"})


@handles("git/get-blob")
def blob(call: Call) -> Answer:
    repository = call.repository()
    sha = call.parameters["file_sha"]
    done = repository.bare.run("cat-file", "blob", sha)
    if done.returncode:
        raise Refused(404, "Not Found")

    content = base64.encodebytes(done.stdout).decode()
    url = f"{call.shapes.at(repository)}/git/blobs/{sha}"
    shown = {"sha": sha, "node_id": f"B_{sha}", "url": url, "size": len(done.stdout)}
    return Answer(200, {**shown, "encoding": "base64", "content": content})


@handles("git/create-tree")
def create_tree(call: Call) -> Answer:
    repository = call.repository()
    bare = repository.bare
    index = {"GIT_INDEX_FILE": str(bare.path / f"index-{call.store.next_id()}")}
    if call.given("base_tree"):
        bare.git("read-tree", call.given("base_tree"), more=index)

    lines = []
    for entry in call.given("tree"):
        if entry.get("mode") not in _MODES:
            raise invalid("Tree", "mode")

        if entry["path"].startswith(".github/workflows/") and not call.may_change_workflows():
            raise Refused(403, "Resource not accessible by integration")

        sha = entry.get("sha")
        if "content" in entry:
            sha = bare.git("hash-object", "-w", "--stdin", given=entry["content"].encode())

        lines.append(f"{entry['mode']} {sha}\t{entry['path']}\0" if sha else f"0 {ZERO}\t{entry['path']}\0")

    bare.git("update-index", "-z", "--index-info", given="".join(lines).encode(), more=index)
    made = bare.git("write-tree", more=index)
    return Answer(201, _tree(call, repository, made, recursive=False))


@handles("git/get-tree")
def tree(call: Call) -> Answer:
    repository = call.repository()
    name = call.parameters["tree_sha"]
    done = repository.bare.run("rev-parse", "--quiet", "--verify", "--end-of-options", f"{name}^{{tree}}")
    if done.returncode:
        empty = not repository.bare.branches()
        raise Refused(409, "Git Repository is empty.") if empty else Refused(404, "Not Found")

    return Answer(200, _tree(call, repository, done.stdout.decode().strip(), recursive="recursive" in call.query))


def _tree(call: Call, repository: Repository, sha: str, *, recursive: bool) -> dict[str, Any]:
    git = f"{call.shapes.at(repository)}/git"
    listed = repository.bare.git("ls-tree", "-z", "-l", *(["-r", "-t"] if recursive else []), sha)
    entries = [_entry(git, line) for line in listed.split("\0") if line]
    return {"sha": sha, "url": f"{git}/trees/{sha}", "tree": entries, "truncated": False}


def _entry(git: str, line: str) -> dict[str, Any]:
    what, _, path = line.partition("\t")
    mode, kind, sha, size = what.split()
    entry = {"path": path, "mode": mode, "type": kind, "sha": sha, "url": f"{git}/{kind}s/{sha}"}
    return entry if size == "-" else {**entry, "size": int(size)}


@handles("git/create-commit")
def create_commit(call: Call) -> Answer:
    repository = call.repository()
    bare = repository.bare
    given = call.given("author")
    author = Who(given["name"], given["email"]) if given else call.actor.who
    # Signed when nobody is named: the forge commits for the app.
    committer = author if given else Who("GitHub", "noreply@github.com")
    try:
        parents = call.given("parents") or []
        sha = bare.sealed(call.given("tree"), parents, call.given("message"), author, committer)
    except GitFailed as error:
        raise Refused(422, "Tree SHA does not exist") from error

    return Answer(201, call.shapes.git_commit(repository, bare.one(sha)))


@handles("repos/get-content")
def content(call: Call) -> Answer:
    repository = call.repository()
    path = call.parameters["path"].strip("/")
    name = call.query.get("ref") or repository.default_branch
    sha = repository.bare.branch(name) or repository.bare.exists(name)
    found = repository.bare.blob(sha, path) if sha else None
    if found is None:
        raise Refused(404, "Not Found")

    return Answer(200, call.shapes.file(repository, path, found, name))


@handles("repos/create-or-update-file-contents")
def put_content(call: Call) -> Answer:
    repository = call.repository()
    bare = repository.bare
    path = call.parameters["path"]
    name = call.given("branch") or repository.default_branch
    if bare.branch(name) is None:
        raise Refused(404, f"Branch {name} not found")

    if repository.guards(name):
        raise Refused(409, "Could not create file: Changes must be made through a pull request.")

    old = bare.blob(f"refs/heads/{name}", path)
    if old is not None and call.given("sha") != call.shapes.file(repository, path, old, name)["sha"]:
        raise Refused(409, f"{path} does not match {call.given('sha')}")

    new = base64.b64decode(call.given("content"))
    made = bare.commit(name, {path: new}, call.given("message"), call.actor.who)
    settle(call.store, repository, call.actor)
    shown = call.shapes.file(repository, path, new, name)
    commit_of = call.shapes.git_commit(repository, bare.one(made))
    return Answer(200 if old is not None else 201, {"content": shown, "commit": commit_of})


@handles("repos/merge")
def merge_branch(call: Call) -> Answer:
    repository = call.repository()
    bare = repository.bare
    base, head = bare.branch(call.given("base")), bare.exists(call.given("head"))
    if base is None or not head:
        raise Refused(404, "Base or head does not exist")

    if bare.is_ancestor(head, base):
        return Answer(204)

    tree = bare.merge_tree(base, head)
    if tree is None:
        raise Refused(409, "Merge conflict")

    text = call.given("commit_message") or f"Merge {call.given('head')}"
    made = bare.sealed(tree, [base, head], text, call.actor.who)
    bare.move(call.given("base"), made, base)
    settle(call.store, repository, call.actor)
    return Answer(201, call.shapes.commit(repository, bare.one(made)))
