"""Patches that `git apply` takes, and reports in every form."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from review.conftest import COMPOSE, INIT, ROOT, TTY, Git, Opened, contents, reviewed

from fixer.errors import UserError
from fixer.finding import Risk
from fixer.report.forms import FORMS
from fixer.review.review import Review


def applied(review: Review, twin: Path, git: Git, patch: Path) -> dict[str, bytes]:
    """What `git apply` makes of a twin of the folder."""
    review.export_patch(str(patch))
    git(twin, "apply", "--whitespace=nowarn", str(patch))
    return contents(twin)


def test_a_patch_is_what_writing_does(shop: Path, opened: Opened, git: Git, tmp_path: Path) -> None:
    twin = tmp_path / "twin"
    shutil.copytree(shop, twin)
    review = opened(shop)
    review.accept_up_to(Risk.HIGH)
    found = applied(review, twin, git, tmp_path / "x.patch")
    count = len(review.write().written)
    assert found == contents(shop)
    text = (tmp_path / "x.patch").read_text()
    assert text.count("diff --git ") == count
    assert "new file mode 100644\n--- /dev/null\n" in text


@pytest.mark.parametrize(
    "name", ["two words", 'a"quote', "täb\tand", "back\\slash", "ümläut", os.fsdecode(b"\xff\xfe")], ids=ascii
)
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "bom"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"], ids=["lf", "crlf"])
def test_names_and_texts_of_all_sorts(tmp_path: Path, git: Git, name: str, mark: bytes, end: bytes) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    data = mark + COMPOSE.encode().replace(b"\n", end).rstrip()
    (folder / f"{name}.compose.yaml").write_bytes(data)
    twin = tmp_path / "twin"
    shutil.copytree(folder, twin)
    review = reviewed(folder, INIT)
    found = applied(review, twin, git, tmp_path / "x.patch")
    review.write()
    assert found == contents(folder)
    assert found[f"{name}.compose.yaml"].count(b"init: true") == 2


def test_a_patch_takes_no_file_s_place(folder: Path, tmp_path: Path) -> None:
    review = reviewed(folder, INIT)
    path = tmp_path / "there"
    path.write_text("mine")
    with pytest.raises(UserError, match="there is such a file already"):
        review.export_patch(str(path))

    assert path.read_text() == "mine"
    with pytest.raises(UserError, match=r"x\.patch: there is no folder "):
        review.export_patch(str(tmp_path / "none" / "x.patch"))

    review.reject([item.key for item in review.items])
    with pytest.raises(UserError, match="nothing is accepted: there is nothing to export"):
        review.export_patch(str(tmp_path / "x.patch"))


@pytest.mark.parametrize("form", sorted(FORMS))
def test_a_report_of_each_form(shop: Path, opened: Opened, tmp_path: Path, form: str) -> None:
    review = opened(shop)
    item = next(item for item in review.items if item.finding.rule == "missing-logging")
    review.reject([item.key])
    before = contents(shop)
    path = tmp_path / f"report.{form}"
    review.export_report(form, str(path))
    text = path.read_text()
    assert "missing-logging" in text or form in {"github", "markdown"}  # the first rows only
    assert "privileged-container" in text
    assert contents(shop) == before
    if form == "json":
        rows = [row for file in json.loads(text)["files"] for row in file["findings"]]
        [row] = [row for row in rows if (row["rule"], row["place"]) == (item.finding.rule, item.finding.place)]
        assert (row["status"], row["reason"]) == ("held", "rejected")


def test_a_report_that_cannot_be_written(shop: Path, opened: Opened, tmp_path: Path) -> None:
    review = opened(shop)
    with pytest.raises(UserError, match="there is no form 'pdf'"):
        review.export_report("pdf", str(tmp_path / "x"))

    for path, message in (
        (str(shop / "compose.yaml"), "compose.yaml: there is such a file already"),
        (str(shop / "README.md"), "README.md: there is such a file already"),
        (str(shop), "shop: it is a folder"),
        ("-", "-: standard output is the screen; name a file"),
        ("/nonexist/x.html", "/nonexist/x.html: there is no folder /nonexist"),
    ):
        for export in (lambda path: review.export_report("json", path), review.export_patch):
            with pytest.raises(UserError) as caught:
                export(path)

            assert str(caught.value).endswith(message)
            assert "--report" not in str(caught.value)

    with pytest.raises(UserError, match="it is a file of this run"):
        review.deliver_report("json", str(shop / "compose.yaml"))

    assert (shop / "compose.yaml").read_bytes() == (ROOT / "examples" / "shop" / "compose.yaml").read_bytes()


def test_home_is_meant_by_a_tilde(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    review = reviewed(folder, INIT)
    review.export_report("json", "~/r.json")
    review.export_patch("~/r.patch")
    assert {"r.json", "r.patch"} <= {path.name for path in tmp_path.iterdir()}


def summary_in(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text())["summary"]
    return found


def test_a_report_after_a_write_is_that_of_fix(shop: Path, opened: Opened, tmp_path: Path) -> None:
    twin = tmp_path / "twin"
    shutil.copytree(shop, twin)
    report = tmp_path / "fix.json"
    command = [sys.executable, "-m", "fixer", "fix", "--report", f"json:{report}", str(twin)]
    subprocess.run(command, env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}, capture_output=True, check=False)
    review = opened(shop)
    review.write()
    mine = tmp_path / "mine.json"
    review.export_report("json", str(mine))
    assert summary_in(mine) == summary_in(report)
    for form in sorted(FORMS):
        review.export_report(form, str(tmp_path / f"after.{form}"))


def test_what_is_written_in_two_goes_is_fixed_in_one_report(folder: Path, tmp_path: Path) -> None:
    review = reviewed(folder, INIT, TTY)
    review.write()
    review.accept_up_to(Risk.HIGH)
    review.write()
    review.export_report("json", str(tmp_path / "r.json"))
    assert summary_in(tmp_path / "r.json")["by_status"] == {"fixed": 12}
    review.export_report("html", str(tmp_path / "r.html"))


def test_nothing_is_fixed_without_a_write(folder: Path, tmp_path: Path) -> None:
    review = reviewed(folder, INIT, TTY)
    review.export_report("json", str(tmp_path / "r.json"))
    found = json.loads((tmp_path / "r.json").read_text())
    assert found["summary"]["changed"] == 0
    assert found["summary"]["by_status"] == {"held": 12}
    rows = [row for file in found["files"] for row in file["findings"]]
    assert {(row["status"], row["reason"]) for row in rows if row["rule"] == "no-init"} == {
        ("held", "accepted, not written")
    }
    assert {row["reason"] for row in rows if row["rule"] == "no-tty"} == {"risk high"}


def test_files_that_the_scan_did_not_come_to_are_named(folder: Path, tmp_path: Path) -> None:
    review = reviewed(folder, INIT, whole=False)
    stop = threading.Event()
    review.scan(lambda _: stop.set(), stop)
    review.export_report("json", str(tmp_path / "r.json"))
    text = (tmp_path / "r.json").read_text()
    assert text.count("the scan was stopped") == 2
