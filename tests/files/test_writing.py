"""Atomic writing: old or new, never half, nothing left behind, nothing overwritten that was not read."""

from __future__ import annotations

import os
import resource
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fixer.files import FileProblem, read_bytes, write_atomic

OLD, NEW = b"FROM a\n", b"FROM b\nUSER 10001\n"


def written(root: Path, path: str = "Dockerfile", data: bytes = NEW) -> None:
    write_atomic(str(root), path, data, read_bytes(str(root), path)[1])


def names(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "Dockerfile").write_bytes(OLD)
    return tmp_path


def test_the_file_has_the_new_bytes_and_nothing_else_is_there(root: Path) -> None:
    written(root)

    assert (root / "Dockerfile").read_bytes() == NEW
    assert names(root) == ["Dockerfile"]


@pytest.mark.parametrize("mode", [0o644, 0o755, 0o600, 0o664, 0o200 | 0o444])
def test_the_mode_is_kept(root: Path, mode: int) -> None:
    (root / "Dockerfile").chmod(mode)
    written(root)

    assert stat.S_IMODE((root / "Dockerfile").stat().st_mode) == mode


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file to another user")
def test_the_owner_is_kept(root: Path) -> None:
    os.chown(root / "Dockerfile", 1234, 4321)
    (root / "Dockerfile").chmod(0o4755)
    written(root)

    state = (root / "Dockerfile").stat()
    assert (state.st_uid, state.st_gid, stat.S_IMODE(state.st_mode)) == (1234, 4321, 0o4755)


def test_the_stamp_returned_is_good_for_the_next_write(root: Path) -> None:
    stamp = write_atomic(str(root), "Dockerfile", NEW, read_bytes(str(root), "Dockerfile")[1])

    assert stamp == read_bytes(str(root), "Dockerfile")[1]
    write_atomic(str(root), "Dockerfile", OLD, stamp)
    assert (root / "Dockerfile").read_bytes() == OLD


def test_a_link_inside_the_root_stays_a_link(root: Path) -> None:
    (root / "link").symlink_to("Dockerfile")
    written(root, "link")

    assert (root / "link").is_symlink()
    assert (root / "Dockerfile").read_bytes() == NEW


