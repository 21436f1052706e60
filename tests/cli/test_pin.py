"""`fixer pin` against a registry on loopback: what it writes, compares, brings up to date, and says."""

# ruff: noqa: ANN001, ARG001 - fixtures: their types are where they are defined, some only have to be there

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from registry import every_image, forge
from registry.every_image import Handler, digest_of, serving
from registry.forge import Repository

from fixer.registry.answer import Answer
from fixer.registry.lock import Lock, parse, render

LOCK = "image-digests.lock"
NOBODY = "note  nothing updates what is pinned: configure Dependabot or Renovate (rule missing-update-bot)\n"
OLD = "sha256:" + "0" * 64
WORKFLOW = """\
on: push
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
      - uses: acme/build@v2
      - uses: acme/build@v9
"""
COMPOSE = "services:\n  web:\n    image: nginx:1.29 # web\n  db:\n    image: postgres:17.2\n"


@pytest.fixture
def shop(project: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(project.parent / "cache"))
    (project / "compose.yaml").write_text(COMPOSE)
    with serving() as url:
        Handler.counts.clear()
        (project / ".fixer.yaml").write_text(f"registry: {{endpoints: {{docker.io: '{url}'}}}}\n")
        yield project


def locked(project: Path) -> Lock:
    return parse((project / LOCK).read_text(), LOCK)


def write(project: Path, **entries: Answer) -> None:
    images = {f"docker.io/library/{name.replace('_', ':')}": answer for name, answer in entries.items()}
    (project / LOCK).write_text(render(Lock(images)))


def test_pin_then_fix_then_nothing_is_left(shop: Path, fixer) -> None:
    made = fixer("pin")
    assert (made.code, made.err) == (0, "")
    assert made.out.splitlines()[-2:] == [f"{LOCK}: 2 entries; 2 added.", "`fixer fix` writes them into the files."]
    digest = digest_of("library/nginx", "1.29")
    assert locked(shop).images["docker.io/library/nginx:1.29"].digest == digest
    assert fixer("fix", "--select", "unpinned-digest").code == 0
    after = (shop / "compose.yaml").read_text()
    assert f"    image: nginx:1.29@{digest} # web\n" in after
    assert fixer("check", "--select", "unpinned-digest").out == f"{NOBODY}1 file checked, nothing found.\n"


def test_a_second_run_makes_no_request(shop: Path, fixer) -> None:
    fixer("pin")
    text = (shop / LOCK).read_bytes()
    Handler.counts.clear()
    again = fixer("pin")
    assert again.out == f"{LOCK}: 2 entries; nothing to look up.\n"
    assert Handler.counts == {}
    assert (shop / LOCK).read_bytes() == text


def test_check_asks_no_registry_unless_told(shop: Path, fixer) -> None:
    assert "it is not in image-digests.lock, and the run is not --online" in fixer("check").out
    assert Handler.counts == {}
    assert "is not pinned by digest  [fix: safe]" in fixer("check", "--online").out
    assert Handler.counts
    assert not (shop / LOCK).exists()


def test_fix_online_writes_digests_without_a_lock_file(shop: Path, fixer) -> None:
    fixer("fix", "--online", "--select", "unpinned-digest")
    assert digest_of("library/postgres", "17.2") in (shop / "compose.yaml").read_text()
    assert not (shop / LOCK).exists()


def test_a_moving_tag_becomes_its_version_and_then_a_pin(shop: Path, fixer) -> None:
    (shop / "compose.yaml").write_text("services:\n  web:\n    image: nginx\n")
    fixer("pin")
    assert locked(shop).images["docker.io/library/nginx:latest"].version == "9.9.9"
    fixer("fix", "--select", "untagged-image,unpinned-digest")
    assert (shop / "compose.yaml").read_text() == (
        f"services:\n  web:\n    image: nginx:9.9.9@{digest_of('library/nginx', '9.9.9')}\n"
    )


def test_check_names_what_moved(shop: Path, fixer) -> None:
    write(shop, **{"nginx_1.29": Answer(OLD), "postgres_17.2": Answer(digest_of("library/postgres", "17.2"))})
    found = fixer("pin", "--check")
    assert found.code == 1
    assert found.out.splitlines() == [
        f"~ docker.io/library/nginx:1.29  moved {OLD[:19]} -> {digest_of('library/nginx', '1.29')[:19]}",
        f"{LOCK}: 2 entries; 1 moved, 1 the same.",
        "`fixer pin --update` takes up what moved.",
    ]
    assert locked(shop).images["docker.io/library/nginx:1.29"].digest == OLD


