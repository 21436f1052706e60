"""Whole lives of pull requests, between the bot and the people of a repository."""

from __future__ import annotations

import pytest
from bot.double.bot import Bot, Clock, told
from bot.double.double import BOT, PERSON, Double, Place
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

CONFIGURATION = "bot:\n  risk: safe\n  dashboard: false\n"
DOCKERFILE = "FROM python:3.12\nWORKDIR /app\nADD one.py .\nRUN make\nADD one.py /srv/\nUSER 1000\n"
FILES = {"Dockerfile": DOCKERFILE, "one.py": "x\n", ".fixer.yaml": CONFIGURATION}
BRANCH = "fixer/safe-build"


@pytest.fixture
def place(double: Double) -> Place:
    """A repository in which the bot has one thing to propose: COPY for ADD, twice, in one pull request."""
    return double.add("acme/app", FILES)


def the_pull(place: Place) -> int:
    """Return the number of the one open pull request."""
    [issue] = place.pulls("open")
    return issue.number


def changed(place: Place, branch: str = BRANCH) -> list[str]:
    """Return the lines that a branch has and its base has not."""
    base = place.read("Dockerfile").splitlines()
    return [line for line in place.read("Dockerfile", branch).splitlines() if line not in base]


# Made, kept, updated, closed, merged.


def test_a_whole_life(place: Place, bot: Bot) -> None:
    report = bot.run()
    assert report.code == 0, told(report)
    pull = place.pull_of(BRANCH)
    assert (pull.user.login, pull.state, list(place.branches())) == (BOT, "open", [BRANCH, "main"])
    assert changed(place) == ["COPY one.py .", "COPY one.py /srv/"]
    is_one_commit(place)
    assert "add-instead-of-copy" in (pull.body or "")

    first = place.head(BRANCH)
    place.commit({"other.txt": "the base moves elsewhere\n"})
    bot.quiet()
    assert place.head(BRANCH) == first

    more = DOCKERFILE.replace("USER 1000", "ADD one.py three.py\nUSER 1000")
    place.commit({"Dockerfile": more})
    bot.run()
    assert changed(place) == ["COPY one.py .", "COPY one.py /srv/", "COPY one.py three.py"]
    is_one_commit(place)

    place.commit({"Dockerfile": more.replace("RUN make", "RUN make all")})
    bot.run()
    assert place.bare.mergeable(place.head(), place.head(BRANCH))
    is_one_commit(place)
    bot.quiet()

    assert the_pull(place) == pull.number
    place.merge(pull.number)
    bot.run()
    assert list(place.branches()) == ["main"]
    assert (len(place.pulls()), pull.comments) == (1, [])
    bot.quiet()


def is_one_commit(place: Place) -> None:
    """Fail when the branch is anything but one commit on the head of the base."""
    assert [commit.parents for commit in place.log(BRANCH, beyond="main")] == [(place.head(),)]


def test_it_goes_when_it_is_not_needed_and_comes_again(place: Place, bot: Bot) -> None:
    bot.run()
    number = the_pull(place)
    place.commit({"Dockerfile": DOCKERFILE.replace("ADD", "COPY")})
    bot.run()
    assert place.pulls("open") == []
    assert place.issue(number).closed_by is place.store.account(BOT)
    assert (list(place.branches()), place.issue(number).comments) == (["main"], [])

    place.commit({"Dockerfile": DOCKERFILE})
    bot.run()
    assert len(place.pulls("open")) == 1
    assert changed(place) == ["COPY one.py .", "COPY one.py /srv/"]


def test_it_is_merged_by_squashing(place: Place, bot: Bot) -> None:
    bot.run()
    place.merge(the_pull(place), method="squash")
    bot.run()

    assert (len(place.pulls()), list(place.branches())) == (1, ["main"])


# People work on it.


