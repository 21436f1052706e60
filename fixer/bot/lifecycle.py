"""What to do about one group: its branch and its pull request, from the first push until it is closed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from fixer.bot import body as bodies
from fixer.bot.codeowners import owners_of, parse
from fixer.bot.dashboard import Entry, Requests, Status
from fixer.bot.limits import Ledger
from fixer.bot.memory import Known, closed_by_person, known_to, read, ticked
from fixer.bot.naming import kept_name, same
from fixer.bot.records import (
    AppendCommit,
    Branch,
    ClosePull,
    CreateBranch,
    CreatePull,
    DeleteBranch,
    DisableAutomerge,
    EditPull,
    Group,
    KeepBranch,
    Pull,
    Row,
    SetUp,
    State,
    Step,
    UpdateBranch,
    Wait,
)
from fixer.bot.wording import message_of, title_of

_RISKS = ("safe", "low", "medium", "high")
_FOREIGN = "it holds commits of other people"


class Case(msgspec.Struct, frozen=True):
    """A group with what is there of it. `pull` is the open one, or else the latest; `onboarding` tells its sort."""

    state: State
    requests: Requests
    group: Group
    branch: Branch | None
    pull: Pull | None
    onboarding: bool = False


class Verdict(msgspec.Struct, frozen=True):
    """What to do, and how it stands then; no entry: nothing to show."""

    steps: tuple[Step, ...] = ()
    entry: Entry | None = None


# ---- an open pull request


def kept_current(case: Case, ledger: Ledger) -> Verdict:
    """Return what an open pull request of a group with changes needs."""
    pull, branch = case.pull, case.branch
    assert pull is not None
    if case.state.settings.stop_label in pull.labels:
        return waiting(case, f"it has the label {case.state.settings.stop_label}")

    if branch is None:
        return waiting(case, "its branch is not there")

    pushed = tuple(_pushes(case, branch))
    if pushed and not _asked(case) and (reason := ledger.against_push()):
        return waiting(case, reason)

    guarded = (DisableAutomerge("somebody else pushed to its branch", case.group.key, pull.number),)
    steps = (*(guarded if pull.automerge and branch.foreign else ()), *pushed, *_edits(case, branch, pushed))
    return Verdict(steps, _entry(case, "open", _FOREIGN if _stays_foreign(branch, pushed) else ""))


def _pushes(case: Case, branch: Branch) -> Iterator[Step]:
    group = case.group
    if not branch.foreign:
        reason = _why_rebuild(case, branch)
        if reason:
            yield _rebuild(case, branch, reason)
    elif _asked(case):
        kept = kept_name(case.state.settings.branch_prefix, branch.sha)
        yield KeepBranch("commits of other people are kept", group.key, kept, branch.sha)
        yield _rebuilt(case, branch, "somebody asked for it")
    elif branch.on_top is not None and branch.on_top.changes:
        yield _appended(case, branch, branch.on_top)


def _appended(case: Case, branch: Branch, on_top: Group) -> AppendCommit:
    message = message_of(on_top, case.state.repository, case.state.settings)
    reason = "there are new fixes, and commits of other people are built upon"
    return AppendCommit(reason, case.group.key, branch.name, branch.sha, message, on_top.changes)


def _why_rebuild(case: Case, branch: Branch) -> str:
    """Why a branch without commits of others is made anew, as a clause; "" when it need not be."""
    repository, settings = case.state.repository, case.state.settings
    behind = branch.base_sha != repository.head
    stale = branch.patch != case.group.patch
    if _asked(case):
        return "somebody asked for it" if stale or behind or branch.conflict else ""

    if branch.conflict:
        return "it conflicts with base"

    if stale:
        return "" if _uncertain(case) else "its fixes changed"

    current = settings.update == "behind" or (case.pull is not None and settings.keep_label in case.pull.labels)
    if behind and (repository.strict or current):
        return "it is behind base"

    return ""


def _uncertain(case: Case) -> bool:
    """Whether a fix of the pull request is not offered only because there is no answer now."""
    if case.pull is None or case.pull.state != "open":
        return False

    return bool(_proposed(case.pull) & set(case.state.unfixable))


def _proposed(pull: Pull) -> set[str]:
    return {one.key for one in known_to(pull) if not one.out}


def _rebuild(case: Case, branch: Branch, reason: str) -> Step:
    if not case.state.settings.append_only and case.state.repository.force:
        return _rebuilt(case, branch, reason)

    group, head = case.group, case.state.repository.head
    message = message_of(group, case.state.repository, case.state.settings)
    return AppendCommit(reason, group.key, branch.name, branch.sha, message, group.changes, head)


def _rebuilt(case: Case, branch: Branch, reason: str) -> UpdateBranch:
    group, head = case.group, case.state.repository.head
    message = message_of(group, case.state.repository, case.state.settings)
    return UpdateBranch(reason, group.key, branch.name, branch.sha, head, message, group.changes)


def _edits(case: Case, branch: Branch, pushed: Sequence[Step]) -> Iterator[Step]:
    """The edit of title and body, when they differ. A title that a person gave stays."""
    pull = case.pull
    assert pull is not None
    if not pushed and not branch.foreign and branch.patch != case.group.patch:
        return

    marker = read(pull.body)
    title = title_of(case.group, case.state.repository, case.state.settings)
    body = _body(case, title, branch if _stays_foreign(branch, pushed) else None)
    own = marker is None or pull.title == marker.title
    new_title = title if own and pull.title != title else None
    new_body = None if bodies.same(pull.body, body) else body
    base = case.state.repository.base if pull.base not in {"", case.state.repository.base} else None
    if (new_title, new_body, base) != (None, None, None):
        yield EditPull("what it says changed", case.group.key, pull.number, new_title, new_body, pull.body, base)


def _stays_foreign(branch: Branch, pushed: Sequence[Step]) -> bool:
    return branch.foreign and not any(isinstance(step, UpdateBranch) for step in pushed)


def _note(case: Case, foreign: Branch | None) -> bodies.Note:
    """What the body says of its branch, and what it must not forget.

    A fix that somebody left out is known on when it is not found now: it may be found again.
    """
    is_open = case.pull is not None and case.pull.state == "open"
    before = known_to(case.pull) if case.pull is not None and is_open else ()
    if foreign is None:
        return bodies.Note(before=tuple(one for one in before if one.out))

    known = {one.key: one for one in before}
    if foreign.on_top is not None:
        found = (*((row, False) for row in foreign.on_top.rows), *((row, True) for row in foreign.on_top.silenced))
        for row, out in found:
            known.setdefault(row.key, Known(row.rule, row.path, row.key, out))

    return bodies.Note(foreign=True, before=tuple(known.values()))


def _shown(case: Case, branch: Branch) -> Group:
    """The group as a branch with commits of others holds it.

    What somebody took out there is among the refused fixes; what came to base since then is not on it. The proof and
    what is left are about files without these commits, so that they are not said here.
    """
    out = {_identity(row) for row in (branch.on_top.silenced if branch.on_top else ())}
    rows = tuple(row for row in case.group.rows if _identity(row) not in out and _is_on(case, branch, row))
    taken = (row for row in case.group.rows if _identity(row) in out)
    silenced = tuple(sorted((*case.group.silenced, *taken), key=lambda row: (row.path, row.line, row.key)))
    named = {row.rule for row in rows}
    pages = tuple(page for page in case.group.pages if page.rule in named)
    marker = read(case.pull.body) if case.pull is not None else None
    moved = marker.moved if marker is not None else case.group.moved
    return msgspec.structs.replace(
        case.group, rows=rows, silenced=silenced, pages=pages, left=(), checks=(), moved=moved
    )


def _is_on(case: Case, branch: Branch, row: Row) -> bool:
    """Whether a branch with commits of others holds a fix, or is about to get it."""
    marker = read(case.pull.body) if case.pull is not None and case.pull.state == "open" else None
    if marker is None or any(one.key == row.key for one in marker.known):
        return True

    return branch.on_top is not None and _identity(row) in {_identity(one) for one in branch.on_top.rows}


def _identity(row: Row) -> tuple[str, str, str, str]:
    return row.rule, row.path, row.place, row.message


def _body(case: Case, title: str, foreign: Branch | None) -> str:
    """The body; `foreign` is the branch when it has commits of others."""
    note = _note(case, foreign)
    group = case.group if foreign is None else _shown(case, foreign)
    if case.onboarding:
        return bodies.render_onboarding(group, title, case.state.settings, case.state.groups, foreign=note.foreign)

    old = case.pull.body if case.pull is not None and case.pull.state == "open" else ""
    return bodies.render(group, title, case.state.settings, note, old)


# ---- a new one


def opened(case: Case, ledger: Ledger) -> Verdict:
    """Return what a group with changes needs that has no open pull request."""
    branch, pull = case.branch, case.pull
    if branch is not None and branch.foreign and (pull is not None or not any(one.ours for one in branch.commits)):
        return waiting(case, f"the branch {branch.name} holds commits of other people")

    if not _asked(case) and case.state.repository.forge and (reason := ledger.against_pull()):
        return waiting(case, reason)

    steps = tuple(_first_push(case))
    reason = _FOREIGN if branch is not None and branch.foreign else ""
    return Verdict((*steps, *_new_pull(case)), _entry(case, "open", reason))


def _first_push(case: Case) -> Iterator[Step]:
    group, branch, repository = case.group, case.branch, case.state.repository
    if branch is None:
        message = message_of(group, repository, case.state.settings)
        reason = f"there are {len(group.rows)} fixes to propose" if group.rows else group.title
        yield CreateBranch(reason, group.key, group.branch, repository.head, message, group.changes)
    elif not branch.foreign and (reason := _why_rebuild(case, branch)):
        yield _rebuild(case, branch, reason)
    elif branch.foreign and branch.on_top is not None and branch.on_top.changes:
        yield _appended(case, branch, branch.on_top)


def _new_pull(case: Case) -> Iterator[Step]:
    group, state = case.group, case.state
    if not state.repository.forge:
        return

    title = title_of(group, state.repository, state.settings)
    foreign = case.branch is not None and case.branch.foreign
    draft = not case.onboarding and _is_draft(group.risk, state)
    body = _body(case, title, case.branch if foreign else None)
    yield CreatePull(
        "the branch has no pull request", group.key, group.branch, state.repository.base, title, body, draft
    )
    setup = _setup(group, state, draft=draft or foreign)
    if any((setup.labels, setup.assignees, setup.reviewers, setup.teams, setup.automerge)):
        yield setup


def _setup(group: Group, state: State, *, draft: bool) -> SetUp:
    settings, login = state.settings, state.repository.login.lower()
    lines = parse(state.repository.codeowners) if settings.codeowners else ()
    owners = owners_of(lines, [change.path for change in group.changes], state.repository.login)
    people = dict.fromkeys(one for one in (*settings.reviewers, *owners.people) if one.lower() != login)
    teams = tuple(dict.fromkeys((*settings.teams, *owners.teams)))
    merged = state.repository.automerge and not draft and _up_to(group.risk, settings.automerge)
    method = settings.automerge_method if merged else ""
    reason = "labels and people are set once"
    return SetUp(reason, group.key, group.branch, settings.labels, settings.assignees, tuple(people), teams, method)


def _is_draft(risk: str, state: State) -> bool:
    wanted = state.settings.draft
    if not state.repository.drafts or wanted == "never":
        return False

    return wanted == "always" or _RISKS.index(risk) >= _RISKS.index(wanted)


def _up_to(risk: str, highest: str) -> bool:
    return highest != "never" and _RISKS.index(risk) <= _RISKS.index(highest)


# ---- the end


def given_up(case: Case) -> Verdict:
    """Return what becomes of an open pull request whose group has no changes any more."""
    pull, branch = case.pull, case.branch
    assert pull is not None
    if case.state.settings.stop_label in pull.labels:
        return waiting(case, f"it has the label {case.state.settings.stop_label}")

    if branch is not None and branch.foreign:
        return waiting(case, _FOREIGN)

    if _uncertain(case) and not _asked(case):
        return waiting(case, "whether its fixes are still right cannot be told now")

    reason = "every fix was left out" if case.group.silenced else "none of its fixes is needed any more"
    steps: list[Step] = [
        ClosePull(reason, case.group.key, pull.number, bodies.closed(pull.body, case.group.key, reason))
    ]
    if branch is not None:
        steps.append(DeleteBranch(reason, case.group.key, branch.name, branch.sha))

    return Verdict(tuple(steps), refused(case).entry)


def refused(case: Case) -> Verdict:
    """Return how a group stands of which people want nothing."""
    if not case.group.silenced:
        return Verdict()

    own = [pull for pull in case.state.pulls if same(pull.branch, case.group.branch)]
    latest = max(own, key=lambda one: one.number, default=None)
    reason = "closed" if latest is not None and closed_by_person(latest) else ""
    branch, title = case.group.branch, case.group.title
    return Verdict((), Entry(branch, title, "refused", latest.number if latest else 0, reason))


def waiting(case: Case, reason: str) -> Verdict:
    """Return that nothing is done about a group now, and why, as a clause. What a box asks for stays asked for."""
    status: Status = "waiting"
    if case.pull is not None and case.pull.state == "open":
        status = "open"
    elif case.group.branch.lower() in case.requests.recreate:
        status = "refused"

    entry = _entry(case, status, reason, asked=_on_dashboard(case))
    return Verdict((Wait(reason, case.group.key),), entry)


def _entry(case: Case, status: Status, reason: str = "", *, asked: bool = False) -> Entry:
    pull = case.pull
    shown = pull is not None and (pull.state == "open" or status == "refused")
    return Entry(case.group.branch, case.group.title, status, pull.number if pull and shown else 0, reason, asked)


def _asked(case: Case) -> bool:
    """Whether somebody ticked a box for it: in its body, or on the dashboard.

    A branch with commits of others is given back by its own box only: the other one may have been ticked before.
    """
    pull = case.pull
    done = ticked(pull.body, "do") if pull is not None and pull.state == "open" else []
    if case.branch is not None and case.branch.foreign and pull is not None and pull.state == "open":
        return "handback" in done

    return bool(done) or _on_dashboard(case)


def _on_dashboard(case: Case) -> bool:
    branch = case.group.branch.lower()
    is_open = case.pull is not None and case.pull.state == "open"
    return branch in case.requests.rebuild if is_open else case.requests.wants(branch)
