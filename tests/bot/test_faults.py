"""What goes wrong at each question and each write: nothing is made twice, nothing of people is lost, and it is told.

With FIXER_FAULTS=all each fault meets each write alone, instead of one after the other in the same life.
"""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import Any

import pytest
from bot.double.bot import Bot, Clock, told
from bot.double.double import BOT, PERSON, Double, Place, Saved
from bot.double.faults import REPLIES, Fault

from fixer.bot.records import CreateBranch
from fixer.bot.run import Report
from fixer.errors import UserError

DOCKERFILE = "FROM python:3.12\nWORKDIR /app\nADD one.py .\nRUN make\nUSER 1000\n"
CONFIGURATION = (
    "bot:\n  risk: safe\n  group_by: directory\n  labels: [fixes]\n  assignees: [octocat]\n  reviewers: [octocat]\n"
)
FILES = {f"{name}/one.py": "x\n" for name in "abc"} | {".fixer.yaml": CONFIGURATION}
WRITES = r"/repos/|git-receive-pack|mutation"
MOST_RUNS = 12
ALL = os.environ.get("FIXER_FAULTS") == "all"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Saved:
    """A repository in which the next run pushes over a branch, closes, makes, sets up, and edits the dashboard."""
    folder = tmp_path_factory.mktemp("prepared")
    with Double(folder / "forge") as double, pytest.MonkeyPatch.context() as patch:
        place = double.add("acme/app", FILES)
        place.commit({"a/Dockerfile": DOCKERFILE, "b/Dockerfile": DOCKERFILE})
        clock = double.store.clock = Clock()
        report = Bot(double, clock, folder / "state", patch).run()
        assert report.code == 0, told(report)
        assert len(place.pulls("open")) == 2
        more = DOCKERFILE.replace("USER", "ADD one.py two.py\nUSER")
        fixed = DOCKERFILE.replace("ADD", "COPY")
        place.commit({"a/Dockerfile": more, "b/Dockerfile": fixed, "c/Dockerfile": DOCKERFILE})
        double.check()
        return double.saved(folder / "saved")


@pytest.fixture
def place(double: Double, prepared: Saved) -> Place:
    double.load(prepared)
    return double.place("acme/app")


def settled(place: Place, *, labelled: bool = True) -> None:
    """Fail when the repository is not as it is without any fault; people and labels are left out once refused."""
    opened = place.pulls("open")
    branches = sorted(each.pull.head for each in opened if each.pull)
    assert sorted(place.branches()) == [*branches, "main"]
    assert len(branches) == 2
    assert len(place.pulls()) == 3
    for issue in opened:
        assert issue.pull
        commits = place.log(issue.pull.head, beyond="main")
        assert [commit.parents for commit in commits] == [(place.head(),)]
        if labelled:
            assert [each.name for each in issue.labels] == ["fixes"]
            assert [each.login for each in issue.assignees] == [PERSON]
            assert [each.login for each in issue.pull.reviewers] == [PERSON]

    assert len(place.issues()) == 1
    assert all(each.comments == [] for each in place.repository.issues.values())
    [closed] = place.pulls("closed")
    assert closed.closed_by
    assert closed.closed_by.login == BOT


def run_until_quiet(bot: Bot, place: Place) -> list[Report]:
    """Run again and again, until a run writes nothing; at no time may anything be there twice."""
    reports = []
    for _ in range(MOST_RUNS):
        before = len(bot.double.writes())
        reports.append(bot.run())
        nothing_twice(place)
        if len(bot.double.writes()) == before and reports[-1].code == 0 and not reports[-1].stopped:
            return reports

    raise AssertionError("\n\n".join(map(told, reports)))


def nothing_twice(place: Place) -> None:
    heads = [each.pull.head.lower() for each in place.pulls("open") if each.pull]
    assert len(heads) == len(set(heads)), heads
    assert len({name.lower() for name in place.branches()}) == len(place.branches())
    assert len(place.issues("open")) <= 1
    assert all(each.comments == [] for each in place.repository.issues.values())


