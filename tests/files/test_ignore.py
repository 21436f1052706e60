"""Ignore files, as git reads them; git itself is the judge where it can be."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from fixer.files import Skipped, discover

FILES = (
    "a.yaml", "b.yaml", "build/a.yaml", "build/keep/b.yaml", "src/a.yaml", "src/build/a.yaml", "src/gen/a.gen.yaml",
    "src/gen/b.yaml", "docs/deep/er/a.yaml", "docs/b.yaml", "sp ace/a.yaml",
    "[x]/a.yaml", "#hash/a.yaml", "UPPER/a.yaml",
)  # fmt: skip


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for path in FILES:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()

    return tmp_path


def found(root: Path, *paths: str) -> set[str]:
    return set(discover([str(root / path) for path in paths or (".",)], str(root)).files)


def left_out(root: Path, *paths: str) -> set[str]:
    return set(FILES) - found(root, *paths)


PATTERNS = [
    "build/", "/build", "build/*\n!build/keep", "build/\n!build/keep/b.yaml", "*.gen.yaml", "**/er", "docs/**/a.yaml",
    "docs/*", "*\n!*/\n!b.yaml", "sp\\ ace/", "\\[x\\]/", "\\#hash", "# comment\n\n   ", "a.yaml   ", "src/build",
    "a.yaml\r\nb.yaml\r\n", "\ufeffdocs/", "upper/", "[a-b].yaml", "doc?/", "!", "a.yaml\n!\n[z-a]\n", "/", "src/**",
    "*.yaml\n!/src/**/*.yaml", "foo[", "***", "docs/deep/**/", "*\n!docs/\n!b.yaml", "/*\n!/src/",
    "*\n!*/\n!/src/**", "!/\ndocs", "build\n!build/",
    "docs/  ", "docs\\ ", "docs/deep\n!docs/deep/er/a.yaml", "**/build/\n!/src/build/", "src/\n!src/gen/",
]  # fmt: skip


@pytest.mark.parametrize("patterns", PATTERNS)
def test_patterns_mean_what_they_mean_to_git(tree: Path, patterns: str) -> None:
    (tree / ".gitignore").write_bytes(patterns.encode())
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", "init", "-q", str(tree)], check=True, env=environment)
    listing = ["git", "-C", str(tree), "ls-files", "-z", "--others", "--exclude-standard"]
    judged = subprocess.run(listing, check=True, env=environment, capture_output=True).stdout.decode().split("\0")

    assert found(tree) == {path for path in judged if path.endswith(".yaml")}


def test_a_deeper_file_overrules_a_higher_one(tree: Path) -> None:
    (tree / ".gitignore").write_text("a.yaml\n")
    (tree / "src" / ".gitignore").write_text("!a.yaml\n/b.yaml\ngen/b.yaml\n")

    assert left_out(tree) == {path for path in FILES if path.endswith("/a.yaml") and not path.startswith("src")} | {
        "a.yaml",
        "src/gen/b.yaml",
    }


@pytest.mark.parametrize("name", [".gitignore", ".ignore", ".fixerignore"])
def test_each_kind_of_ignore_file_counts(tree: Path, name: str) -> None:
    (tree / "docs" / name).write_text("deep/\n")

    assert left_out(tree) == {"docs/deep/er/a.yaml"}


def test_our_own_ignore_file_has_the_last_word(tree: Path) -> None:
    (tree / ".gitignore").write_text("docs/\nsrc/\nbuild/\n")
    (tree / ".ignore").write_text("!src/\n!docs/\n")
    (tree / ".fixerignore").write_text("docs/b.yaml\n")

    assert left_out(tree) == {"docs/b.yaml", "build/a.yaml", "build/keep/b.yaml", "src/build/a.yaml"}


def test_the_private_exclude_file_of_the_repository_counts(tree: Path) -> None:
    (tree / ".git" / "info").mkdir(parents=True)
    (tree / ".git" / "info" / "exclude").write_text("docs/\nsrc/\n")
    (tree / ".gitignore").write_text("!src/\n")

    assert left_out(tree) == {"docs/b.yaml", "docs/deep/er/a.yaml"}


def test_ignore_files_above_a_named_folder_count(tree: Path) -> None:
    (tree / ".gitignore").write_text("*.gen.yaml\n/src/build/\n")

    assert found(tree, "src") == {"src/a.yaml", "src/gen/b.yaml"}


def test_a_named_file_is_taken_although_it_is_ignored(tree: Path) -> None:
    (tree / ".gitignore").write_text("*\n")

    assert found(tree, "src/a.yaml", "docs/deep/er/a.yaml") == {"src/a.yaml", "docs/deep/er/a.yaml"}


def test_in_a_named_folder_that_is_ignored_only_its_own_ignore_files_count(tree: Path) -> None:
    (tree / ".gitignore").write_text("build/\n")
    (tree / "build" / ".gitignore").write_text("keep/\n")

    assert found(tree, "build") == {"build/a.yaml"}
    assert found(tree, "build/keep") == {"build/keep/b.yaml"}


def test_what_is_left_out_is_counted(tree: Path) -> None:
    (tree / ".gitignore").write_text("docs/\n/a.yaml\n")

    assert discover([str(tree)], str(tree)).ignored == 2


def test_an_ignore_file_that_cannot_be_read_is_told(tree: Path) -> None:
    (tree / ".gitignore").symlink_to("/etc/hostname")
    os.mkfifo(tree / "src" / ".ignore")
    result = discover([str(tree)], str(tree))

    assert len(result.files) == len(FILES)
    assert result.skipped == (
        Skipped(".gitignore", "the ignore file is not respected: a symbolic link leads out of the root of the run"),
        Skipped("src/.ignore", "the ignore file is not respected: it is not a regular file"),
    )
