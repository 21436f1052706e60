"""Titles and commit messages."""

from __future__ import annotations

import pytest

from fixer.bot.records import Group, Repository, Row
from fixer.bot.wording import is_conventional, message_of, title_of
from fixer.policy.bot import BotCommits, BotSettings

CONVENTIONAL = ("feat: a", "fix(api): b", "Merge pull request #1", "chore!: c", "docs: d", "wip")
PLAIN = ("Add a", "fix b", "feat: c", "Repair d", "Note: e")


@pytest.mark.parametrize(
    ("subjects", "expected"),
    [(CONVENTIONAL, True), (PLAIN, False), ((), False), (("fix: a", "fix: b"), False), (("Merge x",) * 9, False)],
)
def test_conventional_commits_are_told_by_the_last_commits(subjects: tuple[str, ...], *, expected: bool) -> None:
    assert is_conventional(subjects) is expected


@pytest.mark.parametrize(
    ("subjects", "commits", "expected"),
    [
        (CONVENTIONAL, BotCommits(), "fix: drop all capabilities (low risk)"),
        (PLAIN, BotCommits(), "Drop all capabilities (low risk)"),
        (PLAIN, BotCommits("yes", "chore", "k8s"), "chore(k8s): drop all capabilities (low risk)"),
        (CONVENTIONAL, BotCommits("no"), "Drop all capabilities (low risk)"),
    ],
)
def test_titles(subjects: tuple[str, ...], commits: BotCommits, expected: str) -> None:
    group = Group("k", "fixer/k", "Drop all capabilities (low risk)", "low")
    assert title_of(group, Repository("a/b", "main", "0", subjects=subjects), BotSettings(commits=commits)) == expected


def test_a_title_calls_nobody_and_is_one_short_line() -> None:
    group = Group("k", "fixer/k", "Harden a\n@acme/all `x`" + "y" * 300, "low")
    said = title_of(group, Repository("a/b", "main", "0"), BotSettings())
    assert "@acme" not in said
    assert "\n" not in said
    assert "`" not in said
    assert len(said) <= 200


def test_a_message_names_rules_files_and_trailers() -> None:
    rows = tuple(
        Row(str(number), "dockerfile/latest-tag", path, "", "m", "t", 1, "low", "safe", "deny")
        for number, path in enumerate(("a", "b", "a", "c\nSigned-off-by: Eve <e@x>"))
    )
    group = Group("safe-images", "fixer/safe-images", "Fix images", "safe", rows=rows)
    settings = BotSettings(commits=BotCommits(trailers=("Change-Type: hardening",)))
    lines = message_of(group, Repository("a/b", "main", "0"), settings).split("\n")
    assert lines[:2] == ["Fix images", ""]
    assert lines[2].startswith("- dockerfile/latest-tag: a, b, c")
    assert lines[3:] == ["", "Change-Type: hardening", "Fixer-Group: safe-images", ""]
