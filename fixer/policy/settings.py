"""The types of `.fixer.yaml`: what a team may say about rules, environments and exemptions.

The documentation of each key is the docstring of its field's type and `KEYS`; the JSON Schema is made from the same
types.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

import msgspec

from fixer.policy.bot import BOT_KEYS, BotSettings, RiskName

LevelName: TypeAlias = Literal["off", "info", "warn", "deny"]
EnvironmentName: TypeAlias = Literal["dev", "staging", "prod"]
Texts: TypeAlias = tuple[str, ...]


class Levels(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Level of a rule by environment; an environment that is left out keeps the level of the rule."""

    dev: LevelName | None = None
    staging: LevelName | None = None
    prod: LevelName | None = None


class Exclude(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a rule does not apply. Patterns with `*` and `?`; paths are globs as in ignore files."""

    paths: Texts = ()
    services: Texts = ()
    workloads: Texts = ()
    containers: Texts = ()
    images: Texts = ()


class RuleSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is said about one rule."""

    level: LevelName | Levels | None = None
    params: dict[str, Any] = {}
    exclude: Exclude = Exclude()
    exempt: bool | None = None


class Environments(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where files are deployed: by path and by Kubernetes namespace; `default` where nothing tells."""

    default: EnvironmentName = "staging"
    paths: dict[EnvironmentName, Texts] = {}
    namespaces: dict[str, EnvironmentName] = {}


class Images(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Images and registries that are approved; empty lists approve all."""

    approved: Texts = ()
    registries: Texts = ()


class Registry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How tags are looked up with --online and by `fixer pin`.

    `lock` is the lock file, relative to the configuration. `endpoints` gives a registry (`docker.io`) or `github.com`
    another base URL, `plain_http` names hosts that are asked without encryption. `timeout` is in seconds. Answers of
    the disk cache count up to `cache_hours`.
    """

    lock: str = "image-digests.lock"
    endpoints: dict[str, str] = {}
    plain_http: Texts = ()
    timeout: float = 10.0
    cache_hours: float = 6.0


class Files(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Files to leave out, and files of a kind that their names do not tell. Globs as in ignore files."""

    exclude: Texts = ()
    dockerfile: Texts = ()
    compose: Texts = ()
    kubernetes: Texts = ()
    workflow: Texts = ()


class Comments(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is honoured inside the files: our own comments, those of other tools, and annotations.

    `max_days` is how far away an expiry may lie; 0 sets no limit. `warn_days` is how long before its end an exemption
    is announced.
    """

    own: bool = True
    foreign: bool = True
    annotations: bool = True
    max_days: int = 0
    warn_days: int = 14


class Exemption(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One exception that somebody approved.

    `rules` are names or ids; `path` a glob; `place` the symbolic place of a finding or its beginning (a service, an
    object), "" for the whole file. `expires` is an ISO date, and the last day on which it holds (UTC).
    """

    rules: Texts
    path: str
    reason: str
    place: str = ""
    approver: str = ""
    ticket: str = ""
    expires: str = ""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of `.fixer.yaml`."""

    version: Literal[1] = 1
    packs: Texts = ()
    strict: Texts = ()
    environments: Environments = Environments()
    rules: dict[str, RuleSettings] = {}
    images: Images = Images()
    registry: Registry = Registry()
    risk: RiskName = "low"
    files: Files = Files()
    comments: Comments = Comments()
    exemptions: tuple[Exemption, ...] = ()
    baseline: str = ""
    bot: BotSettings = BotSettings()


class Configuration(msgspec.Struct, frozen=True):
    """Settings, the file they come from ("" when there is none), and the line of each exemption in it.

    `path` is relative to the root of the run, or absolute when the file lies outside of it. `places` says where each
    parameter of a rule is written, for messages (`.fixer.yaml:3:7`): by the name of the rule, the key, and what is
    below.
    """

    settings: Settings = Settings()
    path: str = ""
    lines: tuple[int, ...] = ()
    places: Mapping[tuple[str | int, ...], str] = {}


NOTHING = Configuration()

# One sentence for each key, by the name of its type: shown in the JSON Schema and in a new file.
KEYS: Mapping[str, Mapping[str, str]] = {
    "Settings": {
        "version": "Version of this format.",
        "packs": "Policy packs whose rules apply; the strictest level wins. Without any, all rules apply.",
        "strict": "Packs whose rules of class deny are denied in every environment.",
        "environments": "Where files are deployed.",
        "rules": "What differs for a rule: by name, kind/name, kind or id.",
        "images": "Approved images and registries.",
        "registry": "How tags are looked up, and where their lock file is.",
        "risk": "`fixer fix` applies fixes up to this risk unless --risk says otherwise.",
        "files": "Files to leave out, and names that tell a kind.",
        "comments": "What is honoured inside the files.",
        "exemptions": "Exceptions that somebody approved, with their reasons.",
        "baseline": "File with findings that are known and do not count; relative to this file.",
        "bot": "How `fixer bot` behaves here.",
    },
    "RuleSettings": {
        "level": "One level, or one for each environment.",
        "params": "Parameters of the rule: `fixer explain RULE` lists them.",
        "exclude": "Where the rule does not apply.",
        "exempt": "Whether comments, annotations and exemptions may excuse a finding of the rule.",
    },
    **BOT_KEYS,
}
