"""The GraphQL half of the forge: queries are validated and executed by its own schema, cut down."""

from __future__ import annotations

import base64
import functools
import gzip
import json
from collections.abc import Callable
from typing import Any

from bot.double.bare import ZERO, GitFailed, Who
from bot.double.call import may_push, sees
from bot.double.description import DATA
from bot.double.judge import Judge
from bot.double.records import Account, Issue, Repository, Store, Token
from bot.double.settle import settle
from bot.double.shapes import Shapes, node_id
from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    build_schema,
    execute_sync,
    parse,
    validate,
)
from graphql.execution.values import get_variable_values

Info = GraphQLResolveInfo[Any]
_SIGNER = Who("GitHub", "noreply@github.com")


@functools.cache
def schema() -> GraphQLSchema:
    text = gzip.decompress((DATA / "schema.graphql.gz").read_bytes()).decode()
    return build_schema(text, assume_valid=True)


def mutates(body: bytes) -> bool:
    """Whether a request holds a mutation; what cannot be read does not."""
    try:
        document = parse(json.loads(body)["query"])
    except (ValueError, KeyError, TypeError, GraphQLError):
        return False

    return any(
        isinstance(each, OperationDefinitionNode) and each.operation is OperationType.MUTATION
        for each in document.definitions
    )


class Graph:
    """Answers GraphQL requests; requests that the schema refuses are deviations."""

    def __init__(self, store: Store, shapes: Shapes, judge: Judge) -> None:
        self.store = store
        self.shapes = shapes
        self.judge = judge

    def answer(self, token: Token, body: Any) -> dict[str, Any]:
        try:
            document = parse(body["query"])
        except GraphQLError as error:
            return self._wrong([error])

        variables = body.get("variables") or {}
        errors = validate(schema(), document) or _variable_errors(document, variables)
        if errors:
            return self._wrong(errors)

        self.judge.judged["graphql"] += 1
        done = execute_sync(schema(), document, Roots(self, token).roots(), variable_values=variables)
        shown: dict[str, Any] = {"data": done.data}
        if done.errors:
            shown["errors"] = [_shown(each) for each in done.errors]

        return shown

    def _wrong(self, errors: list[GraphQLError]) -> dict[str, Any]:
        for error in errors:
            self.judge.note("request", "graphql", error.message)

        return {"errors": [_shown(each) for each in errors]}


def _variable_errors(document: DocumentNode, variables: dict[str, Any]) -> list[GraphQLError]:
    for each in document.definitions:
        if isinstance(each, OperationDefinitionNode):
            values = get_variable_values(schema(), each.variable_definitions or (), variables)
            if isinstance(values, list):
                return values

    return []


def _shown(error: GraphQLError) -> dict[str, Any]:
    shown: dict[str, Any] = dict(error.formatted)
    return {**(shown.pop("extensions", None) or {}), **shown}


def refused(kind: str, message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"type": kind})


