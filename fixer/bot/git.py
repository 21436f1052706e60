"""A bare repository of git that nobody trusts: no hooks, no submodules, no filters, one host, no traces of a token.

Everything goes through `git.execute` of GitPython with an environment of its own; there is no work tree.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import ModuleType
from typing import TypeAlias
from urllib.parse import urlsplit

import msgspec

from fixer.bot.redact import REDACTOR, authorization
from fixer.errors import UserError

REMOTE = "origin"
Given: TypeAlias = bytes | None
Environment: TypeAlias = Mapping[str, str]

_POLL = 0.2
_REFUSED = re.compile(r"Authentication failed|could not read Username|HTTP 401|error: 401")
_SHA = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_LONGEST = 300
_LEFT = re.compile(r"fixer-(\d+)-\w+")
# What the caller's own environment may hold that leads git elsewhere, or makes it print what it sends.
_FOREIGN = re.compile(
    r"GIT_(?!CONFIG_COUNT|CONFIG_KEY_|CONFIG_VALUE_)\w+|SSH_\w+|FIXER_\w+|\w*(?:TOKEN|SECRET|PASSWORD|PRIVATE_KEY)\w*"
)
_KEPT = frozenset({"GIT_SSL_CAINFO", "GIT_SSL_CAPATH", "GIT_EXEC_PATH", "GIT_PYTHON_REFRESH", "GIT_PYTHON_TRACE"})


class Limits(msgspec.Struct, frozen=True):
    """What one repository may take: seconds for one command of git, and bytes on the disk."""

    seconds: float = 300.0
    bytes: int = 1_000_000_000


class GitProblem(Exception):
    """Git did not do it; `clause` says why, without secrets. `said` is all of its words, in one line.

    `stale` is true where a branch was not what the lease says. `status` is its exit code, 0 when it had none.
    """

    def __init__(self, clause: str, said: str = "", *, stale: bool = False, status: int = 0) -> None:
        super().__init__(clause)
        self.clause = clause
        self.said = said
        self.stale = stale
        self.status = status


class Git:
    """One repository. `folder` is its git directory, `home` an empty folder that stands for the home of a person.

    `url` is the only address that is talked to ("" for none); `token` is asked afresh for each command that needs it,
    and with True for another one when it was refused.
    """

    def __init__(
        self,
        folder: str,
        home: str,
        *,
        url: str = "",
        token: Callable[[bool], str] | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.folder = os.path.abspath(folder)
        self.url = checked_url(url) if url else ""
        self._home = home
        self._token = token
        self._limits = limits or Limits()

    def ask(
        self, *words: str, given: bytes | None = None, index: str = "", env: Mapping[str, str] | None = None
    ) -> str:
        """Return what a command prints, without the last line end. Raises GitProblem."""
        return self.raw(*words, given=given, index=index, env=env).decode("utf-8", "surrogateescape").rstrip("\n")

    def raw(self, *words: str, given: Given = None, index: str = "", env: Environment | None = None) -> bytes:
        """Return what a command prints; `given` is its input, `index` the file it uses as index. Raises GitProblem."""
        environment = {**self._environment(index), **(env or {})}
        return _run(["git", *words], given, environment, self._home, self._limits)

    def remote(self, *words: str, given: Given = None) -> str:
        """Run a command that talks to the forge. Raises GitProblem."""
        token = self._token(False) if self._token else ""  # noqa: FBT003 - not a fresh one
        try:
            return self._talk(words, given, token)
        except GitProblem as problem:
            # A token may end before its time. What was refused for it was not done.
            fresh = self._token(True) if self._token and _REFUSED.search(problem.said) else token  # noqa: FBT003
            if fresh == token:
                raise

        return self._talk(words, given, fresh)

    def _talk(self, words: Sequence[str], given: Given, token: str) -> str:
        allowed = {"GIT_ALLOW_PROTOCOL": urlsplit(self.url).scheme}
        return self.ask(*words, given=given, env={**self._settings(remote=True, token=token), **allowed})

    def sha(self, name: str) -> str:
        """Return the commit that a full name of a reference leads to; "" when there is none."""
        try:
            return self.ask("rev-parse", "--quiet", "--verify", "--end-of-options", f"{name}^{{commit}}")
        except GitProblem:
            return ""

    def _environment(self, index: str) -> dict[str, str]:
        # A variable cannot be taken out of the environment of a child, but it can be set to what says nothing.
        foreign = {name: "" for name in os.environ if _FOREIGN.fullmatch(name) and name not in _KEPT}
        for name in ("GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR", "GIT_WORK_TREE"):
            foreign.pop(name, None)

        if "GIT_OBJECT_DIRECTORY" in os.environ:
            foreign["GIT_OBJECT_DIRECTORY"] = os.path.join(self.folder, "objects")

        return {
            **foreign,
            **self._settings(remote=False),
            "GIT_DIR": self.folder,
            "GIT_INDEX_FILE": index or os.path.join(self._home, "index"),
            "HOME": self._home,
            "XDG_CONFIG_HOME": self._home,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_SYSTEM": os.devnull,
            "GIT_ATTR_NOSYSTEM": "1",
            "GIT_LFS_SKIP_SMUDGE": "1",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_ASKPASS": "true",
            "GIT_EDITOR": "true",
            "GIT_PAGER": "cat",
            "GIT_NO_REPLACE_OBJECTS": "1",
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_LITERAL_PATHSPECS": "1",
            "GIT_ADVICE": "0",
            "GIT_DEFAULT_HASH": "sha1",
            "GIT_ALLOW_PROTOCOL": "",
        }

    def _settings(self, *, remote: bool, token: str = "") -> dict[str, str]:
        """Settings of git as variables, which win over those of the repository; the token only for its own host."""
        settings = dict(_HARDENED)
        if self.url:
            settings |= {f"remote.{REMOTE}.{key}": value for key, value in {"url": self.url, **_PARTIAL}.items()}

        if remote and self.url:
            parts = urlsplit(self.url)
            settings[f"protocol.{parts.scheme}.allow"] = "always"
            if token:
                settings[f"http.{parts.scheme}://{parts.netloc}/.extraheader"] = authorization(token)

        found = {"GIT_CONFIG_COUNT": str(len(settings))}
        for number, (key, value) in enumerate(settings.items()):
            found |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}

        return found


# What is not there is fetched when it is needed.
_PARTIAL = {"promisor": "true", "partialclonefilter": "blob:none"}
_HARDENED = {
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "core.sshCommand": "false",
    "core.attributesFile": os.devnull,
    "core.excludesFile": os.devnull,
    "core.symlinks": "false",
    "core.logAllRefUpdates": "true",
    "protocol.allow": "never",
    "http.followRedirects": "false",
    "http.lowSpeedLimit": "1000",
    "http.lowSpeedTime": "60",
    "credential.helper": "",
    "submodule.recurse": "false",
    "fetch.recurseSubmodules": "false",
    "push.recurseSubmodules": "no",
    # A server that hears which commits we have believes that we have their contents too.
    "fetch.negotiationAlgorithm": "noop",
    "transfer.bundleURI": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "commit.gpgSign": "false",
    "push.gpgSign": "false",
    "i18n.commitEncoding": "utf-8",
}


@contextlib.contextmanager
def workspace(parent: str | None = None) -> Iterator[str]:
    """Yield a fresh folder of our own, which is gone afterwards, whatever happens."""
    import shutil

    folder = tempfile.mkdtemp(prefix=f"fixer-{os.getpid()}-", dir=parent)
    try:
        for name in ("home", "repository.git", "tree"):
            os.mkdir(os.path.join(folder, name), 0o700)

        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def clean_up(parent: str | None = None) -> None:
    """Remove what runs left that were killed: folders of ours, older than an hour, whose process is gone."""
    import shutil

    place = parent or tempfile.gettempdir()
    for name in os.listdir(place):
        found = _LEFT.fullmatch(name)
        if found is None or _runs(int(found[1])):
            continue

        folder = os.path.join(place, name)
        with contextlib.suppress(OSError):
            state = os.lstat(folder)
            if stat.S_ISDIR(state.st_mode) and state.st_uid == os.getuid() and state.st_mtime < time.time() - 3600:
                shutil.rmtree(folder, ignore_errors=True)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True

    return True


def checked_url(url: str) -> str:
    """Return an address that git may be given. Raises UserError for one with credentials or of another scheme."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise UserError(f"{REDACTOR.text(url)!r} is no address of a repository") from None

    if parts.username is not None or parts.password is not None:
        raise UserError("an address of a repository holds no credentials")

    if parts.scheme not in {"https", "http"} or not host or url.startswith("-") or not url.isprintable() or " " in url:
        raise UserError(f"{url!r} is no http or https address of a repository")

    if parts.scheme == "http" and host not in {"127.0.0.1", "localhost", "::1"}:
        raise UserError(f"{host}{f':{port}' if port else ''} is only talked to over https")

    return url


