"""`fixer fix`: what it writes, what it prints, and where."""

# ruff: noqa: ANN001 - the types of fixtures are where these are defined

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

FILE = "services:\n  web:\n    image: example/web:1.2 # the web\n    restart: always\n"
FIXED = FILE + "    security_opt:\n      - no-new-privileges:true\n"
ONE = ("--select", "privilege-escalation")


@pytest.fixture
def compose(project: Path) -> Path:
    file = project / "sub" / "compose.yaml"
    file.parent.mkdir()
    file.write_text(FILE)
    return file


def test_files_are_rewritten_and_the_report_says_what_was_done(compose, fixer) -> None:
    done = fixer("fix", *ONE)
    assert compose.read_text() == FIXED
    assert done.out == (
        "sub/compose.yaml  (written)\n"
        "  fixed    2:3  privilege-escalation  Set no-new-privileges (low)\n"
        "1 finding fixed, 1 file written (risk up to low; 1 file read).\n"
    )
    assert done.code == 0
    assert fixer("fix", *ONE).out == "Nothing to fix (risk up to low; 1 file read).\n"


def test_what_is_held_back_names_the_option(compose, fixer) -> None:
    done = fixer("fix", "--select", "DC-005,DC-001,DC-017,DC-018", "--level", "deny", "--risk", "safe")
    lines = done.out.splitlines()
    assert lines[0] == "sub/compose.yaml"
    assert "  held     2:3  privilege-escalation  may gain privileges its parent process lacks  [--risk low]" in lines
    assert "  held     2:3  missing-resource-limits  has no limit for CPU and memory  [--risk medium]" in lines
    assert any("writable-root-filesystem" in line and line.endswith("  [--risk high --level warn]") for line in lines)
    assert lines[-3] == "Nothing to fix (risk up to safe; 1 file read)."
    assert lines[-2].startswith("Held back: 1 (--risk low), 1 (--risk medium), 1 (--risk high --level warn)")
    assert lines[-1] == "Not fixed: 1 left to a person."
    assert done.code == 1
    assert compose.read_text() == FILE


def test_the_options_named_apply_what_was_held_back(compose, fixer) -> None:
    fixer("fix", "--risk", "medium", "--select", "missing-resource-limits")
    assert "    deploy:\n" in compose.read_text()


def test_a_diff_goes_to_standard_output_and_nothing_is_written(compose, fixer) -> None:
    done = fixer("fix", "--diff", *ONE)
    assert done.out == (
        "--- a/sub/compose.yaml\n+++ b/sub/compose.yaml\n@@ -2,3 +2,5 @@\n   web:\n"
        "     image: example/web:1.2 # the web\n     restart: always\n"
        "+    security_opt:\n+      - no-new-privileges:true\n"
    )
    assert done.err.splitlines()[0] == "sub/compose.yaml  (would change)"
    assert "1 finding fixed, 1 file would change" in done.err
    assert compose.read_text() == FILE


@pytest.mark.parametrize(("folder", "path"), [(".", "."), ("sub", "."), ("other", "../sub")])
def test_other_tools_apply_the_diff(folder, path, compose, fixer, monkeypatch) -> None:
    root = compose.parent.parent
    (root / "other").mkdir()
    (root / ".git").rmdir()
    subprocess.run(["git", "init", "-q", root], check=True)
    monkeypatch.chdir(root / folder)
    diff = fixer("fix", "--diff", path, *ONE).out

    here = root if folder == "other" else root / folder
    subprocess.run(["git", "apply", "-p1"], cwd=here, input=diff.encode(), check=True)

    assert compose.read_text() == FIXED


def test_standard_input_comes_out_fixed(project, fixer) -> None:
    done = fixer("fix", "-", "--stdin-filename", "compose.yaml", *ONE, stdin=FILE.encode())
    assert done.out == FIXED
    assert done.err.splitlines()[0] == "compose.yaml  (would change)"
    assert list(project.iterdir()) == [project / ".git"]


@pytest.mark.parametrize("text", ["", "services: [\n", "a: 1\n", "services:\r\n  web: {}\r\n"])
@pytest.mark.usefixtures("project")
def test_standard_input_that_is_not_fixed_comes_out_as_it_was(text, fixer) -> None:
    done = fixer("fix", "-", "--stdin-filename", "compose.yaml", stdin=text.encode())
    assert done.out == text
    assert done.code == 0


@pytest.mark.usefixtures("project")
def test_standard_input_with_diff(fixer) -> None:
    done = fixer("fix", "-", "--diff", "--stdin-filename", "compose.yaml", *ONE, stdin=FILE.encode())
    assert done.out.startswith("--- a/compose.yaml\n+++ b/compose.yaml\n")


@pytest.mark.usefixtures("project")
def test_line_ends_and_byte_order_mark_come_out_of_standard_input(process) -> None:
    data = b"\xef\xbb\xbf" + FILE.encode().replace(b"\n", b"\r\n")
    out = process("fix", "-", "--stdin-filename", "compose.yaml", *ONE, stdin=data).out
    assert out.encode() == b"\xef\xbb\xbf" + FIXED.encode().replace(b"\n", b"\r\n")


def test_the_mode_of_a_file_stays(compose, fixer) -> None:
    compose.chmod(0o640)
    fixer("fix", *ONE)
    assert compose.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_the_number_of_processes_does_not_show(jobs, project, fixer) -> None:
    for number in range(50):
        (project / f"{number}.compose.yaml").write_text(FILE)

    done = fixer("fix", "--jobs", jobs, *ONE)

    assert done.out.count("  fixed    2:3  privilege-escalation  ") == 50
    assert {path.read_text() for path in project.glob("*.yaml")} == {FIXED}
    assert [line.split()[0] for line in done.about("(written)")] == sorted(f"{n}.compose.yaml" for n in range(50))


@pytest.mark.usefixtures("compose")
def test_lines_of_the_report_are_short(fixer) -> None:
    lines = [line for line in fixer("fix", "--diff").err.splitlines() if "  manual  " not in line]
    assert lines
    assert max(map(len, lines)) <= 120
