"""Who a stage runs as: USER, the account behind its name, and the numbers of that account."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from fixer.kinds import dockerfile_shell as shell
from fixer.kinds.dockerfile_instruction import Instruction
from fixer.kinds.dockerfile_stage import Stage, per_stage
from fixer.kinds.dockerfile_variables import used
from fixer.knowledge.images import ImageFacts
from fixer.knowledge.quantities import whole

_ROOT = frozenset({"", "root", "0", "containeradministrator"})
# Numbers that a family gives to its accounts and groups in every release: base-passwd of Debian, the passwd file of
# Alpine, setup of Fedora.
_ACCOUNTS = {
    "debian": {"daemon": (1, 1), "bin": (2, 2), "www-data": (33, 33), "backup": (34, 34), "nobody": (65534, 65534)},
    "alpine": {"bin": (1, 1), "daemon": (2, 2), "guest": (405, 100), "nobody": (65534, 65534)},
    "distroless": {"nobody": (65534, 65534), "nonroot": (65532, 65532)},
    "wolfi": {"nobody": (65534, 65534), "nonroot": (65532, 65532)},
}
_GROUPS = {
    "debian": {"root": 0, "daemon": 1, "www-data": 33, "staff": 50, "users": 100, "nogroup": 65534},
    "alpine": {"root": 0, "daemon": 2, "www-data": 82, "users": 100, "nobody": 65534, "nogroup": 65533},
    "distroless": {"root": 0, "nobody": 65534, "nonroot": 65532},
    "wolfi": {"root": 0, "nobody": 65534, "nonroot": 65532},
}
_LIKE = {"ubuntu": "debian", "busybox": "busybox", "chainguard": "wolfi"}
# Before the commands are read: whether one of these changes is there at all.
_CHANGES = re.compile(r"usermod|groupmod|userdel|deluser|groupdel|delgroup|/etc/passwd")
_NUMBERS = frozenset({"-u", "--uid", "-g", "--gid"})
_RPM = frozenset({"fedora", "ubi", "ubi-minimal", "rhel", "centos", "rocky", "alma", "amazonlinux", "suse"})


class User(msgspec.Struct, frozen=True):
    """Who the container starts as.

    `text` is the value of USER with its variables put in, None when one is not known. `at` is the USER; None when the
    user is that of the image.
    """

    text: str | None
    at: Instruction | None

    @property
    def name(self) -> str:
        """The part in front of the colon."""
        return (self.text or "").partition(":")[0]

    @property
    def group(self) -> str:
        """The part behind the colon."""
        return (self.text or "").partition(":")[2]

    @property
    def root(self) -> bool:
        """Whether it is root."""
        return self.text is not None and self.name.lower() in _ROOT

    @property
    def numeric(self) -> bool:
        """Whether it is a number."""
        return whole(self.name) is not None


class Number(msgspec.Struct, frozen=True):
    """A number of an account: how it is written (a number, or a variable that holds one), its value, the evidence."""

    text: str
    value: int
    because: str


class Account(msgspec.Struct, frozen=True):
    """An account that the chain makes; `number` is None when none is given to it, or it is not known."""

    name: str
    number: Number | None
    group: Number | None
    added: shell.Added
    at: Instruction

    @property
    def unnumbered(self) -> bool:
        """Whether the command that makes it leaves its number open."""
        return not self.added.option("-u", "--uid")

    @property
    def system(self) -> bool:
        """Whether it is an account of the system, which gets a number below 1000."""
        return not {"-r", "-S", "--system"}.isdisjoint(self.added.options)


@per_stage
def user_of(stage: Stage) -> User:
    """Return who a container of the stage starts as."""
    if at := stage.last("USER"):
        return user_at(at)

    start = stage.facts.starts_as
    return User(None if start is None else str(start), None)


def user_at(at: Instruction) -> User:
    """Return what a USER says; a variable of the image is looked up in what is known about it."""
    text = at.expand(at.text)
    if text is None and at.stage and used(at.text) == ["APP_UID"]:
        account = at.stage.facts.account
        text = str(account.uid) if account and account.name == "app" and account.uid else None

    return User(text, at)


@per_stage
def accounts(stage: Stage) -> list[Account]:
    """Return the accounts that the chain makes; with `/etc/passwd` of another stage come those of that stage."""
    found = []
    for one in stage.all_of("RUN"):
        if "useradd" in one.content or "adduser" in one.content:
            found += [_account(stage, one, added) for added in shell.accounts(one.commands)]

    for one in stage.all_of("COPY"):
        source = stage.file.stage(one.raw.flag("from") or "-")
        if source and source.number < stage.number and "/etc/passwd" in one.text:
            found += accounts(source)

    return found


def _account(stage: Stage, one: Instruction, added: shell.Added) -> Account:
    tool = _tool(stage, added)
    uid = added.option("-u", "--uid") if tool != "debian" else added.option("--uid")
    given = {"useradd": ("-g", "--gid"), "busybox": ("-G",), "debian": ("--gid", "--ingroup")}[tool]
    group = added.option(*given)
    name = one.expand(added.name) or added.name
    return Account(name, _number(one, added, uid, name), _group(stage, one, group), added, one)


def _tool(stage: Stage, added: shell.Added) -> str:
    """Return whose options the command has: those of useradd, of Debian's adduser, or of busybox."""
    if added.tool == "useradd" or stage.family in _RPM:
        return "useradd"

    long_options = any(option.startswith("--") for option in added.options)
    return "debian" if stage.family in {"debian", "ubuntu"} or long_options else "busybox"


