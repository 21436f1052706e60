"""Writes a suppression: as a comment beside the finding, or as an exemption into the configuration."""

from __future__ import annotations

import os
from collections.abc import Sequence

import msgspec

from fixer.errors import UserError
from fixer.files import FileProblem, read_bytes
from fixer.finding import Finding
from fixer.formats.comments import above
from fixer.formats.format import FormatError
from fixer.policy.place import NAME
from fixer.text import Source, TextError, read


class Ignore(msgspec.Struct, frozen=True):
    """What a person says about a finding: why it may stay, until when (ISO date or ""), where that was decided."""

    reason: str
    expires: str = ""
    issue: str = ""
    approver: str = ""


def comment_of(rules: Sequence[str], said: Ignore) -> str:
    """Return the words of the comment. Raises UserError for a reason that would not be read back."""
    if not said.reason.strip() or "\n" in said.reason or "\r" in said.reason:
        raise UserError("a reason on one line is needed")

    fields = [f"expires={said.expires}"] if said.expires else []
    fields += [f"issue={said.issue}"] if said.issue else []
    return " ".join([f"# fixer: ignore[{', '.join(rules)}] {said.reason.strip()}", *fields])


def commented(source: Source, path: str, start: int, words: str) -> Source:
    """Return the text with a comment on a line of its own above the line at `start`. Raises UserError for JSON."""
    if path.lower().endswith(".json"):
        raise UserError(f"{path}: JSON has no comments; use --central, which writes an exemption into {NAME}")

    return source.edited([above(source, start, words)])


def exempted(source: Source | None, path: str, finding: Finding, rules: Sequence[str], said: Ignore) -> Source:
    """Return the configuration with an exemption for a finding. Raises UserError when it cannot be edited."""
    from fixer.formats.yaml import Append, Habits, Profile, parse, render_file

    fields = {
        "rules": list(rules),
        "path": escaped(finding.path),
        "place": finding.place,
        "reason": said.reason,
        "approver": said.approver,
        "ticket": said.issue,
        "expires": said.expires,
    }
    entry = {key: value for key, value in fields.items() if value}
    if source is None or not source.text.strip():
        return Source(render_file({"exemptions": [entry]}))

    try:
        file = parse(source, path, Habits(Profile.COMPOSE, lambda _: (), indented_lists=True))
        lowered = file.lower({0: [Append(path, 0, ("exemptions",), entry)]})
    except FormatError as error:
        raise UserError(f"{path}:{error.line or 1}: {error.reason}") from None

    if 0 in lowered.refused:
        raise UserError(f"{path}: {lowered.refused[0]}")

    after = source.edited(lowered.edits)
    if reason := file.difference(parse(after, path, file.habits), lowered.effects):
        raise UserError(f"{path}: {reason}")

    return after


def escaped(path: str) -> str:
    """Return a path as a glob that matches just this path, from the root."""
    return "/" + "".join(f"\\{letter}" if letter in "*?[]!#\\" else letter for letter in path)


def present(root: str, path: str) -> Source | None:
    """Return the text of a file; None when there is none. Raises UserError when it cannot be read."""
    if not os.path.lexists(os.path.join(root, path)):
        return None

    try:
        return read(read_bytes(root, path)[0])
    except (FileProblem, TextError) as problem:
        raise UserError(f"{path}: {getattr(problem, 'reason', problem)}") from None
