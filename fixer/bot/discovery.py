"""Which repositories a run is about: named ones, those of owners, those of an installation; less what is left out."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Sequence

import msgspec

from fixer.bot.forge import Forge, Found
from fixer.bot.problems import ForgeProblem
from fixer.errors import UserError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}")
_OWNER = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})")
_LONGEST_PATTERN = 200


class Selection(msgspec.Struct, frozen=True):
    """What a person asks for.

    `include` and `exclude` hold patterns of `owner/name` (`*` and `?`; without a slash of the name alone) or regular
    expressions between slashes. Forks and templates are left out unless `forks`. `topics`: one of them is wanted.
    """

    repositories: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    installation: bool = False
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    forks: bool = False


class Discovered(msgspec.Struct, frozen=True):
    """Names in order, without doubles; what was left out, each with its reason; owners that could not be listed."""

    names: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...] = ()
    failed: tuple[tuple[str, str], ...] = ()


def check(selection: Selection) -> None:
    """Raise UserError for a name, an owner or a pattern that is none, and when nothing is asked for."""
    if not (selection.repositories or selection.owners or selection.installation):
        raise UserError("which repositories? --repo OWNER/NAME, --owner OWNER or --installation; --local PATH for none")

    for name in selection.repositories:
        if not _NAME.fullmatch(name) or name.endswith(("/.", "/..", ".git")):
            raise UserError(f"--repo {name}: a name such as acme/shop is wanted")

    for owner in selection.owners:
        if not _OWNER.fullmatch(owner):
            raise UserError(f"--owner {owner}: a name such as acme is wanted")

    for pattern in (*selection.include, *selection.exclude):
        _pattern(pattern)


def discover(forge: Forge, selection: Selection) -> Discovered:
    """Return what the run is about. Raises UserError as `check` does.

    Named repositories are taken as they are, unless a pattern leaves them out: whoever names one wants it.
    """
    check(selection)
    names: dict[str, str] = {}
    left_out: dict[str, str] = {}
    failed: list[tuple[str, str]] = []
    for name in selection.repositories:
        _sort(Found(name), selection, names, left_out, named=True)

    sources = [("owner", owner) for owner in selection.owners] + [("installation", "")] * selection.installation
    for source, owner in sources:
        try:
            for found in forge.listed("installation" if source == "installation" else "owner", owner):
                _sort(found, selection, names, left_out, named=False)
        except ForgeProblem as problem:
            if problem.kind == "login":
                raise UserError(problem.clause) from None

            failed.append((owner or "installation", problem.clause))

    return Discovered(tuple(names.values()), tuple(sorted(left_out.items())), tuple(failed))


def fits(name: str, pattern: str) -> bool:
    """Whether a pattern of `Selection` is about the repository `owner/name`; case does not count."""
    return (
        _pattern(pattern).search(name if "/" in pattern.strip("/") or _is_regex(pattern) else _short(name)) is not None
    )


def why_left_out(found: Found, selection: Selection) -> str:
    """Return why a listed repository is left out, as a clause; "" when it is not."""
    reasons = {
        "it is archived": found.archived,
        "it is disabled": found.disabled,
        "it is empty": found.empty,
        "it is a fork": found.fork and not selection.forks,
        "it is a template": found.template and not selection.forks,
        "the token may not push to it": not found.push,
        "it has none of the topics": bool(selection.topics) and not set(selection.topics) & set(found.topics),
    }
    return next((reason for reason, holds in reasons.items() if holds), "") or _by_pattern(found.name, selection)


def _sort(found: Found, selection: Selection, names: dict[str, str], left_out: dict[str, str], *, named: bool) -> None:
    why = _by_pattern(found.name, selection) if named else why_left_out(found, selection)
    if why:
        left_out.setdefault(found.name, why)
    else:
        names.setdefault(found.name.lower(), found.name)


def _by_pattern(name: str, selection: Selection) -> str:
    if selection.include and not _any(name, selection.include):
        return "no --include is about it"

    out: Sequence[str] = [pattern for pattern in selection.exclude if fits(name, pattern)]
    return f"--exclude {out[0]}" if out else ""


def _any(name: str, patterns: Iterable[str]) -> bool:
    return any(fits(name, pattern) for pattern in patterns)


def _short(name: str) -> str:
    return name.partition("/")[2] or name


def _is_regex(pattern: str) -> bool:
    return len(pattern) > 1 and pattern.startswith("/") and pattern.endswith("/")


def _pattern(pattern: str) -> re.Pattern[str]:
    if not pattern or len(pattern) > _LONGEST_PATTERN:
        raise UserError("a pattern of --include and --exclude is neither empty nor very long")

    try:
        return re.compile(pattern[1:-1] if _is_regex(pattern) else rf"\A{fnmatch.translate(pattern)}", re.IGNORECASE)
    except re.error as error:
        raise UserError(f"{pattern}: this is no regular expression ({error})") from None
