"""Pull requests."""

from __future__ import annotations

from bot.double.call import Answer, Call, Listed, Refused, checked_text, custom, handles, invalid
from bot.double.operations.issues import edit
from bot.double.records import Issue, Pull, Repository
from bot.double.settle import merge, refuse_second, settle


@handles("pulls/list")
def list_pulls(call: Call) -> Answer:
    repository = call.repository()
    wanted, base = call.query.get("state", "open"), call.query.get("base")
    head = call.query.get("head", "")
    found = []
    for issue in reversed(repository.pulls()):
        pull = issue.pull
        assert pull
        owner = pull.source.owner.login if pull.source else ""
        # A head without its owner is no filter at all: the forge ignores it.
        if (
            wanted in {"all", issue.state}
            and base in {None, pull.base}
            and (":" not in head or head.lower() == f"{owner}:{pull.head}".lower())
        ):
            found.append(issue)

    if call.query.get("direction") == "asc":
        found.reverse()

    return Answer(200, Listed([call.shapes.pull(repository, issue) for issue in found]))


@handles("pulls/create")
def create(call: Call) -> Answer:
    repository = call.repository()
    title, body = call.given("title"), call.given("body")
    checked_text("PullRequest", title, body)
    pull = _proposed(call, repository)
    refuse_second(repository, 0, pull)
    if not repository.bare.compared(pull.base_sha, pull.head_sha).ahead:
        raise custom("PullRequest", f"No commits between {pull.base} and {pull.head}")

    if call.given("maintainer_can_modify") and pull.source and pull.source.owner.kind == "Organization":
        pull.maintainer_can_modify = False

    now = call.store.now()
    number = len(repository.issues) + 1
    issue = Issue(call.store.next_id(), number, call.actor, title, body, now, now, pull=pull)
    repository.issues[number] = issue
    return Answer(201, call.shapes.whole_pull(repository, issue))


def _proposed(call: Call, repository: Repository) -> Pull:
    owner, _, branch = call.given("head").rpartition(":")
    source = _source(call, repository, owner)
    head = source.bare.branch(branch) if source else None
    if source is None or head is None:
        raise invalid("PullRequest", "head")

    base = repository.bare.branch(call.given("base"))
    if base is None:
        raise invalid("PullRequest", "base")

    if source is not repository:
        repository.bare.git("fetch", "--quiet", str(source.bare.path), f"+{head}:refs/pull/{branch}/head")

    return Pull(
        source,
        branch,
        call.given("base"),
        head,
        base,
        draft=bool(call.given("draft")),
        maintainer_can_modify=bool(call.given("maintainer_can_modify")),
    )


def _source(call: Call, repository: Repository, owner: str) -> Repository | None:
    if owner in {"", repository.owner.login}:
        return repository

    forks = (each for each in call.store.repositories.values() if each.parent is repository)
    return next((each for each in forks if each.owner.login == owner), None)


@handles("pulls/get")
def get(call: Call) -> Answer:
    repository = call.repository()
    return Answer(200, call.shapes.whole_pull(repository, call.issue(repository)))


@handles("pulls/update")
def update(call: Call) -> Answer:
    repository = call.repository()
    issue = call.issue(repository)
    edit(call, repository, issue)
    base = call.given("base")
    if base is not None and issue.pull:
        if repository.bare.branch(base) is None:
            raise invalid("PullRequest", "base")

        issue.pull.base = base

    return Answer(200, call.shapes.whole_pull(repository, issue))


@handles("pulls/list-commits")
def commits(call: Call) -> Answer:
    repository = call.repository()
    pull = _pull(call.issue(repository))
    found = repository.bare.compared(pull.base_sha, pull.head_sha)
    return Answer(200, Listed([call.shapes.commit(repository, each) for each in found.ahead]))


@handles("pulls/list-files")
def files(call: Call) -> Answer:
    repository = call.repository()
    pull = _pull(call.issue(repository))
    shown = repository.bare.git("diff", "--numstat", f"{pull.base_sha}...{pull.head_sha}")
    return Answer(200, Listed([_file(call, repository, pull, line) for line in shown.splitlines()]))


