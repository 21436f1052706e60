"""Decisions that are stored beside the project, so that a person can go on later: `.fixer/session`, ignored by git."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterable
from typing import Any

import msgspec

from fixer.errors import UserError
from fixer.files import FileProblem, read_bytes, write_atomic
from fixer.finding import Risk
from fixer.policy.shape import mistakes
from fixer.proof import Identity
from fixer.review.decisions import Params
from fixer.rule import Rule

FOLDER = ".fixer"
NAME = f"{FOLDER}/session"
IGNORE = f"{FOLDER}/.gitignore"
VERSION = 1
LIMIT = 50_000_000


class Decided(msgspec.Struct, frozen=True):
    """What was said about one finding, by what identifies it."""

    rule: str
    path: str
    place: str
    message: str
    accepted: bool

    @property
    def key(self) -> Identity:
        """The identity of the finding."""
        return self.rule, self.path, self.place, self.message


class Session(msgspec.Struct, frozen=True):
    """What is stored: the day, the risk up to which fixes are accepted, single decisions, and parameters."""

    version: int
    day: str
    risk: str
    decisions: tuple[Decided, ...] = ()
    parameters: dict[str, dict[str, Any]] = {}


def session_of(risk: Risk, said: Iterable[tuple[Identity, bool]], params: Params) -> Session:
    """Return what is to be stored."""
    decided = tuple(Decided(*key, accepted) for key, accepted in sorted(said))
    parameters = {rule: dict(values) for rule, values in params.items()}
    return Session(VERSION, dt.datetime.now(dt.UTC).date().isoformat(), risk.name.lower(), decided, parameters)


def exists(root: str) -> bool:
    """Whether there is a stored session."""
    return os.path.lexists(os.path.join(root, NAME))


def store(root: str, session: Session) -> None:
    """Store a session in the place of an older one. Raises UserError when it cannot be, or the older is not ours."""
    if exists(root):
        load(root)

    # Names of files may hold bytes that are no text: only this encoder has a spelling for them.
    data = json.dumps(msgspec.to_builtins(session), indent=1).encode() + b"\n"
    try:
        if not os.path.lexists(os.path.join(root, IGNORE)):
            write_atomic(root, IGNORE, b"*\n", None)

        stamp = read_bytes(root, NAME, LIMIT)[1] if exists(root) else None
        write_atomic(root, NAME, data, stamp)
    except FileProblem as problem:
        raise UserError(f"{NAME}: {problem.reason}") from None


def load(root: str) -> Session:
    """Return the stored session. Raises UserError when it cannot be read; it is left alone."""
    try:
        data = read_bytes(root, NAME, LIMIT)[0]
        found = msgspec.convert(json.loads(data), dict[str, Any])
        if "version" in found and found["version"] != VERSION:
            raise UserError(f"{NAME}: it has version {found['version']!r}, and {VERSION} is read; it is left alone")

        session = msgspec.convert(found, Session)
        Risk[session.risk.upper()]
    except FileProblem as problem:
        raise UserError(f"{NAME}: it cannot be read: {problem.reason}; it is left alone") from None
    except (msgspec.ValidationError, ValueError, RecursionError):
        raise UserError(f"{NAME}: it is damaged and left alone; move it away to begin a new one") from None
    except KeyError:
        raise UserError(f"{NAME}: it names a risk that there is not; it is left alone") from None

    return session


def risk_of(session: Session) -> Risk:
    """Return up to which risk fixes are accepted by themselves."""
    return Risk[session.risk.upper()]


def counted(session: Session) -> str:
    """Return how much is in a session, as words."""
    count = len(session.decisions)
    parameters = sum(map(len, session.parameters.values()))
    more = f" and {parameters} parameter{'s' * (parameters != 1)}" if parameters else ""
    return f"{count} decision{'s' * (count != 1)}{more}"


def params_in(session: Session, rules: Iterable[Rule]) -> tuple[Params, str]:
    """Return the parameters that rules still take, and what there is to say about the others ("" for none)."""
    known = {rule.id: rule.params for rule in rules if rule.params}
    found: dict[str, dict[str, Any]] = {}
    lost = []
    for rule, values in session.parameters.items():
        for name, value in values.items():
            if rule in known and next(mistakes({name: value}, known[rule]), None) is None:
                found.setdefault(rule, {})[name] = value
            else:
                lost.append(f"{name} of {rule}")

    return found, f"; {', '.join(lost)} does not fit any more" if lost else ""
