"""Every image of the corpus pinned, against a registry on loopback that knows them all: only references change."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path

import pytest
from registry.every_image import digest_of, serving

from fixer.files import discover
from fixer.finding import Level, Risk
from fixer.kinds import KINDS
from fixer.outcome import Choice, Outcome
from fixer.project import Disk, Project
from fixer.registry.answer import Online
from fixer.registry.book import Book
from fixer.registry.reference import parse_reference
from fixer.rule import Rule
from fixer.rule import discover as discover_rules
from fixer.sweep import gather, sweep

SAFE = Choice(risk=Risk.SAFE, level=Level.INFO)
PINNED = re.compile(r"@(sha256:[0-9a-f]{64})")
REFERENCE = re.compile(r"[\w.:/-]+@sha256:[0-9a-f]{64}")
# A digest that has a place of its own, in a kustomization or in Helm values, with its line where it has one.
OWN = re.compile(r"(?:^[ \t]*|, )digest:[ \t]*[\"']?(?:sha256:[0-9a-f]{64})?[\"']?(?:[ \t]*\n)?", re.MULTILINE)
QUOTES = re.compile(r"[\"']|>-")


@pytest.fixture(scope="module")
def outcomes(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Outcome]:
    folder = tmp_path_factory.mktemp("pinning") / "copy"
    shutil.copytree(corpus, folder, symlinks=True)
    rules = [rule for rule in discover_rules("transforms", KINDS) if rule.online and rule.kind != "workflow"]
    files = discover([str(folder)], str(folder)).files
    with serving() as url:
        online = Online(dict.fromkeys(registries(folder, files, rules), url), today="2026-11-21", cache_hours=0)
        return sweep(Project(Disk(str(folder)), files, book=Book(online=online)), pins(rules), SAFE, jobs=2)


def registries(folder: Path, files: tuple[str, ...], rules: list[Rule]) -> set[str]:
    """The registries that the files name."""
    project = Project(Disk(str(folder)), files)
    gather(project, rules)
    return {reference.registry for reference in project.book.wanted.images.values()}


def pins(rules: list[Rule]) -> list[Rule]:
    return [rule for rule in rules if rule.name.startswith("unpinned")]


def test_every_pin_is_proven(outcomes: list[Outcome]) -> None:
    assert not [crash for one in outcomes for crash in one.crashes]
    assert not [(one.path, bad.reason) for one in outcomes for bad in one.failed]
    assert sum(len(one.applied) for one in outcomes) > 1500


def test_only_references_change(outcomes: list[Outcome]) -> None:
    for one in outcomes:
        if one.changed and one.before and one.after:
            assert without_digests(one.before.text) == without_digests(one.after.text), one.path
            if one.before.text.count("\n") == one.after.text.count("\n"):
                lines = zip(one.before.text.splitlines(), one.after.text.splitlines(), strict=True)
                assert all(old == new or PINNED.search(new) or OWN.search(new) for old, new in lines), one.path


def without_digests(text: str) -> list[str]:
    """The words of a text; a reference may have gained quotes in flow style, or come from several lines to one."""
    return QUOTES.sub("", OWN.sub("", PINNED.sub("", text))).split()


def test_each_digest_is_that_of_its_tag(outcomes: list[Outcome]) -> None:
    seen = 0
    for one in outcomes:
        if one.after is None or one.before is None:
            continue

        for text in set(REFERENCE.findall(one.after.text)) - set(REFERENCE.findall(one.before.text)):
            reference = parse_reference(text)
            assert reference is not None, text
            assert reference.digest == digest_of(reference.repository, reference.tag or "latest"), text
            seen += 1

    assert seen > 1500


def test_what_is_not_pinned_says_why(outcomes: list[Outcome]) -> None:
    reasons = Counter(shape(finding.unfixable) for one in outcomes for finding in one.remaining if finding.unfixable)
    assert not any("lock" in reason or "--online" in reason for reason in reasons), reasons
    assert all(len(reason) > 15 for reason in reasons)


def shape(reason: str) -> str:
    """A reason without what differs from place to place."""
    return re.sub(r"\([^)]*\)|[A-Z][A-Z0-9_]+(?:, [A-Z0-9_]+)*", "…", reason)
