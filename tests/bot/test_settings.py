"""The `bot:` block: what it may say, and what it never may."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from fixer.bot.settings import settle
from fixer.errors import UserError
from fixer.policy.bot import BOT_KEYS, BotCommits, BotLimits, BotSchedule, BotSettings
from fixer.policy.place import NAME
from fixer.policy.reading import parse

WHOLE = """\
bot:
  enabled: true
  branch_prefix: bots/
  base: release/1.2
  group_by: directory
  risk: high
  level: deny
  limits: {open: 3, per_hour: 1, per_run: 0, commits_per_hour: 5}
  schedule: {time_zone: America/Argentina/Buenos_Aires, days: [mon, tue], after: "22:00", before: "05:30"}
  update: behind
  append_only: true
  draft: always
  automerge: safe
  automerge_method: rebase
  labels: [security, "good first"]
  stop_label: hands-off
  keep_label: keep
  assignees: [ann]
  reviewers: [bob, "renovate[bot]"]
  teams: [acme/platform]
  codeowners: true
  commits: {conventional: "yes", type: chore, scope: docker, trailers: ["Signed-off-by: Bot <bot@example.com>"]}
  dashboard: false
"""


def test_every_key() -> None:
    found = parse(WHOLE, NAME, NAME).settings.bot
    assert found.limits == BotLimits(3, 1, 0, 5)
    assert found.schedule.days == ("mon", "tue")
    assert found.commits.trailers == ("Signed-off-by: Bot <bot@example.com>",)
    defaults = msgspec.to_builtins(BotSettings())
    same = {key for key, value in msgspec.to_builtins(found).items() if value == defaults[key]}
    assert same == {"enabled"}
    assert set(BOT_KEYS["BotSettings"]) == set(defaults)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("branch_prefix: fixer", "bot.branch_prefix: one word and a slash"),
        ("branch_prefix: ../", "one word and a slash"),
        ("branch_prefix: -x/", "one word and a slash"),
        ("branch_prefix: refs/heads/x/", "one word and a slash"),
        ("base: a..b", "bot.base: a branch is wanted"),
        ("base: -d", "bot.base: a branch"),
        ("base: x.lock", "bot.base: a branch"),
        ("base: 'a b'", "bot.base: a branch"),
        ("base: 'a@{1}'", "bot.base: a branch"),
        ("limits: {open: -1}", "a whole number"),
        ("limits: {open: 10001}", "a whole number"),
        ("schedule: {time_zone: ../../etc/passwd}", "a time zone"),
        ("schedule: {after: 22}", "a time such as"),
        ("schedule: {after: '25:00'}", "a time such as"),
        ("schedule: {days: [monday]}", "the nearest is 'mon'"),
        ("labels: ['a,b']", "a label"),
        ("labels: ['<b>']", "a label"),
        ("labels: [' ']", "a label"),
        ("assignees: ['ann bob']", "a login"),
        ("teams: [platform]", "a team such as"),
        ("commits: {type: 'fix: x'}", "a word of small letters"),
        ("commits: {scope: 'a)b'}", "a short word"),
        ('commits: {trailers: ["x: y\\nz: w"]}', "a line such as"),
        ("risk: all", "one of high, low, medium, safe"),
        ("automerge: high", "one of low, never, safe"),
        ("labels: security", "a list is wanted"),
    ],
)
def test_forms(line: str, message: str) -> None:
    with pytest.raises(UserError, match=re.escape(message)):
        parse(f"bot:\n  {line}\n", NAME, NAME)


@pytest.mark.parametrize(
    "key",
    [
        "token",
        "token_env",
        "endpoint",
        "base_url",
        "host",
        "command",
        "post_upgrade",
        "run",
        "extends",
        "rules_from",
        "plugins",
    ],
)
def test_no_key_reaches_credentials_endpoints_or_code(key: str) -> None:
    with pytest.raises(UserError, match=f"there is no key '{key}' here"):
        parse(f"bot: {{{key}: x}}\n", NAME, NAME)


def fields(wanted: type[msgspec.Struct]) -> Iterator[tuple[str, Any]]:
    for field in msgspec.inspect.type_info(wanted).fields:  # type: ignore[union-attr]
        yield field.name, field.type


def test_no_text_is_free() -> None:
    """Each text has a pattern or a list of words, so that nothing can be smuggled into a command or an address."""
    for struct in (BotSettings, BotLimits, BotSchedule, BotCommits):
        for name, wanted in fields(struct):
            inner = getattr(wanted, "item_type", wanted)
            assert not isinstance(inner, msgspec.inspect.StrType | msgspec.inspect.AnyType), name


# ---- layers


def test_the_bot_insists_and_the_organisation_proposes() -> None:
    found = settle(
        [
            ("organisation", {"risk": "safe", "limits": {"open": 2, "per_hour": 1}, "labels": ["a", "b"]}),
            (NAME, {"risk": "high", "limits": {"open": 50}, "labels": ["mine"], "automerge": "low"}),
            ("force", {"automerge": "never", "limits": {"open": 5}}),
        ]
    )
    assert (found.risk, found.automerge, found.labels) == ("high", "never", ("mine",))
    assert (found.limits.open, found.limits.per_hour, found.limits.per_run) == (5, 1, BotLimits().per_run)


def test_a_default_that_is_written_down_counts() -> None:
    assert settle([("organisation", {"limits": {"open": 2}}), (NAME, {"limits": {"open": 10}})]).limits.open == 10


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        ({"rsik": "low"}, "organisation: there is no key 'rsik' here; the nearest is 'risk'"),
        ({"limits": {"open": "many"}}, "organisation: bot.limits.open: a whole number"),
        ({"schedule": {"time_zone": "Europe/Atlantis"}}, "no time zone is called 'Europe/Atlantis'"),
    ],
)
def test_mistakes_name_their_layer(layer: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError, match=re.escape(message)):
        settle([("organisation", layer)])
