"""Root filesystem of the service is writable.

## Why
Who breaks into a container with a writable root filesystem can change its programs and leave something behind.

## Fix
Adds `read_only: true` and a `tmpfs` of 64 MB for `/tmp` and for each path that the image is known to write to, unless
it is mounted already. The policy asks this of no database and of no other image that writes by its nature: there it is
offered at level info, where the image keeps its data on a volume and its other paths are known. An image that writes
to a place where a tmpfs would hide files of the image or lose data is only reported.

## Risk
medium: the written paths are known from the files of the image and its own command runs. high otherwise, and for
databases: each write outside the listed paths fails. A tmpfs starts empty, belongs to root with mode 1777, and takes
memory.

## References
- https://docs.docker.com/reference/compose-file/services/#read_only
- https://docs.docker.com/reference/compose-file/services/#tmpfs
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

import msgspec

from fixer.finding import Finding, Fix, Level, Operation, Risk, Severity
from fixer.kinds.compose import Service
from fixer.kinds.compose_values import strings, truth
from fixer.kinds.parameters import FolderPath, Size
from fixer.rule import origin, rule

# The seeds' list (S0-41) and databases that keep their data where the catalogue (DC-017) says.
EXCLUDED = ("postgres", "redis", "vault", "mysql", "mariadb", "mongo", "rabbitmq", "elasticsearch")
# Paths whose content nobody misses after a restart, and that are empty in the image.
DISPOSABLE = re.compile(
    r"/(?:tmp|run|var/(?:run|lock|tmp|cache|log))(?:/.*)?|/var/lib/mysql-files|/.*/(?:tmp|temp|cache|logs?|work|sessions)|/sessions"
)


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stays writable.

    tmpfs_defaults: paths of every container that get a tmpfs, beside those that its image is known to write to
    tmpfs_size: size of each tmpfs
    """

    tmpfs_defaults: tuple[FolderPath, ...] = ("/tmp",)  # noqa: S108 - a path of the container
    tmpfs_size: Size = "64m"


@rule(
    Severity.MEDIUM,
    levels=(Level.OFF, Level.WARN, Level.WARN),
    aliases=("DC-017", "CL-0007"),
    params=Params,
)
def writable_root_filesystem(service: Service, params: Params) -> Iterator[Finding]:
    """Find services that can write to their root filesystem."""
    if not violated(service) or service.windows:
        return

    at = service.at("read_only")
    switched_off = service.get("read_only") is not None
    if not switched_off and (service.partial or service.inherits(violated)):
        return

    cap = Level.INFO if service.named(EXCLUDED) else Level.DENY
    message = "can write to its root filesystem"
    if reason := why_not(service, params):
        yield at.finding(message, unfixable=reason, cap=cap)
        return

    risk, because = risk_of(service, params)
    paths = missing(service, params)
    title = f"Make the root filesystem read-only, with a tmpfs at {', '.join(paths)}" if paths else "Make it read-only"
    operations = (at.put(value=True), *mounted(service, paths, params))
    because = (*because, f"tmpfs: {origin(params, '')}") if params != Params() else because
    yield at.finding(message, Fix(title, Risk.HIGH if switched_off else risk, operations, because), cap=cap)


def violated(service: Service) -> bool:
    """Whether the root filesystem is not said to be read-only; a variable may say so."""
    value = service.get("read_only")
    return truth(value) is not True and not (isinstance(value, str) and "$" in value and truth(value) is None)


def why_not(service: Service, params: Params) -> str | None:
    """Return why the filesystem stays writable, or None."""
    if keeps_data(service) and (service.facts.writable is None or not service.facts.volumes):
        return "it keeps data, and where it writes beside that is not known: see what `docker diff` shows while it runs"

    if service.interactive:
        return "a person works in it"

    if reason := service.at_odds(("read_only", "tmpfs"), partial(wants, params=params)):
        return reason

    known = (path for path in missing(service, params) if path not in params.tmpfs_defaults)
    if kept := next((path for path in known if not DISPOSABLE.fullmatch(path)), None):
        return f"it writes to {kept}, where a tmpfs would hide files or lose them: mount a volume there first"

    return None


def keeps_data(service: Service) -> bool:
    """Whether the service writes by its nature: it is a database, or the seeds name it."""
    return service.facts.role == "database" or service.named(EXCLUDED) is not None


def wants(service: Service, params: Params) -> object:
    """Return what the service wants, to compare with those that take it over."""
    return violated(service) and missing(service, params)


def missing(service: Service, params: Params) -> list[str]:
    """Return the written paths that no mount covers."""
    written = dict.fromkeys([*params.tmpfs_defaults, *(service.facts.writable or ())])
    declared = service.facts.volumes or ()
    return [
        path
        for path in written
        if not any(mount.covers(path) for mount in service.mounts)
        and not any(path == volume or path.startswith(f"{volume}/") for volume in declared)
    ]


def mounted(service: Service, paths: list[str], params: Params) -> Iterator[Operation]:
    """Yield the operations that mount a tmpfs at each path."""
    at = service.at("tmpfs")
    entries = [f"{path}:size={params.tmpfs_size}" for path in paths]
    if isinstance(at.value, str) and entries:
        yield at.put([*strings(at.value), *entries])
        return

    yield from at.add(*entries)


def risk_of(service: Service, params: Params) -> tuple[Risk, tuple[str, ...]]:
    """Return the risk of a read-only root filesystem, with its evidence."""
    facts = service.facts
    if facts.writable is None:
        apart = f", apart from {', '.join(params.tmpfs_defaults)}" if params.tmpfs_defaults else ""
        return Risk.HIGH, (f"what the image writes is not known{apart}",)

    because = f"paths it writes: {facts.evidence}"
    if keeps_data(service):
        return Risk.HIGH, (because, f"its data is on a volume: {', '.join(facts.volumes or ())}")

    if service.command or service.build:
        return Risk.HIGH, (because, "what runs on top of it may write elsewhere")

    return Risk.MEDIUM if facts.sure("writable") else Risk.HIGH, (because,)
