"""Reading `.fixer.yaml`: what is wrong is one line with file, line, column and the nearest name."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from fixer.errors import UserError
from fixer.policy import packs
from fixer.policy.place import NAME, find
from fixer.policy.reading import load, parse
from fixer.policy.schema import schema_of_settings
from fixer.policy.settings import KEYS, Levels, Settings

WHOLE = """\
version: 1
packs: [opa-baseline, pss-restricted]
strict: [opa-baseline]
environments:
  default: dev
  paths: {prod: [live/**]}
  namespaces: {shop: prod}
rules:
  latest-tag: {level: warn}
  DF-058:
    level: {dev: off, prod: deny}
    exclude: {services: [worker-*], images: [postgres]}
    exempt: false
images: {approved: [nginx], registries: [ghcr.io]}
registry: {lock: deploy/digests.lock, endpoints: {docker.io: "https://mirror.example.com"}, timeout: 5}
risk: medium
files: {exclude: [old/], dockerfile: [build/*.docker]}
comments: {foreign: false, max_days: 90, warn_days: 7}
exemptions:
  - rules: [root-user, CKV_DOCKER_2]
    path: legacy/*
    place: stage 1
    reason: until version 4
    approver: security
    ticket: SEC-1
    expires: 2027-03-31
baseline: known.json
bot: {group_by: rule, limits: {open: 3}, schedule: {time_zone: Europe/Berlin, days: [mon], after: "22:00"}}
"""


def test_every_key_is_read() -> None:
    found = parse(WHOLE, NAME, NAME)
    assert found.lines == (20,)
    assert found.settings.packs == ("opa-baseline", "pss-restricted")
    assert found.settings.environments.paths == {"prod": ("live/**",)}
    assert found.settings.rules["DF-058"].level == Levels(dev="off", prod="deny")
    assert found.settings.rules["DF-058"].exclude.images == ("postgres",)
    assert found.settings.exemptions[0].expires == "2027-03-31"
    assert (found.settings.risk, found.settings.baseline) == ("medium", "known.json")
    assert (found.settings.bot.group_by, found.settings.bot.limits.open) == ("rule", 3)
    assert found.settings.bot.schedule.time_zone == "Europe/Berlin"
    written = set(msgspec.to_builtins(found.settings))
    assert {line.partition(":")[0] for line in WHOLE.splitlines() if line[:1].isalpha()} == written


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n", "{}\n"])
def test_nothing_said(text: str) -> None:
    assert parse(text, NAME, NAME).settings == Settings()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("pack: [a]\n", "1:1: there is no key 'pack' here; the nearest is 'packs'"),
        ("risk: low\nrules:\n  a: 1\n", "3:3: rules.a: a mapping is wanted, not 1"),
        ("packs: [opa-basline]\n", "1:9: packs: no pack is called 'opa-basline'; the nearest is 'opa-baseline'"),
        ("packs: [cis-docker]\nstrict: [opa-baseline]\n", "2:10: strict: the pack 'opa-baseline' is strict, but not"),
        ("risk: hgih\n", "1:1: risk: one of high, low, medium, safe is wanted, not 'hgih'; the nearest is 'high'"),
        ("rules:\n  latest-tagg: {level: warn}\n", "2:3: no rule, kind or id is called 'latest-tagg'; the nearest is"),
        ("rules:\n  latest-tag:\n    level: {prd: warn}\n", "3:13: there is no key 'prd' here; the nearest is 'prod'"),
        ("rules: {latest-tag: {level: wran}}\n", "1:22: rules.latest-tag.level: one of deny, info, off, warn or a map"),
        (
            "environments:\n  paths:\n    production: [a]\n",
            "3:5: one of dev, prod, staging is wanted as key, not 'prod",
        ),
        ("comments: {own: 1}\n", "1:12: comments.own: true or false is wanted, not 1"),
        ("comments: {max_days: -1}\n", "1:12: comments.max_days: a whole number of at least 0 is wanted, not -1"),
        ("files: {exclude: old}\n", "1:9: files.exclude: a list is wanted, not 'old'"),
        ("version: 2\n", "1:1: version: 1 is wanted, not 2"),
        ("exemptions:\n- rules: [x-y]\n  path: a\n  reason: x\n", "2:11: exemptions.rules: no rule, kind or id is"),
        ("exemptions:\n- rules: []\n  path: a\n  reason: x\n", "2:3: exemptions.rules: name the rules"),
        ("exemptions:\n- rules: [latest-tag]\n  path: a\n", "2:3: exemptions: the key 'reason' is missing"),
        ("exemptions:\n- {rules: [latest-tag], path: a, reason: ' '}\n", "2:34: exemptions.reason: say why"),
        (
            "exemptions:\n- {rules: [latest-tag], path: a, reason: b, expires: 2027-02-30}\n",
            "2:45: exemptions.expires: a date such as 2027-03-31 is wanted, not '2027-02-30'",
        ),
        ("- a\n", "1:1: a mapping is wanted, not a list"),
        ("a: [\n", "2: not valid YAML"),
        ("risk: low\nrisk: high\n", ": the key risk stands twice (line 2)"),
        ("risk: low\n---\nrisk: low\n", ": one document is wanted"),
        ("rsk: low\npaks: []\n", "1:1: there is no key 'rsk' here; the nearest is 'risk' (and 1 more)"),
    ],
)
def test_mistakes(text: str, message: str) -> None:
    with pytest.raises(UserError) as caught:
        parse(text, NAME, NAME)

    assert str(caught.value).startswith(NAME)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_nearest_one_up_to_the_root(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text("risk: low\n")
    root = tmp_path / "root"
    inner = root / "a" / "b"
    inner.mkdir(parents=True)
    assert find(str(root), str(inner)) is None
    (root / NAME).write_text("risk: low\n")
    assert find(str(root), str(inner)) == NAME
    (root / "a" / NAME).write_text("risk: high\n")
    assert find(str(root), str(inner)) == f"a/{NAME}"


def test_a_link_out_of_the_tree_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out.yaml").write_text("risk: high\n")
    root = tmp_path / "root"
    root.mkdir()
    (root / NAME).symlink_to(tmp_path / "out.yaml")
    with pytest.raises(UserError, match=r"\.fixer\.yaml: a symbolic link leads out"):
        load(str(root), NAME, NAME)


def test_a_huge_configuration_is_refused(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"# " + b"x" * 10_000_000 + b"\n")
    with pytest.raises(UserError, match=r"\.fixer\.yaml: .*MB"):
        load(str(tmp_path), NAME, NAME)


def test_binary_content_is_refused(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"risk: \0low\n")
    with pytest.raises(UserError, match="binary"):
        load(str(tmp_path), NAME, NAME)


def test_the_schema_describes_every_key() -> None:
    definitions = schema_of_settings()["$defs"]
    for name, keys in KEYS.items():
        properties = definitions[name]["properties"]
        assert set(properties) == set(keys)
        assert all(properties[key]["description"] for key in keys)

    assert definitions["Settings"]["properties"]["packs"]["items"]["enum"] == list(packs.names())
    assert definitions["Settings"]["additionalProperties"] is False
