"""What the image built from a stage offers to those who run it."""

from __future__ import annotations

import msgspec

from fixer.kinds import dockerfile_service as service
from fixer.kinds.dockerfile_content import opaque
from fixer.kinds.dockerfile_stage import Stage
from fixer.kinds.dockerfile_user import group_number, numbers, user_of
from fixer.knowledge.images import Health, HttpHealth, ImageFacts, NonRoot, Port
from fixer.knowledge.quantities import whole
from fixer.knowledge.roles import drops_privileges

_HTTP = ("http", "https")


def facts_of(stage: Stage) -> ImageFacts:
    """Return the facts of the image that `stage` builds, on top of those of its base image."""
    base = stage.facts
    own = stage.command is not None and stage.entrypoint is not None
    start, group, user = _start(stage)
    argv = stage.command.argv if stage.command else ()
    return msgspec.structs.replace(
        base,
        known=True,
        evidence=stage.file.path if stage is stage.file.final else f"{stage.file.path}, {stage.label}",
        built=stage.file.path,
        role="" if stage.command else base.role,
        family=stage.family,
        starts_as=start,
        group=group,
        user=user,
        drops_privileges=drops_privileges(argv) or (None if own else base.drops_privileges),
        nonroot=_nonroot(stage),
        tools=_tools(stage),
        ports=_ports(stage),
        health=_health(stage),
        http_health=_http(stage),
        writable=_writable(stage),
        volumes=tuple(dict.fromkeys((*(base.volumes or ()), *stage.volumes))),
        file_capabilities=_file_capabilities(stage),
        stop_signal=_stop_signal(stage),
        capabilities_as_root=None if own else base.capabilities_as_root,
        run_once=service.passive(stage) == "its command ends by itself" if stage.command else base.run_once,
        windows=stage.windows,
        unchecked=_unchecked(stage),
    )


def _start(stage: Stage) -> tuple[int | str | None, int | None, str | None]:
    """Return the uid (or the name when that is all there is), the gid, and the value of USER when it is a name."""
    user = user_of(stage)
    if user.text is None:
        return None, None, None

    if user.at is None:
        facts = stage.facts
        return facts.starts_as, facts.group, facts.user

    if user.root:
        return 0, _gid(stage, user.group) if user.group else 0, None

    if user.numeric:
        return int(user.name), _gid(stage, user.group), None

    uid, gid, _ = numbers(stage, user.name)
    group = _gid(stage, user.group) if user.group else gid.value if gid else None
    return uid.value if uid else user.name, group, user.text


def _gid(stage: Stage, group: str) -> int | None:
    if (value := whole(group)) is not None:
        return value

    number = group_number(stage, group) if group else None
    return number.value if number else None


def _nonroot(stage: Stage) -> NonRoot | None:
    user = user_of(stage)
    if user.text is not None and not user.root:
        return None

    return stage.facts.nonroot if stage.entrypoint is None else None


def _tools(stage: Stage) -> tuple[str, ...] | None:
    known = stage.facts.tools
    if known is None and not stage.installed:
        return None

    return None if known is None and opaque(stage) else tuple(dict.fromkeys((*(known or ()), *sorted(stage.installed))))


def _ports(stage: Stage) -> tuple[Port, ...] | None:
    found = {port: Port(port, protocol) for port, protocol in stage.exposed}
    for one in service.ports(stage):
        found.setdefault(one.port, Port(one.port, "tcp", one.protocol if one.protocol in _HTTP else ""))

    if found:
        return tuple(found.values())

    return stage.facts.ports if stage.command is None or stage.entrypoint is None else None


def _health(stage: Stage) -> Health | None:
    one = stage.health
    if one is None:
        return stage.facts.health if stage.command is None else None

    if one.raw.health_type != "CMD":
        return None

    argv = one.raw.argv
    test = ("CMD", *argv) if argv is not None else ("CMD-SHELL", one.raw.command_text)
    return Health(test, "image HEALTHCHECK")


def _http(stage: Stage) -> HttpHealth | None:
    served = next((one for one in service.ports(stage) if one.path and one.protocol in _HTTP), None)
    if served and served.path:
        return HttpHealth(served.path, served.port)

    return stage.facts.http_health if stage.command is None else None


def _writable(stage: Stage) -> tuple[str, ...] | None:
    known = None if stage.command else stage.facts.writable
    found = [write.path for write in service.writes(stage) if write.path not in stage.volumes]
    return tuple(dict.fromkeys((*(known or ()), *found))) if known is not None or found else None


def _file_capabilities(stage: Stage) -> tuple[str, ...] | None:
    found: dict[str, None] = dict.fromkeys(stage.facts.file_capabilities or ())
    for one in stage.all_of("RUN"):
        if "setcap" not in one.content:
            continue

        for command in one.commands:
            words = [word.strip("'\"") for word in command.arguments] if command.name == "setcap" else []
            names = [word.partition("=")[0].partition("+")[0] for word in words if word.lower().startswith("cap_")]
            found |= {name.removeprefix("cap_").upper(): None for word in names for name in word.lower().split(",")}

    return tuple(found) or stage.facts.file_capabilities


def _stop_signal(stage: Stage) -> str | None:
    one = stage.last("STOPSIGNAL")
    return one.expand(one.text) if one else stage.facts.stop_signal


def _unchecked(stage: Stage) -> frozenset[str]:
    """What rests on the base image where that is not sure; everything of an image that nothing is known about."""
    found = set(stage.facts.unchecked)
    if not stage.facts.known:
        found |= {"tools", "shell", "package_manager", "uid_1000", "user_tools"}

    own = {"starts_as"} if user_of(stage).at else set()
    own |= {"ports"} if stage.exposed else set()
    own |= {"health"} if stage.health else set()
    return frozenset(found - own)
