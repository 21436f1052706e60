"""Records as the forge shows them; what is required and the double does not know is filled in by the description."""

from __future__ import annotations

import base64
import copy
import functools
import hashlib
from typing import Any

from bot.double.bare import Commit, Who
from bot.double.description import description, resolved
from bot.double.records import Account, Comment, Event, Installation, Issue, Label, Repository, Store

Json = dict[str, Any]
ORDER = ("pull", "triage", "push", "maintain", "admin")
ROLES = {"read": "pull", "triage": "triage", "write": "push", "maintain": "maintain", "admin": "admin"}


def filled(schema: str, **known: Any) -> Json:
    """Return what is known and, for every other required property of a schema, an empty value of its type."""
    return {**copy.deepcopy(_skeleton(schema)), **known}


@functools.cache
def _skeleton(schema: str) -> Json:
    node = resolved(description()["components"]["schemas"][schema])
    return {name: _empty(name, resolved(node["properties"][name])) for name in node.get("required", ())}


def _empty(name: str, node: Any) -> Any:
    if node.get("nullable"):
        return None

    if "enum" in node:
        return node["enum"][0]

    if node.get("type") == "object" or "properties" in node:
        return {each: _empty(each, resolved(node["properties"][each])) for each in node.get("required", ())}

    if node.get("format") == "date-time":
        return "2026-01-01T00:00:00Z"

    if node.get("format") == "uri" or name.endswith("url"):
        return f"http://double.invalid/{name}"

    return {"integer": 0, "number": 0, "boolean": False, "array": [], "string": ""}.get(node.get("type", ""))


def node_id(kind: str, number: int) -> str:
    return f"{kind}_{number}"


