"""`fixer check` and what it shares with `fixer fix`: paths, names of rules, standard input, exit codes."""

# ruff: noqa: ANN001 - the types of fixtures are where these are defined

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

FILE = "services:\n  web:\n    image: example/web:1.2 # the web\n    restart: always\n"
CLEAN = "services:\n  web:\n    build: .\n"
LINE = re.compile(
    r"(?P<path>[^:]+):(?P<line>\d+):(?P<column>\d+)  (?P<level>deny|warn|info)  (?P<rule>[\w-]+)  \S.*  \[.+\]"
)


@pytest.fixture
def compose(project: Path) -> Path:
    file = project / "sub" / "compose.yaml"
    file.parent.mkdir()
    file.write_text(FILE)
    return file


def rules_in(done) -> set[str]:
    return {match["rule"] for line in done.out.splitlines() if (match := LINE.fullmatch(line))}


# ---- the report


def test_one_line_for_each_finding_and_a_summary(compose, fixer) -> None:
    done = fixer("check")
    *findings, note, summary, offers = done.out.splitlines()
    assert findings
    assert note == "note  1 reference is not in image-digests.lock: `fixer pin` looks up what it means"
    assert all(LINE.fullmatch(line) for line in findings), findings
    assert re.fullmatch(r"\d+ findings \(\d+ deny, \d+ warn\) in 1 file\.", summary)
    assert re.match(r"`fixer fix` fixes \d+, --risk medium \d+ more, ", offers)
    assert done.code == 1
    assert not done.err
    assert compose.read_text() == FILE


def test_findings_of_a_file_stand_in_the_order_of_its_lines(project, fixer) -> None:
    (project / "compose.yaml").write_text(
        "services:\n  b:\n    image: a\n    ports: ['5432:5432', '80:80']\n    privileged: true\n  a:\n    image: b\n"
    )
    found = [LINE.fullmatch(line) for line in fixer("check").out.splitlines()[:-3]]
    places = [(int(match["line"]), int(match["column"])) for match in found if match]
    assert len(places) == len(found)
    assert places == sorted(places)
    assert len(set(places)) > 3


@pytest.mark.usefixtures("compose")
def test_findings_at_one_place_stand_in_the_order_of_their_fixes(fixer) -> None:
    at_service = [line for line in fixer("check").out.splitlines() if ":2:3  " in line]
    rules = [match["rule"] for line in at_service if (match := LINE.fullmatch(line))]
    assert [rule for rule in rules if rule in {"missing-resource-limits", "root-user", "undropped-capabilities"}] == [
        "missing-resource-limits",
        "root-user",
        "undropped-capabilities",
    ]


def test_nothing_found(project, fixer) -> None:
    (project / "compose.yaml").write_text(FILE)
    done = fixer("check", "--select", "privileged-container")
    assert done.out == "1 file checked, nothing found.\n"
    assert done.code == 0


def test_nothing_to_look_at(project, fixer) -> None:
    (project / "node_modules").mkdir()
    (project / "notes.txt").write_text("a")
    for command in ("check", "fix"):
        done = fixer(command)
        assert done.out == "No Dockerfile, Compose file or Kubernetes manifest was found, 1 ignored.\n"
        assert done.code == 0


@pytest.mark.parametrize("command", ["check", "fix"])
@pytest.mark.usefixtures("compose")
def test_a_named_file_of_no_kind_is_said_to_be_so(command, fixer) -> None:
    Path("notes.txt").write_text("a")
    Path("notes.yaml").write_text("a: 1\n")
    Path("link.txt").symlink_to("notes.txt")
    done = fixer(command, "notes.txt", "link.txt", "notes.yaml", "sub")
    assert [line.split("  ")[:2] for line in done.about("it is no Dockerfile")] == [
        ["notes.txt", "skipped"],
        ["notes.yaml", "skipped"],
    ]
    assert ", 2 skipped" in done.out
    assert fixer(command, ".").about("skipped") == []


