"""What goes wrong while a run is under way: nothing is lost, and one line says what happened."""

# ruff: noqa: ANN001 - the types of fixtures are where these are defined

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT

from fixer.cli import catalogue
from fixer.kinds import compose

FILE = "services:\n  web:\n    image: example/web:1.2 # the web\n"
GOOD = 'if service.get("init") is None:\n        yield at.finding("init is not set", fix)'
Fixer = Callable[..., object]


def write(project: Path, *names: str) -> None:
    for name in names:
        (project / name).parent.mkdir(exist_ok=True, parents=True)
        (project / name).write_text(FILE)


# ---- the files change


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (
            'with open("b/compose.yaml", "a") as file:\n            file.write("# me too")',
            "it was changed since it was read",
        ),
        (
            'os.path.exists("b/compose.yaml") and os.unlink("b/compose.yaml")',
            "it cannot be read any more: it does not exist",
        ),
        ('os.replace("c", "b/compose.yaml") if os.path.exists("c") else 0', "it was changed since it was read"),
    ],
    ids=["changed", "removed", "replaced"],
)
def test_a_file_that_another_program_touches_meanwhile(act, reason, project, fixer, rules) -> None:
    write(project, "a/compose.yaml", "b/compose.yaml")
    write(project, "c")
    rules(
        good="    " + GOOD,
        touches=f"    import os\n    if service.file.path.startswith('b'):\n        {act}\n    return\n    yield",
    )

    done = fixer("fix", ".")

    assert done.about("b/compose.yaml") == [f"b/compose.yaml  (not written: {reason})"], done
    assert "the file was not written" in done.about("refused")[0]
    assert "1 finding fixed, 1 file written" in done.out
    assert done.code == 2
    assert "init: true" in (project / "a/compose.yaml").read_text()
    left = project / "b/compose.yaml"
    assert not left.exists() or "init" not in left.read_text()


# ---- rules go wrong


def test_a_rule_that_raises_is_named_once_and_the_rest_is_finished(project, fixer, rules) -> None:
    write(project, "a/compose.yaml", "b/compose.yaml")
    (project / "b/compose.yaml").write_text(FILE + FILE.partition("\n")[2].replace("web:", "db:", 1))
    rules(
        good="    " + GOOD,
        raises='    if service.file.path.startswith("b"):\n        raise ValueError("no\\nluck")\n    yield from ()',
    )

    for command in ("check", "fix"):
        done = fixer(command, ".")

        [line] = done.about("crashed")
        assert line == (
            "b/compose.yaml  crashed  rule compose/raises: ValueError: no\\x0aluck (raises.py:24); "
            "this is a bug of ours, the rest is finished"
        )
        assert done.code == 3

    assert (project / "a/compose.yaml").read_text().count("init: true") == 1
    assert (project / "b/compose.yaml").read_text().count("init: true") == 2


BREAKS = """    yield at.finding("is there", Fix("Break it", Risk.SAFE, (Remove(service.file.path, 0, ("services",)),)))
"""
RESTART = """    if service.get("restart") is None:
        yield at.finding("no restart", Fix("Set restart", Risk.SAFE, (service.at("restart").put("always"),)))
"""
USELESS = """    yield at.finding("is never content", fix)
"""


@pytest.mark.parametrize(
    ("body", "reason"), [(BREAKS, "no longer a file of its kind"), (USELESS, "still there")], ids=["breaks", "useless"]
)
def test_a_rule_whose_edit_fails_its_proof(body, reason, project, fixer, rules) -> None:
    write(project, "compose.yaml")
    rules(
        bad=body,
        good=RESTART,
    )

    done = fixer("fix", ".")

    [line] = done.about("failed  ")
    assert "  bad  " in line
    assert reason in line
    assert line.endswith("this is a bug of the rule]")
    assert done.code == 3
    assert (project / "compose.yaml").read_text() == FILE + "    restart: always\n"


def test_a_bug_outside_of_rules_has_its_own_exit_code(project, fixer, rules) -> None:
    write(project, "compose.yaml")
    rules(bad='    yield from ()\n\nraise LookupError("no")')

    done = fixer("check", ".")

    assert done.code == 3
    assert done.err.splitlines()[-1] == "fixer: this is a bug of ours, please report the lines above: LookupError: no"


