"""Answers, in a process of its own, what BuildKit's parser makes of texts: the wheel is a Go library."""

from __future__ import annotations

import json
import sys
from typing import Any

import dockerfile


def seen(text: str) -> list[dict[str, Any]] | None:
    # The library dies of text that is no UTF-8.
    try:
        text.encode()
        commands = dockerfile.parse_string(text)
    except (dockerfile.GoParseError, UnicodeEncodeError):
        return None

    return [
        {
            "keyword": (command.cmd or "").upper(),
            "inner": (command.sub_cmd or "").upper(),
            "line": command.start_line,
            "end_line": command.end_line,
            "flags": list(command.flags),
            "logical": (command.original or "").split("\n", 1)[0],
            "value": list(command.value),
            "json": command.json,
            "heredocs": [[heredoc.name, heredoc.content] for heredoc in command.heredocs],
        }
        for command in commands
    ]


for request in sys.stdin:
    sys.stdout.write(json.dumps(seen(json.loads(request))) + "\n")
    sys.stdout.flush()
