"""Why a finding is one, and what goes with it."""

from __future__ import annotations

from pathlib import Path

from review.conftest import Opened

from fixer.review.why import sections


def test_an_item_says_all_there_is(shop: Path, opened: Opened) -> None:
    review = opened(shop)
    item = next(item for item in review.items if item.finding.rule == "missing-resource-limits")
    why = review.why(item)
    rule = review.rule(item)
    assert rule is not None
    assert (why.rule, why.title, why.aliases) == (rule.id, rule.title, rule.aliases)
    assert why.what == f"{item.finding.place}: {item.finding.message}"
    assert why.why
    assert why.risk.startswith(("safe", "low", "medium", "high"))
    assert item.finding.fix is not None
    assert why.evidence == item.finding.fix.because
    assert why.fix_title == item.finding.fix.title
    assert all(link.startswith("https://") for link in why.links)
    assert why.controls
    assert {one.framework for one in why.controls}


def test_every_item_has_reasons_where_it_has_no_fix(shop: Path, opened: Opened) -> None:
    review = opened(shop)
    for item in review.items:
        why = review.why(item)
        assert why.what
        assert why.title
        assert bool(why.reason) != (review.state(item.key).value == "accepted")


def test_every_page_of_a_rule_is_taken_apart(shop: Path, opened: Opened) -> None:
    for rule in opened(shop).rules:
        assert set(sections(rule.doc)) >= {"Why", "Fix", "Risk", "References"}
        assert all(sections(rule.doc).values())


def test_who_inherits_is_said(tmp_path: Path, opened: Opened) -> None:
    text = "services:\n  own:\n    image: x:1\n    privileged: true\n  heir:\n    extends: {service: own}\n"
    (tmp_path / "compose.yaml").write_text(text)
    review = opened(tmp_path)
    [own] = [item for item in review.items if item.key[0] == "privileged-container" and item.key[2] == "services.own"]
    assert review.inherits(own.key) == ("services.heir takes it over",)


def test_what_builds_on_a_file_is_said(shop: Path, opened: Opened) -> None:
    review = opened(shop)
    item = review.items_of("api/Dockerfile")[0]
    assert review.why(item).inherits == ()
    found = review.inherits(item.key)
    assert "compose.yaml depends on the file" in found
    assert review.why(item).inherits == found
    base = review.items_of("k8s/base/api.yaml")[0]
    assert "k8s/base/kustomization.yaml uses the file" in review.inherits(base.key)
