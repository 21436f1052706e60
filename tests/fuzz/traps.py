"""Targets with a bug each, to see that the hunt finds it. Those of them that wait do so only for the word `poison`."""

from __future__ import annotations

import os

from fuzz.inputs import Files


def poisoned(files: Files, broken: str) -> bool:
    return b"poison" in files[broken]


def raises(files: Files, broken: str) -> None:
    if poisoned(files, broken):
        raise KeyError(broken)


def hangs(files: Files, broken: str) -> None:
    while poisoned(files, broken):
        try:
            sum(range(1000))
        except Exception:  # noqa: BLE001 - not even this may swallow the alarm
            continue


def swallows(files: Files, broken: str) -> None:
    if poisoned(files, broken):
        assert len(b"x" * 700_000_000) > 0


def dies(files: Files, broken: str) -> None:
    if poisoned(files, broken):
        os._exit(3)


TRAPS = {"raises": raises, "hangs": hangs, "swallows": swallows, "dies": dies}