class Shapes:
    """Makes answers; `url` is the double's, without path."""

    def __init__(self, store: Store, url: str) -> None:
        self.store = store
        self.url = url
        self.api = f"{url}/api/v3"

    def user(self, account: Account) -> Json:
        api = f"{self.api}/users/{account.login}"
        more = {f"{name}_url": f"{api}/{name}" for name in ("followers", "repos", "events", "organizations")}
        return filled(
            "simple-user",
            login=account.login,
            id=account.id,
            node_id=node_id("U", account.id),
            type=account.kind,
            url=api,
            html_url=f"{self.url}/{account.login}",
            **more,
        )

    def label(self, repository: Repository, label: Label) -> Json:
        return {
            "id": label.id,
            "node_id": node_id("LA", label.id),
            "url": f"{self.at(repository)}/labels/{label.name}",
            "name": label.name,
            "color": label.color,
            "description": label.description,
            "default": False,
        }

    def at(self, repository: Repository) -> str:
        return f"{self.api}/repos/{repository.full_name}"

    def repository(self, repository: Repository, viewer: Account | None = None, schema: str = "repository") -> Json:
        html = f"{self.url}/{repository.full_name}"
        issues = [issue for issue in repository.issues.values() if issue.state == "open"]
        known = {
            "id": repository.id,
            "node_id": node_id("R", repository.id),
            "name": repository.name,
            "full_name": repository.full_name,
            "owner": self.user(repository.owner),
            "private": repository.private,
            "fork": repository.parent is not None,
            "url": self.at(repository),
            "html_url": html,
            "clone_url": f"{html}.git",
            "git_url": f"{html}.git",
            "ssh_url": f"git@127.0.0.1:{repository.full_name}.git",
            "default_branch": repository.default_branch,
            "archived": repository.archived,
            "disabled": repository.disabled,
            "is_template": repository.template,
            "has_issues": repository.has_issues,
            "topics": list(repository.topics),
            "visibility": "private" if repository.private else "public",
            "open_issues": len(issues),
            "open_issues_count": len(issues),
            "size": 1 if repository.bare.branch(repository.default_branch) else 0,
            "created_at": repository.created,
            "updated_at": repository.created,
            "pushed_at": repository.created,
            "permissions": self.permissions(repository, viewer),
        }
        if schema != "minimal-repository":
            known["allow_auto_merge"] = repository.allow_auto_merge

        if schema == "full-repository" and repository.parent:
            known["parent"] = known["source"] = self.repository(repository.parent, viewer)

        return filled(schema, **known)

    def permissions(self, repository: Repository, viewer: Account | None) -> dict[str, bool]:
        role = ROLES[repository.roles.get(viewer.login, "read") if viewer else "read"]
        return {name: ORDER.index(name) <= ORDER.index(role) for name in ORDER}

    def issue(self, repository: Repository, issue: Issue) -> Json:
        url = f"{self.at(repository)}/issues/{issue.number}"
        known = self._common(repository, issue) | {
            "url": url,
            "html_url": self.html(repository, issue),
            "repository_url": self.at(repository),
            "labels_url": f"{url}/labels{{/name}}",
            "comments_url": f"{url}/comments",
            "events_url": f"{url}/events",
            "timeline_url": f"{url}/timeline",
            "comments": len(issue.comments),
            "closed_by": self.user(issue.closed_by) if issue.closed_by else None,
            "author_association": "NONE",
        }
        if issue.pull:
            pull = f"{self.at(repository)}/pulls/{issue.number}"
            html = known["html_url"]
            known["pull_request"] = {
                "url": pull,
                "html_url": html,
                "diff_url": f"{html}.diff",
                "patch_url": f"{html}.patch",
                "merged_at": issue.pull.merged_at,
            }
            known["draft"] = issue.pull.draft

        return filled("issue", **known)

    def _common(self, repository: Repository, issue: Issue) -> Json:
        assignees = [self.user(each) for each in issue.assignees]
        return {
            "id": issue.id,
            "node_id": node_id("PR" if issue.pull else "I", issue.id),
            "number": issue.number,
            "title": issue.title,
            "body": issue.body,
            "state": issue.state,
            "user": self.user(issue.user),
            "labels": [self.label(repository, each) for each in issue.labels],
            "assignee": assignees[0] if assignees else None,
            "assignees": assignees,
            "created_at": issue.created,
            "updated_at": issue.updated,
            "closed_at": issue.closed_at,
            "locked": False,
        }

    def html(self, repository: Repository, issue: Issue) -> str:
        return f"{self.url}/{repository.full_name}/{'pull' if issue.pull else 'issues'}/{issue.number}"

    def pull(self, repository: Repository, issue: Issue) -> Json:
        """A pull request as lists show it."""
        pull = issue.pull
        assert pull
        url = f"{self.at(repository)}/pulls/{issue.number}"
        html = self.html(repository, issue)
        comments = f"{self.at(repository)}/issues/{issue.number}/comments"
        known = self._common(repository, issue) | {
            "url": url,
            "html_url": html,
            "diff_url": f"{html}.diff",
            "patch_url": f"{html}.patch",
            "issue_url": f"{self.at(repository)}/issues/{issue.number}",
            "commits_url": f"{url}/commits",
            "comments_url": comments,
            "review_comments_url": f"{url}/comments",
            "review_comment_url": f"{self.at(repository)}/pulls/comments{{/number}}",
            "statuses_url": f"{self.at(repository)}/statuses/{pull.head_sha}",
            "draft": pull.draft,
            "merged_at": pull.merged_at,
            "merge_commit_sha": pull.merge_sha,
            "requested_reviewers": [self.user(each) for each in pull.reviewers],
            "requested_teams": [],
            "auto_merge": pull.auto_merge,
            "head": self._end(pull.source, pull.head, pull.head_sha),
            "base": self._end(repository, pull.base, pull.base_sha),
            "_links": self._links(url, html, comments),
            "author_association": "NONE",
        }
        return filled("pull-request-simple", **known)

    def _links(self, url: str, html: str, comments: str) -> Json:
        names = ("self", "issue", "review_comments", "review_comment", "commits", "statuses")
        return {name: {"href": url} for name in names} | {"html": {"href": html}, "comments": {"href": comments}}

    def _end(self, repository: Repository | None, branch: str, sha: str) -> Json:
        owner = repository.owner if repository else self.store.account("ghost")
        return {
            "label": f"{owner.login}:{branch}",
            "ref": branch,
            "sha": sha,
            "user": self.user(owner),
            "repo": self.repository(repository) if repository else None,
        }

    def whole_pull(self, repository: Repository, issue: Issue) -> Json:
        """A pull request as its own page shows it: `mergeable` is null when asked for the first time."""
        pull = issue.pull
        assert pull
        bare = repository.bare
        base = bare.branch(pull.base) or pull.base_sha
        pair = (base, pull.head_sha)
        known = pair in repository.asked
        repository.asked.add(pair)
        mergeable = bare.mergeable(*pair) if known and issue.state == "open" else None
        states = {None: "unknown", True: "clean", False: "dirty"}
        state = "draft" if mergeable and pull.draft else states[mergeable]
        if mergeable and repository.checks:
            state = "blocked"

        return filled(
            "pull-request",
            **self.pull(repository, issue),
            merged=pull.merged_at is not None,
            merged_by=self.user(pull.merged_by) if pull.merged_by else None,
            mergeable=mergeable,
            rebaseable=mergeable,
            mergeable_state=state,
            comments=len(issue.comments),
            commits=len(bare.compared(base, pull.head_sha).ahead),
            changed_files=len(bare.changes(base, pull.head_sha)),
            maintainer_can_modify=pull.maintainer_can_modify,
        )

    def comment(self, repository: Repository, issue: Issue, comment: Comment) -> Json:
        return filled(
            "issue-comment",
            id=comment.id,
            node_id=node_id("IC", comment.id),
            url=f"{self.at(repository)}/issues/comments/{comment.id}",
            html_url=f"{self.html(repository, issue)}#issuecomment-{comment.id}",
            issue_url=f"{self.at(repository)}/issues/{issue.number}",
            user=self.user(comment.user),
            body=comment.body,
            created_at=comment.created,
            updated_at=comment.updated,
            author_association="NONE",
        )

    def event(self, repository: Repository, event: Event) -> Json:
        return {
            "id": event.id,
            "node_id": node_id("E", event.id),
            "url": f"{self.at(repository)}/issues/events/{event.id}",
            "actor": self.user(event.actor),
            "event": event.name,
            "commit_id": None,
            "commit_url": None,
            "created_at": event.created,
            "performed_via_github_app": None,
            **event.more,
        }

    def commit(self, repository: Repository, commit: Commit) -> Json:
        """A commit with the accounts of those who made it."""
        url = f"{self.at(repository)}/commits/{commit.sha}"
        plain = self.git_commit(repository, commit)
        inner = {key: plain[key] for key in ("author", "committer", "message", "tree", "url", "verification")}
        return filled(
            "commit",
            sha=commit.sha,
            node_id=f"C_{commit.sha}",
            url=url,
            html_url=f"{self.url}/{repository.full_name}/commit/{commit.sha}",
            comments_url=f"{url}/comments",
            commit=inner | {"comment_count": 0},
            author=self._by(commit.author),
            committer=self._by(commit.committer),
            parents=plain["parents"],
        )

    def _by(self, who: Who) -> Json | None:
        if who.email == "noreply@github.com":
            return self.user(self.store.account("web-flow"))

        account = self.store.by_email(who.email)
        return self.user(account) if account else None

    def git_commit(self, repository: Repository, commit: Commit) -> Json:
        git = f"{self.at(repository)}/git"
        html = f"{self.url}/{repository.full_name}/commit"
        parents = [{"sha": sha, "url": f"{git}/commits/{sha}", "html_url": f"{html}/{sha}"} for sha in commit.parents]
        signed = commit.committer.email == "noreply@github.com"
        return {
            "sha": commit.sha,
            "node_id": f"C_{commit.sha}",
            "url": f"{git}/commits/{commit.sha}",
            "html_url": f"{html}/{commit.sha}",
            "author": {"name": commit.author.name, "email": commit.author.email, "date": commit.authored},
            "committer": {"name": commit.committer.name, "email": commit.committer.email, "date": commit.committed},
            "message": commit.message,
            "tree": {"sha": commit.tree, "url": f"{git}/trees/{commit.tree}"},
            "parents": parents,
            "verification": {
                "verified": signed,
                "reason": "valid" if signed else "unsigned",
                "signature": "signature" if signed else None,
                "payload": "payload" if signed else None,
                "verified_at": commit.committed if signed else None,
            },
        }

    def ref(self, repository: Repository, branch: str, sha: str) -> Json:
        git = f"{self.at(repository)}/git"
        return {
            "ref": f"refs/heads/{branch}",
            "node_id": f"REF_{branch}",
            "url": f"{git}/refs/heads/{branch}",
            "object": {"type": "commit", "sha": sha, "url": f"{git}/commits/{sha}"},
        }

    def file(self, repository: Repository, path: str, content: bytes, ref: str) -> Json:
        url = f"{self.at(repository)}/contents/{path}?ref={ref}"
        sha = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
        return {
            "type": "file",
            "encoding": "base64",
            "size": len(content),
            "name": path.rsplit("/", 1)[-1],
            "path": path,
            "content": base64.encodebytes(content).decode(),
            "sha": sha,
            "url": url,
            "git_url": f"{self.at(repository)}/git/blobs/{sha}",
            "html_url": f"{self.url}/{repository.full_name}/blob/{ref}/{path}",
            "download_url": f"{self.url}/{repository.full_name}/raw/{ref}/{path}",
            "_links": {"self": url, "git": url, "html": url},
        }

    def _anybody(self, account: Account) -> Json:
        """An account as user and enterprise at once: the description asks for both."""
        shown = self.user(account)
        return {"name": account.login, "slug": account.login, "created_at": None, "updated_at": None, **shown}

    def installation(self, installation: Installation) -> Json:
        app = self.store.app
        assert app
        at = f"{self.api}/app/installations/{installation.id}"
        return filled(
            "installation",
            id=installation.id,
            app_id=app.id,
            app_slug=app.slug,
            account=self._anybody(installation.account),
            target_id=installation.account.id,
            target_type=installation.account.kind,
            permissions=installation.permissions,
            repository_selection="all",
            access_tokens_url=f"{at}/access_tokens",
            repositories_url=f"{self.api}/installation/repositories",
            html_url=f"{self.url}/settings/installations/{installation.id}",
        )
