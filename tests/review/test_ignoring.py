"""Ignoring a finding: what would be written is shown, holds, is written, and can be taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from review.conftest import Opened, contents

from fixer.errors import UserError
from fixer.policy.writing import Ignore
from fixer.review.records import Item, State
from fixer.review.review import Review

SAID = Ignore("the proxy in front does it", "2031-03-31")


def one(review: Review, rule: str, path: str = "compose.yaml") -> Item:
    return next(item for item in review.items_of(path) if item.finding.rule == rule)


def test_a_comment_is_shown_before_it_is_written(shop: Path, opened: Opened) -> None:
    review = opened(shop)
    item = one(review, "unbound-port")
    before = contents(shop)
    preview = review.ignore_preview([item.key], SAID)
    assert contents(shop) == before
    added = [line[1:].strip() for line in preview.diff.splitlines() if line.startswith("+") and line[1:2] == " "]
    assert added == ["# fixer: ignore[unbound-port] the proxy in front does it expires=2031-03-31"]
    assert review.state(item.key) is not State.EXCUSED
    assert review.ignore(preview) == ["compose.yaml"]
    assert (shop / "compose.yaml").read_bytes() == preview.data
    assert review.state(item.key) is State.EXCUSED
    assert "the proxy in front does it" in review.reason(item.key)
    fresh = opened(shop)
    assert fresh.state(item.key) is State.EXCUSED
    assert fresh.totals == review.totals


def test_undo_takes_the_comment_away_again(shop: Path, opened: Opened) -> None:
    review = opened(shop)
    item = one(review, "unbound-port")
    before, state = contents(shop), review.state(item.key)
    review.ignore(review.ignore_preview([item.key], SAID))
    after = contents(shop)
    assert review.last == "ignore 1 finding"
    review.undo()
    assert contents(shop) == before
    assert review.state(item.key) is state
    review.redo()
    assert contents(shop) == after
    assert review.state(item.key) is State.EXCUSED


def test_undo_takes_the_comment_out_of_a_file_that_changed_since(shop: Path, opened: Opened) -> None:
    review = opened(shop)
    item = one(review, "unbound-port")
    path = shop / "compose.yaml"
    before = path.read_text()
    review.ignore(review.ignore_preview([item.key], SAID))
    path.write_text(path.read_text() + "# mine\n")
    review.undo()
    assert path.read_text() == before + "# mine\n"
    assert review.state(item.key) is not State.EXCUSED
    review.redo()
    assert path.read_text().count("# fixer: ignore[unbound-port]") == 1
    review.undo()
    assert path.read_text() == before + "# mine\n"


def test_undo_goes_on_behind_what_fixer_wrote(shop: Path, opened: Opened) -> None:
    review = opened(shop)
    first = next(item.key for item in review.items if review.state(item.key) is State.ACCEPTED)
    review.reject([first])
    review.ignore(review.ignore_preview([one(review, "unbound-port").key], SAID))
    review.write()
    assert "# fixer: ignore[unbound-port]" in (shop / "compose.yaml").read_text()
    review.undo()
    assert "# fixer: ignore" not in (shop / "compose.yaml").read_text()
    review.undo()
    assert review.state(first) is State.ACCEPTED


@pytest.mark.parametrize("change", ["gone", "twice", "file"])
def test_a_comment_that_cannot_be_taken_out_does_not_block_undo(shop: Path, opened: Opened, change: str) -> None:
    review = opened(shop)
    first = next(item.key for item in review.items if review.state(item.key) is State.ACCEPTED)
    review.reject([first])
    review.ignore(review.ignore_preview([one(review, "unbound-port").key], SAID))
    path = shop / "compose.yaml"
    [line] = [line for line in path.read_text().splitlines(keepends=True) if "fixer: ignore" in line]
    if change == "file":
        path.unlink()
    else:
        path.write_text(path.read_text().replace(line, "" if change == "gone" else line * 2))

    after = contents(shop)
    with pytest.raises(UserError, match=r"compose\.yaml: it was changed meanwhile.*'ignore 1 finding' stays"):
        review.undo()

    assert contents(shop) == after
    assert not review.can_redo
    review.undo()
    assert review.state(first) is State.ACCEPTED
    assert not review.can_undo


def test_findings_on_several_lines_get_a_comment_each(shop: Path, opened: Opened) -> None:
    review = opened(shop)
    keys = [item.key for item in review.items_of("compose.yaml") if item.finding.rule == "missing-healthcheck"]
    assert len(keys) > 1
    review.ignore(review.ignore_preview(keys, SAID))
    assert (shop / "compose.yaml").read_text().count("ignore[missing-healthcheck]") == len(keys)
    assert {review.state(key) for key in keys} == {State.EXCUSED}


def test_an_exemption_goes_into_the_configuration(shop: Path, opened: Opened) -> None:
    review = opened(shop)
    item = one(review, "unbound-port")
    before = contents(shop)
    preview = review.ignore_preview([item.key], SAID, central=True)
    assert preview.path == ".fixer.yaml"
    assert preview.diff.startswith("--- /dev/null\n")
    review.ignore(preview)
    assert review.state(item.key) is State.EXCUSED
    assert contents(shop) == {**before, ".fixer.yaml": preview.data}
    assert opened(shop).state(item.key) is State.EXCUSED
    second = one(review, "missing-healthcheck")
    review.ignore(review.ignore_preview([second.key], SAID, central=True))
    assert {review.state(item.key), review.state(second.key)} == {State.EXCUSED}
    review.undo()
    review.undo()
    assert contents(shop) == before
    assert State.EXCUSED not in {review.state(item.key), review.state(second.key)}


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (Ignore(" "), "a reason on one line is needed"),
        (Ignore("one\ntwo"), "a reason on one line is needed"),
        (Ignore("because", "soon"), "soon: a date such as 2027-03-31 is wanted"),
        (Ignore("because", "2001-01-01"), "the comment would not excuse unbound-port: .*it ended on 2001-01-01"),
    ],
)
def test_what_would_not_hold_is_refused(shop: Path, opened: Opened, said: Ignore, message: str) -> None:
    review = opened(shop)
    before = contents(shop)
    with pytest.raises(UserError, match=message):
        review.ignore_preview([one(review, "unbound-port").key], said)

    assert contents(shop) == before
    assert review.rescan(["compose.yaml"]) == []


def test_a_comment_stands_in_one_file(shop: Path, opened: Opened) -> None:
    review = opened(shop)
    keys = [one(review, "unbound-port").key, review.items_of("api/Dockerfile")[0].key]
    with pytest.raises(UserError, match="choose findings of one"):
        review.ignore_preview(keys, SAID)

    review.ignore(review.ignore_preview(keys, SAID, central=True))
    assert {review.state(key) for key in keys} == {State.EXCUSED}


def test_a_file_that_changed_after_the_preview_is_left_alone(shop: Path, opened: Opened) -> None:
    review = opened(shop)
    preview = review.ignore_preview([one(review, "unbound-port").key], SAID)
    path = shop / "compose.yaml"
    path.write_text(path.read_text() + "# mine\n")
    with pytest.raises(UserError, match="changed meanwhile"):
        review.ignore(preview)

    assert path.read_text().endswith("# mine\n")
    assert not review.can_undo


def test_a_damaged_configuration_is_named(shop: Path, opened: Opened) -> None:
    review = opened(shop)
    (shop / ".fixer.yaml").write_text("exemptions: [\n")
    with pytest.raises(UserError, match=r"\.fixer\.yaml"):
        review.ignore_preview([one(review, "unbound-port").key], SAID, central=True)

    assert (shop / ".fixer.yaml").read_text() == "exemptions: [\n"


def test_an_ignore_is_on_disk_and_need_not_be_saved(shop: Path, opened: Opened) -> None:
    review = opened(shop)
    key = review.items_of("api/Dockerfile")[0].key
    review.ignore(review.ignore_preview([key], Ignore("later"), central=False))
    assert not review.unsaved
    other = next(item.key for item in review.items if review.state(item.key) is State.ACCEPTED)
    review.reject([other])
    assert review.unsaved