# One after the other: each write of a life meets the same fault once.

AFTERWARDS = ("502 when it was done", "dropped when it was done")
PASSING = (*AFTERWARDS, "dropped", "503", "500", "502", "504")
LIMITS = [name for name in REPLIES if "secondary" in name or "primary" in name or "429" in name]
REFUSALS = ["401", "403 permission", "422", "404", "409", "410"]


def fault_of(name: str, **more: Any) -> Fault:
    """Return the fault of a name, for each write."""
    reply = REPLIES.get(name.split(" when", maxsplit=1)[0]) if not name.startswith("dropped") else None
    return Fault("POST|PATCH|PUT|DELETE", WRITES, reply, drop=reply is None, after=name in AFTERWARDS, **more)


@pytest.mark.parametrize("name", PASSING if ALL else PASSING[:3])
def test_what_passes_is_done_in_the_same_run(place: Place, bot: Bot, double: Double, name: str) -> None:
    fault = double.fault(fault_of(name, each=True))
    report = bot.run()

    assert report.code == 0, told(report)
    assert fault.happened >= 7
    settled(place)
    double.server.script.clear()
    if name in AFTERWARDS:
        bot.quiet()


@pytest.mark.parametrize("name", LIMITS if ALL else ["429 reset"])
def test_limits_leave_the_rest_for_later(place: Place, bot: Bot, double: Double, name: str) -> None:
    fault = double.fault(fault_of(name, skip=1, each=True))
    report = bot.run()

    assert report.code == 0, told(report)
    assert report.stopped or fault.happened
    nothing_twice(place)
    double.server.script.clear()
    run_until_quiet(bot, place)
    settled(place)


@pytest.mark.parametrize("name", REFUSALS if ALL else REFUSALS[:2])
def test_refusals_are_told_and_done_later(place: Place, bot: Bot, double: Double, name: str) -> None:
    double.fault(fault_of(name, each=True))
    report = bot.run()

    assert report.code == 1, told(report)
    failed = [done for one in report.repositories for done in one.done if done.became == "failed"]
    assert failed
    assert all(done.note for done in failed), told(report)
    assert double.token not in told(report)
    run_until_quiet(bot, place)
    settled(place, labelled=False)


# Questions fail.


@pytest.mark.parametrize("name", ["dropped", "503"] if ALL else ["dropped"])
def test_questions_are_asked_again(place: Place, bot: Bot, double: Double, name: str) -> None:
    reply = REPLIES.get(name)
    fault = double.fault(Fault("GET", "/repos/acme/app", reply, drop=reply is None, each=True))
    report = bot.run()

    assert fault.happened > 10
    assert report.code == 0, told(report)
    settled(place)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("404", "/pulls[?]"),
        ("403 permission", "/issues[?]"),
        ("404", "info/refs"),
        *([("404", "/compare/"), ("404", "/pulls/1$"), ("403 permission", "/pulls[?]")] if ALL else []),
    ],
)
def test_what_is_not_told_is_not_taken_for_nothing(
    place: Place, bot: Bot, double: Double, path: str, name: str
) -> None:
    fault = double.fault(Fault("GET", path, REPLIES[name], times=2))
    report = bot.run()

    assert fault.happened
    assert report.code == 1, told(report)
    nothing_twice(place)
    run_until_quiet(bot, place)
    settled(place)


def test_an_answer_that_never_ends_is_not_waited_for(place: Place, bot: Bot, double: Double) -> None:
    double.fault(Fault("POST", "/pulls$", slow=0.6))
    begin = time.monotonic()
    report = bot.run()

    assert report.code == 0, told(report)
    assert time.monotonic() - begin < 30
    settled(place)


def test_a_token_that_ends_in_mid_run(place: Place, bot: Bot, double: Double) -> None:
    double.store.tokens[double.token].left = 25
    report = bot.run()

    assert report.code == 1, told(report)
    assert "401" in told(report) or "token" in told(report)
    nothing_twice(place)
    double.store.tokens[double.token].left = None
    run_until_quiet(bot, place)
    settled(place)