def test_commits_of_people_are_kept_and_built_upon(place: Place, bot: Bot) -> None:
    bot.run()
    number = the_pull(place)
    theirs = place.commit({"one.py": "better\n"}, branch=BRANCH)
    bot.quiet_after_one()
    place.commit({"Dockerfile": DOCKERFILE.replace("USER 1000", "ADD one.py three.py\nUSER 1000")})
    bot.quiet_after_one()
    assert (place.head(BRANCH), the_pull(place)) == (theirs, number)
    assert "**2 findings**" in (place.issue(number).body or "")

    fixed = place.read("Dockerfile", BRANCH)
    theirs = place.commit({"Dockerfile": fixed.replace("WORKDIR /app", "WORKDIR /app\nADD one.py a")}, branch=BRANCH)
    bot.run()
    [mine, *_] = place.log(BRANCH)
    assert (mine.parents, mine.author.name.split()[0]) == ((theirs,), "fixer")
    assert "COPY one.py a" in changed(place)
    assert (the_pull(place), place.issue(number).comments) == (number, [])
    bot.quiet_after_one()


def test_a_commit_of_a_person_survives_a_conflict(place: Place, bot: Bot) -> None:
    bot.run()
    theirs = place.commit({"Dockerfile": DOCKERFILE.replace("ADD", "COPY").replace("make", "make -s")}, branch=BRANCH)
    place.commit({"Dockerfile": DOCKERFILE.replace("RUN make", "RUN make all")})
    bot.run()

    assert place.bare.is_ancestor(theirs, place.head(BRANCH))
    assert "make -s" in place.read("Dockerfile", BRANCH)


def test_an_amended_commit_is_a_commit_of_a_person(place: Place, bot: Bot) -> None:
    bot.run()
    theirs = place.amend(BRANCH, {"one.py": "better\n"})
    place.commit({"Dockerfile": DOCKERFILE.replace("USER 1000", "ADD one.py three.py\nUSER 1000")})
    bot.run()

    assert place.bare.is_ancestor(theirs, place.head(BRANCH))


def test_what_a_person_reverts_is_not_fixed_again(place: Place, bot: Bot) -> None:
    bot.run()
    back = place.read("Dockerfile", BRANCH).replace("COPY one.py .", "ADD one.py .")
    theirs = place.commit({"Dockerfile": back}, branch=BRANCH)
    bot.run()

    assert place.head(BRANCH) == theirs


def test_work_of_a_person_outlives_a_branch_that_is_not_needed(place: Place, bot: Bot) -> None:
    bot.run()
    theirs = place.commit({"one.py": "better\n"}, branch=BRANCH)
    place.commit({"Dockerfile": DOCKERFILE.replace("ADD", "COPY")})
    bot.run()

    assert any(place.bare.is_ancestor(theirs, head) for head in place.branches().values())


def test_a_branch_is_handed_back_by_its_checkbox(place: Place, bot: Bot) -> None:
    bot.run()
    place.commit({"one.py": "better\n"}, branch=BRANCH)
    bot.run()
    [box] = [line for line in (place.issue(1).body or "").splitlines() if "do=handback" in line]
    place.tick(1, box.partition("] ")[2])
    bot.run()

    is_one_commit(place)


def test_labels_stop_the_work_and_keep_it_up_to_date(place: Place, bot: Bot) -> None:
    bot.run()
    number = the_pull(place)
    place.label(number, "fixer-stop")
    place.commit({"Dockerfile": DOCKERFILE.replace("RUN make", "RUN make all")})
    bot.quiet()

    place.unlabel(number, "fixer-stop")
    bot.run()
    assert place.bare.mergeable(place.head(), place.head(BRANCH))

    place.label(number, "fixer-keep")
    place.commit({"other.txt": "x\n"})
    bot.run()
    is_one_commit(place)


def test_a_deleted_branch_is_a_no(place: Place, bot: Bot) -> None:
    bot.run()
    place.remove_branch(BRANCH)

    bot.quiet()
    assert place.pulls("open") == []


# Closed means no.


def test_closed_means_no_until_the_text_changes(place: Place, bot: Bot) -> None:
    bot.run()
    place.close(the_pull(place))
    place.commit({"other.txt": "x\n"})
    bot.quiet()
    assert (place.pulls("open"), len(place.pulls())) == ([], 1)

    more = DOCKERFILE.replace("USER 1000", "ADD one.py three.py\nUSER 1000")
    place.commit({"Dockerfile": more})
    bot.run()
    assert changed(place) == ["COPY one.py three.py"]

    place.commit({"Dockerfile": more.replace("ADD one.py .", "ADD one.py /opt")})
    bot.run()
    assert changed(place) == ["COPY one.py /opt", "COPY one.py three.py"]
    bot.quiet()


