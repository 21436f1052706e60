"""Who the bot is to a forge: a token, or a GitHub App; from the environment only, and shown to one host only."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import msgspec

from fixer.bot.commits import Person
from fixer.bot.problems import ForgeProblem
from fixer.bot.redact import REDACTOR
from fixer.bot.transport import Pace, Transport
from fixer.errors import UserError, clause

if TYPE_CHECKING:
    from github.Auth import Auth

GITHUB = "https://api.github.com"
# What a GitHub App needs: the least that pull requests, issues and workflow files ask for.
PERMISSIONS = {
    "contents": "write",
    "pull_requests": "write",
    "issues": "write",
    "metadata": "read",
    "workflows": "write",
}
_ACTIONS = ("github-actions[bot]", 41898282)
_LARGEST_KEY = 100_000


class Login(msgspec.Struct, frozen=True):
    """What the environment says. `api` is the address of the REST interface, `server` that of pages and of git.

    Never shown: neither token nor key are in its `repr`.
    """

    api: str
    server: str
    token: str = ""
    app: str = ""
    key: str = ""
    installation: int = 0

    def __repr__(self) -> str:
        return f"Login({self.api!r})"


def login_of(env: Mapping[str, str]) -> Login:
    """Return who the bot is. Raises UserError when nothing says so, or an address cannot be used.

    FIXER_TOKEN or GITHUB_TOKEN; or FIXER_APP_ID with FIXER_APP_KEY (the text of the key) or FIXER_APP_KEY_FILE, and
    FIXER_APP_INSTALLATION where only one installation is meant. FIXER_API_URL or GITHUB_API_URL for GitHub Enterprise.
    """
    api = _address(env.get("FIXER_API_URL") or env.get("GITHUB_API_URL") or GITHUB, "FIXER_API_URL")
    server = _server(api, env)
    token = (env.get("FIXER_TOKEN") or "").strip()
    if app := env.get("FIXER_APP_ID", "").strip():
        if token:
            raise UserError("FIXER_TOKEN and FIXER_APP_ID are two ways to log in: set one of them")

        return Login(api, server, app=app, key=_key(env), installation=_number(env.get("FIXER_APP_INSTALLATION", "")))

    token = token or env.get("GITHUB_TOKEN", "").strip()
    if not token:
        raise UserError("the bot needs a token in FIXER_TOKEN or GITHUB_TOKEN, or a GitHub App in FIXER_APP_ID")

    REDACTOR.add(token)
    if not token.isascii() or not token.isprintable() or " " in token:
        raise UserError("the token in the environment holds characters that no token has")

    return Login(api, server, token=token)


class Access:
    """Connections to one forge: one for a token, one for each installation of an App. Safe for threads."""

    def __init__(self, login: Login, pace: Pace | None = None) -> None:
        self.login = login
        self.pace = pace or Pace()
        self._lock = threading.RLock()
        self._transports: dict[int, Transport] = {}
        self._auths: dict[int, Auth] = {}
        self._installations: dict[str, int] = {}
        self._granted: dict[int, dict[str, str]] = {}
        self._who: tuple[str, Person] | None = None

    def transport(self, owner: str = "") -> Transport:
        """Return the connection with which repositories of `owner` are reached. Raises ForgeProblem."""
        number = self._installation(owner)
        with self._lock:
            if number not in self._transports:
                self._transports[number] = Transport(self.login.api, lambda: self._auth(number, fresh=True), self.pace)

            return self._transports[number]

    def token(self, owner: str = "", *, fresh: bool = False) -> str:
        """Return a token for git that holds now; ask for each command. Raises ForgeProblem.

        `fresh`: a new one where there are new ones, because the old one was refused.
        """
        if self.login.token:
            return self.login.token

        transport = self.transport(owner)
        if fresh:
            transport.renew()

        token: str = self._auths[self._installation(owner)].token
        return token

    def who(self) -> tuple[str, Person]:
        """Return the login of the bot, and what its commits say. Raises ForgeProblem."""
        if self._who is None:
            login, number = self._asked_who()
            host = urlsplit(self.login.server).hostname or "localhost"
            # A person's own commits must never be taken for ours: only a bot commits under its own address.
            own = login.endswith("[bot]")
            mark = f"{number}+" if number else ""
            email = f"{mark}{login}@users.noreply.{host}" if own else "fixer-bot@users.noreply.invalid"
            self._who = (login, Person(login if own else f"fixer bot ({login})", email))

        return self._who

    def installations(self) -> list[tuple[str, int]]:
        """Return owner and number of each installation of the App that is not suspended. Raises ForgeProblem."""
        found = [one for one in self._app().pages("/app/installations") if not one.get("suspended_at")]
        self._granted |= {int(one["id"]): dict(one.get("permissions") or {}) for one in found}
        return [(str(one["account"]["login"]), int(one["id"])) for one in found]

    @property
    def requests(self) -> int:
        """How many requests were made so far."""
        return sum(one.requests for one in self._transports.values())

    def _asked_who(self) -> tuple[str, int]:
        if self.login.app:
            return self._asked_app()

        try:
            user = self.transport().get("/user")
        except ForgeProblem as problem:
            if problem.kind == "forbidden":
                # The token of a workflow may not ask who it is.
                return _ACTIONS

            raise

        return str(user["login"]), int(user.get("id", 0))

    def _asked_app(self) -> tuple[str, int]:
        slug = f"{self._app().get('/app')['slug']}[bot]"
        if not self.login.installation and not self._installations:
            self._installations |= {name.lower(): number for name, number in self.installations()}

        owner = next(iter(self._installations), "")
        # Who asks as an App itself may not ask about users.
        found = self.transport(owner).optional(f"/users/{quote(slug)}") if owner or self.login.installation else None
        return slug, int((found or {}).get("id", 0))

    def _app(self) -> Transport:
        with self._lock:
            if -1 not in self._transports:
                self._transports[-1] = Transport(self.login.api, self._app_auth, self.pace)

            return self._transports[-1]

    def _installation(self, owner: str) -> int:
        if not self.login.app or self.login.installation:
            return self.login.installation

        with self._lock:
            if owner.lower() not in self._installations:
                self._installations |= {name.lower(): number for name, number in self.installations()}

            if owner.lower() not in self._installations:
                raise ForgeProblem("forbidden", f"the app is not installed for {owner}")

            return self._installations[owner.lower()]

    def _auth(self, number: int, *, fresh: bool) -> Auth:
        if fresh or number not in self._auths:
            self._auths[number] = self._token_auth() if self.login.token else self._installation_auth(number)

        return self._auths[number]

    def _token_auth(self) -> Auth:
        from github.Auth import Token

        return Token(self.login.token)

    def _app_auth(self) -> Any:
        from github.Auth import AppAuth

        class Known(AppAuth):
            """One whose token is never shown."""

            @property
            def token(self) -> str:
                return _known(super().token)

        return Known(int(self.login.app) if self.login.app.isdigit() else self.login.app, self.login.key)

    def _installation_auth(self, number: int) -> Auth:
        from github.Auth import AppInstallationAuth

        class Known(AppInstallationAuth):
            """One whose token is never shown; it is refreshed before it ends."""

            @property
            def token(self) -> str:
                return _known(super().token)

        if number not in self._granted:
            self.installations()

        granted = self._granted.get(number, {})
        # No more than is needed, and no more than was granted: the forge refuses to give that.
        wanted = {name: right for name, right in PERMISSIONS.items() if granted.get(name) in {right, "write", "admin"}}
        wanted |= {name: granted[name] for name in PERMISSIONS if name in granted and name not in wanted}
        return Known(self._app_auth(), number, wanted or None)


def _known(token: str) -> str:
    REDACTOR.add(token)
    return token


def _address(url: str, name: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"https", "http"} or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise UserError(f"{name}: an address such as https://github.example.com/api/v3 is wanted")

    if parts.scheme == "http" and parts.hostname not in {"127.0.0.1", "localhost", "::1"}:
        raise UserError(f"{name}: {parts.hostname} is only talked to over https")

    return url.rstrip("/")


def _server(api: str, env: Mapping[str, str]) -> str:
    said = env.get("FIXER_SERVER_URL") or ("" if env.get("FIXER_API_URL") else env.get("GITHUB_SERVER_URL", ""))
    if said:
        return _address(said, "FIXER_SERVER_URL")

    parts = urlsplit(api)
    host = parts.netloc.removeprefix("api.") if parts.path.strip("/") == "" else parts.netloc
    return f"{parts.scheme}://{host}"


def _key(env: Mapping[str, str]) -> str:
    key = env.get("FIXER_APP_KEY", "")
    if not key and (path := env.get("FIXER_APP_KEY_FILE")):
        try:
            with open(path, encoding="ascii") as file:
                key = file.read(_LARGEST_KEY)
        except (OSError, UnicodeDecodeError) as error:
            why = clause(error) if isinstance(error, OSError) else "it is no PEM file"
            raise UserError(f"FIXER_APP_KEY_FILE: {why}") from None

    if "PRIVATE KEY-----" not in key:
        raise UserError("FIXER_APP_ID needs the private key of the app, in FIXER_APP_KEY or FIXER_APP_KEY_FILE")

    REDACTOR.add(key)
    return key


def _number(text: str) -> int:
    if text.strip() and not text.strip().isdigit():
        raise UserError(f"FIXER_APP_INSTALLATION: a number is wanted, not {text!r}")

    return int(text.strip() or 0)


def is_own_host(url: str, server: str) -> bool:
    """Whether an address lies on the host whose credentials we have: nothing else is shown the token."""
    ours, theirs = urlsplit(server), urlsplit(url)
    return (ours.scheme, ours.netloc.lower()) == (theirs.scheme, theirs.netloc.lower())


Asked = Callable[[], "Auth"]
