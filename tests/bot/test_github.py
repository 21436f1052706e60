"""What is asked of GitHub: all of it, over pages, and nothing that is somebody else's."""

from __future__ import annotations

import pytest
from bot.double.double import Double
from bot.double.faults import REPLIES, Fault
from bot.double.place import Place

from fixer.bot.auth import Access, login_of
from fixer.bot.budget import Budget
from fixer.bot.budget import Limits as Writes
from fixer.bot.commits import Person
from fixer.bot.github import GitHub
from fixer.bot.records import CreatePull
from fixer.bot.transport import Pace

PACE = Pace(timeout=10, longest=2.0, tries=3, pause=0.01)


@pytest.fixture
def place(double: Double) -> Place:
    return double.add("acme/app", {"Dockerfile": "FROM a\n"})


@pytest.fixture
def forge(double: Double) -> GitHub:
    env = {"FIXER_TOKEN": double.token, "FIXER_API_URL": double.api}
    return GitHub(
        Access(login_of(env), PACE), Budget("", Writes(minute=10_000, hour=10_000, apart=0)), sleep=lambda _: None
    )


def branch(place: Place, name: str, by: str = "octocat") -> str:
    return place.commit({f"{name}.txt": name}, branch=name, message=name, by=by)


def test_pull_requests_are_found_over_pages_in_any_state(double: Double, place: Place, forge: GitHub) -> None:
    """Those of other branches, and of forks, are none of our business."""
    for number, name in enumerate(("fixer/one", "fixer/two", "Fixer/Three")):
        branch(place, name)
        forge.create_pull("acme/app", CreatePull("r", branch=name, base="main", title=f"ours {number}", body="b"))

    place.close(place.pull_of("fixer/two").number)
    place.merge(place.pull_of("Fixer/Three").number)
    branch(place, "fixer/by-a-person")
    place.open_pull("fixer/by-a-person", "theirs")
    for number in range(101):
        branch(place, f"theirs-{number}")
        place.open_pull(f"theirs-{number}", "theirs")

    found = forge.pulls("acme/app", "fixer/", ["fixer/one", "fixer/by-a-person", "fixer/never"])
    assert [(pull.branch, pull.state) for pull in found] == [
        ("fixer/one", "open"),
        ("fixer/two", "closed"),
        ("Fixer/Three", "merged"),
        ("fixer/by-a-person", "open"),
    ]
    assert found[0].base == "main"
    assert found[0].head_sha == place.branches()["fixer/one"]
    assert double.writes()


def test_commits_of_people_are_told_from_ours(place: Place, forge: GitHub) -> None:
    _, person = forge.who()
    base = place.head()
    bare = place.repository.bare
    sha = base
    for number in range(105):
        email = person.email if number != 42 else "ann@example.com"
        env = {
            f"GIT_{role}_{part}": value
            for role in ("AUTHOR", "COMMITTER")
            for part, value in (("NAME", "x"), ("EMAIL", email))
        }
        sha = bare.git("commit-tree", f"{sha}^{{tree}}", "-p", sha, "-m", str(number), more=env)

    bare.git("update-ref", "refs/heads/fixer/x", sha)
    place.commit({"other": "x"}, message="base moves")
    history = forge.history("acme/app", place.head(), sha, person)
    assert history.base_sha == base
    assert [number for number, commit in enumerate(history.commits) if not commit.ours] == [42]
    assert len(history.commits) == 105


def test_the_token_owners_own_commits_are_not_ours(place: Place, forge: GitHub) -> None:
    """The bot works with the token of an account; what its owner commits by hand is the work of a person."""
    _, person = forge.who()
    base = place.head()
    sha = branch(place, "fixer/x", by="fixer-bot")
    [commit] = forge.history("acme/app", base, sha, person).commits
    assert not commit.ours


def test_a_bots_signed_commits_are_ours(place: Place, forge: GitHub) -> None:
    from fixer.bot.github import _commit

    def told(login: str, author: str, committer: tuple[str, str]) -> dict[str, object]:
        people = {
            "author": {"name": login, "email": author},
            "committer": {"name": committer[0], "email": committer[1]},
        }
        return {"sha": "a" * 40, "author": {"login": login}, "commit": people}

    person = Person("hardener[bot]", "1+hardener[bot]@users.noreply.github.com")
    web = ("GitHub", "noreply@github.com")
    assert _commit(told("hardener[bot]", person.email, web), person, "hardener[bot]").ours
    assert _commit(told("hardener[bot]", "2+hardener[bot]@x", web), person, "hardener[bot]").ours
    assert not _commit(told("octocat", "octocat@x", web), person, "hardener[bot]").ours
    assert not _commit(told("hardener[bot]", person.email, ("octocat", "o@x")), person, "hardener[bot]").ours
    assert place.name == "acme/app"
    assert forge.who()[0] == "fixer-bot"


def test_whether_it_can_be_merged_is_asked_until_it_is_known(place: Place, forge: GitHub) -> None:
    branch(place, "fixer/one")
    number = forge.create_pull("acme/app", CreatePull("r", branch="fixer/one", base="main", title="t", body="b"))
    assert forge.conflict("acme/app", number) is False
    place.commit({"fixer/one.txt": "another"}, message="clash")
    assert forge.conflict("acme/app", number) is True


def test_rules_of_branches(double: Double, place: Place, forge: GitHub) -> None:
    assert (
        forge.rules("acme/app", "main", "fixer/any").strict,
        forge.rules("acme/app", "main", "fixer/any").force,
    ) == (False, True)
    place.repository.strict = True
    place.repository.no_force.append("refs/heads/fixer/*")
    found = forge.rules("acme/app", "main", "fixer/any")
    assert (found.strict, found.force) == (True, False)
    double.fault(Fault("GET", "/rules/branches/", REPLIES["404"], times=2))
    found = forge.rules("acme/app", "main", "fixer/any")
    assert (found.strict, found.force) == (False, True)


def test_issues_of_the_bot_only(place: Place, forge: GitHub) -> None:
    place.open_issue("theirs")
    place.open_issue("ours", by="fixer-bot")
    branch(place, "fixer/one")
    forge.create_pull("acme/app", CreatePull("r", branch="fixer/one", base="main", title="t", body="b"))
    assert [issue.title for issue in forge.issues("acme/app", "fixer-bot")] == ["ours"]


def test_a_server_without_drafts_gets_a_plain_pull_request(double: Double, place: Place, forge: GitHub) -> None:
    branch(place, "fixer/one")
    refused = REPLIES["422"].__class__(422, "Draft pull requests are not supported in this repository.")
    double.fault(Fault("POST", "/pulls$", refused))
    number = forge.create_pull(
        "acme/app", CreatePull("r", branch="fixer/one", base="main", title="t", body="b", draft=True)
    )
    assert place.pull_of("fixer/one").number == number


def test_subjects_are_first_lines(place: Place, forge: GitHub) -> None:
    place.commit({"a": "a"}, message="fix: one\n\nmore")
    assert forge.subjects("acme/app", "main") == ("fix: one", "Begin")
