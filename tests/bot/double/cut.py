"""Cut GitHub's own description of its API down to what the double offers, and write it to `data/`.

    npm pack @octokit/openapi@23.0.2 @octokit/graphql-schema@15.26.1     # unpack both
    python tests/bot/double/cut.py OPENAPI_FOLDER GRAPHQL_FOLDER

What is written depends on the two packages and on the lists of this file only. Prose and examples are left out.
"""

from __future__ import annotations

import gzip
import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from graphql import (
    DocumentNode,
    EnumTypeDefinitionNode,
    FieldDefinitionNode,
    InputObjectTypeDefinitionNode,
    ListTypeNode,
    NamedTypeNode,
    NonNullTypeNode,
    ScalarTypeDefinitionNode,
    TypeNode,
    parse,
    print_ast,
    strip_ignored_characters,
)

DATA = Path(__file__).parent / "data"
METHODS = ("get", "post", "put", "patch", "delete")

# Operations that are kept; the double answers most of them.
OPERATIONS = {
    "apps/create-installation-access-token",
    "apps/get-authenticated",
    "apps/get-org-installation",
    "apps/get-repo-installation",
    "apps/get-user-installation",
    "apps/list-installations",
    "apps/list-repos-accessible-to-installation",
    "git/create-blob",
    "git/create-commit",
    "git/create-ref",
    "git/create-tree",
    "git/delete-ref",
    "git/get-blob",
    "git/get-commit",
    "git/get-ref",
    "git/get-tree",
    "git/list-matching-refs",
    "git/update-ref",
    "issues/add-assignees",
    "issues/add-labels",
    "issues/check-user-can-be-assigned",
    "issues/create",
    "issues/create-comment",
    "issues/create-label",
    "issues/delete-comment",
    "issues/get",
    "issues/get-comment",
    "issues/get-label",
    "issues/list-assignees",
    "issues/list-comments",
    "issues/list-events",
    "issues/list-events-for-timeline",
    "issues/list-for-repo",
    "issues/list-labels-for-repo",
    "issues/list-labels-on-issue",
    "issues/remove-assignees",
    "issues/remove-label",
    "issues/set-labels",
    "issues/update",
    "issues/update-comment",
    "meta/get",
    "orgs/get",
    "pulls/check-if-merged",
    "pulls/create",
    "pulls/get",
    "pulls/list",
    "pulls/list-commits",
    "pulls/list-files",
    "pulls/list-requested-reviewers",
    "pulls/list-reviews",
    "pulls/merge",
    "pulls/remove-requested-reviewers",
    "pulls/request-reviewers",
    "pulls/update",
    "pulls/update-branch",
    "rate-limit/get",
    "repos/check-collaborator",
    "repos/compare-commits",
    "repos/compare-commits-with-basehead",
    "repos/create-fork",
    "repos/create-or-update-file-contents",
    "repos/get",
    "repos/get-all-topics",
    "repos/get-branch",
    "repos/get-branch-protection",
    "repos/get-branch-rules",
    "repos/get-collaborator-permission-level",
    "repos/get-commit",
    "repos/get-content",
    "repos/list-branches",
    "repos/list-collaborators",
    "repos/list-commits",
    "repos/list-for-authenticated-user",
    "repos/list-for-org",
    "repos/list-for-user",
    "repos/list-forks",
    "repos/merge",
    "repos/merge-upstream",
    "users/get-authenticated",
    "users/get-by-username",
}

# Types of the GraphQL schema that are kept, with those of their fields whose types are kept too, and all these take.
TYPES = {
    "Actor",
    "AutoMergeRequest",
    "Bot",
    "Commit",
    "CreateCommitOnBranchPayload",
    "ConvertPullRequestToDraftPayload",
    "DisablePullRequestAutoMergePayload",
    "EnablePullRequestAutoMergePayload",
    "GitActor",
    "GitObject",
    "GitSignature",
    "Label",
    "LabelConnection",
    "MarkPullRequestReadyForReviewPayload",
    "Mutation",
    "Node",
    "Organization",
    "PageInfo",
    "PullRequest",
    "PullRequestConnection",
    "PullRequestCommit",
    "PullRequestCommitConnection",
    "Query",
    "RateLimit",
    "Ref",
    "Repository",
    "RepositoryOwner",
    "UpdateRefsPayload",
    "User",
}
ROOTS = {
    "Mutation": {
        "createCommitOnBranch",
        "convertPullRequestToDraft",
        "disablePullRequestAutoMerge",
        "enablePullRequestAutoMerge",
        "markPullRequestReadyForReview",
        "updateRefs",
    },
    "Query": {"node", "rateLimit", "repository", "viewer"},
}
PROSE = {"description", "summary", "tags", "title", "example", "examples", "externalDocs", "headers", "links"}
PROSE |= {"servers", "x-github", "x-github-breaking-changes"}
PARTS = ("operationId", "parameters", "requestBody", "responses")


