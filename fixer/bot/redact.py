"""Keeps secrets out of whatever is printed or logged: every live token, in each form in which it travels."""

from __future__ import annotations

import base64
import logging
import threading
from typing import Any
from urllib.parse import quote, quote_plus

HIDDEN = "[hidden]"
_SHORTEST = 6
_USER = "x-access-token"


class Redactor(logging.Filter):
    """Replaces secrets in text. Tokens are added when they come to life, and stay known to the end of the process.

    As a filter of a logging handler it changes the record: message, arguments, exception and stack.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._forms: tuple[str, ...] = ()

    def add(self, secret: str) -> None:
        """Let `secret` never be shown. What is too short to be one (below 6 characters) is left alone."""
        if len(secret.strip()) < _SHORTEST:
            return

        with self._lock:
            # The longest first: a form may hold a shorter one.
            self._forms = tuple(sorted({*self._forms, *_forms(secret.strip())}, key=len, reverse=True))

    def text(self, text: str) -> str:
        """Return `text` with every secret replaced."""
        for form in self._forms:
            if form in text:
                text = text.replace(form, HIDDEN)

        return text

    def filter(self, record: logging.LogRecord) -> bool:
        """Take the secrets out of a record; it is always let through."""
        if not self._forms:
            return True

        record.msg, record.args = self.text(_message(record)), ()
        if record.exc_info:
            record.exc_text = self.text(logging.Formatter().formatException(record.exc_info))
            record.exc_info = None

        if record.stack_info:
            record.stack_info = self.text(record.stack_info)

        return True

    def guard(self) -> None:
        """Put this filter on every handler there is, and keep the libraries that see tokens from talking too much.

        A handler that is added later is not covered: call it again after a library was imported.
        """
        loggers: list[Any] = [logging.getLogger(), *logging.Logger.manager.loggerDict.values()]
        handlers = [handler for logger in loggers for handler in getattr(logger, "handlers", ())]
        for handler in [*handlers, *filter(None, [logging.lastResort])]:
            if self not in handler.filters:
                handler.addFilter(self)

        for name in ("github", "git", "urllib3", "requests"):
            # At DEBUG the answer that holds an installation token is logged as it is.
            logger = logging.getLogger(name)
            logger.setLevel(max(logger.level, logging.WARNING))


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError):
        return f"{record.msg} {record.args}"


def _forms(secret: str) -> set[str]:
    """The secret as it is, as part of a URL, in an Authorization header and as one line of a PEM file."""
    forms = {secret, quote(secret, safe=""), quote_plus(secret)}
    for text in (f"{_USER}:{secret}", secret, f":{secret}", f"{secret}:"):
        coded = base64.b64encode(text.encode()).decode()
        forms |= {coded, coded.rstrip("=")}

    lines = [line.strip() for line in secret.splitlines() if not line.startswith("-----")]
    # The last line of a key may be a few characters, which occur elsewhere.
    forms |= {line for line in lines if len(line) >= 20} if len(lines) > 1 else set()
    return {form for form in forms if len(form) >= _SHORTEST}


REDACTOR = Redactor()
"""The one of this process."""


def authorization(token: str) -> str:
    """Return the header with which git shows a token to a forge. Raises ValueError for what cannot be a token."""
    if any(ord(letter) < 33 or ord(letter) > 126 for letter in token):
        raise ValueError("the token holds characters that no token has")

    REDACTOR.add(token)
    return "Authorization: Basic " + base64.b64encode(f"{_USER}:{token}".encode()).decode()
