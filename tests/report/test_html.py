"""The HTML page: whole, harmless whatever the files hold, and true to the report."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from conftest import ROOT

from fixer.cli.catalogue import catalogue
from fixer.finding import Environment, Excuse, Finding, Fix, Level, Risk, Severity
from fixer.formats.yaml import Put
from fixer.outcome import Choice, Crash, Outcome, Refused
from fixer.policy.compliance import MEANING, NOTICE
from fixer.policy.policy import Policy
from fixer.policy.settings import Configuration, RuleSettings, Settings
from fixer.report import html
from fixer.report.html_diffs import WINDOW_LIMIT
from fixer.report.html_static import LISTED
from fixer.report.html_text import embedded, escaped, inline, paragraphs, visible
from fixer.report.rows import Report, totals
from fixer.rule import Rule
from fixer.text import Edit, Source

PAGE = ROOT / "fixer" / "report" / "page"
BEFORE = "".join(f"line {number}\n" for number in range(40))
HOSTILE = (
    "</script><script>alert(1)</script><!--<img src=x onerror=alert(1)>\" onload='x' \u202egnp.exe\x1b[31m\udcff&amp;"
)
RULES = catalogue(["compose"])
VOID = {"meta", "link", "input", "br", "img", "rect"}


class Page(HTMLParser):
    """The elements of a page with their attributes, and the texts of scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.raw: dict[str, list[str]] = {"script": [], "style": []}
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)
            if tag in self.raw:
                self.raw[tag].append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] in self.raw:
            self.raw[self._open[-1]][-1] += data
        else:
            self.words.append(data)

    def attributes(self, name: str) -> list[str]:
        return [attributes[name] or "" for _, attributes in self.elements if name in attributes]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    @property
    def data(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.raw["script"][0])
        return found

    @property
    def findings(self) -> list[dict[str, Any]]:
        """The findings, decoded by the names that the script gives the columns."""
        names = re.search(
            r"const \[(.+?)\] = Array\((\d+)\)", (PAGE / "data.js").read_text(encoding="utf-8"), re.DOTALL
        )
        assert names
        columns = [name.strip().lower() for name in names[1].split(",") if name.strip()]
        assert len(columns) == int(names[2])
        return [dict(zip(columns, row, strict=True)) for row in self.data["findings"]]


def finding(rule: str = "root-user", risk: Risk | None = Risk.LOW, **more: Any) -> Finding:
    path = more.get("path", "compose.yaml")
    because = more.pop("because", ())
    fix = None if risk is None else Fix(f"Mend {rule}", risk, (Put(path, 0, ("a",), 1),), because)
    said = {"path": "compose.yaml", "place": f"services.{rule}", "start": 0, "end": 1, "message": f"{rule} is wrong"}
    said |= {"fix": fix, "unfixable": None if fix else "decide", "rule": rule, "severity": Severity.HIGH, **more}
    return Finding(**said)


def outcome(
    *findings: Finding, applied: tuple[Finding, ...] = (), edits: tuple[Edit, ...] = (), **more: Any
) -> Outcome:
    before = Source(more.pop("text", BEFORE))
    gone = {one.identity for one in applied}
    left = tuple(one for one in findings if one.identity not in gone)
    path = findings[0].path if findings else "compose.yaml"
    said = {"kind": "compose", "remaining": left, "applied": applied, "edits": edits, **more}
    return Outcome(path, before=before, after=before.edited(edits), findings=findings, **said)


def report(*outcomes: Outcome, **more: Any) -> Report:
    return Report("/srv/shop", outcomes, **more)


def page(told: Report, rules: list[Rule] = RULES, **more: Any) -> Page:
    return Page(html.render(told, rules, **more))


def fixed(number: int = 5, **more: Any) -> Outcome:
    one = finding(**more)
    start = BEFORE.index(f"line {number}\n")
    return outcome(one, applied=(one,), edits=(Edit(start, start, "added\n", 0),))


# ---- one page, harmless


