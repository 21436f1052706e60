"""What the shell commands of a RUN do to the image: packages, accounts, owners of paths."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from fixer.formats.shell import Command, simple_argv, why_not_simple

__all__ = [
    "Added",
    "Command",
    "accounts",
    "family_of",
    "groups",
    "installs",
    "is_manager",
    "owned",
    "packages",
    "programs",
    "simple_argv",
    "sub_command",
    "sub_command_place",
    "unquoted",
    "why_not_simple",
]

# Package managers: their sub-commands that install, and the options of theirs that take a value.
_MANAGERS = {
    "apt-get": ({"install"}, frozenset({"-t", "-o", "-c", "-a", "--target-release", "--option", "--config-file"})),
    "apt": ({"install"}, frozenset({"-t", "-o", "-c", "--target-release", "--option", "--config-file"})),
    "aptitude": ({"install"}, frozenset({"-t", "-o"})),
    "apk": (
        {"add"},
        frozenset({"-t", "--virtual", "-X", "--repository", "-p", "--root", "--arch", "--repositories-file"}),
    ),
    "yum": ({"install", "localinstall", "groupinstall"}, frozenset({"-c", "-x", "--releasever"})),
    "dnf": ({"install", "groupinstall"}, frozenset({"-c", "-x", "--releasever", "--setopt"})),
    "microdnf": ({"install"}, frozenset({"--setopt"})),
    "tdnf": ({"install"}, frozenset[str]()),
    "zypper": ({"install", "in"}, frozenset({"-R", "--root", "-r", "--repo"})),
}
_FAMILY_OF_MANAGER = {
    "apt-get": "debian", "apt": "debian", "aptitude": "debian", "apk": "alpine", "yum": "fedora", "dnf": "fedora",
    "microdnf": "ubi-minimal", "tdnf": "azurelinux", "zypper": "suse",
}  # fmt: skip
# Packages that bring programs under another name; most packages have the name of their program.
_PROGRAMS = {
    "python3": ("python3",), "python3-minimal": ("python3",), "python3.11": ("python3.11",), "nodejs": ("node",),
    "netcat": ("nc",), "netcat-openbsd": ("nc",), "netcat-traditional": ("nc",), "nmap-ncat": ("nc", "ncat"),
    "busybox-extras": ("nc",), "postgresql-client": ("psql", "pg_isready"), "redis-tools": ("redis-cli",),
    "default-mysql-client": ("mysql", "mysqladmin"), "mysql-client": ("mysql", "mysqladmin"),
    "mariadb-client": ("mysql", "mysqladmin"), "php-cli": ("php",), "python-is-python3": ("python", "python3"),
    "python": ("python",), "curl-minimal": ("curl",),
}  # fmt: skip
_VERSIONED = re.compile(r"(?:python|php|ruby|node|nodejs|postgresql|postgresql-client)-?[0-9][0-9.]*(?:-cli)?")
_ACCOUNT_TOOLS = frozenset({"useradd", "adduser"})
_GROUP_TOOLS = frozenset({"groupadd", "addgroup"})
# Short options with a value.
_VALUED = {"useradd": "bcdefgGkKpsuRPZ", "adduser": "hgsGuk", "groupadd": "gKpRP", "addgroup": "g"}
_LONG_VALUED = frozenset({
    "--uid", "--gid", "--groups", "--home-dir", "--home", "--base-dir", "--comment", "--expiredate", "--inactive",
    "--skel", "--password", "--shell", "--ingroup", "--gecos", "--conf", "--key", "--root", "--prefix",
})  # fmt: skip
_QUOTES = re.compile(r"""^(["'])(.*)\1$""")


class Added(msgspec.Struct, frozen=True):
    """An account or a group that a command makes.

    The words are as written: they may hold variables. `options` are by letter or long name; `tool` is useradd, adduser,
    groupadd or addgroup. `command` is the number of the command in its RUN.
    """

    tool: str
    name: str
    options: dict[str, str]
    command: Command

    def option(self, *names: str) -> str:
        """Return the value of the first option among `names` that is given, else ""."""
        return next((self.options[name] for name in names if name in self.options), "")


def is_manager(command: Command) -> bool:
    """Whether the command is a package manager of a distribution."""
    return command.name in _MANAGERS


def family_of(command: Command) -> str | None:
    """Return the family of distributions that a package manager belongs to."""
    return _FAMILY_OF_MANAGER.get(command.name)


def sub_command(command: Command) -> str:
    """Return the first argument that is no option nor the value of one, "" when there is none."""
    position = sub_command_place(command)
    return command.words[position].text if position is not None else ""


def sub_command_place(command: Command) -> int | None:
    """Return the number of the word that is the sub-command."""
    valued = _MANAGERS.get(command.name, ({}, frozenset()))[1]
    position = command.offset + 1
    while position < len(command.words):
        text = command.words[position].text
        if not text.startswith("-"):
            return position

        position += 2 if text in valued else 1

    return None


def installs(command: Command) -> bool:
    """Whether the command installs packages of the distribution."""
    found = _MANAGERS.get(command.name)
    return found is not None and sub_command(command) in found[0]


def packages(command: Command) -> tuple[str, ...]:
    """Return the packages that a command installs, without their versions; variables stay."""
    place = sub_command_place(command)
    if place is None or not installs(command):
        return ()

    valued = _MANAGERS[command.name][1]
    found = []
    position = place + 1
    while position < len(command.words):
        text = command.words[position].text
        position += 2 if text in valued else 1
        if not text.startswith("-"):
            found.append(_bare(text))

    return tuple(found)


def _bare(word: str) -> str:
    word = unquoted(word)
    return re.split(r"[=~<>:]", word, maxsplit=1)[0] if "$" not in word and "/" not in word else word


def programs(package: str) -> tuple[str, ...]:
    """Return the programs that a package brings, as far as its name tells."""
    if package in _PROGRAMS:
        return _PROGRAMS[package]

    if match := _VERSIONED.fullmatch(package):
        name = re.sub(r"[0-9.-].*", "", match[0])
        return {"php": ("php",), "ruby": ("ruby",), "python": ("python3",)}.get(name, ())

    return (package,)


def accounts(commands: Sequence[Command]) -> Iterator[Added]:
    """Yield the accounts that commands make, in their order."""
    for command in commands:
        if command.name in _ACCOUNT_TOOLS and (added := _added(command)):
            yield added


def groups(commands: Sequence[Command]) -> Iterator[Added]:
    """Yield the groups that commands make, in their order."""
    for command in commands:
        if command.name in _GROUP_TOOLS and (added := _added(command)):
            yield added


def _added(command: Command) -> Added | None:
    options: dict[str, str] = {}
    free: list[str] = []
    words = [unquoted(word.text) for word in command.words[command.offset + 1 :]]
    position = 0
    while position < len(words):
        word = words[position]
        following = words[position + 1] if position + 1 < len(words) else ""
        position += 1
        if word.startswith("--"):
            name, equals, value = word.partition("=")
            takes = not equals and name in _LONG_VALUED
            options[name] = following if takes else value
            position += takes
        elif word.startswith("-") and len(word) > 1:
            position += _letters(command.name, word[1:], following, options)
        else:
            free.append(word)

    # `adduser NAME GROUP` and `addgroup NAME GROUP` put an account into a group.
    return Added(command.name, free[0], options, command) if len(free) == 1 else None


def _letters(tool: str, letters: str, following: str, options: dict[str, str]) -> int:
    """Read a cluster of short options; return how many of the following words it takes."""
    for place, letter in enumerate(letters):
        if letter in _VALUED[tool]:
            rest = letters[place + 1 :]
            options[f"-{letter}"] = rest or following
            return 0 if rest else 1

        options[f"-{letter}"] = ""

    return 0


def owned(commands: Sequence[Command]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield what `chown` is told, and the paths it is told it for."""
    for command in commands:
        if command.name in {"chown", "chgrp"}:
            words = [unquoted(word) for word in command.arguments if not word.startswith("-")]
            if len(words) > 1:
                yield words[0], tuple(words[1:])


def unquoted(word: str) -> str:
    """Return a word without the quotes around it."""
    match = _QUOTES.match(word)
    return match[2] if match else word
