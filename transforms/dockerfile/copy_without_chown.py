"""Copied files that the program writes belong to root.

## Why
COPY and ADD give files to root, whoever the container runs as. A program without root cannot change them: it fails at
its first write, or somebody makes them writable for everybody.

## Fix
Adds `--chown` with the numbers of the user, on paths that the program is known to write: volumes, and the working
directory of programs that write there. Files that it only reads are better left to root.

## Risk
safe: the user gets at least the access it had.

## References
- https://docs.docker.com/reference/dockerfile/#copy---chown---chmod
"""

from __future__ import annotations

from collections.abc import Iterator

from fixer.finding import Finding, Fix, Level, Risk, Severity
from fixer.kinds.dockerfile import Copy, Stage
from fixer.kinds.dockerfile_owner import Owner, needs_owner
from fixer.kinds.dockerfile_user import group_number, numbers, user_of
from fixer.knowledge.quantities import whole
from fixer.rule import rule


@rule(Severity.LOW, levels=(Level.WARN, Level.WARN, Level.WARN), aliases=("DF-007", "COPY without --chown"))
def copy_without_chown(instruction: Copy) -> Iterator[Finding]:
    """Find copied files that the user of the stage writes and does not own."""
    stage = instruction.stage
    if stage is None or not stage.shipped:
        return

    user = user_of(stage)
    if user.text is None or user.root:
        return

    write = needs_owner(stage, instruction)
    if write is None:
        return

    message = f"files below {write.path}, which the program writes, belong to root"
    owner = owner_of(stage)
    if owner is None:
        reason = f"the number of {user.name} is not known: add --chown={user.text}"
        yield instruction.finding(message, unfixable=reason)
        return

    fix = Fix(f"Give them to {owner.text}", Risk.SAFE, (instruction.set_flag("chown", owner.text),), (write.because,))
    yield instruction.finding(message, fix)


def owner_of(stage: Stage) -> Owner | None:
    """Return the numbers of the user of the stage; a group that is not known is the one with the same number."""
    user = user_of(stage)
    if user.numeric:
        uid, group = int(user.name), user.group
    else:
        number, own, _ = numbers(stage, user.name)
        if number is None:
            return None

        uid, group = number.value, user.group or (str(own.value) if own else "")

    if (gid := whole(group or str(uid))) is not None:
        return Owner(uid, gid)

    found = group_number(stage, group)
    return Owner(uid, found.value) if found else None