def test_the_page_runs_and_loads_nothing_but_its_own() -> None:
    found = page(report(fixed()), preview=())
    [policy] = [said["content"] for tag, said in found.elements if said.get("http-equiv") == "Content-Security-Policy"]
    assert policy
    assert policy.startswith("default-src 'none'; ")
    for tag in ("script", "style"):
        digest = base64.b64encode(hashlib.sha256(found.raw[tag][-1].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}';" in policy

    assert "unsafe" not in policy
    assert "require-trusted-types-for 'script'; trusted-types 'none'" in policy
    assert len(found.raw["script"]) == 2
    assert len(found.raw["style"]) == 1
    assert found.attributes("src") == []
    assert [said["href"] for tag, said in found.elements if tag == "link"] == ["data:,"]


def test_no_attribute_runs_or_styles_anything() -> None:
    names = {name for _, said in page(report(fixed())).elements for name in said}
    assert not {name for name in names if name.startswith("on")}
    assert "style" not in names


def test_links_lead_into_the_page_or_to_the_references_of_rules() -> None:
    found = page(report(fixed()))
    targets = [said["href"] or "" for tag, said in found.elements if tag == "a"]
    ids = set(found.attributes("id"))
    inside = {target[1:] for target in targets if target.startswith("#")}
    assert {target for target in inside if "&" not in target} <= ids
    assert {target.split("&")[0] for target in inside if "&" in target} == {"findings"}
    assert all(target.startswith(("#", "https://")) for target in targets)


def test_ids_occur_once_and_references_to_them_hold() -> None:
    found = page(report(fixed()))
    ids = found.attributes("id")
    assert len(ids) == len(set(ids))
    assert set(found.attributes("aria-labelledby")) <= set(ids)


def test_the_script_makes_no_markup_and_asks_nobody() -> None:
    script = "".join((PAGE / name).read_text(encoding="utf-8") for name in html.SCRIPTS)
    forbidden = (
        r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|Function\(|fetch|XMLHttp|import|cookie|Storage"
    )
    assert re.findall(forbidden, script) == []
    assert re.findall(r"url\(|@import|https?:", (PAGE / "style.css").read_text(encoding="utf-8")) == []


def test_every_file_of_the_folder_is_in_the_page() -> None:
    assert {path.name for path in PAGE.iterdir()} == {*html.SCRIPTS, "page.html", "style.css"}


def everything(text: str) -> Report:
    """A report that says `text` in every place where a file, a person or an exception has a word."""
    path = f"{text}.yaml"
    applied = finding(path=path, place=text, message=text, because=(text,), note=text)
    excuse = Excuse(text, text, text, text, text, text)
    bad = outcome(
        applied,
        finding(text, None, path=path, place=text, message=text, unfixable=text, note=text),
        finding("latest-tag", None, path=path, message=text, excuse=excuse, level=Level.INFO),
        text=f"{text}\n{BEFORE}",
        applied=(applied,),
        edits=(Edit(0, 0, f"{text}\n", 0),),
        crashes=(Crash("compose/root-user", path, text, text),),
    )
    unread = Outcome(f"{text}2", problem=text)
    skipped = Outcome(f"{text}3", kind="compose", skipped=text)
    told = Report(f"/srv/{text}", (bad, unread, skipped), Choice(), ((text, text),), 3)
    return Report(**{name: getattr(told, name) for name in told.__struct_fields__} | {"notes": (text,)})


def shape(found: Page) -> list[tuple[str, tuple[str, ...]]]:
    """Elements with the names of their attributes, less the marks of characters that do not show."""
    return [(tag, tuple(said)) for tag, said in found.elements if said.get("class") != "hidden-char"]


def test_hostile_names_and_values_change_no_element() -> None:
    assert shape(page(everything(HOSTILE))) == shape(page(everything("plain")))


def test_hostile_names_and_values_are_all_shown_and_spelled_out() -> None:
    text = html.render(everything(HOSTILE), RULES)
    text.encode("utf-8")
    assert not re.search("[\u202e\x1b\udcff]", text)
    found = Page(text)
    shown = visible(HOSTILE)
    assert shown.endswith("⟦U+202E⟧gnp.exe⟦U+001B⟧[31m⟦byte FF⟧&amp;")
    assert {shown, f"{shown}.yaml"} <= set(found.data["texts"])
    assert shown in [rule for rule, _ in found.data["rules"]]
    assert f"+{shown}" in [line[0] for _, hunks in found.data["diffs"] for hunk in hunks for line in hunk]
    assert found.text.count("⟦U+202E⟧") > 8


def test_data_cannot_end_the_script_it_stands_in() -> None:
    text = embedded({"a": "</script><!--<script>&\u2028"})
    assert not set("<>&") & set(text)
    assert json.loads(text) == {"a": "</script><!--<script>&\u2028"}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("plain\ttext äöü 漢字 🐳", "plain\ttext äöü 漢字 🐳"),
        ("a\r\nb\0", "a⟦U+000D⟧⟦U+000A⟧b⟦U+0000⟧"),
        ("\u202ea\u2066b\u200bc\ufeff", "⟦U+202E⟧a⟦U+2066⟧b⟦U+200B⟧c⟦U+FEFF⟧"),
        ("\udc80\udcff\ud800", "⟦byte 80⟧⟦byte FF⟧⟦U+D800⟧"),
        ("\U000e0041\x9b\xad", "⟦U+E0041⟧⟦U+009B⟧⟦U+00AD⟧"),
        ("x" * 2001, "x" * 2000 + " … (1 more characters)"),
    ],
)
def test_what_does_not_show_is_spelled_out(given: str, expected: str) -> None:
    assert visible(given) == expected


