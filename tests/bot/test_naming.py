"""Names of branches."""

from __future__ import annotations

import re
import subprocess

import pytest
from formats.examples import examples
from hypothesis import given
from hypothesis import strategies as st

from fixer.bot.naming import LONGEST, blocked, branch_name, kept_name, same

NAME = re.compile(r"fixer/[a-z0-9]+(-[a-z0-9]+)*")


@pytest.mark.parametrize(
    ("key", "directory", "expected"),
    [
        ("safe-images", "", "fixer/safe-images"),
        ("low-dockerfile-latest-tag", "", "fixer/low-dockerfile-latest-tag"),
        ("safe-file", "api/Dockerfile", "fixer/safe-file-api-dockerfile-39ca0f1ab7c1"),
    ],
)
def test_readable_names(key: str, directory: str, expected: str) -> None:
    assert re.fullmatch(re.sub(r"-[0-9a-f]{12}$", "-[0-9a-f]{12}", expected), branch_name("fixer/", key, directory))


@examples(60)
@given(st.text(min_size=1), st.text())
def test_any_group_gets_a_short_plain_name_that_git_takes(key: str, directory: str) -> None:
    name = branch_name("fixer/", key, directory)
    assert NAME.fullmatch(name)
    assert len(name) <= LONGEST + len("fixer/")
    assert name == branch_name("fixer/", key, directory)


@examples(60)
@given(st.lists(st.tuples(st.text(min_size=1), st.text()), min_size=2, max_size=8, unique=True))
def test_two_groups_never_share_a_branch(groups: list[tuple[str, str]]) -> None:
    names = {branch_name("fixer/", key, directory).lower() for key, directory in groups}
    assert len(names) == len(groups)


@pytest.mark.parametrize(
    ("one", "other"), [("a b", "a-b"), ("A", "a"), ("x.lock", "x-lock"), ("é", "è"), ("a/b", "a-b")]
)
def test_what_reads_alike_is_told_apart(one: str, other: str) -> None:
    assert not same(branch_name("fixer/", one), branch_name("fixer/", other))
    assert not same(branch_name("fixer/", "file", one), branch_name("fixer/", "file", other))


def test_a_key_that_looks_like_another_group_with_its_hash_is_not_it() -> None:
    taken = branch_name("fixer/", "safe-file", "a b").removeprefix("fixer/")
    assert branch_name("fixer/", taken) != f"fixer/{taken}"


@pytest.mark.parametrize("directory", ["..", "a..b", "x@{1}", "~^:?*[\\", "-", ".lock", "\x7f\n", "a" * 5000])
def test_git_takes_the_name_of_any_directory(directory: str) -> None:
    name = branch_name("fixer/", "safe-directory", directory)
    assert (
        subprocess.run(["git", "check-ref-format", "--branch", name], check=False, capture_output=True).returncode == 0
    )


def test_kept_commits_have_a_name_that_no_group_has() -> None:
    name = kept_name("fixer/", "0123456789abcdef0123")
    assert name == "fixer/kept-0123456789ab"
    assert branch_name("fixer/", name.removeprefix("fixer/")) != name


def test_a_branch_called_like_the_prefix_is_in_the_way() -> None:
    assert blocked("fixer/", ["main", "Fixer"]) == "Fixer"
    assert blocked("fixer/", ["main", "fixer/x"]) == ""
