"""`--report FORM:PATH`: what is asked for, where it goes, and what is refused before anything is done."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from report.samples import checked, finding, full

from fixer.cli.main import main
from fixer.errors import UserError
from fixer.outcome import Outcome
from fixer.report.forms import FORMS, Context, Wanted, check_places, deliver, parse
from fixer.report.rows import Report

COMPOSE = "services:\n  web:\n    image: example/web:1.2 # the web\n    restart: always\n"
FORM_NAMES = ["text", "json", "sarif", "junit", "github", "gitlab", "markdown", "html"]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "project"
    (folder / ".git").mkdir(parents=True)
    (folder / "compose.yaml").write_text(COMPOSE)
    monkeypatch.chdir(folder)
    return folder


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def fixer(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["fixer", *words])
        with pytest.raises(SystemExit) as end:
            main()

        captured = capsys.readouterr()
        assert isinstance(end.value.code, int)
        return end.value.code, captured.out, captured.err

    return run


def test_the_forms() -> None:
    assert list(FORMS) == FORM_NAMES


def test_values_are_form_and_path() -> None:
    assert parse(["sarif:out.sarif", "json:C:/odd name", "markdown:-"]) == (
        Wanted("sarif", "out.sarif"),
        Wanted("json", "C:/odd name"),
        Wanted("markdown", "-"),
    )
    assert parse([]) == ()


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (["sarf:x"], "--report sarf:x: there is no form 'sarf'; did you mean sarif?"),
        (["pdf:x"], f"--report pdf:x: there is no form 'pdf'; there are {', '.join(FORM_NAMES)}"),
        (["sarif"], "--report sarif: a path is wanted, as in sarif:report.sarif; `-` is standard output"),
        (["junit:"], "--report junit:: a path is wanted, as in junit:report.junit; `-` is standard output"),
        (["sarif:a", "json:./a"], "--report json:./a: the report sarif goes to the same place"),
        (["sarif:-", "text:-"], "--report text:-: the report sarif goes to the same place"),
    ],
)
def test_mistakes_are_named(values: list[str], reason: str) -> None:
    with pytest.raises(UserError) as error:
        parse(values)

    assert str(error.value) == reason


def test_places_are_looked_at_before_anything_is_done(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").touch()
    (tmp_path / "link").symlink_to("compose.yaml")
    files = frozenset({str(tmp_path / "compose.yaml")})
    reasons = {
        "gone/x": f"there is no folder {tmp_path}/gone",
        ".": "it is a folder",
        "compose.yaml": "it is a file of this run",
        "link": "it is a file of this run",
        "compose.yaml/x": f"there is no folder {tmp_path}/compose.yaml",
    }
    for path, reason in reasons.items():
        with pytest.raises(UserError, match=r"^--report json:.*: it cannot be written: ") as error:
            check_places([Wanted("json", str(tmp_path / path))], str(tmp_path), files)

        assert str(error.value).endswith(f": it cannot be written: {reason}")

    fine = [Wanted("json", str(tmp_path / "new.json")), Wanted("json", "-"), Wanted("json", "/dev/null")]
    check_places(fine, str(tmp_path), files)


def test_a_link_in_the_scanned_tree_does_not_lead_a_report_out_of_it(project: Path, fixer: Run) -> None:
    outside = project.parent / "precious"
    outside.write_text("mine")
    (project / "report.json").symlink_to(outside)
    (project / "reports").symlink_to(project.parent)
    (project / "dangling").symlink_to(project.parent / "new")
    for path in ("report.json", "reports/precious", "reports/new", "dangling"):
        code, _, err = fixer("check", "--report", f"json:{path}")
        assert (code, err.count("\n")) == (2, 1)
        assert f"it cannot be written: a symbolic link leads it out of {project}" in err

    assert outside.read_text() == "mine"
    assert not (project.parent / "new").exists()
    fixer("check", "--report", f"json:{outside}")
    assert json.loads(outside.read_text())["version"] == 1


@pytest.mark.parametrize("form", FORM_NAMES)
def test_every_form_is_written(form: str, tmp_path: Path) -> None:
    path = tmp_path / "report"
    deliver([Wanted(form, str(path))], full(), Context(), pytest.fail)
    text = path.read_text(encoding="utf-8")
    assert text.endswith("\n")
    assert "needs thought" in text
    deliver([Wanted(form, str(path))], full(), Context(), pytest.fail)
    assert path.read_text(encoding="utf-8") == text


def test_standard_output_gets_the_report() -> None:
    printed: list[str] = []
    deliver([Wanted("gitlab", "-")], checked(), Context(), printed.append)
    assert printed == ["[]\n"]


def test_a_report_takes_the_place_of_the_old_one_and_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text("old")
    path.chmod(0o600)
    (tmp_path / "link").symlink_to("report.json")
    deliver([Wanted("json", str(tmp_path / "link"))], checked(), Context(), pytest.fail)
    assert json.loads(path.read_text())["version"] == 1
    assert path.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "link").is_symlink()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["link", "report.json"]


def test_a_report_that_fails_leaves_the_old_one_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "report.json"
    path.write_text("old")

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(UserError, match=r"report\.json: it cannot be written: no space is left on the device$"):
        deliver([Wanted("json", str(path))], checked(), Context(), pytest.fail)

    assert path.read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["report.json"]


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE) as reader:
        deliver([Wanted("gitlab", str(pipe))], checked(), Context(), pytest.fail)
        assert reader.communicate(timeout=10)[0] == b"[]\n"

    assert pipe.is_fifo()


def test_names_that_are_no_text_can_be_written(tmp_path: Path) -> None:
    report = Report("/", [Outcome("caf\udce9", problem="it is \udce9")])
    for form in ("text", "json", "sarif", "junit", "github", "gitlab", "markdown"):
        deliver([Wanted(form, str(tmp_path / form))], report, Context(), pytest.fail)
        assert (tmp_path / form).stat().st_size > 0


# ---- on the command line


def test_reports_come_beside_the_usual_one(project: Path, fixer: Run) -> None:
    code, usual, _ = fixer("check")
    with_reports = fixer("check", "--report", "sarif:a.sarif", "--report", "junit:b.xml", "--report", "text:c.txt")
    assert with_reports == (code, usual, "")
    assert (project / "c.txt").read_text() == usual
    assert json.loads((project / "a.sarif").read_text())["version"] == "2.1.0"
    assert (project / "b.xml").read_text().startswith("<?xml")


@pytest.mark.parametrize("words", [("check",), ("fix", "--diff"), ("fix",)], ids=" ".join)
def test_the_page_has_the_fixes_that_are_open(words: tuple[str, ...], project: Path, fixer: Run) -> None:
    fixer(*words, "--report", "html:page.html")
    page = (project / "page.html").read_text(encoding="utf-8")
    assert page.startswith("<!")
    # At risk high only, so that it is in a preview; after files were written there is none.
    assert ("    read_only: true" in page) == (words != ("fix",))


def test_standard_output_has_it_alone(project: Path, fixer: Run) -> None:
    assert json.loads(fixer("check", "--report", "gitlab:-")[1])
    code, out, err = fixer("fix", "--diff", "--report", "json:-")
    assert json.loads(out)["files"][0]["changed"] is True
    assert (code, err) == (1, "")
    code, out, _ = fixer("fix", "--report", "markdown:-", "--report", "json:out.json")
    assert "### Fixed: " in out
    assert json.loads((project / "out.json").read_text())["files"][0]["written"] is True


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("check", "--report", "sarf:x"), "there is no form 'sarf'; did you mean sarif?"),
        (("fix", "--report", "sarif:gone/x"), "it cannot be written: there is no folder "),
        (("fix", "--report", "sarif:compose.yaml"), "it cannot be written: it is a file of this run"),
        (("check", "--format", "json", "--report", "sarif:-"), "standard output has the report of --format json"),
        (
            ("fix", "-", "--stdin-filename", "compose.yaml", "--report", "sarif:-"),
            "standard output has the result of the fixes; name a path",
        ),
    ],
)
def test_a_mistake_is_told_and_nothing_is_fixed(words: tuple[str, ...], reason: str, project: Path, fixer: Run) -> None:
    code, out, err = fixer(*words)
    assert (code, out) == (2, "")
    assert reason in err
    assert err.count("\n") == 1
    assert (project / "compose.yaml").read_text() == COMPOSE
    assert sorted(os.listdir(project)) == [".git", "compose.yaml"]


def test_nothing_is_imported_that_nobody_asks_for(project: Path) -> None:
    program = (
        "import sys; sys.argv = ['fixer', 'check', *sys.argv[1:]]\n"
        "from fixer.cli.main import main\n"
        "try:\n    main()\nexcept SystemExit:\n"
        "    print(sorted(name for name in sys.modules if name.startswith('fixer.report.')), file=sys.stderr)\n"
    )

    def imported(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", program, *words], cwd=project, capture_output=True, text=True, check=True
        )
        return done.stderr.splitlines()[-1]

    assert imported() == "['fixer.report.rows', 'fixer.report.text']"
    assert "fixer.report.sarif" not in imported("--report", "gitlab:out.json")


def test_the_text_report_of_a_run_is_that_of_people() -> None:
    assert FORMS["text"](checked(finding()), Context(name=lambda path: f"./{path}")).startswith("./f.yaml:1:1  deny")
    assert "  fixed    1:1  host-network" in FORMS["text"](full(), Context())