def test_spelled_out_characters_stand_out() -> None:
    assert inline("<\x1b") == '&lt;<span class="hidden-char">⟦U+001B⟧</span>'
    assert escaped("\"'") == "&quot;&#x27;"


def test_pages_of_rules_are_plain_markdown() -> None:
    assert paragraphs("One `<b>`\nline.\n\n- a\n  b\n- https://x.org/y?a=1&b=2.") == (
        "<p>One <code>&lt;b&gt;</code> line.</p><ul><li>a b</li>"
        '<li><a href="https://x.org/y?a=1&amp;b=2" rel="noopener noreferrer">https://x.org/y?a=1&amp;b=2</a>.</li></ul>'
    )
    assert "<a" not in paragraphs("javascript:alert(1) //x.org")


def test_same_report_same_page_with_no_path_but_the_root() -> None:
    text = html.render(everything("plain"), RULES)
    assert text == html.render(everything("plain"), RULES)
    assert str(ROOT) not in text


# ---- true to the report


def test_numbers_on_top_are_those_of_the_totals() -> None:
    one, two, three = finding("a"), finding("b", Risk.HIGH), finding("c", None, level=Level.WARN)
    told = report(outcome(one, two, three, applied=(one,), edits=(Edit(0, 0, "x\n", 0),)), choice=Choice())
    count, text = totals(told), page(told).text
    assert (count.findings, count.denied, count.by_status) == (3, 1, {"fixed": 1, "held": 1, "manual": 1})
    for words in ("1 finding of level deny would be left", "3 findings", "1 would be fixed", "1 held back"):
        assert words in text

    for words in ("1 needs a decision", "0 excused", "1 file, 1 changed", "0 not covered", "✕ the check fails"):
        assert words in text


def test_verdict_of_a_clean_run() -> None:
    found = page(report(outcome()))
    assert "0 findings of level deny left ✓ the check passes" in found.text
    assert "Everything that was found was read, and nothing crashed." in found.text