def main(openapi: Path, graphql: Path) -> None:
    whole = json.loads((openapi / "generated" / "api.github.com.json").read_text(encoding="utf-8"))
    cut = Cut(whole).made()
    _write("api.github.com.json.gz", json.dumps(cut, separators=(",", ":"), sort_keys=True))
    shutil.copy(openapi / "LICENSE", DATA / "LICENSE-octokit-openapi")
    schema = parse((graphql / "schema.graphql").read_text(encoding="utf-8"), no_location=True)
    _write("schema.graphql.gz", strip_ignored_characters(print_ast(_schema(schema))))
    shutil.copy(graphql / "LICENSE.md", DATA / "LICENSE-octokit-graphql-schema")


def _write(name: str, text: str) -> None:
    DATA.mkdir(exist_ok=True)
    path = DATA / name
    path.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))
    sys.stdout.write(f"{name}: {len(text) // 1024} KB, {path.stat().st_size // 1024} KB compressed\n")


class Cut:
    """The description cut down; components are kept when something that is kept refers to them."""

    def __init__(self, whole: Any) -> None:
        self.whole = whole
        self.kept: dict[str, Any] = {"components": {}}
        self.wanted: list[str] = []

    def made(self) -> Any:
        missing = set(OPERATIONS)
        for path, methods in self.whole["paths"].items():
            for method in METHODS:
                operation = methods.get(method)
                if operation is not None and operation.get("operationId") in OPERATIONS:
                    missing.discard(operation["operationId"])
                    self.kept.setdefault("paths", {}).setdefault(path, {})[method] = self._operation(operation)

        if missing:
            raise SystemExit(f"not in the description: {', '.join(sorted(missing))}")

        self._follow()
        return self.kept

    def _operation(self, operation: Any) -> Any:
        return self._pruned({key: operation[key] for key in PARTS if key in operation})

    def _follow(self) -> None:
        seen = set()
        while self.wanted:
            pointer = self.wanted.pop()
            if pointer in seen:
                continue

            seen.add(pointer)
            _, _, section, name = pointer.split("/", 3)
            target = self.whole["components"][section][name]
            self.kept["components"].setdefault(section, {})[name] = self._pruned(target)

    def _pruned(self, node: Any, *, names: bool = False) -> Any:
        """Return the node without prose; `names`: its keys are names of properties, not words of the description."""
        if isinstance(node, list):
            return [self._pruned(each) for each in node]

        if not isinstance(node, dict):
            return node

        kept = {}
        for key, value in node.items():
            if not names and key in PROSE:
                continue

            if key == "$ref" and isinstance(value, str):
                self.wanted.append(value)

            kept[key] = self._pruned(value, names=key == "properties" and not names)

        return kept


def _schema(document: DocumentNode) -> DocumentNode:
    known = {each.name.value: each for each in document.definitions if hasattr(each, "name")}
    inputs: set[str] = set()
    kept = [_type(known[name], known, inputs) for name in sorted(TYPES)]
    kept += [known[name] for name in sorted(_closed(inputs, known))]
    return DocumentNode(definitions=tuple(_plain(each) for each in kept))


def _type(node: Any, known: dict[str, Any], inputs: set[str]) -> Any:
    fields = tuple(each for each in node.fields or () if _wanted(node.name.value, each, known))
    for field in fields:
        inputs |= {_name(argument.type) for argument in field.arguments or ()}
        inputs.add(_name(field.type))

    interfaces = tuple(each for each in node.interfaces or () if each.name.value in TYPES)
    return replace(node, interfaces=interfaces, fields=fields)


def _wanted(owner: str, field: FieldDefinitionNode, known: dict[str, Any]) -> bool:
    if owner in ROOTS and field.name.value not in ROOTS[owner]:
        return False

    name = _name(field.type)
    leaf = name not in known or isinstance(known[name], ScalarTypeDefinitionNode | EnumTypeDefinitionNode)
    return leaf or name in TYPES


def _closed(names: set[str], known: dict[str, Any]) -> set[str]:
    """Return the names of enumerations, scalars and inputs that are reached from names."""
    reached: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in reached or name not in known or name in TYPES:
            continue

        reached.add(name)
        if isinstance(known[name], InputObjectTypeDefinitionNode):
            waiting += [_name(field.type) for field in known[name].fields or ()]

    return reached


def _name(node: TypeNode) -> str:
    while isinstance(node, ListTypeNode | NonNullTypeNode):
        node = node.type

    assert isinstance(node, NamedTypeNode)
    return node.name.value


def _plain(node: Any) -> Any:
    """Return the node without descriptions and directives."""
    changed: dict[str, Any] = {}
    for name in ("description", "directives"):
        if getattr(node, name, None):
            changed[name] = None if name == "description" else ()

    for name in ("fields", "arguments", "values"):
        if getattr(node, name, None):
            changed[name] = tuple(_plain(each) for each in getattr(node, name))

    return replace(node, **changed)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
