"""A health probe, and how each kind of file writes it."""

from __future__ import annotations

import re

import msgspec

_PLAIN = r"[A-Za-z0-9_@%+=:,./-]+"


class Probe(msgspec.Struct, frozen=True):
    """A health command: either `argv`, which needs no shell, or `shell`, a line of one (`$` is not doubled).

    `because` says why this one, as a clause. `sure` is false when something that it rests on could not be verified.
    `exits` says that the command ends with 0 or 1 and nothing else.
    """

    argv: tuple[str, ...] | None
    shell: str | None
    because: str
    sure: bool = True
    exits: bool = False


def dockerfile_command(probe: Probe, *, has_shell: bool = True) -> tuple[str, ...] | str:
    """Return what follows HEALTHCHECK CMD: the line of the shell form, or the argv of the exec form.

    The shell form is taken where a shell must put in variables, or turn a code that Docker reserves into 1.
    """
    if probe.argv is None:
        return probe.shell or ""

    variables = any("$" in word for word in probe.argv)
    if not has_shell or (probe.exits and not variables):
        return probe.argv

    line = " ".join(quoted(word) for word in probe.argv)
    return line if probe.exits else f"{line} || exit 1"


def compose_test(probe: Probe) -> list[str]:
    """Return the value of `healthcheck.test`, with `$` doubled."""
    words = ["CMD", *probe.argv] if probe.argv is not None else ["CMD-SHELL", probe.shell or ""]
    return [word.replace("$", "$$") for word in words]


def kubernetes_command(probe: Probe, shell: str = "/bin/sh") -> list[str]:
    """Return the value of `exec.command`; `shell` is the path of the shell of the image.

    `$(NAME)` in a command is a variable to Kubernetes, so a shell's command substitution is written `$$(`.
    """
    words = list(probe.argv) if probe.argv is not None else [shell or "/bin/sh", "-c", probe.shell or ""]
    return [word.replace("$(", "$$(") for word in words]


def quoted(word: str) -> str:
    """Return `word` as a word of a shell line, in double quotes where those keep it readable."""
    if re.fullmatch(_PLAIN, word):
        return word

    if "'" in word and not re.search(r'["$`\\!]', word):
        return f'"{word}"'

    return "'" + word.replace("'", "'\"'\"'") + "'"
