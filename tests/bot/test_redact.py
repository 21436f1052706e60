"""No form of a token comes out: not in text, not in logs, not in tracebacks."""

from __future__ import annotations

import base64
import io
import logging
from urllib.parse import quote

import pytest

from fixer.bot.redact import HIDDEN, Redactor, authorization

TOKEN = "ghp_a/b+c=d&e1234567890"


@pytest.fixture
def redactor() -> Redactor:
    made = Redactor()
    made.add(TOKEN)
    return made


@pytest.mark.parametrize(
    "form",
    [
        TOKEN,
        quote(TOKEN, safe=""),
        base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode(),
        base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode().rstrip("="),
        base64.b64encode(TOKEN.encode()).decode(),
    ],
)
def test_each_form_is_hidden(redactor: Redactor, form: str) -> None:
    assert redactor.text(f"git said: {form}!") == f"git said: {HIDDEN}!"


def test_other_text_stays(redactor: Redactor) -> None:
    assert redactor.text("nothing to hide") == "nothing to hide"


def test_what_is_too_short_to_be_a_secret_is_left_alone() -> None:
    redactor = Redactor()
    redactor.add("main")
    assert redactor.text("the branch main") == "the branch main"


def test_a_key_is_hidden_line_by_line() -> None:
    redactor = Redactor()
    line = "MIIEowIBAAKCAQEAqLkZ0000000000000000000000000000000000000000000"
    redactor.add(f"-----BEGIN RSA PRIVATE KEY-----\n{line}\nabc=\n-----END RSA PRIVATE KEY-----\n")
    assert redactor.text(f"key {line} abc=") == f"key {HIDDEN} abc="


def test_logs_and_tracebacks_are_filtered(redactor: Redactor) -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(redactor)
    logger = logging.getLogger("fixer.test_redact")
    logger.addHandler(handler)
    logger.warning("token %s", TOKEN)
    try:
        int(TOKEN)
    except ValueError:
        logger.exception("it broke with %r", {"token": TOKEN}, stack_info=True)

    assert TOKEN not in stream.getvalue()
    assert stream.getvalue().count(HIDDEN) >= 3


def test_guard_covers_every_handler_and_quiets_libraries(redactor: Redactor) -> None:
    handler = logging.StreamHandler(io.StringIO())
    logger = logging.getLogger("github.test_guard")
    logger.addHandler(handler)
    github = logging.getLogger("github")
    before = github.level
    try:
        github.setLevel(logging.DEBUG)
        redactor.guard()
        assert redactor in handler.filters
        assert github.level == logging.WARNING
    finally:
        logger.removeHandler(handler)
        github.setLevel(before)


def test_header_is_known_to_the_filter_of_the_process() -> None:
    from fixer.bot.redact import REDACTOR

    header = authorization("ghs_sometoken12345")
    coded = header.removeprefix("Authorization: Basic ")
    assert base64.b64decode(coded) == b"x-access-token:ghs_sometoken12345"
    assert REDACTOR.text(header) == f"Authorization: Basic {HIDDEN}"


@pytest.mark.parametrize("token", ["a b", "token\nHost: evil", "tökén12"])
def test_no_header_is_made_of_what_is_no_token(token: str) -> None:
    with pytest.raises(ValueError, match="no token has"):
        authorization(token)
