"""`fixer bot` as people call it: words, exit codes, and no token anywhere."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from bot.double.double import Double
from bot.double.faults import REPLIES, Fault
from bot.repositories import DOCKERFILE, git, made
from bot.test_auth import as_app, key  # noqa: F401 - fixtures

from fixer.bot.auth import PERMISSIONS, Access
from fixer.bot.survey import Configured, Order
from fixer.bot.worktree import Worktree
from fixer.cli.main import main

NOW = ("--now", "2026-11-02T12:00")
QUICK = ("--apart", "0", *NOW)


class Calls:
    """Calls of the command with a state folder of its own, in this process or, to be killed, in another one."""

    def __init__(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[bytes], env: dict[str, str]
    ) -> None:
        self.folder = folder
        self._patch = monkeypatch
        self._capture = capture
        for name in os.environ:
            if name.startswith(("FIXER_", "GITHUB_", "GIT_")):
                monkeypatch.delenv(name)

        monkeypatch.chdir(folder)
        for name, value in {"FIXER_STATE": str(folder / "state"), "HOME": str(folder), **env}.items():
            monkeypatch.setenv(name, value)

    def __call__(self, *words: str, code: int = 0) -> str:
        self._patch.setattr(sys, "argv", ["fixer", "bot", *words])
        self._capture.readouterr()
        before = signal.getsignal(signal.SIGTERM)
        try:
            with pytest.raises(SystemExit) as end:
                main()
        finally:
            signal.signal(signal.SIGTERM, before)

        captured = self._capture.readouterr()
        out = (captured.out + captured.err).decode()
        self.check_secret(out)
        assert end.value.code == code, out
        return out

    def started(self, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "fixer", "bot", *words]
        temporary = self.folder / "temporary"
        temporary.mkdir()
        env = {**os.environ, "TMPDIR": str(temporary)}
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env)

    def check_secret(self, out: str) -> None:
        token = os.environ.get("FIXER_TOKEN", "no token at all")
        for secret in (token, base64.b64encode(f"x-access-token:{token}".encode()).decode()):
            assert secret not in out


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Calls:
    return Calls(tmp_path, monkeypatch, capsysbinary, {})


@pytest.fixture
def online(
    double: Double, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> Calls:
    return Calls(tmp_path, monkeypatch, capsysbinary, {"FIXER_TOKEN": double.token, "FIXER_API_URL": double.api})


# ---- without a forge


def test_plan_shows_the_diff_and_writes_nothing(alone: Calls, tmp_path: Path) -> None:
    app = made(tmp_path / "app", {"Dockerfile": DOCKERFILE})
    out = alone("plan", "--local", "app", *NOW)
    assert "+ make branch fixer/safe-build" in out
    assert "      -MAINTAINER Ann <ann@example.com>" in out
    assert "nothing was written" in out
    assert "+ make branch" in alone("run", "--dry-run", "--local", "app", *NOW)
    assert git(app, "branch", "--format=%(refname:short)") == "main"


def test_run_makes_the_branches(alone: Calls, tmp_path: Path) -> None:
    app = made(tmp_path / "app", {"Dockerfile": DOCKERFILE})
    assert "+ make branch fixer/safe-build" in alone("run", "--local", "app", *NOW)
    assert "fixer/safe-build" in git(app, "branch", "--format=%(refname:short)")
    assert "nothing to do" in alone("run", "--local", "app", *NOW)
    assert not (tmp_path / "state").exists()


def test_hostile_names_do_not_reach_the_terminal(alone: Calls, tmp_path: Path) -> None:
    made(tmp_path / "app", {"a\x1b[2Jb/Dockerfile": DOCKERFILE, "c\u202ed/Dockerfile": DOCKERFILE})
    out = alone("plan", "--local", "app", *NOW)
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "make branch" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("run",), "which repositories?"),
        (("run", "--repo", "acme"), "a name such as acme/shop"),
        (("run", "--repo", "acme/app"), "needs a token in FIXER_TOKEN"),
        (("run", "--local", "nowhere"), "nowhere: it does not exist"),
        (("run", "--local", ".", "--repo", "acme/app"), "--local stands alone"),
        (("run", "--local", ".", "--now", "soon"), "--now soon"),
        (("run", "--local", ".", "--config", "none.yaml"), "none.yaml: it does not exist"),
        (("plan", "--owner", "a/b"), "a name such as acme"),
        (("init", "--install", "--evil"), "a requirement of pip"),
        (("init",), "--install git+https://"),
    ],
)
def test_mistakes_of_the_user_are_one_line(alone: Calls, words: tuple[str, ...], said: str) -> None:
    out = alone(*words, code=2)
    assert said in out
    assert out.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("bot:\n  group_by: colour\n", "bot.group_by: one of"),
        ("force:\n  limits: {open: -1}\n", "bot.limits.open: a whole number"),
        ("other: 1\n", "the keys `bot` and `force`"),
        ("bot: [1]\n", "bot: a mapping is wanted"),
        ("bot: {\n", "c.yaml:"),
    ],
)
def test_mistakes_of_the_bots_own_configuration(alone: Calls, tmp_path: Path, text: str, said: str) -> None:
    made(tmp_path / "app", {"Dockerfile": DOCKERFILE})
    (tmp_path / "c.yaml").write_text(text)
    assert said in alone("run", "--local", "app", "--config", "c.yaml", code=2)


def test_the_bots_own_configuration_counts(alone: Calls, tmp_path: Path) -> None:
    made(tmp_path / "app", {"Dockerfile": DOCKERFILE, ".fixer.yaml": "bot: {branch_prefix: theirs/}\n"})
    (tmp_path / "c.yaml").write_text("bot: {group_by: rule, branch_prefix: a/}\nforce: {branch_prefix: ours/}\n")
    out = alone("plan", "--local", "app", "--config", "c.yaml", *NOW)
    assert "make branch ours/safe-dockerfile-deprecated-maintainer" in out


def test_init_writes_a_workflow_that_we_find_nothing_wrong_with(alone: Calls, tmp_path: Path) -> None:
    app = made(tmp_path / "app", {"README.md": "x"})
    exact = "git+https://github.com/acme/fixer@" + "0123456789" * 4
    assert "is written" in alone("init", "app", "--install", exact)
    text = (app / ".github/workflows/fixer.yml").read_text()
    assert exact in text
    assert "uses:" not in text
    assert "permissions: {}" in text
    found = subprocess.run(
        [sys.executable, "-m", "fixer", "check", "app"], cwd=tmp_path, capture_output=True, check=False
    )
    assert found.returncode == 0, found.stdout
    assert b"nothing found" in found.stdout
    assert "is there already" in alone("init", "app", "--install", exact, code=2)
    assert "pin it" in alone("init", "app", "--install", "git+https://github.com/acme/fixer@main", "--force")


# ---- with a forge


def test_a_run_a_second_one_and_a_plan(double: Double, online: Calls) -> None:
    place = double.add("acme/app", {"Dockerfile": DOCKERFILE})
    assert "nothing was written" in online("plan", "--repo", "acme/app", *NOW)
    assert double.writes() == []
    out = online("run", "--repo", "acme/app", *QUICK)
    assert "+ open a pull request from fixer/safe-build (#1)" in out
    assert place.pull_of("fixer/safe-build").state == "open"
    writes = len(double.writes())
    assert "1 with nothing to do. 0 writes" in online("run", "--repo", "acme/app", *QUICK)
    assert len(double.writes()) == writes


def test_a_report_as_json(double: Double, online: Calls) -> None:
    double.add("acme/app", {"Dockerfile": DOCKERFILE})
    data = json.loads(online("run", "--repo", "acme/app", "--format", "json", *QUICK))
    [one] = data["repositories"]
    assert [done["action"] for done in one["done"]] == ["CreateBranch", "CreatePull", "CreateIssue"]
    assert data["version"] == 1


def test_a_plan_as_json_holds_the_contents(double: Double, online: Calls) -> None:
    double.add("acme/app", {"Dockerfile": DOCKERFILE})
    [one] = json.loads(online("plan", "--repo", "acme/app", "--format", "json", *NOW))["repositories"]
    [change] = one["steps"][0]["changes"]
    assert base64.b64decode(change["before"]).decode() == DOCKERFILE
    assert one["done"] == []
    assert not (online.folder / "state").exists()


def test_a_configuration_is_proposed_first(double: Double, online: Calls) -> None:
    place = double.add("acme/app", {"Dockerfile": DOCKERFILE})
    online("run", "--repo", "acme/app", "--onboarding", *QUICK)
    [pull] = place.pulls()
    assert place.read(".fixer.yaml", pull.pull.head).startswith("# Configuration of fixer.")
    assert "Dockerfile" not in place.log(pull.pull.head, beyond="main")[0].message


def test_an_owner_that_is_not_there_and_one_whose_rest_is_done(double: Double, online: Calls) -> None:
    double.organisation("acme")
    double.add("acme/app", {"Dockerfile": DOCKERFILE})
    double.add("acme/old", {"Dockerfile": DOCKERFILE}, archived=True)
    out = online("run", "--owner", "acme", "--owner", "nobody-there", *QUICK, code=1)
    assert "nobody-there: its repositories cannot be listed" in out
    assert "not looked at: 1 because it is archived" in out
    assert len(double.place("acme/app").pulls()) == 1


def test_a_limit_leaves_the_rest_to_the_next_run(double: Double, online: Calls) -> None:
    for name in ("one", "two"):
        double.add(f"acme/{name}", {"Dockerfile": DOCKERFILE})

    double.fault(Fault("GET", "/repos/acme/two$", REPLIES["403 secondary, long"]))
    words = ("run", "--repo", "acme/two", "--repo", "acme/one", "--jobs", "1", *QUICK)
    out = online(*words)
    assert "Stopped: 127.0.0.1" in out
    assert "The next run goes on" in out
    online(*words)
    assert [len(double.place(f"acme/{name}").pulls()) for name in ("one", "two")] == [1, 1]


def test_a_bug_of_ours_in_one_repository_is_told_and_the_rest_goes_on(
    double: Double, online: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "two"):
        double.add(f"acme/{name}", {"Dockerfile": DOCKERFILE})

    from fixer.bot import observe

    real = observe.configured

    def broken(worktree: Worktree, order: Order) -> Configured:
        if "acme/one" in worktree.git.url:
            raise ZeroDivisionError(os.environ["FIXER_TOKEN"])

        return real(worktree, order)

    monkeypatch.setattr(observe, "configured", broken)
    out = online("run", "--repo", "acme/one", "--repo", "acme/two", *QUICK, code=3)
    assert "a bug of ours: ZeroDivisionError: [hidden]" in out
    assert "Traceback" in out
    assert len(double.place("acme/two").pulls()) == 1


def test_one_failing_repository_does_not_stop_the_rest(double: Double, online: Calls) -> None:
    for name in ("one", "two", "three"):
        double.add(f"acme/{name}", {"Dockerfile": DOCKERFILE})

    double.fault(Fault("GET", "/repos/acme/two$", REPLIES["500"], times=99))
    out = online("run", "--repo", "acme/one", "--repo", "acme/two", "--repo", "acme/three", *QUICK, code=1)
    assert "failed: 127.0.0.1" in out
    assert len(double.place("acme/one").pulls()) == len(double.place("acme/three").pulls()) == 1


def test_a_refused_token_is_a_mistake_of_the_user(
    double: Double, online: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    double.add("acme/app", {"Dockerfile": DOCKERFILE})
    monkeypatch.setenv("FIXER_TOKEN", "ghp_not_a_token_of_anybody")
    assert "does not accept the token" in online("run", "--repo", "acme/app", *QUICK, code=2)


def test_a_forge_that_is_not_there(alone: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIXER_TOKEN", "ghp_token_of_somebody")
    monkeypatch.setenv("FIXER_API_URL", "http://127.0.0.1:9/api/v3")
    assert "cannot be reached" in alone("run", "--repo", "acme/app", *QUICK, code=2)


def test_what_the_budget_leaves_is_done_by_the_next_run(double: Double, online: Calls) -> None:
    for name in ("one", "two"):
        double.add(f"acme/{name}", {"Dockerfile": DOCKERFILE})

    words = ("run", "--repo", "acme/one", "--repo", "acme/two", "--jobs", "1")
    out = online(*words, *QUICK, "--per-hour", "4")
    assert "4 writes, 0 allowed within this hour" in out
    (next((online.folder / "state").glob("*.writes"))).unlink()
    online(*words, *QUICK)
    for name in ("one", "two"):
        place = double.place(f"acme/{name}")
        assert len(place.pulls()) == 1
        assert len(place.issues()) == 1


def test_an_app_works_where_it_is_installed_and_gets_new_tokens(
    double: Double,
    alone: Calls,
    as_app: Access,  # noqa: F811 - the fixture
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    double.organisation("other")
    double.install("other", PERMISSIONS)
    for name in ("acme/one", "acme/two", "other/three"):
        double.add(name, {"Dockerfile": DOCKERFILE})

    def end_tokens() -> None:
        for value in [value for value in double.store.tokens if value not in {double.token, double.person}]:
            del double.store.tokens[value]

    double.fault(Fault("POST", "/repos/acme/.*/pulls$", doing=end_tokens))
    double.fault(Fault("GET", "/repos/other/three$", doing=end_tokens))
    monkeypatch.setenv("FIXER_API_URL", double.api)
    monkeypatch.setenv("FIXER_APP_ID", as_app.login.app)
    monkeypatch.setenv("FIXER_APP_KEY", as_app.login.key)
    out = alone("run", "--installation", "--jobs", "1", *QUICK)
    assert "signed by the forge" in out
    for name in ("acme/one", "acme/two", "other/three"):
        [pull] = double.place(name).pulls()
        assert pull.user.login == "hardener[bot]"

    writes = len(double.writes("hardener[bot]"))
    assert "3 with nothing to do. 0 writes" in alone("run", "--installation", "--jobs", "1", *QUICK)
    assert len(double.writes("hardener[bot]")) == writes
    assert "PRIVATE KEY" not in out


def test_a_token_that_ends_in_mid_run_stops_it_and_the_next_one_goes_on(
    double: Double, online: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "two"):
        double.add(f"acme/{name}", {"Dockerfile": DOCKERFILE})

    words = ("run", "--repo", "acme/one", "--repo", "acme/two", "--jobs", "1", *QUICK)
    monkeypatch.setenv("FIXER_TOKEN", double.issue_token("fixer-bot", left=25).value)
    assert "does not accept the token" in online(*words, code=1)
    monkeypatch.setenv("FIXER_TOKEN", double.token)
    online(*words)
    for name in ("one", "two"):
        place = double.place(f"acme/{name}")
        assert (len(place.pulls()), len(place.issues())) == (1, 1)


def test_a_renamed_an_archived_and_a_foreign_repository(double: Double, online: Calls) -> None:
    double.add("acme/old", {"Dockerfile": DOCKERFILE})
    double.rename("acme/old", "acme/new")
    double.add("acme/archived", {"Dockerfile": DOCKERFILE}, archived=True)
    double.add("acme/foreign", {"Dockerfile": DOCKERFILE}).repository.roles["fixer-bot"] = "read"
    double.add("acme/empty")
    names = ("old", "archived", "foreign", "empty", "gone")
    out = online("run", *(word for name in names for word in ("--repo", f"acme/{name}")), *QUICK, code=1)
    assert "acme/new\n  + make branch" in out
    for said in ("it is archived", "the token may not push to it", "it is empty", "no such thing"):
        assert said in out

    assert len(double.place("acme/new").pulls()) == 1


def test_a_run_that_is_killed_is_gone_on_with(double: Double, online: Calls) -> None:
    names = [f"acme/app-{number}" for number in range(4)]
    for name in names:
        double.add(name, {"Dockerfile": DOCKERFILE})

    words = ["run", "--jobs", "1", *QUICK, *(word for name in names for word in ("--repo", name))]
    hold = double.fault(Fault("POST", "/repos/acme/app-2/pulls$", slow=30, after=True))
    process = online.started(*words)
    double.wait(lambda: hold.happened == 1, 60)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    out = online(*words)
    assert "done before" in out
    for name in names:
        place = double.place(name)
        assert len(place.pulls()) == 1, name
        assert len(place.issues()) == 1, name
        assert sorted(place.branches()) == ["fixer/safe-build", "main"]


def test_an_end_that_is_asked_for_is_orderly(double: Double, online: Calls, tmp_path: Path) -> None:
    double.add("acme/app", {"Dockerfile": DOCKERFILE})
    hold = double.fault(Fault("GET", "/repos/acme/app$", slow=5))
    process = online.started("run", "--repo", "acme/app", *QUICK)
    double.wait(lambda: hold.happened == 1, 60)
    time.sleep(0.2)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    assert list((tmp_path / "temporary").iterdir()) == []
