"""Whether a stage can do without root: what speaks against it, and what makes it doubtful."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fixer.kinds.dockerfile_scripts import commands_with_paths, scripts
from fixer.kinds.dockerfile_service import interactive, ports, programs, writes
from fixer.kinds.dockerfile_stage import Stage, per_stage
from fixer.knowledge.roles import drops_privileges

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
    "masscan", "tcpdump", "tshark", "hping3", "arping", "iftop", "iotop", "powertop", "ettercap",
    "chroot", "update-ca-certificates", "crontab", "cron", "crond", "dockerd", "wg-quick",
    "wg", "nft", "tc", "ufw", "shorewall", "bpftrace", "losetup", "fail2ban-server", "ldconfig",
})  # fmt: skip
_DROPPERS = re.compile(
    r"(?:^|[\s;&|(])(gosu|su-exec|setpriv|runuser|s6-setuidgid|setuidgid|chpst|start-stop-daemon|supervisord|sudo|su)\b"
)
_DROPPER_PACKAGES = frozenset(
    {"gosu", "su-exec", "supervisor", "s6", "s6-overlay", "runit", "openssh-server", "systemd"}
)
_ONLY_OWNER = re.compile(r"0?[1-7]00|u\+x")
# Before the commands are read: whether one of those modes is there at all.
_CHMOD = re.compile(r"chmod\s+(?:-\S+\s+)*(?:0?[1-7]00|u\+x)\b")
_LOW_PORT = 1024


@per_stage
def needs_root(stage: Stage) -> str | None:
    """Return why the stage cannot simply start as somebody else, as a sentence; None when nothing speaks against it."""
    if stage.triggers:
        return "it has ONBUILD instructions: a USER here would run the steps of the images built on it"

    if base := stage.file.base_of:
        return f"{base} starts from this image: a USER here would run its steps; set USER there"

    if reason := _by_children(stage):
        return reason

    return _by_image(stage) or _by_command(stage) or _by_packages(stage) or _by_script(stage) or _by_home(stage)


def _by_children(stage: Stage) -> str | None:
    """A stage that starts from this one runs its steps as the user of this one, until its own USER."""
    for child in stage.children:
        between = child.chain[child.chain.index(stage) + 1 :]
        steps = (one for part in between for one in part.instructions if one.keyword in {"RUN", "USER"})
        if (first := next(steps, None)) and first.keyword == "RUN":
            return f"{child.label} starts from it and would run its steps as that user: give it `USER root` first"

    return None


def _by_image(stage: Stage) -> str | None:
    facts = stage.facts
    if stage.entrypoint is not None:
        return None

    name = facts.name.removeprefix("docker.io/").removeprefix("library/")
    if facts.nonroot and facts.nonroot.works == "never":
        return f"{name} does not work without root"

    if facts.drops_privileges in {"entrypoint", "supervisor", "program"}:
        return (
            f"{name} starts as root and gives it up itself; where it runs, set `user` or runAsUser with volumes it owns"
        )

    if facts.nonroot and facts.nonroot.works == "with-changes":
        return f"{name} needs changes to work without root: {'; '.join(facts.nonroot.needs)}"

    return None


def _by_command(stage: Stage) -> str | None:
    argv = stage.command.argv if stage.command else ()
    if dropper := drops_privileges(argv):
        return f"its command starts {dropper}: it needs root, or gives it up itself"

    for words in programs(stage):
        if words[0] in _MASTERS:
            return (
                f"{words[0]} starts as root by design: give it a port above 1023 and paths it may write, then set USER"
            )

        if words[0] in _FOR_ROOT:
            return f"its command runs {words[0]}, which needs root"

    return None


def _by_packages(stage: Stage) -> str | None:
    if not any(name in stage.file.parsed.source.text for name in _DROPPER_PACKAGES):
        return None

    found = sorted(_DROPPER_PACKAGES & (stage.packages | stage.installed))
    return f"it installs {found[0]}, with which its start gives up root itself" if found else None


def _by_script(stage: Stage) -> str | None:
    for path, text in scripts(stage):
        lines = [line for line in (text or "").splitlines() if not line.lstrip().startswith("#")]
        for line in lines:
            words = re.split(r"[\s;&|()]+", line.strip())
            found = next((word for word in words[:1] if word in _FOR_ROOT | _MASTERS), None)
            if found:
                return f"{path} runs {found}, which needs root"

            if match := _DROPPERS.search(line):
                return f"{path} runs {match[1]}: it needs root, or gives it up itself"

    return None


def _by_home(stage: Stage) -> str | None:
    argv = stage.command.argv if stage.command else ()
    of_shell = (words[0] for words in commands_with_paths(argv))
    values = (value for one in stage.all_of("ENV") if "/root" in one.text for _, value in one.raw.pairs)
    copies = (one.raw.words[-1].text for one in stage.of("COPY", "ADD") if "/root" in one.text and one.raw.words)
    used_paths = [stage.workdir or "", *argv, *of_shell, *values, *copies]
    if path := next((_below_root(text) for text in used_paths if _below_root(text)), None):
        return f"it uses {path}, and nobody but root may enter /root: move it, for example below /opt"

    runs = (one for one in stage.all_of("RUN") if "--user" in one.content or "playwright" in one.content)
    for command in (command for one in runs for command in one.commands):
        arguments = command.arguments
        if command.name.startswith("pip") and "--user" in arguments and "install" in arguments:
            return "its packages are installed below /root (pip install --user), where nobody else may read"

        browsers = "playwright" in {command.name, *arguments} and "install" in arguments
        if browsers and "PLAYWRIGHT_BROWSERS_PATH" not in stage.scope:
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
    if not found and (stage.command is None or stage.facts.role == "language-runtime"):
        found += [port.port for port in stage.facts.ports or ()]

    return next((port for port in found if port < _LOW_PORT), None)


def _only_for_owner(stage: Stage) -> str | None:
    for one in stage.of("RUN", "COPY", "ADD"):
        mode = one.raw.flag("chmod") if one.keyword != "RUN" else None
        if mode and _ONLY_OWNER.fullmatch(mode):
            return mode

        for command in one.commands if _CHMOD.search(one.content) else ():
            modes = [word for word in command.arguments[:2] if _ONLY_OWNER.fullmatch(word)]
            if command.name == "chmod" and modes:
                return modes[0]

    return None
