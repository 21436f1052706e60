"""Steps are carried out once, in order, and what a person did meanwhile is left as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from bot.double.double import Double
from bot.double.faults import REPLIES, Fault
from bot.double.place import Place
from bot.test_auth import as_app, key  # noqa: F401 - fixtures

from fixer.bot.auth import Access, login_of
from fixer.bot.budget import Budget, Exhausted
from fixer.bot.budget import Limits as Writes
from fixer.bot.executor import Skip, carry_out, owed
from fixer.bot.git import GitProblem, workspace
from fixer.bot.github import GitHub
from fixer.bot.journal import Journal
from fixer.bot.problems import ForgeProblem
from fixer.bot.records import (
    AppendCommit,
    Change,
    CloseIssue,
    ClosePull,
    CreateBranch,
    CreateIssue,
    CreatePull,
    DeleteBranch,
    DisableAutomerge,
    EditIssue,
    EditPull,
    KeepBranch,
    SetUp,
    Step,
    UpdateBranch,
    Wait,
)
from fixer.bot.remote import Performer, git_of
from fixer.bot.transport import Pace

PACE = Pace(timeout=5, longest=2.0, tries=3, pause=0.01)
BRANCH = "fixer/safe-build"


# ---- the order of steps


def steps() -> list[Step]:
    return [
        CreateBranch("r", "a", branch="fixer/a"),
        CreatePull("r", "a", branch="fixer/a"),
        SetUp("r", "a", branch="fixer/a"),
        Wait("not now", "b"),
        CreateBranch("r", "c", branch="fixer/c"),
    ]


def became(perform: Callable[[Step], str], journal: Journal | None = None) -> list[str]:
    return [one.became for one in carry_out("acme/app", steps(), perform, journal or Journal()).done]


def failing(error: Exception, at: int) -> Callable[[Step], str]:
    count = iter(range(99))

    def perform(_: Step) -> str:
        if next(count) == at:
            raise error

        return ""

    return perform


def test_all_goes_well() -> None:
    journal = Journal()
    assert became(lambda _: "", journal) == ["done", "done", "done", "waits", "done"]
    assert owed("acme/app", journal) == []


@pytest.mark.parametrize("error", [ForgeProblem("forbidden", "no"), GitProblem("no")])
def test_what_fails_takes_the_rest_of_its_group_along_and_no_other(error: Exception) -> None:
    assert became(failing(error, 0)) == ["failed", "skipped", "skipped", "waits", "done"]


@pytest.mark.parametrize("error", [Skip("changed"), GitProblem("moved", stale=True), ForgeProblem("conflict", "moved")])
def test_what_changed_meanwhile_is_for_the_next_run(error: Exception) -> None:
    assert became(failing(error, 0)) == ["skipped", "skipped", "skipped", "waits", "done"]


def test_what_the_budget_does_not_allow_is_left_and_owed() -> None:
    journal = Journal()
    assert became(failing(Exhausted(600), 2), journal) == ["done", "done", "left", "waits", "left"]
    assert [one.branch for one in owed("acme/app", journal)] == ["fixer/a"]


def test_a_limit_leaves_the_rest_to_the_next_run() -> None:
    carried = carry_out("acme/app", steps(), failing(ForgeProblem("limited", "fewer", wait=900), 1), Journal())
    assert [one.became for one in carried.done] == ["done", "left", "left", "waits", "left"]
    assert carried.stop == "fewer"


def test_a_pull_request_that_is_gone_needs_no_setting_up() -> None:
    journal = Journal()
    journal.owe("acme/app", "fixer/a", '{"type":"SetUp","reason":"r","group":"a","branch":"fixer/a"}')
    [late] = owed("acme/app", journal)
    carried = carry_out("acme/app", [late, *steps()[:2]], failing(Skip("gone"), 0), journal)
    assert [one.became for one in carried.done] == ["skipped", "done", "done"]
    assert owed("acme/app", journal) == []


def test_an_archived_repository_is_given_up_and_a_dead_token_stops_the_run() -> None:
    carried = carry_out("acme/app", steps(), failing(ForgeProblem("archived", "it is archived"), 0), Journal())
    assert [one.became for one in carried.done] == ["failed", "skipped", "skipped", "skipped", "skipped"]
    assert carried.stop == ""
    assert carry_out("acme/app", steps(), failing(ForgeProblem("login", "refused"), 0), Journal()).stop == "refused"


# ---- against a forge


@pytest.fixture
def place(double: Double) -> Place:
    return double.add("acme/app", {"Dockerfile": "FROM a\n", "run.sh": "#!/bin/sh\n"})


@pytest.fixture
def perform(double: Double, place: Place) -> Iterator[Performer]:
    env = {"FIXER_TOKEN": double.token, "FIXER_API_URL": double.api}
    with workspace() as folder:
        yield performer(GitHub(Access(login_of(env), PACE), Budget("", Writes(apart=0))), folder)

    assert place.name == "acme/app"


def performer(forge: GitHub, folder: str) -> Performer:
    found = forge.found("acme/app")
    return Performer(forge, "acme/app", lambda: git_of(forge, found, forge.access.login.server, folder))


def change(text: str, path: str = "Dockerfile", mode: str = "100644") -> tuple[Change, ...]:
    return (Change(path, b"FROM a\n", text.encode(), mode),)


def branch(place: Place, perform: Performer, text: str = "FROM b\n") -> str:
    perform(CreateBranch("r", branch=BRANCH, parent=place.head(), message="Fix it", changes=change(text)))
    return place.branches()[BRANCH]


def pull(place: Place, perform: Performer) -> int:
    branch(place, perform)
    perform(CreatePull("r", branch=BRANCH, base="main", title="Fix it", body="body"))
    return place.pull_of(BRANCH).number


def test_a_branch_is_made_rebuilt_grown_and_removed(place: Place, perform: Performer) -> None:
    first = branch(place, perform)
    assert [commit.message for commit in place.log(BRANCH, beyond="main")] == ["Fix it"]
    moved = place.commit({"other": "x\n"}, message="base moves")
    perform(UpdateBranch("r", branch=BRANCH, lease=first, parent=moved, message="Again", changes=change("FROM c\n")))
    second = place.branches()[BRANCH]
    assert place.read("other", BRANCH) == "x\n"
    perform(AppendCommit("r", branch=BRANCH, lease=second, message="More", changes=change("FROM d\n")))
    third = place.branches()[BRANCH]
    assert [commit.message for commit in place.log(BRANCH, beyond="main")] == ["More", "Again"]
    base = place.commit({"other": "y\n"}, message="base moves on")
    perform(AppendCommit("r", branch=BRANCH, lease=third, message="Up", changes=change("FROM d\n"), onto=base))
    assert place.read("other", BRANCH) == "y\n"
    assert place.read("Dockerfile", BRANCH) == "FROM d\n"
    fourth = place.branches()[BRANCH]
    perform(KeepBranch("r", branch="fixer/kept", sha=third))
    perform(KeepBranch("r", branch="fixer/kept", sha=third))
    assert place.branches()["fixer/kept"] == third
    perform(DeleteBranch("r", branch=BRANCH, lease=fourth))
    assert BRANCH not in place.branches()
    assert perform(DeleteBranch("r", branch=BRANCH, lease=fourth)) == "it is gone already"


def test_the_work_of_people_is_never_lost(place: Place, perform: Performer) -> None:
    first = branch(place, perform)
    human = place.commit({"mine": "x\n"}, branch=BRANCH, message="mine")
    lost: list[Step] = [
        UpdateBranch("r", branch=BRANCH, lease=first, parent=place.head(), message="m", changes=change("FROM c\n")),
        AppendCommit("r", branch=BRANCH, lease=first, message="m", changes=change("FROM c\n")),
        DeleteBranch("r", branch=BRANCH, lease=first),
        CreateBranch("r", branch=BRANCH, parent=place.head(), message="m", changes=change("FROM c\n")),
        KeepBranch("r", branch=BRANCH, sha=first),
    ]
    for step in lost:
        with pytest.raises((GitProblem, Skip, ForgeProblem)):
            perform(step)

    assert place.branches()[BRANCH] == human


@pytest.mark.parametrize("after", [False, True], ids=["not done", "done all the same"])
@pytest.mark.parametrize("name", ["502", "drop"])
def test_a_push_that_nobody_knows_of_is_made_once(
    double: Double, place: Place, perform: Performer, name: str, *, after: bool
) -> None:
    fault = double.fault(Fault("POST", "git-receive-pack", REPLIES.get(name), drop=name == "drop", after=after))
    sha = branch(place, perform)
    assert fault.happened == 1
    assert [commit.sha for commit in place.log(BRANCH, beyond="main")] == [sha]


def test_a_protected_branch_is_refused_with_a_reason(place: Place, perform: Performer) -> None:
    place.repository.no_push.append(f"refs/heads/{BRANCH}")
    with pytest.raises(GitProblem) as caught:
        branch(place, perform)

    assert not caught.value.stale
    assert "refused" in str(caught.value)


def test_where_nobody_may_push_over_a_branch_it_grows(place: Place, perform: Performer) -> None:
    first = branch(place, perform)
    place.repository.no_force.append(f"refs/heads/{BRANCH}")
    moved = place.commit({"other": "x\n", "Dockerfile": "FROM z\n"}, message="base moves")
    perform(UpdateBranch("r", branch=BRANCH, lease=first, parent=moved, message="Again", changes=change("FROM c\n")))
    assert place.read("Dockerfile", BRANCH) == "FROM c\n"
    assert place.read("other", BRANCH) == "x\n"
    assert first in [commit.sha for commit in place.log(BRANCH, beyond="main")]


@pytest.mark.parametrize("after", [False, True], ids=["not done", "done all the same"])
@pytest.mark.parametrize("name", ["502", "drop"])
def test_no_pull_request_is_opened_twice(
    double: Double, place: Place, perform: Performer, name: str, *, after: bool
) -> None:
    branch(place, perform)
    double.fault(Fault("POST", "/pulls$", REPLIES.get(name), drop=name == "drop", after=after))
    step = CreatePull("r", branch=BRANCH, base="main", title="Fix it", body="body")
    assert perform(step) == perform(step) == f"#{place.pull_of(BRANCH).number}"
    assert len(place.pulls()) == 1


def test_a_pull_request_is_set_up_once_and_what_cannot_be_done_is_noted(place: Place, perform: Performer) -> None:
    number = pull(place, perform)
    wanted = SetUp(
        "r",
        branch=BRANCH,
        labels=("fixer", "security"),
        assignees=("octocat",),
        reviewers=("octocat", "nobody-there"),
        automerge="squash",
    )
    note = perform(wanted)
    issue = place.issue(number)
    assert sorted(label.name for label in issue.labels) == ["fixer", "security"]
    assert [account.login for account in issue.assignees] == ["octocat"]
    assert "nobody-there" in note
    assert "automatic merging" in note
    perform(wanted)
    assert sorted(label.name for label in place.issue(number).labels) == ["fixer", "security"]
    place.close(number)
    with pytest.raises(Skip):
        perform(wanted)


def test_a_body_that_somebody_edited_meanwhile_is_left_alone(place: Place, perform: Performer) -> None:
    number = pull(place, perform)
    perform(EditPull("r", number=number, title="New", body="two", seen="body"))
    perform(EditPull("r", number=number, title="New", body="two", seen="body"))
    assert (place.issue(number).title, place.issue(number).body) == ("New", "two")
    place.edit(number, "two, and a word of mine")
    with pytest.raises(Skip):
        perform(EditPull("r", number=number, body="three", seen="two"))

    assert place.issue(number).body == "two, and a word of mine"


def test_a_pull_request_is_closed_with_a_reason(place: Place, perform: Performer) -> None:
    number = pull(place, perform)
    perform(ClosePull("r", number=number, body="not needed"))
    assert (place.issue(number).state, place.issue(number).body) == ("closed", "not needed")
    with pytest.raises(Skip):
        perform(ClosePull("r", number=number, body="again"))


def test_automatic_merging_is_switched_on_and_off(double: Double, place: Place, perform: Performer) -> None:
    place.repository.allow_auto_merge = True
    place.repository.checks = True
    number = pull(place, perform)
    assert perform(SetUp("r", branch=BRANCH, automerge="squash")) == ""
    assert place.pull_of(BRANCH).pull.auto_merge
    writes = len(double.writes())
    perform(SetUp("r", branch=BRANCH, automerge="squash"))
    assert len(double.writes()) == writes
    perform(DisableAutomerge("r", number=number))
    assert not place.pull_of(BRANCH).pull.auto_merge


def test_issues_are_opened_once_edited_and_closed(double: Double, place: Place, perform: Performer) -> None:
    double.fault(Fault("POST", "/issues$", REPLIES["502"], after=True))
    step = CreateIssue("r", title="Dashboard", body="one {{pull:fixer/none}}")
    assert perform(step) == perform(step)
    [issue] = place.issues()
    assert issue.body == "one "
    perform(EditIssue("r", number=issue.number, body="two", seen="one "))
    with pytest.raises(Skip):
        perform(EditIssue("r", number=issue.number, body="three", seen="one "))

    perform(CloseIssue("r", number=issue.number, body="done"))
    assert (place.issues()[0].state, place.issues()[0].body) == ("closed", "done")


# ---- commits that the forge signs


@pytest.fixture
def signing(double: Double, place: Place, as_app: Access) -> Iterator[Performer]:  # noqa: F811 - the fixture
    assert place.name == "acme/app"
    with workspace() as folder:
        yield performer(GitHub(as_app, Budget("", Writes(apart=0))), folder)

    assert not [one for one in double.sent if "git-receive-pack" in one.path], "something was pushed"


def test_an_app_lets_the_forge_make_and_sign_its_commits(place: Place, signing: Performer) -> None:
    first = branch(place, signing)
    [commit] = place.log(BRANCH, beyond="main")
    assert commit.author.name == "hardener[bot]"
    assert commit.committer.name == "GitHub"
    moved = place.commit({"other": "x\n"}, message="base moves")
    script = (Change("run.sh", b"#!/bin/sh\n", b"#!/bin/bash\xff\n", "100755"),)
    signing(UpdateBranch("r", branch=BRANCH, lease=first, parent=moved, message="Again", changes=script))
    second = place.branches()[BRANCH]
    assert place.read("other", BRANCH) == "x\n"
    signing(AppendCommit("r", branch=BRANCH, lease=second, message="More", changes=change("FROM d\n")))
    assert [commit.message for commit in place.log(BRANCH, beyond="main")] == ["More", "Again"]
    human = place.commit({"mine": "x\n"}, branch=BRANCH, message="mine")
    with pytest.raises(ForgeProblem) as caught:
        signing(UpdateBranch("r", branch=BRANCH, lease=second, parent=moved, message="m", changes=change("FROM e\n")))

    assert caught.value.kind == "conflict"
    assert place.branches()[BRANCH] == human
