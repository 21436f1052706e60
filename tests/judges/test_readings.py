"""How the words of judges become findings, without the judges."""

from __future__ import annotations

from pathlib import Path

import pytest
from judges import checkov, compose_lint, dclint, docker_compose, doctor, kustomize, table
from judges.compare import compare
from judges.panel import Judge
from judges.record import Finding, Reading, reading
from judges.trees import Tree, kinds


def test_the_order_dclint_would_like_is_no_part_of_what_it_says() -> None:
    message = 'Key "user" in service "web" is out of order. Expected order is: image, user, deploy.'
    assert dclint.identity(message) == 'Key "user" in service "web" is out of order.'


def test_compose_lint_is_identified_by_service_and_message() -> None:
    assert compose_lint.identity({"service": "web", "message": "Port '80:80'", "line": "7"}) == "web: Port '80:80'"


def test_numbers_in_what_dockerfile_doctor_says_may_change() -> None:
    issue = {"ruleId": "DD005", "description": "2 RUN instructions starting at line 15", "line": 15}
    [found] = doctor.found({"filepath": "Dockerfile", "issues": [issue]})
    assert found == Finding("Dockerfile", "DD005", "# RUN instructions starting at line #")


def test_paths_of_checkov_are_relative_to_the_tree() -> None:
    one = {"file_path": "/a/Dockerfile", "check_id": "CKV_DOCKER_2", "resource": "/a/Dockerfile."}
    assert checkov.finding(one) == Finding("a/Dockerfile", "CKV_DOCKER_2", "/a/Dockerfile.")
    assert checkov.place("/tree/a/b.yaml", Tree(Path("/tree"), {})) == "a/b.yaml"


def test_models_are_compared_by_keys_of_services_and_at_the_top() -> None:
    before = {"name": "a", "services": {"web": {"image": "a", "user": "1"}, "db": {"image": "b"}}, "volumes": {}}
    after = {"name": "a", "services": {"web": {"image": "a", "user": "2"}}, "volumes": {"x": None}}
    assert docker_compose.differing(before, after) == {
        ("services", "web", "user"),
        ("services", "db", "image"),
        ("volumes",),
    }


def test_objects_of_a_rendering_are_named_by_kind_namespace_and_name() -> None:
    text = "kind: Service\nmetadata: {name: a}\n---\nkind: Pod\nmetadata: {name: b, namespace: c}\n---\n"
    assert list(kustomize.objects(text)) == [("Service", "", "a"), ("Pod", "c", "b")]


def test_an_unchanged_file_is_known_by_its_bytes(tmp_path: Path) -> None:
    for name, text in (("before", "a"), ("after", "b")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "same").write_text("s", encoding="utf-8")
        (tmp_path / name / "other").write_text(text, encoding="utf-8")

    (tmp_path / "after" / "new").touch()
    tree = Tree(tmp_path / "after", {}, Tree(tmp_path / "before", {}), "low")

    assert [name for name in ("same", "other", "new") if tree.unchanged(name)] == ["same"]


def test_what_did_not_change_is_not_judged_again(tmp_path: Path) -> None:
    for name, text in (("before", "a"), ("after", "b")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "same").touch()
        (tmp_path / name / "other").write_text(text, encoding="utf-8")

    files = {"compose": ("other", "same")}
    origin = Tree(tmp_path / "before", files)
    judge = Judge("some", lambda: None, complain, 1, alone=True)
    first = judge.read("once", origin)
    again = judge.again("twice", first, Tree(tmp_path / "after", files, origin, "low"))

    assert again.read == {"other", "same"}
    assert again.findings == {Finding("other", "R", "twice"): 1, Finding("same", "R", "once"): 1}


def complain(tool: str, tree: Tree) -> Reading:
    files = tree.files["compose"]
    return reading(files, {}, (Finding(file, "R", tool) for file in files))


def test_files_of_a_report_are_listed_by_kind() -> None:
    report = {
        "files": [{"path": "b", "kind": "compose"}, {"path": "a", "kind": "compose"}, {"path": "x", "kind": None}]
    }
    assert kinds(report) == {"compose": ("a", "b")}


@pytest.fixture
def verdicts() -> table.Verdicts:
    before = reading(["a", "b"], {}, [Finding("a", "R1"), Finding("b", "R1")])
    after = reading(["a", "b"], {"b": "no"}, [Finding("a", "R2")])
    return {"hadolint": {"low": compare(before, before), "high": compare(before, after)}}


def test_the_summary_says_what_went_and_came(verdicts: table.Verdicts) -> None:
    last = list(table.summary(verdicts))[-1]
    assert last.split() == ["hadolint", "high", "1", "1", "1", "1", "1", "100%", "1"]


def test_the_table_of_rules_has_a_column_for_each_risk(verdicts: table.Verdicts) -> None:
    rows = [row.split() for row in table.rules("hadolint", verdicts["hadolint"])]
    assert rows == [
        ["hadolint", "before", "low", "high", "added"],
        ["R1", "2", "2", "0"],
        ["R2", "0", "0", "1", "1@high"],
    ]


def test_the_short_table_is_one_row_for_each_judge(verdicts: table.Verdicts) -> None:
    rows = list(table.markdown(verdicts))
    assert rows[0].count("|") == rows[2].count("|")
    assert rows[2] == "| hadolint | 1 | 1 | 2 | 1 | 1 | 1 |"
