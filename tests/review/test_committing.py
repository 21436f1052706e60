"""Commits on a new branch, in real repositories: only what was written, and whatever fails leaves all as it was."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from review.conftest import ROOT, Git, Opened, contents, fixed

from fixer.errors import UserError
from fixer.finding import Risk
from fixer.outcome import Choice
from fixer.review.records import State
from fixer.review.review import Review


def everything(folder: Path, git: Git) -> tuple[object, ...]:
    """All that a failure must leave as it was."""
    return (
        contents(folder),
        git(folder, "status", "--porcelain"),
        git(folder, "diff", "--cached"),
        git(folder, "for-each-ref"),
        (folder / ".git" / "HEAD").read_text(),
        git(folder, "ls-files", "--stage"),
    )


def hook(folder: Path, name: str, script: str) -> None:
    path = folder / ".git" / "hooks" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_one_commit_holds_what_fix_writes(repository: Path, opened: Opened, git: Git) -> None:
    review = opened(repository)
    result, committed = review.commit("harden")
    assert committed.branch == git(repository, "branch", "--show-current") == "harden"
    assert [short for short, _ in committed.commits] == git(repository, "log", "--format=%h", "main..").splitlines()
    assert set(result.written) == set(git(repository, "diff", "--name-only", "main", "harden").splitlines())
    assert git(repository, "status", "--porcelain") == ""
    message = git(repository, "log", "-1", "--format=%B")
    assert message.startswith(f"Fix {result.fixes} findings in {len(result.written)} files\n\n- compose/")
    twin = repository.with_name("twin")
    shutil.copytree(ROOT / "examples" / "shop", twin)
    assert contents(repository) == fixed(twin, Choice())
    assert review.totals.accepted == 0
    assert review.totals.written == result.fixes
    assert not review.unsaved


def test_a_message_of_ones_own(repository: Path, opened: Opened, git: Git) -> None:
    opened(repository).commit("harden", "Harden it\n\n# keep this line\n")
    assert git(repository, "log", "-1", "--format=%B").strip() == "Harden it\n\n# keep this line"


def test_a_commit_for_each_rule(repository: Path, opened: Opened, git: Git) -> None:
    review = opened(repository)
    review.accept_up_to(Risk.HIGH)
    _, committed = review.commit("harden", per_rule=True)
    assert len(committed.commits) > 10
    subjects = git(repository, "log", "--reverse", "--format=%s", "main..").splitlines()
    assert subjects == [subject for _, subject in committed.commits]
    names = [subject.partition(":")[0] for subject in subjects]
    assert len(set(names)) == len(names)
    assert all(len(subject) <= 72 for subject in subjects)
    twin = repository.with_name("twin")
    shutil.copytree(ROOT / "examples" / "shop", twin)
    assert contents(repository) == fixed(twin, Choice(Risk.HIGH))
    assert git(repository, "status", "--porcelain") == ""


def test_each_commit_is_the_work_of_its_rule(repository: Path, opened: Opened, git: Git) -> None:
    review = opened(repository)
    _, committed = review.commit("harden", per_rule=True)
    by_rule = {subject.partition(":")[0]: short for short, subject in committed.commits}
    diff = git(repository, "show", "--format=", by_rule["compose/missing-logging"])
    added = [line[1:].strip() for line in diff.splitlines() if line.startswith("+") and not line.startswith("+++")]
    assert {line.partition(":")[0] for line in added} == {"logging", "driver", "options", "max-size", "max-file"}


def test_other_work_stays_as_it_is(repository: Path, opened: Opened, git: Git) -> None:
    """Staged, changed and untracked files of the user are in no commit, and are afterwards what they were."""
    (repository / "README.md").write_text("staged\n")
    (repository / "api" / "app.py").write_text("# staged\n")
    git(repository, "add", "README.md", "api/app.py")
    (repository / "README.md").write_text("staged, and changed again\n")
    (repository / "schema.sql").write_text("changed\n")
    (repository / "notes.txt").write_text("untracked\n")
    before = git(repository, "status", "--porcelain"), git(repository, "diff"), git(repository, "diff", "--cached")
    result, _ = opened(repository).commit("harden", per_rule=True)
    names = set(git(repository, "diff", "--name-only", "main", "harden").splitlines())
    assert names == set(result.written)
    assert (
        git(repository, "status", "--porcelain"),
        git(repository, "diff"),
        git(repository, "diff", "--cached"),
    ) == before


def test_a_new_file_is_committed(tmp_path: Path, opened: Opened, git: Git) -> None:
    case = ROOT / "golden" / "kubernetes" / "missing_pod_disruption_budget" / "plain"
    folder = tmp_path / "repository"
    shutil.copytree(case / "before", folder)
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "begin")
    review = opened(folder)
    review.accept([item.key for item in review.items if item.finding.rule == "missing-pod-disruption-budget"])
    result, _ = review.commit("harden")
    new = set(result.written) - set(git(folder, "ls-tree", "--name-only", "-r", "main").splitlines())
    assert len(new) == 1
    assert set(git(folder, "ls-tree", "--name-only", "-r", "harden").splitlines()) > new
    assert git(folder, "status", "--porcelain") == ""


def test_a_new_file_that_git_ignores(tmp_path: Path, opened: Opened, git: Git) -> None:
    folder = tmp_path / "repository"
    shutil.copytree(ROOT / "golden" / "kubernetes" / "missing_pod_disruption_budget" / "plain" / "before", folder)
    (folder / ".gitignore").write_text("*-pdb.yaml\n")
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "begin")
    review = opened(folder)
    review.accept([item.key for item in review.items if item.finding.rule == "missing-pod-disruption-budget"])
    assert refused(review, folder, git).endswith("would be a new file that git ignores: write without a commit")


def test_a_name_that_looks_like_a_pattern(tmp_path: Path, opened: Opened, git: Git) -> None:
    """Only the file is committed, not what its name would match."""
    folder = tmp_path / "repository"
    (folder / "[ab]").mkdir(parents=True)
    (folder / "a").mkdir()
    git(folder, "init", "-q")
    text = "services:\n  web:\n    image: example/web:1.2\n"
    for place in ("[ab]", "a"):
        (folder / place / "compose.yaml").write_text(text)

    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "begin")
    review = opened(folder)
    review.reject([item.key for item in review.items_of("a/compose.yaml")])
    (folder / "a" / "compose.yaml").write_text(text + "# mine\n")
    review.commit("harden")
    assert git(folder, "diff", "--name-only", "main", "harden") == "[ab]/compose.yaml"
    assert git(folder, "status", "--porcelain") == " M a/compose.yaml"


def test_hooks_run_as_ever(repository: Path, opened: Opened, git: Git, tmp_path: Path) -> None:
    """A hook sees what is committed, and its own git takes patterns."""
    seen = tmp_path / "seen"
    hook(repository, "pre-commit", f"git diff --cached --name-only -- '*.yaml' > {seen}")
    (repository / "README.md").write_text("staged\n")
    git(repository, "add", "README.md")
    result, _ = opened(repository).commit("harden")
    assert seen.read_text().splitlines() == [path for path in result.written if path.endswith(".yaml")]


def test_a_detached_head_is_no_obstacle(repository: Path, opened: Opened, git: Git) -> None:
    git(repository, "checkout", "-q", "--detach")
    opened(repository).commit("harden")
    assert git(repository, "branch", "--show-current") == "harden"
    assert git(repository, "rev-list", "--count", "main..harden") == "1"


def test_a_work_tree_beside_the_repository(repository: Path, opened: Opened, git: Git) -> None:
    beside = repository.with_name("beside")
    git(repository, "worktree", "add", "-q", str(beside), "-b", "other")
    opened(beside).commit("harden")
    assert git(beside, "branch", "--show-current") == "harden"
    assert git(repository, "branch", "--show-current") == "main"
    assert git(repository, "status", "--porcelain") == ""


# ---- what hinders


def refused(review: Review, folder: Path, git: Git, branch: str = "harden") -> str:
    """Try to commit; return the sentence, after looking that nothing changed."""
    before, totals, unsaved = everything(folder, git), review.totals, review.unsaved
    states = {item.key: review.state(item.key) for item in review.items}
    with pytest.raises(UserError) as caught:
        review.commit(branch)

    assert everything(folder, git) == before
    assert {item.key: review.state(item.key) for item in review.items} == states
    assert (review.totals, review.unsaved) == (totals, unsaved)
    return str(caught.value)


def test_no_repository(shop: Path, opened: Opened) -> None:
    review = opened(shop)
    before = contents(shop)
    assert review.commit_problem("harden") == "this folder is in no git repository"
    with pytest.raises(UserError, match="in no git repository"):
        review.commit("harden")

    assert contents(shop) == before


def test_no_git(repository: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    review = opened(repository)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert review.commit_problem("harden") == "git is needed, and is not installed"


def test_no_commit_yet(shop: Path, opened: Opened, git: Git) -> None:
    git(shop, "init", "-q")
    assert opened(shop).commit_problem("harden") == "the repository has no commit yet: make the first one without us"


def test_nobody_knows_who_commits(repository: Path, opened: Opened, git: Git, tmp_path: Path) -> None:
    (tmp_path / "home" / ".gitconfig").write_text("[user]\nuseConfigOnly = true\n")
    sentence = "git does not know who you are: set user.name and user.email"
    assert refused(opened(repository), repository, git) == sentence


@pytest.mark.parametrize(
    ("branch", "sentence"),
    [
        ("main", "there is a branch main already: choose another name"),
        ("main/harden", "the branch main leaves no room for main/harden: choose another name"),
        ("two words", "'two words' is no name of a branch"),
        ("-x", "'-x' is no name of a branch"),
        ("", "'' is no name of a branch"),
    ],
)
def test_a_branch_that_cannot_be(repository: Path, opened: Opened, git: Git, branch: str, sentence: str) -> None:
    review = opened(repository)
    assert review.commit_problem(branch) == sentence
    assert refused(review, repository, git, branch) == sentence


def test_the_middle_of_a_merge(repository: Path, opened: Opened, git: Git) -> None:
    git(repository, "checkout", "-q", "-b", "side")
    (repository / "README.md").write_text("side\n")
    git(repository, "commit", "-q", "-a", "-m", "side")
    git(repository, "checkout", "-q", "main")
    (repository / "schema.sql").write_text("main\n")
    git(repository, "commit", "-q", "-a", "-m", "main")
    git(repository, "merge", "-q", "--no-commit", "--no-ff", "side")
    sentence = "a merge is going on in this repository: finish or abort it first"
    assert refused(opened(repository), repository, git) == sentence
    git(repository, "merge", "--abort")
    assert opened(repository).commit_problem("harden") == ""


def test_nothing_to_commit(repository: Path, opened: Opened, git: Git) -> None:
    review = opened(repository)
    review.reject([item.key for item in review.items])
    assert refused(review, repository, git) == "nothing is accepted: there is nothing to commit"


def test_a_file_with_changes_of_the_user(repository: Path, opened: Opened, git: Git) -> None:
    path = repository / "compose.yaml"
    path.write_text(path.read_text() + "# mine\n")
    sentence = "compose.yaml has changes that are not committed: commit or stash them first, or write without a commit"
    assert refused(opened(repository), repository, git) == sentence
    git(repository, "add", "compose.yaml")
    assert refused(opened(repository), repository, git) == sentence


def test_a_file_that_git_does_not_know(repository: Path, opened: Opened, git: Git) -> None:
    shutil.copy(repository / "compose.yaml", repository / "docker-compose.yml")
    sentence = "docker-compose.yml is not tracked by git: commit it first, or write without a commit"
    assert refused(opened(repository), repository, git) == sentence


def test_a_file_that_changed_since_it_was_read(repository: Path, opened: Opened, git: Git) -> None:
    review = opened(repository)
    path = repository / "compose.yaml"
    path.write_text(path.read_text() + "# mine\n")
    assert "compose.yaml: it was changed since it was read" in refused(review, repository, git)


@pytest.mark.parametrize("name", ["pre-commit", "commit-msg"])
def test_a_hook_that_fails(repository: Path, opened: Opened, git: Git, name: str) -> None:
    hook(repository, name, "echo 'no commits on Fridays' >&2; exit 1")
    sentence = refused(opened(repository), repository, git)
    assert sentence == "git commit, or a hook of it, refused: no commits on Fridays"


def test_a_hook_that_fails_late_takes_all_commits_back(repository: Path, opened: Opened, git: Git) -> None:
    (repository / "README.md").write_text("staged\n")
    git(repository, "add", "README.md")
    hook(repository, "pre-commit", "test $(git rev-list --count HEAD) -lt 4 || { echo enough >&2; exit 1; }")
    review = opened(repository)
    before = everything(repository, git)
    with pytest.raises(UserError, match="refused: enough"):
        review.commit("harden", per_rule=True)

    assert everything(repository, git) == before
    hook(repository, "pre-commit", "exit 0")
    review.commit("harden", per_rule=True)
    assert git(repository, "status", "--porcelain") == "M  README.md"


def test_a_hook_that_rewrites_a_file_is_left_alone(repository: Path, opened: Opened, git: Git) -> None:
    hook(repository, "pre-commit", "echo '# by the hook' >> compose.yaml; exit 1")
    with pytest.raises(UserError, match=r"compose\.yaml was changed meanwhile and is left as it is"):
        opened(repository).commit("harden")

    assert git(repository, "branch", "--show-current") == "main"
    assert git(repository, "branch", "--list", "harden") == ""
    assert git(repository, "status", "--porcelain") == " M compose.yaml"
    assert (repository / "compose.yaml").read_text().endswith("# by the hook\n")


def test_a_read_only_file(repository: Path, opened: Opened, git: Git) -> None:
    review = opened(repository)
    (repository / "compose.yaml").chmod(0o444)
    review.rescan(["compose.yaml"])
    sentence = refused(review, repository, git)
    assert sentence == "compose.yaml: it cannot be written: the file is read-only"


def test_a_locked_index(repository: Path, opened: Opened, git: Git) -> None:
    review = opened(repository)
    lock = repository / ".git" / "index.lock"
    lock.touch()
    before = contents(repository), (repository / ".git" / "HEAD").read_text()
    with pytest.raises(UserError, match=r"git is at work in this repository, or left its index\.lock behind"):
        review.commit("harden")

    lock.unlink()
    assert (contents(repository), (repository / ".git" / "HEAD").read_text()) == before
    assert git(repository, "status", "--porcelain") == ""
    assert {review.state(item.key) for item in review.items if item.finding.fix} == {State.ACCEPTED, State.OPEN}


def test_git_is_only_imported_for_commits() -> None:
    code = "import sys, fixer.review.review, fixer.cli.tui; print('git' in sys.modules, 'textual' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.split() == ["False", "False"]
