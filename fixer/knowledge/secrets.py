"""What looks like a secret (table KB-7). Nothing here returns, stores or prints a value."""

from __future__ import annotations

import functools
import re

from fixer.knowledge.tables import table

# Endings of names that hold a setting about a secret and not the secret. The table is the shorter list.
_MORE_SUFFIXES = (
    "_METHOD", "_TYPE", "_MODE", "_HOST", "_HOSTS", "_PORT", "_ISSUER", "_AUDIENCE", "_PROVIDER", "_USER", "_USERNAME",
    "_EMAIL", "_TIMEOUT", "_EXPIRES", "_EXPIRES_IN", "_EXPIRATION", "_LIFETIME", "_DAYS", "_HOURS", "_MINUTES",
    "_SECONDS", "_MIN", "_MAX", "_SIZE", "_COUNT", "_LIMIT", "_ROUNDS", "_DUMMY", "_BACKEND", "_BACKENDS", "_CLASS",
    "_REALM", "_DOMAIN", "_SCOPE", "_SCOPES", "_DISABLED", "_REQUIRED", "_VERSION", "_COMMAND", "_ENDPOINT", "_REGION",
    "_DIR", "_ROLE", "_ARN", "_URI", "_URLS", "_LOCATION", "_REFRESH", "_PREFIX", "_FORMAT", "_STRATEGY", "_HASHERS",
)  # fmt: skip
# PWD and OLDPWD are the working directories of a shell.
_LONGEST_PLACEHOLDER = 200
_WORKING_DIRECTORIES = frozenset({"PWD", "OLDPWD"})
_CAMEL = r"(?<=[a-z0-9])(?=[A-Z])"
_SEPARATORS = r"[^A-Za-z0-9]+"
_REFERENCE = r"\$\{[A-Za-z_][A-Za-z0-9_]*(?::?[?+][^{}]*)?\}|\$[A-Za-z_][A-Za-z0-9_]*|\$\(.*\)|%\(.*\)s|\{\{.*\}\}"
_DEFAULT = r"\$\{[A-Za-z_][A-Za-z0-9_]*:?-(.*)\}"
_PLACEHOLDER = (
    r"(?i)<.*>|\[.*\]|x+|\*+|\.+|-+|(your|my|some|insert|enter|put)[-_ ].*|.*[-_ ](here|placeholder)|"
    r".*(change[-_ ]?me|change[-_ ]?this|change[-_ ]?it|replace[-_ ]?me|replace[-_ ]?this|placeholder|dummy|example).*|"
    r"todo|tbd|fixme|none|null|nil|undefined|n/?a|redacted|secret[-_ ]key[-_ ]base[-_ ]dummy"
)
_SWITCH = r"(?i)true|false|yes|no|on|off|enabled?|disabled?|0|1|trust|md5|scram-sha-256"


def is_secret_name(name: str) -> bool:
    """Whether a variable called `name` holds a secret as far as its name tells."""
    upper = _upper(name)
    secrets = table("secret_patterns")
    if upper in secrets["not_secret"]["except"]:
        return True

    if upper in secrets["not_secret"]["names"] or upper in _WORKING_DIRECTORIES or upper.endswith(_harmless_suffixes()):
        return False

    words = f"_{upper}_"
    named = any(f"_{word}_" in words for word in secrets["names"]["words"])
    return (named and not _is_public(words)) or any(upper.endswith(suffix) for suffix in secrets["names"]["suffixes"])


def looks_like_secret(value: str) -> bool:
    """Whether `value` has the form of a token, of a private key or of a URL with a password, whatever its name."""
    return any(not _only_placeholder(found) for found in _values().finditer(value))


def is_harmless(value: str) -> bool:
    """Whether `value` gives nothing away: empty, a reference to a variable, a placeholder, a switch."""
    text = value.strip().strip("'\"")
    if default := re.fullmatch(_DEFAULT, text):
        return is_harmless(default[1])

    forms = (_REFERENCE, _PLACEHOLDER, _SWITCH) if len(text) <= _LONGEST_PLACEHOLDER else ()
    return not text or any(re.fullmatch(form, text) for form in forms)


def is_secret(name: str, value: str) -> bool:
    """Whether `name=value` writes a secret down: by its name and a literal value, or by the form of the value."""
    if looks_like_secret(value):
        return True

    plain_url = _upper(name).endswith("_URL") or "://" in value
    return is_secret_name(name) and not is_harmless(value) and not plain_url


def _upper(name: str) -> str:
    return re.sub(_SEPARATORS, "_", re.sub(_CAMEL, "_", name)).strip("_").upper()


def _is_public(words: str) -> bool:
    return "_PUBLIC_" in words or "_PUB_" in words


@functools.cache
def _harmless_suffixes() -> tuple[str, ...]:
    return (*table("secret_patterns")["not_secret"]["suffixes"], *_MORE_SUFFIXES)


@functools.cache
def _values() -> re.Pattern[str]:
    # A scheme begins where a word does; without saying so, a long word would be searched from each of its letters.
    forms = (f"(?<![a-z0-9+.-]){form}" if "://" in form else form for form in table("secret_patterns")["values"])
    return re.compile("|".join(f"(?:{form})" for form in forms))


def _only_placeholder(found: re.Match[str]) -> bool:
    """Whether what matched is a URL whose password is a variable or a placeholder."""
    scheme, mark, rest = found[0].partition("://")
    return bool(mark) and not scheme.startswith("-") and is_harmless(rest.rstrip("@").partition(":")[2])
