"""Secret in ENV or ARG.

## Why
Values of ENV are in the image for everybody who can pull it; values of ARG are in its history and in provenance
attestations. Removing the line later does not take the value out of images that exist.

## Fix
A build argument that RUN steps of its stage name becomes a secret mount (`RUN --mount=type=secret,id=...,env=...`), and
the ARG goes. Every other secret is reported only: the value has to be replaced by a person, and the program has to get
it from elsewhere.

## Risk
high: every call of the build then needs `--secret id=NAME`, and BuildKit with Dockerfile syntax 1.10 or later.

## References
- https://docs.docker.com/build/building/secrets/
- https://docs.docker.com/reference/build-checks/secrets-used-in-arg-or-env/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

import msgspec

from fixer.finding import Finding, Fix, Level, Operation, Risk, Severity
from fixer.kinds.dockerfile import Instruction, Setting
from fixer.kinds.dockerfile_variables import used
from fixer.knowledge.secrets import is_harmless, is_secret, is_secret_name
from fixer.rule import rule

# The first version of the syntax with `env=` in a secret mount.
SYNTAX = (1, 10)
# What a name or a value that is looked at closely has in it (table KB-7).
TELLS = re.compile(
    r"pass|secret|token|key|cred|auth|bearer|jwt|salt|dsn|pwd|://|AKIA|gh[pousr]_|github_pat_|glpat-|xox[baprs]-|AIza|eyJ|"
    r"sk_live_|npm_|-----BEGIN",
    re.IGNORECASE,
)


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is no secret, whatever it looks like.

    allow_names: names of variables, with `*` and `?`
    allow_values: values, as they are
    """

    allow_names: tuple[str, ...] = ()
    allow_values: tuple[str, ...] = ()


@rule(
    Severity.CRITICAL,
    levels=(Level.DENY, Level.DENY, Level.DENY),
    aliases=(
        "DF-037",
        "DL3064",
        "SecretsUsedInArgOrEnv",
        "DS-0031",
        "DS031",
        "AVD-DS-0031",
        "Secrets Stored In Dockerfile",
        "CIS-DI-0010",
    ),
    params=Params,
)
def secret_in_env(instruction: Setting, params: Params) -> Iterator[Finding]:
    """Find ENV and ARG that hold a secret, or are made to hold one."""
    if not TELLS.search(instruction.text):
        return

    for name, value in instruction.raw.pairs:
        if value in params.allow_values or any(fnmatchcase(name, pattern) for pattern in params.allow_names):
            continue

        literal = is_secret(name, value)
        if not literal and not (is_secret_name(name) and takes_value(value)):
            continue

        fix = mount(instruction, name) if instruction.keyword == "ARG" else None
        message = f"{name} holds a secret" if literal else f"{name} is made to hold a secret"
        yield instruction.finding(
            message,
            fix,
            unfixable=why_not(instruction, name, literal=literal),
            cap=Level.DENY if literal else Level.WARN,
            detail=name,
        )


def takes_value(value: str) -> bool:
    """Whether a value is empty or only refers to another variable."""
    return is_harmless(value) and (not value or "$" in value)


def mount(instruction: Instruction, name: str) -> Fix | None:
    """Return the fix that makes a secret mount of a build argument; None where that is not all that uses it."""
    stage = instruction.stage
    if stage is None or len(instruction.raw.pairs) != 1 or not supports_env(instruction) or stage.children:
        return None

    users = [one for one in stage.instructions if one.index > instruction.index and name in used(one.content)]
    if not users or any(one.keyword != "RUN" or one.raw.flag("mount") is not None for one in users):
        return None

    same = [one for one in stage.of("ARG") if name in dict(one.raw.pairs)]
    if len(same) != 1:
        return None

    value = f"type=secret,id={name},env={name}"
    patch: list[Operation] = [one.set_flag("mount", value) for one in users]
    because = (f"every call of the build then needs --secret id={name}",)
    return Fix("Use a secret mount in place of the build argument", Risk.HIGH, (*patch, instruction.remove()), because)


def supports_env(instruction: Instruction) -> bool:
    """Whether the syntax that the file asks for has `env=` in secret mounts; without one it is that of the builder."""
    syntax = instruction.file.parsed.directives.get("syntax", "")
    match = re.search(r":1\.([0-9]{1,4})", syntax)
    return not match or (1, int(match[1])) >= SYNTAX


def why_not(instruction: Instruction, name: str, *, literal: bool) -> str:
    """Return what is to be done, as a sentence."""
    if instruction.keyword == "ARG":
        return f"pass {name} with RUN --mount=type=secret: build arguments stay in the history of the image"

    if literal:
        return "remove the value, replace it wherever it is in use, and pass the new one at run time"

    return f"pass {name} at run time: what ENV holds stays in the image"
