from __future__ import annotations

import stat
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fixer.registry import cache as module
from fixer.registry.cache import Cache, Kept

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
SAME_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "registry.jsonl"


def cache(path: Path, hours: float = 1.0) -> Cache:
    return Cache(hours, str(path))


def kept(key: str, value: str = "x", age: float = 0.0) -> Kept:
    return Kept(key, time.time() - age, value, "2026-11-21", "type", ("linux/amd64",))


def saved(path: Path, *entries: Kept) -> None:
    writer = cache(path)
    for entry in entries:
        writer.put(entry)

    writer.save()


def test_what_is_saved_is_found(path: Path) -> None:
    entry = kept("a")
    saved(path, entry)
    assert cache(path).get("a") == entry
    assert cache(path).get("b") is None


def test_what_was_just_put_is_found(path: Path) -> None:
    known = cache(path)
    assert known.get("a") is None
    known.put(kept("a", "1"))
    assert known.get("a") == known.get("a", forever=True)


def test_the_last_one_counts_across_runs(path: Path) -> None:
    first, second = cache(path), cache(path)
    first.put(kept("a", "1"))
    second.put(kept("b", "2"))
    first.save()
    second.save()
    saved(path, kept("a", "3"))
    found = cache(path)
    assert [getattr(found.get(key), "value", None) for key in "ab"] == ["3", "2"]


def test_nobody_else_can_read_it(path: Path) -> None:
    saved(path, kept("a"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_file_that_others_could_read_is_closed_to_them(path: Path) -> None:
    path.parent.mkdir()
    path.touch(0o644)
    path.chmod(0o644)
    saved(path, kept("a"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_age(path: Path) -> None:
    saved(path, kept("old", age=7200), kept("new", age=60), kept("tomorrow", age=-86400))
    known = cache(path, hours=1)
    assert known.get("old") is None
    assert known.get("old", forever=True)
    assert known.get("new")
    assert known.get("tomorrow") is None


def test_no_hours_read_nothing_but_write(path: Path) -> None:
    saved(path, kept("a"))
    unread = cache(path, hours=0)
    assert unread.get("a", forever=True) is None
    unread.put(kept("b"))
    unread.save()
    assert cache(path).get("b")


def test_what_is_a_month_old_is_forgotten(path: Path) -> None:
    saved(path, kept("a", age=40 * 86400))
    assert cache(path).get("a", forever=True) is None


def test_a_file_full_of_old_lines_is_written_anew(path: Path) -> None:
    saved(path, *(kept("a", str(number)) for number in range(1500)), kept("b"))
    assert len(path.read_bytes().splitlines()) > 1500
    assert cache(path).get("b")
    assert len(path.read_bytes().splitlines()) == 2
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert cache(path).get("a") == cache(path).get("a")
    assert sorted(one.name for one in path.parent.iterdir()) == ["registry.jsonl"]


def test_a_file_that_has_grown_beyond_measure_is_begun_anew(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_BYTES", 100)
    saved(path, *(kept(str(number)) for number in range(100)))
    assert cache(path).get("1") is None
    assert path.read_bytes() == b""


@SAME_FOLDER
@given(before=st.binary(max_size=200), after=st.binary(max_size=200))
def test_damage_around_an_entry_does_not_touch_it(tmp_path: Path, before: bytes, after: bytes) -> None:
    path = tmp_path / "registry.jsonl"
    path.write_bytes(before)
    saved(path, kept("a"))
    with path.open("ab") as file:
        file.write(after)

    found = cache(path).get("a")
    assert found
    assert found.value == "x"


@SAME_FOLDER
@given(entries=st.dictionaries(TEXT, TEXT, max_size=6), data=st.data())
def test_a_file_cut_off_anywhere_gives_only_what_was_put(
    tmp_path: Path, entries: dict[str, str], data: st.DataObject
) -> None:
    path = tmp_path / "registry.jsonl"
    path.unlink(missing_ok=True)
    saved(path, *(kept(key, value) for key, value in entries.items()))
    whole = path.read_bytes() if entries else b""
    path.write_bytes(whole[: data.draw(st.integers(0, len(whole)))])
    known = cache(path)
    for key, value in entries.items():
        found = known.get(key)
        assert found is None or found.value == value


def test_a_disk_that_refuses_is_no_trouble(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    saved(blocked / "registry.jsonl", kept("a"))
    assert cache(blocked / "registry.jsonl").get("a") is None


def test_a_folder_in_its_place_is_no_trouble(path: Path) -> None:
    path.mkdir(parents=True)
    saved(path, kept("a"))
    assert cache(path).get("a") is None


def test_a_link_is_not_written_through(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("precious")
    path.parent.mkdir()
    path.symlink_to(other)
    saved(path, kept("a"))
    assert other.read_text() == "precious"


def test_a_file_that_cannot_be_replaced_stays(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    saved(path, *(kept("a", str(number)) for number in range(1500)))

    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(module.os, "replace", refuse)
    assert cache(path).get("a")
    assert [one.name for one in path.parent.iterdir()] == ["registry.jsonl"]


def test_a_file_that_cannot_be_read_is_no_trouble(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    saved(path, kept("a"))

    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(module.os.path, "getsize", refuse)
    assert cache(path).get("a") is None


def test_it_lies_below_the_cache_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    first = Cache(1)
    first.put(kept("a"))
    first.save()
    assert (tmp_path / "xdg" / "fixer" / "registry.jsonl").is_file()

    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    second = Cache(1)
    second.put(kept("a"))
    second.save()
    assert (tmp_path / "home" / ".cache" / "fixer" / "registry.jsonl").is_file()
