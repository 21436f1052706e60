"""The JUnit report: valid by the schema that Jenkins uses, and it fails where the check fails."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

import pytest
import xmlschema
from conftest import ROOT
from report.samples import checked, finding, full, nasty

from fixer.finding import Level, Risk
from fixer.report.junit import render
from fixer.report.rows import Report, totals

SCHEMA = xmlschema.XMLSchema(str(ROOT / "tests" / "report" / "data" / "junit-10.xsd"))


def read(report: Report) -> ET.Element:
    text = render(report)
    SCHEMA.validate(text)
    return ET.fromstring(text.encode())


def cases(suite: ET.Element) -> list[tuple[str | None, list[str]]]:
    return [(case.get("name"), [child.tag for child in case]) for case in suite]


def test_a_suite_for_each_file_and_a_case_for_each_finding() -> None:
    root = read(full())
    assert [(suite.get("name"), suite.get("tests")) for suite in root] == [
        ("f.yaml", "8"),
        ("clean.yaml", "1"),
        ("broken.yaml", "1"),
        ("template.yaml", "1"),
        ("locked.yaml", "1"),
        ("configuration", "1"),
        ("paths not looked at", "1"),
    ]
    assert cases(root[0]) == [
        ("compose/root-user runs", ["error"]),
        ("broken passes its proof", ["error"]),
        ("compose/host-network: services.web: was wrong", ["system-out"]),
        ("compose/host-network: services.web: is risky", ["system-out"]),
        ("compose/odd: services.web: is odd", ["failure"]),
        ("compose/broken: services.web: is broken", ["failure"]),
        ("compose/host-network: services.web: needs thought", ["failure"]),
        ("compose/host-network: services.web: is known", ["skipped"]),
    ]
    assert [cases(suite) for suite in list(root)[1:]] == [
        [("no findings", [])],
        [("readable", ["skipped"])],
        [("rules apply", ["skipped"])],
        [("written", ["error"])],
        [("the exemption of .fixer.yaml:9 ended on 2026-01-31", ["skipped"])],
        [("looked at", ["skipped"])],
    ]


def test_the_counts_are_those_of_the_cases() -> None:
    root = read(full())
    for suite in root:
        counted = {tag: len(suite.findall(f"testcase/{tag}")) for tag in ("failure", "error", "skipped")}
        assert (suite.get("failures"), suite.get("errors"), suite.get("skipped")) == tuple(map(str, counted.values()))

    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("14", "3", "3")


def test_it_fails_for_what_the_check_fails_for() -> None:
    report = full()
    assert int(read(report).get("failures", "")) == totals(report).denied
    calm = checked(finding(level=Level.WARN), finding("is odd", level=Level.INFO))
    assert read(calm).get("failures") == "0"


def test_a_case_says_what_is_wrong_and_where() -> None:
    [case] = read(checked(finding(start=5, risk=Risk.MEDIUM)))[0]
    assert case.get("classname") == "f.yaml"
    failure = case.find("failure")
    assert failure is not None
    assert failure.get("message") == "services.web: is wrong. Fix (risk medium): Mend is wrong."
    assert failure.text == "open, deny, severity low, f.yaml:2:1"
    [case] = read(checked(finding(start=5, level=Level.WARN)))[0]
    assert case.findtext("system-out") == (
        "manual, warn, severity low, f.yaml:2:1: services.web: is wrong. No automatic fix: decide."
    )


def test_names_stay_when_lines_move_and_are_unique() -> None:
    def names(*starts: int) -> list[str | None]:
        return [case.get("name") for case in read(checked(*(finding(start=start) for start in starts)))[0]]

    assert names(0, 0) == names(5, 10)
    assert len(set(names(0, 0, 0))) == 3


@pytest.mark.parametrize("report", [nasty(), Report("/", [])], ids=["nasty", "empty"])
def test_whatever_files_hold_it_is_xml(report: Report) -> None:
    root = read(report)
    texts: list[Any] = [value for one in root.iter() for value in (*one.attrib.values(), one.text or "")]
    assert not [text for text in texts for mark in text.strip() if ord(mark) < 32 or mark in "\x7f\ufffe"]
    assert sum(text.count("<script>") for text in texts) == (render(report).count("&lt;script&gt;"))
