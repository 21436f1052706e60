"""How a stage that starts as root gets another user."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from fixer.finding import Operation, Risk
from fixer.formats.dockerfile import Line
from fixer.kinds import dockerfile_shell as shell
from fixer.kinds.dockerfile_instruction import Instruction
from fixer.kinds.dockerfile_owner import Owner, given_away, needs_owner
from fixer.kinds.dockerfile_root import doubts
from fixer.kinds.dockerfile_service import writes
from fixer.kinds.dockerfile_stage import Stage
from fixer.kinds.dockerfile_user import Account, accounts, changes_accounts, known_accounts
from fixer.kinds.dockerfile_variables import used
from fixer.kinds.parameters import AccountName, UserId
from fixer.knowledge.images import ImageFacts
from fixer.knowledge.quantities import whole
from fixer.knowledge.users import how
from fixer.rule import origin

# The number that the first account without one gets.
FIRST = 1000
_PLAIN_PATH = re.compile(r"/[A-Za-z0-9_./-]+")
_TOOLS = {"debian": "useradd", "ubuntu": "useradd", "alpine": "adduser", "fedora": "useradd"}


class UserParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The account that is made, where image and file have none: that of pack opa-baseline.

    user_name: name of the account that is made
    uid: its number, and that of an account of the file that has none
    gid: number of its group; without one that of the account
    fallback_uid: number of both where the first one may be taken
    """

    user_name: AccountName = "appuser"
    uid: UserId = FIRST
    gid: UserId | None = None
    fallback_uid: UserId = 10001

    @property
    def policy(self) -> str:
        """Where name and numbers come from, as a clause."""
        return policy_of(self)


def policy_of(params: msgspec.Struct) -> str:
    """Return where numbers of an account come from, as a clause."""
    return f"setting of {origin(params, 'pack opa-baseline')}"


class Plan(msgspec.Struct, frozen=True):
    """How a stage gets a user.

    `user` is the value of USER, `commands` are run before it by root, `more` are the operations that go with it.
    """

    user: str
    because: tuple[str, ...]
    commands: tuple[str, ...] = ()
    more: tuple[Operation, ...] = ()
    risk: Risk = Risk.MEDIUM


def plan(stage: Stage, params: UserParams) -> Plan | str:
    """Return how the stage gets a user, or why that is not known, as a sentence."""
    if stage.windows:
        because = "Windows images have the account ContainerUser"
        return Plan("ContainerUser", (because, *doubts(stage)), risk=Risk.HIGH)

    made = [account for account in accounts(stage) if account.at.stage in stage.chain]
    found = _own_account(stage, made[-1], params) if made else _new_account(stage, params)
    return found if isinstance(found, str) else _completed(stage, found, made)


def _completed(stage: Stage, found: Plan, made: list[Account]) -> Plan:
    """Return the plan with the ownership of what the program writes, and the doubts."""
    owner = owner_of(found.user)
    commands = (*found.commands, *(_ownership(stage, found.user) if owner else ()))
    reasons = dict.fromkeys((*doubts(stage), *_without_account(stage, found.commands, made)))
    return Plan(
        found.user,
        (*found.because, *reasons),
        commands if can_run(stage) else (),
        (*found.more, *(_copies(stage, owner) if owner else ())),
        Risk.HIGH if reasons else Risk.MEDIUM,
    )


def _own_account(stage: Stage, account: Account, params: UserParams) -> Plan | str:
    if account.number:
        known = all(name in stage.scope for name in used(account.number.text))
        return Plan(account.number.text if known else str(account.number.value), (account.number.because,))

    numbered = give_number(stage, account, params.uid, params.fallback_uid)
    if numbered is None:
        return f"the account {account.name} has no number that is known: give it one, and name it in USER"

    operation, uid = numbered
    return Plan(str(uid), (f"account {account.name} gets the number {uid}: {params.policy}",), more=(operation,))


def give_number(stage: Stage, account: Account, wanted: int, fallback: int) -> tuple[Operation, int] | None:
    """Return the operation that gives an account a number of its own; None where it has one or cannot get one.

    `fallback` is its number where the wanted one may be taken.

    Accounts without a number that are made before it may have taken the one that it would get.
    """
    if not account.unnumbered or account.at.stage is None or account.at.script is None:
        return None

    taken = set(known_accounts(stage)) | set(known_accounts(account.at.stage))
    made = accounts(account.at.stage)
    before = made[: made.index(account)] if account in made else made
    first = not any(other.unnumbered and not other.system for other in before)
    free = (wanted != FIRST or account.at.stage.facts.uid_1000 == "") and wanted not in taken and first
    uid = wanted if free else fallback
    if uid in taken:
        return None

    command = account.added.command
    short = command.name == "adduser" and not any(name[:2] == "--" for name in account.added.options)
    return account.at.put_word(command, command.offset, f"{'-u' if short else '--uid'} {uid}"), uid


