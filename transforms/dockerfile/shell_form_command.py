"""CMD or ENTRYPOINT in shell form.

## Why
In shell form a shell is process 1 and the program its child. `docker stop` sends its signal to the shell, which passes
nothing on: the program is killed ten seconds later in the middle of its work.

## Fix
Writes the words of the command as a JSON array, when it is one simple command. A command that uses variables, pipes or
anything else of a shell is only reported.

## Risk
low: same program, same arguments; it becomes process 1, gets SIGTERM itself and has to reap its children. medium where
ENTRYPOINT and CMD mean something else together than before, or a script may lack its first line.

## References
- https://docs.docker.com/reference/dockerfile/#shell-and-exec-form
- https://docs.docker.com/reference/build-checks/json-args-recommended/
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from fixer.finding import Finding, Fix, Level, Risk, Severity
from fixer.kinds.dockerfile import Instruction, Stage, Start
from fixer.kinds.dockerfile_scripts import script_text
from fixer.kinds.dockerfile_shell import simple_argv, why_not_simple
from fixer.rule import rule

QUOTED_LIST = re.compile(r"\[\s*'[^']*'(?:\s*,\s*'[^']*')*\s*\]")
# Images whose entrypoint, if they have one, hands a command on as it is.
TRANSPARENT = frozenset({"base-os", "language-runtime", "builder"})


@rule(
    Severity.LOW,
    levels=(Level.WARN, Level.WARN, Level.WARN),
    aliases=("DF-065", "DL3025", "JSONArgsRecommended", "Not Using JSON In CMD And ENTRYPOINT Arguments"),
)
def shell_form_command(instruction: Start) -> Iterator[Finding]:
    """Find CMD and ENTRYPOINT in shell form."""
    stage = instruction.stage
    if stage is None or instruction.raw.argv is not None:
        return

    if not instruction.text or instruction.raw.shell is not None or overridden(stage, instruction):
        return

    message = f"{instruction.keyword} is in shell form"
    cap = Level.DENY if stage.shipped or any(child.shipped for child in stage.children) else Level.INFO
    argv = quoted_list(instruction.text) or simple_argv(instruction.text)
    reason = why_not(stage, instruction, argv)
    if reason or argv is None:
        yield instruction.finding(message, unfixable=reason, cap=cap)
        return

    doubts = tuple(doubts_of(stage, instruction, argv))
    fix = Fix("Use exec form", Risk.MEDIUM if doubts else Risk.LOW, (instruction.exec_form(argv),), doubts)
    yield instruction.finding(message, fix, cap=cap)


def overridden(stage: Stage, instruction: Instruction) -> bool:
    """Whether a later instruction of the stage takes its place."""
    return any(one.index > instruction.index for one in stage.of(instruction.keyword))


def quoted_list(text: str) -> tuple[str, ...] | None:
    """Return the words of an array that is none, because its quotes are single ones."""
    return tuple(re.findall(r"'([^']*)'", text)) if QUOTED_LIST.fullmatch(text) else None


def why_not(stage: Stage, instruction: Instruction, argv: tuple[str, ...] | None) -> str | None:
    """Return why there is no fix, as a sentence."""
    if stage.windows or instruction.raw.escape == "`":
        return "on Windows the words of a command depend on its program"

    if argv is None:
        clause = why_not_simple(instruction.text)
        return f'{clause}: write ["sh", "-c", "exec ..."], or start it from a script'

    text = script_text(stage, argv[0]) if "/" in argv[0] else None
    if text is not None and not text.startswith("#!"):
        return f"{argv[0]} has no first line that names its interpreter (#!): give it one"

    return None


def doubts_of(stage: Stage, instruction: Instruction, argv: tuple[str, ...]) -> Iterator[str]:
    """Yield what makes the change riskier, as clauses."""
    if instruction.keyword == "ENTRYPOINT" and stage.cmd:
        yield "CMD, which the shell ignored until now, becomes its arguments"

    if instruction.keyword == "CMD":
        if stage.entrypoint and stage.entrypoint.raw.argv is not None:
            yield "ENTRYPOINT got `/bin/sh -c` with the command until now"
        elif stage.entrypoint is None and stage.facts.role not in TRANSPARENT:
            yield "the image may have an ENTRYPOINT, which got `/bin/sh -c` with the command until now"

    if argv[0].endswith(".sh") and script_text(stage, argv[0]) is None:
        yield f"{argv[0]} is not in the project, and would have to begin with #!"
