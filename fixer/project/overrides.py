"""Which Compose files are only overrides of another one, and are therefore never completed (rules/README 4.2)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from fixer.project.environment import environment_of_path

if TYPE_CHECKING:
    from fixer.project.project import Project

_BASES = tuple(f"{stem}{ending}" for stem in ("compose", "docker-compose") for ending in (".yaml", ".yml"))
_SCRIPTS = ("Makefile", "makefile", "GNUmakefile", "justfile", "Taskfile.yml", "package.json", ".env", ".envrc")
_FILE_OPTION = re.compile(r"(?:-f|--file)[ =]+[\"']?([\w./-]+\.ya?ml)")
_COMPOSE_FILE = re.compile(r"COMPOSE_FILE[ =:\"']+([\w./:;-]+)")


def override_reason(path: str, project: Project) -> str | None:
    """Return why a Compose file is an override, as a clause; None when it stands on its own."""
    name = posixpath.basename(path)
    if not name.endswith((".yaml", ".yml")) or "compose" not in name:
        return None

    if "override" in name:
        return "its name says that it is an override"

    if name in _BASES:
        return None

    folder = posixpath.dirname(path)
    for script, line in _lines(project, folder):
        if name in line and _is_second(name, line):
            return f"{script} uses it on top of another file"

    return _beside_base(path, folder, project)


def _beside_base(path: str, folder: str, project: Project) -> str | None:
    """`docker-compose.<env>.yml` beside a base that has a service of the same name."""
    if environment_of_path(posixpath.basename(path)) is None:
        return None

    own = _services(path, project)
    for base in (posixpath.join(folder, name) for name in _BASES):
        if project.exists(base) and own & _services(base, project):
            return f"it stands beside {base} and has services of the same name"

    return None


def _services(path: str, project: Project) -> set[str]:
    data = next(iter(project.documents(path)), {})
    services = data.get("services")
    return set(services) if isinstance(services, dict) else set()


def _lines(project: Project, folder: str) -> Iterator[tuple[str, str]]:
    """Lines of the scripts in the file's folder and in the root, with the path of the script."""
    for place in dict.fromkeys((folder, "")):
        for name in project.disk.names(place):
            if name not in _SCRIPTS and not name.endswith(".sh"):
                continue

            script = posixpath.join(place, name)
            for line in (project.text(script) or "").splitlines():
                if "compose" in line.lower():
                    yield script, line


def _is_second(name: str, line: str) -> bool:
    """Whether the line names the file behind another Compose file."""
    listed = _FILE_OPTION.findall(line)
    for match in _COMPOSE_FILE.findall(line):
        listed += re.split(r"[:;]", match)

    names = [posixpath.basename(item) for item in listed]
    return name in names[1:] and names[0] != name
