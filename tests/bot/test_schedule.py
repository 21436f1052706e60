"""When the bot may push."""

from __future__ import annotations

import datetime as dt

import pytest

from fixer.bot.schedule import open_now, said
from fixer.errors import UserError
from fixer.policy.bot import BotSchedule

NIGHT = BotSchedule("Europe/Berlin", ("mon", "fri"), "22:00", "06:00")


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("schedule", "now", "expected"),
    [
        (BotSchedule(), "2026-11-21 03:00", True),
        (BotSchedule("Europe/Berlin"), "2026-11-21 23:59", True),
        (BotSchedule(days=("sat",)), "2026-11-21 00:00", True),
        (BotSchedule(days=("sat",)), "2026-11-22 00:00", False),
        # Half past eleven on Friday in Greenwich is Saturday in Berlin.
        (BotSchedule("Europe/Berlin", ("sat",)), "2026-11-20 23:30", True),
        (BotSchedule(after="09:00", before="17:00"), "2026-11-20 08:59", False),
        (BotSchedule(after="09:00", before="17:00"), "2026-11-20 09:00", True),
        (BotSchedule(after="09:00", before="17:00"), "2026-11-20 16:59", True),
        (BotSchedule(after="09:00", before="17:00"), "2026-11-20 17:00", False),
        # In summer Berlin is two hours ahead, in winter one.
        (BotSchedule("Europe/Berlin", (), "09:00", "10:00"), "2026-07-01 07:30", True),
        (BotSchedule("Europe/Berlin", (), "09:00", "10:00"), "2026-12-01 07:30", False),
        (BotSchedule("Europe/Berlin", (), "09:00", "10:00"), "2026-12-01 08:30", True),
        # Over midnight: the night belongs to the day that it starts on.
        (NIGHT, "2026-11-20 21:00", True),
        (NIGHT, "2026-11-20 20:59", False),
        (NIGHT, "2026-11-21 04:59", True),
        (NIGHT, "2026-11-21 05:00", False),
        (NIGHT, "2026-11-21 22:00", False),
        (NIGHT, "2026-11-23 04:00", False),
        (NIGHT, "2026-11-24 04:00", True),
    ],
)
def test_windows(schedule: BotSchedule, now: str, *, expected: bool) -> None:
    assert open_now(schedule, at(now)) is expected


@pytest.mark.parametrize("zone", ["Europe/Berlyn", "Mars/Base", "../etc/passwd", "Europe"])
def test_an_unknown_time_zone_is_a_mistake(zone: str) -> None:
    with pytest.raises(UserError, match=r"bot\.schedule\.time_zone"):
        open_now(BotSchedule(zone, ("mon",)), at("2026-11-21 12:00"))


def test_in_words() -> None:
    assert said(NIGHT) == "mon, fri from 22:00 until 06:00, Europe/Berlin"
    assert said(BotSchedule(after="22:00")) == "every day from 22:00 until 24:00, UTC"
