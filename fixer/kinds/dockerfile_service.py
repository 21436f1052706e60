"""What a stage does at run time: its programs, its ports, its scripts, where it writes."""

from __future__ import annotations

import posixpath
import re

import msgspec

from fixer.kinds.dockerfile_scripts import package_script
from fixer.kinds.dockerfile_stage import Stage, per_stage
from fixer.knowledge.commands import SHELLS, commands_of, commands_of_line
from fixer.knowledge.images import ImageFacts, is_database
from fixer.knowledge.ports import COMMAND, PortEvidence, ports_of_command, ports_of_environment
from fixer.knowledge.roles import is_one_shot, is_server, is_worker

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1", "[::1]"})
# Roles of images that are there to be built on: without a command of their own nothing is served.
_BASE_ROLES = frozenset({"base-os", "language-runtime", "builder"})
# Programs that are a whole command only in images others are built on, or that people enter.
_INTERACTIVE = frozenset({*SHELLS, "python", "python3", "node", "irb", "ruby", "php", "jshell", "ghci", "iex", "R"})
# What a development server, a build tool or a scheduler writes below its working directory.
_WRITERS: dict[str, frozenset[str] | None] = {
    "rails": frozenset({"server", "s"}),
    "next": frozenset({"dev"}), "nuxt": frozenset({"dev"}), "nuxi": frozenset({"dev"}), "vite": frozenset({"", "dev"}),
    "ng": frozenset({"serve"}), "react-scripts": frozenset({"start"}), "gatsby": frozenset({"develop"}),
    "vue-cli-service": frozenset({"serve"}), "webpack-dev-server": None, "strapi": frozenset({"develop", "dev"}),
    "gradle": None, "gradlew": None, "mvn": None, "mvnw": None, "sbt": None, "cargo": frozenset({"run", "watch"}),
    "dotnet": frozenset({"run", "watch"}), "mix": None, "celery": frozenset({"beat"}), "hugo": frozenset({"server"}),
    "jekyll": frozenset({"serve", "s"}), "jupyter": None, "jupyter-lab": None, "jupyter-notebook": None,
    "json-server": None, "npm": frozenset({"dev", "start:dev"}), "yarn": frozenset({"dev", "start:dev"}),
    "pnpm": frozenset({"dev", "start:dev"}), "artisan": frozenset({"serve"}),
    "manage.py": frozenset({"collectstatic", "makemigrations"}),
}  # fmt: skip
# Everybody may write there.
_SHARED = frozenset({"/tmp", "/var/tmp", "/dev/shm"})  # noqa: S108 - compared, not used
# listen 8080; listen [::]:443 ssl;
_LISTEN = re.compile(r"^[ \t]*listen[ \t]+(?:[^;\s]*:)?([0-9]{1,5})\b([^;]*);", re.MULTILINE)


class Write(msgspec.Struct, frozen=True):
    """A path that the program writes, and the clause that says how that is known."""

    path: str
    because: str


@per_stage
def programs(stage: Stage) -> tuple[tuple[str, ...], ...]:
    """Return the commands that a container runs, the program's base name first; scripts of package.json are read."""
    found = commands_of(stage.command.argv) if stage.command else ()
    lines = [line for words in found if (line := package_script(stage, words))]
    return (*found, *(words for line in lines for words in commands_of_line(line)))


@per_stage
def ports(stage: Stage) -> list[PortEvidence]:
    """Return the ports that command and environment name (ranks 2 and 3), the strongest first."""
    found = [one for words in programs(stage) for one in ports_of_command(words, stage.env) if one.rank <= 3]
    found += [one for _, listens in configurations(stage) for one in listens or ()]
    return list(dict.fromkeys(found)) or [one for one in ports_of_environment(stage.env) if one.rank <= 3]


