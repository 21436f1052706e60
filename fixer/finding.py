"""Frozen records that travel between rules, engine and front ends: what is wrong, and what would put it right."""

from __future__ import annotations

import enum
from typing import Protocol

import msgspec


class Severity(enum.IntEnum):
    """How bad a finding is; unrelated to the risk of its fix."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4


class Risk(enum.IntEnum):
    """Could something that worked stop working once the fix is applied?"""

    SAFE = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3


class Level(enum.IntEnum):
    """What policy makes of a finding; only DENY fails a check."""

    OFF = 0
    INFO = 1
    WARN = 2
    DENY = 3


class Environment(enum.Enum):
    """Where a file is deployed."""

    DEV = "dev"
    STAGING = "staging"
    PROD = "prod"


class Operation(Protocol):
    """A declarative change of one file; each format defines its own."""

    @property
    def path(self) -> str:
        """The file that changes, relative to the root of the run, with forward slashes."""


class Fix(msgspec.Struct, frozen=True):
    """A patch and what is known about it.

    `title` is an imperative phrase without a full stop. `because` holds one sentence of evidence for each value that
    was not given by the rule itself. A patch is applied whole or not at all.
    """

    title: str
    risk: Risk
    patch: tuple[Operation, ...]
    because: tuple[str, ...] = ()


class Excuse(msgspec.Struct, frozen=True):
    """Why a finding does not count, and who said so.

    `by` tells the sort: `comment`, `foreign` (a comment or an annotation meant for another tool), `annotation`,
    `exemption` (of the configuration), `exclusion`, `baseline`. `source` is where it is written (`path:line`, or the
    path alone), `expires` an ISO date or "".
    """

    by: str
    source: str
    reason: str = ""
    expires: str = ""
    approver: str = ""
    ticket: str = ""


class Finding(msgspec.Struct, frozen=True):
    """One occurrence of a violation.

    `place` is the symbolic place, stable when lines move (`services.web`, `Deployment/web containers[app]`).
    `start` and `end` are offsets into the text of the file. Exactly one of `fix` and `unfixable` is set; `unfixable`
    is a sentence that says why there is no fix or what a person must decide. A rule leaves `rule`, `severity` and
    `level` to the engine; `cap` limits the level where a rule knows this occurrence to be a lesser one. `excuse` says
    why policy lets it pass: its fix is never applied then. `note` is what policy has to say about it, such as an
    exemption that has expired.
    """

    path: str
    place: str
    start: int
    end: int
    message: str
    fix: Fix | None = None
    unfixable: str | None = None
    environment: Environment = Environment.STAGING
    cap: Level = Level.DENY
    rule: str = ""
    severity: Severity = Severity.LOW
    level: Level = Level.DENY
    excuse: Excuse | None = None
    note: str = ""

    @property
    def identity(self) -> tuple[str, str, str, str]:
        """Rule, file, symbolic place and what it asks: stable when lines move."""
        return self.rule, self.path, self.place, self.message