def test_it_may_be_opened_again_by_a_person(place: Place, bot: Bot) -> None:
    bot.run()
    number = the_pull(place)
    place.close(number)
    place.reopen(number)
    bot.quiet()

    assert the_pull(place) == number


def test_what_cannot_be_opened_again_is_made_anew(place: Place, bot: Bot) -> None:
    """The forge refuses to reopen it when its branch was force-pushed; what people did there is not touched."""
    bot.run()
    first = the_pull(place)
    place.close(first)
    theirs = place.amend(BRANCH, {"one.py": "better\n"})
    place.commit({"Dockerfile": DOCKERFILE.replace("USER 1000", "ADD one.py three.py\nUSER 1000")})
    report = bot.quiet()
    assert "holds commits of other people" in told(report)
    assert place.head(BRANCH) == theirs

    place.remove_branch(BRANCH)
    bot.run()
    assert the_pull(place) != first
    assert changed(place) == ["COPY one.py three.py"]


def test_checkboxes_drop_a_fix_and_rebuild(place: Place, bot: Bot) -> None:
    bot.run()
    number = the_pull(place)
    place.tick(number, "Dockerfile</code>:3")
    bot.run()
    assert changed(place) == ["COPY one.py /srv/"]
    assert "fixer: ignore[add-instead-of-copy]" in (place.issue(number).body or "")

    place.commit({"other.txt": "x\n"})
    place.tick(number, "Rebuild this branch now")
    bot.run()
    is_one_commit(place)
    assert changed(place) == ["COPY one.py /srv/"]
    assert "- [x] Rebuild" not in (place.issue(number).body or "")
    assert the_pull(place) == number
    bot.quiet()


# How it is set up.


def test_people_are_asked_once(place: Place, bot: Bot) -> None:
    place.repository.roles |= {"ann": "write", "ben": "write"}
    more = "  labels: [hardening]\n  assignees: [ann]\n  reviewers: [ben]\n  codeowners: true\n"
    place.commit({".fixer.yaml": CONFIGURATION + more, ".github/CODEOWNERS": f"* @{BOT} @{PERSON}\n"})
    bot.run()
    issue = place.pull_of(BRANCH)

    assert [each.name for each in issue.labels] == ["hardening"]
    assert [each.login for each in issue.assignees] == ["ann"]
    assert issue.pull
    assert sorted(each.login for each in issue.pull.reviewers) == ["ben", PERSON]
    place.unlabel(issue.number, "hardening")
    issue.assignees = []
    bot.quiet()
    assert issue.labels == []


def test_what_the_forge_does_not_know_is_left_out(place: Place, bot: Bot) -> None:
    more = "  labels: [hardening]\n  assignees: [nobody]\n  reviewers: [nobody, octocat]\n"
    place.commit({".fixer.yaml": CONFIGURATION + more})
    report = bot.run()

    assert report.code == 0, told(report)
    assert "nobody" in told(report)
    bot.quiet()


def test_it_is_merged_by_the_forge(place: Place, bot: Bot) -> None:
    place.repository.allow_auto_merge = place.repository.checks = True
    place.commit({".fixer.yaml": CONFIGURATION + "  automerge: safe\n"})
    bot.run()

    assert place.checks_end() == [1]
    assert place.read("Dockerfile") == DOCKERFILE.replace("ADD", "COPY")


def test_a_stranger_is_not_merged_by_the_forge(place: Place, bot: Bot) -> None:
    place.repository.allow_auto_merge = place.repository.checks = True
    place.commit({".fixer.yaml": CONFIGURATION + "  automerge: safe\n"})
    bot.run()
    place.commit({"one.py": "import os\n"}, branch=BRANCH, by="mallory")
    bot.run()

    assert place.checks_end() == []


def test_the_mode_of_a_file_stays(double: Double, bot: Bot) -> None:
    place = double.add("acme/app")
    place.commit(FILES, modes={"Dockerfile": "100755"})
    bot.run()

    assert place.bare.git("ls-tree", f"refs/heads/{BRANCH}", "Dockerfile").startswith("100755")


# What a repository says.


