"""Who brings updates of what a project pins: what Dependabot would have to know, and whether a bot is configured."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence

from fixer.finding import Operation
from fixer.formats.format import FormatError
from fixer.formats.yaml import Append, NewFile, Value, parse
from fixer.kinds import KINDS
from fixer.kinds.facts import Facts
from fixer.kinds.workflow import HABITS
from fixer.text import Source

BOT_FILES = (".github/dependabot.yml", ".github/dependabot.yaml")
RENOVATE_FILES = (
    *("renovate.json", "renovate.json5", ".renovaterc", ".renovaterc.json", ".renovaterc.json5"),
    *(".github/renovate.json", ".github/renovate.json5", ".gitlab/renovate.json", ".gitlab/renovate.json5"),
)

_PIN = re.compile(r"@sha256:[0-9a-f]{64}|\buses:[^\n#]*@[0-9a-f]{40}\b")
_RENOVATE_KEY = re.compile(r'"renovate"\s*:')
# More folders than this are named by one pattern.
_MOST_FOLDERS = 20


def first_place(facts: Facts) -> str:
    """Return where to speak of the bot: its configuration, else the first workflow of the repository; "" without any.

    Workflows of projects inside of this one are none that GitHub runs.
    """
    return next((path for path in facts.files_of("workflow") if path.startswith(".github/")), "")


def first_pin(facts: Facts) -> str:
    """Return the first file of the project, by kind and path, that pins an image or an action; "" when none does."""
    paths = (path for kind in KINDS for path in facts.files_of(kind))
    return next((path for path in paths if _PIN.search(facts.text(path) or "")), "")


def has_renovate(facts: Facts) -> bool:
    """Whether Renovate is configured."""
    if any(facts.exists(path) for path in RENOVATE_FILES):
        return True

    return _RENOVATE_KEY.search(facts.text("package.json") or "") is not None


def ecosystems(facts: Facts) -> Mapping[str, Sequence[str]]:
    """Return what Dependabot can keep up to date here: its names of ecosystems, each with the folders they are in."""
    found = {
        "docker": [*facts.files_of("dockerfile"), *_with_image(facts, facts.files_of("kubernetes"))],
        "docker-compose": _with_image(facts, facts.files_of("compose")),
        "github-actions": _using(facts, facts.files_of("workflow")),
    }
    return {name: _folders(paths) for name, paths in found.items() if paths}


def _with_image(facts: Facts, paths: Sequence[str]) -> list[str]:
    return [path for path in paths if "image:" in (facts.text(path) or "")]


def _using(facts: Facts, paths: Sequence[str]) -> list[str]:
    """Files that use an action, without the workflows of projects inside of this one, which no bot looks at."""
    return [path for path in paths if "/.github/" not in path and "uses:" in (facts.text(path) or "")]


def _folders(paths: Sequence[str]) -> list[str]:
    """Folders as Dependabot writes them; that of all workflows is the root."""
    found = sorted({"/" + posixpath.dirname(path).removeprefix(".github/workflows") for path in paths})
    return found if len(found) <= _MOST_FOLDERS else ["**/*"]


def bot_file(facts: Facts) -> str:
    """Return the path of Dependabot's configuration; "" when there is none."""
    return next((path for path in BOT_FILES if facts.exists(path)), "")


def covered(facts: Facts, path: str) -> frozenset[str] | None:
    """Return the ecosystems that the configuration at `path` names; None when it cannot be read as one."""
    try:
        documents = parse(Source(facts.text(path) or ""), path, HABITS).documents
    except FormatError:
        return None

    data = documents[0].data if len(documents) == 1 else None
    updates = data.get("updates") if isinstance(data, dict) else None
    if not isinstance(updates, list) or not isinstance(data, dict) or str(data.get("version")) != "2":
        return None

    return frozenset(str(one.get("package-ecosystem")) for one in updates if isinstance(one, dict))


def additions(path: str, missing: Mapping[str, Sequence[str]], interval: str) -> tuple[Operation, ...]:
    """Return the operations that add ecosystems to the configuration at `path`, or make it when `path` is ""."""
    entries = list(_entries(missing, interval))
    if not path:
        return (NewFile(BOT_FILES[0], {"version": 2, "updates": entries}),)

    return tuple(Append(path, 0, ("updates",), entry) for entry in entries)


def _entries(missing: Mapping[str, Sequence[str]], interval: str) -> Iterator[Mapping[str, Value]]:
    for name, folders in missing.items():
        where: Mapping[str, Value] = {"directory": folders[0]} if folders == ["/"] else {"directories": list(folders)}
        yield {"package-ecosystem": name, **where, "schedule": {"interval": interval}}