def test_each_finding_is_in_the_data_with_all_that_is_known() -> None:
    excuse = Excuse("exemption", ".fixer.yaml:4", "migrating", "2027-03-31", "ada", "SEC-1")
    one = finding("root-user", None, excuse=excuse, level=Level.INFO, environment=Environment.PROD)
    two = finding("latest-tag", Risk.HIGH, start=7, note="ended", because=("said so", "and so"), severity=Severity.LOW)
    found = page(report(outcome(one, two), choice=Choice()))
    texts, data = found.data["texts"], found.data
    first, second = found.findings
    assert [texts[number] for number in first["excuse"]] == [
        "exemption", ".fixer.yaml:4", "migrating", "2027-03-31", "ada", "SEC-1",
    ]  # fmt: skip
    assert (data["statuses"][first["status"]], data["environments"][first["environment"]]) == ("excused", "prod")
    assert (data["risks"][first["risk"]], data["levels"][first["level"]]) == ("no fix", "info")
    assert (texts[second["file"]], second["line"], second["column"]) == ("compose.yaml", 2, 1)
    assert data["rules"][second["rule"]][0] == "compose/latest-tag"
    assert texts[second["message"]] == "latest-tag is wrong"
    assert texts[second["place"]] == "services.latest-tag"
    assert (texts[second["note"]], texts[second["title"]]) == ("ended", "Mend latest-tag")
    assert (data["statuses"][second["status"]], texts[second["reason"]]) == ("held", "risk high")
    assert texts[second["option"]] == "--risk high"
    assert [texts[number] for number in second["because"]] == ["said so", "and so"]
    assert (data["severities"][second["severity"]], data["risks"][second["risk"]]) == ("low", "high")


def test_findings_have_names_that_stay() -> None:
    one, two = finding("a"), finding("b")
    [first, second] = page(report(outcome(one, two))).data["ids"]
    assert page(report(outcome(two))).data["ids"] == [second]
    assert page(report(outcome(one, one))).data["ids"] == [first, f"{first}-2"]


def windows(found: Page, number: int = 0) -> list[list[str]]:
    """The lines that the page shows for a finding, file by file; those of its fix have a star."""
    shown = []
    for at, owner, parts in found.findings[number]["diffs"]:
        hunks = found.data["diffs"][at][1]
        lines = [line for hunk, start, end, _ in parts for line in hunks[hunk][start:end]]
        shown.append([f"{text}{'*' if own == owner else ''}" for text, _, _, own in lines])

    return shown


def test_a_finding_shows_the_lines_of_its_fix_and_their_context() -> None:
    assert windows(page(report(fixed(), choice=Choice()))) == [
        [" line 2", " line 3", " line 4", "+added*", " line 5", " line 6", " line 7"]
    ]


def test_lines_of_a_diff_have_their_numbers_in_both_texts() -> None:
    [[_, [hunk]]] = page(report(fixed(), choice=Choice())).data["diffs"]
    assert [line[1:3] for line in hunk] == [[3, 3], [4, 4], [5, 5], [0, 6], [6, 7], [7, 8], [8, 9]]


def test_lines_of_another_fix_are_told_apart() -> None:
    one, two = finding("a"), finding("b")
    at = BEFORE.index("line 5\n")
    found = page(report(outcome(one, two, applied=(one, two), edits=(Edit(at, at, "x\n", 0), Edit(at, at, "y\n", 1)))))
    assert [[line for line in lines if line[0] == "+"] for lines in (windows(found)[0], windows(found, 1)[0])] == [
        ["+x*", "+y"],
        ["+x", "+y*"],
    ]


def test_a_fix_that_shares_its_only_line_shows_that_line() -> None:
    one, two = finding("a"), finding("b")
    at = BEFORE.index("line 5\n")
    edits = (Edit(at, at + 4, "LINE", 0), Edit(at + 5, at + 6, "five", 1))
    found = page(report(outcome(one, two, applied=(one, two), edits=edits)))
    assert {"+LINE five*", "-line 5*"} & set(windows(found)[0] + windows(found, 1)[0])
    assert all("LINE five" in "".join(windows(found, number)[0]) for number in (0, 1))


def test_a_long_diff_is_cut_and_says_so() -> None:
    one = finding()
    edits = (Edit(0, 0, "new\n" * 1000, 0),)
    found = page(report(outcome(one, applied=(one,), edits=edits)))
    [[_, _, [[_, start, end, cut]]]] = found.findings[0]["diffs"]
    assert end - start == WINDOW_LIMIT
    assert cut == 1000 + 3 - WINDOW_LIMIT


