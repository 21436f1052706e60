"""Controls of compliance frameworks and what a run says about them."""

from __future__ import annotations

from typing import Any

import pytest

from fixer.finding import Excuse, Finding, Level
from fixer.policy.compliance import MEANING, NOTICE, Assessment, Control, assess, controls_of, frameworks
from fixer.policy.compliance import Verdict as Of
from fixer.policy.packs import table

ROOT_USER = "kubernetes/root-user"
ALL_RUN = dict.fromkeys(table("compliance"), "")


def finding(level: Level = Level.DENY, **more: Any) -> Finding:
    return Finding("a.yaml", "Pod/a", 0, 0, "runs as root", unfixable="decide", level=level, **more)


def excused(expires: str = "2027-03-31") -> Finding:
    return finding(Level.INFO, excuse=Excuse("exemption", ".fixer.yaml:3", expires=expires))


def control(key: str) -> Control:
    return next(one for framework in frameworks() for one in framework.controls if one.key == key)


def assessed(*verdicts: Of, key: str = "cis_kubernetes:5.2.7", **more: Any) -> Assessment:
    return assess(more.pop("ran", ALL_RUN), verdicts, **more)[key]


def test_every_number_of_the_catalogue_is_a_control_of_one_framework() -> None:
    wanted = set()
    for rule, said in table("compliance").items():
        for key, numbers in said.items():
            if key != "source":
                names = [numbers] if isinstance(numbers, str) else numbers
                wanted |= {(rule, key, name) for name in names}

    found = set()
    for framework in frameworks():
        source = {"nist_800_190": "nist", "nist_800_53": "nist"}.get(framework.key, framework.key)
        prefix = {"nist_800_190": "800-190 ", "nist_800_53": "800-53 "}.get(framework.key, "")
        for one in framework.controls:
            found |= {(speaker.rule, source, prefix + one.number) for speaker in one.speakers}

    assert wanted <= found
    assert {entry for entry in found - wanted if entry[1:] != ("pss", "restricted")} == set()


def test_frameworks_are_the_ones_that_auditors_ask_for() -> None:
    assert [framework.key for framework in frameworks()] == [
        "cis_docker",
        "cis_kubernetes",
        "pss",
        "nist_800_190",
        "nist_800_53",
        "nsa",
        "pci_dss",
        "soc2",
        "owasp",
    ]


def test_each_control_has_a_title_and_none_is_without_a_control() -> None:
    for entry in table("controls")["frameworks"]:
        framework = next(one for one in frameworks() if one.key == entry["key"])
        numbers = {one.number for one in framework.controls}
        assert set(entry["controls"]) - numbers == set()
        # The sections of the NSA guide are named, not numbered.
        assert framework.key == "nsa" or all(one.title for one in framework.controls)


def test_controls_stand_in_the_order_of_their_numbers() -> None:
    numbers = [one.number for one in frameworks()[0].controls]
    assert numbers[:3] == ["4.1", "4.2", "4.3"]
    assert numbers.index("4.9") < numbers.index("4.10") < numbers.index("5.2")


def test_only_what_a_policy_document_quotes_is_not_derived() -> None:
    derived = {
        (framework.key, speaker.derived)
        for framework in frameworks()
        for one in framework.controls
        for speaker in one.speakers
        if speaker.rule == "dockerfile/explicit-root-user"
    }
    assert derived == {
        ("cis_docker", True),
        ("nist_800_190", True),
        ("nist_800_53", True),
        ("nsa", True),
        ("pci_dss", False),
        ("soc2", False),
        ("owasp", False),
    }
    assert frameworks()[0].derived
    assert not next(one for one in frameworks() if one.key == "soc2").derived


def test_restricted_holds_all_of_baseline() -> None:
    baseline = {speaker.rule for speaker in control("pss:baseline").speakers}
    assert baseline < {speaker.rule for speaker in control("pss:restricted").speakers}


def test_controls_of_a_rule() -> None:
    keys = [one.key for _, one in controls_of("kubernetes/privileged-container")]
    assert keys[:3] == ["cis_kubernetes:5.2.2", "pss:baseline", "pss:restricted"]
    assert list(controls_of("kubernetes/nothing")) == []


def test_a_finding_fails_the_controls_of_its_rule_and_no_other() -> None:
    found = assess(ALL_RUN, [Of(ROOT_USER, finding())])
    failed = {key for key, one in found.items() if one.state == "failed"}
    assert failed == {one.key for _, one in controls_of(ROOT_USER)}
    assert {one.state for key, one in found.items() if key not in failed} == {"passed"}


@pytest.mark.parametrize(
    ("verdicts", "state", "counts"),
    [
        ([], "passed", (0, 0, 0, 0)),
        ([Of(ROOT_USER, finding(Level.WARN))], "failed", (1, 0, 0, 0)),
        ([Of(ROOT_USER, finding(Level.INFO))], "passed", (0, 1, 0, 0)),
        ([Of(ROOT_USER, finding(), gone=True)], "passed", (0, 0, 0, 1)),
        ([Of(ROOT_USER, finding(), mended=True)], "failed", (1, 0, 0, 0)),
        ([Of(ROOT_USER, excused())], "excused", (0, 0, 1, 0)),
        ([Of(ROOT_USER, excused()), Of(ROOT_USER, finding())], "failed", (1, 0, 1, 0)),
    ],
)
def test_state_of_a_control(verdicts: list[Of], state: str, counts: tuple[int, ...]) -> None:
    one = assessed(*verdicts)
    assert one.state == state
    assert (len(one.failing), len(one.noted), len(one.excused), one.gone) == counts


def test_excused_until_the_first_excuse_ends() -> None:
    ends = ["2027-05-01", "", "2027-03-31"]
    assert assessed(*(Of(ROOT_USER, excused(end)) for end in ends)).until == "2027-03-31"
    assert assessed(Of(ROOT_USER, excused(""))).until == ""


def test_nothing_is_said_without_a_rule_that_looked() -> None:
    speakers = [one.rule for one in control("cis_kubernetes:5.2.7").speakers]
    one = assessed(ran=dict.fromkeys(speakers, "no kubernetes file"))
    assert (one.state, one.ran) == ("not assessed", ())
    assert set(one.why.values()) == {"no kubernetes file"}
    assert set(assessed(ran={}).why.values()) == {"not part of this run"}


def test_one_rule_is_enough_to_say_something() -> None:
    one = assessed(ran={ROOT_USER: ""})
    assert (one.state, one.ran) == ("passed", (ROOT_USER,))
    assert "kubernetes/low-user-id" in one.why


@pytest.mark.parametrize("verdicts", [[], [Of(ROOT_USER, excused())]])
def test_a_crash_takes_the_word_of_the_others_away(verdicts: list[Of]) -> None:
    one = assessed(*verdicts, crashed={"kubernetes/low-user-id"})
    assert one.state == "not assessed"
    assert one.why == {"kubernetes/low-user-id": "it crashed"}


def test_a_crash_does_not_hide_a_failure() -> None:
    assert assessed(Of(ROOT_USER, finding()), crashed={"kubernetes/low-user-id"}).state == "failed"


def test_the_notice_says_who_must_confirm() -> None:
    assert "confirmation of a person responsible for compliance" in NOTICE
    assert "not its result" in MEANING
