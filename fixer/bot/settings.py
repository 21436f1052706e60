"""The settings that hold for a repository: its own, its organisation's, and what the bot is told to insist on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from fixer.bot import schedule
from fixer.errors import UserError
from fixer.policy.bot import BotSettings
from fixer.policy.shape import Mistake, mistakes


def settle(layers: Sequence[tuple[str, Mapping[str, Any]]]) -> BotSettings:
    """Return the settings that follow from layers, each with its name for messages; a later one wins, key by key.

    The order is: the organisation's, the repository's own, and what the bot insists on. Raises UserError, with the name
    of the layer, for whatever is wrong in one.
    """
    merged: dict[str, Any] = {}
    for name, layer in layers:
        _check(name, layer)
        merged = _merged(merged, layer)

    settings = msgspec.convert(merged, BotSettings)
    check(settings)
    return settings


def check(settings: BotSettings) -> None:
    """Raise UserError for what the types cannot tell: a time zone that nobody knows."""
    schedule.zone(settings.schedule.time_zone)


def _check(name: str, layer: Mapping[str, Any]) -> None:
    for mistake in mistakes(dict(layer), BotSettings):
        where = ".".join(str(part) for part in ("bot", *mistake.at) if isinstance(part, str))
        raise UserError(f"{name}: {_said(mistake, where)}")


def _said(mistake: Mistake, where: str) -> str:
    return mistake.message if mistake.key else f"{where}: {mistake.message}"


def _merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(under)
    for key, value in over.items():
        below = result.get(key)
        result[key] = _merged(below, value) if isinstance(value, dict) and isinstance(below, dict) else value

    return result
