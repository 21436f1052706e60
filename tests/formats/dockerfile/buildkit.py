"""The instructions of a text as BuildKit's own parser tells them, and ours in the same words."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from fixer.formats.dockerfile import DockerfileText, Instruction

Seen = list[dict[str, Any]]
ARGUMENTS_AS_LIST = {"RUN", "CMD", "ENTRYPOINT", "SHELL", "COPY", "ADD", "VOLUME"}


class BuildKit:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def read(self, text: str) -> Seen | None:
        """Return the instructions; None when BuildKit rejects the text."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(text) + "\n")
        self._process.stdin.flush()
        answer: Seen | None = json.loads(self._process.stdout.readline())
        return answer


@contextmanager
def running() -> Iterator[BuildKit]:
    if importlib.util.find_spec("dockerfile") is None:
        pytest.skip("BuildKit's parser (PyPI dockerfile) is not installed")

    worker = Path(__file__).with_name("buildkit_worker.py")
    with subprocess.Popen(
        [sys.executable, str(worker)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield BuildKit(process)
        assert process.stdin
        process.stdin.close()


def ours(file: DockerfileText) -> Seen:
    return [_seen(instruction) for instruction in file.instructions]


def common(seen: Seen) -> Seen:
    """What both sides tell: the wheel tells no flags and heredocs of what ONBUILD holds, ours values of exec forms."""
    hidden = {"value", "flags", "heredocs"}
    return [
        {key: value for key, value in one.items() if key not in (hidden if one["inner"] else {"value"})}
        | ({"argv": one["value"]} if one["json"] and one["keyword"] in ARGUMENTS_AS_LIST else {})
        for one in seen
    ]


def _seen(instruction: Instruction) -> dict[str, Any]:
    return {
        "keyword": instruction.keyword,
        "inner": instruction.inner,
        "line": instruction.line,
        "end_line": instruction.end_line,
        "flags": [flag.text for flag in instruction.flags],
        "logical": instruction.logical,
        "value": list(instruction.argv or ()),
        "json": instruction.argv is not None,
        "heredocs": [[heredoc.name, heredoc.body] for heredoc in instruction.heredocs],
    }
