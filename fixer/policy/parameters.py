"""Parameters of rules: what a configuration says about them, compared with what the rules take."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec

from fixer.errors import UserError
from fixer.policy.policy import Policy
from fixer.policy.settings import Configuration
from fixer.policy.shape import Mistake, mistakes, nearest
from fixer.rule import Rule

# A kind has so many that a list is no help.
_MANY = 10


def check(policy: Policy, rules: Sequence[Rule], all_rules: Callable[[], Sequence[Rule]]) -> None:
    """Compare all that is said about parameters of `rules` with what they take. Raises UserError for the first mistake.

    A key may be one of any rule that the name stands for, also of one that is not among `rules`: only where a key is
    one of none of them is the whole list asked for.
    """
    for name, said in policy.settings.rules.items():
        unknown = [key for key in said.params if key not in _keys(rules, name)]
        if unknown and any(rule.answers(name) for rule in rules):
            keys = _keys(all_rules(), name)
            if wrong := next((key for key in unknown if key not in keys), None):
                raise _error(policy.configuration, name, Mistake((wrong,), _no_such(name, wrong, keys)))

    for rule in rules:
        policy.params(rule)


def _keys(rules: Iterable[Rule], name: str) -> list[str]:
    answering = (rule.params for rule in rules if rule.params and rule.answers(name))
    return list(dict.fromkeys(key for params in answering for key in params.__struct_encode_fields__))


def _no_such(name: str, key: str, keys: Sequence[str]) -> str:
    if not keys:
        return f"{name} has no parameters"

    hint = nearest(key, keys) or (f"; there are {', '.join(keys)}" if len(keys) < _MANY else "")
    return f"{name} has no parameter {key!r}{hint}"


def filled(wanted: type[msgspec.Struct], configuration: Configuration, names: Iterable[str]) -> msgspec.Struct:
    """Return parameters with the values that are said under `names`, a later one over an earlier one.

    Raises UserError for the first value that does not fit. Keys of other rules that a name stands for are left out.
    """
    found: dict[str, object] = {}
    for name in names:
        said = configuration.settings.rules[name].params
        own = {key: value for key, value in said.items() if key in wanted.__struct_encode_fields__}
        if mistake := next(mistakes(own, wanted), None):
            at = ".".join(map(str, mistake.at))
            raise _error(configuration, name, Mistake(mistake.at, f"{at}: {mistake.message}"))

        found |= own

    return msgspec.convert(found, wanted)


def _error(configuration: Configuration, name: str, mistake: Mistake) -> UserError:
    where = configuration.places.get((name, *mistake.at), configuration.path)
    return UserError(f"{where}: {mistake.message}")
