"""Makes docs/fixer-report.schema.json of the table in docs/json.md and of the words in the code.

To write it anew: `PYTHONPATH=tests:. python -m report.json_schema`.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, get_args

from fixer.finding import Environment, Level, Risk, Severity
from fixer.report.json import VERSION
from fixer.report.rows import Status

DOCS = Path(__file__).parents[2] / "docs"
PAGE, SCHEMA = DOCS / "json.md", DOCS / "fixer-report.schema.json"
TYPES = {"number": "integer", "list": "array", "list of strings": "array"}

RISKS = [risk.name.lower() for risk in Risk]
LEVELS = [level.name.lower() for level in Level if level is not Level.OFF]
STATUSES = list(get_args(Status))
WORDS = {
    "options.risk": RISKS,
    "options.level": LEVELS,
    "files[].findings[].level": LEVELS,
    "files[].findings[].severity": [severity.name.lower() for severity in Severity],
    "files[].findings[].environment": [environment.value for environment in Environment],
    "files[].findings[].status": STATUSES,
    "files[].findings[].fix.risk": RISKS,
}
COUNTS = {
    "summary.by_status": STATUSES,
    "summary.by_level": LEVELS,
    "summary.by_risk": RISKS,
    "summary.by_option": None,
}


def schema() -> dict[str, Any]:
    """Return the schema; fields that it does not name are allowed, as the page promises to readers."""
    root: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Report of fixer, version {VERSION}",
        "description": "What --format json prints and --report json:PATH writes; docs/json.md is the same in words.",
        "type": "object",
        "required": [],
        "properties": {},
    }
    for match in re.finditer(r"^\| `([a-z_.\[\]]+)` \| ([a-z ]+?) \| (.*) \|$", PAGE.read_text("utf-8"), re.MULTILINE):
        _at(root, match[1]).update(_field(match[1], match[2].split(" or "), match[3]))

    root["properties"]["version"]["const"] = VERSION
    return root


def text() -> str:
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _field(path: str, types: list[str], meaning: str) -> dict[str, Any]:
    names = [TYPES.get(name, name) for name in types]
    field: dict[str, Any] = {"description": meaning.replace("`", ""), "type": names[0] if len(names) == 1 else names}
    if path in WORDS:
        field["enum"] = WORDS[path]

    if "list of strings" in types:
        field["items"] = {"type": "string"}

    if "integer" in names:
        field["minimum"] = 1 if path.endswith(("line", "column", "version")) else 0

    if path in COUNTS:
        field["additionalProperties"] = {"type": "integer", "minimum": 1}
        field |= {"propertyNames": {"enum": words}} if (words := COUNTS[path]) else {}

    return field


def _at(schema: dict[str, Any], path: str) -> dict[str, Any]:
    """The place of a field in the schema, made where it is missing."""
    for part in re.findall(r"[a-z_]+|\[\]", path):
        if part == "[]":
            schema = schema.setdefault("items", {"type": "object"})
            continue

        required, fields = schema.setdefault("required", []), schema.setdefault("properties", {})
        required += [] if part in required else [part]
        schema = fields.setdefault(part, {"type": "object"})

    return schema


if __name__ == "__main__":
    SCHEMA.write_text(text(), encoding="utf-8")
