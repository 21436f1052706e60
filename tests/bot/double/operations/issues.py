"""Issues, which pull requests are too: comments, labels, assignees, events."""

from __future__ import annotations

from typing import Any

from bot.double.call import Answer, Call, Listed, Refused, checked_text, handles, invalid
from bot.double.records import Account, Comment, Issue, Label, Repository
from bot.double.settle import close, reopen


@handles("issues/list-for-repo")
def list_issues(call: Call) -> Answer:
    repository = call.repository()
    wanted = call.query.get("state", "open")
    labels = {name for name in call.query.get("labels", "").split(",") if name}
    creator = call.query.get("creator", "").lower()
    found = [
        issue
        for issue in reversed(repository.issues.values())
        if wanted in {"all", issue.state}
        and labels <= {label.name for label in issue.labels}
        and creator in {"", issue.user.login.lower()}
    ]
    if call.query.get("direction") == "asc":
        found.reverse()

    return Answer(200, Listed([call.shapes.issue(repository, issue) for issue in found]))


@handles("issues/create")
def create(call: Call) -> Answer:
    repository = call.repository()
    if not repository.has_issues:
        raise Refused(410, "Issues has been disabled in this repository.")

    checked_text("Issue", call.given("title"), call.given("body"))
    now = call.store.now()
    number = len(repository.issues) + 1
    issue = Issue(call.store.next_id(), number, call.actor, call.given("title"), call.given("body"), now, now)
    change_labels(call, repository, issue, _names(call.given("labels") or []))
    change_assignees(call, repository, issue, call.given("assignees") or [])
    repository.issues[number] = issue
    return Answer(201, call.shapes.issue(repository, issue))


@handles("issues/get")
def get(call: Call) -> Answer:
    repository = call.repository()
    return Answer(200, call.shapes.issue(repository, call.issue(repository)))


@handles("issues/update")
def update(call: Call) -> Answer:
    repository = call.repository()
    issue = call.issue(repository)
    edit(call, repository, issue)
    if call.given("labels") is not None:
        change_labels(call, repository, issue, _names(call.given("labels")))

    if call.given("assignees") is not None:
        change_assignees(call, repository, issue, call.given("assignees"))

    return Answer(200, call.shapes.issue(repository, issue))


def edit(call: Call, repository: Repository, issue: Issue) -> None:
    """Change title, body and state as the request says."""
    kind = "PullRequest" if issue.pull else "Issue"
    checked_text(kind, call.given("title"), call.given("body"))
    wanted = call.given("state")
    if wanted == "open" and issue.state == "closed":
        reopen(call.store, repository, issue, call.actor)
    elif wanted == "closed" and issue.state == "open":
        close(call.store, issue, call.actor)

    if call.given("title") not in {None, issue.title}:
        call.store.event(issue, "renamed", call.actor, rename={"from": issue.title, "to": call.given("title")})
        issue.title = call.given("title")

    if "body" in (call.body or {}):
        issue.body = call.given("body")

    issue.updated = call.store.now()


@handles("issues/list-comments")
def list_comments(call: Call) -> Answer:
    repository = call.repository()
    issue = call.issue(repository)
    return Answer(200, Listed([call.shapes.comment(repository, issue, each) for each in issue.comments]))


@handles("issues/create-comment")
def comment(call: Call) -> Answer:
    repository = call.repository()
    issue = call.issue(repository)
    checked_text("IssueComment", None, call.given("body"))
    now = call.store.now()
    made = Comment(call.store.next_id(), call.actor, call.given("body"), now, now)
    issue.comments.append(made)
    return Answer(201, call.shapes.comment(repository, issue, made))


@handles("issues/get-comment", "issues/update-comment", "issues/delete-comment")
def one_comment(call: Call) -> Answer:
    repository = call.repository()
    wanted = int(call.parameters["comment_id"])
    for issue in repository.issues.values():
        for each in issue.comments:
            if each.id == wanted:
                return _one_comment(call, repository, issue, each)

    raise Refused(404, "Not Found")


def _one_comment(call: Call, repository: Repository, issue: Issue, found: Comment) -> Answer:
    if call.method == "DELETE":
        issue.comments.remove(found)
        return Answer(204)

    if call.method == "PATCH":
        checked_text("IssueComment", None, call.given("body"))
        found.body = call.given("body")
        found.updated = call.store.now()

    return Answer(200, call.shapes.comment(repository, issue, found))


@handles("issues/list-events", "issues/list-events-for-timeline")
def events(call: Call) -> Answer:
    repository = call.repository()
    issue = call.issue(repository)
    return Answer(200, Listed([call.shapes.event(repository, each) for each in issue.events]))


