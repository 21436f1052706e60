"""Who the bot is; what its connection does when a forge refuses, breaks off, or wants to be left alone."""

from __future__ import annotations

import io
import logging
import time
from pathlib import Path

import pytest
from bot.double.double import Double
from bot.double.faults import REPLIES, Fault
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from fixer.bot.auth import PERMISSIONS, Access, is_own_host, login_of
from fixer.bot.budget import Budget, Exhausted, Limits
from fixer.bot.problems import ForgeProblem, problem_of
from fixer.bot.redact import REDACTOR
from fixer.bot.transport import Pace, Transport
from fixer.errors import UserError

FAST = Pace(timeout=5, longest=5.0, tries=3, pause=0.01)
KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----"


# ---- what the environment says


def test_the_own_variable_wins_over_that_of_workflows() -> None:
    login = login_of({"FIXER_TOKEN": "ghp_own_token\n", "GITHUB_TOKEN": "ghs_other_token"})
    assert login.token == "ghp_own_token"
    assert (login.api, login.server) == ("https://api.github.com", "https://github.com")
    assert "ghp_own" not in repr(login)
    assert REDACTOR.text("x ghp_own_token") == "x [hidden]"


@pytest.mark.parametrize(
    ("env", "server"),
    [
        ({"GITHUB_API_URL": "https://ghe.acme.example/api/v3"}, "https://ghe.acme.example"),
        ({"FIXER_API_URL": "https://ghe.acme.example/api/v3/"}, "https://ghe.acme.example"),
        ({"FIXER_API_URL": "https://api.acme.ghe.com"}, "https://acme.ghe.com"),
        (
            {"FIXER_API_URL": "http://127.0.0.1:8080/api/v3", "GITHUB_SERVER_URL": "https://github.com"},
            "http://127.0.0.1:8080",
        ),
        (
            {"FIXER_API_URL": "https://x.example/api/v3", "FIXER_SERVER_URL": "https://git.x.example"},
            "https://git.x.example",
        ),
    ],
)
def test_enterprise_addresses(env: dict[str, str], server: str) -> None:
    assert login_of({"FIXER_TOKEN": "ghp_token", **env}).server == server


@pytest.mark.parametrize(
    "env",
    [
        {},
        {"FIXER_TOKEN": "  "},
        {"FIXER_TOKEN": "two words"},
        {"FIXER_TOKEN": "ghp_token", "FIXER_API_URL": "ftp://x"},
        {"FIXER_TOKEN": "ghp_token", "FIXER_API_URL": "http://ghe.example/api/v3"},
        {"FIXER_TOKEN": "ghp_token", "FIXER_API_URL": "https://user:pass@ghe.example"},
        {"FIXER_TOKEN": "ghp_token", "FIXER_APP_ID": "1", "FIXER_APP_KEY": KEY},
        {"FIXER_APP_ID": "1"},
        {"FIXER_APP_ID": "1", "FIXER_APP_KEY": "no key"},
        {"FIXER_APP_ID": "1", "FIXER_APP_KEY_FILE": "/nonexistent/key.pem"},
        {"FIXER_APP_ID": "1", "FIXER_APP_KEY": KEY, "FIXER_APP_INSTALLATION": "one"},
    ],
)
def test_mistakes_of_the_environment(env: dict[str, str]) -> None:
    with pytest.raises(UserError) as caught:
        login_of(env)

    assert not any(secret in str(caught.value) for secret in ("ghp_token", "two words", "MIIB", "pass@"))


def test_a_token_is_shown_to_its_own_host_only() -> None:
    assert is_own_host("https://github.com/a/b.git", "https://github.com")
    for url in (
        "https://github.com.evil.example/a",
        "http://github.com/a",
        "https://github.com:8443/a",
        "https://evil/github.com",
    ):
        assert not is_own_host(url, "https://github.com")


# ---- a token


@pytest.fixture
def access(double: Double) -> Access:
    return Access(login_of({"FIXER_TOKEN": double.token, "FIXER_API_URL": double.api}), FAST)


def test_commits_of_the_owner_of_a_token_are_not_taken_for_ours(access: Access) -> None:
    login, person = access.who()
    assert login == "fixer-bot"
    assert person.email == "fixer-bot@users.noreply.invalid"


