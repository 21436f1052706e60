"""What a new pull request gets on GitHub: labels, people, reviews, automatic merging; once, and what fails is noted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from fixer.bot.budget import Budget
from fixer.bot.problems import ForgeProblem
from fixer.bot.records import SetUp
from fixer.bot.transport import Transport

_COLOUR = "1d76db"
_REFUSALS = {"invalid", "missing", "forbidden", "gone", "conflict"}


def set_up(transport: Transport, budget: Budget, path: str, number: int, wanted: SetUp) -> list[str]:
    """Set a pull request up; return notes about what could not be done. Raises ForgeProblem and Exhausted."""
    notes: list[str] = []

    def step(what: str, act: Callable[[], None]) -> None:
        try:
            act()
        except ForgeProblem as problem:
            if problem.kind not in _REFUSALS:
                raise

            notes.append(f"{what}: {problem.clause}")

    now = transport.get(f"{path}/issues/{number}")
    labels = [label for label in wanted.labels if label.lower() not in _names(now.get("labels"), "name")]
    people = [one for one in wanted.assignees if one.lower() not in _names(now.get("assignees"), "login")]
    if labels:
        step("labels", lambda: _label(transport, budget, path, number, labels))

    if people:
        body = {"assignees": people}
        step("assignees", lambda: _post(transport, budget, f"{path}/issues/{number}/assignees", body))

    if wanted.reviewers or wanted.teams:
        step("reviewers", lambda: _ask(transport, budget, path, number, wanted))

    if wanted.automerge:
        step("automatic merging", lambda: _merge_later(transport, budget, path, number, wanted.automerge))

    return notes


def _label(transport: Transport, budget: Budget, path: str, number: int, labels: list[str]) -> None:
    for label in labels:
        place = f"{path}/labels/{quote(label, safe='')}"
        if transport.optional(place) is None:
            body = {"name": label, "color": _COLOUR}
            transport.write(
                budget,
                lambda body=body: transport.send("POST", f"{path}/labels", body),  # type: ignore[misc]
                lambda place=place: transport.optional(place),  # type: ignore[misc]
            )

    _post(transport, budget, f"{path}/issues/{number}/labels", {"labels": labels})


def _ask(transport: Transport, budget: Budget, path: str, number: int, wanted: SetUp) -> None:
    """Ask for reviews; when one of those asked is refused, ask each alone, so that the others are asked."""
    place = f"{path}/pulls/{number}/requested_reviewers"
    teams = [team.partition("/")[2] or team for team in wanted.teams]
    whole = {"reviewers": list(wanted.reviewers), "team_reviewers": teams}
    try:
        _post(transport, budget, place, {key: names for key, names in whole.items() if names})
    except ForgeProblem as problem:
        if problem.kind != "invalid" or len(wanted.reviewers) + len(teams) == 1:
            raise

        refused = []
        for key, name in [("reviewers", one) for one in wanted.reviewers] + [("team_reviewers", one) for one in teams]:
            try:
                _post(transport, budget, place, {key: [name]})
            except ForgeProblem as single:
                if single.kind not in _REFUSALS:
                    raise

                refused.append(name)

        raise ForgeProblem("invalid", f"{', '.join(refused)} cannot be asked") from None


def _merge_later(transport: Transport, budget: Budget, path: str, number: int, method: str) -> None:
    place = f"{path}/pulls/{number}"

    def send() -> Any:
        node = transport.get(place)["node_id"]
        wanted = {"pullRequestId": node, "mergeMethod": method.upper()}
        return transport.mutate("enablePullRequestAutoMerge", wanted, "clientMutationId") or True

    transport.write(budget, send, lambda: transport.get(place).get("auto_merge") or None)


def _post(transport: Transport, budget: Budget, path: str, body: Any) -> None:
    """Send what changes nothing when it is sent twice."""
    transport.write(budget, lambda: transport.send("POST", path, body) or True, lambda: None)


def _names(found: Any, key: str) -> set[str]:
    return {str(one[key]).lower() for one in found or ()}
