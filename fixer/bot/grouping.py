"""Which fixes make one pull request, and what that proposes: from the outcomes of a plan."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from fixer.bot.families import TITLES, family_of
from fixer.bot.keys import key_of
from fixer.bot.memory import Memory
from fixer.bot.naming import branch_name
from fixer.bot.patch import patch_id
from fixer.bot.records import Change, Group, Left, Page, Row
from fixer.bot.rows import lines_of, row_of, sections_of
from fixer.finding import Finding, Level, Risk, Severity
from fixer.outcome import Choice, Outcome
from fixer.policy.bot import BotSettings
from fixer.proof import Identity, Proof
from fixer.rule import Rule

Rules = Mapping[tuple[str, str], Rule]


class Proposal(msgspec.Struct, frozen=True):
    """Fixes that go together: the choice that makes just them, and those that people refused.

    `paths` are the files of the findings. `highest` is the highest risk that gets a pull request at all.
    """

    key: str
    branch: str
    title: str
    risk: Risk
    choice: Choice
    paths: tuple[str, ...] = ()
    refused: frozenset[Identity] = frozenset()
    highest: Risk = Risk.HIGH


class _Member(msgspec.Struct, frozen=True):
    finding: Finding
    rule: Rule
    key: str


def choice_of(settings: BotSettings) -> Choice:
    """Return the choice that takes every fix that may get a pull request."""
    return Choice(Risk[settings.risk.upper()], Level[settings.level.upper()])


def proposals(
    outcomes: Sequence[Outcome], rules: Iterable[Rule], settings: BotSettings, memory: Memory
) -> tuple[Proposal, ...]:
    """Return the groups of the fixes that were found, by risk and key. Fixes of different risk are never together."""
    known = by_name(rules)
    groups: dict[tuple[Risk, str, str, str], list[_Member]] = {}
    for member in _members(outcomes, known, choice_of(settings)):
        groups.setdefault(_place(member, settings), []).append(member)

    return tuple(_proposal(place, groups[place], settings, memory) for place in sorted(groups))


def group_of(
    proposal: Proposal, outcomes: Sequence[Outcome], rules: Iterable[Rule], modes: Mapping[str, str] | None = None
) -> Group:
    """Return what a proposal comes to; `outcomes` are those of a plan with its choice, `modes` those of git by path.

    Without changes when nothing of it can be done, or when people refused all of it.
    """
    known = by_name(rules)
    changed = sorted((one for one in outcomes if one.changed), key=lambda one: one.path)
    kinds = {outcome.path: outcome.kind for outcome in outcomes}
    rows = tuple(_rows(changed, outcomes, known, kinds))
    changes = tuple(_change(outcome, modes or {}) for outcome in changed)
    counts = (sum(map(_count_before, changed)), sum(map(_count_after, changed)))
    refused = tuple(_refused(proposal, outcomes, known))
    severity = max((Severity[row.severity.upper()] for row in (rows or refused)), default=Severity.LOW)
    return Group(
        proposal.key,
        proposal.branch,
        proposal.title,
        proposal.risk.name.lower(),
        severity.name.lower(),
        rows,
        refused,
        changes,
        patch_id(changes),
        tuple(_pages(rows, rules)),
        tuple(_left(proposal, changed, known)),
        Proof().checks if changes else (),
        counts,
        tuple(_moved(changed, known)),
    )


def unfixable(outcomes: Sequence[Outcome], rules: Iterable[Rule]) -> tuple[str, ...]:
    """Return the keys of the findings that have no fix now, maybe because a registry did not answer."""
    known = by_name(rules)
    return tuple(
        key_of(rule, finding, outcome.before.text)
        for outcome in outcomes
        for finding in outcome.findings
        if finding.fix is None and outcome.before is not None and (rule := known.get((outcome.kind, finding.rule)))
    )


def onboarding(settings: BotSettings, text: bytes, path: str = ".fixer.yaml") -> Group:
    """Return the group that adds a configuration of that text."""
    changes = (Change(path, None, text),)
    branch = branch_name(settings.branch_prefix, ONBOARDING)
    return Group(ONBOARDING, branch, "Configure fixer", "safe", changes=changes, patch=patch_id(changes))


ONBOARDING = "configure"


def by_name(rules: Iterable[Rule]) -> Rules:
    """Return rules by kind and name."""
    return {(rule.kind, rule.name): rule for rule in rules}


# ---- which fixes go together


def _members(outcomes: Sequence[Outcome], rules: Rules, choice: Choice) -> Iterator[_Member]:
    for outcome in outcomes:
        for finding in outcome.findings:
            rule = rules.get((outcome.kind, finding.rule))
            if rule is not None and outcome.before is not None and choice.accepts(finding):
                yield _Member(finding, rule, key_of(rule, finding, outcome.before.text))


def _place(member: _Member, settings: BotSettings) -> tuple[Risk, str, str, str]:
    """Risk, key without the risk, directory or file, and title of the group that a fix belongs to."""
    fix, rule, path = member.finding.fix, member.rule, member.finding.path
    assert fix is not None
    match settings.group_by:
        case "rule":
            return fix.risk, f"{rule.kind}-{rule.name}", "", rule.id
        case "file":
            return fix.risk, "file", path, path
        case "directory":
            folder = posixpath.dirname(path)
            return fix.risk, "directory", folder or ".", folder or "the top folder"
        case "risk":
            return fix.risk, "fixes", "", ""
        case "safe" if fix.risk is Risk.SAFE:
            return fix.risk, "fixes", "", ""
        case _:
            return fix.risk, family_of(rule.kind, rule.name), "", ""


def _proposal(
    place: tuple[Risk, str, str, str], members: Sequence[_Member], settings: BotSettings, memory: Memory
) -> Proposal:
    risk, key, where, named = place
    full = f"{risk.name.lower()}-{key}"
    branch = branch_name(settings.branch_prefix, full, where)
    refused = frozenset(one.finding.identity for one in members if memory.refuses(branch, one.key))
    taken = [one for one in members if one.finding.identity not in refused]
    wanted = frozenset(one.finding.identity for one in taken)
    choice = Choice(risk, Level[settings.level.upper()], only=wanted)
    paths = tuple(dict.fromkeys(one.finding.path for one in members))
    title = _title(key, named, members, risk)
    return Proposal(
        f"{full}:{where}" if where else full, branch, title, risk, choice, paths, refused, choice_of(settings).risk
    )


def _title(key: str, named: str, members: Sequence[_Member], risk: Risk) -> str:
    """What the group does: the words of its fixes where they all say the same, else what it is about."""
    titles = {one.finding.fix.title for one in members if one.finding.fix}
    if len(titles) == 1:
        said = next(iter(titles))
    elif named:
        said = f"Fix {named}" if key not in {"file", "directory"} else f"Harden {named}"
    else:
        said = TITLES.get(key, TITLES["other"])

    return f"{said} ({risk.name.lower()}{'' if risk is Risk.SAFE else ' risk'})"


# ---- what a group comes to


def _rows(
    changed: Sequence[Outcome], outcomes: Sequence[Outcome], rules: Rules, kinds: Mapping[str, str]
) -> Iterator[Row]:
    """One row for each fix, in the order of files and lines; a fix that changes several files is one."""
    texts = {
        outcome.path: outcome.before.text for outcome in outcomes if outcome.before is not None and not outcome.new
    }
    found = {finding.identity: finding for outcome in changed for finding in outcome.applied}
    first = {one.identity: one for outcome in outcomes for one in outcome.findings}
    for identity, lines in lines_of(changed).items():
        finding = found[identity]
        seen = first.get(identity, finding)
        rule = rules.get((kinds.get(finding.path, ""), finding.rule))
        assert rule is not None
        yield row_of(rule, seen, finding.fix, texts[finding.path], lines)


def _refused(proposal: Proposal, outcomes: Sequence[Outcome], rules: Rules) -> Iterator[Row]:
    for outcome in outcomes:
        for finding in outcome.findings:
            rule = rules.get((outcome.kind, finding.rule))
            wanted = finding.identity in proposal.refused and finding.fix and finding.fix.risk is proposal.risk
            if wanted and rule is not None and outcome.before is not None:
                yield row_of(rule, finding, finding.fix, outcome.before.text)


def _change(outcome: Outcome, modes: Mapping[str, str]) -> Change:
    assert outcome.before is not None
    assert outcome.after is not None
    before = None if outcome.new else outcome.before.encoded()
    return Change(outcome.path, before, outcome.after.encoded(), modes.get(outcome.path, "100644"))


def _count_before(outcome: Outcome) -> int:
    return sum(not finding.excuse for finding in outcome.findings)


def _count_after(outcome: Outcome) -> int:
    return sum(not finding.excuse for finding in outcome.remaining)


def _pages(rows: Sequence[Row], rules: Iterable[Rule]) -> Iterator[Page]:
    named = {rule.id: rule for rule in rules}
    for name in dict.fromkeys(row.rule for row in rows):
        yield sections_of(named[name])


def _left(proposal: Proposal, changed: Sequence[Outcome], rules: Rules) -> Iterator[Left]:
    for outcome in changed:
        reasons = {one.finding.identity: one.reason for one in (*outcome.refused, *outcome.failed)}
        for finding in outcome.remaining:
            rule = rules.get((outcome.kind, finding.rule))
            if finding.excuse or rule is None or finding.level < Level.WARN or finding.identity in proposal.refused:
                continue

            reason = reasons.get(finding.identity) or _why_left(finding, proposal)
            assert outcome.after is not None
            line = outcome.after.text.count("\n", 0, finding.start) + 1
            yield Left(rule.id, outcome.path, line, finding.message, reason)


def _why_left(finding: Finding, proposal: Proposal) -> str:
    if finding.fix is None:
        return finding.unfixable or "there is no fix"

    risk = finding.fix.risk
    if risk > proposal.highest:
        return f"its fix has {risk.name.lower()} risk, and bot.risk allows {proposal.highest.name.lower()}"

    return OTHER


# Why a finding is left that another pull request fixes.
OTHER = "another pull request fixes it"


def _moved(changed: Sequence[Outcome], rules: Rules) -> Iterator[tuple[str, str]]:
    for outcome in changed:
        assert outcome.before is not None
        assert outcome.after is not None
        left = {finding.identity: finding for finding in outcome.remaining}
        for finding in outcome.findings:
            rule, after = rules.get((outcome.kind, finding.rule)), left.get(finding.identity)
            if rule is None or after is None:
                continue

            old, new = key_of(rule, finding, outcome.before.text), key_of(rule, after, outcome.after.text)
            if old != new:
                yield old, new