@handles("issues/list-labels-for-repo")
def list_labels(call: Call) -> Answer:
    repository = call.repository()
    return Answer(200, Listed([call.shapes.label(repository, each) for each in repository.labels.values()]))


@handles("issues/get-label")
def get_label(call: Call) -> Answer:
    repository = call.repository()
    found = repository.labels.get(call.parameters["name"].lower())
    if found is None:
        raise Refused(404, "Not Found")

    return Answer(200, call.shapes.label(repository, found))


@handles("issues/create-label")
def create_label(call: Call) -> Answer:
    repository = call.repository()
    name = call.given("name")
    if name.lower() in repository.labels:
        raise invalid("Label", "name", "already_exists")

    made = Label(call.store.next_id(), name, call.given("color", "ededed"), call.given("description") or "")
    repository.labels[name.lower()] = made
    return Answer(201, call.shapes.label(repository, made))


@handles("issues/list-labels-on-issue")
def labels_of(call: Call) -> Answer:
    repository = call.repository()
    issue = call.issue(repository)
    return Answer(200, Listed([call.shapes.label(repository, each) for each in issue.labels]))


@handles("issues/add-labels", "issues/set-labels", "issues/remove-label")
def set_labels(call: Call) -> Answer:
    repository = call.repository()
    issue = call.issue(repository)
    old = [each.name for each in issue.labels]
    if call.method == "DELETE":
        gone = call.parameters["name"].lower()
        if gone not in [name.lower() for name in old]:
            raise Refused(404, "Label does not exist")

        wanted = [name for name in old if name.lower() != gone]
    else:
        given = call.body if isinstance(call.body, list) else (call.body or {}).get("labels", [])
        wanted = (old if call.method == "POST" else []) + _names(given)

    change_labels(call, repository, issue, wanted)
    return Answer(200, [call.shapes.label(repository, each) for each in issue.labels])


def _names(given: list[Any]) -> list[str]:
    return [each if isinstance(each, str) else each["name"] for each in given]


def change_labels(call: Call, repository: Repository, issue: Issue, names: list[str]) -> None:
    """Give the issue these labels; one that the repository lacks is made, or refused where it is strict."""
    wanted = []
    for name in names:
        known = repository.labels.get(name.lower())
        if known is None and repository.strict_labels:
            raise invalid("Label", "name")

        if known is None:
            known = repository.labels[name.lower()] = Label(call.store.next_id(), name)

        if known not in wanted:
            wanted.append(known)

    for label in issue.labels:
        if label not in wanted:
            call.store.event(issue, "unlabeled", call.actor, label={"name": label.name, "color": label.color})

    for label in wanted:
        if label not in issue.labels:
            call.store.event(issue, "labeled", call.actor, label={"name": label.name, "color": label.color})

    issue.labels = wanted


@handles("issues/list-assignees")
def assignees(call: Call) -> Answer:
    repository = call.repository()
    return Answer(200, Listed([call.shapes.user(call.store.account(login)) for login in sorted(repository.roles)]))


@handles("issues/check-user-can-be-assigned")
def can_be_assigned(call: Call) -> Answer:
    repository = call.repository()
    if not _assignable(repository, call.parameters["assignee"]):
        raise Refused(404, "Not Found")

    return Answer(204)


@handles("issues/add-assignees", "issues/remove-assignees")
def set_assignees(call: Call) -> Answer:
    repository = call.repository()
    issue = call.issue(repository)
    given = call.given("assignees") or []
    now = [each.login for each in issue.assignees]
    if call.method == "DELETE":
        change_assignees(call, repository, issue, [name for name in now if name not in given])
        return Answer(200, call.shapes.issue(repository, issue))

    change_assignees(call, repository, issue, now + given)
    return Answer(201, call.shapes.issue(repository, issue))


def change_assignees(call: Call, repository: Repository, issue: Issue, logins: list[str]) -> None:
    """Assign these; whoever has no access is left out in silence, as the forge does it."""
    wanted: list[Account] = []
    for login in logins:
        account = call.store.account(login) if _assignable(repository, login) else None
        if account and account not in wanted:
            wanted.append(account)

    for name, accounts, others in (("unassigned", issue.assignees, wanted), ("assigned", wanted, issue.assignees)):
        for account in accounts:
            if account not in others:
                shown = call.shapes.user(account)
                call.store.event(issue, name, call.actor, assignee=shown, assigner=call.shapes.user(call.actor))

    issue.assignees = wanted


def _assignable(repository: Repository, login: str) -> bool:
    return login.lower() in {each.lower() for each in repository.roles}
