"""Tags and branches of a repository somewhere else, listed by `git ls-remote`.

git reads the configuration of the user and of the system: the proxy, the certificates and the credential helpers that
people need to reach their forge are set there, and it is as trustworthy as the git that is run. What it must not read
is the configuration of the scanned repository, which could name programs to run: `GIT_DIR` leads nowhere.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import tempfile
import threading
from typing import IO
from urllib.parse import urlsplit

import msgspec

from fixer.registry.answer import Online
from fixer.registry.site import may_be_plain

# Bytes of a listing; 50,000 tags take 4 MB.
_MOST = 32 * 1024 * 1024
_SHOWN = 200
# The whole call, in units of `Online.timeout`: it connects, may be redirected, asks twice, and reads.
_WHOLE = 4

_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_CREDENTIALS = re.compile(r"//[^/@\s]*@")
_STATUS = re.compile(r"returned error: (\d{3})|HTTP (\d{3})")
_REASONS = {"401": "unauthorized", "403": "forbidden", "404": "not found", "429": "too many requests"}


class Listing(msgspec.Struct, frozen=True):
    """The commits of all tags and branches, by name; of an annotated tag the commit it points to."""

    tags: dict[str, str]
    branches: dict[str, str]


class NoListing(msgspec.Struct, frozen=True):
    """Why there is no listing, as a clause."""

    problem: str


def list_refs(base: str, repository: str, online: Online, *, head: bool = False) -> Listing | NoListing:
    """Return the tags and branches of `repository` (`owner/name`) below the URL `base`; nothing is raised.

    With `head` only `HEAD` is returned, as a branch: a server lists it together with everything else.
    """
    host = _host(base)
    if problem := _not_allowed(base, repository, online):
        return NoListing(problem)

    with tempfile.TemporaryFile() as errors:
        url = f"{base}/{repository}.git"
        output = _run(("--", url, "HEAD") if head else ("--heads", "--tags", "--", url), url, online, errors)
        if isinstance(output, NoListing):
            return NoListing(output.problem.format(host=host))

        code, data = output
        if code:
            errors.seek(0)
            said = errors.read(8192).decode("utf-8", "replace")
            return NoListing(_reason(said, host, repository))

    return _parsed(data.decode("utf-8", "replace")) or NoListing(f"{host} lists no tags and branches of {repository}")


def _not_allowed(base: str, repository: str, online: Online) -> str:
    parts = urlsplit(base)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return "the endpoint of github.com is no http or https URL"

    if "@" in parts.netloc:
        return "the endpoint of github.com holds credentials: leave them to a credential helper of git"

    if parts.scheme == "http" and not may_be_plain(parts.netloc, online):
        return f"{parts.netloc} is not asked over plain HTTP unless registry.plain_http names it"

    return f"{repository!r} is no name of a repository" if repository.startswith("-") else ""


def _run(arguments: tuple[str, ...], url: str, online: Online, errors: IO[bytes]) -> tuple[int, bytes] | NoListing:
    """Return the exit code of git and what it printed; NoListing when it does not run, or not to its end."""
    slow = max(1, round(online.timeout))
    # What the user rewrites to a protocol that is not allowed here is asked as it stands: the longest match wins.
    options = ("credential.interactive=false", "http.lowSpeedLimit=1", f"http.lowSpeedTime={slow}")
    settings = [part for option in (*options, f"url.{url}.insteadOf={url}") for part in ("-c", option)]
    try:
        process = subprocess.Popen(  # noqa: S603 - no shell; what the URL is made of was checked
            ["git", *settings, "ls-remote", *arguments],  # noqa: S607 - the user's git
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=_environment(),
            start_new_session=True,
        )
    except OSError:
        return NoListing("git is needed to look up actions, and cannot be run")

    late: list[bool] = []
    timer = threading.Timer(online.timeout * _WHOLE, _end, (process, late))
    timer.daemon = True
    timer.start()
    assert process.stdout is not None
    with process.stdout as output:
        data = output.read(_MOST + 1)

    # What has more to say than this hears that nobody listens; git ends by itself else.
    code = process.wait() if len(data) <= _MOST else 0
    timer.cancel()
    _end(process, [])
    if late:
        return NoListing("{host} does not answer in time")

    return (code, data) if len(data) <= _MOST else NoListing("{host} lists more than anybody could have tagged")


def _end(process: subprocess.Popen[bytes], late: list[bool]) -> None:
    """End git and the programs it started, and note that this was done."""
    late.append(True)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)

    process.wait()


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_TRACE") and name not in _NOT}
    return kept | {
        "GIT_DIR": os.devnull,
        "GIT_ALLOW_PROTOCOL": "http:https",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "",
        "SSH_ASKPASS": "",
        "GCM_INTERACTIVE": "never",
        "LC_ALL": "C",
    }


# What git hands to hooks, and what would run another program.
_NOT = frozenset(
    {
        *("GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE", "GIT_PREFIX"),
        *("GIT_EXEC_PATH", "GIT_EXTERNAL_DIFF", "GIT_PAGER", "GIT_EDITOR", "GIT_CURL_VERBOSE", "GIT_PROTOCOL"),
    }
)


def _parsed(text: str) -> Listing | None:
    """Return what git printed, as a listing; None when there is no ref in it."""
    tags: dict[str, str] = {}
    peeled: dict[str, str] = {}
    branches: dict[str, str] = {}
    lines = (line.partition("\t") for line in text.splitlines())
    for name, commit in ((name, commit) for commit, _, name in lines if _COMMIT.fullmatch(commit)):
        tag = name.removeprefix("refs/tags/")
        if tag == name:
            branches[name.removeprefix("refs/heads/")] = commit
        elif tag.endswith("^{}"):
            peeled[tag.removesuffix("^{}")] = commit
        else:
            tags[tag] = commit

    return Listing(tags | peeled, branches) if tags or branches else None


def _reason(said: str, host: str, repository: str) -> str:
    """Return why git failed, from what it said, as a clause without credentials."""
    status = _STATUS.search(said)
    code = (status[1] or status[2]) if status else ""
    if "could not read Username" in said or "could not read Password" in said or code == "404":
        return f"{host} shows nobody {repository}: it does not exist, or it wants credentials that git does not have"

    if "Authentication failed" in said or code in {"401", "403"}:
        return f"{host} refuses the credentials that git has for {repository}"

    if code:
        return f"{host} answers {code}" + (f" ({_REASONS[code]})" if code in _REASONS else "")

    for words, reason in _SAID.items():
        if words in said:
            return reason.format(host=host)

    lines = [line for line in said.splitlines() if line.strip()]
    last = _CREDENTIALS.sub("//", lines[-1]).removeprefix("fatal: ") if lines else "git gives no reason"
    return f"{host} cannot be asked: {last[:_SHOWN].rstrip('.')}"


_SAID = {
    "not found": "{host} has no such repository",
    "Could not resolve": "the name {host} cannot be resolved",
    "certificate": "the certificate of {host} is not accepted",
    "SSL": "no secure connection to {host} can be made",
    "timed out": "{host} does not answer in time",
    "too slow": "{host} does not answer in time",
    "onnection refused": "{host} refuses the connection",
    "Failed to connect": "{host} cannot be reached",
    "Couldn't connect": "{host} cannot be reached",
    "Empty reply": "{host} ends the connection without an answer",
    "not valid: is this a git repository": "{host} answers, but not as git does",
    "transport": "{host} redirects to a protocol that is not allowed",
}


def _host(base: str) -> str:
    return urlsplit(base).netloc.rpartition("@")[2]
