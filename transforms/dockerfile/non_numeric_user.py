"""USER is a name, which nobody outside of the image can check.

## Why
With `runAsNonRoot` the kubelet compares the number of the image's user with 0. It does not look into the image for a
name: the pod is refused with "image has non-numeric user".

## Fix
Writes the number of the account, when it is known for certain: from the command that makes the account, or from what is
known about the base image. An account made without a number gets one.

## Risk
safe: the process has the same user, only the spelling changes. medium where the number is the default of a build
argument. low where the account gets the number first that it would have got anyway. medium where that is another one,
as for an account of the system, or where the stage has volumes: their files belong to the number from before.

## References
- https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
- https://github.com/hadolint/hadolint/wiki/DL3066
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from fixer.finding import Finding, Fix, Level, Risk, Severity
from fixer.kinds.dockerfile import Account, Instruction, Stage
from fixer.kinds.dockerfile_plan import FIRST, give_number, policy_of
from fixer.kinds.dockerfile_user import User, group_number, numbers, user_at, user_of
from fixer.kinds.dockerfile_variables import used
from fixer.kinds.parameters import UserId
from fixer.rule import rule


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The number of an account without one: that of pack opa-baseline.

    uid: the number it gets
    fallback_uid: the number it gets where the first one may be taken
    """

    uid: UserId = FIRST
    fallback_uid: UserId = 10001


@rule(Severity.MEDIUM, levels=(Level.WARN, Level.WARN, Level.WARN), aliases=("DF-003", "DL3066"), params=Params)
def non_numeric_user(instruction: Account, params: Params) -> Iterator[Finding]:
    """Find the USER of shipped stages that is a name."""
    if instruction.stage is None or not effective(instruction):
        return

    stage = instruction.stage
    user = user_at(instruction)
    if user.text is None or user.root or user.numeric or stage.windows:
        return

    message = f"the user {user.name} is a name"
    found = fix(stage, instruction, user, params)
    if isinstance(found, str):
        yield instruction.finding(message, unfixable=found)
    else:
        yield instruction.finding(message, found)


def effective(instruction: Instruction) -> bool:
    """Whether a shipped stage ends with this USER."""
    return any(stage.shipped and user_of(stage).at is instruction for stage in instruction.file.stages)


def fix(stage: Stage, instruction: Instruction, user: User, params: Params) -> Fix | str:
    """Return the fix, or why there is none."""
    number, _, account = numbers(stage, user.name)
    group = group_number(stage, user.group) if user.group and not user.group.isdecimal() else None
    if user.group and not user.group.isdecimal() and group is None:
        return f"the number of the group {user.group} is not known: write it here"

    suffix = f":{group.value if group else user.group}" if user.group else ""
    if number:
        text = f"{number.value}{suffix}"
        because = tuple(one.because for one in (number, group) if one)
        variable = argument(account.at if account else instruction, number.text + (group.text if group else ""))
        if variable:
            because = (*because, f"a build may give {variable} another value, and the number here does not follow it")

        risk = Risk.MEDIUM if variable else Risk.SAFE
        return Fix(f"Write the number {text}", risk, (instruction.set_text(text),), because)

    numbered = give_number(stage, account, params.uid, params.fallback_uid) if account else None
    if account is None or numbered is None or account.at.stage not in stage.chain:
        return f"the number of {user.name} is not known: give the account one, and write it here"

    if any(owner and owner[0].isdecimal() for owner in copied_owners(stage)):
        return f"{user.name} gets its number by chance, and files are copied for a number: give the account that one"

    operation, uid = numbered
    patch = (operation, instruction.set_text(f"{uid}{suffix}"))
    reasons = [f"number {uid}: {policy_of(params)}"]
    if other := account.system or uid != FIRST:
        reasons.append("it had another one: what it wrote to volumes and mounts before belongs to that")

    risk = Risk.MEDIUM if other or stage.volumes else Risk.LOW
    return Fix(f"Give {user.name} the number {uid}", risk, patch, tuple(reasons))


def argument(at: Instruction, text: str) -> str | None:
    """Return the first variable in `text` that a build can set, also by way of an ENV."""
    for name in used(text):
        variable = at.scope.get(name)
        if variable is None or variable.argument:
            return name

        for step in at.stage.all_of("ENV") if at.stage else ():
            value = dict(step.raw.pairs).get(name) if step.index == variable.at else None
            if value and (found := argument(step, value)):
                return found

    return None


def copied_owners(stage: Stage) -> Iterator[str]:
    """Yield the owners that COPY and ADD name."""
    return (one.raw.flag("chown") or "" for one in stage.all_of("COPY", "ADD"))