def _file(call: Call, repository: Repository, pull: Pull, line: str) -> dict[str, object]:
    added, removed, path = line.split("\t")
    bare = repository.bare
    old, new = bare.blob(pull.base_sha, path), bare.blob(pull.head_sha, path)
    status = "added" if old is None else "removed" if new is None else "modified"
    shown = call.shapes.file(repository, path, new or b"", pull.head_sha)
    return {
        "sha": shown["sha"],
        "filename": path,
        "status": status,
        "additions": int(added),
        "deletions": int(removed),
        "changes": int(added) + int(removed),
        "blob_url": shown["html_url"],
        "raw_url": shown["download_url"],
        "contents_url": shown["url"],
    }


def _pull(issue: Issue) -> Pull:
    assert issue.pull
    return issue.pull


@handles("pulls/check-if-merged")
def is_merged(call: Call) -> Answer:
    if _pull(call.issue(call.repository())).merged_at is None:
        raise Refused(404, "Not Found")

    return Answer(204)


@handles("pulls/merge")
def merge_pull(call: Call) -> Answer:
    repository = call.repository()
    issue = call.issue(repository)
    if call.given("sha") not in {None, _pull(issue).head_sha}:
        raise Refused(409, "Head branch was modified. Review and try the merge again.")

    made = merge(call.store, repository, issue, call.actor, call.given("merge_method", "merge"))
    return Answer(200, {"sha": made, "merged": True, "message": "Pull Request successfully merged"})


@handles("pulls/update-branch")
def update_branch(call: Call) -> Answer:
    repository = call.repository()
    pull = _pull(call.issue(repository))
    if call.given("expected_head_sha") not in {None, pull.head_sha} or pull.source is not repository:
        raise invalid("PullRequest", "expected_head_sha")

    bare = repository.bare
    base = bare.branch(pull.base) or ""
    tree = bare.merge_tree(pull.head_sha, base)
    if tree is None:
        raise Refused(422, "merge conflict between base and head")

    text = f"Merge branch '{pull.base}' into {pull.head}"
    made = bare.sealed(tree, [pull.head_sha, base], text, call.actor.who)
    bare.move(pull.head, made, pull.head_sha)
    settle(call.store, repository, call.actor)
    return Answer(202, {"message": "Updating pull request branch.", "url": call.shapes.at(repository)})


@handles("pulls/list-requested-reviewers")
def reviewers(call: Call) -> Answer:
    pull = _pull(call.issue(call.repository()))
    return Answer(200, {"users": [call.shapes.user(each) for each in pull.reviewers], "teams": []})


@handles("pulls/request-reviewers", "pulls/remove-requested-reviewers")
def request(call: Call) -> Answer:
    repository = call.repository()
    issue = call.issue(repository)
    pull = _pull(issue)
    wanted = [name.lower() for name in call.given("reviewers") or []]
    if call.method == "DELETE":
        pull.reviewers = [each for each in pull.reviewers if each.login.lower() not in wanted]
        return Answer(200, call.shapes.pull(repository, issue))

    if issue.user.login.lower() in wanted:
        raise Refused(422, "Review cannot be requested from pull request author.")

    known = {login.lower() for login in repository.roles}
    if call.given("team_reviewers") or not set(wanted) <= known:
        raise Refused(422, "Reviews may only be requested from collaborators. One or more of the users are not.")

    for name in wanted:
        account = call.store.account(name)
        if account not in pull.reviewers:
            pull.reviewers.append(account)
            more = {"requested_reviewer": call.shapes.user(account), "review_requester": call.shapes.user(call.actor)}
            call.store.event(issue, "review_requested", call.actor, **more)

    return Answer(201, call.shapes.pull(repository, issue))


@handles("pulls/list-reviews")
def reviews(call: Call) -> Answer:
    call.issue(call.repository())
    return Answer(200, Listed([]))