def test_another_grouping_replaces_what_was_proposed(place: Place, bot: Bot) -> None:
    bot.run()
    place.commit({".fixer.yaml": CONFIGURATION + "  group_by: rule\n"})
    bot.run()

    [issue] = place.pulls("open")
    assert issue.pull
    assert issue.pull.head != BRANCH
    assert sorted(place.branches()) == sorted([issue.pull.head, "main"])


def test_it_can_be_switched_off(place: Place, bot: Bot) -> None:
    place.commit({".fixer.yaml": "bot:\n  enabled: false\n"})

    bot.quiet()
    assert place.pulls() == []


def test_a_mistake_in_the_configuration_becomes_one_issue(place: Place, bot: Bot) -> None:
    place.commit({".fixer.yaml": "bot:\n  risk: enormous\n"})
    bot.run()

    [issue] = place.issues("open")
    assert "enormous" in (issue.body or "")
    assert place.pulls() == []
    bot.quiet()
    place.commit({".fixer.yaml": CONFIGURATION})
    bot.run()
    assert (place.issues("open"), len(place.pulls("open"))) == ([], 1)


def test_limits_are_kept(double: Double, bot: Bot, clock: Clock) -> None:
    place = double.add("acme/app", FILES)
    folders = {f"{name}/Dockerfile": DOCKERFILE for name in "abc"}
    limits = "  group_by: directory\n  limits: {open: 3, per_hour: 2, per_run: 5}\n"
    place.commit({**folders, ".fixer.yaml": CONFIGURATION + limits})
    bot.run()
    assert len(place.pulls("open")) == 2
    bot.quiet()
    clock.pass_by(hours=1, minutes=1)
    bot.run()
    assert len(place.pulls("open")) == 3
    place.merge(place.pulls("open")[0].number)
    clock.pass_by(hours=1, minutes=1)
    bot.run()
    assert len(place.pulls("open")) == 3


def test_a_schedule_is_kept(place: Place, bot: Bot, clock: Clock) -> None:
    window = "  schedule: {time_zone: Europe/Berlin, after: '22:00', before: '04:00', days: [mon]}\n"
    place.commit({".fixer.yaml": CONFIGURATION + window})
    bot.quiet()
    clock.pass_by(hours=9, minutes=30)
    bot.run()

    assert len(place.pulls("open")) == 1


# The dashboard.

WITH_DASHBOARD = "bot:\n  risk: safe\n  group_by: directory\n  limits: {open: 1}\n"


@pytest.fixture
def busy(double: Double) -> Place:
    """A repository with two things to propose, of which one may be open."""
    return double.add("acme/app", {**FILES, "b/Dockerfile": DOCKERFILE, ".fixer.yaml": WITH_DASHBOARD})


def dashboard(place: Place) -> int:
    [issue] = place.issues("open")
    return issue.number


def test_the_dashboard_tells_what_waits_and_takes_orders(busy: Place, bot: Bot) -> None:
    bot.run()
    [issue] = busy.issues()
    assert f"#{the_pull(busy)}" in (issue.body or "")
    assert "{{" not in (issue.body or "")
    bot.quiet()
    waiting = [line for line in (issue.body or "").splitlines() if "- [ ]" in line and "rebuild=" not in line]
    assert len(waiting) == 1, issue.body
    busy.tick(issue.number, waiting[0].partition("] ")[2])
    bot.run()

    assert len(busy.pulls("open")) == 2
    assert "- [x]" not in (issue.body or "")
    bot.quiet()


def test_the_dashboard_is_restored(busy: Place, bot: Bot) -> None:
    bot.run()
    number = dashboard(busy)
    before = busy.issue(number).body
    busy.edit(number, "")
    bot.run()

    assert (dashboard(busy), busy.issue(number).body) == (number, before)


def test_a_rejected_one_comes_back_by_the_dashboard(busy: Place, bot: Bot) -> None:
    bot.run()
    first = the_pull(busy)
    busy.close(first)
    bot.run()
    number = dashboard(busy)
    boxes = [line for line in (busy.issue(number).body or "").splitlines() if "recreate=" in line]
    assert len(boxes) == 1, busy.issue(number).body
    busy.tick(number, boxes[0].partition("] ")[2])
    bot.run()

    branch = busy.issue(first).pull
    assert branch
    assert branch.head in {each.pull.head for each in busy.pulls("open") if each.pull}


# An app.


