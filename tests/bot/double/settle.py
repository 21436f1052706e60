"""What the forge does by itself when branches move: pull requests are closed, merged, or note a force-push."""

from __future__ import annotations

from bot.double.call import Refused, custom
from bot.double.records import Account, Issue, Pull, Repository, Store


def settle(store: Store, repository: Repository, actor: Account) -> None:
    """Bring issues in line with the branches as git has them now; `actor` is who moved them."""
    before = repository.seen
    now = repository.bare.branches()
    repository.seen = now
    changed = {name for name in before.keys() | now.keys() if before.get(name) != now.get(name)}
    if not changed:
        return

    for target in store.repositories.values():
        for issue in target.pulls():
            pull = issue.pull
            if pull and issue.state == "open" and pull.source is repository and pull.head in changed:
                _head_moved(store, target, issue, actor)

    for issue in repository.pulls():
        if issue.state == "open" and issue.pull and issue.pull.base in changed:
            _base_moved(store, repository, issue, actor)


def _head_moved(store: Store, target: Repository, issue: Issue, actor: Account) -> None:
    pull = issue.pull
    assert pull
    assert pull.source
    old, new = pull.head_sha, pull.source.bare.branch(pull.head)
    if new is None:
        store.event(issue, "head_ref_deleted", actor)
        close(store, issue, actor)
        return

    _fetch(target, pull, new)
    pull.head_sha = new
    if not target.bare.is_ancestor(old, new):
        store.event(issue, "head_ref_force_pushed", actor)

    base = target.bare.branch(pull.base)
    if base and target.bare.is_ancestor(new, base):
        close(store, issue, actor)


def _base_moved(store: Store, repository: Repository, issue: Issue, actor: Account) -> None:
    pull = issue.pull
    assert pull
    base = repository.bare.branch(pull.base)
    if base is None:
        close(store, issue, actor)
    elif repository.bare.is_ancestor(pull.head_sha, base):
        merged(store, issue, actor, base)
    else:
        pull.base_sha = base


def _fetch(target: Repository, pull: Pull, sha: str) -> None:
    """Bring a commit of a fork to the repository its pull request goes to."""
    if pull.source is not None and pull.source is not target:
        target.bare.git("fetch", "--quiet", str(pull.source.bare.path), f"+{sha}:refs/pull/{pull.head}/head")


def close(store: Store, issue: Issue, actor: Account) -> None:
    issue.state = "closed"
    issue.closed_at = store.now()
    issue.closed_by = actor
    store.event(issue, "closed", actor)


def merged(store: Store, issue: Issue, actor: Account, sha: str) -> None:
    pull = issue.pull
    assert pull
    pull.merged_at = store.now()
    pull.merged_by = actor
    pull.merge_sha = sha
    store.event(issue, "merged", actor)
    close(store, issue, actor)


def reopen(store: Store, repository: Repository, issue: Issue, actor: Account) -> None:
    """Raises Refused for a pull request whose branch is gone, was force-pushed, or has another one."""
    pull = issue.pull
    if pull:
        _may_reopen(repository, issue, pull)

    issue.state = "open"
    issue.closed_at = None
    issue.closed_by = None
    store.event(issue, "reopened", actor)


def _may_reopen(repository: Repository, issue: Issue, pull: Pull) -> None:
    if pull.merged_at:
        raise custom("PullRequest", "state cannot be changed. The pull request is merged.")

    head = pull.source.bare.branch(pull.head) if pull.source else None
    if head is None:
        raise custom("PullRequest", f"state cannot be changed. The {pull.head} branch has been deleted.")

    if not repository.bare.is_ancestor(pull.head_sha, head):
        raise custom("PullRequest", f"state cannot be changed. The {pull.head} branch was force-pushed or recreated.")

    refuse_second(repository, issue.number, pull)
    pull.head_sha = head


def refuse_second(repository: Repository, number: int, pull: Pull) -> None:
    """Raises Refused when another open pull request has the same head and base."""
    for other in repository.pulls():
        same = other.pull and (other.pull.source, other.pull.head, other.pull.base) == (
            pull.source,
            pull.head,
            pull.base,
        )
        if same and other.state == "open" and other.number != number:
            owner = pull.source.owner.login if pull.source else ""
            raise custom("PullRequest", f"A pull request already exists for {owner}:{pull.head}.")


def merge(store: Store, repository: Repository, issue: Issue, actor: Account, method: str) -> str:
    """Merge a pull request and return the new head of its base; raises Refused when it cannot be done."""
    pull = issue.pull
    assert pull
    bare = repository.bare
    base = bare.branch(pull.base) or ""
    if issue.state != "open" or pull.draft:
        raise Refused(405, "Pull Request is not mergeable")

    tree = bare.merge_tree(base, pull.head_sha)
    if tree is None:
        raise Refused(405, "Pull Request is not mergeable")

    parents = [base, pull.head_sha] if method == "merge" else [base]
    made = bare.sealed(tree, parents, f"{issue.title} (#{issue.number})", actor.who)
    bare.move(pull.base, made, base)
    merged(store, issue, actor, made)
    settle(store, repository, actor)
    return made