def test_files_of_other_kinds_in_a_folder_are_not_mentioned(project, fixer) -> None:
    (project / "values.yaml").write_text("a: 1\n")
    assert "values" not in fixer("check").out


def test_control_characters_do_not_reach_the_terminal(project, fixer) -> None:
    folder = project / "\x1b[31mred\nline"
    folder.mkdir()
    (folder / "compose.yaml").write_text(FILE)
    done = fixer("check")
    assert "\x1b" not in done.out
    assert done.out.startswith("\\x1b[31mred\\x0aline/compose.yaml:2:3  ")


def test_names_that_are_no_text(project, process) -> None:
    folder = os.fsencode(project) + b"/caf\xe9"
    os.mkdir(folder)
    with open(folder + b"/compose.yaml", "w", encoding="utf-8") as file:
        file.write(FILE)

    assert "caf\ufffd/compose.yaml:2:3" in process("check").out
    assert "caf\ufffd/compose.yaml" in process("check", "--format", "json").out
    escaped = process("check", env={"PYTHONIOENCODING": "ascii"})
    assert "caf\\udce9/compose.yaml:2:3" in escaped.out
    assert not escaped.err


# ---- paths


def test_paths_are_those_a_person_would_type(compose, fixer, monkeypatch) -> None:
    root = compose.parent.parent
    for words, shown in [((), "sub/compose.yaml"), (("sub",), "sub/compose.yaml"), ((compose,), "sub/compose.yaml")]:
        assert fixer("check", *words).out.startswith(f"{shown}:2:3  "), words

    monkeypatch.chdir(compose.parent)
    for words, shown in [((), "compose.yaml"), (("..",), "compose.yaml"), ((compose,), "compose.yaml")]:
        assert fixer("check", *words).out.startswith(f"{shown}:2:3  "), words

    (root / "other").mkdir()
    monkeypatch.chdir(root / "other")
    assert fixer("check", "../sub").out.startswith("../sub/compose.yaml:2:3  ")
    assert fixer("check", compose).out.startswith(f"{compose}:2:3  ")


def test_facts_of_the_whole_work_tree_count_in_a_sub_folder(project, fixer, monkeypatch) -> None:
    (project / "base").mkdir()
    (project / "base" / "compose.prod.yaml").write_text(FILE)
    monkeypatch.chdir(project / "base")
    assert fixer("check", "--select", "undropped-capabilities").code == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("nothere",), "nothere: it does not exist"),
        (("compose.yaml/x",), "compose.yaml/x: it does not exist"),
        (("-",), "`-` needs --stdin-filename, which says what kind of file the text is"),
        (("-", "."), "`-` stands alone: no other path beside standard input"),
        (("-", "--stdin-filename", "../a"), "--stdin-filename ../a: a file below the current folder is wanted"),
        (("--stdin-filename", "a"), "--stdin-filename goes with `-`, the text on standard input"),
        (
            ("--select", "privileged-contaner"),
            "no rule, kind or id is called 'privileged-contaner'; the nearest is 'privileged-container'",
        ),
        (("--select", "dc-004,compos"), "no rule, kind or id is called 'compos'; the nearest is 'compose'"),
        (("--ignore", "DC-9999x9"), "no rule, kind or id is called 'DC-9999x9'; "),
        (("--ignore", "zzzzzz"), "no rule, kind or id is called 'zzzzzz'; `fixer rules` lists them"),
        (("--jobs", "-1"), "invalid value for '--jobs': -1 is not in the range x>=0 (see `fixer check --help`)"),
        (
            ("--format", "xml"),
            "invalid value for '--format': 'xml' is not one of 'text', 'json' (see `fixer check --help`)",
        ),
        (("--nope",), "no such option '--nope'"),
    ],
)
@pytest.mark.usefixtures("project")
def test_a_mistake_ends_in_one_line_that_says_what_to_do(words, message, fixer) -> None:
    done = fixer("check", *words)
    assert done.code == 2
    assert done.out == ""
    assert done.err.startswith(f"fixer: {message}")
    assert done.err.count("\n") == 1