def is_sha(text: str) -> bool:
    """Whether a text is the full name of an object."""
    return _SHA.fullmatch(text) is not None


def is_branch(name: str) -> bool:
    """Whether git takes a text as the name of a branch, by the rules of `git check-ref-format`."""
    if not name or name.startswith(("-", "/")) or name.endswith(("/", ".")) or name == "@":
        return False

    if re.search(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//", name):
        return False

    return not any(part.startswith(".") or part.endswith(".lock") for part in name.split("/"))


def gitpython_module() -> ModuleType:
    """Return GitPython. Raises UserError when it is not installed."""
    # Without git on the machine the import alone would fail.
    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
    try:
        import git
    except ImportError:
        raise UserError("the bot needs GitPython, which is not installed: pip install GitPython") from None

    return git


def _run(command: list[str], given: Given, env: Environment, home: str, limits: Limits) -> bytes:
    git = gitpython_module()
    with tempfile.TemporaryFile(dir=home) as stream:
        stream.write(given or b"")
        stream.seek(0)
        try:
            handle = git.Git(home).execute(
                command, istream=stream, as_process=True, env=dict(env), start_new_session=True
            )
        except git.exc.GitCommandNotFound:
            raise UserError("git is needed, and is not installed") from None

        process = handle.proc
        try:
            out, err = _watched(process, command[1], limits, os.path.dirname(home))
        finally:
            _end(process)

    if process.returncode:
        raise _problem(command[1], err, process.returncode)

    return out


def _watched(process: subprocess.Popen[bytes], verb: str, limits: Limits, folder: str) -> tuple[bytes, bytes]:
    """Wait for the end of a command, within its time and its room on the disk."""
    end = time.monotonic() + limits.seconds
    while True:
        try:
            return process.communicate(timeout=_POLL)
        except subprocess.TimeoutExpired:
            if time.monotonic() > end:
                raise GitProblem(f"git {verb} did not end within {limits.seconds:g} s") from None

            if size_of(folder) > limits.bytes:
                raise GitProblem(f"the repository takes more than {limits.bytes / 1e6:g} MB on the disk") from None


def _end(process: subprocess.Popen[bytes]) -> None:
    """Leave no child behind, and none of its children."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)

    process.wait()
    for stream in (process.stdout, process.stderr):
        if stream:
            stream.close()


def size_of(folder: str) -> int:
    """Return how many bytes the files below a folder have."""
    size = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                size += os.lstat(os.path.join(place, name)).st_size

    return size


def _problem(verb: str, err: bytes, status: int) -> GitProblem:
    text = REDACTOR.text(err.decode("utf-8", "replace"))
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("hint:")]
    said = " ".join(re.sub(r"^(?:fatal|error|warning|remote): ?", "", line) for line in lines)
    said = "".join(letter if letter.isprintable() else " " for letter in said)
    stale = "stale info" in said or "[rejected]" in said or "fetch first" in said or "cannot lock ref" in said
    return GitProblem(f"git {verb} refused: {said[:_LONGEST] or 'no reason given'}", said, stale=stale, status=status)
