"""Which findings of a file its own comments and annotations excuse, and what is wrong with these."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from fixer.finding import Environment, Excuse, Finding, Fix, Level, Risk, Severity
from fixer.formats.comments import RemoveComment
from fixer.policy import comments, exempting
from fixer.policy.comments import Blocks, Suppression
from fixer.policy.markers import INVALID, in_comments, in_data
from fixer.rule import Rule
from fixer.text import Lines

if TYPE_CHECKING:
    from fixer.kinds.kind import KindFile
    from fixer.policy.policy import Policy

# Levels of rule K8-051; they hold for its twins too.
LEVELS = {Environment.DEV: Level.WARN, Environment.STAGING: Level.DENY, Environment.PROD: Level.DENY}

_TRIVY = re.compile(r"(?:AVD-)?(DS|KSV)-?0*([0-9]+)")
_SPELLINGS = {
    comments.ALL_OF_KICS: re.compile(r".* .*"),
    comments.ALL_OF_DCLINT: re.compile(r"[a-z]+(?:-[a-z]+)+"),
    comments.ALL_OF_KUBE_LINTER: re.compile(r"[a-z]+(?:-[a-z]+)+"),
    comments.ALL_OF_POLARIS: re.compile(r"[a-z]+(?:[A-Z][a-z]+)+"),
}


class Verdict(msgspec.Struct, frozen=True):
    """What is wrong with a suppression; `unfixable` is "" where it can just go."""

    message: str
    unfixable: str
    cap: Level


def settled(policy: Policy, file: KindFile, kind: str, rules: Sequence[Rule], findings: list[Finding]) -> list[Finding]:
    """Return the findings of a file with what excuses them there, and findings about what excuses nothing."""
    said = list(_said(policy, file, kind))
    if not said:
        return findings

    position = Lines(file.parsed.source.text).position
    known = {rule.name: rule for rule in rules}
    used: set[int] = set()
    result = []
    for finding in findings:
        line, rule = position(finding.start)[0], known[finding.rule]
        covering = [number for number, one in enumerate(said) if _covers(one, line, rule)]
        used.update(covering)
        result.append(_excused(policy, file.path, finding, rule, [said[number] for number in covering]))

    return result + list(_about(policy, file, rules, said, used))


def names(wanted: Iterable[str], rule: Rule) -> bool:
    """Whether one of the names, of ours or of another tool, is that of a rule."""
    return any(_names(name, rule) for name in wanted)


def _covers(one: Suppression, line: int, rule: Rule) -> bool:
    return one.first <= line <= one.last and not one.problem and names(one.names, rule)


def _names(name: str, rule: Rule) -> bool:
    if pattern := _SPELLINGS.get(name):
        return any(pattern.fullmatch(alias) for alias in rule.aliases)

    if rule.answers(name):
        return name.lower() != rule.kind

    match = _TRIVY.fullmatch(name.upper())
    found = (_TRIVY.fullmatch(alias.upper()) for alias in rule.aliases) if match else ()
    return any(one.groups() == match.groups() for one in found if one and match)


def _excused(policy: Policy, path: str, finding: Finding, rule: Rule, said: Sequence[Suppression]) -> Finding:
    note = finding.note
    for one in () if finding.excuse else said:
        reason = policy.forbidden(rule) if one.by == "foreign" else policy.refusal(rule, finding, one.expires)
        if reason:
            note = f"the {one.by} in line {one.line} does not hold: {reason}"
            continue

        excuse = Excuse(one.by, f"{path}:{one.line}", one.reason, one.expires, ticket=one.issue)
        return msgspec.structs.replace(finding, level=min(finding.level, Level.INFO), excuse=excuse, note="")

    return msgspec.structs.replace(finding, note=note) if note != finding.note else finding


# ---- what is said in the file


def _said(policy: Policy, file: KindFile, kind: str) -> Iterator[Suppression]:
    text = file.parsed.source.text
    settings = policy.settings.comments
    if in_comments(text) and (settings.own or settings.foreign):
        found: Any = file.parsed
        spans = [(one.line, one.end_line) for one in found.instructions] if kind == "dockerfile" else None
        blocks = Blocks(text, spans)
        yield from comments.suppressions(text, found.remarks, blocks, own=settings.own, foreign=settings.foreign)

    if kind == "kubernetes" and settings.annotations and in_data(text):
        yield from _of_objects(file, foreign=settings.foreign)

    if kind == "compose" and settings.annotations and exempting.COMPOSE_KEY in text:
        yield from _of_services(file)


def _of_objects(file: KindFile, *, foreign: bool) -> Iterator[Suppression]:
    position = Lines(file.parsed.source.text).position
    for manifest in file.nouns("Manifest"):
        own = _mapping(manifest.get("metadata", "annotations"))
        template = _mapping(manifest.get("spec", "template", "metadata", "annotations"))
        if own or template:
            node = manifest.document.walk(manifest.path).value
            first, last = position(node.start)[0], position(max(node.end - 1, node.start))[0]
            line = position(manifest.document.span((*manifest.path, "metadata")).start)[0]
            yield from exempting.of_object({**template, **own}, (line, first, last), foreign=foreign)


def _of_services(file: KindFile) -> Iterator[Suppression]:
    position = Lines(file.parsed.source.text).position
    for service in file.nouns("Service"):
        if exempting.COMPOSE_KEY in service.own:
            document = service.file.document
            node = document.walk(service.path).value
            line = position(document.span((*service.path, exempting.COMPOSE_KEY)).start)[0]
            lines = (line, position(service.span.start)[0], position(max(node.end - 1, node.start))[0])
            yield from exempting.of_service(service.own[exempting.COMPOSE_KEY], lines)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


# ---- what is wrong with it


def _about(
    policy: Policy, file: KindFile, rules: Sequence[Rule], said: Sequence[Suppression], used: set[int]
) -> Iterator[Finding]:
    """Yield findings about our own suppressions that do not hold, are not needed, or end soon."""
    environment = _environment(file)
    seen: dict[str, int] = {}
    for number, one in enumerate(said):
        if one.by == "foreign":
            continue

        place = _place(file.parsed.source.text, one)
        seen[place] = seen.get(place, 0) + 1
        verdict = _judged(policy, rules, one, environment, used=number in used)
        if verdict:
            numbered = f"{place} ({seen[place]})" if seen[place] > 1 else place
            yield _finding(file, one, verdict, environment, numbered)


def _place(text: str, one: Suppression) -> str:
    """A symbolic place: the words of the comment, which stay when lines move."""
    return text[one.comment.start : one.comment.end].lstrip("# ").strip() if one.comment else f"{one.by}: {one.reason}"


def _finding(file: KindFile, one: Suppression, verdict: Verdict, environment: Environment, place: str) -> Finding:
    text = file.parsed.source.text
    start, end = _span(text, one)
    fix = None
    if not verdict.unfixable and one.comment:
        fix = Fix("Remove the comment", Risk.SAFE, (RemoveComment(file.path, start, text[start:end]),))

    return Finding(
        file.path,
        place,
        start,
        end,
        verdict.message,
        fix,
        None if fix else verdict.unfixable or "nothing needs it any more: remove it",
        environment,
        verdict.cap,
        INVALID,
        Severity.MEDIUM,
        min(LEVELS[environment], verdict.cap),
    )


def _judged(
    policy: Policy, rules: Sequence[Rule], one: Suppression, environment: Environment, *, used: bool
) -> Verdict | None:
    if one.problem:
        return Verdict(f"the {one.by} excuses nothing", one.problem, Level.WARN)

    if unknown := [name for name in one.names if not _known(name)]:
        return Verdict(f"the {one.by} names what is no rule: {', '.join(unknown)}", "correct the name", Level.WARN)

    if used:
        reason = policy.overdue(one.expires, environment)
        wanted = "renew it, or fix what it excuses"
        return Verdict(f"the {one.by} does not hold: {reason}", wanted, Level.DENY) if reason else _soon(policy, one)

    # Whether another rule needs it is not known in a run with some of the rules.
    judged = [rule for rule in rules if names(one.names, rule)]
    off = any(policy.decision(rule, environment).level is Level.OFF for rule in judged)
    if len(judged) < len(one.names) or off:
        return None

    return Verdict(f"the {one.by} excuses nothing any more", "", Level.WARN)


def _soon(policy: Policy, one: Suppression) -> Verdict | None:
    days = (dt.date.fromisoformat(one.expires) - policy.now).days if one.expires else None
    if days is None or days > policy.settings.comments.warn_days:
        return None

    return Verdict(f"the {one.by} ends on {one.expires}", "renew it, or fix what it excuses", Level.INFO)


def _known(name: str) -> bool:
    from fixer.policy.reading import is_rule, rule_names

    return is_rule(name, rule_names())


def _environment(file: KindFile) -> Environment:
    facts: Any = getattr(file, "facts", None)
    return facts.environment(file.path) if facts else Environment.STAGING


def _span(text: str, one: Suppression) -> tuple[int, int]:
    if one.comment:
        return one.comment.start, one.comment.end

    start = 0
    for _ in range(one.line - 1):
        start = text.find("\n", start) + 1

    end = text.find("\n", start)
    return start, end if end >= 0 else len(text)
