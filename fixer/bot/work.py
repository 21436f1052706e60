"""What a worker does with one repository: it looks, and writes nothing. Job and result travel between processes."""

from __future__ import annotations

import os
import threading
import time

import msgspec

from fixer.bot.auth import Access, Login, login_of
from fixer.bot.budget import Budget
from fixer.bot.forge import Found
from fixer.bot.git import GitProblem, Limits, workspace
from fixer.bot.github import GitHub
from fixer.bot.problems import ForgeProblem
from fixer.bot.records import State
from fixer.bot.redact import REDACTOR
from fixer.bot.survey import Order
from fixer.bot.transport import Pace


class Job(msgspec.Struct, frozen=True):
    """One repository to look at. Nothing secret is in it: a worker finds its login in its own environment."""

    name: str
    order: Order
    pace: Pace = Pace()
    limits: Limits = Limits()


class Looked(msgspec.Struct, frozen=True):
    """What was seen: a state, or why there is none.

    `skipped` says why the repository is left alone on purpose; `failed` why it could not be looked at, `lasting`
    that this is so for every repository, and `limited` that it is so for now. `seconds` and `requests` are what it
    took; `bug` holds a traceback.
    """

    name: str
    found: Found | None = None
    state: State | None = None
    skipped: str = ""
    failed: str = ""
    lasting: bool = False
    limited: bool = False
    bug: str = ""
    seconds: float = 0.0
    requests: int = 0


def look(job: Job) -> Looked:
    """Look at one repository. Never raises but for an interrupt."""
    began = time.monotonic()
    looked = _looked(job)
    name = looked.found.name if looked.found else job.name
    return msgspec.structs.replace(looked, name=name, seconds=time.monotonic() - began)


def forge_here(login: Login, pace: Pace, budget: Budget) -> GitHub:
    """Return a connection to the forge."""
    return GitHub(Access(login, pace), budget)


def _looked(job: Job) -> Looked:
    try:
        return _seen(job)
    except ForgeProblem as problem:
        return Looked(
            job.name, failed=problem.clause, lasting=problem.kind == "login", limited=problem.kind == "limited"
        )
    except GitProblem as problem:
        return Looked(job.name, failed=problem.clause)
    except Exception as error:  # noqa: BLE001 - one repository never stops the rest
        from traceback import format_exception

        text = REDACTOR.text("".join(format_exception(error)))
        return Looked(job.name, failed=REDACTOR.text(f"a bug of ours: {type(error).__name__}: {error}"), bug=text)


def _seen(job: Job) -> Looked:
    from fixer.bot.observe import state_of
    from fixer.bot.remote import Remote, git_of

    login = login_of(os.environ)
    forge = _forge(login, job.pace)
    before = forge.access.requests
    found = forge.found(job.name)
    if why := why_skipped(found):
        return Looked(job.name, found, skipped=why)

    with workspace() as folder:
        view = Remote(forge, found, git_of(forge, found, login.server, folder, job.limits))
        try:
            head = view.start(found.base)
        except GitProblem as problem:
            if "couldn't find remote ref" in problem.said:
                return Looked(job.name, found, skipped="it is empty")

            raise

        state = state_of(view, found.base, head, job.order, os.path.join(folder, "tree"))

    return Looked(job.name, found, state, requests=forge.access.requests - before)


def why_skipped(found: Found) -> str:
    """Return why a repository is left alone, as a clause; "" when it is not."""
    if found.archived:
        return "it is archived"

    if found.disabled:
        return "it is disabled"

    if found.empty or not found.base:
        return "it is empty"

    return "" if found.push else "the token may not push to it"


def _forge(login: Login, pace: Pace) -> GitHub:
    """One connection for all repositories of a thread; workers have no budget, for they write nothing."""
    from fixer.bot.budget import Limits as Writes

    known: dict[tuple[Login, Pace], GitHub] = _mine.__dict__.setdefault("forges", {})
    if (login, pace) not in known:
        known[login, pace] = forge_here(login, pace, Budget("", Writes(minute=0, hour=0, patience=0)))

    return known[login, pace]


_mine = threading.local()
