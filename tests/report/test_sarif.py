"""The SARIF report: valid by the schema of the standard, and its fixes give the bytes that `fixer fix` writes."""

from __future__ import annotations

import base64
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import msgspec
import pytest
from conftest import ROOT

from fixer import __version__
from fixer.cli.catalogue import catalogue
from fixer.cli.main import main
from fixer.cli.run import rules_of, run_of
from fixer.finding import Environment, Excuse, Finding, Fix, Level, Risk, Severity
from fixer.formats.yaml import Put
from fixer.outcome import Choice, Crash, Outcome, Refused
from fixer.plan import Plan
from fixer.report.results import fingerprint
from fixer.report.rows import Report
from fixer.report.sarif import render
from fixer.report.sarif_fixes import bundles
from fixer.report.sarif_rules import SCORES, descriptors
from fixer.sweep import sweep
from fixer.text import Edit, Source

SCHEMA = json.loads((ROOT / "tests" / "report" / "data" / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft4Validator(SCHEMA)

DOCKERFILE = (
    "FROM python:3.12-slim\n# \U0001f40d café\nMAINTAINER Zoë \U0001f600 <z@example.com>\n"
    "RUN apt-get update && apt-get install -y gcc # \U0001f40d\n"
    'ENV NAME="\U0001f600" \\\n    SESSION_SECRET=9f86d081884c7d659a2feaa0c55ad015\n'
    "ADD . /app\nRUN pip install flask\nEXPOSE 8000\nCMD python -m http.server 8000\n"
)
COMPOSE = (
    "services:\n  wéb: # \U0001f600\n    image: example/web:1.2 # fixer: ignore[host-network] not needed\n"
    "    privileged: true\n  db: {image: 'postgres:16'}\n  \U0001f40d:\n    image: \U0001f40d\n    restart: always\n"
)


def apply(folder: Path, sarif: dict[str, Any]) -> None:
    """What an editor would do that has never heard of fixer: replace regions of the files as they are."""
    found: dict[str, list[tuple[int, int, bytes]]] = {}
    for result in sarif["runs"][0]["results"]:
        for change in (change for fix in result.get("fixes", []) for change in fix["artifactChanges"]):
            path = folder / unquote(change["artifactLocation"]["uri"])
            data = path.read_bytes() if path.exists() else b""
            for replacement in change["replacements"]:
                region, content = replacement["deletedRegion"], replacement["insertedContent"]
                start = offset(data, region["startLine"], region["startColumn"])
                end = offset(data, region["endLine"], region["endColumn"])
                new = base64.b64decode(content["binary"]) if "binary" in content else content["text"].encode()
                found.setdefault(str(path), []).append((start, end, new))

    for name, edits in found.items():
        data = Path(name).read_bytes() if Path(name).exists() else b""
        for start, end, new in sorted(edits, reverse=True):
            data = data[:start] + new + data[end:]

        Path(name).write_bytes(data)


def offset(data: bytes, line: int, column: int) -> int:
    """The byte of a line and a column, which counts Unicode code points; a byte order mark is not one of them."""
    mark = 3 if data.startswith(b"\xef\xbb\xbf") else 0
    lines = data[mark:].split(b"\n")
    before = sum(len(one) + 1 for one in lines[: line - 1])
    text = lines[line - 1].decode("utf-8", "surrogateescape")
    return mark + before + len(text[: column - 1].encode("utf-8", "surrogateescape"))


def fixed(folder: Path, choice: Choice, monkeypatch: pytest.MonkeyPatch) -> tuple[dict[str, Any], Plan]:
    """The report of a run over a folder, and the plan, of which nothing is written yet."""
    (folder / ".git").mkdir(exist_ok=True)
    monkeypatch.chdir(folder)
    run = run_of(["."], None)
    rules = rules_of(run.project, [], [])
    plan = Plan(run.project, rules, choice, jobs=1)
    return json.loads(render(Report(str(folder), plan.outcomes, choice), rules)), plan


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def valid(sarif: dict[str, Any]) -> dict[str, Any]:
    errors = [f"{'/'.join(map(str, error.path))}: {error.message[:200]}" for error in VALIDATOR.iter_errors(sarif)]
    assert errors == []
    return sarif


def odd(folder: Path) -> None:
    """Files in every disguise."""
    folder.mkdir(exist_ok=True)
    for name, mark, newline in (("plain", "", "\n"), ("dos", "", "\r\n"), ("mark", "\ufeff", "\n")):
        (folder / name).mkdir()
        for file, text in (("Dockerfile", DOCKERFILE), ("compose.yaml", COMPOSE)):
            (folder / name / file).write_bytes((mark + text).replace("\n", newline).encode())

    (folder / "a b:c%é").mkdir()
    (folder / "a b:c%é" / "Dockerfile").write_bytes(DOCKERFILE.encode()[:-1])
    (folder / "latin").mkdir()
    latin = DOCKERFILE.replace("\U0001f40d", "").replace("\U0001f600", "").encode("latin-1")
    (folder / "latin" / "Dockerfile").write_bytes(latin)


CHOICES = [Choice(risk, level) for risk in (Risk.SAFE, Risk.LOW, Risk.HIGH) for level in (Level.WARN, Level.INFO)]


@pytest.mark.parametrize("choice", CHOICES, ids=lambda one: f"{one.risk.name}-{one.level.name}".lower())
@pytest.mark.parametrize("source", ["odd", "shop"])
def test_its_fixes_give_what_fixer_writes(
    source: str, choice: Choice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    odd(ours) if source == "odd" else shutil.copytree(ROOT / "examples" / "shop", ours)
    shutil.copytree(ours, theirs)
    before = content(theirs)
    sarif, plan = fixed(ours, choice, monkeypatch)
    valid(sarif)
    assert all(one.problem is None for one in plan.write())

    apply(theirs, sarif)

    assert content(theirs) == content(ours)
    assert (content(ours) != before) == (len(plan.changed) > 0)
    assert choice.risk < Risk.LOW or plan.changed


def test_each_fix_alone_leaves_files_that_parse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base = tmp_path / "base"
    shutil.copytree(ROOT / "examples" / "shop", base)
    sarif, _ = fixed(base, Choice(Risk.HIGH, Level.INFO), monkeypatch)
    [run] = sarif["runs"]
    carriers = [result for result in run["results"] if "fixes" in result]
    assert len(carriers) > 20
    for number, result in enumerate(carriers):
        folder = tmp_path / str(number)
        shutil.copytree(base, folder)
        apply(folder, {"runs": [{"results": [result]}]})
        assert content(folder) != content(base)
        monkeypatch.chdir(folder)
        outcomes = sweep((again := run_of(["."], None)).project, rules_of(again.project, [], []), None, jobs=1)
        assert [outcome.problem for outcome in outcomes if outcome.problem] == []
        identities = {fingerprint(f"{one.kind}/{f.rule}", f) for one in outcomes for f in one.findings}
        assert result["partialFingerprints"]["fixer/v1"] not in identities, result["message"]


def test_every_change_is_in_one_fix_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    odd(tmp_path / "odd")
    sarif, _ = fixed(tmp_path / "odd", Choice(Risk.HIGH), monkeypatch)
    regions = [
        (change["artifactLocation"]["uri"], *replacement["deletedRegion"].values())
        for result in sarif["runs"][0]["results"]
        for fix in result.get("fixes", [])
        for change in fix["artifactChanges"]
        for replacement in change["replacements"]
    ]
    assert len(set(regions)) == len(regions) > 20
    texts = [fix["description"]["text"] for result in sarif["runs"][0]["results"] for fix in result.get("fixes", [])]
    assert any("are right together only" in text for text in texts)


def edited(*edits: Edit, first: tuple[Finding, ...], applied: tuple[Finding, ...], path: str = "f.yaml") -> Outcome:
    before = Source("a: 1\nb: 2\nc: 3\n")
    return Outcome(path, "compose", before, before.edited(edits), first, (), applied, edits)


def mending(message: str, path: str = "f.yaml") -> Finding:
    return finding(message=message, path=path, fix=Fix(f"Mend {message}", Risk.LOW, ()), unfixable=None)


def test_fixes_that_do_not_touch_are_apart() -> None:
    one, two = mending("one"), mending("two")
    found = bundles([edited(Edit(3, 4, "9", 0), Edit(8, 9, "9", 1), first=(one, two), applied=(one, two))])
    assert [[fix.message for fix in bundle.findings] for bundle in found] == [["one"], ["two"]]


def test_fixes_that_touch_are_together() -> None:
    one, two, three = mending("one"), mending("two"), mending("three")
    edits = (Edit(3, 4, "9", 0), Edit(4, 4, "8", 1), Edit(13, 14, "7", 2))
    found = bundles([edited(*edits, first=(one, two, three), applied=(one, two, three))])
    assert [[fix.message for fix in bundle.findings] for bundle in found] == [["one", "two"], ["three"]]
    assert found[0].changes[0].edits == (Edit(3, 4, "98", 0),)


def test_what_only_a_fix_brought_about_stays_with_the_fixes_of_its_file() -> None:
    one, late = mending("one"), mending("late")
    found = bundles([edited(Edit(3, 4, "9", 0), Edit(8, 9, "9", 1), first=(one,), applied=(one, late))])
    assert [[fix.message for fix in bundle.findings] for bundle in found] == [["one", "late"]]


def test_a_fix_over_two_files_is_one() -> None:
    one = mending("one")
    outcomes = [
        edited(Edit(3, 4, "9", 0), first=(one,), applied=(one,)),
        edited(Edit(8, 9, "9", 0), first=(), applied=(one,), path="g.yaml"),
    ]
    [bundle] = bundles(outcomes)
    assert [change.path for change in bundle.changes] == ["f.yaml", "g.yaml"]
    [result] = valid(json.loads(render(Report("/", outcomes, Choice()))))["runs"][0]["results"]
    [fix] = result["fixes"]
    assert [change["artifactLocation"]["uri"] for change in fix["artifactChanges"]] == ["f.yaml", "g.yaml"]


def test_a_check_has_no_fixes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    odd(tmp_path / "odd")
    monkeypatch.chdir(tmp_path / "odd")
    run = run_of(["."], None)
    rules = rules_of(run.project, [], [])
    sarif = valid(json.loads(render(Report(str(tmp_path), sweep(run.project, rules, None, jobs=1)), rules)))
    assert sarif["runs"][0]["results"]
    assert not any("fixes" in result for result in sarif["runs"][0]["results"])
    assert {result["properties"]["status"] for result in sarif["runs"][0]["results"]} == {"open", "manual"}


# ---- single results


def finding(start: int = 0, end: int = 0, **more: Any) -> Finding:
    given = {"message": "is wrong", "place": "services.web", "unfixable": "decide", "rule": "host-network", **more}
    return Finding(given.pop("path", "f.yaml"), given.pop("place"), start, end, given.pop("message"), **given)


def report(text: str, *findings: Finding, rules: Sequence[Any] = (), **more: Any) -> dict[str, Any]:
    outcome = Outcome("f.yaml", "compose", Source(text), None, findings, **more)
    return valid(json.loads(render(Report("/srv/repository", [outcome]), rules)))["runs"][0]


def test_regions_count_code_points_from_one() -> None:
    text = "a: \U0001f600é\nb: \U0001f40d # x\n"
    start = text.index("\U0001f40d")
    run = report(text, finding(start, start + 1), finding(0, len(text)), finding(3, text.index("b") + 1))
    assert run["columnKind"] == "unicodeCodePoints"
    assert [one["locations"][0]["physicalLocation"]["region"] for one in run["results"]] == [
        {"startLine": 1, "startColumn": 1, "endLine": 3, "endColumn": 1},
        {"startLine": 1, "startColumn": 4, "endLine": 2, "endColumn": 2},
        {"startLine": 2, "startColumn": 4, "endLine": 2, "endColumn": 5},
    ]


def test_a_result_says_what_where_and_how_bad() -> None:
    fix = Fix("Mend it", Risk.MEDIUM, (Put("f.yaml", 0, ("a",), 1),), ("the file says so",))
    run = report(
        "a: 1\n",
        finding(level=Level.DENY, severity=Severity.HIGH),
        finding(level=Level.WARN, message="is odd", fix=fix, unfixable=None, environment=Environment.PROD),
        finding(level=Level.INFO, message="is `[a](0)`", note="its exemption ended"),
        rules=catalogue(("compose",)),
    )
    first, second, third = run["results"]
    assert (first["ruleId"], first["level"]) == ("compose/host-network", "error")
    assert run["tool"]["driver"]["rules"][first["ruleIndex"]]["id"] == "compose/host-network"
    assert first["message"]["text"] == "services.web: is wrong. No automatic fix: decide."
    assert first["properties"] == {
        "status": "manual",
        "reason": "decide",
        "severity": "high",
        "environment": "staging",
    }
    [place] = first["locations"]
    assert place["physicalLocation"]["artifactLocation"] == {"uri": "f.yaml", "uriBaseId": "%SRCROOT%"}
    assert place["logicalLocations"] == [{"fullyQualifiedName": "services.web"}]
    assert run["originalUriBaseIds"]["%SRCROOT%"]["uri"] == "file:///srv/repository/"
    assert second["level"] == "warning"
    assert second["message"]["text"] == "services.web: is odd. Fix (risk medium): Mend it."
    assert (second["properties"]["risk"], second["properties"]["because"]) == ("medium", ["the file says so"])
    assert second["properties"]["environment"] == "prod"
    assert third["level"] == "note"
    assert "](" not in third["message"]["text"]
    assert third["message"]["text"].endswith(" Note: its exemption ended.")


def test_fingerprints_stay_when_lines_move_and_tell_findings_apart() -> None:
    def prints(text: str, *findings: Finding) -> list[str]:
        return [one["partialFingerprints"]["fixer/v1"] for one in report(text, *findings)["results"]]

    before = prints("a: 1\n", finding(0), finding(0), finding(0, place="services.db"), finding(0, message="is odd"))
    after = prints(
        "# new\n\na: 1\n", finding(7), finding(7), finding(7, place="services.db"), finding(7, message="is odd")
    )
    assert after == before
    assert len(set(before)) == 4


@pytest.mark.parametrize(
    ("by", "kind"),
    [
        ("comment", "inSource"),
        ("foreign", "inSource"),
        ("annotation", "inSource"),
        ("exemption", "external"),
        ("exclusion", "external"),
        ("baseline", "external"),
    ],
)
def test_what_is_excused_is_suppressed(by: str, kind: str) -> None:
    excuse = Excuse(by, "policy.yaml:3", "it is legacy", "2027-01-31", "Ann", "OPS-1")
    excused, other = report("a: 1\n", finding(excuse=excuse), finding(message="is odd"))["results"]
    [suppression] = excused["suppressions"]
    assert (suppression["kind"], suppression["status"]) == (kind, "accepted")
    assert suppression["justification"] == f"{by} in policy.yaml:3 until 2027-01-31: it is legacy"
    assert suppression["properties"]["approver"] == "Ann"
    assert excused["properties"]["status"] == "excused"
    assert other["suppressions"] == []


def test_what_went_wrong_is_notified() -> None:
    crash = Crash("compose/host-network", "f.yaml", "ValueError('x')", "rules.py:3")
    failed = Refused(finding(), "it does not parse")
    outcomes = [
        Outcome("f.yaml", "compose", Source("a: 1\n"), crashes=(crash, crash), failed=(failed,)),
        Outcome("g.yaml", problem="the file is binary", problem_line=2),
        Outcome("h.yaml", "compose", Source(""), skipped="it is a template"),
    ]
    unwritten, notes = {"f.yaml": "no space"}, ["an exemption ended"]
    given = Report("/", outcomes, Choice(), [("x é", "it is a device")], unwritten=unwritten, notes=notes)
    [run] = valid(json.loads(render(given, catalogue(("compose",)))))["runs"]
    [invocation] = run["invocations"]
    assert invocation["executionSuccessful"] is False
    notes = invocation["toolExecutionNotifications"]
    assert [(note["descriptor"]["id"], note["level"], note["message"]["text"]) for note in notes] == [
        ("crash", "error", "compose/host-network crashed: ValueError('x') (rules.py:3)."),
        ("crash", "error", "the fix of host-network did not pass its proof: it does not parse."),
        ("unread", "warning", "not read: the file is binary."),
        ("skipped", "note", "no rule applies: it is a template."),
        ("unwritten", "error", "not written: no space."),
        ("skipped", "note", "not looked at: it is a device."),
    ]
    assert run["tool"]["driver"]["rules"][notes[0]["associatedRule"]["index"]]["id"] == "compose/host-network"
    [about] = invocation["toolConfigurationNotifications"]
    assert (about["descriptor"]["id"], about["message"]["text"]) == ("configuration", "an exemption ended.")
    assert notes[2]["locations"][0]["physicalLocation"]["region"] == {"startLine": 2}
    assert notes[5]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "x%20%C3%A9"
    calm = json.loads(render(Report("/", [Outcome("g.yaml", problem="the file is binary")])))["runs"][0]
    assert calm["invocations"][0]["executionSuccessful"] is True


def test_files_that_could_not_be_written_have_no_fixes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    odd(tmp_path / "odd")
    _, plan = fixed(tmp_path / "odd", Choice(), monkeypatch)
    path = plan.changed[0].path
    sarif = json.loads(render(Report("/", plan.outcomes, Choice(), unwritten={path: "no space"}, written=True)))
    changed = {
        unquote(change["artifactLocation"]["uri"])
        for result in sarif["runs"][0]["results"]
        for fix in result.get("fixes", [])
        for change in fix["artifactChanges"]
    }
    assert changed == {outcome.path for outcome in plan.changed} - {path}


def test_bytes_that_are_no_text_are_shown_as_such() -> None:
    [run] = valid(json.loads(render(Report("/", [Outcome("caf\udce9", problem="it is \udce9")]))))["runs"]
    [note] = run["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"] == "not read: it is \ufffd."
    assert note["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "caf%E9"


# ---- rules


def test_every_rule_has_its_page() -> None:
    rules = catalogue()
    described = descriptors(rules, [])
    assert [one["id"] for one in described] == sorted(rule.id for rule in rules)
    for one in described:
        assert one["shortDescription"]["text"].endswith(".")
        assert len(one["fullDescription"]["text"]) > 40
        assert "\n" not in one["fullDescription"]["text"]
        for section in ("Why", "Fix", "Risk", "References"):
            assert f"## {section}\n" in one["help"]["markdown"]


def test_github_is_told_how_bad_a_rule_is() -> None:
    described = {one["id"]: one for one in descriptors(catalogue(), [])}
    privileged = described["compose/privileged-container"]
    assert privileged["defaultConfiguration"] == {"enabled": True, "level": "error"}
    assert privileged["properties"]["tags"] == ["compose", "security"]
    assert privileged["properties"]["security-severity"] == "9.5"
    assert privileged["properties"]["severity"] == "critical"
    assert "DC-004" in privileged["properties"]["aliases"]
    assert privileged["properties"]["compliance"]["source"]
    expose = described["dockerfile/deprecated-maintainer"]
    assert expose["properties"]["tags"] == ["dockerfile"]
    assert "security-severity" not in expose["properties"]
    bounds = {Severity.CRITICAL: (9, 10), Severity.HIGH: (7, 8.9), Severity.MEDIUM: (4, 6.9), Severity.LOW: (0, 3.9)}
    for severity, (low, high) in bounds.items():
        assert low < float(SCORES[severity]) <= high


def test_a_rule_that_is_off_where_nothing_is_known_is_not_enabled_by_itself() -> None:
    [rule] = [one for one in catalogue(("compose",)) if one.name == "host-network"]
    off = msgspec.structs.replace(rule, levels=dict.fromkeys(Environment, Level.OFF))
    assert descriptors([off], [])[0]["defaultConfiguration"] == {"enabled": False}


def test_a_finding_of_nobody_knows_which_rule_has_a_descriptor() -> None:
    run = report("a: 1\n", finding(rule="unused-suppression"))
    [rule] = run["tool"]["driver"]["rules"]
    assert (rule["id"], rule["name"]) == ("compose/unused-suppression", "unused-suppression")
    assert rule["shortDescription"]["text"] == "Unused suppression."
    assert run["tool"]["driver"]["version"] == __version__


def test_the_command_line_writes_it_beside_the_usual_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    shop = tmp_path / "shop"
    shutil.copytree(ROOT / "examples" / "shop", shop)
    monkeypatch.chdir(shop)
    monkeypatch.setattr(sys, "argv", ["fixer", "fix", "--diff", "--report", "sarif:../out.sarif", "compose.yaml"])
    with pytest.raises(SystemExit):
        main()

    assert capsysbinary.readouterr().out.startswith(b"--- a/compose.yaml\n")
    [run] = valid(json.loads((tmp_path / "out.sarif").read_bytes()))["runs"]
    assert any("fixes" in result for result in run["results"])
    assert run["properties"]["options"] == {"risk": "low", "level": "warn"}