class Roots:
    """The fields of Query and Mutation, for one request."""

    def __init__(self, graph: Graph, token: Token) -> None:
        self.graph = graph
        self.store = graph.store
        self.token = token

    def roots(self) -> dict[str, Callable[..., Any]]:
        return {
            "repository": self.repository,
            "viewer": lambda _: self._account(self.token.account),
            "node": self.node,
            "rateLimit": lambda _, **__: {"limit": 5000, "cost": 1, "remaining": 4999, "used": 1, "nodeCount": 0},
            "createCommitOnBranch": self.create_commit,
            "updateRefs": self.update_refs,
            "enablePullRequestAutoMerge": self.enable,
            "disablePullRequestAutoMerge": self.disable,
            "convertPullRequestToDraft": lambda info, input: self._draft(info, input, draft=True),  # noqa: A006 - GraphQL's name
            "markPullRequestReadyForReview": lambda info, input: self._draft(info, input, draft=False),  # noqa: A006
        }

    def repository(self, _: Info, owner: str, name: str, **__: Any) -> dict[str, Any]:
        found = self.store.repository(f"{owner}/{name}") or self.store.renamed.get(f"{owner}/{name}".lower())
        if found is None or not sees(self.token, found):
            raise refused("NOT_FOUND", f"Could not resolve to a Repository with the name '{owner}/{name}'.")

        return self._repository(found)

    def node(self, _: Info, id: str) -> dict[str, Any]:  # noqa: A002 - GraphQL's name
        repository, issue = self._pull(id)
        return self._shown_pull(repository, issue)

    def create_commit(self, _: Info, input: dict[str, Any]) -> dict[str, Any]:  # noqa: A002
        branch = input["branch"]
        repository = self._writable(self.store.repository(branch.get("repositoryNameWithOwner", "")))
        name = branch.get("branchName", "").removeprefix("refs/heads/")
        old = repository.bare.branch(name)
        if old is None:
            raise refused("NOT_FOUND", f"The branch {name} does not exist.")

        if old != input["expectedHeadOid"]:
            said = f'Expected branch to point to "{input["expectedHeadOid"]}" but it points to "{old}".'
            raise refused("STALE_DATA", f"{said} Pull and try again.")

        self._allowed(repository, name)
        message = input["message"]
        text = "\n\n".join(each for each in (message["headline"], message.get("body")) if each)
        files = _changes(input.get("fileChanges") or {})
        made = repository.bare.commit(name, files, text, self.token.account.who, committer=_SIGNER)
        settle(self.store, repository, self.token.account)
        return {"commit": self._commit(repository, made), "clientMutationId": input.get("clientMutationId")}

    def update_refs(self, _: Info, input: dict[str, Any]) -> dict[str, Any]:  # noqa: A002
        wanted = input["repositoryId"]
        found = next((each for each in self.store.repositories.values() if node_id("R", each.id) == wanted), None)
        repository = self._writable(found)
        lines = [self._update(repository, update) for update in input["refUpdates"]]
        try:
            repository.bare.git("update-ref", "--stdin", given="\n".join(lines).encode() + b"\n")
        except GitFailed as error:
            raise refused("UNPROCESSABLE", f"A ref could not be updated: {error}") from error

        settle(self.store, repository, self.token.account)
        return {"clientMutationId": input.get("clientMutationId")}

    def _update(self, repository: Repository, update: dict[str, Any]) -> str:
        name, new = update["name"].removeprefix("refs/heads/"), update["afterOid"]
        old = repository.bare.branch(name)
        self._allowed(repository, name)
        forced = old and (new == ZERO or not repository.bare.is_ancestor(old, new))
        if forced and (not update.get("force") or repository.keeps(name)):
            raise refused("UNPROCESSABLE", f"{update['name']} cannot be force-updated")

        # Without the old value the forge sets whatever is there.
        return f"update refs/heads/{name} {new} {update.get('beforeOid') or old or ZERO}"

    def enable(self, _: Info, input: dict[str, Any]) -> dict[str, Any]:  # noqa: A002
        repository, issue = self._pull(input["pullRequestId"])
        self._writable(repository)
        pull = issue.pull
        assert pull
        if not repository.allow_auto_merge:
            raise refused("UNPROCESSABLE", "Pull request Auto merge is not allowed for this repository")

        if input.get("expectedHeadOid") not in {None, pull.head_sha}:
            raise refused("UNPROCESSABLE", "Expected head oid does not match")

        if not repository.checks or issue.state != "open":
            raise refused("UNPROCESSABLE", "Pull request Pull request is in clean status")

        pull.auto_merge = {
            "enabled_by": self.graph.shapes.user(self.token.account),
            "merge_method": input.get("mergeMethod", "MERGE").lower(),
            "commit_title": issue.title,
            "commit_message": "",
        }
        self.store.event(issue, "auto_merge_enabled", self.token.account)
        return {"pullRequest": self._shown_pull(repository, issue), "actor": self._account(self.token.account)}

    def disable(self, _: Info, input: dict[str, Any]) -> dict[str, Any]:  # noqa: A002
        repository, issue = self._pull(input["pullRequestId"])
        self._writable(repository)
        assert issue.pull
        issue.pull.auto_merge = None
        return {"pullRequest": self._shown_pull(repository, issue)}

    def _draft(self, _: Info, given: dict[str, Any], *, draft: bool) -> dict[str, Any]:
        repository, issue = self._pull(given["pullRequestId"])
        self._writable(repository)
        assert issue.pull
        issue.pull.draft = draft
        return {"pullRequest": self._shown_pull(repository, issue)}

    def _writable(self, repository: Repository | None) -> Repository:
        if repository is None or not sees(self.token, repository):
            raise refused("NOT_FOUND", "Could not resolve to a node.")

        if repository.archived:
            raise refused("FORBIDDEN", "Repository was archived so is read-only.")

        if not may_push(self.token, repository):
            raise refused("FORBIDDEN", "Resource not accessible by integration")

        return repository

    def _allowed(self, repository: Repository, branch: str) -> None:
        if repository.guards(branch):
            raise refused("FORBIDDEN", f"Protected branch update failed for refs/heads/{branch}.")

    def _pull(self, node: str) -> tuple[Repository, Issue]:
        for repository in self.store.repositories.values():
            for issue in repository.pulls():
                if node_id("PR", issue.id) == node and sees(self.token, repository):
                    return repository, issue

        raise refused("NOT_FOUND", f"Could not resolve to a node with the global id of '{node}'.")

    def _account(self, account: Account) -> dict[str, Any]:
        return {
            "__typename": account.kind,
            "id": node_id("U", account.id),
            "login": account.login,
            "databaseId": account.id,
        }

    def _repository(self, repository: Repository) -> dict[str, Any]:
        return {
            "__typename": "Repository",
            "id": node_id("R", repository.id),
            "databaseId": repository.id,
            "name": repository.name,
            "nameWithOwner": repository.full_name,
            "isArchived": repository.archived,
            "isFork": repository.parent is not None,
            "isPrivate": repository.private,
            "autoMergeAllowed": repository.allow_auto_merge,
            "owner": self._account(repository.owner),
            "defaultBranchRef": lambda _: self._ref(repository, repository.default_branch),
            "ref": lambda _, qualifiedName: self._ref(repository, qualifiedName.removeprefix("refs/heads/")),  # noqa: N803
            "pullRequest": lambda _, number: self._shown_pull(repository, repository.issues[number]),
        }

    def _ref(self, repository: Repository, name: str) -> dict[str, Any] | None:
        sha = repository.bare.branch(name)
        if sha is None:
            return None

        return {"id": f"REF_{name}", "name": name, "prefix": "refs/heads/", "target": self._commit(repository, sha)}

    def _commit(self, repository: Repository, sha: str) -> dict[str, Any]:
        found = repository.bare.one(sha)
        url = f"{self.graph.shapes.url}/{repository.full_name}/commit/{sha}"
        signed = found.committer == _SIGNER
        return {
            "__typename": "Commit",
            "id": f"C_{sha}",
            "oid": sha,
            "abbreviatedOid": sha[:7],
            "message": found.message,
            "messageHeadline": found.message.split("\n", 1)[0],
            "url": url,
            "commitUrl": url,
            "committedDate": found.committed,
            "authoredDate": found.authored,
            "signature": {"__typename": "GpgSignature", "isValid": True} if signed else None,
        }

    def _shown_pull(self, repository: Repository, issue: Issue) -> dict[str, Any]:
        pull = issue.pull
        assert pull
        merge = pull.auto_merge and {"mergeMethod": pull.auto_merge["merge_method"].upper()}
        return {
            "__typename": "PullRequest",
            "id": node_id("PR", issue.id),
            "number": issue.number,
            "title": issue.title,
            "body": issue.body or "",
            "isDraft": pull.draft,
            "state": "MERGED" if pull.merged_at else issue.state.upper(),
            "headRefName": pull.head,
            "headRefOid": pull.head_sha,
            "baseRefName": pull.base,
            "url": self.graph.shapes.html(repository, issue),
            "autoMergeRequest": merge,
            "repository": lambda _: self._repository(repository),
        }


def _changes(changes: dict[str, Any]) -> dict[str, bytes | None]:
    files: dict[str, bytes | None] = {each["path"]: None for each in changes.get("deletions") or ()}
    return files | {each["path"]: base64.b64decode(each["contents"]) for each in changes.get("additions") or ()}
