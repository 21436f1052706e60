"""What the bot does in a repository: a pure function from what is there to a list of steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from fixer.bot import dashboard, lifecycle
from fixer.bot.body import same as same_body
from fixer.bot.dashboard import Entry, Requests
from fixer.bot.lifecycle import Case, Verdict
from fixer.bot.limits import Ledger
from fixer.bot.memory import closed_by_person, newest, read
from fixer.bot.naming import blocked, same
from fixer.bot.records import (
    Branch,
    CloseIssue,
    CreateIssue,
    Decided,
    DeleteBranch,
    EditIssue,
    Group,
    Pull,
    State,
    Step,
    Wait,
)

_RISKS = ("safe", "low", "medium", "high")
_SEVERITIES = ("critical", "high", "medium", "low")


def decide(state: State) -> tuple[Step, ...]:
    """Return the steps, in the order in which they are to be done; the same state gives the same steps.

    On the state that follows from its own steps it asks for no further write, unless the limit of a run held it back.
    Raises UserError for a time zone that is not known.
    """
    if not state.settings.enabled:
        return (Wait("the configuration says enabled: false"),)

    ledger = Ledger(state)
    if state.problem:
        return tuple(_affordable(_complained(state), ledger))

    solved = _affordable(_solved(state), ledger)
    if state.onboarding is not None and not state.repository.configured:
        return (*solved, *_onboarding(state, state.onboarding, ledger))

    return (*solved, *_run(state, ledger))


def decided(state: State) -> Decided:
    """Return the steps with what they are about, for `fixer bot plan`."""
    repository = state.repository
    return Decided(repository.name, repository.base, repository.head, decide(state), state.problem)


# ---- groups


def _run(state: State, ledger: Ledger) -> list[Step]:
    cases = _cases(state)
    reserve = int(_may_have_dashboard(state))
    steps: list[Step] = []
    entries: list[Entry] = []
    # What is open first: a pull request that is closed makes room for another one.
    for case in sorted(cases, key=lambda one: not _is_open(one.pull)):
        verdict = _verdict(case, ledger)
        if not ledger.affords(verdict.steps, reserve):
            verdict = lifecycle.waiting(case, "this run has no writes left")

        ledger.spend(verdict.steps)
        steps += verdict.steps
        entries += [verdict.entry] if verdict.entry else []

    for step in _swept(state, cases):
        steps += _affordable([step], ledger, reserve)

    return [*steps, *_affordable(_dashboard(state, sorted(entries, key=_by_branch)), ledger)]


def _verdict(case: Case, ledger: Ledger) -> Verdict:
    if _is_open(case.pull):
        return lifecycle.kept_current(case, ledger) if case.group.changes else lifecycle.given_up(case)

    if not case.group.changes:
        return lifecycle.refused(case)

    names = [branch.name for branch in case.state.branches]
    if name := blocked(case.state.settings.branch_prefix, names):
        return lifecycle.waiting(case, f"a branch is called {name}, so that git can have none below it")

    return lifecycle.opened(case, ledger)


def _cases(state: State) -> list[Case]:
    """The groups by risk, severity and key, and behind them open pull requests that no group is left of."""
    requests = dashboard.requests(dashboard.heard(state.dashboard))
    groups = {group.branch.lower(): group for group in reversed(state.groups)}
    for pull in sorted(state.pulls, key=lambda one: one.number):
        if pull.state == "open":
            groups.setdefault(pull.branch.lower(), _gone(pull))

    return [_case(state, requests, group) for group in sorted(groups.values(), key=_order)]


def _case(state: State, requests: Requests, group: Group, *, onboarding: bool = False) -> Case:
    branch = _branch(state.branches, group.branch)
    return Case(state, requests, group, branch, newest(state.pulls, group.branch), onboarding)


def _gone(pull: Pull) -> Group:
    marker = read(pull.body)
    return Group(marker.group if marker else pull.branch, pull.branch, pull.title, "high")


def _order(group: Group) -> tuple[int, int, str, str]:
    return _RISKS.index(group.risk), _SEVERITIES.index(group.severity), group.key, group.branch


def _branch(branches: Sequence[Branch], name: str) -> Branch | None:
    return next((branch for branch in branches if same(branch.name, name)), None)


def _is_open(pull: Pull | None) -> bool:
    return pull is not None and pull.state == "open"


def _by_branch(entry: Entry) -> str:
    return entry.branch


def _swept(state: State, cases: Iterable[Case]) -> Iterator[Step]:
    """Branches of ours that nothing needs any more. Those of pull requests that people closed may be wanted again."""
    claimed = {case.group.branch.lower() for case in cases if case.group.changes or _is_open(case.pull)}
    for branch in state.branches:
        pull = newest(state.pulls, branch.name)
        if branch.name.lower() in claimed or branch.foreign or (pull is None and not branch.commits):
            continue

        if pull is None or not closed_by_person(pull):
            yield DeleteBranch("nothing needs it any more", "", branch.name, branch.sha)


def _onboarding(state: State, group: Group, ledger: Ledger) -> list[Step]:
    case = _case(state, Requests(), group, onboarding=True)
    if _is_open(case.pull):
        verdict = lifecycle.kept_current(case, ledger)
    elif case.pull is not None and case.pull.state == "merged":
        verdict = lifecycle.waiting(case, "the configuration was merged, and somebody removed it")
    elif case.pull is not None and closed_by_person(case.pull):
        verdict = lifecycle.waiting(case, "somebody closed the pull request with the configuration: fixer is off here")
    else:
        verdict = lifecycle.opened(case, ledger)

    return _affordable(verdict.steps, ledger)


# ---- issues


def _may_have_dashboard(state: State) -> bool:
    return state.repository.forge and state.repository.issues and state.settings.dashboard


def _dashboard(state: State, entries: Sequence[Entry]) -> Iterator[Step]:
    issue = state.dashboard
    if not _may_have_dashboard(state):
        if issue is not None and issue.state == "open":
            yield CloseIssue("the configuration wants no dashboard", "", issue.number, dashboard.switched_off())

        return

    shown = issue.body if issue is not None and issue.state == "open" else ""
    body = dashboard.render(entries, state.problems, shown)
    if issue is None or (issue.state == "closed" and dashboard.is_switched_off(issue.body)):
        if entries or state.problems:
            yield CreateIssue("there is no dashboard yet", "", "dashboard", dashboard.TITLE, body)
    elif issue.state == "open" and not same_body(issue.body, body):
        yield EditIssue("what it shows changed", "", "dashboard", issue.number, body, issue.body)


def _complained(state: State) -> Iterator[Step]:
    """The issue about the configuration. Closed by a person it stays closed until something else is wrong."""
    issue, body = state.trouble, dashboard.render_trouble(state.problem)
    if not (state.repository.forge and state.repository.issues):
        yield Wait(state.problem)
    elif issue is None or (issue.state == "closed" and not same_body(issue.body, body)):
        yield CreateIssue(state.problem, "", "trouble", dashboard.TROUBLE_TITLE, body)
    elif issue.state == "open" and not same_body(issue.body, body):
        yield EditIssue(state.problem, "", "trouble", issue.number, body, issue.body)
    else:
        yield Wait(state.problem)


def _solved(state: State) -> Iterator[Step]:
    if state.trouble is not None and state.trouble.state == "open":
        yield CloseIssue("the configuration can be used again", "", state.trouble.number, dashboard.solved())


def _affordable(steps: Iterable[Step], ledger: Ledger, reserve: int = 0) -> list[Step]:
    """The steps, all of them, or a word that there are no writes left for them."""
    wanted = list(steps)
    if not ledger.affords(wanted, reserve):
        return [Wait("this run has no writes left", wanted[0].group)]

    ledger.spend(wanted)
    return wanted