# Things change between reading and writing.


# When git asks where branches are, and when it sends what they shall be: the second is guarded by git itself.
PUSHES = [("GET", "service=git-receive-pack")]
PUSHES += [("POST", "git-receive-pack.*{branch}")] if ALL else []


@pytest.mark.parametrize(("method", "path"), PUSHES)
def test_a_branch_that_moved_is_left_alone(place: Place, bot: Bot, double: Double, method: str, path: str) -> None:
    [branch] = [name for name in place.branches() if re.search(r"\ba\b", name)]
    theirs: list[str] = []

    def push() -> None:
        theirs.append(place.commit({"a/one.py": "better\n"}, branch=branch))

    double.fault(Fault(method, path.format(branch=branch), doing=push))
    report = bot.run()

    assert report.code == 0, told(report)
    assert place.head(branch) == theirs[0]
    bot.run()
    assert place.bare.is_ancestor(theirs[0], place.head(branch))


def test_a_box_ticked_in_between_is_not_lost(place: Place, bot: Bot, double: Double) -> None:
    [board] = place.issues()
    box = re.search(r"<!-- fixer:rebuild=[^ ]+ -->", board.body or "")
    assert box
    double.fault(Fault("PATCH", "/pulls/", doing=lambda: place.tick(board.number, box[0])))
    bot.run()
    assert "- [x]" in (board.body or "")

    run_until_quiet(bot, place)
    assert "- [x]" not in (board.body or "")
    settled(place)


@pytest.mark.parametrize(("method", "path"), PUSHES)
def test_a_branch_of_that_name_made_in_between_is_not_ours(
    place: Place, bot: Bot, double: Double, method: str, path: str
) -> None:
    [new] = {step.branch for step in bot.run(dry=True).repositories[0].steps if isinstance(step, CreateBranch)}
    theirs: list[str] = []

    def push() -> None:
        theirs.append(place.commit({"c/one.py": "better\n"}, branch=new))

    double.fault(Fault(method, path.format(branch=new), doing=push))
    bot.run()
    run_until_quiet(bot, place)

    assert place.bare.is_ancestor(theirs[0], place.head(new))


def test_a_pull_request_closed_in_between_stays_closed(place: Place, bot: Bot, double: Double) -> None:
    number = next(each.number for each in place.pulls("open") if each.pull and re.search(r"\ba\b", each.pull.head))
    double.fault(Fault("POST", "git-receive-pack", doing=lambda: place.close(number)))
    bot.run()
    run_until_quiet(bot, place)

    assert place.issue(number).state == "closed"


# What a repository forbids.


def test_force_pushes_may_be_forbidden(place: Place, bot: Bot) -> None:
    place.repository.no_force.append("refs/heads/fixer/*")
    before = place.branches()
    reports = run_until_quiet(bot, place)

    assert all(report.code == 0 for report in reports), told(reports[0])
    [branch] = [name for name in before if re.search(r"\ba\b", name)]
    assert place.bare.is_ancestor(before[branch], place.head(branch))
    assert "COPY one.py two.py" in place.read("a/Dockerfile", branch)


def test_pushes_may_be_forbidden(place: Place, bot: Bot) -> None:
    place.repository.no_push.append("refs/heads/fixer/*")
    before = place.branches()
    report = bot.run()

    assert report.code == 1, told(report)
    assert "GH006" in told(report) or "protected" in told(report).lower()
    assert place.branches() == before
    nothing_twice(place)


def test_an_archive_is_left_alone(place: Place, bot: Bot) -> None:
    place.repository.archived = True
    report = bot.quiet()

    assert "archived" in told(report)


def test_what_may_only_be_read_is_left_alone(place: Place, bot: Bot) -> None:
    place.repository.roles[BOT] = "read"
    report = bot.quiet()

    assert "may not push" in told(report)


def test_an_empty_repository_is_left_alone(double: Double, bot: Bot) -> None:
    double.add("acme/app")

    assert "empty" in told(bot.quiet())


