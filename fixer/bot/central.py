"""The bot's own configuration: what holds below the files of repositories, and what it insists on above them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fixer.errors import UserError, clause

_KEYS = ("bot", "force")
_LARGEST = 1_000_000


def read(path: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the blocks `bot` (defaults for repositories) and `force` (which win). Raises UserError."""
    from fixer.formats.format import FormatError
    from fixer.formats.yaml import Habits, Profile, parse
    from fixer.text import Source, TextError
    from fixer.text import read as decoded

    try:
        with open(path, "rb") as file:
            text = decoded(file.read(_LARGEST)).text

        file_ = parse(Source(text), path, Habits(Profile.COMPOSE, lambda _: (), indented_lists=True))
    except OSError as error:
        raise UserError(f"{path}: {clause(error)}") from None
    except TextError as error:
        raise UserError(f"{path}: {error}") from None
    except FormatError as error:
        raise UserError(f"{path}:{error.line or 1}: {error.reason}") from None

    data = file_.documents[0].data if file_.documents else {}
    if not isinstance(data, dict) or any(key not in _KEYS for key in data):
        raise UserError(f"{path}: the keys `bot` and `force` are wanted, and no others")

    return _block(path, data, "bot"), _block(path, data, "force")


def _block(path: str, data: Mapping[str, Any], key: str) -> dict[str, Any]:
    found = data.get(key) or {}
    if not isinstance(found, dict):
        raise UserError(f"{path}: {key}: a mapping is wanted")

    return found
