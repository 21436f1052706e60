"""Patches that `git apply` takes, and reports in every form."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from review.conftest import COMPOSE, INIT, ROOT, Git, Opened, contents, reviewed

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
    with pytest.raises(UserError, match="it does not exist"):
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
    assert "missing-logging" in text or form == "github"
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

    with pytest.raises(UserError, match="it is a file of this run"):
        review.export_report("json", str(shop / "compose.yaml"))

    assert (shop / "compose.yaml").read_bytes() == (ROOT / "examples" / "shop" / "compose.yaml").read_bytes()
