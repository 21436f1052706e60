"""Which files a run is about."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fixer.errors import UserError
from fixer.files import Discovery, Skipped, discover, find_root
from fixer.files.names import is_candidate
from fixer.kinds import is_dockerfile


def made(root: Path, *paths: str) -> Path:
    """Make empty files, with their folders."""
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).touch()

    return root


def found(root: Path, *paths: str) -> Discovery:
    return discover([str(root / path) for path in paths or (".",)], str(root))


CANDIDATES = [
    "Dockerfile", "dockerfile", "Dockerfile.prod", "Dockerfile-alpine", "api.Dockerfile", "API.DOCKERFILE",
    "Containerfile", "Containerfile.dev", "web.containerfile", "Dockerfile.j2", "Dockerfile.tmpl",
    "compose.yaml", "compose.prod.yml", "docker-compose.yml", "DOCKER-COMPOSE.YAML", "deployment.yaml", "list.json",
    "kustomization.yml", "values-prod.yaml",
]  # fmt: skip
OTHERS = [
    "Dockerfile.dockerignore", ".dockerignore", "Dockerfile~", "Dockerfile.orig", "Dockerfile.swp", "main.py",
    "README.md", "package.json", "package-lock.json", "pnpm-lock.yaml", "yarn.lock", "chart.tgz", "compose.yaml.bak",
    "yaml",
]  # fmt: skip


@pytest.mark.parametrize("name", CANDIDATES)
def test_what_may_be_ours_is_a_candidate(name: str) -> None:
    assert is_candidate(name)


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_never_ours_is_no_candidate(name: str) -> None:
    assert not is_candidate(name)


def test_no_dockerfile_of_the_corpus_is_missed(corpus: Path) -> None:
    names = {name for _, _, names in os.walk(corpus) for name in names if is_dockerfile(name)}

    assert len(names) > 10
    assert [name for name in names if not is_candidate(name)] == []


def test_files_are_relative_to_the_root_and_sorted(tmp_path: Path) -> None:
    made(tmp_path, "b/Dockerfile", "a.yaml", "b.yaml", "B/Dockerfile", "b/c/.hidden/compose.yml", "notes.txt")

    assert found(tmp_path).files == ("B/Dockerfile", "a.yaml", "b.yaml", "b/Dockerfile", "b/c/.hidden/compose.yml")


def test_several_paths_may_overlap(tmp_path: Path) -> None:
    made(tmp_path, "a/x.yaml", "a/b/y.yaml", "c/z.yaml")

    assert found(tmp_path, "a/b", "a", "a/x.yaml", "a").files == ("a/b/y.yaml", "a/x.yaml")


def test_a_relative_path_is_meant_from_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(tmp_path, "a/b/x.yaml", "a/y.yaml")
    monkeypatch.chdir(tmp_path / "a" / "b")

    assert discover(["."], str(tmp_path)).files == ("a/b/x.yaml",)
    assert discover(["../y.yaml", "x.yaml"], str(tmp_path)).files == ("a/b/x.yaml", "a/y.yaml")


@pytest.mark.parametrize("path", ["gone.yaml", "gone/", "a.yaml/x", "a\0b", ""])
def test_a_path_that_does_not_exist_is_the_users_mistake(tmp_path: Path, path: str) -> None:
    made(tmp_path, "a.yaml")
    with pytest.raises(UserError) as caught:
        discover([os.path.join(tmp_path, path) if path else ""], str(tmp_path))

    assert "\n" not in str(caught.value)
    with pytest.raises(UserError):
        find_root([os.path.join(tmp_path, path) if path else ""])


def test_a_path_outside_of_the_root_is_the_users_mistake(tmp_path: Path) -> None:
    made(tmp_path, "root/a.yaml", "root-b/b.yaml")
    with pytest.raises(UserError, match="lies outside of"):
        discover([str(tmp_path / "root-b")], str(tmp_path / "root"))


VENDORED = [
    "node_modules/a",
    "vendor",
    ".terraform",
    ".git",
    "x/__pycache__",
    "lib/site-packages/p",
    "p-1.dist-info",
    ".tox",
]


@pytest.mark.parametrize("folder", VENDORED)
def test_vendored_trees_are_left_out_unless_named(tmp_path: Path, folder: str) -> None:
    made(tmp_path, f"{folder}/inner/Dockerfile", "Dockerfile")

    assert found(tmp_path).files == ("Dockerfile",)
    assert found(tmp_path, f"{folder}/inner").files == (f"{folder}/inner/Dockerfile",)
    assert found(tmp_path, f"{folder}/inner/Dockerfile").files == (f"{folder}/inner/Dockerfile",)


def test_a_virtual_environment_is_left_out_by_what_it_holds(tmp_path: Path) -> None:
    made(tmp_path, "env/pyvenv.cfg", "env/share/a.yaml", "venv/a.yaml")
    result = found(tmp_path)

    assert result.files == ("venv/a.yaml",)
    assert result.ignored == 1
    assert found(tmp_path, "env").files == ("env/share/a.yaml",)


def test_the_count_of_what_is_left_out_does_not_mention_git(tmp_path: Path) -> None:
    made(tmp_path, ".git/config", "node_modules/a.yaml", "vendor/a.yaml", "a.yaml")

    assert found(tmp_path) == Discovery(("a.yaml",), (), 2)


def test_a_link_to_a_file_inside_counts_once_under_its_real_path(tmp_path: Path) -> None:
    made(tmp_path, "docker/api.Dockerfile")
    (tmp_path / "Dockerfile").symlink_to("docker/api.Dockerfile")
    (tmp_path / "Dockerfile.two").symlink_to("Dockerfile")

    assert found(tmp_path) == Discovery(("docker/api.Dockerfile",))
    assert found(tmp_path, "Dockerfile") == Discovery(("docker/api.Dockerfile",))


def test_a_link_to_a_folder_inside_is_walked_once_under_its_real_path(tmp_path: Path) -> None:
    made(tmp_path, "shared/a.yaml", "app/b.yaml")
    (tmp_path / "app" / "shared").symlink_to("../shared")

    assert found(tmp_path).files == ("app/b.yaml", "shared/a.yaml")
    assert found(tmp_path, "app").files == ("app/b.yaml", "shared/a.yaml")
    assert found(tmp_path, "app/shared").files == ("shared/a.yaml",)


def test_a_link_to_a_folder_that_encloses_it_is_not_followed(tmp_path: Path) -> None:
    made(tmp_path, "a/b/x.yaml", "a/y.yaml", "z.yaml")
    (tmp_path / "a" / "b" / "up").symlink_to("..")
    (tmp_path / "a" / "b" / "top").symlink_to(tmp_path)
    (tmp_path / "a" / "b" / "self").symlink_to(".")

    assert found(tmp_path, "a/b") == Discovery(("a/b/x.yaml",))
    assert found(tmp_path) == Discovery(("a/b/x.yaml", "a/y.yaml", "z.yaml"))


def test_a_loop_of_links_ends_and_is_told(tmp_path: Path) -> None:
    made(tmp_path, "a.yaml")
    (tmp_path / "one.yaml").symlink_to("two.yaml")
    (tmp_path / "two.yaml").symlink_to("one.yaml")
    (tmp_path / "loop").symlink_to("loop")
    reason = "a symbolic link leads to no file"

    assert found(tmp_path) == Discovery(("a.yaml",), (Skipped("one.yaml", reason), Skipped("two.yaml", reason)))
    assert found(tmp_path, "loop").skipped == (Skipped("loop", reason),)


def test_a_link_out_of_the_root_is_not_followed_and_told(tmp_path: Path) -> None:
    root = made(tmp_path / "root", "a.yaml")
    made(tmp_path, "secret/b.yaml")
    (root / "out").symlink_to("../secret")
    (root / "out.yaml").symlink_to("../secret/b.yaml")
    (root / "notes.txt").symlink_to("../secret/b.yaml")
    reason = "a symbolic link leads out of the root of the run"

    assert found(root) == Discovery(("a.yaml",), (Skipped("out", reason), Skipped("out.yaml", reason)))
    assert found(root, "out.yaml", "a.yaml") == Discovery(("a.yaml",), (Skipped("out.yaml", reason),))


def test_a_link_that_hides_the_kind_is_told(tmp_path: Path) -> None:
    made(tmp_path, "image.txt")
    (tmp_path / "Dockerfile").symlink_to("image.txt")
    told = "a symbolic link leads to image.txt, whose name is of no known kind"

    assert found(tmp_path) == Discovery((), (Skipped("Dockerfile", told),))
    assert found(tmp_path, "Dockerfile").files == ("image.txt",)


def test_a_link_does_not_lead_into_what_is_left_out(tmp_path: Path) -> None:
    made(tmp_path, "vendor/p/a.yaml", "env/pyvenv.cfg", "env/b.yaml", "out/c.yaml", ".gitignore")
    (tmp_path / ".gitignore").write_text("out/\n")
    for name in ("vendor/p/a.yaml", "env/b.yaml", "out/c.yaml"):
        (tmp_path / os.path.basename(name)).symlink_to(name)

    (tmp_path / "node_modules").symlink_to("app")
    made(tmp_path, "app/notes.txt")
    (tmp_path / "readme").symlink_to("app/notes.txt")
    for name in ("vendor/p", "env", "out"):
        (tmp_path / f"to-{os.path.basename(name)}").symlink_to(name)

    assert found(tmp_path).files == ()


def test_what_is_no_regular_file_is_told(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "compose.yaml")
    os.mkfifo(tmp_path / "pipe")
    reason = "it is not a regular file"

    assert found(tmp_path) == Discovery((), (Skipped("compose.yaml", reason),))
    assert found(tmp_path, "pipe") == Discovery((), (Skipped("pipe", reason),))


def test_a_folder_that_cannot_be_read_is_told_and_the_rest_is_found(guarded: Path) -> None:
    made(guarded, "a/x.yaml", "b/y.yaml")
    (guarded / "a").chmod(0)

    assert found(guarded) == Discovery(("b/y.yaml",), (Skipped("a", "the folder cannot be read: permission denied"),))
    with pytest.raises(UserError, match="permission denied"):
        found(guarded, "a/x.yaml")


def test_names_that_are_no_text_are_found(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.yaml")).touch()
    (tmp_path / "two\nlines.yaml").touch()

    assert found(tmp_path).files == ("caf\udce9.yaml", "two\nlines.yaml")


def test_a_tree_deeper_than_the_recursion_limit_is_walked(tmp_path: Path) -> None:
    here = os.open(tmp_path, os.O_RDONLY)
    try:
        for _ in range(1500):
            os.mkdir("d", dir_fd=here)
            inner = os.open("d", os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = inner
    finally:
        os.close(here)

    made(tmp_path, "/".join("d" * 1000) + "/a.yaml")

    assert found(tmp_path).files == ("/".join("d" * 1000) + "/a.yaml",)
    # pytest cannot remove so deep a tree.
    subprocess.run(["rm", "-r", str(tmp_path / "d")], check=True)


def test_the_root_is_the_work_tree_of_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(tmp_path, "repo/.git/HEAD", "repo/a/b/x.yaml", "repo/c/y.yaml", "repo/sub/.git", "repo/sub/z.yaml")
    repo = os.path.realpath(tmp_path / "repo")
    monkeypatch.chdir(tmp_path / "repo" / "a")

    assert find_root([]) == repo
    assert find_root(["b/x.yaml"]) == repo
    assert find_root(["b", "../c/y.yaml"]) == repo
    assert find_root(["../sub/z.yaml"]) == os.path.join(repo, "sub")
    assert find_root(["../sub/z.yaml", "."]) == repo


def test_without_git_the_root_is_the_current_folder_or_what_holds_all_paths(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(tmp_path, "here/prod/x.yaml", "there/y.yaml", "there/z/z.yaml")
    top = os.path.realpath(tmp_path)
    monkeypatch.chdir(tmp_path / "here")

    assert find_root(["prod/x.yaml"]) == os.path.join(top, "here")
    assert find_root([str(tmp_path / "there" / "z"), "../there/y.yaml"]) == os.path.join(top, "there")
    assert find_root(["prod", "../there"]) == top


def test_a_folder_may_be_named_by_a_link_to_it(tmp_path: Path) -> None:
    made(tmp_path, "repo/.git/HEAD", "repo/a.yaml")
    (tmp_path / "link").symlink_to("repo")
    root = find_root([str(tmp_path / "link")])

    assert root == os.path.realpath(tmp_path / "repo")
    assert discover([str(tmp_path / "link")], root).files == ("a.yaml",)


def test_a_file_named_by_a_link_does_not_move_the_root(tmp_path: Path) -> None:
    made(tmp_path, "repo/.git/HEAD", "elsewhere/a.yaml")
    (tmp_path / "repo" / "a.yaml").symlink_to("../elsewhere/a.yaml")
    root = find_root([str(tmp_path / "repo" / "a.yaml")])

    assert root == os.path.realpath(tmp_path / "repo")
    assert [one.path for one in discover([str(tmp_path / "repo" / "a.yaml")], root).skipped] == ["a.yaml"]


def test_without_ignore_files_pathspec_is_not_loaded(tmp_path: Path) -> None:
    made(tmp_path, "a.yaml")
    code = (
        "import sys; from fixer.files import discover;"
        "discover(sys.argv[1:], sys.argv[1]); print('pathspec' in sys.modules)"
    )
    for expected in (b"False\n", b"True\n"):
        run = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, capture_output=True)
        assert run.stdout == expected
        (tmp_path / ".gitignore").write_text("x\n")


def test_the_walk_costs_little_more_than_listing_the_folders(corpus: Path) -> None:
    def bare() -> None:
        stack = [str(corpus)]
        while stack:
            with os.scandir(stack.pop()) as entries:
                stack += [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]

    def seconds(what: str) -> float:
        start = time.process_time()
        if what == "bare":
            bare()
        else:
            discover([str(corpus)], str(corpus))

        return time.process_time() - start

    least = {what: min(seconds(what) for _ in range(5)) for what in ("bare", "discover")}

    assert least["discover"] < 5 * least["bare"] + 0.01
