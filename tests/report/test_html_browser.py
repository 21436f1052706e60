"""The HTML page in a browser: filters in the address, the detail of a finding, hostile values, and paper.

Needs Chromium (Debian: chromium), and for paper pdftotext (Debian: poppler-utils); absent: skipped.
"""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--virtual-time-budget=2000",
)

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium (apt install chromium)")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    shutil.copytree(ROOT / "examples" / "shop", folder / "shop")
    hostile = folder / "shop" / "zz<img src=x onerror=alert(1)>.Dockerfile"
    hostile.write_text('FROM alpine:3.20\nCMD ["</script><script>document.title=1</script>\u202e"]\n', encoding="utf-8")
    command = [sys.executable, "-m", "fixer", "check", folder / "shop", "--report", f"html:{folder / 'page.html'}"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1
    return folder / "page.html"


def browser(page: Path, address: str, tmp_path: Path, *options: str) -> str:
    assert CHROMIUM
    command = [CHROMIUM, *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", *options, f"file://{page}{address}"]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout


def dom(page: Path, address: str, tmp_path: Path) -> str:
    return browser(page, address, tmp_path, "--dump-dom")


def rows(text: str) -> list[str]:
    """The words of each row of the list."""
    buttons = re.findall(r'<button type="button" class="row.*?</button>', text, re.DOTALL)
    return [" ".join(html.unescape(re.sub(r"<[^>]+>", " ", button)).split()) for button in buttons]


def test_the_address_filters_and_groups(page: Path, tmp_path: Path) -> None:
    found = dom(page, "#findings&level=deny&kind=dockerfile&q=root&group=rule", tmp_path)
    assert rows(found)
    assert all(" deny " in row and "root" in row for row in rows(found))
    assert re.search(r'role="status" class="result">\d+ of \d+ findings<', found)
    assert re.search(r'<h3><code>dockerfile/[a-z-]+</code><span class="about">', found)


def test_a_link_to_a_finding_opens_it(page: Path, tmp_path: Path) -> None:
    names = re.search(r'"ids":(\[.*?\])', page.read_text(encoding="utf-8"))
    assert names
    # The sixth finding has a fix, whose diff is that of the preview.
    found = dom(page, f"#findings&open={json.loads(names[1])[5]}", tmp_path)
    assert found.count('class="row" aria-expanded="true"') == 1
    assert 'class="detail"' in found
    assert re.search(r'class="line add">.*?<code>USER 1000', found, re.DOTALL)
    assert "link to this finding" in found


def test_what_a_file_says_is_text(page: Path, tmp_path: Path) -> None:
    found = dom(page, "#findings&q=onerror", tmp_path)
    assert len(rows(found)) >= 1
    assert "<img" not in found.partition('<script type="application/json"')[0]
    assert "<title>shop: fixer report</title>" in found


def test_the_other_views_are_hidden_until_asked_for(page: Path, tmp_path: Path) -> None:
    found = dom(page, "#compliance", tmp_path)
    assert re.search(r'<section class="view" id="view-compliance" aria-labelledby="compliance-title">', found)
    assert re.search(r'<section class="view" id="view-findings" aria-labelledby="findings-title" hidden="">', found)


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="no pdftotext (apt install poppler-utils)")
def test_paper_has_every_finding_that_is_shown_and_no_controls(page: Path, tmp_path: Path) -> None:
    target = tmp_path / "page.pdf"
    browser(page, "#findings", tmp_path, f"--print-to-pdf={target}")
    text = subprocess.run(["pdftotext", "-layout", target, "-"], capture_output=True, text=True, check=True).stdout
    total = re.search(r"(\d+) findings\n", text)
    assert total
    # More than one page of the list: the screen shows a hundred.
    assert int(total[1]) > 100
    assert len(re.findall(r"\b(?:deny|warn|info)\s+(?:risk (?:safe|low|medium|high)|no fix)\b", text)) == int(total[1])
    assert "Group by" not in text
    assert "Expand all" not in text
