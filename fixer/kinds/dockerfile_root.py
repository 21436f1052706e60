"""Whether a stage can do without root, and how it gets another user."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from fixer.finding import Operation, Risk
from fixer.formats.dockerfile import Line
from fixer.kinds import dockerfile_shell as shell
from fixer.kinds.dockerfile_instruction import Instruction
from fixer.kinds.dockerfile_owner import Owner, needs_owner
from fixer.kinds.dockerfile_service import commands_with_paths, interactive, ports, programs, scripts, writes
from fixer.kinds.dockerfile_stage import Stage
from fixer.kinds.dockerfile_user import Account, accounts, known_accounts
from fixer.kinds.dockerfile_variables import used
from fixer.knowledge.images import ImageFacts
from fixer.knowledge.roles import drops_privileges
from fixer.knowledge.users import how

UID = 1000
FALLBACK_UID = 10001
NAME = "appuser"
# Servers that start as root, open port and log, and leave the work to processes without privileges.
_MASTERS = frozenset({
    "nginx", "openresty", "httpd", "httpd-foreground", "apache2", "apache2-foreground", "apache2ctl", "apachectl",
    "haproxy", "dovecot", "postfix", "named", "vsftpd", "proftpd", "squid", "smbd", "slapd", "lighttpd", "varnishd",
    "sshd", "cupsd", "mysqld_safe", "rsyslogd", "dnsmasq", "inetd", "xinetd", "openvpn", "keepalived", "dhcpd", "ntpd",
    "chronyd", "telnetd", "stunnel",
})  # fmt: skip
# Programs that only root may use to any effect.
_FOR_ROOT = frozenset({
    "apt-get", "apt", "apk", "yum", "dnf", "service", "systemctl", "rc-service", "mount", "umount", "iptables",
    "ip6tables", "modprobe", "insmod", "sysctl", "chown", "useradd", "adduser", "usermod", "groupadd", "groupmod",
    "chroot", "update-ca-certificates", "crontab", "cron", "crond", "dockerd", "wg-quick", "ldconfig",
})  # fmt: skip
_DROPPERS = re.compile(
    r"(?:^|[\s;&|(])(gosu|su-exec|setpriv|runuser|s6-setuidgid|setuidgid|chpst|start-stop-daemon|supervisord|sudo|su)\b"
)
_DROPPER_PACKAGES = frozenset(
    {"gosu", "su-exec", "supervisor", "s6", "s6-overlay", "runit", "openssh-server", "systemd"}
)
_PLAIN_PATH = re.compile(r"/[A-Za-z0-9_./-]+")
_ONLY_OWNER = re.compile(r"0?[1-7]00|u\+x")
_TOOLS = {"debian": "useradd", "ubuntu": "useradd", "alpine": "adduser", "fedora": "useradd"}
_LOW_PORT = 1024


class Plan(msgspec.Struct, frozen=True):
    """How a stage gets a user: `user` is the value of USER, the rest goes with it."""

    user: str
    commands: tuple[str, ...]
    more: tuple[Operation, ...]
    risk: Risk
    because: tuple[str, ...]


# ---- what stands against it


def needs_root(stage: Stage) -> str | None:
    """Return why the stage cannot simply start as somebody else, as a sentence; None when nothing is known against it."""
    if stage.triggers:
        return "it has ONBUILD instructions: a USER here would run the steps of the images built on it"

    if base := stage.file.base_of:
        return f"{base} starts from this image: a USER here would run its steps; set USER there"

    return _by_image(stage) or _by_command(stage) or _by_packages(stage) or _by_script(stage) or _by_home(stage)


def _by_image(stage: Stage) -> str | None:
    facts = stage.facts
    if stage.entrypoint is not None:
        return None

    name = facts.name.removeprefix("docker.io/").removeprefix("library/")
    if facts.drops_privileges in {"entrypoint", "supervisor", "program"}:
        return (
            f"{name} starts as root and gives it up itself; where it runs, set `user` or runAsUser with volumes it owns"
        )

    if facts.nonroot and facts.nonroot.works == "never":
        return f"{name} does not work without root"

    if facts.nonroot and facts.nonroot.works == "with-changes":
        return f"{name} needs changes to work without root: {'; '.join(facts.nonroot.needs)}"

    return None


def _by_command(stage: Stage) -> str | None:
    argv = stage.command.argv if stage.command else ()
    if dropper := drops_privileges(argv):
        return f"its command starts {dropper}, which needs root or gives it up itself"

    for words in programs(stage):
        if words[0] in _MASTERS:
            return (
                f"{words[0]} starts as root by design: give it a port above 1023 and paths it may write, then set USER"
            )

        if words[0] in _FOR_ROOT:
            return f"its command runs {words[0]}, which needs root"

    return None


def _by_packages(stage: Stage) -> str | None:
    found = sorted(_DROPPER_PACKAGES & (stage.packages | stage.installed))
    return f"it installs {found[0]}, with which its start gives up root itself" if found else None


def _by_script(stage: Stage) -> str | None:
    for path, text in scripts(stage):
        lines = [line for line in (text or "").splitlines() if not line.lstrip().startswith("#")]
        for line in lines:
            words = re.split(r"[\s;&|()]+", line.strip())
            found = next((word for word in words[:1] if word in _FOR_ROOT | _MASTERS), None)
            if found or (match := _DROPPERS.search(line)):
                program = found or (match[1] if match else "")
                return f"{path} runs {program}, which needs root or gives it up itself"

    return None


def _by_home(stage: Stage) -> str | None:
    argv = stage.command.argv if stage.command else ()
    of_shell = (words[0] for words in commands_with_paths(argv))
    used_paths = [stage.workdir or "", *argv, *of_shell, *stage.env.values()]
    if path := next((_below_root(text) for text in used_paths if _below_root(text)), None):
        return f"it uses {path}, and nobody but root may enter /root: move it, for example below /opt"

    for command in stage.commands:
        arguments = command.arguments
        if command.name.startswith("pip") and "--user" in arguments and "install" in arguments:
            return "its packages are installed below /root (pip install --user), where nobody else may read"

        if command.name == "playwright" and "install" in arguments and "PLAYWRIGHT_BROWSERS_PATH" not in stage.scope:
            return "its browsers are installed below /root (playwright install), where nobody else may read"

    return None


def _below_root(text: str) -> str | None:
    return next((part for part in text.split(":") if part == "/root" or part.startswith("/root/")), None)


# ---- what makes it riskier


def doubts(stage: Stage) -> Iterator[str]:
    """Yield what speaks for a higher risk than that of the rule, as clauses."""
    if not stage.facts.known:
        yield f"nothing is known about the image {stage.image or stage.base_text}"

    if stage.command is None and not stage.facts.ports:
        yield "it has no command of its own, so others may build on it"

    if interactive(stage):
        yield "its command is an interpreter alone, so others may build on it"

    if port := _low_port(stage):
        yield f"it listens on port {port}, which takes net.ipv4.ip_unprivileged_port_start=0 (the default of Docker)"

    for path, text in scripts(stage):
        if text is None:
            yield f"{path} is not in the project, so what it needs root for is not known"

    if one := _only_for_owner(stage):
        yield f"files are made for their owner alone (chmod {one})"

    for write in writes(stage):
        yield write.because


def _low_port(stage: Stage) -> int | None:
    found = [port for port, _ in stage.exposed] + [one.port for one in ports(stage)]
    if stage.command is None and not stage.exposed:
        found += [port.port for port in stage.facts.ports or ()]

    return next((port for port in found if port < _LOW_PORT), None)


def _only_for_owner(stage: Stage) -> str | None:
    for one in stage.of("RUN", "COPY", "ADD"):
        mode = one.raw.flag("chmod") if one.keyword != "RUN" else None
        if mode and _ONLY_OWNER.fullmatch(mode):
            return mode

        for command in one.commands if "chmod" in one.text else ():
            modes = [word for word in command.arguments[:2] if _ONLY_OWNER.fullmatch(word)]
            if command.name == "chmod" and modes:
                return modes[0]

    return None


# ---- how it gets one


def plan(stage: Stage) -> Plan | str:
    """Return how the stage gets a user, or why that is not known, as a sentence."""
    if stage.windows:
        because = "Windows images have the account ContainerUser"
        return Plan("ContainerUser", (), (), Risk.HIGH, (because, *doubts(stage)))

    made = [account for account in accounts(stage) if account.at.stage in stage.chain]
    found = _own_account(stage, made[-1]) if made else _new_account(stage)
    if isinstance(found, str):
        return found

    user, commands, more, because = found
    owner = owner_of(user)
    reasons = [*doubts(stage), *_without_account(stage, commands, made)]
    if owner:
        commands = (*commands, *_ownership(stage, owner))
        more = (*more, *_copies(stage, owner))

    if not _can_run(stage):
        commands = ()

    risk = Risk.HIGH if reasons else Risk.MEDIUM
    return Plan(user, commands, more, risk, (*because, *dict.fromkeys(reasons)))


def _own_account(
    stage: Stage, account: Account
) -> tuple[str, tuple[str, ...], tuple[Operation, ...], tuple[str, ...]] | str:
    if account.number:
        names = used(account.number.text)
        text = account.number.text if all(name in stage.scope for name in names) else str(account.number.value)
        return text, (), (), (account.number.because,)

    numbered = give_number(stage, account)
    if numbered is None:
        return f"the account {account.name} has no number that is known: give it one, and name it in USER"

    operation, uid = numbered
    return str(uid), (), (operation,), (f"account {account.name} gets number {uid}: setting of pack opa-baseline",)


def give_number(stage: Stage, account: Account) -> tuple[Operation, int] | None:
    """Return the operation that gives an account a number of its own; None where it has one or cannot get one."""
    if not account.unnumbered or account.at.stage is None or account.at.script is None:
        return None

    taken = set(known_accounts(stage)) | set(known_accounts(account.at.stage))
    free = account.at.stage.facts.uid_1000 == "" and UID not in taken
    uid = UID if free else FALLBACK_UID
    if uid in taken:
        return None

    command = account.added.command
    option = "-u" if command.name == "adduser" and account.at.stage.family in {"alpine", "busybox"} else "--uid="
    return account.at.put_word(command, command.offset, f"{option}{uid}"), uid


def _new_account(stage: Stage) -> tuple[str, tuple[str, ...], tuple[Operation, ...], tuple[str, ...]] | str:
    facts = _facts_for_account(stage)
    uid = UID if facts.uid_1000 is not None and not _group_taken(stage) else FALLBACK_UID
    new = how(facts, uid, uid, NAME, FALLBACK_UID)
    if new is None:
        return "which account it should have is not known"

    numbers = f"user {new.user}: setting of pack opa-baseline"
    if new.commands and uid == FALLBACK_UID:
        numbers += f", {FALLBACK_UID} because {UID} may be taken in this image"

    return new.user, new.commands, (), (new.because, numbers) if new.commands else (new.because,)


def _facts_for_account(stage: Stage) -> ImageFacts:
    """Return the facts with what the stage itself tells: its family, that its own entrypoint drops nothing."""
    facts = msgspec.structs.replace(stage.facts, drops_privileges=None)
    if facts.family is None and stage.family:
        because = facts.evidence or f"{stage.family}, as its tag or its package manager tells"
        facts = msgspec.structs.replace(
            facts, family=stage.family, user_tools=_TOOLS.get(stage.family, "none"), evidence=because
        )

    return facts if _can_run(stage) else msgspec.structs.replace(facts, user_tools="none")


def _group_taken(stage: Stage) -> bool:
    return any(
        added.option("-g", "--gid") == str(UID)
        for one in stage.all_of("RUN")
        if "group" in one.content
        for added in shell.groups(one.commands)
    )


def _can_run(stage: Stage) -> bool:
    """Whether a RUN with POSIX commands can be added at the end of the stage."""
    last = stage.instructions[-1].raw
    posix = last.shell is None or last.shell[0].rpartition("/")[2] in {"sh", "bash", "ash", "dash"}
    return posix and stage.facts.shell != "" and stage.facts.family not in {"scratch", "distroless"}


def _without_account(stage: Stage, commands: tuple[str, ...], made: list[Account]) -> Iterator[str]:
    facts = stage.facts
    if commands or made or facts.family in {"scratch", "distroless"} or (facts.account and facts.account.uid):
        return

    yield "the number has no account, so HOME is / and programs that ask for their user's name fail"


def owner_of(user: str) -> Owner | None:
    """Return the owner for files of `user`; None when it is no number."""
    uid, _, gid = user.partition(":")
    return Owner(int(uid), int(gid or uid)) if uid.isdecimal() and (gid or uid).isdecimal() else None


def _ownership(stage: Stage, owner: Owner) -> Iterator[str]:
    for path in dict.fromkeys(write.path for write in writes(stage)):
        if not _PLAIN_PATH.fullmatch(path):
            continue

        if path in stage.volumes:
            yield f"mkdir -p {path}"

        yield f"chown {owner.text} {path}"


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
        return (*found.more, *made, anchor.replace(user))

    volume = _volume_behind(stage)
    if found.commands and volume:
        return (*found.more, volume.before(run), *stage.at_end(user))

    return (*found.more, *stage.at_end(*((run,) if found.commands else ()), user))


def _volume_behind(stage: Stage) -> Instruction | None:
    """Return the first VOLUME when no RUN follows it: what is done to its path must be done before."""
    first = next(stage.of("VOLUME"), None)
    return first if first and all(one.index < first.index for one in stage.of("RUN")) else None
