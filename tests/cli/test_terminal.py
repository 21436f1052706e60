"""What only a terminal gets: colours and a progress bar; and what a shell asks for."""

# ruff: noqa: ANN001 - the types of fixtures are where these are defined

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

FILE = "services:\n  web:\n    image: example/web:1.2\n"


def on_terminal(*words: str, slow: bool = False, **env: str) -> str:
    """Run `fixer` on a terminal and return what it shows."""
    master, slave = pty.openpty()
    code = "from fixer.cli.main import main; main()"
    if slow:
        code = f"from fixer.cli import progress; progress.DELAY = 0.0; {code}"

    environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    process = subprocess.Popen(
        [sys.executable, "-c", code, *words], stdout=slave, stderr=slave, env={**environment, "TERM": "xterm", **env}
    )
    os.close(slave)
    shown = b""
    while True:
        try:
            part = os.read(master, 65536)
        except OSError:
            break

        if not part:
            break

        shown += part

    os.close(master)
    process.wait()
    return shown.decode()


@pytest.fixture
def compose(project: Path) -> Path:
    (project / "compose.yaml").write_text(FILE)
    return project


@pytest.mark.usefixtures("compose")
def test_colours_on_a_terminal() -> None:
    assert "\x1b[1mcompose.yaml:2:3\x1b[0m  \x1b[31mdeny\x1b[0m  " in on_terminal("check")


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
@pytest.mark.usefixtures("compose")
def test_no_colours_where_they_are_not_wanted(env) -> None:
    shown = on_terminal("check", **env)
    assert "compose.yaml:2:3  deny  " in shown
    assert "\x1b" not in shown


@pytest.mark.usefixtures("compose")
def test_no_colours_elsewhere(process) -> None:
    done = process("check", env={"TERM": "xterm"})
    assert done.out
    assert "\x1b" not in done.out


@pytest.mark.usefixtures("compose")
def test_a_short_run_shows_no_bar() -> None:
    assert "files" not in on_terminal("check", "--select", "privileged-container", NO_COLOR="1").replace("1 file ", "")


def test_a_long_run_shows_a_bar_that_goes_away(compose) -> None:
    for number in range(100):
        (compose / f"{number}.compose.yaml").write_text(FILE)

    shown = on_terminal("check", "--jobs", "1", slow=True)
    assert "\r[=============================" in shown
    assert "] 101/101 files" in shown
    assert "\r\x1b[K" in shown[shown.index("101/101 files") :]


def test_a_shell_gets_its_completion_script(process) -> None:
    done = process(env={"_FIXER_COMPLETE": "bash_source"})
    assert "complete -o nosort -F _fixer_completion fixer" in done.out
    assert done.code == 0


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("fixer che", {"check"}),
        ("fixer check --sel", {"--select"}),
        ("fixer check --select compose/privilege-", {"compose/privilege-escalation"}),
        ("fixer fix --ignore missing-log", {"missing-logging"}),
        ("fixer check --select root-user,DC-005", {"root-user,DC-005"}),
        ("fixer explain dc-00", {"DC-001", "DC-002", "DC-003", "DC-004", "DC-005", "DC-006", "DC-008"}),
        ("fixer fix --risk m", {"medium"}),
    ],
)
def test_names_are_completed(words, wanted, process) -> None:
    count = str(len(words.split()) - 1)
    done = process(env={"_FIXER_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": count})
    assert {line.partition(",")[2] for line in done.out.splitlines()} == wanted