@pytest.fixture
def app(double: Double, bot: Bot, monkeypatch: pytest.MonkeyPatch) -> Bot:
    """The bot as an app that is installed at acme; its tokens end early, after twelve requests."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    kinds = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    double.app(42, "fixer", key.public_key().public_bytes(*kinds).decode())
    double.install("acme", {"contents": "write", "pull_requests": "write", "issues": "write", "metadata": "read"})
    double.store.token_requests = 12
    private = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    bot.environment = {
        "FIXER_API_URL": double.api,
        "FIXER_APP_ID": "42",
        "FIXER_APP_KEY": key.private_bytes(*private).decode(),
    }
    monkeypatch.delenv("FIXER_TOKEN")
    for name, value in bot.environment.items():
        monkeypatch.setenv(name, value)

    return bot


def test_an_app_renews_its_login_and_signs(place: Place, app: Bot) -> None:
    place.repository.private = True
    report = app.run()

    assert report.code == 0, told(report)
    pull = place.pull_of(BRANCH)
    assert pull.user.login == "fixer[bot]"
    [commit] = place.log(BRANCH, beyond="main")
    assert (commit.author.name, commit.committer.name) == ("fixer[bot]", "GitHub")
    issued = [token for token in app.double.store.tokens.values() if token.installation]
    assert len(issued) > 1
    before = len(app.double.writes("fixer[bot]"))
    place.commit({"Dockerfile": DOCKERFILE.replace("RUN make", "RUN make all")})
    app.run()
    assert len(app.double.writes("fixer[bot]")) > before
    is_one_commit(place)
    before = len(app.double.writes("fixer[bot]"))
    assert app.run().code == 0
    assert len(app.double.writes("fixer[bot]")) == before
    where = [each.path + each.what for each in app.double.sent]
    assert not [token.value for token in issued for text in where if token.value in text]


def test_an_app_without_rights_to_workflows_says_so(double: Double, app: Bot) -> None:
    workflow = "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v4\n"
    files = {**FILES, ".github/workflows/ci.yml": workflow, ".fixer.yaml": "bot:\n  risk: high\n  group_by: file\n"}
    pinned = f'[actions."actions/checkout@v4"]\ncommit = "{"a" * 40}"\ndate = "2026-11-01"\nversion = "v4.2.2"\n'
    files["image-digests.lock"] = f"version = 1\n{pinned}"
    place = double.add("acme/app", files)
    report = app.run()

    assert report.code == 1, told(report)
    heads = {issue.pull.head for issue in place.pulls() if issue.pull}
    assert heads
    assert heads == place.branches().keys() - {"main"}
    assert not [name for head in heads for name in place.bare.changes("main", head) if name.startswith(".github")]


# Onboarding.


def test_a_repository_is_asked_first(double: Double, bot: Bot) -> None:
    place = double.add("acme/app", {name: text for name, text in FILES.items() if name != ".fixer.yaml"})
    bot.run(onboarding=CONFIGURATION)
    [issue] = place.pulls("open")
    assert issue.pull
    assert place.bare.blob(issue.pull.head, ".fixer.yaml") == CONFIGURATION.encode()
    bot.quiet(onboarding=CONFIGURATION)

    place.merge(issue.number)
    bot.run(onboarding=CONFIGURATION)
    assert place.pull_of(BRANCH).state == "open"


def test_a_repository_may_say_no(double: Double, bot: Bot) -> None:
    place = double.add("acme/app", {name: text for name, text in FILES.items() if name != ".fixer.yaml"})
    bot.run(onboarding=CONFIGURATION)
    place.close(the_pull(place))

    bot.quiet(onboarding=CONFIGURATION)
    assert (place.pulls("open"), len(place.pulls())) == ([], 1)


def test_an_edited_configuration_is_kept(double: Double, bot: Bot) -> None:
    place = double.add("acme/app", {name: text for name, text in FILES.items() if name != ".fixer.yaml"})
    bot.run(onboarding=CONFIGURATION)
    [issue] = place.pulls("open")
    assert issue.pull
    theirs = place.commit({".fixer.yaml": CONFIGURATION + "  group_by: rule\n"}, branch=issue.pull.head)
    bot.quiet_after_one(onboarding=CONFIGURATION)

    assert place.head(issue.pull.head) == theirs
