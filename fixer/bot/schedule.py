"""When the bot may push and open pull requests."""

from __future__ import annotations

import datetime as dt

from fixer.errors import UserError
from fixer.policy.bot import BotSchedule

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def open_now(schedule: BotSchedule, now: dt.datetime) -> bool:
    """Whether an aware time lies in the window. Raises UserError for a time zone that is not known."""
    if schedule == BotSchedule(time_zone=schedule.time_zone):
        return True

    local = now.astimezone(zone(schedule.time_zone))
    today = _DAYS[local.weekday()]
    yesterday = _DAYS[(local.weekday() - 1) % 7]
    minute = local.hour * 60 + local.minute
    after, before = _minutes(schedule.after), _minutes(schedule.before)
    days = schedule.days or _DAYS
    if after < before:
        return today in days and after <= minute < before

    return (today in days and minute >= after) or (yesterday in days and minute < before)


def said(schedule: BotSchedule) -> str:
    """Return the window as a clause: the same at any time, so that it can stand in a body."""
    days = ", ".join(schedule.days) or "every day"
    return f"{days} from {schedule.after} until {schedule.before}, {schedule.time_zone}"


def zone(name: str) -> dt.tzinfo:
    """Return a time zone by its name. Raises UserError when there is none of that name."""
    import zoneinfo

    if name == "UTC":
        return dt.UTC

    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise UserError(f"bot.schedule.time_zone: no time zone is called {name!r}") from None


def _minutes(clock: str) -> int:
    hours, _, minutes = clock.partition(":")
    return int(hours) * 60 + int(minutes)
