"""What the bot decides: life cycles of pull requests, step by step, on a repository in memory."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest
from bot.simulated import World, boxes, clicked, kinds
from msgspec.structs import replace

from fixer.bot.decide import decide, decided
from fixer.bot.memory import read
from fixer.bot.records import (
    AppendCommit,
    ClosePull,
    CreatePull,
    Decided,
    EditPull,
    SetUp,
    State,
    UpdateBranch,
    Wait,
)
from fixer.policy.bot import BotLimits, BotSchedule, BotSettings

ONE = {"g0/a": b"bad1", "g0/b": b"bad1", "other": b"x"}
NEW = ["CreateBranch", "CreatePull"]


def world(files: dict[str, bytes] | None = None, **fields: object) -> World:
    return World(dict(files or ONE), **fields)  # type: ignore[arg-type]


def opened(**fields: object) -> World:
    made = world(**fields)
    made.run()
    assert [pull.branch for pull in made.open()] == ["fixer/safe-g0"]
    return made


def calm(made: World) -> None:
    """A further run writes nothing."""
    steps = made.run()
    assert kinds(steps) == []


def test_a_group_gets_a_branch_a_pull_request_and_a_dashboard() -> None:
    made = world()
    assert kinds(made.run()) == [*NEW, "CreateIssue"]
    assert made.tree(made.heads["fixer/safe-g0"])["g0/a"] == b"good1"
    assert made.dashboard is not None
    assert "#1 Fix g0" in made.dashboard.body
    calm(made)


def test_nothing_to_do_makes_nothing() -> None:
    made = world({"g0/a": b"good1"})
    assert made.run() == []


def test_a_push_without_its_pull_request_is_finished() -> None:
    made = world()
    steps = made.run()
    made = world()
    made.do(steps[0])
    assert kinds(made.run()) == ["CreatePull", "CreateIssue"]
    calm(made)


def test_base_moves_beside_it_and_nothing_is_pushed() -> None:
    made = opened()
    made.edit({"other": b"y"})
    calm(made)


def test_a_branch_that_base_wants_up_to_date_is_rebuilt() -> None:
    made = opened(strict=True)
    made.edit({"other": b"y"})
    assert kinds(made.run()) == ["UpdateBranch"]
    calm(made)


@pytest.mark.parametrize("way", ["setting", "label"])
def test_always_current_where_asked_for(way: str) -> None:
    made = opened(settings=BotSettings(update="behind" if way == "setting" else "conflict"))
    if way == "label":
        made.change(made.pulls[1], labels=("fixer-keep",))

    made.edit({"other": b"y"})
    assert "UpdateBranch" in kinds(made.run())
    calm(made)


def test_a_conflict_is_rebuilt_in_the_same_pull_request() -> None:
    made = opened()
    made.edit({"g0/a": b"bad2"})
    (update, edit) = [step for step in made.run() if not isinstance(step, Wait)]
    assert isinstance(update, UpdateBranch)
    assert isinstance(edit, EditPull)
    assert update.parent == made.heads["main"]
    assert made.tree(made.heads["fixer/safe-g0"])["g0/a"] == b"good2"
    assert len(made.pulls) == 1
    calm(made)


def test_changed_fixes_are_pushed() -> None:
    made = opened()
    made.edit({"g0/c": b"bad1"})
    assert kinds(made.run()) == ["UpdateBranch", "EditPull"]
    calm(made)


@pytest.mark.parametrize("how", ["setting", "forge"])
def test_without_force_an_update_is_a_commit_on_top(how: str) -> None:
    made = opened(settings=BotSettings(append_only=how == "setting"), force=how != "forge")
    old = made.heads["fixer/safe-g0"]
    made.edit({"g0/a": b"bad2"})
    assert kinds(made.run()) == ["AppendCommit", "EditPull"]
    assert old in made.history(made.heads["fixer/safe-g0"])
    assert made.merge(made.pulls[1])
    made.run()
    calm(made)


def test_no_longer_needed_is_closed_and_cleaned_up() -> None:
    made = opened()
    made.edit({"g0/a": b"good1", "g0/b": b"good1"})
    assert kinds(made.run()) == ["ClosePull", "DeleteBranch", "EditIssue"]
    assert "fixer/safe-g0" not in made.heads
    assert "none of its fixes is needed any more" in made.pulls[1].body
    calm(made)
    made.edit({"g0/a": b"bad1"})
    assert "CreatePull" in kinds(made.run())


def test_a_registry_that_does_not_answer_closes_nothing() -> None:
    made = opened()
    made.unanswered = {"g0/a", "g0/b"}
    made.run()
    assert made.pulls[1].state == "open"
    calm(made)
    made.unanswered = {"g0/a"}
    assert kinds(made.run()) == ["EditIssue"]
    calm(made)
    made.unanswered = set()
    made.run()
    calm(made)
    assert made.tree(made.heads["fixer/safe-g0"])["g0/a"] == b"good1"


def test_merged_and_its_branch_is_swept() -> None:
    made = opened()
    assert made.merge(made.pulls[1])
    assert kinds(made.run()) == ["DeleteBranch", "EditIssue"]
    calm(made)


def test_a_merge_that_somebody_reverts_is_a_no() -> None:
    made = opened()
    assert made.merge(made.pulls[1])
    made.run()
    made.edit({"g0/a": b"bad1", "g0/b": b"bad1"})
    made.refused = {("g0/a", b"bad1"), ("g0/b", b"bad1")}
    assert kinds(made.run()) == ["EditIssue"]
    assert made.dashboard is not None
    assert "### Refused" in made.dashboard.body
    calm(made)


# ---- closed means no


def test_closed_by_a_person_never_comes_back() -> None:
    made = opened()
    made.close(made.pulls[1])
    assert kinds(made.run()) == ["EditIssue"]
    calm(made)
    made.edit({"other": b"y"})
    calm(made)
    assert "fixer/safe-g0" in made.heads


def test_a_new_finding_comes_without_the_refused_ones() -> None:
    made = opened()
    made.close(made.pulls[1])
    made.edit({"g0/c": b"bad1"})
    steps = made.run()
    assert kinds(steps) == ["UpdateBranch", "CreatePull", "EditIssue"]
    (update,) = [step for step in steps if isinstance(step, UpdateBranch)]
    assert [change.path for change in update.changes] == ["g0/c"]
    assert [box.ticked for box in boxes(made.pulls[2])] == [True, True, False]
    calm(made)


def test_another_text_is_another_proposal() -> None:
    made = opened()
    made.close(made.pulls[1])
    made.edit({"g0/a": b"bad2"})
    steps = made.run()
    assert [change.path for step in steps if isinstance(step, UpdateBranch) for change in step.changes] == ["g0/a"]


def test_the_dashboard_takes_a_no_back() -> None:
    made = opened()
    made.close(made.pulls[1])
    made.run()
    assert made.dashboard is not None
    made.dashboard = replace(made.dashboard, body=clicked(made.dashboard.body, "recreate", "fixer/safe-g0"))
    made.refused = set()
    assert kinds(made.run()) == ["CreatePull", "EditIssue"]
    assert [pull.state for pull in made.pulls.values()] == ["closed", "open"]
    calm(made)


def test_closed_with_a_blanked_body_is_a_no_to_the_group() -> None:
    made = opened()
    made.change(made.pulls[1], body="")
    made.close(made.pulls[1])
    made.run()
    made.edit({"g0/c": b"bad1"})
    assert "CreatePull" not in kinds(made.run())
    calm(made)


def test_reopened_by_a_person_it_goes_on() -> None:
    made = opened()
    made.close(made.pulls[1])
    made.run()
    made.change(made.pulls[1], state="open")
    made.refused = set()
    made.edit({"g0/a": b"bad2"})
    assert "UpdateBranch" in kinds(made.run())
    assert len(made.pulls) == 1
    calm(made)


def test_a_deleted_branch_is_a_closed_pull_request() -> None:
    made = opened()
    made.close(made.pulls[1])
    del made.heads["fixer/safe-g0"]
    made.run()
    calm(made)
    assert list(made.heads) == ["main"]


# ---- one fix


def test_a_box_leaves_one_fix_out_and_brings_it_back() -> None:
    made = opened()
    key = made.key("g0/a", b"bad1")
    made.click(made.pulls[1], "skip", key)
    assert kinds(made.run()) == ["UpdateBranch", "EditPull"]
    assert made.tree(made.heads["fixer/safe-g0"]) == {"g0/a": b"bad1", "g0/b": b"good1", "other": b"x"}
    calm(made)
    made.click(made.pulls[1], "skip", key, tick=False)
    assert kinds(made.run()) == ["UpdateBranch", "EditPull"]
    assert made.tree(made.heads["fixer/safe-g0"])["g0/a"] == b"good1"
    calm(made)


def test_a_fix_left_out_stays_out_after_the_merge() -> None:
    made = opened()
    made.click(made.pulls[1], "skip", made.key("g0/a", b"bad1"))
    made.run()
    made.refused = {("g0/a", b"bad1")}
    assert made.merge(made.pulls[1])
    made.run()
    assert made.open() == []
    calm(made)


def test_a_no_is_not_forgotten_while_a_registry_is_silent() -> None:
    made = opened()
    made.click(made.pulls[1], "skip", made.key("g0/b", b"bad1"))
    made.unanswered = {"g0/b"}
    assert kinds(made.run()) == ["UpdateBranch", "EditPull"]
    calm(made)
    made.unanswered = set()
    made.refused = {("g0/b", b"bad1")}
    made.run()
    calm(made)


def test_all_left_out_closes_it_and_is_remembered() -> None:
    made = opened()
    for name in ("g0/a", "g0/b"):
        made.click(made.pulls[1], "skip", made.key(name, b"bad1"))

    made.refused = {("g0/a", b"bad1"), ("g0/b", b"bad1")}
    steps = made.run()
    (close,) = [step for step in steps if isinstance(step, ClosePull)]
    assert close.reason == "every fix was left out"
    calm(made)
    assert made.open() == []


# ---- commits of people


def test_a_human_commit_is_never_pushed_over() -> None:
    made = opened()
    human = made.push("fixer/safe-g0", {"other": b"mine"})
    assert kinds(made.run()) == ["EditPull", "EditIssue"]
    assert "commits of other people" in made.pulls[1].body
    calm(made)
    made.edit({"g0/a": b"bad2"})
    made.run()
    calm(made)
    assert made.heads["fixer/safe-g0"] == human


def test_work_goes_on_behind_a_human_commit() -> None:
    made = opened()
    human = made.push("fixer/safe-g0", {"g0/c": b"bad1"})
    steps = made.run()
    (append,) = [step for step in steps if isinstance(step, AppendCommit)]
    assert append.lease == human
    assert made.tree(made.heads["fixer/safe-g0"])["g0/c"] == b"good1"
    calm(made)


def test_the_body_tells_what_a_branch_with_human_commits_holds() -> None:
    made = opened()
    made.push("fixer/safe-g0", {"other": b"mine"})
    made.run()
    made.edit({"g0/c": b"bad1"})
    made.run()
    assert "**2 findings** in **2 files**" in made.pulls[1].body
    calm(made)
    made.push("fixer/safe-g0", {"g0/c": b"bad1"})
    assert kinds(made.run()) == ["AppendCommit", "EditPull"]
    assert "**3 findings** in **3 files**" in made.pulls[1].body
    calm(made)


def test_a_fix_that_somebody_took_out_stays_out() -> None:
    made = opened()
    made.push("fixer/safe-g0", {"g0/a": b"bad1"})
    made.refused = {("g0/a", b"bad1")}
    assert kinds(made.run()) == ["EditPull", "EditIssue"]
    assert [box.ticked for box in boxes(made.pulls[1])] == [True, False]
    calm(made)
    assert made.merge(made.pulls[1])
    made.run()
    calm(made)
    assert made.open() == []


def test_it_can_be_had_back_by_its_box() -> None:
    made = opened()
    made.push("fixer/safe-g0", {"g0/a": b"bad1"})
    made.run()
    made.click(made.pulls[1], "skip", made.key("g0/a", b"bad1"), tick=False)
    assert kinds(made.run()) == ["AppendCommit", "EditPull"]
    assert made.tree(made.heads["fixer/safe-g0"])["g0/a"] == b"good1"
    calm(made)


def test_a_fix_replaced_by_hand_and_taken_out_again_is_not_fought_over() -> None:
    made = opened()
    made.push("fixer/safe-g0", {"g0/a": b"bad9"})
    made.run()
    calm(made)
    made.push("fixer/safe-g0", {"g0/a": b"bad9"})
    made.refused = {("g0/a", b"bad9")}
    made.run()
    calm(made)


def test_handing_back_keeps_the_commits_on_a_branch_of_their_own() -> None:
    made = opened()
    human = made.push("fixer/safe-g0", {"other": b"mine"})
    made.run()
    made.click(made.pulls[1], "do", "handback")
    assert kinds(made.run()) == ["KeepBranch", "UpdateBranch", "EditPull", "EditIssue"]
    assert made.heads[f"fixer/kept-{human[:12]}"] == human
    calm(made)


def test_a_click_before_a_human_commit_does_not_give_the_branch_back() -> None:
    made = opened()
    made.edit({"other": b"y"})
    made.click(made.pulls[1], "do", "rebuild")
    human = made.push("fixer/safe-g0", {"g1/x": b"mine"})
    assert kinds(made.run()) == ["EditPull", "EditIssue"]
    assert made.heads["fixer/safe-g0"] == human
    calm(made)


def test_automatic_merging_is_taken_back_from_foreign_commits() -> None:
    made = opened(settings=BotSettings(automerge="safe"))
    assert made.pulls[1].automerge
    made.push("fixer/safe-g0", {"other": b"mine"})
    assert kinds(made.run())[0] == "DisableAutomerge"
    calm(made)


def test_a_branch_of_somebody_else_is_left_alone() -> None:
    made = world()
    made.heads["fixer/safe-g0"] = made.heads["main"]
    human = made.push("fixer/safe-g0", {"other": b"mine"})
    assert kinds(made.run()) == ["CreateIssue"]
    assert made.heads["fixer/safe-g0"] == human
    calm(made)


def test_a_title_that_a_person_gave_stays() -> None:
    made = opened()
    made.change(made.pulls[1], title="Our words")
    made.edit({"g0/c": b"bad1"})
    made.run()
    assert made.pulls[1].title == "Our words"
    calm(made)


def test_what_people_write_around_the_body_stays() -> None:
    made = opened()
    made.change(made.pulls[1], body=f"For the meeting.\r\n\r\n{made.pulls[1].body}\nDone by Ann.")
    made.edit({"g0/c": b"bad1"})
    made.run()
    body = made.pulls[1].body
    assert body.startswith("For the meeting.\n\n<!-- fixer:begin -->")
    assert body.endswith("Done by Ann.\n")
    calm(made)


def test_the_line_ends_of_a_browser_are_no_difference() -> None:
    made = opened()
    made.change(made.pulls[1], body=made.pulls[1].body.replace("\n", "\r\n"))
    calm(made)


def test_a_newer_version_of_the_tool_is_no_reason_to_write(monkeypatch: pytest.MonkeyPatch) -> None:
    made = opened()
    monkeypatch.setattr("fixer.bot.memory.__version__", "99.0")
    calm(made)
    made.edit({"g0/c": b"bad1"})
    made.run()
    marker = read(made.pulls[1].body)
    assert marker is not None
    assert marker.tool == "99.0"


def test_a_blanked_body_is_written_again() -> None:
    made = opened()
    made.change(made.pulls[1], body="")
    assert kinds(made.run()) == ["EditPull"]
    calm(made)


def test_the_stop_label_stops_everything() -> None:
    made = opened()
    made.change(made.pulls[1], labels=("fixer-stop",))
    made.edit({"g0/a": b"good1", "g0/b": b"good1"})
    assert kinds(made.run()) == ["EditIssue"]
    calm(made)


def test_asked_for_it_is_given_up_though_nothing_can_be_told() -> None:
    made = opened()
    made.unanswered = {"g0/a", "g0/b"}
    made.click(made.pulls[1], "do", "rebuild")
    assert kinds(made.run()) == ["ClosePull", "DeleteBranch", "EditIssue"]
    calm(made)


def test_the_stop_label_keeps_it_open_when_nothing_is_left() -> None:
    made = opened()
    made.change(made.pulls[1], labels=("fixer-stop",))
    made.edit({"g0/a": b"good1", "g0/b": b"good1"})
    made.run()
    assert made.pulls[1].state == "open"


def test_the_rebuild_box_rebuilds_once() -> None:
    made = opened()
    made.edit({"other": b"y"})
    made.click(made.pulls[1], "do", "rebuild")
    assert kinds(made.run()) == ["UpdateBranch", "EditPull"]
    calm(made)


# ---- limits and schedule

MANY = {f"g{number}/a": b"bad1" for number in range(9)}


@pytest.mark.parametrize(
    ("limits", "count"),
    [
        (BotLimits(open=2, per_hour=0, per_run=0), 2),
        (BotLimits(open=0, per_hour=3, per_run=0), 3),
        (BotLimits(open=0, per_hour=0, per_run=4), 4),
        (BotLimits(open=0, per_hour=0, per_run=0, commits_per_hour=5), 5),
        (BotLimits(open=0, per_hour=0, per_run=0), 9),
    ],
)
def test_limits(limits: BotLimits, count: int) -> None:
    made = world(MANY, settings=BotSettings(limits=limits))
    made.run()
    assert len(made.pulls) == count
    if not limits.per_run:
        calm(made)


def test_pushes_that_were_pushed_over_count() -> None:
    """A branch that is rebuilt three times costs three runs of the tests, though one commit is left to see."""
    made = opened(settings=BotSettings(limits=BotLimits(open=0, per_hour=0, per_run=0, commits_per_hour=3)))
    for text in (b"bad2", b"bad3"):
        made.edit({"g0/a": text})
        assert "UpdateBranch" in kinds(made.run())

    made.edit({"g0/a": b"bad4"})
    assert kinds(made.run()) == ["EditIssue"]
    made.now += dt.timedelta(hours=1)
    assert "UpdateBranch" in kinds(made.run())


def test_the_hour_passes() -> None:
    made = world(MANY, settings=BotSettings(limits=BotLimits(per_hour=3, open=0, per_run=0)))
    made.run()
    made.now += dt.timedelta(minutes=59)
    calm(made)
    made.now += dt.timedelta(minutes=1)
    made.run()
    assert len(made.pulls) == 6


def test_safe_and_severe_first() -> None:
    made = world(MANY, settings=BotSettings(limits=BotLimits(open=3, per_hour=0, per_run=0)))
    made.run()
    assert {pull.branch for pull in made.pulls.values()} == {"fixer/safe-g0", "fixer/safe-g3", "fixer/safe-g6"}


def test_a_closed_one_makes_room_in_the_same_run() -> None:
    made = world(MANY, settings=BotSettings(limits=BotLimits(open=1, per_hour=0, per_run=0)))
    made.run()
    made.edit({"g0/a": b"good1"})
    made.run()
    assert [pull.branch for pull in made.open()] == ["fixer/safe-g3"]
    calm(made)


def test_a_click_on_the_dashboard_is_stronger_than_limits_and_schedule() -> None:
    limits = BotLimits(open=1, per_hour=1, per_run=1)
    made = world(MANY, settings=BotSettings(limits=limits))
    made.run()
    made.settings = BotSettings(limits=limits, schedule=BotSchedule(after="22:00", before="23:00"))
    assert made.dashboard is not None
    made.dashboard = replace(made.dashboard, body=clicked(made.dashboard.body, "create", "fixer/medium-g5"))
    made.run()
    assert {pull.branch for pull in made.open()} == {"fixer/safe-g0", "fixer/medium-g5"}
    calm(made)


def test_outside_of_its_hours_it_only_tidies_up() -> None:
    made = opened(settings=BotSettings(schedule=BotSchedule(after="12:00", before="13:00")))
    made.now += dt.timedelta(hours=2)
    made.edit({"g0/c": b"bad1", "g1/a": b"bad1"})
    steps = made.run()
    assert kinds(steps) == ["EditIssue"]
    calm(made)
    made.edit({"g0/a": b"good1", "g0/b": b"good1", "g0/c": b"good1"})
    assert "ClosePull" in kinds(made.run())


@pytest.mark.parametrize("budget", range(8))
def test_a_budget_is_kept_and_the_rest_is_done_later(budget: int) -> None:
    made = world(MANY, settings=BotSettings(limits=BotLimits(open=0, per_hour=0, per_run=0)), budget=budget)
    steps = made.run()
    assert made.writes <= budget
    assert any(isinstance(step, Wait) for step in steps)
    made.budget = 1000
    made.run()
    assert len(made.open()) == 9
    calm(made)


# ---- once, when made


def test_labels_and_people_are_set_once() -> None:
    settings = BotSettings(labels=("security",), assignees=("ann",), reviewers=("bob", "fixer-bot"), draft="always")
    made = world(settings=settings)
    state = made.state()
    state = replace(state, repository=replace(state.repository, login="Fixer-Bot"))
    steps = decide(state)
    (setup,) = [step for step in steps if isinstance(step, SetUp)]
    (pull,) = [step for step in steps if isinstance(step, CreatePull)]
    assert (setup.labels, setup.assignees, setup.reviewers) == (("security",), ("ann",), ("bob",))
    assert pull.draft
    made.run()
    made.change(made.pulls[1], labels=())
    calm(made)


@pytest.mark.parametrize(
    ("draft", "risk", "expected"),
    [("high", "medium", False), ("medium", "medium", True), ("never", "medium", False), ("low", "safe", False)],
)
def test_drafts_from_a_risk_on(draft: str, risk: str, expected: bool) -> None:
    folder = {"safe": "g0", "medium": "g2"}[risk]
    made = world({f"{folder}/a": b"bad1"}, settings=BotSettings(draft=draft))  # type: ignore[arg-type]
    made.run()
    assert made.pulls[1].draft is expected


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (BotSettings(automerge="safe"), "squash"),
        (BotSettings(automerge="low", automerge_method="rebase"), "rebase"),
        (BotSettings(automerge="safe", draft="always"), ""),
        (BotSettings(), ""),
    ],
)
def test_automatic_merging_is_asked_for_once_and_not_for_drafts(settings: BotSettings, expected: str) -> None:
    made = world({"g0/a": b"bad1", "g2/a": b"bad1"}, settings=settings)
    steps = [step for step in made.run() if isinstance(step, SetUp)]
    assert {step.branch: step.automerge for step in steps} == ({"fixer/safe-g0": expected} if expected else {})


# ---- configuration


def test_a_wrong_configuration_is_one_issue_and_stops_the_rest() -> None:
    made = world(problem=".fixer.yaml:1:1: there is no key 'x'")
    assert kinds(made.run()) == ["CreateIssue"]
    calm(made)
    made.problem = ".fixer.yaml:2:1: there is no key 'y'"
    assert kinds(made.run()) == ["EditIssue"]
    calm(made)
    made.problem = ""
    assert kinds(made.run()) == ["CloseIssue", *NEW, "CreateIssue"]
    calm(made)
    made.problem = ".fixer.yaml:2:1: there is no key 'y'"
    assert kinds(made.run()) == ["CreateIssue"]


def test_a_closed_issue_about_the_configuration_stays_closed() -> None:
    made = world(problem="wrong")
    made.run()
    assert made.trouble is not None
    made.trouble = replace(made.trouble, state="closed")
    calm(made)


def test_switched_off_it_does_nothing() -> None:
    made = opened()
    made.settings = BotSettings(enabled=False)
    made.edit({"g0/a": b"good1", "g0/b": b"good1"})
    calm(made)


def test_another_base_moves_the_pull_request() -> None:
    made = opened()
    made.change(made.pulls[1], base="develop")
    (edit,) = [step for step in made.run() if isinstance(step, EditPull)]
    assert edit.base == "main"
    calm(made)


def test_a_branch_called_like_the_prefix_is_in_the_way() -> None:
    made = world()
    made.heads["fixer"] = made.heads["main"]
    assert kinds(made.run()) == ["CreateIssue"]
    assert made.dashboard is not None
    assert "a branch is called fixer" in made.dashboard.body
    assert "fixer" in made.heads
    calm(made)


def test_a_dashboard_blanked_comes_back_and_closed_it_stays_closed() -> None:
    made = opened()
    assert made.dashboard is not None
    made.dashboard = replace(made.dashboard, body="")
    assert kinds(made.run()) == ["EditIssue"]
    calm(made)
    made.dashboard = replace(made.dashboard, state="closed")
    made.edit({"g1/a": b"bad1"})
    assert kinds(made.run()) == NEW


def test_a_click_on_a_closed_dashboard_is_not_heard_again_and_again() -> None:
    made = opened()
    made.close(made.pulls[1])
    made.run()
    assert made.dashboard is not None
    body = clicked(made.dashboard.body, "recreate", "fixer/safe-g0")
    made.dashboard = replace(made.dashboard, body=body, state="closed")
    calm(made)


def test_no_dashboard_where_none_is_wanted() -> None:
    made = world(settings=BotSettings(dashboard=False))
    assert kinds(made.run()) == NEW
    calm(made)


# ---- onboarding


def test_onboarding_comes_first_and_alone() -> None:
    made = world(configured=False, onboarding=True)
    assert kinds(made.run()) == NEW
    assert made.pulls[1].branch == "fixer/configure"
    assert "| Fix g0 | safe | low | 2 | 2 |" in made.pulls[1].body
    calm(made)
    assert made.merge(made.pulls[1])
    made.configured = True
    assert kinds(made.run()) == [*NEW, "DeleteBranch", "CreateIssue"]
    calm(made)


def test_onboarding_closed_is_off() -> None:
    made = world(configured=False, onboarding=True)
    made.run()
    made.close(made.pulls[1])
    calm(made)
    made.edit({"g3/a": b"bad1"})
    calm(made)


def test_edits_of_the_configuration_are_kept() -> None:
    made = world(configured=False, onboarding=True)
    made.run()
    human = made.push("fixer/configure", {".fixer.yaml": b"risk: high\n"})
    assert kinds(made.run()) == ["EditPull"]
    calm(made)
    assert made.heads["fixer/configure"] == human


def test_a_configuration_that_was_removed_again_is_not_proposed_again() -> None:
    made = world(configured=False, onboarding=True)
    made.run()
    assert made.merge(made.pulls[1])
    calm(made)


def test_where_issues_are_off_there_are_none() -> None:
    made = world(problem="wrong")
    state = made.state()
    state = replace(state, repository=replace(state.repository, issues=False))
    assert [type(step) for step in decide(state)] == [Wait]
    names = kinds(list(decide(replace(state, problem=""))))
    assert names == NEW


def test_a_dashboard_that_is_wanted_no_more_is_closed() -> None:
    made = opened()
    made.settings = BotSettings(dashboard=False)
    assert kinds(made.run()) == ["CloseIssue"]
    calm(made)
    made.settings = BotSettings()
    assert kinds(made.run()) == ["CreateIssue"]
    calm(made)


def test_a_branch_that_is_gone_is_not_made_again() -> None:
    made = opened()
    del made.heads["fixer/safe-g0"]
    assert kinds(made.run()) == ["EditIssue"]
    calm(made)


def test_no_longer_needed_and_its_branch_is_gone() -> None:
    made = opened()
    made.edit({"g0/a": b"good1", "g0/b": b"good1"})
    del made.heads["fixer/safe-g0"]
    assert kinds(made.run()) == ["ClosePull", "EditIssue"]
    calm(made)


def test_a_half_made_branch_with_a_human_commit_is_built_upon() -> None:
    made = world()
    made.do(made.state_steps()[0])
    human = made.push("fixer/safe-g0", {"g0/c": b"bad1"})
    assert kinds(made.run()) == ["AppendCommit", "CreatePull", "CreateIssue"]
    assert human in made.history(made.heads["fixer/safe-g0"])
    calm(made)


def test_a_click_that_cannot_be_followed_stays() -> None:
    made = opened()
    made.push("fixer/safe-g0", {"other": b"mine"})
    made.run()
    made.close(made.pulls[1])
    made.run()
    assert made.dashboard is not None
    made.dashboard = replace(made.dashboard, body=clicked(made.dashboard.body, "recreate", "fixer/safe-g0"))
    assert kinds(made.run()) == ["EditIssue"]
    assert "[x] #1 Fix g0" in made.dashboard.body
    calm(made)


def test_what_is_decided_can_be_written_down() -> None:
    state = world().state()
    found = decided(state)
    assert (found.repository, found.base, found.head) == ("acme/app", "main", state.repository.head)
    assert msgspec.json.decode(msgspec.json.encode(found), type=Decided) == found
    assert msgspec.json.decode(msgspec.json.encode(state), type=State) == state


# ---- without a forge


def test_without_a_forge_there_are_branches_only() -> None:
    made = world(MANY, forge=False)
    assert kinds(made.run()) == ["CreateBranch"] * 9
    calm(made)
    made.edit({"g0/a": b"bad2", "g1/a": b"good1"})
    assert sorted(kinds(made.run())) == ["DeleteBranch", "UpdateBranch"]
    calm(made)
    human = made.push("fixer/safe-g0", {"x": b"mine"})
    made.edit({"g0/a": b"bad3"})
    calm(made)
    assert made.heads["fixer/safe-g0"] == human