def test_update_takes_up_what_moved(shop: Path, fixer) -> None:
    write(shop, **{"nginx_1.29": Answer(OLD), "postgres_17.2": Answer(OLD)})
    found = fixer("pin", "--update", "--only", "nginx*")
    assert found.code == 0
    assert found.out.splitlines()[-1] == "`fixer fix --risk medium` brings the files up to date."
    images = locked(shop).images
    assert images["docker.io/library/nginx:1.29"].digest == digest_of("library/nginx", "1.29")
    assert images["docker.io/library/postgres:17.2"].digest == OLD


def test_files_follow_the_lock_file_at_medium_risk(shop: Path, fixer) -> None:
    (shop / "compose.yaml").write_text(f"services:\n  web:\n    image: nginx:1.29@{OLD}\n")
    write(shop, **{"nginx_1.29": Answer(digest_of("library/nginx", "1.29"))})
    fixer("fix", "--select", "unpinned-digest")
    assert OLD in (shop / "compose.yaml").read_text()
    fixer("fix", "--select", "unpinned-digest", "--risk", "medium")
    assert digest_of("library/nginx", "1.29") in (shop / "compose.yaml").read_text()


def test_an_image_of_which_nobody_knows_the_age_is_left_for_later(shop: Path, fixer) -> None:
    write(shop, **{"nginx_1.29": Answer(OLD)})
    found = fixer("pin", "--update", "--minimum-age", "3")
    assert "left for later: nothing says when it was made" in found.out
    assert locked(shop).images["docker.io/library/nginx:1.29"].digest == OLD


def test_prune_takes_out_what_no_file_names(shop: Path, fixer) -> None:
    write(shop, **{"nginx_1.29": Answer(OLD), "redis_8": Answer(OLD)})
    found = fixer("pin", "--prune")
    assert "- docker.io/library/redis:8  taken out" in found.out
    assert sorted(locked(shop).images) == ["docker.io/library/nginx:1.29", "docker.io/library/postgres:17.2"]


def test_prune_is_about_the_whole_project(shop: Path, fixer, monkeypatch: pytest.MonkeyPatch) -> None:
    fixer("pin")
    before = (shop / LOCK).read_bytes()
    found = fixer("pin", "--prune", "compose.yaml")
    assert (found.code, "--prune is about the whole project" in found.err) == (2, True)
    (shop / "sub").mkdir()
    monkeypatch.chdir(shop / "sub")
    assert fixer("pin", "--prune").code == 2
    assert (shop / LOCK).read_bytes() == before


def test_what_a_broken_file_seems_to_name_stays(shop: Path, fixer) -> None:
    fixer("pin")
    (shop / "compose.yaml").write_text(COMPOSE.replace("postgres:17.2", "'postgres:17.2"))
    found = fixer("pin", "--prune")
    assert "fixer: compose.yaml: not looked at: not valid YAML" in found.err
    assert sorted(locked(shop).images) == ["docker.io/library/nginx:1.29", "docker.io/library/postgres:17.2"]


def test_only_what_the_named_files_name_is_compared(shop: Path, fixer) -> None:
    (shop / "Dockerfile").write_text("FROM alpine:3.22\n")
    write(shop, **{"nginx_1.29": Answer(OLD), "alpine_3.22": Answer(OLD), "redis_8": Answer(OLD)})
    assert fixer("pin", "--check", "Dockerfile").out.splitlines()[-2] == f"{LOCK}: 3 entries; 1 moved."
    fixer("pin", "--update", "Dockerfile")
    images = locked(shop).images
    assert images["docker.io/library/alpine:3.22"].digest != OLD
    assert images["docker.io/library/nginx:1.29"].digest == images["docker.io/library/redis:8"].digest == OLD


def test_the_version_of_a_moving_tag_has_an_entry_of_its_own(shop: Path, fixer) -> None:
    (shop / "compose.yaml").write_text("services:\n  web:\n    image: nginx\n")
    fixer("pin")
    fixer("fix", "--select", "untagged-image,unpinned-digest")
    assert "nginx:9.9.9@" in (shop / "compose.yaml").read_text()
    fixer("pin", "--prune")
    assert sorted(locked(shop).images) == ["docker.io/library/nginx:9.9.9"]
    assert fixer("pin", "--check").code == 0


