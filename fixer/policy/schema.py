"""The JSON Schema of `.fixer.yaml`, made from the types that read it."""

from __future__ import annotations

from typing import Any

import msgspec

from fixer.policy import packs
from fixer.policy.settings import KEYS, Settings


def schema_of_settings() -> dict[str, Any]:
    """Return the schema, with a description for each key."""
    made = msgspec.json.schema(Settings)
    definitions: dict[str, Any] = made["$defs"]
    for name, keys in KEYS.items():
        for key, sentence in keys.items():
            definitions[name]["properties"][key]["description"] = sentence

    named = {"type": "string", "enum": list(packs.names())}
    for key in ("packs", "strict"):
        definitions["Settings"]["properties"][key]["items"] = named

    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Configuration of fixer (.fixer.yaml)",
        **made,
    }
