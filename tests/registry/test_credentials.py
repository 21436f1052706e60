from __future__ import annotations

import base64
import json
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fixer.registry import credentials as module
from fixer.registry.credentials import Credentials, Found, Login

Helper = Callable[[str, str], None]
HUB = "https://index.docker.io/v1/"


def coded(text: str) -> dict[str, str]:
    return {"auth": base64.b64encode(text.encode()).decode()}


def found(tmp_path: Path, content: object, host: str) -> Found:
    folder = tmp_path / "docker"
    folder.mkdir(exist_ok=True)
    text = content if isinstance(content, str) else json.dumps(content)
    (folder / "config.json").write_text(text)
    return Credentials(str(folder)).of(host)


def shown(one: Found) -> tuple[str, ...] | str | None:
    return (one.login.username, one.login.password, one.login.token) if one.login else one.problem or None


@pytest.mark.parametrize(
    "key",
    ["reg.example:5000", "https://reg.example:5000", "http://reg.example:5000/", "https://reg.example:5000/v1/",
     "https://reg.example:5000/v2/", "https://reg.example:5000/v2", "REG.example:5000"],
)  # fmt: skip
def test_spellings_of_a_registry(tmp_path: Path, key: str) -> None:
    assert shown(found(tmp_path, {"auths": {key: coded("a:b")}}, "reg.example:5000")) == ("a", "b", "")


@pytest.mark.parametrize(
    "key", [HUB, "docker.io", "index.docker.io", "https://registry-1.docker.io/v2/", "https://index.docker.io/v1"]
)
@pytest.mark.parametrize("host", ["docker.io", "registry-1.docker.io"])
def test_spellings_of_docker_hub(tmp_path: Path, key: str, host: str) -> None:
    assert shown(found(tmp_path, {"auths": {key: coded("a:b")}}, host)) == ("a", "b", "")


@pytest.mark.parametrize(
    "key", ["other.example", "reg.example", "reg.example:50001", "reg.example:5000/acme", "xreg.example:5000", HUB]
)
def test_the_login_of_somebody_else_is_not_taken(tmp_path: Path, key: str) -> None:
    assert shown(found(tmp_path, {"auths": {key: coded("a:b")}}, "reg.example:5000")) is None


def test_an_exact_key_is_the_first(tmp_path: Path) -> None:
    auths = {"https://reg.example": coded("a:1"), "reg.example": coded("a:2")}
    assert shown(found(tmp_path, {"auths": auths}, "reg.example")) == ("a", "2", "")


@pytest.mark.parametrize(
    ("entry", "login"),
    [
        (coded("a:b:c"), ("a", "b:c", "")),
        (coded("a:b\0\0"), ("a", "b", "")),
        ({"username": "a", "password": "b"}, ("a", "b", "")),
        ({"username": "a"}, ("a", "", "")),
        ({"identitytoken": "t", **coded("00000000-0000:")}, ("", "", "t")),
        ({}, None),
        ({"auth": ""}, None),
        ({"auth": 5}, None),
        ({"auth": "%%%"}, "the Docker configuration holds a login that cannot be read"),
        ({"auth": "/w=="}, "the Docker configuration holds a login that cannot be read"),
        ("a:b", "the Docker configuration has another form"),
    ],
)
def test_entries(tmp_path: Path, entry: object, login: object) -> None:
    assert shown(found(tmp_path, {"auths": {"reg.example": entry}}, "reg.example")) == login


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("{", "the Docker configuration is no JSON"),
        ("", "the Docker configuration is no JSON"),
        ("[" * 100_000, "the Docker configuration is no JSON"),
        ([], "the Docker configuration has another form"),
        ({"auths": []}, None),
        ({"credHelpers": 5, "credsStore": None}, None),
        (" " * (2 << 20), "the Docker configuration is no file of a usual size"),
        ({"credsStore": ["x"]}, "the Docker configuration names no usable credential helper"),
        ({"credsStore": "../../bin/evil"}, "the Docker configuration names no usable credential helper"),
    ],
)
def test_a_file_of_another_form(tmp_path: Path, content: object, problem: str | None) -> None:
    assert shown(found(tmp_path, content, "reg.example")) == problem


def test_no_file_is_no_problem(tmp_path: Path) -> None:
    assert Credentials(str(tmp_path / "nowhere")).of("reg.example") == Found()


def test_a_folder_in_place_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "config.json").mkdir()
    assert shown(Credentials(str(tmp_path)).of("x")) == "the Docker configuration is no file of a usual size"


def test_a_file_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config.json").write_text("{}")

    def refuse(_: object) -> int:
        raise PermissionError

    monkeypatch.setattr(module.os.path, "getsize", refuse)
    assert shown(Credentials(str(tmp_path)).of("x")) == "the Docker configuration cannot be read"


def test_where_the_file_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".docker").mkdir()
    (tmp_path / ".docker" / "config.json").write_text(json.dumps({"auths": {"x.example": coded("home:b")}}))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Credentials().of("x.example").login is None
    monkeypatch.delenv("DOCKER_CONFIG")
    login = Credentials().of("x.example").login
    assert login
    assert login.username == "home"


# ---- helpers


def test_a_helper_is_asked_for_its_host(tmp_path: Path, helper: Helper) -> None:
    helper(
        "good",
        'test "$1" = get && read -r host; echo "{\\"Username\\": \\"u\\", \\"Secret\\": \\"$host\\"}"',
    )
    content = {"credHelpers": {"reg.example": "good"}, "auths": {"reg.example": coded("a:b")}}
    assert shown(found(tmp_path, content, "reg.example")) == ("u", "reg.example", "")
    assert shown(found(tmp_path, content, "other.example")) is None