@pytest.mark.usefixtures("project")
def test_a_command_that_does_not_exist(fixer) -> None:
    assert fixer("chekc").err == "fixer: there is no command 'chekc'; did you mean `fixer check`?\n"
    listed = "check, fix, tui, bot, pin, rules, baseline, ignore, config, explain"
    assert fixer("zzz").err == f"fixer: there is no command 'zzz'; there are {listed}\n"
    assert fixer("zzz").code == 2


def test_help_and_version(fixer) -> None:
    assert fixer().code == 2
    assert fixer().err.startswith("Usage: fixer ")
    assert fixer("--help").out.startswith("Usage: fixer ")
    assert re.match(r"fixer \d+\.\d+\.\d+ \(Python 3\.\d+\.\d+, YAML reader: \w+\)\n", fixer("--version").out)
    for command in ("check", "fix", "rules", "explain", "docs"):
        assert fixer(command, "--help").out.startswith(f"Usage: fixer {command} ")
        assert fixer(command, "-h").code == 0


# ---- which rules


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (("--select", "privilege-escalation"), {"privilege-escalation"}),
        (("--select", "compose/privilege-escalation"), {"privilege-escalation"}),
        (("--select", "DC-005"), {"privilege-escalation"}),
        (("--select", "dc-005, root-user"), {"privilege-escalation", "root-user"}),
        (("--select", "dc-005", "--select", "root-user"), {"privilege-escalation", "root-user"}),
        (("--select", "CL-0003"), {"privilege-escalation"}),
        (("--select", "dc-005,dc-018", "--ignore", "root-user"), {"privilege-escalation"}),
        (("--select", "kubernetes"), set()),
    ],
)
@pytest.mark.usefixtures("compose")
def test_rules_are_chosen_by_any_of_their_names(words, wanted, fixer) -> None:
    done = fixer("check", *words)
    assert rules_in(done) == wanted
    assert not done.err


@pytest.mark.usefixtures("compose")
def test_ignored_rules_are_left_out(fixer) -> None:
    everything = rules_in(fixer("check"))
    assert rules_in(fixer("check", "--ignore", "DC-005")) == everything - {"privilege-escalation"}
    assert rules_in(fixer("check", "--ignore", "compose")) == set()


# ---- exit codes


@pytest.mark.usefixtures("compose")
def test_the_exit_code_is_that_of_the_strictest_level(fixer) -> None:
    assert fixer("check", "--select", "privilege-escalation").code == 1
    assert fixer("check", "--select", "root-user").code == 0
    assert fixer("fix", "--select", "privilege-escalation").code == 0
    assert fixer("check", "--select", "privilege-escalation").code == 0


# ---- standard input


@pytest.mark.usefixtures("project")
def test_standard_input(fixer) -> None:
    done = fixer("check", "-", "--stdin-filename", "sub/../a/compose.yaml", "--jobs", "2", stdin=FILE.encode())
    assert done.out.startswith("a/compose.yaml:2:3  ")
    assert done.code == 1


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"a\0b", "standard input: the file is binary"),
        (b"services: \xe9", "standard input: the file is not valid UTF-8 (line 1)"),
        (b"#" * 5_000_001, "standard input: the text is larger than 5 MB"),
    ],
    ids=["binary", "no UTF-8", "too large"],
)
@pytest.mark.usefixtures("project")
def test_standard_input_that_is_no_text(data, message, fixer) -> None:
    done = fixer("check", "-", "--stdin-filename", "compose.yaml", stdin=data)
    assert done.err == f"fixer: {message}\n"
    assert done.code == 2


@pytest.mark.usefixtures("project")
def test_standard_input_of_no_kind(fixer) -> None:
    done = fixer("check", "-", "--stdin-filename", "a.txt", stdin=b"a")
    assert done.out.startswith("a.txt  skipped  it is no Dockerfile")
    assert done.code == 0
