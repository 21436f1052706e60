"""Ignoring findings, with a reason: by a comment beside them, or by an exemption in the configuration."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence

from fixer.diff import between
from fixer.errors import UserError
from fixer.finding import Finding
from fixer.formats.format import FormatError
from fixer.policy.markers import INVALID
from fixer.policy.place import NAME
from fixer.policy.policy import Policy
from fixer.policy.shape import date_of
from fixer.policy.writing import Ignore, comment_of, commented, exempted, present
from fixer.review.planning import Planner
from fixer.review.records import Preview
from fixer.text import Lines, Source

Shown = Callable[[str], str]


def comment(planner: Planner, findings: Sequence[Finding], said: Ignore, shown: Shown) -> Preview:
    """Return what a comment above each finding would make of their file. Raises UserError when it would not hold."""
    wanted = _wanted(findings, said)
    if len({finding.path for finding in wanted}) > 1:
        raise UserError("a comment stands in one file: choose findings of one, or write to the configuration")

    path = wanted[0].path
    project = planner.project
    before, old = project.source(path), project.load(path)
    after = _commented(before, path, wanted, said)
    project.replace(path, after)
    try:
        new = project.load(path)
        assert old is not None
        if new is None or old.parsed.difference(new.parsed, ()) not in {None, "the comments changed"}:
            line = Lines(before.text).position(wanted[0].start)[0]
            raise UserError(f"{shown(path)}: a comment cannot stand above line {line}; write to the configuration")

        _check_excused(planner, wanted, shown, "comment")
    except FormatError as error:
        raise UserError(f"{shown(path)}: with the comment it could not be read: {error.reason}") from None
    finally:
        project.replace(path, before)

    return _preview(path, shown(path), (before, after), wanted, central=False)


def exemption(
    planner: Planner, findings: Sequence[Finding], said: Ignore, shown: Shown, policy_of: Callable[[Source], Policy]
) -> Preview:
    """Return what exemptions for findings would make of the configuration.

    `policy_of` returns the policy under another text of the configuration. Raises UserError when they would not hold.
    """
    wanted = _wanted(findings, said)
    project = planner.project
    root, path = project.disk.root, configuration_path(project.policy)
    if os.path.isabs(path):
        raise UserError(f"{path}: it lies outside of {root}, the root of the run")

    before = after = present(root, path)
    for finding in {(one.path, one.rule, one.place): one for one in wanted}.values():
        after = exempted(after, path, finding, [finding.rule], said)

    assert after is not None
    policy = project.policy
    project.policy = policy_of(after)
    try:
        _check_excused(planner, wanted, shown, "exemption")
    finally:
        project.policy = policy

    return _preview(path, shown(path), (before or Source(""), after), wanted, central=True)


def configuration_path(policy: Policy) -> str:
    """Return where the configuration is, or would be."""
    return policy.configuration.path or NAME


def with_text(policy: Policy, source: Source, shown: Shown) -> Policy:
    """Return the policy under another text of the configuration. Raises UserError for a mistake in it."""
    from fixer.policy.reading import parse

    path = configuration_path(policy)
    return Policy(parse(source.text, path, shown(path)), policy.today, policy.known, policy.changed)


def _wanted(findings: Sequence[Finding], said: Ignore) -> list[Finding]:
    if said.expires and date_of(said.expires) is None:
        raise UserError(f"{said.expires}: a date such as 2027-03-31 is wanted")

    if not said.reason.strip() or "\n" in said.reason or "\r" in said.reason:
        raise UserError("a reason on one line is needed")

    if not findings:
        raise UserError("it is no finding of the file as it is on disk: write first")

    found = [finding for finding in findings if not finding.excuse]
    if not found:
        raise UserError("it is excused already")

    if any(finding.rule == INVALID for finding in found):
        raise UserError("what is wrong with an exemption cannot be excused by another one")

    return found


def _commented(source: Source, path: str, findings: Sequence[Finding], said: Ignore) -> Source:
    """The text with one comment above each line that has some of the findings; from the end, so that places hold."""
    position = Lines(source.text).position
    lines: dict[int, list[Finding]] = {}
    for finding in findings:
        lines.setdefault(position(finding.start)[0], []).append(finding)

    for line in sorted(lines, reverse=True):
        names = list(dict.fromkeys(finding.rule for finding in lines[line]))
        source = commented(source, path, lines[line][0].start, comment_of(names, said))

    return source


def _check_excused(planner: Planner, findings: Iterable[Finding], shown: Shown, what: str) -> None:
    for path in dict.fromkeys(finding.path for finding in findings):
        found = planner.engine.check(path).findings
        left = {one.identity: one.note for one in found if not one.excuse}
        still = next((one for one in findings if one.path == path and one.identity in left), None)
        if still is not None:
            reason = left[still.identity] or "it does not reach the finding"
            raise UserError(f"{shown(path)}: the {what} would not excuse {still.rule}: {reason}")


def _preview(
    path: str, name: str, texts: tuple[Source, Source], findings: Iterable[Finding], *, central: bool
) -> Preview:
    before, after = texts
    diff = between(name, before.text, after.text)
    keys = tuple(dict.fromkeys(finding.identity for finding in findings))
    old = before.encoded() if before.text or before.bom else None
    return Preview(path, diff, after.encoded(), keys, central, old)
