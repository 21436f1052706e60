"""Package lists of apt stay in the image.

## Why
`apt-get update` downloads some 20 to 40 MB of package lists. What one RUN writes and a later one removes stays in the
image; only the RUN that made the lists can leave them out.

## Fix
Appends `rm -rf /var/lib/apt/lists/*` to the RUN. Left alone where a later RUN of the stage, or of a stage that starts
from it, installs packages without an update of its own: it lives on these lists.

## Risk
safe: the lists are only input for apt. medium where a later RUN starts a script that could not be
read, or a Makefile.

## References
- https://docs.docker.com/build/building/best-practices/#apt-get
- https://github.com/hadolint/hadolint/wiki/DL3009
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator

from fixer.finding import Finding, Fix, Level, Risk, Severity
from fixer.kinds.dockerfile import Instruction, Run, Stage
from fixer.kinds.dockerfile_shell import Command, sub_command
from fixer.kinds.dockerfile_stage import per_stage
from fixer.kinds.dockerfile_started import Started, started
from fixer.rule import rule

LISTS = "/var/lib/apt/lists/*"
APT = frozenset({"apt-get", "apt", "aptitude"})
# Sub-commands that read the lists.
READERS = frozenset(
    {"install", "upgrade", "dist-upgrade", "full-upgrade", "build-dep", "source", "download", "satisfy"}
)
CLEANERS = frozenset({"dist-clean", "distclean"})
# What is noted about steps, in their order: the number of the step, and a text.
Notes = list[tuple[int, str]]


@rule(
    Severity.LOW,
    levels=(Level.WARN, Level.WARN, Level.WARN),
    aliases=("DF-044", "DL3009", "Apt Get Install Lists Were Not Deleted", "DKL-DI-0005"),
)
def leftover_apt_lists(instruction: Run) -> Iterator[Finding]:
    """Find RUNs that update the lists of apt and leave them behind."""
    stage = instruction.stage
    content = instruction.content
    if stage is None or "apt" not in content or content.rfind("update") <= content.rfind("/var/lib/apt/lists"):
        return

    if mounted(instruction):
        return

    updates = [command for command in instruction.commands if is_update(command)]
    if not updates or cleaned(instruction, updates[-1]):
        return

    message = "leaves the package lists of apt behind"
    cap = Level.DENY if shipped(stage) else Level.INFO
    if reason := why_not(instruction, stage):
        yield instruction.finding(message, unfixable=reason, cap=cap)
        return

    unread = later(instruction, stage, unread_scripts)
    because = (f"what {unread} does, which a later RUN starts, was not read",) if unread else ()
    words = (*prefix(updates[-1]), "rm", "-rf", LISTS)
    fix = Fix("Remove the package lists", Risk.MEDIUM if unread else Risk.SAFE, (instruction.append(*words),), because)
    yield instruction.finding(message, fix, cap=cap)


def mounted(instruction: Instruction) -> bool:
    """Whether the lists are kept out of the layer by a mount."""
    mounts = [flag.value for flag in instruction.raw.flags if flag.name == "mount"]
    return any(("type=cache" in value or "type=tmpfs" in value) and "/var/lib/apt" in value for value in mounts)


def is_update(command: Command) -> bool:
    """Whether a command downloads the lists."""
    return command.name in APT and sub_command(command) == "update"


def cleaned(instruction: Instruction, update: Command) -> bool:
    """Whether a command behind the last update removes the lists."""
    behind = [command for command in instruction.commands if command.index > update.index]
    if any(command.name in APT and sub_command(command) in CLEANERS for command in behind):
        return True

    words = (word for command in behind for word in command.arguments)
    return any("/var/lib/apt" in word or ("/var/lib" in word and "apt" in word) for word in words)


def shipped(stage: Stage) -> bool:
    """Whether the layers of the stage are in an image that is shipped."""
    return stage.shipped or any(child.shipped for child in stage.children)


def why_not(instruction: Instruction, stage: Stage) -> str | None:
    """Return why the lists have to stay, as a sentence."""
    script = instruction.script
    if script and script.unappendable:
        return f"the RUN ends with {script.unappendable}: put the removal where it is reached"

    if stage.file.base_of:
        return f"{stage.file.base_of} starts from this image and may install without an update of its own"

    for user in (stage, *stage.children):
        if user.command and " ".join(user.command.argv).find("install") > 0 and "apt" in " ".join(user.command.argv):
            return f"the command of {user.label} installs when the container starts"

    return later(instruction, stage, needing_lists)


def later(instruction: Instruction, stage: Stage, about: Callable[[Stage], Notes]) -> str | None:
    """Return the first note about steps that find what the RUN left: those behind it, and those of stages from it."""
    notes = about(stage)
    behind = bisect_right(notes, instruction.index, key=lambda note: note[0])
    if behind < len(notes):
        return notes[behind][1]

    return next((text for child in stage.children for _, text in about(child)), None)


@per_stage
def needing_lists(stage: Stage) -> Notes:
    """Return why lists have to stay that a step of the stage finds, by the number of the step."""
    notes = []
    for one in stage.of("RUN", "ONBUILD"):
        if one.keyword == "RUN" and one.script is None and "apt" in one.content and one.raw.argv is None:
            notes.append((one.index, f"{one.place} cannot be read, and may install without an update of its own"))
        elif lives_on_lists(one):
            notes.append((one.index, f"{one.place} installs without an update of its own: give it one first"))

    return notes


def lives_on_lists(one: Instruction) -> bool:
    """Whether a step reads lists that it did not download itself."""
    if one.keyword == "ONBUILD" or one.raw.argv is not None:
        own = "apt" in one.content and "install" in one.text and "update" not in one.text
        return own or any(lists_wanted(script.text) for script in started(one))

    scripts = {script.command for script in scripts_before_update(one) if lists_wanted(script.text)}
    for command in one.commands:
        if is_update(command):
            return False

        if command.index in scripts:
            return True

        if command.name in APT and sub_command(command) in READERS and not local(command):
            return True

    return False


def local(command: Command) -> bool:
    """Whether all that is installed are files."""
    names = [word for word in command.arguments[1:] if not word.startswith("-")]
    return bool(names) and all(name.endswith(".deb") for name in names)


def scripts_before_update(one: Instruction) -> list[Started]:
    """Return the scripts that a step starts while it has no lists of its own."""
    first = min((command.index for command in one.commands if is_update(command)), default=len(one.commands) + 1)
    return [script for script in started(one) if script.command < first]


def lists_wanted(text: str | None) -> bool:
    """Whether a script installs before it updates."""
    if text is None or "apt" not in text or "install" not in text:
        return False

    return not 0 <= text.find(" update") < text.find(" install")


@per_stage
def unread_scripts(stage: Stage) -> Notes:
    """Return the scripts of steps of the stage that could not be read, by the number of the step."""
    return [
        (one.index, script.path)
        for one in stage.of("RUN", "ONBUILD")
        for script in scripts_before_update(one)
        if script.text is None
    ]


def prefix(command: Command) -> tuple[str, ...]:
    """Return `sudo` when the update needed it."""
    return ("sudo",) if command.offset and command.words[0].text == "sudo" else ()