@pytest.mark.parametrize("command", ["check", "fix"])
@pytest.mark.parametrize("where", ["recognise", "parse"])
def test_a_bug_in_reading_one_file_does_not_stop_the_others(where, command, project, fixer, rules, monkeypatch) -> None:  # noqa: PLR0913
    write(project, "a/compose.yaml", "b/compose.yaml", "c/compose.yaml")
    rules(good="    " + GOOD)
    real = getattr(compose, where)

    def fails(*words: object) -> object:
        if "b/compose.yaml" in words:
            raise LookupError("no luck")

        return real(*words)

    monkeypatch.setattr(compose, where, fails)

    done = fixer(command, ".")

    [line] = done.about("b/compose.yaml")
    assert line.startswith("b/compose.yaml  crashed  the reader: LookupError: no luck (test_trouble.py:")
    assert done.about("a/compose.yaml")
    assert done.about("c/compose.yaml")
    assert done.code == 3


# ---- the system goes wrong


def test_a_full_disk(project, process) -> None:
    write(project, "compose.yaml")

    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (80, 80))

    done = process("fix", ".", env={"PYTHONDONTWRITEBYTECODE": "1"}, preexec_fn=full)

    assert done.about("compose.yaml") == [
        "compose.yaml  (not written: it cannot be written: no space is left: the file size limit is reached)"
    ]
    assert done.code == 2
    assert not done.err
    assert (project / "compose.yaml").read_text() == FILE
    assert sorted(os.listdir(project)) == [".git", "compose.yaml"]


def test_a_reader_who_has_seen_enough(project) -> None:
    write(project, *(f"{number}/compose.yaml" for number in range(200)))
    fixer = subprocess.Popen(
        [sys.executable, "-m", "fixer", "check", "."], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert fixer.stdout is not None
    assert fixer.stderr is not None
    fixer.stdout.read(1)
    fixer.stdout.close()

    assert fixer.stderr.read() == b""
    fixer.stderr.close()
    assert fixer.wait() == 1


# ---- interrupts


def started(project: Path, package: str, *words: str) -> subprocess.Popen[bytes]:
    code = f"import fixer.cli.catalogue as c; c.PACKAGE = {package!r}; from fixer.cli.main import main; main()"
    path = os.pathsep.join([str(ROOT), *sys.path])
    return subprocess.Popen(
        [sys.executable, "-c", code, *words],
        cwd=project,
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.001)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_interrupt_while_rules_run(jobs, project, rules) -> None:
    write(project, *(f"{number}/compose.yaml" for number in range(100)))
    package = rules(
        good="    " + GOOD,
        slow="    import time\n    open('started', 'a').close()\n    time.sleep(0.2)\n    yield from ()",
    )
    run = started(project, package, "fix", ".", "--jobs", jobs)
    wait_for((project / "started").exists)
    start = time.monotonic()

    os.killpg(run.pid, signal.SIGINT)
    out, err = run.communicate()

    assert run.returncode == 130
    assert err.lstrip() == b"fixer: interrupted; each file is as it was or wholly fixed\n"
    assert out == b""
    assert time.monotonic() - start < 5
    assert all(path.read_text() == FILE for path in project.rglob("compose.yaml"))


def test_an_interrupt_while_files_are_written(project, rules) -> None:
    write(project, *(f"{number}/compose.yaml" for number in range(400)))
    package = rules(good="    " + GOOD)
    run = started(project, package, "fix", ".", "--jobs", "1")
    first = project / "0" / "compose.yaml"
    wait_for(lambda: first.read_text() != FILE or run.poll() is not None)

    run.send_signal(signal.SIGINT)
    _, err = run.communicate()

    assert run.returncode == 130, "the run was over too early"
    assert err.lstrip() == b"fixer: interrupted; each file is as it was or wholly fixed\n"
    assert {path.read_text() for path in project.rglob("compose.yaml")} == {FILE, FILE + "    init: true\n"}
    assert {name for _, _, names in os.walk(project) for name in names} == {"compose.yaml"}


def test_a_worker_that_is_killed(project, rules) -> None:
    write(project, *(f"{number}/compose.yaml" for number in range(40)))
    package = rules(
        good="    " + GOOD, dies="    import os, signal\n    os.kill(os.getpid(), signal.SIGKILL)\n    yield from ()"
    )
    run = started(project, package, "fix", ".", "--jobs", "2")

    out, err = run.communicate(timeout=30)

    assert run.returncode == 2
    assert out == b""
    assert err == (
        b"fixer: a worker process was ended from outside (out of memory?) and nothing is written; "
        b"--jobs 1 needs the least memory\n"
    )
    assert all(path.read_text() == FILE for path in project.rglob("compose.yaml"))


def test_other_rules_are_put_back() -> None:
    assert catalogue.PACKAGE == "transforms"