def _number(one: Instruction, added: shell.Added, text: str, name: str) -> Number | None:
    value = one.expand(text) if text and "$(" not in text and not _assigned(one, text) else None
    number = whole(value or "")
    if number is None:
        return None

    return Number(text, number, f"account {name} is made with number {text} by {added.tool}")


def _assigned(one: Instruction, text: str) -> bool:
    """Whether a variable in `text` may be set by the script itself."""
    return any(re.search(rf"\b{name}=", one.content) for name in used(text))


def _group(stage: Stage, one: Instruction, text: str) -> Number | None:
    value = one.expand(text) if text else None
    if not value:
        return None

    if (number := whole(value)) is not None:
        return Number(text, number, f"group {text}")

    return group_number(stage, value)


def group_number(stage: Stage, name: str) -> Number | None:
    """Return the number of a group that the chain makes or that the family knows."""
    for one in stage.all_of("RUN"):
        if "groupadd" not in one.content and "addgroup" not in one.content:
            continue

        for added in shell.groups(one.commands):
            if (one.expand(added.name) or added.name) == name:
                text = added.option("-g", "--gid")
                value = whole((one.expand(text) if text else None) or "")
                return None if value is None else Number(text, value, f"group {name}")

    known = _GROUPS.get(_like(stage.facts), {}).get(name)
    account = stage.facts.account
    if known is None and account and account.name == name and account.gid is not None:
        known = account.gid

    return None if known is None else Number(str(known), known, f"group {name}: {stage.facts.evidence}")


def numbers(stage: Stage, name: str) -> tuple[Number | None, Number | None, Account | None]:
    """Return the numbers of account `name` and of its group, and the account when the chain makes it."""
    if changes_accounts(stage, name):
        return None, None, None

    made = [account for account in accounts(stage) if account.name == name]
    if made:
        return made[-1].number, made[-1].group or group_number(stage, name), made[-1]

    facts = _passwd_of(stage)
    account = facts.account
    if account and account.name == name and account.uid is not None:
        because = f"account {name} has number {account.uid} ({facts.evidence})"
        gid = None if account.gid is None else Number(str(account.gid), account.gid, because)
        return Number(str(account.uid), account.uid, because), gid, None

    known = _ACCOUNTS.get(_like(facts), {}).get(name)
    if known is None or not facts.known:
        return None, None, None

    because = f"account {name} has number {known[0]} in every {facts.family} image"
    return Number(str(known[0]), known[0], because), Number(str(known[1]), known[1], because), None


def changes_accounts(stage: Stage, name: str) -> bool:
    """Whether a step gives account `name` another number, removes it, or edits the passwd file by hand."""
    for one in stage.all_of("RUN"):
        if not _CHANGES.search(one.content):
            continue

        for command in one.commands:
            words = [one.expand(shell.unquoted(word)) for word in command.arguments]
            renumbers = command.name in {"usermod", "groupmod"} and not _NUMBERS.isdisjoint(words)
            removes = command.name in {"userdel", "deluser", "groupdel", "delgroup"}
            edits = command.name in {"sed", "awk", "perl"} and "/etc/passwd" in words
            if edits or ((renumbers or removes) and name in words):
                return True

    return False


def _passwd_of(stage: Stage) -> ImageFacts:
    """Return the facts of the image whose passwd file is in effect."""
    for one in stage.all_of("COPY"):
        source = stage.file.stage(one.raw.flag("from") or "-")
        if source and source.number < stage.number and "/etc/passwd" in one.text:
            return source.facts

    return stage.facts


def _like(facts: ImageFacts) -> str:
    return _LIKE.get(facts.family or "", facts.family or "")


def known_accounts(stage: Stage) -> Iterator[int]:
    """Yield the numbers that accounts of the stage are known to have."""
    for account in accounts(stage):
        if account.number:
            yield account.number.value

    if stage.facts.account and stage.facts.account.uid:
        yield stage.facts.account.uid
