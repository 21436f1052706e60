"""The command line, run in this process or in one of its own."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from fixer.cli import catalogue
from fixer.cli.main import main

NOBODY = 65534
COMPOSE = "services:\n  web:\n    image: example/web:1.2 # the web\n    restart: always\n"


class Done(msgspec.Struct, frozen=True):
    """What came of a run."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return [*self.out.splitlines(), *self.err.splitlines()]

    def about(self, words: str) -> list[str]:
        """The lines that hold some words."""
        return [line for line in self.lines if words in line]


Fixer = Callable[..., Done]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the current one and the root of the runs."""
    folder = tmp_path / "project"
    (folder / ".git").mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def fixer(capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Fixer:
    """`fixer`, in this process."""

    def run(*words: object, stdin: bytes = b"") -> Done:
        monkeypatch.setattr(sys, "argv", ["fixer", *map(str, words)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capsysbinary.readouterr()
        with pytest.raises(SystemExit) as end:
            main()

        captured = capsysbinary.readouterr()
        code = end.value.code
        assert isinstance(code, int)
        return Done(code, captured.out.decode("utf-8", "replace"), captured.err.decode("utf-8", "replace"))

    return run


@pytest.fixture
def ordinary(monkeypatch: pytest.MonkeyPatch, fixer: Fixer) -> Iterator[Path]:
    """The same for an ordinary user, who is at work: root, whom no permission stops, steps down for the test."""
    folder = Path(tempfile.mkdtemp(prefix="fixer-test-"))
    (folder / ".git").mkdir()
    (folder / "Dockerfile").write_bytes(b'FROM example/web:1.2\nCMD ["web"]\n')
    (folder / "pod.yaml").write_bytes(b"apiVersion: v1\nkind: Pod\n")
    (folder / "compose.yaml").write_text(COMPOSE)
    monkeypatch.chdir(folder)
    # What is imported late may be out of reach later.
    fixer("fix", ".", "--risk", "high")
    for place in ("Dockerfile", "pod.yaml", "compose.yaml"):
        (folder / place).unlink()

    stepped = os.geteuid() == 0
    if stepped:
        os.chown(folder, NOBODY, NOBODY)
        os.setegid(NOBODY)
        os.seteuid(NOBODY)

    try:
        yield folder
    finally:
        if stepped:
            os.seteuid(0)
            os.setegid(0)

        shutil.rmtree(folder)


RULE = '''"""What is wrong.

## Why
## Fix
## Risk
## References
"""

from __future__ import annotations

from collections.abc import Iterator

from fixer.finding import Finding, Fix, Level, Risk, Severity
from fixer.formats.yaml import Put, Remove
from fixer.kinds.compose import Service
from fixer.rule import rule


@rule(Severity.LOW, levels=(Level.DENY, Level.DENY, Level.DENY), aliases=("ODD-{number}",))
def check(service: Service) -> Iterator[Finding]:
    at = service.at("init")
    fix = Fix("Set init", Risk.SAFE, (at.put(True),))
{body}
'''
GOOD = """    if service.get("init") is None:
        yield at.finding("init is not set", fix)
"""
Rules = Callable[..., str]


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rules:
    """Put rules of a test, by name with their bodies, in the place of the rules there are; return the package."""
    package = f"odd_rules_{uuid.uuid4().hex}"
    folder = tmp_path / "rules" / package / "compose"

    def made(**bodies: str) -> str:
        folder.mkdir(parents=True)
        for number, (name, body) in enumerate(bodies.items()):
            (folder / f"{name}.py").write_text(RULE.format(number=number, body=body))

        (folder / "__init__.py").touch()
        (folder.parent / "__init__.py").touch()
        monkeypatch.syspath_prepend(folder.parent.parent)
        monkeypatch.setattr(catalogue, "PACKAGE", package)
        return package

    return made


@pytest.fixture
def process() -> Fixer:
    """`fixer`, in a process of its own."""

    def run(*words: object, stdin: bytes = b"", env: dict[str, str] | None = None, **options: object) -> Done:
        done = subprocess.run(
            [sys.executable, "-m", "fixer", *map(str, words)],
            input=stdin,
            check=False,
            capture_output=True,
            env={**os.environ, **(env or {})},
            **options,  # type: ignore[call-overload]
        )
        return Done(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))

    return run
