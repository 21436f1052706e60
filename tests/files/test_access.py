"""Guarded reading and the stamp."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from fixer.files import SIZE_LIMIT, FileProblem, Stamp, check_unchanged, read_bytes
from fixer.files.access import locate


def problem_of(root: Path, path: str) -> str:
    with pytest.raises(FileProblem) as caught:
        read_bytes(str(root), path)

    return caught.value.reason


def stamp_of(root: Path, path: str) -> Stamp:
    return read_bytes(str(root), path)[1]


def test_bytes_come_as_they_are(tmp_path: Path) -> None:
    content = b"\xef\xbb\xbfFROM a\r\n\x80\xff\n"
    (tmp_path / "Dockerfile").write_bytes(content)

    data, stamp = read_bytes(str(tmp_path), "Dockerfile")

    assert data == content
    assert stamp.size == len(content)


def test_a_file_at_the_limit_is_read_and_a_larger_one_is_not(tmp_path: Path) -> None:
    (tmp_path / "at.yaml").write_bytes(b"#" * SIZE_LIMIT)
    (tmp_path / "over.yaml").write_bytes(b"#" * (SIZE_LIMIT + 1))

    assert len(read_bytes(str(tmp_path), "at.yaml")[0]) == SIZE_LIMIT
    assert problem_of(tmp_path, "over.yaml") == "the file is larger than 5 MB"


def test_a_file_of_fifty_megabytes_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "huge.yaml").open("wb") as file:
        file.truncate(50_000_000)

    assert problem_of(tmp_path, "huge.yaml") == "the file is larger than 5 MB"


def test_a_file_that_has_no_size_until_it_is_read_is_limited_too() -> None:
    with pytest.raises(FileProblem, match="larger than"):
        read_bytes("/proc/self", "maps", limit=10)


def test_a_fifo_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "compose.yaml")

    assert problem_of(tmp_path, "compose.yaml") == "it is not a regular file"


def test_a_device_is_not_opened() -> None:
    with pytest.raises(FileProblem, match="not a regular file"):
        read_bytes("/dev", "zero")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").mkdir()

    assert problem_of(tmp_path, "Dockerfile") == "it is a folder"


def test_what_is_missing_is_said_to_be(tmp_path: Path) -> None:
    assert problem_of(tmp_path, "gone.yaml") == "it does not exist"
    assert problem_of(tmp_path, "no/folder.yaml") == "it does not exist"


def test_what_must_not_be_read_is_said_to_be(guarded: Path) -> None:
    secret = guarded / "secret.yaml"
    secret.write_text("a: 1\n")
    secret.chmod(0)

    assert problem_of(guarded, "secret.yaml") == "permission denied"


@pytest.mark.parametrize("path", ["../outside.yaml", "a/../../outside.yaml", "a/../inside.yaml", "a\0b"])
def test_a_path_out_of_the_root_is_refused(tmp_path: Path, path: str) -> None:
    root = tmp_path / "root"
    (root / "a").mkdir(parents=True)
    (root / "inside.yaml").write_text("a: 1\n")
    (tmp_path / "outside.yaml").write_text("a: 1\n")

    assert problem_of(root, path) == "the path leaves the root of the run"


def test_an_absolute_path_is_refused_even_below_the_root(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: 1\n")

    assert problem_of(tmp_path, str(tmp_path / "a.yaml")) == "the path leaves the root of the run"


def test_a_link_out_of_the_root_is_refused_at_every_level(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "root-outside"
    root.mkdir()
    outside.mkdir()
    (outside / "a.yaml").write_text("a: 1\n")
    (root / "file.yaml").symlink_to(outside / "a.yaml")
    (root / "folder").symlink_to(outside)

    for path in ("file.yaml", "folder/a.yaml"):
        assert problem_of(root, path) == "a symbolic link leads out of the root of the run"


def test_a_link_inside_the_root_is_read_through(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.yaml").write_text("a: 1\n")
    (tmp_path / "link").symlink_to("real")

    assert read_bytes(str(tmp_path), "link/a.yaml")[0] == b"a: 1\n"
    assert locate(str(tmp_path), "link/a.yaml") == os.path.realpath(tmp_path / "real" / "a.yaml")


def test_a_loop_of_links_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").symlink_to("b.yaml")
    (tmp_path / "b.yaml").symlink_to("a.yaml")

    assert problem_of(tmp_path, "a.yaml") == "it is a loop of symbolic links"


def test_an_untouched_file_is_unchanged(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: 1\n")

    check_unchanged(str(tmp_path), "a.yaml", stamp_of(tmp_path, "a.yaml"))
    check_unchanged(str(tmp_path), "new.yaml", None)


def test_an_edit_of_the_same_size_and_time_is_a_change(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("a: 1\n")
    stamp = stamp_of(tmp_path, "a.yaml")
    times = file.stat()
    file.write_text("a: 2\n")
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))

    with pytest.raises(FileProblem, match="it was changed since it was read"):
        check_unchanged(str(tmp_path), "a.yaml", stamp)


@pytest.mark.parametrize("change", ["touch", "mode", "replaced"])
def test_each_part_of_the_stamp_tells_a_change(tmp_path: Path, change: str) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("a: 1\n")
    stamp = stamp_of(tmp_path, "a.yaml")
    times = file.stat()
    if change == "touch":
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns + 1_000_000_000))
    elif change == "mode":
        file.chmod(0o755)
    else:
        other = tmp_path / "other"
        other.write_text("a: 1\n")
        os.utime(other, ns=(times.st_atime_ns, times.st_mtime_ns))
        other.replace(file)

    with pytest.raises(FileProblem, match="it was changed since it was read"):
        check_unchanged(str(tmp_path), "a.yaml", stamp)


def test_a_file_that_vanished_is_told_from_one_that_changed(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: 1\n")
    stamp = stamp_of(tmp_path, "a.yaml")
    (tmp_path / "a.yaml").unlink()

    with pytest.raises(FileProblem, match="it cannot be read any more: it does not exist"):
        check_unchanged(str(tmp_path), "a.yaml", stamp)


def test_a_new_file_must_not_be_there_by_now(tmp_path: Path) -> None:
    (tmp_path / ".dockerignore").write_text("")

    with pytest.raises(FileProblem, match="a file of this name exists by now"):
        check_unchanged(str(tmp_path), ".dockerignore", None)