def test_a_repository_that_is_not_there_is_told(double: Double, bot: Bot) -> None:
    double.add("acme/other", {"x": "y"})
    report = bot.run("acme/gone", "acme/other")

    assert report.code == 1
    assert [bool(one.failed) for one in report.repositories] == [True, False]


def test_a_renamed_repository_is_followed(place: Place, bot: Bot, double: Double) -> None:
    double.rename("acme/app", "acme/shop")
    report = bot.run()

    assert report.code == 0, told(report)
    settled(place)


def test_a_token_that_is_not_accepted_is_told(place: Place, bot: Bot, double: Double) -> None:
    double.store.tokens[double.token].left = 0
    with pytest.raises(UserError, match="token"):
        bot.run()

    assert place.pulls("open")


# What a hostile repository holds.

NAMES = (
    "a b",
    "-rf",
    "`id`",
    "$(id)",
    "é",
    "|pipe|",
    "new\nline",
    "@octocat [x](mailto:a@b)",
    "<!-- fixer:end -->",
    "..x",
)


def test_names_of_files_are_only_names(double: Double, bot: Bot) -> None:
    files: dict[str, str] = {f"{name}/Dockerfile": DOCKERFILE for name in NAMES}
    place = double.add("acme/app", {".fixer.yaml": "bot:\n  risk: safe\n", "one.py": "x\n", **files})
    report = bot.run()

    assert report.code == 0, told(report)
    [issue] = place.pulls("open")
    assert issue.pull
    assert "@octocat" not in (issue.body or "")
    assert "](mailto:" not in (issue.body or "")
    assert (issue.body or "").count("<!-- fixer:end -->") == 1
    fixed = [name for name in NAMES if "COPY" in place.read(f"{name}/Dockerfile", issue.pull.head)]
    assert set(NAMES) - set(fixed) == {"new\nline"}
    assert "control characters" in (place.issues()[0].body or "")
    bot.quiet()


def test_nothing_leads_out_of_a_repository(double: Double, bot: Bot, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "Dockerfile").write_text(DOCKERFILE)
    place = double.add("acme/app", {".fixer.yaml": "bot:\n  risk: safe\n", "one.py": "x\n"})
    place.commit(
        {
            "Dockerfile": str(outside / "Dockerfile"),
            "folder": str(outside),
            "module": "1" * 40,
            ".gitmodules": f'[submodule "module"]\n\tpath = module\n\turl = file://{outside}\n',
            ".gitattributes": "* filter=evil\n",
            "real/Dockerfile": DOCKERFILE,
        },
        modes={"Dockerfile": "120000", "folder": "120000", "module": "160000"},
    )
    report = bot.run()

    assert report.code == 0, told(report)
    [issue] = place.pulls("open")
    assert issue.pull
    assert place.bare.changes("main", issue.pull.head) == ("real/Dockerfile",)
    assert (outside / "Dockerfile").read_text() == DOCKERFILE
    assert place.bare.git("ls-tree", issue.pull.head, "module").startswith("160000")


def test_a_body_is_never_too_long(double: Double, bot: Bot) -> None:
    many = "".join(f"ADD one.py /srv/{'x' * 80}{number}/\n" for number in range(400))
    files = {"one.py": "x\n", "Dockerfile": DOCKERFILE.replace("RUN make\n", many)}
    place = double.add("acme/app", {".fixer.yaml": "bot:\n  risk: safe\n", **files})
    report = bot.run()

    assert report.code == 0, told(report)
    assert 20_000 < len(place.pulls("open")[0].body or "") <= 65_536
    bot.quiet()


if ALL:

    @pytest.mark.parametrize("number", range(12))
    @pytest.mark.parametrize("name", [*PASSING, *LIMITS, *REFUSALS])
    def test_each_fault_at_each_write(place: Place, bot: Bot, double: Double, name: str, number: int) -> None:
        double.fault(fault_of(name, skip=number))
        run_until_quiet(bot, place)

        settled(place, labelled=name not in REFUSALS)