def _new_account(stage: Stage, params: UserParams) -> Plan | str:
    facts = _facts_for_account(stage)
    if facts.account and changes_accounts(stage, facts.account.name):
        return f"its steps change the account {facts.account.name}: name its number in USER"

    name, fallback = params.user_name, params.fallback_uid
    wanted = params.uid, params.gid or params.uid
    numbers = (fallback, fallback) if _taken(stage, facts, *wanted) else wanted
    new = how(facts, *numbers, name, fallback)
    if new and not new.commands:
        # A number alone clashes with nothing.
        numbers = wanted
        new = how(msgspec.structs.replace(facts, uid_1000=""), *numbers, name, fallback)

    assert new is not None, "only Windows and images that give up root themselves have no way"
    because = f"user {new.user}: {params.policy}"
    if new.commands and numbers != wanted:
        taken = " or ".join(str(number) for number in dict.fromkeys(wanted))
        because += f", {fallback} because {taken} may be taken in the image"

    said = bool(new.commands) or (params != UserParams() and new.user == f"{wanted[0]}:{wanted[1]}")
    return Plan(new.user, (new.because, because) if said else (new.because,), new.commands)


def _facts_for_account(stage: Stage) -> ImageFacts:
    """Return the facts with what the stage itself tells: its family, that its own entrypoint drops nothing."""
    facts = msgspec.structs.replace(stage.facts, drops_privileges=None)
    if facts.family is None and stage.family:
        because = facts.evidence or f"{stage.family}, as its tag or its package manager tells"
        facts = msgspec.structs.replace(
            facts, family=stage.family, user_tools=_TOOLS.get(stage.family, "none"), evidence=because
        )

    return facts if can_run(stage) else msgspec.structs.replace(facts, user_tools="none")


def _taken(stage: Stage, facts: ImageFacts, uid: int, gid: int) -> bool:
    """Whether number or group may be taken in the image; `how` knows what to do about an account with the number."""
    if FIRST in {uid, gid} and (facts.uid_1000 is None or (uid != FIRST and facts.uid_1000)):
        return True

    return any(
        added.option("-g", "--gid") == str(gid)
        for one in stage.all_of("RUN")
        if "group" in one.content
        for added in shell.groups(one.commands)
    )


def can_run(stage: Stage) -> bool:
    """Whether a RUN with POSIX commands can be added at the end of the stage."""
    last = stage.instructions[-1].raw
    posix = last.shell is None or (last.shell and last.shell[0].rpartition("/")[2] in {"sh", "bash", "ash", "dash"})
    return bool(posix) and stage.facts.shell != "" and stage.facts.family not in {"scratch", "distroless"}


def _without_account(stage: Stage, commands: tuple[str, ...], made: list[Account]) -> Iterator[str]:
    facts = stage.facts
    if commands or made or facts.family in {"scratch", "distroless"} or (facts.account and facts.account.uid):
        return

    yield "the number has no account, so HOME is / and programs that ask for their user's name fail"


def owner_of(user: str) -> Owner | None:
    """Return the owner for files of `user`; None when it is no number."""
    uid, _, gid = user.partition(":")
    number, group = whole(uid), whole(gid or uid)
    return None if number is None or group is None else Owner(number, group)


def _ownership(stage: Stage, user: str) -> Iterator[str]:
    paths = dict.fromkeys(write.path for write in writes(stage))
    own = [path for path in sorted(paths) if _PLAIN_PATH.fullmatch(path) and not given_away(stage, path)]
    if new := [path for path in own if path in stage.volumes]:
        yield f"mkdir -p {' '.join(new)}"

    if own:
        yield f"chown {user} {' '.join(own)}"


def _copies(stage: Stage, owner: Owner) -> Iterator[Operation]:
    for one in stage.of("COPY", "ADD"):
        if needs_owner(stage, one):
            yield one.set_flag("chown", owner.text)


def lines(stage: Stage, found: Plan, anchor: Instruction | None = None) -> tuple[Operation, ...]:
    """Return the operations of a plan; USER takes the place of `anchor`, else it goes to the end of the stage."""
    user = Line("USER", found.user)
    run = Line("RUN", commands=found.commands)
    if anchor:
        made = (anchor.before(run),) if found.commands else ()
        return (*found.more, *made, anchor.set_text(found.user))

    volume = _volume_behind(stage)
    if found.commands and volume:
        return (*found.more, volume.before(run), *stage.at_end(user))

    return (*found.more, *stage.at_end(*((run,) if found.commands else ()), user))


def _volume_behind(stage: Stage) -> Instruction | None:
    """Return the first VOLUME when no RUN follows it: what is done to its path must be done before."""
    first = next(stage.of("VOLUME"), None)
    return first if first and all(one.index < first.index for one in stage.of("RUN")) else None
