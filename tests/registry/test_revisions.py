from __future__ import annotations

import os
import socket
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from registry.forge import Forge, Repository, serving
from registry.servers import program

from fixer.registry import revisions
from fixer.registry.answer import Answer, Online
from fixer.registry.revision_tags import most_specific
from fixer.registry.revisions import Revisions
from fixer.registry.uses import Uses, parse_uses

DAY = "2026-11-21"


def uses(text: str) -> Uses:
    found = parse_uses(text)
    assert found is not None
    return found


class World:
    """One repository with tags and branches, and the forge that serves it."""

    def __init__(self, forge: Forge) -> None:
        self.forge = forge
        repository = self.repository = Repository(forge.root, "acme/tool")
        self.first = repository.commit("first")
        repository.tag("v1.0.0", self.first)
        self.second = repository.commit("second")
        repository.tag("v2.0", self.second)
        self.object = repository.annotated("v2.0.1", self.second)
        repository.tag("v2", self.second)
        self.last = repository.commit("last")
        repository.tag("nightly", self.last)
        # A tag and a branch of one name.
        repository.git("update-ref", "refs/heads/both", self.last)
        repository.tag("both", self.first)
        repository.git("update-ref", "refs/heads/release/2", self.second)

    def online(self, **more: object) -> Online:
        settings = {"endpoints": {"github.com": self.forge.url}, "today": DAY, "cache_hours": 0.0, **more}
        return Online(**settings)  # type: ignore[arg-type]  # as given

    def resolve(self, text: str, **more: object) -> Answer:
        return Revisions(self.online(**more)).resolve(uses(text))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    program("git")
    with serving(tmp_path / "repositories") as forge:
        yield World(forge)


def test_a_tag_is_its_commit_and_says_where_it_comes_from(world: World) -> None:
    found = world.resolve("acme/tool@v1.0.0")
    assert found == Answer(
        digest=world.first,
        date=DAY,
        version="v1.0.0",
        media_type="tag",
        source=f"github.com by way of 127.0.0.1, {DAY}",
    )


def test_an_annotated_tag_is_the_commit_it_points_to(world: World) -> None:
    assert world.object != world.second
    assert world.resolve("acme/tool@v2.0.1").digest == world.second


def test_the_version_is_the_most_specific_tag_of_the_commit(world: World) -> None:
    assert world.resolve("acme/tool@v2").version == "v2.0.1"
    assert world.resolve("acme/tool@nightly").version == ""


@pytest.mark.parametrize(("ref", "kind"), [("main", "branch"), ("release/2", "branch"), ("nightly", "tag")])
def test_a_branch_is_told_from_a_tag(world: World, ref: str, kind: str) -> None:
    found = world.resolve(f"acme/tool@{ref}")
    assert found.media_type == kind
    assert found.digest == {"main": world.last, "release/2": world.second, "nightly": world.last}[ref]


def test_a_tag_goes_before_a_branch_of_its_name_unless_the_whole_name_is_written(world: World) -> None:
    assert world.resolve("acme/tool@both").digest == world.first
    assert world.resolve("acme/tool@refs/tags/both").digest == world.first
    assert world.resolve("acme/tool@refs/heads/both").digest == world.last


def test_head_is_the_branch_that_the_forge_shows_first(world: World) -> None:
    found = world.resolve("acme/tool@HEAD")
    assert (found.digest, found.media_type) == (world.last, "branch")


def test_a_commit_gets_its_version(world: World) -> None:
    found = world.resolve(f"acme/tool/sub@{world.second.upper()}")
    assert (found.digest, found.version, found.media_type) == (world.second, "v2.0.1", "commit")
    assert world.resolve("acme/tool@" + "0" * 40).version == ""


def test_a_ref_that_is_not_there(world: World) -> None:
    assert world.resolve("acme/tool@v9").problem == "acme/tool has no tag and no branch v9"
    assert world.resolve(f"acme/tool@{world.first[:7]}").digest == ""


def test_a_repository_is_asked_once_for_all_its_refs(world: World) -> None:
    asking, told = Revisions(world.online()), list[int]()
    wanted = [uses(f"{name}@{ref}") for name in ("acme/tool", "Acme/Tool/sub") for ref in ("v1.0.0", "v2", "main")]
    found = asking.resolve_all(wanted, told.append)
    assert list(found) == ["acme/tool@main", "acme/tool@v1.0.0", "acme/tool@v2"]
    assert sum(told) == 3
    assert asking.resolve(uses("acme/tool@v2.0")).digest == world.second
    assert sum("info/refs" in path for path in world.forge.asked) == 1


def test_one_repository_that_fails_does_not_hinder_the_others(world: World) -> None:
    found = Revisions(world.online()).resolve_all([uses("acme/tool@v2"), uses("acme/missing@v1")])
    assert found["acme/tool@v2"].digest == world.second
    assert found["acme/missing@v1"].problem


def test_nothing_to_look_up() -> None:
    assert Revisions(Online()).resolve_all([]) == {}