def test_a_fix_that_is_held_back_shows_its_diff_from_the_preview() -> None:
    done = fixed(risk=Risk.HIGH)
    told = report(outcome(*done.findings), choice=Choice())
    assert page(told).findings[0]["diffs"] == []
    assert "+added*" in windows(page(told, preview=(done,)))[0]


def test_a_file_that_was_not_written_is_no_success() -> None:
    told = report(fixed(), choice=Choice(), unwritten={"compose.yaml": "permission denied"}, written=True)
    found = page(told)
    assert found.data["statuses"][found.findings[0]["status"]] == "refused"
    assert "not written compose.yaml permission denied" in found.text


def test_what_was_not_read_is_listed_with_its_reason() -> None:
    one = Outcome("b.yaml", problem="the file is binary", problem_line=3)
    two = Outcome("c.yaml", kind="compose", skipped="it is a template")
    crash = Crash("compose/root-user", "a.yaml", "ValueError: x", "root_user:3")
    three = outcome(finding(path="a.yaml", level=Level.WARN), crashes=(crash, crash))
    text = page(report(three, one, two, skipped=(("d", "it is a loop"),), ignored=2, notes=("it is old",))).text
    assert "✕ fixer crashed: this is not the whole result" in text
    assert "the check passes" not in text
    assert "Not covered 4" in text
    assert "4 not covered" in text
    assert "crashed a.yaml rule compose/root-user: ValueError: x (root_user:3); this is a bug of fixer" in text
    for words in ("not read b.yaml:3 the file is binary", "skipped c.yaml it is a template", "skipped d it is a loop"):
        assert words in text

    assert text.count("it is old") == 2
    assert "leave out 2 files and folders" in text


def test_of_many_notes_the_first_stand_on_top_and_all_below() -> None:
    text = page(report(outcome(), notes=tuple(f"note {number}." for number in range(9)))).text
    assert [text.count(f"note {number}.") for number in (0, 3, 4, 8)] == [2, 2, 1, 1]
    assert "and 5 more" in text


def test_a_fix_that_failed_its_proof_says_so() -> None:
    one = finding()
    found = page(report(outcome(one, failed=(Refused(one, "the result does not parse"),)), choice=Choice()))
    assert found.data["statuses"][found.findings[0]["status"]] == "failed"
    assert "1 could not be fixed" in found.text


def test_without_a_script_the_worst_findings_are_listed_up_to_a_limit() -> None:
    many = [finding(place=f"services.{number}", message=f"wrong {number}") for number in range(LISTED + 20)]
    lesser = finding("lesser", level=Level.WARN, message="lesser")
    text = html.render(report(outcome(*many, lesser)), RULES)
    [plain] = re.findall(r"<noscript>(.*)</noscript>", text, re.DOTALL)
    assert plain.count("<tr>") == LISTED + 1
    assert f"{LISTED + 20} of {LISTED + 21} findings are at level deny and not fixed." in plain
    assert f"The first {LISTED} are listed." in plain
    assert "lesser" not in plain


# ---- rules and compliance


def test_the_page_of_a_rule_is_there_once_for_all_its_findings() -> None:
    many = [finding(place=f"services.{number}") for number in range(30)]
    found = page(report(outcome(*many)))
    [rule] = [rule for rule in RULES if rule.id == "compose/root-user"]
    why = " ".join(rule.doc.partition("## Why")[2].partition("##")[0].split())
    assert found.text.count(why.partition("`")[0].strip()) == 1
    assert "Show its 30 findings" in found.text
    assert found.attributes("id").count("rule-compose-root-user") == 1


def test_the_level_of_a_rule_is_that_of_the_policy() -> None:
    said = Settings(rules={"compose/root-user": RuleSettings(level="off")})
    [rule] = [rule for rule in RULES if rule.id == "compose/root-user"]
    assert "severity medium · level warn · DC-018" in page(report(), [rule]).text
    told = report(outcome())
    assert "level off" in page(told, [rule], policy=Policy(Configuration(said, ".fixer.yaml"))).text
    assert "switched off" in page(told, [rule], policy=Policy(Configuration(said, ".fixer.yaml"))).text


