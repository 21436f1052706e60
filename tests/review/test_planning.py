"""What is shown and written is, byte for byte, what `fixer fix` writes for the same choice."""

from __future__ import annotations

import random
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from review.conftest import COMPOSE, INIT, RESTART, ROOT, TTY, Opened, contents, fixed, made, reviewed

from fixer.finding import Finding, Fix, Risk
from fixer.formats.yaml import NewFile, Put
from fixer.kinds.compose import Service
from fixer.outcome import Choice
from fixer.review.records import State
from fixer.review.review import Review

GOLDEN = sorted(path.parent for path in (ROOT / "golden").glob("*/*/*/before*"))


def decide(review: Review, seed: int) -> None:
    """Decide at random, and look at some files between, so that plans are kept and have to be made anew."""
    dice = random.Random(seed)
    fixable = [item.key for item in review.items if item.finding.fix]
    if not fixable:
        return

    few = max(len(fixable) // 5, 1)
    for act in (review.accept, review.reject, review.toggle):
        for key in dice.sample(fixable, min(4, len(fixable))):
            review.diff(key[1])

        act(dice.sample(fixable, few))


def same_as_fix(folder: Path, opened: Opened, seed: int, risk: Risk = Risk.LOW) -> int:
    """Review a folder and write it; compare each file shown and written with `fixer fix`. Returns the files written."""
    twin = folder.with_name(folder.name + "-fixed")
    shutil.copytree(folder, twin)
    review = opened(folder, Choice(risk))
    if seed:
        decide(review, seed)

    choice = review.decisions.choice
    shown = {path: review.outcome(path) for path in dict.fromkeys(item.path for item in review.items)}
    expected = fixed(twin, choice)
    for path, outcome in shown.items():
        if outcome.after is not None:
            assert outcome.after.encoded() == expected[path], path

    result = review.write()
    assert result.failed == {}
    assert contents(folder) == expected
    return len(result.written)


@pytest.mark.parametrize("seed", range(6))
def test_example(shop: Path, opened: Opened, seed: int) -> None:
    assert same_as_fix(shop, opened, seed) > 5


@pytest.mark.parametrize("risk", list(Risk))
def test_example_up_to_each_risk(shop: Path, opened: Opened, risk: Risk) -> None:
    review = opened(shop)
    review.accept_up_to(risk)
    review.write()
    twin = shop.with_name("twin")
    shutil.copytree(ROOT / "examples" / "shop", twin)
    assert contents(shop) == fixed(twin, Choice(risk))


@pytest.mark.parametrize("seed", range(4))
def test_many_golden_cases_side_by_side(tmp_path: Path, opened: Opened, seed: int) -> None:
    """A sample of all golden cases as the folders of one project, other ones for each seed."""
    dice = random.Random(seed)
    place = tmp_path / "project"
    for case in dice.sample(sorted(set(GOLDEN)), 40):
        shutil.copytree(case, place / "-".join(case.parts[-3:]), ignore=shutil.ignore_patterns("after*", "findings*"))

    for path in place.rglob("before.*"):
        path.rename(path.with_name(path.name.replace("before", "compose" if "compose" in path.parts[-2] else "app")))

    assert same_as_fix(place, opened, seed, Risk(seed % 4)) > 0


def test_a_part_of_the_corpus(corpus: Path, tmp_path: Path, opened: Opened) -> None:
    place = tmp_path / "project"
    for name in ("GoogleCloudPlatform__microservices-demo", "docker__awesome-compose"):
        shutil.copytree(corpus / name, place / name, symlinks=True)

    for path in place.rglob("*"):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | 0o200)

    assert same_as_fix(place, opened, 11, Risk.MEDIUM) > 50


# ---- later rounds, several files


def second(service: Service) -> Iterator[Finding]:
    """Wants `tty` where `init` is set: it comes up once the fix of another rule is made."""
    if service.get("init") is True and service.get("tty") is None:
        at = service.at("tty")
        yield at.finding("no tty beside init", Fix("Set tty", Risk.SAFE, (at.put(True),)))