def test_a_second_run_asks_nothing(world: World) -> None:
    first = world.resolve("acme/tool@v2", cache_hours=6.0)
    world.forge.asked.clear()
    assert world.resolve("acme/tool@v2", cache_hours=6.0) == first
    assert world.forge.asked == []
    assert world.resolve("acme/tool@v2") == first
    assert world.forge.asked


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "it does not exist, or it wants credentials"),
        (403, "refuses the credentials"),
        (404, "has no such repository"),
        (429, "answers 429 (too many requests)"),
        (500, "answers 500"),
        (503, "answers 503"),
    ],
)
def test_what_the_server_answers_is_the_reason(world: World, status: int, words: str) -> None:
    world.forge.status = status
    world.forge.header = ("WWW-Authenticate", 'Basic realm="x"') if status == 401 else None
    found = world.resolve("acme/tool@v2")
    assert found.digest == ""
    assert words in found.problem
    assert "\n" not in found.problem
    assert not found.problem.endswith(".")


def test_rubbish_in_the_place_of_refs(world: World) -> None:
    world.forge.status, world.forge.body = 200, b"<html>welcome</html>"
    found = world.resolve("acme/tool@v2")
    assert found.digest == ""
    assert found.problem.startswith("127.0.0.1")


def test_a_slow_server_is_given_up(world: World) -> None:
    world.forge.delay = 3.0
    begun = time.monotonic()
    found = world.resolve("acme/tool@v2", timeout=0.2)
    assert "does not answer in time" in found.problem
    assert time.monotonic() - begun < 2.5


def test_what_never_ends_does_not_hold_up_the_run(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(revisions, "_LONGEST", 0.1)
    world.forge.delay = 0.5
    found = Revisions(world.online(timeout=1.0)).resolve_all([uses("acme/tool@v2")])
    assert found["acme/tool@v2"].problem == "git does not come to an end"


def test_a_redirect_to_a_protocol_that_runs_programs(world: World, tmp_path: Path) -> None:
    world.forge.status = 302
    world.forge.header = ("Location", f"file://{tmp_path}/repositories/acme/tool.git/info/refs?service=git-upload-pack")
    assert world.resolve("acme/tool@v2").digest == ""


def test_nobody_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        online = Online(endpoints={"github.com": f"http://127.0.0.1:{taken.getsockname()[1]}"}, cache_hours=0)
        assert "cannot be reached" in Revisions(online).resolve(uses("a/b@v1")).problem


@pytest.mark.parametrize(
    ("endpoint", "words"),
    [
        ("file:///etc", "no http or https URL"),
        ("ext::sh -c date", "no http or https URL"),
        ("ssh://git@example.org", "no http or https URL"),
        ("http://forge.example", "plain HTTP"),
        ("https://alice:s3cret@forge.example", "credentials"),
    ],
)
def test_endpoints_that_are_not_asked(endpoint: str, words: str) -> None:
    found = Revisions(Online(endpoints={"github.com": endpoint}, cache_hours=0)).resolve(uses("a/b@v1"))
    assert words in found.problem
    assert "s3cret" not in found.problem


def test_without_git_it_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    assert world.resolve("acme/tool@v2").problem == "git is needed to look up actions, and cannot be run"


def test_the_configuration_of_a_scanned_repository_is_not_read(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marker = tmp_path / "ran"
    scanned = Repository(tmp_path, "scanned")
    scanned.git("config", "credential.helper", f"!touch {marker}; echo username=x; echo password=y")
    scanned.git("config", "http.proxy", "http://127.0.0.1:1")
    monkeypatch.chdir(scanned.path)
    monkeypatch.setenv("GIT_DIR", str(scanned.path))
    assert world.resolve("acme/tool@v2").digest == world.second
    world.forge.status, world.forge.header = 401, ("WWW-Authenticate", 'Basic realm="x"')
    assert world.resolve("acme/tool@v2").digest == ""
    assert not marker.exists()


def test_the_credentials_of_the_user_are_used_and_never_shown(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "helper"
    script.write_text(f"#!/bin/sh\ntouch {tmp_path}/asked\necho username=alice\necho password=s3cret\n")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    (tmp_path / "config").write_text(f"[credential]\n\thelper = {script}\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.fspath(tmp_path / "config"))
    world.forge.status, world.forge.header = 401, ("WWW-Authenticate", 'Basic realm="x"')
    found = world.resolve("acme/tool@v2")
    assert (tmp_path / "asked").exists()
    assert "refuses the credentials" in found.problem
    assert "s3cret" not in found.problem
    assert "alice" not in found.problem


def test_a_rewrite_to_ssh_does_not_hinder(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config").write_text(f'[url "ssh://git@forge.example/"]\n\tinsteadOf = {world.forge.url}/\n')
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.fspath(tmp_path / "config"))
    assert world.resolve("acme/tool@v2").digest == world.second


@pytest.mark.parametrize(
    ("ref", "tags", "version"),
    [
        ("v4", ["v4", "v4.2", "v4.2.2"], "v4.2.2"),
        ("v4", ["v4", "latest"], "v4"),
        ("main", ["v1.2.3", "v2.0"], "v1.2.3"),
        ("v2", ["v1.2.3", "v2.0"], "v2.0"),
        ("v4", ["v4.2.2-rc.1", "release-4"], ""),
        ("latest", ["2.10.0", "2.9.0"], "2.10.0"),
        ("v1", ["1.2.3", "v1.2.3"], "v1.2.3"),
        ("v4", [], ""),
    ],
)
def test_most_specific(ref: str, tags: list[str], version: str) -> None:
    assert most_specific(ref, tags) == version
    assert most_specific(ref, reversed(tags)) == version