def test_a_token_of_a_workflow_does_not_know_who_it_is(double: Double, access: Access) -> None:
    double.fault(Fault("GET", "/user", REPLIES["403 permission"]))
    login, person = access.who()
    assert login == "github-actions[bot]"
    assert person.email.startswith("41898282+github-actions[bot]@users.noreply.")


@pytest.mark.parametrize(
    "name", ["500", "502", "503", "504", "429 reset", "429 retry-after", "403 primary", "403 secondary, retry-after"]
)
def test_a_question_is_asked_again(double: Double, access: Access, name: str) -> None:
    double.add("acme/app", {"a": "a"})
    fault = double.fault(Fault("GET", "/repos/acme/app", REPLIES[name]))
    assert access.transport().get("/repos/acme/app")["name"] == "app"
    assert fault.happened == 1


def test_a_question_whose_connection_broke_is_asked_again(double: Double, access: Access) -> None:
    double.add("acme/app", {"a": "a"})
    double.fault(Fault("GET", "/repos/acme/app", drop=True))
    assert access.transport().get("/repos/acme/app")["name"] == "app"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("401", "login"),
        ("403 permission", "forbidden"),
        ("404", "missing"),
        ("409", "conflict"),
        ("410", "gone"),
        ("422", "invalid"),
        ("403 secondary, long", "limited"),
        ("403 secondary, no header", "limited"),
    ],
)
def test_a_refusal_is_not_asked_again(double: Double, access: Access, name: str, kind: str) -> None:
    fault = double.fault(Fault("GET", "/user", REPLIES[name], times=9))
    with pytest.raises(ForgeProblem) as caught:
        access.transport().get("/user")

    assert caught.value.kind == kind
    assert fault.happened == 1
    assert double.token not in str(caught.value)


def test_a_forge_that_stays_away_is_a_problem_in_the_end(double: Double, access: Access) -> None:
    fault = double.fault(Fault("GET", "/user", REPLIES["502"], times=99))
    with pytest.raises(ForgeProblem) as caught:
        access.transport().get("/user")

    assert (caught.value.kind, fault.happened) == ("server", FAST.tries)


# ---- writes


def comment(transport: Transport, budget: Budget) -> object:
    """Open an issue called `one`; whoever looks finds it by its title."""

    def done() -> object:
        return next(
            (one for one in transport.pages("/repos/acme/app/issues", state="all") if one["title"] == "one"), None
        )

    return transport.write(budget, lambda: transport.send("POST", "/repos/acme/app/issues", {"title": "one"}), done)


@pytest.mark.parametrize("after", [False, True], ids=["not done", "done all the same"])
@pytest.mark.parametrize("fault", ["500", "502", "504", "drop"])
def test_a_write_that_nobody_knows_of_is_made_once(double: Double, access: Access, fault: str, *, after: bool) -> None:
    place = double.add("acme/app", {"a": "a"})
    double.fault(Fault("POST", "/issues", REPLIES.get(fault), drop=fault == "drop", after=after))
    assert comment(access.transport(), Budget("", Limits(apart=0)))
    assert [one.title for one in place.issues()] == ["one"]


@pytest.mark.parametrize("name", ["429 reset", "429 retry-after", "403 primary", "403 secondary, retry-after"])
def test_a_write_waits_as_long_as_it_is_told(double: Double, access: Access, name: str) -> None:
    place = double.add("acme/app", {"a": "a"})
    double.fault(Fault("POST", "/issues", REPLIES[name]))
    began = time.monotonic()
    comment(access.transport(), Budget("", Limits(apart=0)))
    assert time.monotonic() - began >= 0.9
    assert len(place.issues()) == 1


@pytest.mark.parametrize("name", ["403 secondary, long", "403 secondary, no header"])
def test_a_long_wait_is_left_to_the_next_run(double: Double, access: Access, name: str) -> None:
    place = double.add("acme/app", {"a": "a"})
    budget = Budget("", Limits(apart=0))
    double.fault(Fault("POST", "/issues", REPLIES[name]))
    with pytest.raises(Exhausted):
        comment(access.transport(), budget)

    assert place.issues() == []
    assert budget.left() == Limits().hour - 1
    with pytest.raises(Exhausted):
        comment(access.transport(), Budget("", Limits(hour=0)))


