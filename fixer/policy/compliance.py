"""Controls of compliance frameworks: which rules speak for them, and what a run says about each."""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

import msgspec

from fixer.finding import Finding, Level
from fixer.policy.packs import table

State = Literal["failed", "excused", "passed", "not assessed"]

# Of these the policy documents quote the numbers; whatever else a rule names was derived (rules/README, section 1).
_QUOTED = frozenset({"pci_dss", "soc2", "owasp"})

NOTICE = (
    "Mappings marked as derived are quoted from no policy document. They need the confirmation of a person responsible "
    "for compliance before they are shown as fact."
)
MEANING = (
    "Passed means that the rules that ran found nothing at level warn or deny in the files that were read. Files show "
    "only a part of what a control asks for: this is evidence for an audit, not its result."
)


class Speaker(msgspec.Struct, frozen=True):
    """A rule that speaks for a control; `derived` when no policy document says so."""

    rule: str
    derived: bool


class Control(msgspec.Struct, frozen=True):
    """One requirement of a framework, and the rules that speak for it."""

    key: str
    number: str
    title: str
    speakers: tuple[Speaker, ...]

    @property
    def derived(self) -> bool:
        """Whether every mapping to it is derived."""
        return all(speaker.derived for speaker in self.speakers)


class Framework(msgspec.Struct, frozen=True):
    """A catalogue of controls; `edition` says whose numbers they are."""

    key: str
    title: str
    edition: str
    controls: tuple[Control, ...]

    @property
    def derived(self) -> bool:
        """Whether every mapping to it is derived."""
        return all(control.derived for control in self.controls)


class Verdict(msgspec.Struct, frozen=True):
    """A finding of a run for compliance, with the full id of its rule.

    `gone` says that the files no longer hold it, `mended` that a fix is ready and was not written.
    """

    rule: str
    finding: Finding
    gone: bool = False
    mended: bool = False


class Assessment(msgspec.Struct, frozen=True):
    """What a run says about a control.

    `failing` are findings at level warn or deny, `noted` those at level info, `excused` those that policy lets pass;
    `gone` counts the fixed ones. `until` is the first day on which an excuse of an excused control ends, "" for never.
    `ran` are the speakers that a run can rely on; `why` says for the others, rule by rule, why not.
    """

    control: Control
    state: State
    failing: tuple[Verdict, ...]
    noted: tuple[Verdict, ...]
    excused: tuple[Verdict, ...]
    gone: int
    ran: tuple[str, ...]
    why: Mapping[str, str]
    until: str = ""


@functools.cache
def frameworks() -> tuple[Framework, ...]:
    """Return the frameworks with their controls, in the order of their numbers."""
    return tuple(
        Framework(entry["key"], entry["title"], entry["edition"], tuple(_controls(entry)))
        for entry in table("controls")["frameworks"]
    )


def controls_of(rule: str) -> Iterator[tuple[Framework, Control]]:
    """Yield the controls that the rule with this full id speaks for."""
    for framework in frameworks():
        for control in framework.controls:
            if any(speaker.rule == rule for speaker in control.speakers):
                yield framework, control


def assess(ran: Mapping[str, str], verdicts: Iterable[Verdict], crashed: Collection[str] = ()) -> dict[str, Assessment]:
    """Return what a run says about each control, by the key of the control.

    `ran` names rules, each with why nothing can be said about it, "" when it looked at files. Nothing is passed or
    excused by a control with a rule that crashed: it has not seen everything.
    """
    by_rule: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        by_rule.setdefault(verdict.rule, []).append(verdict)

    return {
        control.key: _assessed(control, ran, by_rule, crashed)
        for framework in frameworks()
        for control in framework.controls
    }


def _assessed(
    control: Control, ran: Mapping[str, str], by_rule: Mapping[str, Sequence[Verdict]], crashed: Collection[str]
) -> Assessment:
    found = [verdict for speaker in control.speakers for verdict in by_rule.get(speaker.rule, ())]
    left = [verdict for verdict in found if not verdict.gone]
    excused = tuple(verdict for verdict in left if verdict.finding.excuse)
    counting = [verdict for verdict in left if not verdict.finding.excuse]
    failing = tuple(verdict for verdict in counting if verdict.finding.level > Level.INFO)
    noted = tuple(verdict for verdict in counting if verdict.finding.level <= Level.INFO)
    why = {one.rule: ran.get(one.rule, "not part of this run") for one in control.speakers}
    why |= {rule: "it crashed" for rule in why if rule in crashed}
    reliable = tuple(rule for rule, reason in why.items() if not reason)
    return Assessment(
        control,
        _state(failing, excused, assessed=bool(reliable) and why.keys().isdisjoint(crashed)),
        failing,
        noted,
        excused,
        len(found) - len(left),
        reliable,
        {rule: reason for rule, reason in why.items() if reason},
        _until(excused),
    )


def _state(failing: Sequence[Verdict], excused: Sequence[Verdict], *, assessed: bool) -> State:
    if failing:
        return "failed"

    if not assessed:
        return "not assessed"

    return "excused" if excused else "passed"


def _until(excused: Sequence[Verdict]) -> str:
    excuses = (verdict.finding.excuse for verdict in excused)
    return min((excuse.expires for excuse in excuses if excuse and excuse.expires), default="")


# ---- reading the data


def _controls(entry: Mapping[str, Any]) -> Iterator[Control]:
    found: dict[str, list[Speaker]] = {}
    for rule, said in table("compliance").items():
        quoted = said["source"] == "seed" and entry["source"] in _QUOTED
        for number in _numbers(said, entry):
            found.setdefault(number, []).append(Speaker(rule, derived=not quoted))

    for number in sorted(found, key=_natural):
        key = f"{entry['key']}:{number}"
        yield Control(key, number, entry["controls"].get(number, ""), tuple(found[number]))


def _numbers(said: Mapping[str, Any], entry: Mapping[str, Any]) -> list[str]:
    numbers, prefix = said.get(entry["source"], []), entry.get("prefix", "")
    numbers = [numbers] if isinstance(numbers, str) else numbers
    own = [number.removeprefix(prefix) for number in numbers if number.startswith(prefix)]
    # Pod Security Standards: restricted holds all of baseline.
    return ["baseline", "restricted"] if own == ["baseline"] else own


def _natural(number: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", number) if part]