@per_stage
def configurations(stage: Stage) -> list[tuple[str, list[PortEvidence] | None]]:
    """Return the configuration files that nginx gets, with the ports they listen on; None when one cannot be read."""
    if not stage.facts.name.endswith("/nginx") and all(words[0] != "nginx" for words in programs(stage)):
        return []

    found: list[tuple[str, list[PortEvidence] | None]] = []
    for one in stage.all_of("COPY", "ADD"):
        words = one.raw.argv or [word.text for word in one.raw.words]
        if one.raw.flag("from") is None and "/etc/nginx" in words[-1]:
            sources = [source for source in words[:-1] if source.endswith((".conf", "/", "conf"))]
            found += [(source, _listens(stage, source)) for source in sources]

    return found


def _listens(stage: Stage, source: str) -> list[PortEvidence] | None:
    texts = (stage.file.facts.text(path) for path in stage.file.context_paths(source))
    text = next((text for text in texts if text), None)
    if text is None:
        return None

    matches = [(int(match[1]), match[2]) for match in _LISTEN.finditer(text)]
    because = f"listen in {source}"
    return [
        PortEvidence(port, COMMAND, f"port {port}: {because}", protocol="https" if "ssl" in rest else "http")
        for port, rest in matches
    ]


def reachable(port: PortEvidence) -> bool:
    """Whether the port can be reached from outside of the container."""
    return port.host not in _LOOPBACK


@per_stage
def passive(stage: Stage) -> str | None:
    """Return why nothing of the stage runs as a service, as a clause; None when something may."""
    argv = stage.command.argv if stage.command else ()
    unknown = not stage.facts.known and stage.last("EXPOSE") is None
    if stage.command is None and (stage.facts.role in _BASE_ROLES or unknown):
        return "it has no command of its own"

    if stage.triggers:
        return "it is made to be built on (ONBUILD)"

    if stage.file.base_of:
        return f"{stage.file.base_of} is built on it"

    if interactive(stage):
        return "its command is an interpreter without a program"

    if is_worker(argv):
        return "it is a worker without a port"

    return "its command ends by itself" if is_one_shot(argv) else None


def interactive(stage: Stage) -> bool:
    """Whether the command is an interpreter alone, as in images that others are built on."""
    found = programs(stage)
    words = found[-1] if found else stage.command.argv if stage.command else ()
    return bool(words) and posixpath.basename(words[0]) in _INTERACTIVE and not _arguments(words)


def _arguments(words: tuple[str, ...]) -> list[str]:
    return [word for word in words[1:] if word not in {"-i", "-l", "--login", "-a", "-it"}]


@per_stage
def serves(stage: Stage) -> bool:
    """Whether the stage looks like a long-running network service."""
    if passive(stage) or keeps_database(stage):
        return False

    argv = stage.command.argv if stage.command else ()
    own = stage.last("EXPOSE") is not None or is_server(argv) or bool(ports(stage))
    by_image = stage.entrypoint is None or stage.facts.role == "language-runtime"
    return own or (by_image and bool(stage.facts.ports))


def keeps_database(stage: Stage) -> bool:
    """Whether the stage is a database or a cache with a configuration."""
    return is_database(stage.facts) and stage.entrypoint is None


@per_stage
def writes(stage: Stage) -> list[Write]:
    """Return the paths that the program is known to write: volumes, and the working directory of some programs."""
    found = [Write(path, f"{path} is a volume") for path in stage.volumes if path not in _SHARED]
    for words in programs(stage):
        if stage.workdir and stage.workdir != "/" and _writes_here(words):
            shown = " ".join([words[0], *_words(words)[:1]])
            found.append(Write(stage.workdir, f"{shown} writes below its working directory"))

    return found


def _writes_here(words: tuple[str, ...]) -> bool:
    if words[0] not in _WRITERS:
        return False

    wanted = _WRITERS[words[0]]
    plain = _words(words)
    return wanted is None or any(word in wanted for word in plain[:2]) or (not plain and "" in wanted)


def _words(words: tuple[str, ...]) -> list[str]:
    return [word for word in words[1:] if not word.startswith("-") and word not in {"run", "run-script"}]


# ---- facts for other kinds


def image_facts(stage: Stage) -> ImageFacts:
    """Return what the image built from the stage offers to those who run it."""
    from fixer.kinds.dockerfile_facts import facts_of

    return facts_of(stage)
