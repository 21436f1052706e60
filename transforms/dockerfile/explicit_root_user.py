"""Last USER of a shipped stage is root.

## Why
`USER root` for a build step, and nobody switches back: the image runs as root although its base image did not.

## Fix
Where the file or the base image had another user before, that user comes back after the last step that needs root. Else
the stage gets a user as `root-user` gives it one; the last `USER root` is replaced when no RUN follows it.

## Risk
medium: as for `root-user`. high where no step follows `USER root`: it may be meant.

## References
- https://docs.docker.com/build/building/best-practices/#user
"""

from __future__ import annotations

from collections.abc import Iterator

from fixer.finding import Finding, Fix, Level, Risk, Severity
from fixer.kinds.dockerfile import Instruction, Line, Stage
from fixer.kinds.dockerfile_plan import UserParams, lines, plan
from fixer.kinds.dockerfile_root import doubts, needs_root
from fixer.kinds.dockerfile_user import numbers, user_at, user_of
from fixer.kinds.dockerfile_variables import used
from fixer.rule import rule


@rule(
    Severity.HIGH,
    levels=(Level.DENY, Level.DENY, Level.DENY),
    aliases=("DF-002", "DL3002", "DS-0002", "DS002", "AVD-DS-0002", "CKV_DOCKER_8", "Last User Is 'root'"),
    params=UserParams,
)
def explicit_root_user(stage: Stage, params: UserParams) -> Iterator[Finding]:
    """Find shipped stages whose own last USER is root."""
    user = user_of(stage)
    at = user.at
    if not stage.shipped or at is None or at.stage is not stage or not user.root:
        return

    message = "its last USER is root"
    if stage.tool:
        reason = "it is an image for development or build machines, whose user is set where it is used"
        yield at.finding(message, unfixable=reason, cap=Level.INFO)
        return

    if names := used(at.text):
        yield at.finding(message, unfixable=f"root is the default of {', '.join(names)}: give it another one")
        return

    fix = needs_root(stage) or restored(stage, at) or made(stage, at, params)
    if isinstance(fix, str):
        yield at.finding(message, unfixable=fix)
        return

    yield at.finding(message, fix)


def restored(stage: Stage, at: Instruction) -> Fix | str | None:
    """Return the fix that brings back the user from before; None without one, a sentence when it has no number."""
    before = [user_at(one) for one in stage.all_of("USER") if one.index < at.index]
    earlier = next((user for user in reversed(before) if user.text is not None and not user.root), None)
    if earlier and earlier.at:
        number = None if earlier.numeric else numbers(stage, earlier.name)[0]
        text, because = (earlier.at.text, f"{earlier.at.place} before it") if earlier.numeric else ("", "")
        if number and not earlier.group:
            text, because = number.text, number.because

        shown = earlier.at.text
    elif not before and stage.facts.root is False:
        text, because, shown = of_image(stage)
    else:
        return None

    if not text:
        return f"switch back to {shown} after the last step that needs root; its number is not known"

    return switched_back(stage, at, text, because)


def of_image(stage: Stage) -> tuple[str, str, str]:
    """Return the user of the base image as a number ("" when it is not known), the evidence, and as it is said."""
    facts = stage.facts
    start = facts.starts_as
    if isinstance(start, int):
        return str(start), f"the image starts as {start} ({facts.evidence})", str(start)

    number = numbers(stage, str(start))[0]
    return (number.text, number.because, str(start)) if number else ("", "", str(start))


def switched_back(stage: Stage, at: Instruction, text: str, because: str) -> Fix:
    """Return the fix: a further USER after the steps that need root, or another user in the place of root."""
    title = f"Switch back to user {text}"
    if any(one.index > at.index for one in stage.of("RUN")):
        reasons = [reason for reason in doubts(stage) if "no command" not in reason]
        risk = Risk.HIGH if reasons and stage.facts.root is not False else Risk.MEDIUM
        return Fix(title, risk, stage.at_end(Line("USER", text)), (because, *(reasons if risk is Risk.HIGH else ())))

    meant = "no step follows it, so root may be meant"
    return Fix(title, Risk.HIGH, (at.set_text(text),), (because, meant))


def made(stage: Stage, at: Instruction, params: UserParams) -> Fix | str:
    """Return the fix that gives the stage a user of its own."""
    found = plan(stage, params)
    if isinstance(found, str):
        return found

    followed = any(one.index > at.index for one in stage.of("RUN"))
    patch = lines(stage, found, None if followed else at)
    return Fix(f"Run as user {found.user}", found.risk, patch, found.because)