def test_what_nobody_wants_to_know_is_not_looked_up(shop: Path, fixer) -> None:
    (shop / "Dockerfile").write_text("# fixer: ignore[unpinned-digest] ours\nFROM localhost:1/ours:1.0\n")
    (shop / "b").mkdir()
    (shop / "b" / "Dockerfile").write_text("FROM localhost:1/theirs:1.0\n")
    text = (shop / ".fixer.yaml").read_text()
    (shop / ".fixer.yaml").write_text(f"{text}rules: {{unpinned-digest: {{exclude: {{paths: [b/]}}}}}}\n")
    found = fixer("pin")
    assert found.code == 0
    assert "localhost" not in found.out


def test_a_lock_file_of_ten_thousand_entries(shop: Path, fixer) -> None:
    write(shop, **{f"image{number}_1.0": Answer(OLD, "", "2026-11-21") for number in range(10_000)})
    found = fixer("pin")
    assert found.out.splitlines()[-2].startswith(f"{LOCK}: 10002 entries; 2 added")
    assert len(locked(shop).images) == 10_002


def test_a_lock_file_that_changed_meanwhile_is_left_alone(shop: Path, fixer, monkeypatch: pytest.MonkeyPatch) -> None:
    fixer("pin")
    other = (shop / LOCK).read_text() + "# by somebody else\n"
    (shop / "Dockerfile").write_text("FROM alpine:3.22\n")

    answer = Handler.do_HEAD

    def meanwhile(self: Handler) -> None:
        (shop / LOCK).write_text(other)
        answer(self)

    monkeypatch.setattr(Handler, "do_HEAD", meanwhile)
    done = fixer("pin")
    assert (done.code, done.err) == (2, f"fixer: {LOCK}: it was changed since it was read\n")
    assert (shop / LOCK).read_text() == other


def test_standard_input_in_a_folder_finds_the_lock_file(shop: Path, fixer, monkeypatch: pytest.MonkeyPatch) -> None:
    fixer("pin")
    (shop / "sub").mkdir()
    monkeypatch.chdir(shop / "sub")
    text = (shop / "compose.yaml").read_bytes()
    done = fixer("fix", "-", "--stdin-filename", "compose.yaml", "--select", "unpinned-digest", stdin=text)
    assert f"nginx:1.29@{digest_of('library/nginx', '1.29')}" in done.out


def test_what_cannot_be_looked_up_does_not_hinder_the_rest(shop: Path, fixer) -> None:
    (shop / "Dockerfile").write_text("FROM localhost:1/none:1.0\n")
    found = fixer("pin")
    assert found.code == 1
    assert "? localhost:1/none:1.0  not looked up: " in found.out
    assert len(locked(shop).images) == 2
    assert "localhost:1/none is not pinned by digest  [manual: it is not in" in fixer("check", "--select", "DF-019").out
    assert "[manual: localhost:1 " in fixer("check", "--online", "--select", "DF-019").out


def test_as_json(shop: Path, fixer) -> None:
    found = json.loads(fixer("pin", "--format", "json").out)
    assert (found["version"], found["lock"], found["written"]) == (1, LOCK, True)
    assert {(one["key"], one["what"]) for one in found["entries"]} == {
        ("docker.io/library/nginx:1.29", "added"),
        ("docker.io/library/postgres:17.2", "added"),
    }


def test_the_lock_file_lies_where_the_configuration_says(shop: Path, fixer) -> None:
    text = (shop / ".fixer.yaml").read_text()
    (shop / ".fixer.yaml").write_text(text.replace("registry: {", "registry: {lock: deploy/digests.lock, "))
    (shop / "deploy").mkdir()
    assert fixer("pin").out.splitlines()[-2].startswith("deploy/digests.lock: 2 entries")
    assert (shop / "deploy" / "digests.lock").exists()
    assert "[fix: safe]" in fixer("check", "--select", "unpinned-digest").out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--check", "--update"], "--check, --update and --prune are three things: choose one"),
        (["--minimum-age", "3"], "--minimum-age goes with --update"),
        (["--only", "x"], "--only goes with --check or --update"),
    ],
)
def test_options_that_do_not_fit(shop: Path, fixer, arguments: list[str], message: str) -> None:
    found = fixer("pin", *arguments)
    assert (found.code, found.err) == (2, f"fixer: {message}\n")