def test_a_fix_of_a_later_round_is_shown_and_can_be_rejected(folder: Path) -> None:
    review = reviewed(folder, INIT, made("second", second))
    path = "a.compose.yaml"
    assert {item.finding.rule for item in review.items_of(path)} == {"no-init"}
    assert review.later(path) == ()
    diff = review.diff(path)
    assert [line.text.strip() for hunk in diff.hunks for line in hunk.lines if line.mark == "+"].count("tty: true") == 2
    later = review.later(path)
    assert [item.finding.rule for item in later] == ["second", "second"]
    assert all(item.later and review.state(item.key) is State.ACCEPTED for item in later)
    owners = {line.owner for hunk in diff.hunks for line in hunk.lines if line.owner}
    assert owners == {item.key for item in (*later, *review.items_of(path))}
    assert all(review.item(owner) is not None for owner in owners)
    assert review.toggle([later[0].key]) == 1
    assert review.state(later[0].key) is State.REJECTED
    review.write()
    assert (folder / path).read_text().count("tty: true") == 1
    assert (folder / "b.compose.yaml").read_text().count("tty: true") == 2


def budget(service: Service) -> Iterator[Finding]:
    """A fix of the first service of `a` that makes a file and touches another one."""
    if service.file.path == "a.compose.yaml" and service.name == "web" and service.get("init") is None:
        at = service.at("init")
        other = Put("b.compose.yaml", 0, ("services", "web", "init"), True)
        patch = (at.put(True), other, NewFile("new/made.compose.yaml", {"services": {"x": {"image": "x:1"}}}))
        yield at.finding("not tied", Fix("Tie", Risk.SAFE, patch))


def test_a_fix_over_several_files_is_one_decision(folder: Path) -> None:
    review = reviewed(folder, made("tied", budget), RESTART)
    [item] = [item for item in review.items if item.ties]
    assert item.ties == ("b.compose.yaml", "new/made.compose.yaml")
    assert "init: true" in review.diff("b.compose.yaml").after
    made_file = review.diff("new/made.compose.yaml")
    assert made_file.new
    assert [line.owner for hunk in made_file.hunks for line in hunk.lines] == [item.key] * made_file.added
    review.toggle([item.key])
    assert "init: true" not in review.diff("b.compose.yaml").after
    assert review.diff("new/made.compose.yaml").hunks == ()
    assert not (folder / "new").exists()
    review.toggle([item.key])
    assert set(review.write().written) == {*item.ties, "a.compose.yaml", "c.compose.yaml"}
    assert (folder / "new" / "made.compose.yaml").is_file()
    assert review.state(item.key) is State.WRITTEN
    assert {one.path for one in review.items if one.path.startswith("new/")} == {"new/made.compose.yaml"}


def test_one_fix_alone(folder: Path) -> None:
    review = reviewed(folder, INIT, TTY, made("tied", budget))
    [item] = [item for item in review.items if item.ties]
    found = {diff.path: diff for diff in review.alone(item.key)}
    assert set(found) == {"a.compose.yaml", *item.ties}
    assert found["a.compose.yaml"].added == 1
    high = next(item for item in review.items if item.finding.rule == "no-tty")
    [only] = review.alone(high.key)
    assert (only.path, only.added, only.removed) == (high.path, 1, 0)
    assert "tty: true" in only.after
    assert review.state(high.key) is State.OPEN


# ---- what is kept


def test_only_what_depends_on_a_decision_is_planned_again(folder: Path) -> None:
    review = reviewed(folder, INIT)
    a, b = review.outcome("a.compose.yaml"), review.outcome("b.compose.yaml")
    assert review.is_planned("a.compose.yaml")
    review.toggle([review.items_of("b.compose.yaml")[0].key])
    assert review.is_planned("a.compose.yaml")
    assert not review.is_planned("b.compose.yaml")
    assert review.outcome("a.compose.yaml") is a
    assert review.outcome("b.compose.yaml") != b


