"""Decisions that are stored beside the project, so that a person can go on later: `.fixer/session`, ignored by git."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
from collections.abc import Iterable
from typing import Any

import msgspec

from fixer.errors import UserError
from fixer.files import FileProblem, read_bytes, write_atomic
from fixer.files.access import locate
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

# What is stored beside a session that cannot be read is found again: the first name that can be read counts.
NAMES = (NAME, *(f"{NAME}.{number}" for number in range(2, 10)))


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
    return any(_there(root, name) for name in NAMES)


def _there(root: str, name: str) -> bool:
    return os.path.lexists(os.path.join(root, name))


def store(root: str, session: Session) -> str:
    """Store a session in the place of an older one, or beside one that cannot be read; return its name.

    Raises UserError when it cannot be stored.
    """
    name = next((one for one in NAMES if not _there(root, one) or _readable(root, one)), NAME)
    # Names of files may hold bytes that are no text: only this encoder has a spelling for them.
    data = json.dumps(msgspec.to_builtins(session), indent=1).encode() + b"\n"
    try:
        if not os.path.lexists(os.path.join(root, IGNORE)):
            write_atomic(root, IGNORE, b"*\n", None)

        stamp = read_bytes(root, name, LIMIT)[1] if _there(root, name) else None
        write_atomic(root, name, data, stamp)
    except FileProblem as problem:
        raise UserError(f"{name}: {problem.reason}") from None

    return name


def remove(root: str) -> None:
    """Take the stored session away: all that is in it was written. One that cannot be removed stays."""
    name = next((one for one in NAMES if _there(root, one) and _readable(root, one)), None)
    if name is not None:
        with contextlib.suppress(OSError, FileProblem):
            os.unlink(locate(root, name))


def _readable(root: str, name: str) -> bool:
    try:
        _read(root, name)
    except UserError:
        return False

    return True


def load(root: str) -> Session:
    """Return the stored session. Raises UserError when it cannot be read; it is left alone."""
    there = [name for name in NAMES if _there(root, name)]
    return _read(root, next((name for name in there if _readable(root, name)), NAME))


def _read(root: str, name: str) -> Session:
    try:
        data = read_bytes(root, name, LIMIT)[0]
        found = msgspec.convert(json.loads(data), dict[str, Any])
        if "version" in found and found["version"] != VERSION:
            raise UserError(f"{name}: it has version {found['version']!r}, and {VERSION} is read; it is left alone")

        session = msgspec.convert(found, Session)
        Risk[session.risk.upper()]
    except FileProblem as problem:
        raise UserError(f"{name}: it cannot be read: {problem.reason}; it is left alone") from None
    except (msgspec.ValidationError, ValueError, RecursionError):
        raise UserError(f"{name}: it is damaged and left alone") from None
    except KeyError:
        raise UserError(f"{name}: it names a risk that there is not; it is left alone") from None

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