@pytest.mark.parametrize("name", ["403 permission", "404", "409", "422"])
def test_a_refused_write_is_not_made_again(double: Double, access: Access, name: str) -> None:
    double.add("acme/app", {"a": "a"})
    fault = double.fault(Fault("POST", "/issues", REPLIES[name], times=9))
    with pytest.raises(ForgeProblem):
        comment(access.transport(), Budget("", Limits(apart=0)))

    assert fault.happened == 1


def test_a_list_does_not_lead_to_another_host(double: Double, access: Access) -> None:
    double.add("acme/app", {"a": "a"})
    reply = REPLIES["502"].__class__(200, "", {"Link": '<https://evil.example/x>; rel="next"'}, body=[])
    double.fault(Fault("GET", "/repos/acme/app/labels", reply))
    with pytest.raises(ForgeProblem, match="elsewhere"):
        list(access.transport().pages("/repos/acme/app/labels"))


class Answer(Exception):
    def __init__(self, status: int, data: object, **headers: str) -> None:
        super().__init__("no words of a server")
        self.status = status
        self.data = data
        self.headers = headers


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        (Answer(400, {"errors": [{"type": "STALE_DATA", "message": "moved"}]}), "conflict", "moved"),
        (Answer(400, {"errors": [{"type": "FORBIDDEN", "message": "no"}]}), "forbidden", "no"),
        (Answer(400, {"errors": [{"type": "NOT_FOUND"}]}), "missing", "400"),
        (Answer(400, {"errors": [{"message": "bad"}]}), "invalid", "bad"),
        (Answer(400, {"errors": [{"type": "RATE_LIMITED"}]}), "limited", "fewer requests"),
        (Answer(403, {"message": "Repository was archived so is read-only."}), "archived", "read-only"),
        (
            Answer(422, {"message": "m", "errors": ["text", {"resource": "Label", "code": "x"}]}),
            "invalid",
            "m: text: Label  x",
        ),
        (Answer(418, "\x1b[2Jteapot"), "other", "teapot"),
        (Answer(502, None), "server", "502"),
        (OSError("gone"), "unreachable", "cannot be reached"),
    ],
)
def test_what_refusals_mean(answer: Exception, kind: str, said: str) -> None:
    problem = problem_of(answer, "forge.example")
    assert problem.kind == kind
    assert said in problem.clause
    assert "\x1b" not in problem.clause


# ---- an App


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def as_app(double: Double, key: rsa.RSAPrivateKey, tmp_path: Path) -> Access:
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    double.organisation("acme")
    double.app(7, "hardener", public.decode())
    double.install("acme", PERMISSIONS)
    (tmp_path / "key.pem").write_bytes(private)
    env = {"FIXER_APP_ID": "7", "FIXER_APP_KEY_FILE": str(tmp_path / "key.pem"), "FIXER_API_URL": double.api}
    return Access(login_of(env), FAST)


def test_an_app_knows_itself_and_gets_a_token_for_each_installation(double: Double, as_app: Access) -> None:
    double.add("acme/app", {"a": "a"})
    login, person = as_app.who()
    assert login == "hardener[bot]"
    assert person.email.endswith("hardener[bot]@users.noreply.127.0.0.1")
    assert as_app.transport("acme").get("/repos/acme/app")["name"] == "app"
    token = as_app.token("ACME")
    assert REDACTOR.text(f"token {token}") == "token [hidden]"
    assert as_app.token("acme") == token
    with pytest.raises(ForgeProblem, match="not installed for other"):
        as_app.token("other")


def test_a_token_that_ended_is_replaced(double: Double, as_app: Access) -> None:
    double.add("acme/app", {"a": "a"})
    as_app.transport("acme").get("/repos/acme/app")
    first = as_app.token("acme")
    del double.store.tokens[first]
    assert as_app.transport("acme").get("/repos/acme/app")["name"] == "app"
    assert as_app.token("acme") != first


def test_no_token_is_logged(double: Double, as_app: Access) -> None:
    """At its lowest level PyGithub logs answers as they are, those with tokens too."""
    double.add("acme/app", {"a": "a"})
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    try:
        root.setLevel(logging.DEBUG)
        logging.getLogger("github").setLevel(logging.DEBUG)
        REDACTOR.guard()
        as_app.transport("acme").get("/repos/acme/app")
        logging.getLogger("elsewhere").warning("it was %s", as_app.token("acme"))
    finally:
        root.removeHandler(handler)
        root.setLevel(before)

    assert "it was [hidden]" in stream.getvalue()
    assert as_app.token("acme") not in stream.getvalue()
