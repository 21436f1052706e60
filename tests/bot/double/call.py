"""One request below the API's root, what handlers answer and refuse, and who handles what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.double.records import Account, Issue, Repository, Store, Token
from bot.double.shapes import Shapes

BODY_LIMIT = 65536
_ARCHIVED = "Repository was archived so is read-only."


class Refused(Exception):
    """The forge says no; `errors` are the details of a 422."""

    def __init__(self, status: int, message: str, *errors: dict[str, Any], **headers: str) -> None:
        super().__init__(f"{status} {message}")
        self.status = status
        self.message = message
        self.errors = errors
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}

    def body(self) -> dict[str, Any]:
        more = {"errors": list(self.errors)} if self.errors else {}
        return {
            "message": self.message,
            **more,
            "documentation_url": "https://docs.github.com/rest",
            "status": str(self.status),
        }


@dataclass
class Answer:
    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Listed:
    """A list that is answered page by page; below a key where the description says so."""

    items: list[Any]
    key: str = ""


@dataclass
class Call:
    store: Store
    shapes: Shapes
    operation: str
    method: str
    parameters: dict[str, str]
    query: dict[str, str]
    body: Any
    token: Token

    @property
    def actor(self) -> Account:
        return self.token.account

    def repository(self) -> Repository:
        """Return the repository of the path, that the actor may see and, when this is a write, write to."""
        name = f"{self.parameters['owner']}/{self.parameters['repo']}"
        found = self.store.repository(name)
        if found is None or not sees(self.token, found):
            raise Refused(404, "Not Found")

        if self.method != "GET":
            self._may_write(found)

        return found

    def _may_write(self, repository: Repository) -> None:
        if repository.archived:
            raise Refused(403, _ARCHIVED)

        if repository.disabled:
            raise Refused(403, "Repository access blocked")

        granted = self.token.permissions
        if granted is not None and granted.get(self._area()) != "write":
            raise Refused(403, "Resource not accessible by integration")

        free = self.operation in {"pulls/create", "issues/create", "issues/create-comment", "repos/create-fork"}
        if not free and not may_push(self.token, repository) and not self._own(repository):
            raise Refused(403, "Resource not accessible by personal access token")

    def _own(self, repository: Repository) -> bool:
        """Whoever opened an issue or a pull request may edit and close it."""
        number = self.parameters.get("issue_number") or self.parameters.get("pull_number") or "0"
        issue = repository.issues.get(int(number))
        return bool(issue and issue.user is self.actor and self.operation in {"pulls/update", "issues/update"})

    def _area(self) -> str:
        family = self.operation.split("/")[0]
        if family == "issues":
            number = self.parameters.get("issue_number", "")
            found = self.store.repository(f"{self.parameters['owner']}/{self.parameters['repo']}")
            issue = found.issues.get(int(number)) if found and number else None
            return "pull_requests" if issue and issue.pull else "issues"

        return {"pulls": "pull_requests"}.get(family, "contents")

    def may_change_workflows(self) -> bool:
        return self.token.permissions is None or self.token.permissions.get("workflows") == "write"

    def issue(self, repository: Repository) -> Issue:
        number = self.parameters.get("issue_number") or self.parameters["pull_number"]
        found = repository.issues.get(int(number))
        if found is None or ("pull_number" in self.parameters and not found.pull):
            raise Refused(404, "Not Found")

        return found

    def given(self, name: str, otherwise: Any = None) -> Any:
        return self.body.get(name, otherwise) if isinstance(self.body, dict) else otherwise


def sees(token: Token, repository: Repository) -> bool:
    if token.installation:
        return not repository.private or repository.owner is token.installation.account

    return not repository.private or token.account.login in repository.roles


def may_push(token: Token, repository: Repository) -> bool:
    if token.installation:
        return repository.owner is token.installation.account and (token.permissions or {}).get("contents") == "write"

    return repository.roles.get(token.account.login) in {"write", "maintain", "admin"}


def checked_text(resource: str, title: Any, body: Any) -> None:
    """Refuse an empty title and a body that is too long."""
    if title is not None and not str(title).strip():
        raise invalid(resource, "title", "missing_field")

    if body is not None and len(body) > BODY_LIMIT:
        raise Refused(
            422,
            "Validation Failed",
            {
                "resource": resource,
                "code": "custom",
                "field": "body",
                "message": f"body is too long (maximum is {BODY_LIMIT} characters)",
            },
        )


def invalid(resource: str, where: str, code: str = "invalid") -> Refused:
    return Refused(422, "Validation Failed", {"resource": resource, "field": where, "code": code})


def custom(resource: str, message: str) -> Refused:
    return Refused(422, "Validation Failed", {"resource": resource, "code": "custom", "message": message})


Handler = Callable[[Call], Answer]
HANDLERS: dict[str, Handler] = {}


def handles(*operations: str) -> Callable[[Handler], Handler]:
    def register(handler: Handler) -> Handler:
        HANDLERS.update(dict.fromkeys(operations, handler))
        return handler

    return register