def test_the_store_is_asked_for_docker_hub_by_its_old_name(tmp_path: Path, helper: Helper) -> None:
    helper("good", 'read -r host; echo "{\\"Username\\": \\"u\\", \\"Secret\\": \\"$host\\"}"')
    assert shown(found(tmp_path, {"credsStore": "good"}, "docker.io")) == ("u", HUB, "")
    assert shown(found(tmp_path, {"credsStore": "good"}, "reg.example")) == ("u", "reg.example", "")


def test_the_store_is_asked_for_the_spelling_of_the_file(tmp_path: Path, helper: Helper) -> None:
    script = 'read -r h; [ "$h" = https://reg.example ] || { echo "credentials not found in native keychain"; exit 1; }'
    helper("good", script + '; echo "{\\"Username\\": \\"<token>\\", \\"Secret\\": \\"t\\"}"')
    content = {"credsStore": "good", "auths": {"https://reg.example": {}}}
    assert shown(found(tmp_path, content, "reg.example")) == ("", "", "t")


@pytest.mark.parametrize(
    ("script", "login"),
    [
        ("echo 's3cret words'; echo s3cret >&2; exit 1", "docker-credential-odd failed"),
        ("echo 'credentials not found in native keychain'; exit 1", None),
        ("echo 's3cret rubbish'", "docker-credential-odd failed: it printed something else"),
        ("echo '[]'", "docker-credential-odd failed: it printed something else"),
        ('echo \'{"Username": "s3cret"}\'', "docker-credential-odd failed: it printed something else"),
        ('echo \'{"Username": 5, "Secret": "s3cret"}\'', "docker-credential-odd failed: it printed something else"),
        ("printf '\\377\\376'", "docker-credential-odd failed: it printed something else"),
        ('echo \'{"Username": "", "Secret": ""}\'', None),
        ('exec 0<&-; echo \'{"Username": "u", "Secret": "p"}\'', ("u", "p", "")),
        ("while echo s3cret; do :; done", "docker-credential-odd failed"),
        ("kill -9 $$", "docker-credential-odd failed"),
    ],
)
def test_helpers(tmp_path: Path, helper: Helper, script: str, login: object) -> None:
    helper("odd", script)
    assert shown(found(tmp_path, {"credsStore": "odd"}, "reg.example")) == login


def test_after_a_helper_that_fails_the_file_is_read(tmp_path: Path, helper: Helper) -> None:
    helper("odd", "exit 1")
    content = {"credHelpers": {"reg.example": "odd"}, "auths": {"reg.example": coded("a:b")}}
    assert shown(found(tmp_path, content, "reg.example")) == ("a", "b", "")


def test_a_helper_that_is_missing(tmp_path: Path) -> None:
    assert (
        shown(found(tmp_path, {"credsStore": "missing"}, "x"))
        == "docker-credential-missing failed: it is not installed"
    )


def test_a_helper_that_cannot_be_run(tmp_path: Path, helper: Helper) -> None:
    helper("odd", "exit 0")
    path = tmp_path / "bin" / "docker-credential-odd"
    path.write_bytes(b"\x7fELF rubbish")
    assert shown(found(tmp_path, {"credsStore": "odd"}, "x")) == "docker-credential-odd failed: it cannot be run"


@pytest.mark.parametrize("script", ["exec sleep 60", "sleep 60 & exit 0", "exec >&-; sleep 60", "sleep 60"])
def test_a_helper_that_hangs(tmp_path: Path, helper: Helper, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    helper("odd", script)
    monkeypatch.setattr(module, "HELPER_SECONDS", 0.3)
    began = time.monotonic()
    assert shown(found(tmp_path, {"credsStore": "odd"}, "x")) == "docker-credential-odd failed: no answer within 0.3 s"
    assert time.monotonic() - began < 20


def test_a_helper_runs_away_from_the_scanned_tree(tmp_path: Path, helper: Helper) -> None:
    helper("good", 'echo "{\\"Username\\": \\"u\\", \\"Secret\\": \\"$(pwd)\\"}"')
    assert shown(found(tmp_path, {"credsStore": "good"}, "x")) == ("u", os.path.expanduser("~"), "")


def test_a_helper_is_asked_once_for_all_threads(tmp_path: Path, helper: Helper) -> None:
    helper("good", f'echo x >> {tmp_path}/asked; sleep 0.1; echo "{{\\"Username\\": \\"u\\", \\"Secret\\": \\"p\\"}}"')
    (tmp_path / "docker").mkdir()
    (tmp_path / "docker" / "config.json").write_text('{"credsStore": "good"}')
    credentials = Credentials(str(tmp_path / "docker"))
    hosts = ["docker.io", "registry-1.docker.io", "docker.io", "docker.io"]
    threads = [threading.Thread(target=credentials.of, args=(host,)) for host in hosts]
    for thread in threads:
        thread.start()

    for thread in threads:
        thread.join()

    assert (tmp_path / "asked").read_text() == "x\n"


def test_a_login_is_never_shown() -> None:
    login = Login("alice", "s3cret", "t0ken")
    for text in (repr(login), str(login), f"{Found(login)}"):
        assert "s3cret" not in text
        assert "t0ken" not in text


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["x.example", "auth", "auths"]), inner),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.dictionaries(st.sampled_from(["auths", "credHelpers"]), JSON))
def test_any_file_at_all_gives_an_answer(tmp_path: Path, content: dict[str, object]) -> None:
    assert isinstance(found(tmp_path, content, "x.example"), Found)
