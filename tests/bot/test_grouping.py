"""Which fixes make one pull request, on the example project and the real rules."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from fixer.bot.families import family_of
from fixer.bot.grouping import choice_of, group_of, onboarding, proposals, unfixable
from fixer.bot.memory import Memory, Refusal
from fixer.bot.patch import patch_id
from fixer.bot.records import Change, Group
from fixer.cli.run import rules_of, run_of
from fixer.outcome import Choice, Outcome
from fixer.policy.bot import BotSettings, GroupBy
from fixer.project import Project
from fixer.sweep import sweep

SHOP = Path(__file__).parents[2] / "examples" / "shop"
FILES = ("api/Dockerfile", "compose.yaml", "worker/Dockerfile")


class Shop:
    """A part of the example project, and what would be proposed for it."""

    def __init__(self, root: Path, files: Sequence[str] = FILES) -> None:
        self.root = root
        for file in files:
            (root / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(SHOP / file, root / file)

        self.project = run_of([str(root)], None).project
        self.rules = rules_of(self.project, (), ())

    def outcomes(self, choice: Choice) -> list[Outcome]:
        project = self.project
        return sweep(Project(project.disk, project.files, project.policy, project.book), self.rules, choice, jobs=1)

    def groups(self, settings: BotSettings, memory: Memory | None = None) -> list[Group]:
        found = self.outcomes(choice_of(settings))
        wanted = proposals(found, self.rules, settings, memory or Memory())
        return [group_of(one, self.outcomes(one.choice), self.rules, {"compose.yaml": "100755"}) for one in wanted]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return Shop(tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="module")
def groups(shop: Shop) -> list[Group]:
    return shop.groups(BotSettings())


def test_one_group_for_each_risk_and_family(groups: list[Group]) -> None:
    assert [group.key for group in groups] == [
        "safe-build",
        "safe-packages",
        "low-build",
        "low-privileges",
        "low-resources",
        "medium-health",
        "medium-network",
        "medium-packages",
        "medium-privileges",
        "medium-resources",
        "medium-users",
    ]
    for group in groups:
        assert group.branch == f"fixer/{group.key}"
        assert {row.risk for row in group.rows} == {group.risk}
        assert {family_of(*row.rule.split("/")) for row in group.rows} == {group.key.partition("-")[2]}
        assert group.patch == patch_id(group.changes) != ""


def test_every_fix_is_in_one_group_and_the_diff_is_its_own(shop: Shop, groups: list[Group]) -> None:
    wanted = {
        (finding.rule, finding.path, finding.place, finding.message)
        for outcome in shop.outcomes(choice_of(BotSettings()))
        for finding in outcome.findings
        if choice_of(BotSettings()).accepts(finding)
    }
    rows = [(row.rule.partition("/")[2], row.path, row.place, row.message) for group in groups for row in group.rows]
    assert len(rows) == len(set(rows))
    assert set(rows) <= wanted
    # The rest rests on a fix of another group.
    assert len(wanted - set(rows)) <= 3
    for group in groups:
        for change in group.changes:
            assert change.before == (shop.root / change.path).read_bytes()
            added = (change.after or b"").decode().split("\n")
            for row in (row for row in group.rows if row.path == change.path):
                assert all(line.rstrip("\r") in added for line in row.after.split("\n") if line)


def test_rows_say_what_changes_and_how_to_ignore_it(groups: list[Group]) -> None:
    (row,) = (row for group in groups for row in group.rows if row.rule == "dockerfile/deprecated-maintainer")
    assert (row.path, row.line, row.severity, row.risk) == ("api/Dockerfile", 2, "low", "safe")
    assert row.before.startswith("MAINTAINER Shop team")
    assert row.after.startswith("LABEL org.opencontainers.image.authors=")
    assert row.ignore == "# fixer: ignore[deprecated-maintainer] say why"


def test_pages_proof_and_what_is_left(groups: list[Group]) -> None:
    group = next(one for one in groups if one.key == "safe-packages")
    assert [page.rule for page in group.pages] == ["dockerfile/leftover-apt-lists", "dockerfile/leftover-pip-cache"]
    assert all(page.why and page.fix and page.risk for page in group.pages)
    assert "a second run changes nothing" in group.checks
    assert group.counts[0] - group.counts[1] == len(group.rows)
    reasons = {one.rule: one.reason for one in group.left}
    assert reasons["dockerfile/secret-in-env"].startswith("remove the value")
    assert reasons["dockerfile/deprecated-maintainer"] == "another pull request fixes it"
    assert {one.path for one in group.left} == {change.path for change in group.changes}


def test_a_change_keeps_the_mode(groups: list[Group]) -> None:
    modes = {change.path: change.mode for group in groups for change in group.changes}
    assert modes == {"api/Dockerfile": "100644", "worker/Dockerfile": "100644", "compose.yaml": "100755"}


def test_a_new_file_is_part_of_a_change(tmp_path: Path) -> None:
    shop = Shop(tmp_path, ["k8s/base/worker.yaml", "k8s/base/kustomization.yaml"])
    group = next(one for one in shop.groups(BotSettings(risk="high")) if one.key == "high-resources")
    changes = {change.path: change for change in group.changes}
    assert changes["k8s/base/worker-pdb.yaml"].before is None
    assert b"PodDisruptionBudget" in (changes["k8s/base/worker-pdb.yaml"].after or b"")
    assert b"worker-pdb.yaml" in (changes["k8s/base/kustomization.yaml"].after or b"")
    row = next(one for one in group.rows if one.rule == "kubernetes/single-replica")
    assert "kind: PodDisruptionBudget" in row.after
    assert row.path == "k8s/base/worker.yaml"


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("rule", "fixer/safe-dockerfile-leftover-apt-lists"),
        ("file", "fixer/safe-file-api-dockerfile-"),
        ("directory", "fixer/safe-directory-api-"),
        ("risk", "fixer/safe-fixes"),
        ("safe", "fixer/safe-fixes"),
    ],
)
def test_other_groupings(shop: Shop, by: GroupBy, expected: str) -> None:
    wanted = proposals(shop.outcomes(choice_of(BotSettings())), shop.rules, BotSettings(group_by=by), Memory())
    assert any(one.branch.startswith(expected) for one in wanted)
    assert len({one.branch for one in wanted}) == len(wanted)
    low = {one.branch for one in wanted if one.risk.name == "LOW"}
    assert ("fixer/low-privileges" in low) == (by == "safe")
    if by == "file":
        assert all(len(one.paths) == 1 for one in wanted)
    elif by == "rule":
        assert all(len({identity[0] for identity in one.choice.only or ()}) == 1 for one in wanted)


@pytest.mark.parametrize(("risk", "highest"), [("safe", {"safe"}), ("high", {"safe", "low", "medium", "high"})])
def test_risks_above_the_highest_get_no_pull_request(shop: Shop, risk: str, highest: set[str]) -> None:
    settings = BotSettings(risk=risk)  # type: ignore[arg-type]
    wanted = proposals(shop.outcomes(choice_of(settings)), shop.rules, settings, Memory())
    assert {one.risk.name.lower() for one in wanted} == highest


# ---- refused


def test_a_refused_fix_is_not_in_the_diff(shop: Shop, groups: list[Group]) -> None:
    whole = next(one for one in groups if one.key == "safe-build")
    no = whole.rows[0]
    (group,) = (
        one for one in shop.groups(BotSettings(), Memory({no.key: Refusal(1, "box")})) if one.key == "safe-build"
    )
    assert [row.key for row in group.silenced] == [no.key]
    assert [row.key for row in group.rows] == [row.key for row in whole.rows[1:]]
    assert group.title == whole.title
    assert no.before.encode() in (group.changes[0].after or b"")


def test_a_group_that_is_refused_as_a_whole_has_no_changes(shop: Shop) -> None:
    memory = Memory(groups={"fixer/safe-build": Refusal(1, "closed")})
    (group,) = (one for one in shop.groups(BotSettings(), memory) if one.key == "safe-build")
    assert (group.rows, group.changes, group.patch) == ((), (), "")
    assert len(group.silenced) == 2
    lifted = replace(memory, lifted=frozenset({"fixer/safe-build"}))
    (again,) = (one for one in shop.groups(BotSettings(), lifted) if one.key == "safe-build")
    assert len(again.rows) == 2


def test_a_no_survives_the_merge_of_another_group(tmp_path: Path) -> None:
    """What a merged fix does to the line of a refused one is no new text of somebody."""
    shop = Shop(tmp_path / "shop", ["api/Dockerfile"])
    groups = {group.key: group for group in shop.groups(BotSettings())}
    refused = groups["medium-packages"].rows[0]
    merged = groups["safe-packages"]
    assert refused.key in {old for old, _ in merged.moved}
    for change in merged.changes:
        (shop.root / change.path).write_bytes(change.after or b"")

    later = Shop(shop.root, [])
    (row,) = next(one for one in later.groups(BotSettings()) if one.key == "medium-packages").rows
    assert row.key != refused.key
    assert (refused.key, row.key) in merged.moved


def test_what_has_no_fix_now_is_known(shop: Shop) -> None:
    found = unfixable(shop.outcomes(choice_of(BotSettings())), shop.rules)
    rows = {row.key for group in shop.groups(BotSettings(risk="high")) for row in group.rows}
    assert found
    assert not rows & set(found)


def test_the_configuration_is_a_group() -> None:
    group = onboarding(BotSettings(branch_prefix="bots/"), b"version: 1\n")
    assert group.branch == "bots/configure"
    assert group.changes == (Change(".fixer.yaml", None, b"version: 1\n"),)


# ---- families


@pytest.mark.parametrize(
    ("rule", "family"),
    [
        ("dockerfile/latest-tag", "images"),
        ("workflow/unpinned-action", "images"),
        ("kubernetes/root-user", "users"),
        ("compose/privileged-container", "privileges"),
        ("kubernetes/missing-liveness-probe", "health"),
        ("dockerfile/shell-form-command", "build"),
        ("kubernetes/something-else", "other"),
    ],
)
def test_families(rule: str, family: str) -> None:
    assert family_of(*rule.split("/")) == family


# ---- the hash of a change

OLD = b"a\nb\nc\nd\ne\n"


def test_a_patch_is_the_same_where_lines_move() -> None:
    change = Change("x", OLD, OLD.replace(b"c", b"C"))
    moved = Change("x", b"new\n" + OLD + b"f\n", b"new\n" + OLD.replace(b"c", b"C") + b"f\n")
    assert patch_id([change]) == patch_id([moved])


def test_another_change_is_another_patch() -> None:
    one = Change("x", OLD, OLD.replace(b"c", b"C"))
    others = [
        (replace(one, path="y"),),
        (replace(one, after=OLD.replace(b"c", b"D")),),
        (replace(one, after=OLD.replace(b"c\n", b"")),),
        (replace(one, before=None),),
        (replace(one, after=None),),
        (one, replace(one, path="y")),
        (replace(one, after=OLD.replace(b"c", b"C")[:-1]),),
    ]
    found = {patch_id(changes) for changes in others} | {patch_id([one])}
    assert len(found) == len(others) + 1


def test_nothing_is_no_patch_and_order_is_none() -> None:
    one, other = Change("x", b"a", b"b"), Change("y", b"a", b"b")
    assert patch_id([]) == patch_id([Change("x", b"a", b"a")]) == ""
    assert patch_id([one, other]) == patch_id([other, one])