def states(found: Page, key: str) -> str:
    """The words of the row of a control of a framework."""
    words = [" ".join(word.split()) for word in found.words if word.strip()]
    start = words.index(key, words.index("State"))
    return " ".join(words[start : start + 30])


def test_compliance_says_what_a_control_makes_of_the_findings() -> None:
    excuse = Excuse("exemption", ".fixer.yaml:4", "migrating", "2027-03-31", "ada", "SEC-1")
    one, two = finding("missing-pids-limit"), finding("unbound-port", None, excuse=excuse, level=Level.INFO)
    found = page(report(outcome(one, two)))
    assert states(found, "5.29").startswith("5.29 Number of processes is limited failed 1 failing show")
    assert states(found, "5.14").startswith(
        "5.14 Ports are bound to a named interface excused until 2027-03-31 1 excused show "
        "1 by exemption in .fixer.yaml:4, until 2027-03-31, approved by ada, SEC-1, migrating"
    )
    assert states(found, "5.15").startswith("5.15 Restarts are limited passed none compose/missing-restart-policy")
    assert states(found, "4.6").startswith("4.6 Images have a health check not assessed 0 of 3 ran")
    assert "#findings&control=cis_docker:5.29" in found.attributes("href")
    assert found.data["controls"]["cis_docker:5.29"][0] == "CIS Docker Benchmark 5.29"


def test_compliance_has_the_notice_and_marks_what_is_derived() -> None:
    found = page(report(outcome()))
    assert NOTICE in found.text
    assert MEANING in found.text
    assert found.text.count("all mappings derived") == 6
    assert ("span", {"class": "derived"}) in found.elements


def test_a_fix_that_was_not_written_leaves_its_control_failed() -> None:
    one = fixed(rule="missing-pids-limit")
    shown, written = page(report(one, choice=Choice())), page(report(one, choice=Choice(), written=True))
    assert "failed 1 failing, 1 of them with a fix shown here" in states(shown, "5.29")
    assert "were not written" in shown.text
    assert "passed 1 fixed" in states(written, "5.29")


def test_a_crash_and_an_unread_file_are_said_in_the_compliance_view() -> None:
    crash = Crash("compose/missing-pids-limit", "compose.yaml", "ValueError", "x:1")
    found = page(report(outcome(crashes=(crash,)), Outcome("b.yaml", problem="the file is binary")))
    assert "not assessed 0 of 1 ran (1 it crashed)" in states(found, "5.29")
    assert "1 file was not read: nothing here is about it." in found.text


# ---- readable


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_text_has_the_contrast_that_wcag_asks_for(scheme: int) -> None:
    style = (PAGE / "style.css").read_text(encoding="utf-8")
    block = re.findall(r":root \{(.*?)\}", style, re.DOTALL)[scheme]
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))
    plain = ("text", "quiet", "accent", "critical", "high", "medium", "low", "bad", "good", "warn", "hidden")
    pairs = [(text, ground) for text in plain for ground in ("page", "surface", "sunken")]
    pairs += [("text", ground) for ground in ("add", "del", "accent-soft", "warn-soft")]
    pairs += [("quiet", ground) for ground in ("add", "del", "accent-soft")]
    pairs += [("add-mark", "add"), ("del-mark", "del"), ("inverse", "critical"), ("inverse", "accent")]
    pairs += [(text, "accent-soft") for text in ("high", "medium", "low", "bad", "good", "warn")]
    for text, ground in pairs:
        light, dark = sorted((luminance(colours[text]), luminance(colours[ground])), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, (text, ground)


def test_the_page_has_landmarks_and_a_name() -> None:
    found = page(report(fixed()))
    tags = {tag for tag, _ in found.elements}
    assert {"header", "nav", "main", "h1", "h2", "noscript"} <= tags
    assert "shop: fixer report" in found.text
    assert ("html", {"lang": "en"}) in found.elements
