"""What a user says about the screens in `fixer/tui.toml` below the configuration folder: theme, keys, signs."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from typing import Any

import msgspec

from fixer.errors import UserError, clause

NAME = os.path.join("fixer", "tui.toml")
SEEN = os.path.join("fixer", "tui-hint-seen")


class Settings(msgspec.Struct, frozen=True):
    """Theme ("" for ours), keys by the id of what they do, and whether to draw with ASCII (None: the locale says)."""

    theme: str = ""
    keys: Mapping[str, str] = {}
    ascii: bool | None = None


def path_of(environ: Mapping[str, str]) -> str:
    """Return where the settings are."""
    base = environ.get("XDG_CONFIG_HOME") or os.path.join(os.path.expanduser("~"), ".config")
    return os.path.join(base, NAME)


def load(environ: Mapping[str, str], themes: Collection[str], ids: Mapping[str, str]) -> Settings:
    """Return the settings of the user; `ids` leads from what can be remapped to its usual keys.

    Raises UserError, one line, for a file that cannot be read and for each word that means nothing.
    """
    path = path_of(environ)
    try:
        with open(path, "rb") as file:
            said = tomllib.load(file)
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        raise UserError(f"{path}: {clause(error)}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: {' '.join(str(error).split())}") from None

    try:
        return _settings(said, themes, ids)
    except UserError as error:
        raise UserError(f"{path}: {error}") from None


def _settings(said: Mapping[str, Any], themes: Collection[str], ids: Mapping[str, str]) -> Settings:
    for name in said:
        _known(name, ("theme", "keys", "ascii"), "setting")

    theme, keys, ascii_ = said.get("theme", ""), said.get("keys", {}), said.get("ascii")
    if not isinstance(theme, str):
        raise UserError("theme: the name of a theme in quotes is wanted")

    if theme:
        _known(theme, themes, "theme")

    if ascii_ is not None and not isinstance(ascii_, bool):
        raise UserError("ascii: true or false is wanted")

    if not isinstance(keys, dict):
        raise UserError('keys: a table is wanted, such as [keys] with accept = "y"')

    for name, key in keys.items():
        _check_key(name, key, ids)

    _check_clashes({**ids, **keys}, keys)
    return Settings(theme, keys, ascii_)


def _known(name: str, names: Collection[str], sort: str) -> None:
    if name in names:
        return

    near = get_close_matches(name, list(names), n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(sorted(names))}"
    raise UserError(f"there is no {sort} {name!r}; {hint}")


def _check_key(name: str, key: object, ids: Mapping[str, str]) -> None:
    _known(name, ids, "key")
    if not isinstance(key, str) or not key.strip():
        raise UserError(f'keys: {name}: a key in quotes is wanted, such as "ctrl+a"')

    from textual.keys import Keys

    names = {one.value for one in Keys} | {"space", "comma", "full_stop", "slash", "question_mark"}
    for one in key.split(","):
        last = one.strip().rpartition("+")[2] if len(one.strip()) > 1 else one.strip()
        if len(last) != 1 and last not in names and one.strip() not in names:
            raise UserError(f"keys: {name}: there is no key {one.strip()!r}")


def _check_clashes(all_keys: Mapping[str, str], changed: Mapping[str, str]) -> None:
    """Raise UserError when a key that was given is taken by something else."""
    for name in changed:
        for key in all_keys[name].split(","):
            taken = next((one for one, keys in all_keys.items() if one != name and key in keys.split(",")), None)
            if taken:
                raise UserError(f"keys: {name}: {key!r} is the key of {taken!r}")


# ---- the hint of the first run


def hint_seen(environ: Mapping[str, str]) -> bool:
    """Whether the hint of the first run was shown before."""
    return os.path.exists(_seen(environ))


def remember_hint(environ: Mapping[str, str]) -> None:
    """Note that the hint was shown; a folder that cannot be written shows it again next time."""
    path = _seen(environ)
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8"):
            pass
    except OSError:
        return


def _seen(environ: Mapping[str, str]) -> str:
    base = environ.get("XDG_STATE_HOME") or os.path.join(os.path.expanduser("~"), ".local", "state")
    return os.path.join(base, SEEN)