def test_nothing_is_written_through_a_link_that_was_turned_out_of_the_root(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    for folder in (root / "app", outside):
        folder.mkdir(parents=True)
        (folder / "Dockerfile").write_bytes(OLD)

    _, stamp = read_bytes(str(root), "app/Dockerfile")
    (root / "app").rename(root / "was")
    (root / "app").symlink_to(outside)

    for given in (stamp, None):
        with pytest.raises(FileProblem, match="leads out of the root"):
            write_atomic(str(root), "app/Dockerfile", NEW, given)

    assert (outside / "Dockerfile").read_bytes() == OLD


@pytest.mark.parametrize("path", ["../Dockerfile", "a/../../Dockerfile", "/tmp/Dockerfile"])
def test_a_path_out_of_the_root_is_refused(root: Path, path: str) -> None:
    inner = root / "inner"
    inner.mkdir()
    with pytest.raises(FileProblem, match="leaves the root"):
        write_atomic(str(inner), path, NEW, None)

    assert (root / "Dockerfile").read_bytes() == OLD


def test_a_file_changed_since_it_was_read_is_left_alone(root: Path) -> None:
    _, stamp = read_bytes(str(root), "Dockerfile")
    (root / "Dockerfile").write_bytes(b"FROM c\n")

    with pytest.raises(FileProblem, match="changed since it was read"):
        write_atomic(str(root), "Dockerfile", NEW, stamp)

    assert (root / "Dockerfile").read_bytes() == b"FROM c\n"
    assert names(root) == ["Dockerfile"]


def test_a_file_that_vanished_does_not_come_back(root: Path) -> None:
    _, stamp = read_bytes(str(root), "Dockerfile")
    (root / "Dockerfile").unlink()

    with pytest.raises(FileProblem, match="it does not exist"):
        write_atomic(str(root), "Dockerfile", NEW, stamp)

    assert names(root) == []


def test_a_read_only_file_is_left_alone(root: Path) -> None:
    (root / "Dockerfile").chmod(0o444)

    with pytest.raises(FileProblem, match="it cannot be written: the file is read-only"):
        written(root)

    assert (root / "Dockerfile").read_bytes() == OLD


def test_a_read_only_folder_is_a_problem_in_words(guarded: Path) -> None:
    (guarded / "Dockerfile").write_bytes(OLD)
    guarded.chmod(0o500)

    with pytest.raises(FileProblem, match="it cannot be written: permission denied"):
        written(guarded)

    with pytest.raises(FileProblem, match="it cannot be written: permission denied"):
        write_atomic(str(guarded), ".dockerignore", NEW, None)

    assert (guarded / "Dockerfile").read_bytes() == OLD
    assert names(guarded) == ["Dockerfile"]


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """Let no file grow beyond `size` bytes: the write fails half-way, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_leaves_the_old_file_and_nothing_else(root: Path) -> None:
    with room_for(1000), pytest.raises(FileProblem, match="it cannot be written: no space is left"):
        written(root, data=NEW * 1000)

    assert (root / "Dockerfile").read_bytes() == OLD
    assert names(root) == ["Dockerfile"]


def test_a_full_disk_leaves_no_half_of_a_new_file(root: Path) -> None:
    with room_for(1000), pytest.raises(FileProblem, match="no space is left"):
        write_atomic(str(root), "k8s/base/pdb.yaml", NEW * 1000, None)

    assert names(root) == ["Dockerfile"]


def test_a_real_full_disk(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(small)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("no file system can be mounted here; the simulated full disk is tested above")

    try:
        (small / "Dockerfile").write_bytes(OLD)
        with pytest.raises(FileProblem, match="no space is left on the device"):
            written(small, data=NEW * 10_000)

        assert (small / "Dockerfile").read_bytes() == OLD
        assert names(small) == ["Dockerfile"]
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_a_new_file_gets_its_folders_and_the_usual_mode(root: Path) -> None:
    before = os.umask(0o027)
    try:
        stamp = write_atomic(str(root), "k8s/base/pdb.yaml", NEW, None)
    finally:
        os.umask(before)

    assert read_bytes(str(root), "k8s/base/pdb.yaml") == (NEW, stamp)
    assert stat.S_IMODE((root / "k8s" / "base" / "pdb.yaml").stat().st_mode) == 0o640
    assert names(root / "k8s" / "base") == ["pdb.yaml"]


def test_a_new_file_does_not_overwrite(root: Path) -> None:
    with pytest.raises(FileProblem, match="exists by now"):
        write_atomic(str(root), "Dockerfile", NEW, None)

    assert (root / "Dockerfile").read_bytes() == OLD


def test_a_new_file_does_not_go_through_a_broken_link(root: Path) -> None:
    (root / "new.yaml").symlink_to("elsewhere.yaml")
    (root / "out.yaml").symlink_to("/nonexistent/elsewhere.yaml")

    write_atomic(str(root), "new.yaml", NEW, None)
    with pytest.raises(FileProblem, match="leads out of the root"):
        write_atomic(str(root), "out.yaml", NEW, None)

    assert names(root) == ["Dockerfile", "elsewhere.yaml", "new.yaml", "out.yaml"]


def test_a_file_in_the_way_of_a_folder_is_a_problem_in_words(root: Path) -> None:
    with pytest.raises(FileProblem, match="it cannot be written"):
        write_atomic(str(root), "Dockerfile/new.yaml", NEW, None)

    assert names(root) == ["Dockerfile"]


def test_a_very_long_name_is_written(root: Path) -> None:
    name = "a" * 250 + ".yaml"
    (root / name).write_bytes(OLD)
    written(root, name)

    assert (root / name).read_bytes() == NEW


WRITER = """
import sys
from fixer.files import read_bytes, write_atomic

root, texts = sys.argv[1], (b"a: 1\\n" * 200_000, b"b: 22\\n" * 200_000)
_, stamp = read_bytes(root, "a.yaml")
print("ready", flush=True)
while True:
    for text in texts:
        stamp = write_atomic(root, "a.yaml", text, stamp)
"""


@pytest.mark.parametrize("delay", [0.0, 0.004, 0.011, 0.023, 0.05])
def test_an_interrupt_leaves_the_old_or_the_new_file(tmp_path: Path, delay: float) -> None:
    texts = (b"a: 1\n" * 200_000, b"b: 22\n" * 200_000)
    (tmp_path / "a.yaml").write_bytes(texts[0])
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"ready\n"
        time.sleep(delay)
        writer.send_signal(signal.SIGINT)
        _, errors = writer.communicate(timeout=30)

    assert b"KeyboardInterrupt" in errors
    assert (tmp_path / "a.yaml").read_bytes() in texts
    assert names(tmp_path) == ["a.yaml"]
