"""Branches in a repository on this machine: beside the work tree, which is not touched."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
from pathlib import Path

import pytest
from bot.repositories import DOCKERFILE, committed, git, made

from fixer.bot import observe, survey
from fixer.bot.git import GitProblem, workspace
from fixer.bot.local import Local, conflict_in
from fixer.bot.memory import Memory
from fixer.bot.records import CloseIssue, DeleteBranch, KeepBranch
from fixer.bot.run import Repository, run_local
from fixer.bot.survey import Order, configured, planned, proposed
from fixer.bot.worktree import Worktree
from fixer.cli.catalogue import catalogue
from fixer.errors import UserError
from fixer.policy.bot import BotSettings
from fixer.policy.policy import Policy
from fixer.project import Disk, Project
from fixer.sweep import sweep

NOW = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)
BRANCH = "fixer/safe-build"
SHOP = Path(__file__).parents[2] / "examples" / "shop"


def ran(place: Path, *, dry: bool = False, **order: object) -> Repository:
    return run_local(str(place), Order(NOW, **order), dry=dry)  # type: ignore[arg-type]


def did(one: Repository) -> list[tuple[str, str, str]]:
    return [(done.action, done.subject, done.became) for done in one.done]


@pytest.fixture
def app(tmp_path: Path) -> Path:
    return made(tmp_path / "app", {"Dockerfile": DOCKERFILE, "README.md": "app\n"})


def state(place: Path) -> tuple[object, ...]:
    """All that a run must not touch."""
    files = {path: path.read_bytes() for path in place.rglob("*") if path.is_file() and ".git" not in path.parts}
    head = (place / ".git" / "HEAD").read_text()
    return (
        files,
        (place / ".git" / "index").read_bytes(),
        head,
        git(place, "rev-parse", "HEAD"),
        git(place, "stash", "list"),
    )


def test_branches_are_made_and_the_rest_is_as_it_was(app: Path) -> None:
    (app / "README.md").write_text("not committed\n")
    (app / "new.txt").write_text("not tracked\n")
    git(app, "add", "README.md")
    before = state(app)
    assert did(ran(app)) == [("CreateBranch", BRANCH, "done")]
    assert state(app) == before
    assert git(app, "diff", "--name-only", "main", BRANCH) == "Dockerfile"
    assert git(app, "show", f"{BRANCH}:Dockerfile").splitlines()[1].startswith("LABEL org.opencontainers.image.authors")
    assert (
        git(app, "log", "-1", "--format=%an|%cn|%P", BRANCH) == f"fixer bot|fixer bot|{git(app, 'rev-parse', 'main')}"
    )


def test_a_second_run_does_nothing(app: Path) -> None:
    ran(app)
    branches = git(app, "for-each-ref")
    assert did(ran(app)) == []
    assert git(app, "for-each-ref") == branches


def test_a_dry_run_writes_nothing_at_all(app: Path) -> None:
    def everything() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in app.rglob("*") if path.is_file()}

    before = everything()
    one = ran(app, dry=True)
    assert [type(step).__name__ for step in one.steps] == ["CreateBranch"]
    assert one.done == ()
    assert everything() == before
    ran(app)
    git(app, "checkout", "--quiet", "-b", "other", BRANCH)
    committed(app, {"Dockerfile": DOCKERFILE.replace("Ann", "Eve")}, "clash")
    git(app, "branch", "--force", BRANCH, "other")
    git(app, "checkout", "--quiet", "main")
    committed(app, {"Dockerfile": DOCKERFILE.replace("Ann", "Bob")}, "clash")
    before = everything()
    ran(app, dry=True)
    assert everything() == before


def test_a_branch_follows_its_base_on_conflict_only(app: Path) -> None:
    ran(app)
    first = git(app, "rev-parse", BRANCH)
    committed(app, {"README.md": "more\n"}, "elsewhere")
    assert did(ran(app)) == []
    committed(app, {"Dockerfile": DOCKERFILE.replace("Ann", "Bob")}, "here")
    assert did(ran(app)) == [("UpdateBranch", BRANCH, "done")]
    assert git(app, "rev-parse", BRANCH) != first
    assert git(app, "rev-parse", f"{BRANCH}~1") == git(app, "rev-parse", "main")
    assert "Bob" in git(app, "show", f"{BRANCH}:Dockerfile")


def test_commits_of_people_on_the_branch_are_kept(app: Path) -> None:
    ran(app)
    git(app, "checkout", "--quiet", BRANCH)
    committed(app, {"mine.txt": "mine\n"}, "mine")
    human = git(app, "rev-parse", BRANCH)
    git(app, "checkout", "--quiet", "main")
    committed(app, {"Dockerfile": DOCKERFILE.replace("Ann", "Bob")}, "clash")
    ran(app)
    assert git(app, "merge-base", "--is-ancestor", human, BRANCH) == ""


def test_what_is_not_needed_any_more_is_removed(app: Path) -> None:
    ran(app)
    committed(app, {"Dockerfile": "FROM debian:12.7\n"}, "fixed by hand")
    assert did(ran(app)) == [("DeleteBranch", BRANCH, "done")]
    assert git(app, "branch", "--format=%(refname:short)") == "main"


def test_a_branch_that_is_checked_out_is_left_alone(app: Path, tmp_path: Path) -> None:
    ran(app)
    git(app, "worktree", "add", "--quiet", str(tmp_path / "tree"), BRANCH)
    committed(app, {"Dockerfile": DOCKERFILE.replace("Ann", "Bob")}, "clash")
    sha = git(app, "rev-parse", BRANCH)
    one = ran(app)
    assert [(done.became, "checked out" in done.note) for done in one.done] == [("failed", True)]
    assert git(app, "rev-parse", BRANCH) == sha


def test_it_works_from_a_folder_inside_a_linked_work_tree_and_a_bare_repository(app: Path, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    git(app, "worktree", "add", "--quiet", "-b", "work", str(tree))
    (tree / "deep").mkdir()
    one = ran(tree / "deep")
    assert one.base == "work"
    assert BRANCH in git(app, "branch", "--format=%(refname:short)").splitlines()
    subprocess.run(["git", "clone", "--quiet", "--bare", str(app), str(tmp_path / "bare.git")], check=True)
    assert did(ran(tmp_path / "bare.git", base="main")) == []


def test_another_base_and_a_detached_head(app: Path) -> None:
    git(app, "branch", "release")
    git(app, "checkout", "--quiet", "--detach")
    with pytest.raises(UserError, match="--base"):
        ran(app)

    assert ran(app, base="release").base == "release"
    with pytest.raises(UserError, match="does not exist"):
        ran(app, base="nowhere")

    with pytest.raises(UserError, match="no name of a branch"):
        ran(app, base="--all")


def test_line_ends_and_modes_are_those_of_the_commit(tmp_path: Path) -> None:
    """Attributes change what a work tree holds; what is committed is what git holds, with the fix and nothing else."""
    place = made(tmp_path / "app", {".gitattributes": "*.Dockerfile text eol=crlf\n", "a.Dockerfile": DOCKERFILE})
    (place / "a.Dockerfile").chmod(0o755)
    git(place, "commit", "--quiet", "--all", "--message", "mode")
    ran(place)
    assert git(place, "diff", "--numstat", "main", BRANCH) == "1\t1\ta.Dockerfile"
    assert git(place, "ls-tree", BRANCH, "a.Dockerfile").startswith("100755 ")


def test_a_branch_that_has_nothing_to_do_with_us_is_left_alone(app: Path) -> None:
    git(app, "checkout", "--quiet", "--orphan", BRANCH)
    committed(app, {"mine.txt": "mine\n"}, "mine")
    sha = git(app, "rev-parse", BRANCH)
    git(app, "checkout", "--quiet", "main")
    assert {became for _, _, became in did(ran(app))} == {"waits"}
    assert git(app, "rev-parse", BRANCH) == sha


def test_names_that_look_like_line_ends_are_names(app: Path) -> None:
    ran(app)
    git(app, "checkout", "--quiet", "-b", "fixer/a\u2028b\x85c", BRANCH)
    env = {"GIT_AUTHOR_NAME": "A\x0cnn\u2029 \x1e", "GIT_COMMITTER_NAME": "A\x0b"}
    git(app, "commit", "--quiet", "--allow-empty", "--message", "sub\u2028ject", env=env)
    git(app, "checkout", "--quiet", "main")
    assert {became for _, _, became in did(ran(app))} <= {"waits"}
    assert "fixer/a\u2028b\x85c" in git(app, "branch", "--format=%(refname:short)")


def test_a_base_that_is_configured(app: Path) -> None:
    git(app, "branch", "release")
    committed(app, {".fixer.yaml": "bot: {base: release}\n"}, "configure")
    assert ran(app).base == "release"
    assert git(app, "rev-parse", f"{BRANCH}~1") == git(app, "rev-parse", "release")
    committed(app, {".fixer.yaml": "bot: {base: nowhere}\n"}, "mistake")
    with pytest.raises(UserError, match="there is no branch nowhere"):
        ran(app)


def test_a_configuration_that_is_a_link_is_not_followed(app: Path) -> None:
    (app / "real.yaml").write_text("bot: {enabled: false}\n")
    (app / ".fixer.yaml").symlink_to("real.yaml")
    committed(app, {}, "link")
    with pytest.raises(UserError, match="symbolic link"):
        ran(app)


def test_a_repository_tells_nobody_whom_to_ask(app: Path, tmp_path: Path) -> None:
    """Registries that its file names are not asked, even when tags are looked up."""
    from fixer.bot.survey import _book
    from fixer.bot.worktree import TreeDisk

    committed(app, {".fixer.yaml": "registry: {endpoints: {docker.io: 'https://evil.example'}}\n"}, "configure")
    with workspace(str(tmp_path)) as folder:
        local = Local(str(app), folder)
        worktree = Worktree(local.git, local.head, f"{folder}/tree", lazy=False)
        said = configured(worktree, Order(NOW))
        assert said.policy.settings.registry.endpoints
        assert _book(TreeDisk(worktree), said.policy, Order(NOW)).online is None
        online = _book(TreeDisk(worktree), said.policy, Order(NOW, online=True)).online
        assert online is not None
        assert (online.endpoints, online.plain_http) == ({}, ())


def test_a_commit_is_kept_once_and_a_branch_removed_from_where_it_was(app: Path, tmp_path: Path) -> None:
    with workspace(str(tmp_path)) as folder:
        local = Local(str(app), folder)
        keep = KeepBranch("r", branch="fixer/kept", sha=local.head)
        assert local.perform(keep) == local.perform(keep) == local.head[:12]
        with pytest.raises(GitProblem):
            local.perform(DeleteBranch("r", branch="fixer/kept", lease="f" * 40))

        assert local.perform(DeleteBranch("r", branch="fixer/kept", lease=local.head)) == "removed"
        with pytest.raises(GitProblem, match="no name of a branch"):
            local.perform(KeepBranch("r", branch="a..b", sha=local.head))

        assert local.perform(CloseIssue("r", number=1)) == "there is no forge"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("baseline: ../../etc/passwd\n", "lies outside"),
        ("rules: {missing-logging: {params: {nonsense: 1}}}\n", "nonsense"),
        ("registry: {lock: ../x.lock}\n", "lies outside"),
        ("bot: {schedule: {time_zone: Mars/Olympus}}\n", "Mars/Olympus"),
    ],
)
def test_mistakes_that_only_the_whole_shows(app: Path, text: str, said: str) -> None:
    committed(app, {".fixer.yaml": text, "compose.yaml": "services:\n  web:\n    image: a:1\n"}, "mistake")
    with pytest.raises(UserError, match=said):
        ran(app)


def test_too_many_files_and_too_large_ones(app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    committed(app, {"large/Dockerfile": b"# " + b"x" * 6_000_000 + b"\n" + DOCKERFILE.encode()}, "large")
    assert did(ran(app)) == [("CreateBranch", BRANCH, "done")]
    assert git(app, "diff", "--name-only", "main", BRANCH) == "Dockerfile"
    monkeypatch.setattr(survey, "MOST_FILES", 1)
    with pytest.raises(UserError, match="more than 1 files"):
        ran(app)


def test_branches_without_end_do_not_take_time_without_end(app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran(app)
    for number in range(5):
        git(app, "branch", f"fixer/{number}", BRANCH)

    monkeypatch.setattr(observe, "_BRANCHES", 2)
    with workspace() as folder:
        local = Local(str(app), folder)
        state = observe.state_of(local, local.base, local.head, Order(NOW), f"{folder}/tree")

    assert [branch.name for branch in state.branches] == [BRANCH, "fixer/0"]
    assert state.problems == ("4 more branches have names like those of the bot and are not looked at",)


def test_names_of_sixty_four_digits(tmp_path: Path) -> None:
    place = tmp_path / "app"
    place.mkdir()
    git(place, "init", "--quiet", "--initial-branch=main", "--object-format=sha256")
    committed(place, {"Dockerfile": DOCKERFILE}, "Begin")
    assert did(ran(place)) == [("CreateBranch", BRANCH, "done")]
    assert did(ran(place)) == []


@pytest.mark.parametrize("group_by", ["family", "rule", "file", "safe"])
def test_groups_are_what_a_plan_over_everything_gives(tmp_path: Path, group_by: str) -> None:
    """Only the files are planned that a group has to do with; the result is that of all files, byte for byte."""
    place = made(tmp_path / "app", {})
    shutil.copytree(SHOP, place, dirs_exist_ok=True)
    committed(place, {}, "the shop")
    rules = catalogue()
    with workspace(str(tmp_path)) as folder:
        local = Local(str(place), folder)
        order = Order(NOW, defaults={"group_by": group_by})
        worktree = Worktree(local.git, local.head, f"{folder}/tree", lazy=False)
        found = planned(worktree, configured(worktree, order), order)
        wanted = proposed(found, BotSettings(group_by=group_by), Memory())  # type: ignore[arg-type]
        assert len(wanted) > 3
        for proposal in wanted:
            project = Project(Disk(f"{folder}/tree"), [one.path for one in found.outcomes], Policy())
            whole = [one for one in sweep(project, rules, proposal.choice, jobs=1) if one.changed]
            group = found.group(proposal, {})
            changes = [(one.path, one.after) for one in group.changes]
            assert changes == [(one.path, one.after.encoded()) for one in whole if one.after]


def test_a_configuration_decides_and_its_mistakes_are_said(app: Path) -> None:
    committed(app, {".fixer.yaml": "bot:\n  branch_prefix: harden/\n  group_by: rule\n"}, "configure")
    assert [subject for _, subject, _ in did(ran(app))] == ["harden/safe-dockerfile-deprecated-maintainer"]
    committed(app, {".fixer.yaml": "bot:\n  enabled: false\n"}, "off")
    assert did(ran(app)) in ([], [("Wait", "", "waits")])
    committed(app, {".fixer.yaml": "bot:\n  enable: false\n"}, "mistake")
    with pytest.raises(UserError, match=r"\.fixer\.yaml:2:3: there is no key 'enable'"):
        ran(app)


def test_what_the_bot_insists_on_wins(app: Path) -> None:
    committed(app, {".fixer.yaml": "bot:\n  branch_prefix: harden/\n"}, "configure")
    one = ran(app, force={"branch_prefix": "ours/"}, defaults={"group_by": "rule"})
    assert [subject for _, subject, _ in did(one)] == ["ours/safe-dockerfile-deprecated-maintainer"]


def test_merges_are_tried_without_leaving_objects(app: Path, tmp_path: Path) -> None:
    from fixer.bot.git import Git

    head = git(app, "rev-parse", "HEAD")
    git(app, "checkout", "--quiet", "-b", "one")
    committed(app, {"Dockerfile": "FROM one\n"}, "one")
    git(app, "checkout", "--quiet", "-b", "two", head)
    committed(app, {"Dockerfile": "FROM two\n"}, "two")
    (tmp_path / "scratch" / "home").mkdir(parents=True)
    talks = Git(str(app / ".git"), str(tmp_path / "scratch" / "home"))
    one, two = git(app, "rev-parse", "one"), git(app, "rev-parse", "two")
    objects = sorted((app / ".git" / "objects").rglob("*"))
    assert conflict_in(talks, one, two, str(tmp_path / "scratch")) is True
    assert conflict_in(talks, head, two, str(tmp_path / "scratch")) is False
    assert conflict_in(talks, head, "f" * 40, str(tmp_path / "scratch")) is None
    assert sorted((app / ".git" / "objects").rglob("*")) == objects


@pytest.mark.parametrize("name", ["empty", "none", "missing"])
def test_where_there_is_nothing_to_work_on(tmp_path: Path, name: str) -> None:
    place = tmp_path / name
    if name != "missing":
        place.mkdir()

    if name == "empty":
        git(place, "init", "--quiet", "--initial-branch=main")

    with pytest.raises(UserError):
        ran(place)
