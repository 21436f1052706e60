"""What the README shows is what the commands print: each block is run on a copy of the example project.

`pytest tests/test_readme.py --update-golden` writes what is stale.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
BLOCK = re.compile(r"(<!-- run: fixer (?P<words>.+?) -->\n```\w*\n)(?P<shown>.*?)(```\n<!-- end -->)", re.DOTALL)
BLOCKS = [(match["words"], match["shown"]) for match in BLOCK.finditer(README.read_text(encoding="utf-8"))]


def test_the_readme_shows_a_run() -> None:
    assert BLOCKS


@pytest.mark.parametrize(("words", "shown"), BLOCKS, ids=[words for words, _ in BLOCKS])
def test_the_output_shown_is_real(words: str, shown: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    shop = tmp_path / "shop"
    shutil.copytree(ROOT / "examples" / "shop", shop)
    done = subprocess.run(
        [sys.executable, "-m", "fixer", *shlex.split(words)], cwd=shop, check=False, capture_output=True, text=True
    )
    assert done.returncode in {0, 1}, done.stderr
    if request.config.getoption("--update-golden"):
        text = README.read_text(encoding="utf-8")
        README.write_text(BLOCK.sub(lambda match: renewed(match, words, done.stdout), text), encoding="utf-8")
    else:
        assert shown == done.stdout


def renewed(match: re.Match[str], words: str, output: str) -> str:
    return f"{match[1]}{output}{match[4]}" if match["words"] == words else match[0]


def test_links_of_the_readme_lead_somewhere() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README.read_text(encoding="utf-8"))

    assert len(links) > 2
    assert [link for link in links if not (ROOT / link).exists()] == []