@pytest.mark.parametrize("command", [["pin"], ["check"], ["fix"], ["check", "--online"]])
def test_a_broken_lock_file_is_one_line(shop: Path, fixer, command: list[str]) -> None:
    (shop / LOCK).write_text("version = 1\n=======\n")
    found = fixer(*command)
    assert (found.code, found.err) == (2, f"fixer: {LOCK}:2: this is no TOML: correct it, or remove it\n")
    assert (shop / LOCK).read_text() == "version = 1\n=======\n"


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("endpoints: {docker.io: mirror}", "registry.endpoints.docker.io is no http or https URL"),
        (
            "endpoints: {docker.io: 'file:///etc'}",
            "registry.endpoints.docker.io is no http or https URL",
        ),
    ],
)
def test_an_endpoint_that_is_none(project: Path, fixer, said: str, message: str) -> None:
    (project / "Dockerfile").write_text("FROM a:1\n")
    (project / ".fixer.yaml").write_text(f"registry: {{{said}}}\n")
    assert fixer("pin").err == f"fixer: .fixer.yaml: {message}\n"


def test_a_lock_file_outside_of_the_project_is_refused(project: Path, fixer) -> None:
    (project / "Dockerfile").write_text("FROM a:1\n")
    (project / ".fixer.yaml").write_text("registry: {lock: ../../other.lock}\n")
    found = fixer("check")
    assert found.code == 2
    assert "registry.lock: ../../other.lock lies outside of" in found.err


def test_the_digest_of_the_double_is_made_of_its_name() -> None:
    wanted = hashlib.sha256(b"library/nginx:1.29").hexdigest()
    assert digest_of("library/nginx", "1.29") == f"sha256:{wanted}"
    assert digest_of("library/nginx", "latest") == digest_of("library/nginx", every_image.VERSION)


# ---- actions


@pytest.fixture
def actions(project: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[tuple[Path, Repository]]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    workflow = project / ".github" / "workflows" / "ci.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text(WORKFLOW)
    repository = Repository(tmp_path / "forge", "acme/build")
    repository.tag("v2", repository.commit("two"))
    with forge.serving(tmp_path / "forge") as served:
        (project / ".fixer.yaml").write_text(f"registry: {{endpoints: {{github.com: '{served.url}'}}}}\n")
        yield workflow, repository


def test_an_action_gets_its_commit_with_the_tag_as_comment(actions: tuple[Path, Repository], fixer) -> None:
    workflow, repository = actions
    made = fixer("pin")
    assert made.code == 1
    assert "? acme/build@v9  not looked up: acme/build has no tag and no branch v9" in made.out
    fixer("fix", "--select", "unpinned-action", "--level", "info")
    after = workflow.read_text()
    assert after == WORKFLOW.replace("build@v2", f"build@{repository.head} # v2")


def test_a_pin_follows_its_tag_when_the_lock_file_does(actions: tuple[Path, Repository], fixer) -> None:
    workflow, repository = actions
    fixer("pin")
    fixer("fix", "--select", "unpinned-action")
    repository.tag("v2", repository.commit("two again"))
    fixer("pin", "--update")
    fixer("fix", "--select", "unpinned-action")
    assert repository.head not in workflow.read_text()
    fixer("fix", "--select", "unpinned-action", "--risk", "medium")
    assert f"      - uses: acme/build@{repository.head} # v2\n" in workflow.read_text()


def test_a_tag_of_an_action_that_moved_or_is_gone(actions: tuple[Path, Repository], fixer) -> None:
    _, repository = actions
    fixer("pin")
    repository.tag("v2", repository.commit("two again"))
    assert "~ acme/build@v2  moved" in fixer("pin", "--check").out
    assert fixer("pin", "--update").code == 0
    assert fixer("pin", "--check").code == 0
    repository.git("update-ref", "-d", "refs/tags/v2")
    found = fixer("pin", "--check")
    assert (found.code, "! acme/build@v2  gone: " in found.out) == (1, True)


def test_a_rule_that_crashes_is_our_bug(shop: Path, fixer, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("transforms.compose.unpinned_digest.written_image", broken)
    done = fixer("pin")
    assert done.code == 3
    assert "fixer: compose.yaml: not looked at: compose/unpinned-digest crashed: ZeroDivisionError" in done.err
