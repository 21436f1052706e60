"""Files below the root, as they are on disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from fixer.project import Disk
from fixer.text import Source, TextError


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "secret").write_text("secret")
    (root / "link").symlink_to(tmp_path / "secret")
    (root / "folder").symlink_to(tmp_path)
    (root / "a").write_text("a: 1\n")
    return Disk(str(root))


@pytest.mark.parametrize("path", ["link", "folder/secret", "../secret", "nothing"])
def test_nothing_outside_of_the_root_is_there(path: str, disk: Disk) -> None:
    assert not disk.exists(path)
    assert disk.head(path) is None
    assert disk.text(path) is None
    with pytest.raises(TextError):
        disk.source(path)


def test_names_in_a_folder(disk: Disk) -> None:
    assert disk.names("") == ["a", "folder", "link"]
    assert disk.names("folder") == []
    assert disk.names("a") == []


def test_given_texts_stand_for_files(disk: Disk) -> None:
    disk.given["a"] = Source("b: 2\n")
    assert disk.source("a").text == "b: 2\n"
    assert disk.stamps == {}


def test_dockerfiles_may_hold_any_bytes(disk: Disk) -> None:
    for name in ("Dockerfile", "compose.yaml"):
        (Path(disk.root) / name).write_bytes(b"# caf\xe9\n")

    assert disk.source("Dockerfile").encoded() == b"# caf\xe9\n"
    with pytest.raises(TextError, match="UTF-8"):
        disk.source("compose.yaml")


def test_writing_twice(disk: Disk) -> None:
    disk.source("a")
    assert disk.write("a", b"b") is None
    assert disk.write("a", b"c") is None
    assert (Path(disk.root) / "a").read_bytes() == b"c"
    assert disk.stale("a") is None
    (Path(disk.root) / "a").write_bytes(b"d")
    assert disk.stale("a") == "it was changed since it was read"
    assert disk.write("a", b"e") == "it was changed since it was read"


def test_removing_a_new_file(disk: Disk) -> None:
    assert disk.write("new/file", b"x") is None
    assert disk.remove("new/file") is None
    assert not disk.exists("new/file")
    assert disk.write("new/file", b"x") is None
    (Path(disk.root) / "new/file").write_bytes(b"mine now")
    assert disk.remove("new/file") == "it was changed since it was read"
    assert disk.exists("new/file")
