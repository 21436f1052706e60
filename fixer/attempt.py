"""What some fixes would make of the files they touch: their patches lowered, whole or not at all, in every file."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from fixer.finding import Finding, Operation
from fixer.formats.format import FormatError, Lowered, Parsed
from fixer.formats.yaml import NewFile
from fixer.project import Project
from fixer.text import TextError

Patches = dict[str, dict[int, list[Operation]]]


class Attempt(msgspec.Struct, frozen=True):
    """The texts that follow from some fixes, before anything is proven."""

    lowered: Mapping[str, Lowered]
    made: Mapping[str, NewFile]
    done: Mapping[int, Finding]
    refused: Mapping[int, str]


def attempt_of(project: Project, owners: Mapping[int, Finding]) -> Attempt:
    """Return what the fixes of the numbered findings would make of the files; nothing is changed yet.

    A fix over several files that one of them refuses, or puts off, is left out of all.
    """
    active, refused = dict(owners), dict[int, str]()
    while True:
        patches, made = _patches(project, active, refused)
        lowered = {path: _parsed(project, path).lower(patch) for path, patch in patches.items()}
        lost = {owner for one in lowered.values() for owner in (*one.deferred, *one.refused)}
        for one in lowered.values():
            refused.update(one.refused)

        lost |= refused.keys() & active.keys()
        active = {owner: finding for owner, finding in active.items() if owner not in lost}
        if not any(_spreads(owners[owner]) for owner in lost):
            new = {made[owner].path: made[owner] for owner in active if owner in made}
            return Attempt(lowered, new, active, refused)


def _patches(
    project: Project, owners: Mapping[int, Finding], refused: dict[int, str]
) -> tuple[Patches, dict[int, NewFile]]:
    patches: Patches = {}
    made: dict[int, NewFile] = {}
    for owner, finding in owners.items():
        for operation in finding.fix.patch if finding.fix else ():
            if not isinstance(operation, NewFile):
                patches.setdefault(operation.path, {}).setdefault(owner, []).append(operation)
            elif project.exists(operation.path) or operation.path in {one.path for one in made.values()}:
                refused[owner] = f"there is a file called {operation.path} already"
            else:
                made[owner] = operation

    for path in [path for path in patches if not _readable(project, path)]:
        for owner in patches.pop(path):
            refused[owner] = f"{path} cannot be edited"

    return patches, made


def _readable(project: Project, path: str) -> bool:
    try:
        return project.load(path) is not None
    except (TextError, FormatError):
        return False


def _parsed(project: Project, path: str) -> Parsed:
    file = project.load(path)
    assert file is not None, path
    return file.parsed


def _spreads(finding: Finding) -> bool:
    """Whether the fix of a finding touches more than one file."""
    return finding.fix is not None and len({operation.path for operation in finding.fix.patch}) > 1
