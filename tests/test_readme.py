"""What the README shows is what the commands print: each block is run on a copy of the example project.

`pytest tests/test_readme.py --update-golden` writes what is stale.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from fixer.engine import Engine
from fixer.finding import Risk
from fixer.outcome import Choice
from fixer.project import Disk, Project
from fixer.rounds import fix
from fixer.rule import SECTIONS, discover

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


def test_the_rule_shown_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    [code] = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    package = tmp_path / "shown_rules" / "kubernetes"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "host_network.py").write_text(textwrap.dedent(code), encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    [rule] = discover("shown_rules", ["kubernetes"])
    text = "apiVersion: v1\nkind: Pod\nspec:\n  hostNetwork: true # why?\n  containers: []\n"
    (tmp_path / "pod.yaml").write_text(text, encoding="utf-8")
    project = Project(Disk(str(tmp_path)), ["pod.yaml"])

    [outcome] = fix(Engine(project, [rule]), ["pod.yaml"], Choice(risk=Risk.HIGH))

    assert outcome.after is not None
    assert outcome.after.text == text.replace("  hostNetwork: true # why?\n", "")
    assert all(f"## {section}\n" in rule.doc for section in SECTIONS)


def test_links_of_the_readme_lead_somewhere() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README.read_text(encoding="utf-8"))

    assert len(links) > 2
    assert [link for link in links if not (ROOT / link).exists()] == []