def test_planning_leaves_no_trace(shop: Path, opened: Opened) -> None:
    """What is found, and what each file becomes, is the same after all was planned in some order or other."""
    review = opened(shop)
    before = contents(shop)
    review.accept_up_to(Risk.HIGH)
    paths = list(dict.fromkeys(item.path for item in review.items))
    first = {path: review.diff(path) for path in paths}
    review.summary()
    review.accept_up_to(Risk.LOW)
    review.accept_up_to(Risk.HIGH)
    assert {path: review.diff(path) for path in reversed(paths)} == first
    assert contents(shop) == before
    assert review.rescan(paths) == []


def test_a_line_has_both_numbers(folder: Path) -> None:
    review = reviewed(folder, INIT)
    [hunk] = review.diff("a.compose.yaml").hunks
    lines = [(line.mark, line.old, line.new, line.text) for line in hunk.lines]
    assert lines == [
        (" ", 1, 1, "services:"),
        (" ", 2, 2, "  web:"),
        (" ", 3, 3, "    image: example/web:1.2 # the web"),
        ("+", 0, 4, "    init: true"),
        (" ", 4, 5, "  db:"),
        (" ", 5, 6, "    image: example/db:1.2"),
        ("+", 0, 7, "    init: true"),
    ]
    assert hunk.header == "@@ -1,5 +1,7 @@"


def test_an_excerpt_shows_the_place_of_a_finding(folder: Path) -> None:
    (folder / "a.compose.yaml").write_text("# one\r\n" * 20 + COMPOSE)
    review = reviewed(folder, made("manual", lambda one: iter([one.at("image").finding("is bad", unfixable="no")])))
    web = review.items_of("a.compose.yaml")[0]
    [hunk] = review.excerpt(web.key).hunks
    own = [line for line in hunk.lines if line.own]
    assert [line.text for line in own] == ["    image: example/web:1.2 # the web"]
    assert own[0].old == web.line == 23
    assert len(hunk.lines) == 6 + 1 + 2


def test_a_fix_that_fails_its_proof_is_refused_by_name(folder: Path) -> None:
    def useless(service: Service) -> Iterator[Finding]:
        if service.name == "web":
            at = service.at("init")
            yield at.finding("stays", Fix("Do something else", Risk.SAFE, (service.at("tty").put(True),)))

    review = reviewed(folder, made("useless", useless), INIT)
    [key] = [item.key for item in review.items_of("a.compose.yaml") if item.finding.rule == "useless"]
    assert review.state(key) is State.ACCEPTED
    diff = review.diff("a.compose.yaml")
    assert [one.finding.identity for one in diff.refused] == [key]
    assert review.state(key) is State.REFUSED
    assert review.reason(key) == "the finding of useless at services.web is still there"
    assert review.totals.refused == 1
    summary = review.summary()
    assert len(summary.refused) == 3
    assert len(summary.files) == 3
    result = review.write()
    assert {one.finding.rule for one in result.refused} == {"useless"}
    assert "tty" not in (folder / "a.compose.yaml").read_text()
    assert review.state(key) is State.REFUSED


def test_decisions_while_a_plan_is_made(shop: Path, opened: Opened) -> None:
    """One thread plans all the time, another decides: in the end what is shown is what was decided."""
    review = opened(shop)
    stop = threading.Event()
    errors: list[Exception] = []

    def plan() -> None:
        while not stop.is_set():
            try:
                review.outcomes()
            except Exception as error:  # noqa: BLE001 - told to the test
                errors.append(error)
                return

    thread = threading.Thread(target=plan)
    thread.start()
    dice = random.Random(5)
    fixable = [item.key for item in review.items if item.finding.fix]
    for _ in range(400):
        dice.choice([review.toggle, review.accept, review.reject])(dice.sample(fixable, 9))
        review.is_planned("compose.yaml")

    stop.set()
    thread.join()
    assert errors == []
    fresh = opened(shop, review.decisions.choice)
    for path in dict.fromkeys(item.path for item in review.items):
        assert review.diff(path) == fresh.diff(path)
