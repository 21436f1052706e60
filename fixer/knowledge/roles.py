"""What a command line is for: a server, a worker, something that ends by itself, something that gives up root."""

from __future__ import annotations

import re
from collections.abc import Sequence

from fixer.knowledge.commands import SHELLS, Words, base, commands_of, layers_of
from fixer.knowledge.ports import ports_of_command, server_of
from fixer.knowledge.tables import table

_WORKER_SCRIPT = r"(?i)(?:.*[-_.])?(?:worker|consumer|beat|cronjob)s?\.(?:py|js|mjs|cjs|ts|rb|php|jar)"

_ONE_SHOT_SCRIPT = (
    r"(?:.*[-_.])?(?:migrate|migrations?|seed|backup|init[-_]db|setup[-_]db)\.(?:py|js|mjs|cjs|ts|rb|php|sh)"
)
_SCRIPT_WORD = (
    r"(?:pre|post)?(?:test|build|lint|migrate|migration|seed|format|typecheck|db|prisma|compile)s?(?:[:\-].*)?"
)
_INFORMATION = frozenset({"--help", "--version", "-V", "version"})

_INIT_PATHS = frozenset(
    {"/init", "/sbin/init", "/lib/systemd/systemd", "/usr/lib/systemd/systemd", "/usr/sbin/init", "/sbin/my_init"}
)
# What stands in front of the name of an official image.
_OFFICIAL = frozenset({"", "library", "docker.io/library"})
# Setuid root (or with file capabilities) in the usual distributions, and of no use without it.
_GAINING = frozenset({"sudo", "su", "doas", "ping", "ping6", "newuidmap", "newgidmap", "mount", "umount"})
_SHOWN = frozenset({"sudo", "chroot", "setpriv"})


def is_server(argv: Sequence[str]) -> bool:
    """Whether a command line is known to end in a server."""
    last = _last(argv)
    if not last or _informs(last):
        return False

    server = server_of(last)
    serves = server is not None and bool(server.default or server.words or ports_of_command(last))
    return serves or base(last[0]) in table("command_roles")["daemons"]


def is_worker(argv: Sequence[str]) -> bool:
    """Whether a command line is known to end in a worker or a scheduler: long-running, without a port."""
    last = _last(argv)
    if not last or server_of(last):
        return False

    return _listed(last, "workers") or any(re.fullmatch(_WORKER_SCRIPT, base(word)) for word in last[:3])


def is_one_shot(argv: Sequence[str]) -> bool:
    """Whether every command of a command line is known to end by itself: a migration, a test, a backup."""
    commands = commands_of(argv)
    return bool(commands) and all(_ends(command) for command in commands)


def drops_privileges(argv: Sequence[str]) -> str | None:
    """Return the program of a command line that gives up root itself, or cannot do without it; None for none."""
    for words in layers_of(argv):
        name = base(words[0])
        if (
            name in table("command_roles")["droppers"]
            or words[0] in _INIT_PATHS
            or (name in _SHOWN and _changes_user(name, words))
        ):
            return name

    return None


def gains_privileges(argv: Sequence[str]) -> str | None:
    """Return the program of a command line that gains privileges unless it is root already; None for none."""
    return next((name for words in layers_of(argv) if (name := base(words[0])) in _GAINING), None)


def by_entrypoint(image: str, argv: Sequence[str]) -> Words:
    """Return the command line that `argv` becomes behind the entrypoint of an image, where that one is known.

    `image` is a repository without tag. Most such images are a single program, which takes the arguments.
    """
    programs = table("command_roles")["entrypoints"]
    owner, _, name = image.rpartition("/")
    program = programs.get(name if owner in _OFFICIAL else f"{owner.rpartition('/')[2]}/{name}")
    given = bool(argv) and base(argv[0]) in {program, *SHELLS}
    return tuple(argv) if program is None or given or not argv else (program, *argv)


def _changes_user(name: str, words: Words) -> bool:
    options = {"sudo": ("-u", "--user"), "chroot": ("--userspec",), "setpriv": ("--reuid", "--ruid", "--euid")}[name]
    return any(word.startswith(options) for word in words[1:])


def _last(argv: Sequence[str]) -> Words:
    commands = commands_of(argv)
    return commands[-1] if commands else ()


def _informs(command: Words) -> bool:
    return len(command) == 2 and command[1] in _INFORMATION


def _ends(command: Words) -> bool:
    if _informs(command) or re.fullmatch(_ONE_SHOT_SCRIPT, base(command[0])):
        return True

    if server_of(command) or _listed(command, "workers"):
        return False

    if command == ("cat",):
        # With a terminal it waits for input: the usual way to keep a build agent alive.
        return False

    if command[0] == "sleep":
        return len(command) == 2 and re.fullmatch(r"[0-9]{1,4}(\.[0-9]+)?[sm]?", command[1]) is not None

    if command[0] in {"npm", "yarn", "pnpm", "bun"} and _runs_script(command):
        return True

    interpreted = command[0] in {"python", "python3", "node", "ruby", "php", "bun", "deno"}
    return _listed(command, "one_shots") or (interpreted and _one_shot_script(command))


def _one_shot_script(command: Words) -> bool:
    script = next((word for word in command[1:] if not word.startswith("-")), "")
    return re.fullmatch(_ONE_SHOT_SCRIPT, base(script)) is not None


def _runs_script(command: Words) -> bool:
    words = [word for word in command[1:] if not word.startswith("-")]
    if words[:1] in (["run"], ["run-script"]):
        words = words[1:]

    return bool(words) and re.fullmatch(_SCRIPT_WORD, words[0]) is not None


def _listed(command: Words, role: str) -> bool:
    wanted = table("command_roles")[role].get(base(command[0]))
    if wanted is None:
        return False

    return not wanted or any(_is(word, beginning) for word in _sub_commands(command) for beginning in wanted)


def _sub_commands(command: Words) -> list[str]:
    """Return the words that may be the sub-command: the first ones that are neither options nor look like values."""
    return [word for word in command[1:8] if not word.startswith("-") or word == "--wait"][:4]


def _is(word: str, beginning: str) -> bool:
    return word == beginning or (beginning.endswith((":", ".")) and word.startswith(beginning))
