"""Git for repositories that nobody trusts: nothing of theirs is run, nothing of ours leaks."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from bot.double.double import Double
from bot.repositories import git, made, tree_with

from fixer.bot import git as ours
from fixer.bot.blobs import contents, difference, fetch, references, spec
from fixer.bot.commits import Person, Put, Signed, commit, move, push
from fixer.bot.git import Git, GitProblem, Limits, checked_url, is_branch, workspace
from fixer.bot.tree import name_problem, tree_of
from fixer.bot.worktree import TreeDisk, Worktree
from fixer.errors import UserError

PERSON = Person("bot", "bot@example.com")


def local(repository: Path, tmp_path: Path, limits: Limits | None = None) -> Git:
    home = tmp_path / "scratch" / "home"
    home.mkdir(parents=True, exist_ok=True)
    return Git(str(repository / ".git"), str(home), limits=limits)


def remote(double: Double, folder: str, name: str = "acme/app") -> Git:
    return Git(
        f"{folder}/repository.git", f"{folder}/home", url=f"{double.url}/{name}.git", token=lambda _: double.token
    )


# ---- commits


def test_a_commit_changes_what_it_is_told_and_nothing_else(tmp_path: Path) -> None:
    place = made(
        tmp_path / "app",
        {"a.txt": "a\r\n", "run.sh": "#!/bin/sh\n", "b/c.txt": "c\n", ".gitattributes": "* text eol=lf\n"},
    )
    (place / "run.sh").chmod(0o755)
    git(place, "commit", "-qam", "mode")
    head = git(place, "rev-parse", "HEAD")
    (place / "a.txt").write_text("not committed\n")
    status, index = git(place, "status", "--porcelain"), (place / ".git" / "index").read_bytes()

    made_by = local(place, tmp_path)
    puts = [Put("run.sh", b"#!/bin/sh\r\n", "100755"), Put("b/c.txt", None), Put("new/file", b"new")]
    new = commit(made_by, head, [head], puts, Signed("Say it", PERSON, "1790000000 +0000"))
    move(made_by, "fixer/x", new, "")

    assert git(place, "diff-tree", "-r", "--name-status", head, "fixer/x") == "D\tb/c.txt\nA\tnew/file\nM\trun.sh"
    assert git(place, "ls-tree", "fixer/x", "run.sh").startswith("100755")
    assert git(place, "cat-file", "blob", "fixer/x:run.sh").encode() + b"\n" == b"#!/bin/sh\r\n"
    assert (
        git(place, "log", "-1", "--format=%an %ae %cn %s %ct", "fixer/x") == "bot bot@example.com bot Say it 1790000000"
    )
    assert git(place, "status", "--porcelain") == status
    assert (place / ".git" / "index").read_bytes() == index
    assert git(place, "rev-parse", "HEAD") == head


def test_the_same_commit_has_the_same_name(tmp_path: Path) -> None:
    place = made(tmp_path / "app", {"a": "a"})
    head, made_by = git(place, "rev-parse", "HEAD"), local(place, tmp_path)
    signed = Signed("m", PERSON, "1790000000 +0000")
    first, second = (commit(made_by, head, [head], [Put("a", b"b")], signed) for _ in range(2))
    assert first == second


def test_a_commit_that_changes_nothing_is_none(tmp_path: Path) -> None:
    place = made(tmp_path / "app", {"a": "a"})
    head = git(place, "rev-parse", "HEAD")
    with pytest.raises(GitProblem, match="change nothing"):
        commit(local(place, tmp_path), head, [head], [Put("a", b"a")], Signed("m", PERSON))


def test_a_branch_moves_only_from_where_it_was(tmp_path: Path) -> None:
    place = made(tmp_path / "app", {"a": "a"})
    head, made_by = git(place, "rev-parse", "HEAD"), local(place, tmp_path)
    new = commit(made_by, head, [head], [Put("a", b"b")], Signed("m", PERSON))
    move(made_by, "fixer/x", head, "")
    with pytest.raises(GitProblem) as caught:
        move(made_by, "fixer/x", new, "")

    assert caught.value.stale
    with pytest.raises(GitProblem):
        move(made_by, "fixer/x", new, new)

    move(made_by, "fixer/x", new, head)
    with pytest.raises(GitProblem):
        move(made_by, "fixer/x", "", head)

    move(made_by, "fixer/x", "", new)
    assert references(made_by, "refs/heads") == {"main": head}


@pytest.mark.parametrize(
    "name", ["", "-x", "a..b", "a b", "a~1", "a:b", "x.lock", "a/.b", "/a", "a/", "a@{0}", "@", "a\x07", "a//b", "a."]
)
def test_what_is_no_branch(name: str) -> None:
    assert not is_branch(name)


@pytest.mark.parametrize("name", ["main", "fixer/x", "feature/a-b_c.d", "ümlaut"])
def test_what_is_a_branch(name: str) -> None:
    assert is_branch(name)


# ---- a hostile repository on this machine


def test_no_hook_no_filter_and_no_program_of_a_repository_is_run(tmp_path: Path) -> None:
    place = made(tmp_path / "app", {"a": "a", ".gitattributes": "* filter=evil diff=evil merge=evil\n"})
    trap = tmp_path / "trap"
    program = tmp_path / "evil.sh"
    program.write_text(f"#!/bin/sh\ntouch {trap}\ncat\n")
    program.chmod(0o755)
    hooks = place / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in (
        "reference-transaction",
        "pre-commit",
        "post-commit",
        "pre-push",
        "post-index-change",
        "post-checkout",
    ):
        (hooks / name).write_text(program.read_text())
        (hooks / name).chmod(0o755)

    for key in (
        "core.fsmonitor",
        "core.sshCommand",
        "filter.evil.clean",
        "filter.evil.smudge",
        "diff.evil.textconv",
        "diff.evil.command",
        "merge.evil.driver",
        "core.editor",
        "core.pager",
        "credential.helper",
        "gpg.program",
        "core.alternateRefsCommand",
        "diff.external",
    ):
        git(place, "config", key, str(program))

    git(place, "config", "commit.gpgSign", "true")
    git(place, "config", "core.hooksPath", str(hooks))
    head = git(place, "rev-parse", "HEAD")
    trap.unlink(missing_ok=True)

    made_by = local(place, tmp_path)
    worktree = Worktree(made_by, head, str(tmp_path), lazy=False)
    worktree.bring(["a"])
    new = commit(made_by, head, [head], [Put("a", b"b")], Signed("m", PERSON))
    move(made_by, "fixer/x", new, "")
    assert [change.path for change in difference(made_by, head, new, lazy=False)] == ["a"]
    assert not trap.exists()
    assert (tmp_path / "a").read_text() == "a"


def test_links_submodules_and_hostile_names_are_not_written(tmp_path: Path) -> None:
    place = made(tmp_path / "app", {"Dockerfile": "FROM a\n"})
    sha = git(place, "rev-parse", "HEAD")
    inner = git(
        place,
        "mktree",
        given=b"100644 blob " + git(place, "hash-object", "-w", "--stdin", given=b"[core]\n").encode() + b"\tconfig\n",
    )
    head = tree_with(
        place,
        [
            ("100644", "Dockerfile", "FROM a\n"),
            ("100755", "run.sh", "#!/bin/sh\n"),
            ("120000", "link.yaml", "/etc/passwd"),
            ("160000", "module", sha),
            ("40000", ".GIT", inner),
            ("40000", "..", inner),
            ("100644", "a\nb.yaml", "x"),
            ("100644", "back\\slash.yaml", "x"),
            ("100644", "g\u200cit.yaml", "x"),
            ("100644", "bell\x07.yaml", "x"),
            ("100644", "bytes\udcff.yaml", "x"),
        ],
    )
    root = tmp_path / "root"
    root.mkdir()
    worktree = Worktree(local(place, tmp_path), head, str(root), lazy=False)
    worktree.bring(worktree.tree.blobs)
    assert sorted(worktree.tree.blobs) == ["Dockerfile", "g\u200cit.yaml", "run.sh"]
    assert sorted(path.name for path in root.rglob("*")) == ["Dockerfile", "g\u200cit.yaml", "run.sh"]
    assert os.access(root / "run.sh", os.X_OK)
    reasons = dict(worktree.tree.refused)
    assert reasons["link.yaml"] == "it is a symbolic link, which the bot does not follow"
    assert reasons["module"] == "it is a submodule"
    assert reasons["../config"] == reasons[".GIT/config"] == "its name is not a safe one"
    assert set(worktree.skipped) == {"link.yaml", "a\nb.yaml", "back\\slash.yaml", "bell\x07.yaml", "bytes\udcff.yaml"}


def test_two_files_in_one_place(tmp_path: Path) -> None:
    """A tree that git would not write: a file and a folder of the same name."""
    place = made(tmp_path / "app", {"x/inner.yaml": "a: 1\n"})
    inner = git(place, "rev-parse", "HEAD:x")
    head = tree_with(place, [("100644", "x", "file"), ("40000", "x", inner), ("100644", "y.yaml", "y")])
    root = tmp_path / "root"
    root.mkdir()
    worktree = Worktree(local(place, tmp_path), head, str(root), lazy=False)
    worktree.bring(worktree.tree.blobs)
    assert worktree.skipped == {"x/inner.yaml": "another file is in its place"}
    assert (root / "y.yaml").read_text() == "y"


@pytest.mark.parametrize(
    "path",
    ["a/.git/config", ".g\u200cit/config", "git~1/x", ".git./x", "a//b", "../x", "/x", "x" * 300, "a/" * 600 + "b"],
)
def test_names_that_are_not_safe(path: str) -> None:
    assert name_problem(path)


def test_the_environment_of_the_caller_does_not_lead_git_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, other = made(tmp_path / "app", {"a": "a"}), made(tmp_path / "other", {"b": "b"})
    ours.gitpython_module()  # it asks git for its version when it is imported
    for name, value in {
        "GIT_DIR": str(other / ".git"),
        "GIT_WORK_TREE": str(other),
        "GIT_INDEX_FILE": str(other / ".git" / "index"),
        "GIT_OBJECT_DIRECTORY": str(other / ".git" / "objects"),
        "GIT_TRACE": str(tmp_path / "trace"),
        "GIT_SSH_COMMAND": "false",
        "GIT_CONFIG_PARAMETERS": "'core.hooksPath=/tmp'",
    }.items():
        monkeypatch.setenv(name, value)

    made_by = local(place, tmp_path)
    head = made_by.sha("refs/heads/main")
    assert sorted(tree_of(made_by, head).blobs) == ["a"]
    commit(made_by, head, [head], [Put("a", b"b")], Signed("m", PERSON))
    assert not (tmp_path / "trace").exists()


def test_secrets_of_the_caller_are_not_in_the_environment_of_git(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = made(tmp_path / "app", {"a": "a"})
    for name in ("FIXER_TOKEN", "GITHUB_TOKEN", "FIXER_APP_KEY", "FIXER_APP_PRIVATE_KEY", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "top-secret-value")

    made_by = local(place, tmp_path)
    git(place, "config", "alias.env", "!env")
    assert "top-secret-value" not in made_by.ask("env")


def test_time_and_room_are_limited(tmp_path: Path) -> None:
    place = made(tmp_path / "app", {"a": "a"})
    git(place, "config", "alias.hang", "!sleep 60 & sleep 60")
    began = time.monotonic()
    with pytest.raises(GitProblem, match=r"did not end within 0\.3 s"):
        local(place, tmp_path, Limits(seconds=0.3)).ask("hang")

    fill = tmp_path / "scratch" / "fill"
    git(place, "config", "alias.fill", f"!dd if=/dev/zero of={fill} bs=1000 count=3000 status=none; sleep 60")
    with pytest.raises(GitProblem, match="more than 1 MB on the disk"):
        local(place, tmp_path, Limits(seconds=20, bytes=1_000_000)).ask("fill")

    assert time.monotonic() - began < 10


def test_what_a_killed_run_left_is_removed_later(tmp_path: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], check=True, capture_output=True)
    gone, here = int(ended.stdout), os.getpid()
    for name in (f"fixer-{gone}-old", f"fixer-{gone}-young", f"fixer-{here}-old", "fixer-x-old", "other"):
        (tmp_path / name / "deep").mkdir(parents=True)
        if name.endswith("old"):
            os.utime(tmp_path / name, (0, 0))

    ours.clean_up(str(tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        [f"fixer-{gone}-young", f"fixer-{here}-old", "fixer-x-old", "other"]
    )


def test_the_workspace_is_gone_whatever_happens(tmp_path: Path) -> None:
    def work() -> None:
        with workspace(str(tmp_path)) as folder:
            Path(folder, "tree", "x").write_text("x")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        work()

    assert list(tmp_path.iterdir()) == []


# ---- addresses


@pytest.mark.parametrize(
    "url",
    [
        "https://user:pass@github.com/a/b.git",
        "https://token@github.com/a/b.git",
        "file:///etc",
        "ext::sh -c touch% /tmp/x",
        "ssh://git@github.com/a/b",
        "git@github.com:a/b",
        "http://github.com/a/b.git",
        "--upload-pack=x",
        "https://git hub.com/a",
        "https://github.com:port/x",
        "/some/where",
    ],
)
def test_addresses_that_git_is_not_given(url: str) -> None:
    with pytest.raises(UserError) as caught:
        checked_url(url)

    assert "pass" not in str(caught.value)


def test_only_the_one_address_is_allowed(tmp_path: Path) -> None:
    """The settings win over those of the repository: another scheme is refused, even where its URL was put in."""
    place, source = made(tmp_path / "app", {"a": "a"}), made(tmp_path / "source", {"b": "b"})
    git(place, "remote", "add", "origin", str(source))
    git(place, "config", "protocol.file.allow", "never")
    home = tmp_path / "home"
    home.mkdir()
    talks = Git(str(place / ".git"), str(home), url="https://127.0.0.1:1/a.git")
    with pytest.raises(GitProblem, match="not allowed"):
        talks.remote("fetch", "origin")


# ---- a forge


def test_a_commit_and_only_the_contents_that_are_wanted(double: Double) -> None:
    place = double.add(
        "acme/app", {"Dockerfile": "FROM a\n", "big.bin": "x" * 200_000, "k/a.yaml": "a: 1\n", "k/b.yaml": "b: 1\n"}
    )
    with workspace() as folder:
        talks = remote(double, folder)
        fetch(talks, [spec("main"), spec("fixer*")])
        head = talks.sha("refs/remotes/origin/main")
        assert head == place.head()
        worktree = Worktree(talks, head, f"{folder}/tree", lazy=True)
        before = len([one for one in double.sent if "git-upload-pack" in one.path])
        worktree.bring(["Dockerfile", "k/a.yaml", "k/b.yaml"])
        after = [one for one in double.sent if "git-upload-pack" in one.path]
        assert len(after) - before <= 2
        assert Path(folder, "tree", "k", "a.yaml").read_text() == "a: 1\n"
        assert ours.size_of(folder) < 150_000
        disk = TreeDisk(worktree)
        assert disk.exists("big.bin")
        assert disk.exists("k")
        assert disk.names("k") == ["a.yaml", "b.yaml"]
        assert not disk.exists("k/c.yaml")
        assert disk.head("big.bin") == b"x" * 512


def test_a_token_leaves_no_trace(double: Double, monkeypatch: pytest.MonkeyPatch) -> None:
    double.add("acme/app", {"a": "a"})
    argv: list[str] = []
    module = ours.gitpython_module()
    execute = module.Git.execute

    def noted(self: object, command: list[str], *rest: object, **more: object) -> object:
        argv.extend(command)
        return execute(self, command, *rest, **more)

    monkeypatch.setattr(module.Git, "execute", noted)
    with workspace() as folder:
        talks = remote(double, folder)
        fetch(talks, [spec("main")])
        with pytest.raises(GitProblem) as caught:
            remote(double, folder, "acme/none").remote("ls-remote", "http://127.0.0.1:1/none")

        coded = base64.b64encode(f"x-access-token:{double.token}".encode()).decode()
        found = b"".join(path.read_bytes() for path in Path(folder).rglob("*") if path.is_file())
        for secret in (double.token, coded):
            assert secret.encode() not in found
            assert secret not in " ".join(argv)
            assert secret not in f"{caught.value} {caught.value.said}"


def test_the_lease_keeps_the_work_of_people(double: Double) -> None:
    place = double.add("acme/app", {"a": "a\n"})
    with workspace() as folder:
        talks = remote(double, folder)
        fetch(talks, [spec("main")])
        head = place.head()
        new = commit(talks, head, [head], [Put("a", b"b\n")], Signed("m", PERSON))
        push(talks, "fixer/x", new, "")
        assert place.branches()["fixer/x"] == new
        human = place.commit({"a": "human\n"}, branch="fixer/x", message="mine")
        again = commit(talks, head, [head], [Put("a", b"c\n")], Signed("m", PERSON))
        for lease in (new, ""):
            with pytest.raises(GitProblem) as caught:
                push(talks, "fixer/x", again, lease)

            assert caught.value.stale

        assert place.branches()["fixer/x"] == human == place.head("fixer/x")


def test_redirects_are_not_followed(tmp_path: Path) -> None:
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
    from threading import Thread

    asked: list[str] = []

    class Elsewhere(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(302)
            self.send_header("Location", "/elsewhere/info/refs?service=git-upload-pack")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        with workspace(str(tmp_path)) as folder:
            talks = Git(
                f"{folder}/repository.git",
                f"{folder}/home",
                url=f"http://127.0.0.1:{server.server_port}/a.git",
                token=lambda _: "secret-token",
            )
            with pytest.raises(GitProblem):
                fetch(talks, [spec("main")])
    finally:
        server.shutdown()
        server.server_close()

    assert asked == ["/a.git/info/refs?service=git-upload-pack"]


def test_contents_that_are_too_large_are_left_out(tmp_path: Path) -> None:
    place = made(tmp_path / "app", {"small": "s", "large": "l" * 1000})
    made_by = local(place, tmp_path)
    blobs = tree_of(made_by, git(place, "rev-parse", "HEAD")).blobs
    found = contents(made_by, [blob.sha for blob in blobs.values()], lazy=False, limit=100)
    assert found == {blobs["small"].sha: b"s", blobs["large"].sha: None}
