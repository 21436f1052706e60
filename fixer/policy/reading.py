"""Finds and reads `.fixer.yaml`; whatever is wrong with it is one line with file, line and what to do."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import msgspec

from fixer.errors import UserError
from fixer.files import FileProblem, read_bytes
from fixer.policy import packs
from fixer.policy.settings import Configuration, Settings
from fixer.policy.shape import Mistake, Path, date_of, mistakes, nearest, paths
from fixer.text import Lines, TextError, read

# A configuration that people write has some hundred lines.
LARGEST = 1_000_000


def load(root: str, path: str, shown: str) -> Configuration:
    """Return what the file at `path` below `root` says; messages call it `shown`. Raises UserError for each mistake."""
    try:
        data, _ = read_bytes(root, path, LARGEST)
        text = read(data).text
    except (FileProblem, TextError) as problem:
        raise UserError(f"{shown}: {getattr(problem, 'reason', problem)}") from None

    return parse(text, path, shown)


def parse(text: str, path: str, shown: str) -> Configuration:
    """Return what a configuration says. Raises UserError with the line of the first mistake."""
    from fixer.formats.format import FormatError
    from fixer.formats.yaml import Habits, Profile
    from fixer.formats.yaml import parse as parse_yaml
    from fixer.text import Source

    if not text.strip():
        return Configuration(path=path)

    try:
        file = parse_yaml(Source(text), path, Habits(Profile.COMPOSE, lambda _: (), indented_lists=True))
    except FormatError as error:
        raise UserError(f"{shown}:{error.line or 1}: {error.reason}") from None

    if not file.documents:
        return Configuration(path=path)

    if file.twice or len(file.documents) != 1:
        raise UserError(f"{shown}: {file.twice or 'one document is wanted'}")

    document = file.documents[0]
    found = list(_mistakes(document.data))
    position = Lines(text).position
    if found:
        line, column = position(document.span(found[0].at).start)
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        raise UserError(f"{shown}:{line}:{column}: {_where(found[0])}{found[0].message}{more}")

    settings = msgspec.convert(document.data or {}, Settings)
    lines = [position(document.span(("exemptions", number)).start)[0] for number in range(len(settings.exemptions))]
    places = {}
    for name, said in settings.rules.items():
        for at in paths(said.params):
            line, column = position(document.span(("rules", name, "params", *at)).start)
            places[name, *at] = f"{shown}:{line}:{column}"

    return Configuration(settings, path, tuple(lines), places)


def _where(mistake: Mistake) -> str:
    if mistake.key or not mistake.at:
        return ""

    names = [str(part) for part in mistake.at if isinstance(part, str)]
    return f"{'.'.join(names)}: "


def _mistakes(data: Any) -> Iterator[Mistake]:
    if data is None:
        return

    found = list(mistakes(data, Settings))
    yield from found
    if found or not isinstance(data, dict):
        return

    yield from _unknown_packs(data)
    yield from _unknown_rules(data)
    for number, exemption in enumerate(data.get("exemptions") or ()):
        yield from _wrong_exemption(exemption, ("exemptions", number))


def _unknown_packs(data: dict[str, Any]) -> Iterator[Mistake]:
    known = packs.names()
    for key in ("packs", "strict"):
        for number, name in enumerate(data.get(key) or ()):
            if name not in known:
                hint = nearest(name, known) or f"; there are {', '.join(known)}"
                yield Mistake((key, number), f"no pack is called {name!r}{hint}")

    chosen = data.get("packs") or ()
    for number, name in enumerate(data.get("strict") or ()):
        if chosen and name in known and name not in chosen:
            yield Mistake(("strict", number), f"the pack {name!r} is strict, but not among the packs that apply")


def _unknown_rules(data: dict[str, Any]) -> Iterator[Mistake]:
    known = rule_names()
    for name in data.get("rules") or ():
        if not is_rule(name, known):
            yield Mistake(("rules", name), f"no rule, kind or id is called {name!r}{nearest(name, known)}", key=True)

    for number, exemption in enumerate(data.get("exemptions") or ()):
        for place, name in enumerate(exemption.get("rules") or ()):
            if not is_rule(name, known):
                at: Path = ("exemptions", number, "rules", place)
                yield Mistake(at, f"no rule, kind or id is called {name!r}{nearest(name, known)}")


def _wrong_exemption(exemption: dict[str, Any], at: Path) -> Iterator[Mistake]:
    expires = exemption.get("expires") or ""
    if expires and date_of(expires) is None:
        yield Mistake((*at, "expires"), f"a date such as 2027-03-31 is wanted, not {expires!r}")

    if not exemption["rules"]:
        yield Mistake((*at, "rules"), "name the rules that the exemption is for")

    if not exemption["reason"].strip():
        yield Mistake((*at, "reason"), "say why: an exemption needs a reason")


def rule_names() -> Collection[str]:
    """Return the names and full ids of all rules of the catalogue, built or not, and the kinds."""
    catalogue = packs.table("catalogue")
    return {
        *catalogue,
        *(name.partition("/")[2] for name in catalogue),
        *(name.partition("/")[0] for name in catalogue),
    }


def is_rule(name: str, known: Collection[str]) -> bool:
    """Whether `name` is a rule's name, full id, kind or any id of it, here or in another tool."""
    return name in known or name.lower() in _identifiers()


def _identifiers() -> frozenset[str]:
    return frozenset(one.lower() for names in packs.table("catalogue").values() for one in names)
