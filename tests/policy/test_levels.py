"""Which level a rule has: by itself, by packs, by configuration; and the environment that decides it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from policy.worlds import RULES, World, policy, rule

from fixer.finding import Environment, Level
from fixer.policy import packs

DEV, STAGING, PROD = Environment.DEV, Environment.STAGING, Environment.PROD
SHARED = Path(__file__).parent.parent.parent.parent / "shared" / "rules"
POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: nginx:latest
"""


def levels(configuration: str, identity: str) -> list[str]:
    return [policy(configuration).decision(rule(identity), one).level.name.lower() for one in (DEV, STAGING, PROD)]


def test_without_a_configuration_the_rule_decides() -> None:
    assert levels("", "kubernetes/latest-tag") == ["warn", "deny", "deny"]


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("{kubernetes/latest-tag: {level: info}}", ["info", "info", "info"]),
        ("{latest-tag: {level: {prod: off}}}", ["warn", "deny", "off"]),
        ("{K8-028: {level: deny}}", ["deny", "deny", "deny"]),
        ("{kubernetes: {level: info}, latest-tag: {level: {dev: deny}}}", ["deny", "info", "info"]),
        ("{latest-tag: {level: info}, kubernetes/latest-tag: {level: {dev: deny}}}", ["deny", "info", "info"]),
        ("{compose: {level: off}}", ["warn", "deny", "deny"]),
    ],
)
def test_the_most_specific_name_wins(said: str, wanted: list[str]) -> None:
    assert levels(f"rules: {said}\n", "kubernetes/latest-tag") == wanted


def test_packs_choose_rules() -> None:
    assert levels("packs: [pss-baseline]\n", "kubernetes/latest-tag") == ["off", "off", "off"]
    assert levels("packs: [pss-baseline, k8s-prod-matrix]\n", "kubernetes/latest-tag") == ["warn", "deny", "deny"]
    assert levels("packs: [k8s-prod-matrix]\nrules: {compose: {level: warn}}\n", "compose/root-user") == ["warn"] * 3


def test_a_strict_pack_denies_everywhere_what_it_denies_somewhere() -> None:
    said = "packs: [opa-baseline]\nstrict: [opa-baseline]\n"
    assert levels(said, "compose/missing-resource-limits") == ["deny", "deny", "deny"]
    assert levels(said, "compose/root-user") == ["warn", "warn", "warn"]


def test_each_decision_says_why() -> None:
    said = policy("packs: [opa-baseline]\nrules: {latest-tag: {level: info}}\n")
    assert said.decision(rule("compose/latest-tag"), DEV).why == "set in .fixer.yaml"
    assert said.decision(rule("compose/unbound-port"), DEV).why == "level of the rule in dev, which is in opa-baseline"
    assert said.decision(rule("kubernetes/host-network"), DEV).why == "in none of the packs opa-baseline"


# ---- what the catalogue demands


def catalogue(name: str) -> Any:
    if not SHARED.is_dir():
        pytest.skip("the rule catalogue is not beside the project")

    from ruamel.yaml import YAML

    return YAML(typ="safe").load((SHARED / name).read_text(encoding="utf-8"))


def test_the_matrix_of_the_production_policy_holds_row_by_row() -> None:
    checked = 0
    built = {one.id: one for one in RULES}
    for row in catalogue("matrix.yaml")["rows"]:
        wanted = [row["levels"][name] or "off" for name in ("dev", "staging", "prod")]
        for name in row["rules"].values():
            if name in built:
                checked += 1
                assert levels("packs: [k8s-prod-matrix, opa-baseline]\n", name) == wanted, (row["topic"], name)

    assert checked >= 15


def test_every_requirement_that_a_built_rule_covers_is_in_its_pack() -> None:
    built = {one.id for one in RULES}
    data = packs.table("requirements")
    pack_of = {source["id"]: source["pack"] for source in data["sources"]}
    missing = [
        (one["id"], name)
        for one in data["requirements"]
        for name in one["rules"]
        if name in built and name not in packs.rules_of(pack_of[one["id"].partition("-")[0]])
    ]
    assert not missing


def test_restricted_holds_baseline() -> None:
    assert packs.rules_of("pss-baseline") <= packs.rules_of("pss-restricted")


def test_data_is_that_of_the_catalogue() -> None:
    theirs = catalogue("packs.yaml")["packs"]
    assert {name: sorted(packs.rules_of(name)) for name in packs.names()} == {
        name: sorted(f"{kind}/{one}" for kind, names in pack["rules"].items() for one in names)
        for name, pack in theirs.items()
    }
    assert len(packs.table("requirements")["requirements"]) == len(catalogue("requirements.yaml")["requirements"])


def test_the_words_of_packs_are_sentences() -> None:
    assert all(re.fullmatch(r"[A-Z].*\.", packs.about(name)) for name in packs.names())


# ---- environments (rules/README 4.3)


@pytest.mark.parametrize(
    ("path", "configuration", "text", "wanted"),
    [
        ("pod.yaml", "", POD, STAGING),
        ("pod.yaml", "environments: {default: dev}\n", POD, DEV),
        ("overlays/prod/pod.yaml", "", POD, PROD),
        ("overlays/prod/pod.yaml", "environments: {paths: {dev: [overlays/]}}\n", POD, DEV),
        ("live/pod.yaml", "environments: {paths: {prod: ['live/**'], dev: ['*.yaml']}}\n", POD, PROD),
        ("pod.yaml", "", POD.replace("  name: web\n", "  name: web\n  labels: {environment: prod}\n", 1), PROD),
        (
            "overlays/dev/pod.yaml",
            "environments: {namespaces: {shop: prod}}\n",
            POD.replace("  name: web\n", "  name: web\n  namespace: shop\n", 1),
            PROD,
        ),
        (
            "pod.yaml",
            "environments: {namespaces: {shop: prod}}\n",
            POD.replace("  name: web\n", "  name: web\n  namespace: shop\n  labels: {environment: dev}\n", 1),
            DEV,
        ),
    ],
)
def test_environment(path: str, configuration: str, text: str, wanted: Environment, tmp_path: Path) -> None:
    world = World(tmp_path, {path: text}, configuration)
    assert {one.environment for one in world.findings()} == {wanted}


def test_a_base_takes_the_strictest_of_its_overlays(tmp_path: Path) -> None:
    files = {
        "base/pod.yaml": POD,
        "base/kustomization.yaml": "resources: [pod.yaml]\n",
        "one/kustomization.yaml": "resources: [../base]\nnamespace: play\n",
        "two/kustomization.yaml": "resources: [../base]\nnamespace: shop\n",
    }
    world = World(tmp_path, files, "environments: {namespaces: {play: dev, shop: prod}}\n")
    assert world.one("latest-tag").environment is PROD
    assert world.one("latest-tag").level is Level.DENY
    assert world.project.environment_why("base/pod.yaml")[1] == "two/kustomization.yaml uses it"


def test_the_same_file_is_judged_by_its_environment(tmp_path: Path) -> None:
    found = {}
    for name in ("dev", "staging", "prod"):
        world = World(
            tmp_path / name,
            {"compose.yaml": "services: {web: {image: 'nginx:latest'}}\n"},
            f"environments: {{default: {name}}}\n",
        )
        found[name] = {one.rule: one.level.name.lower() for one in world.findings()}

    assert [found[name].get("latest-tag") for name in found] == ["warn", "deny", "deny"]
    assert [found[name].get("missing-pids-limit") for name in found] == [None, "warn", "deny"]
    assert [found[name].get("missing-logging") for name in found] == ["deny", "deny", "deny"]
