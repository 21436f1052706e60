"""The types of the `bot:` block of `.fixer.yaml`.

A repository's own file is read by a bot that has rights in other places as well. So nothing in here names a credential,
an address, a file outside of the repository or a program; every text has a form that it must match.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta

RiskName: TypeAlias = Literal["safe", "low", "medium", "high"]
GroupBy: TypeAlias = Literal["family", "rule", "file", "directory", "risk", "safe"]
Day: TypeAlias = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def _text(pattern: str, description: str) -> Meta:
    return Meta(description=description, extra_json_schema={"pattern": f"^(?:{pattern})$"})


Limit: TypeAlias = Annotated[int, Meta(ge=0, le=1000, description="a whole number from 0 to 1000")]
Prefix: TypeAlias = Annotated[str, _text("[A-Za-z0-9][A-Za-z0-9-]{0,29}/", 'one word and a slash, such as "fixer/",')]
BranchName: TypeAlias = Annotated[
    str, _text(r"(?:(?!.*(?:\.\.|//|\.lock(?:/|$)|/\.|\.$|/$))[A-Za-z0-9_][A-Za-z0-9._/-]{0,199})?", "a branch")
]
Label: TypeAlias = Annotated[str, _text(r"[^\x00-\x20,<>](?:[^\x00-\x1f,<>]{0,48}[^\x00-\x20,<>])?", "a label")]
Login: TypeAlias = Annotated[str, _text(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})(?:\[bot\])?", "a login")]
Team: TypeAlias = Annotated[
    str, _text("[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9_][A-Za-z0-9_-]{0,99}", "a team such as acme/platform")
]
Word: TypeAlias = Annotated[str, _text("[a-z][a-z0-9-]{0,29}", "a word of small letters")]
Scope: TypeAlias = Annotated[str, _text("(?:[A-Za-z0-9][A-Za-z0-9 _./-]{0,49})?", "a short word, or nothing")]
Clock: TypeAlias = Annotated[str, _text("(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)", 'a time such as "22:00"')]
Zone: TypeAlias = Annotated[
    str, _text(r"[A-Za-z][A-Za-z0-9_+-]{0,30}(?:/[A-Za-z0-9_+-]{1,30}){0,2}", "a time zone such as Europe/Berlin")
]
Trailer: TypeAlias = Annotated[
    str, _text(r"[A-Za-z][A-Za-z0-9-]{0,40}: [^\x00-\x1f]{1,200}", 'a line such as "Change-Type: hardening"')
]


class BotLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much the bot does; 0 sets no limit.

    `open` counts open pull requests, `per_hour` those made within an hour, `per_run` those made in one run, and
    `commits_per_hour` its pushes: each costs a run of the tests.
    """

    open: Limit = 10
    per_hour: Limit = 4
    per_run: Limit = 4
    commits_per_hour: Limit = 0


class BotSchedule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When branches and pull requests are made and updated: on these days, from `after` until `before`.

    No days: every day. A window that ends before it starts goes over midnight and belongs to the day it starts on.
    """

    time_zone: Zone = "UTC"
    days: tuple[Day, ...] = ()
    after: Clock = "00:00"
    before: Clock = "24:00"


class BotCommits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How commits and titles read.

    `conventional`: `auto` looks at the last commits of base. `type` and `scope` are those of conventional commits.
    """

    conventional: Literal["auto", "yes", "no"] = "auto"
    type: Word = "fix"
    scope: Scope = ""
    trailers: tuple[Trailer, ...] = ()


class BotSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How `fixer bot` behaves in this repository."""

    enabled: bool = True
    branch_prefix: Prefix = "fixer/"
    base: BranchName = ""
    group_by: GroupBy = "family"
    risk: RiskName = "medium"
    level: Literal["info", "warn", "deny"] = "warn"
    limits: BotLimits = BotLimits()
    schedule: BotSchedule = BotSchedule()
    update: Literal["conflict", "behind"] = "conflict"
    append_only: bool = False
    draft: Literal["never", "low", "medium", "high", "always"] = "high"
    automerge: Literal["never", "safe", "low"] = "never"
    automerge_method: Literal["merge", "squash", "rebase"] = "squash"
    labels: tuple[Label, ...] = ()
    stop_label: Label = "fixer-stop"
    keep_label: Label = "fixer-keep"
    assignees: tuple[Login, ...] = ()
    reviewers: tuple[Login, ...] = ()
    teams: tuple[Team, ...] = ()
    codeowners: bool = False
    commits: BotCommits = BotCommits()
    dashboard: bool = True


BOT_KEYS: Mapping[str, Mapping[str, str]] = {
    "BotSettings": {
        "enabled": "false: the bot leaves this repository alone.",
        "branch_prefix": "What the names of its branches begin with.",
        "base": "Branch that pull requests go to; the default branch when nothing is said.",
        "group_by": "What makes one pull request: the fixes of one risk and family (`family`), one risk (`risk`), "
        "one rule, file or directory; `safe`: all safe fixes together, the others by family.",
        "risk": "Highest risk of a fix that gets a pull request; risks never share one.",
        "level": "Fixes of findings from this level on.",
        "limits": "How many pull requests and pushes.",
        "schedule": "When branches and pull requests are made.",
        "update": "Rebuild a branch on conflict and when its fixes change, or also when it is behind (`behind`).",
        "append_only": "Never push over a branch: updates are commits on top.",
        "draft": "Pull requests from this risk on are drafts.",
        "automerge": "Ask the forge to merge pull requests up to this risk when the tests pass.",
        "automerge_method": "How they are merged.",
        "labels": "Labels of a new pull request.",
        "stop_label": "A pull request with this label is left alone.",
        "keep_label": "A pull request with this label is rebuilt whenever it is behind.",
        "assignees": "Who is assigned to a new pull request.",
        "reviewers": "Who is asked to review a new pull request.",
        "teams": "Teams that are asked to review.",
        "codeowners": "Ask the owners of the changed files to review.",
        "commits": "How commits and titles read.",
        "dashboard": "Whether one issue shows what is open, waiting and rejected.",
    },
}
