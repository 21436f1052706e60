"""Which copied files must belong to the user of the program: those that it writes."""

from __future__ import annotations

import posixpath

import msgspec

from fixer.kinds import dockerfile_shell as shell
from fixer.kinds.dockerfile_instruction import Instruction
from fixer.kinds.dockerfile_service import Write, writes
from fixer.kinds.dockerfile_stage import Stage, normal

# Programs and settings that stay with root, whoever runs the container.
_SYSTEM = ("/etc", "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/boot", "/root")


class Owner(msgspec.Struct, frozen=True):
    """The numbers of user and group that files belong to."""

    uid: int
    gid: int

    @property
    def text(self) -> str:
        """As chown wants it."""
        return f"{self.uid}:{self.gid}"


def needs_owner(stage: Stage, one: Instruction) -> Write | None:
    """Return the path that the program writes to which a COPY or ADD brings files that stay root's."""
    if one.raw.flag("chown") is not None or stage.windows:
        return None

    to = destination(stage, one)
    if to is None or any(to == path or to.startswith(f"{path}/") for path in _SYSTEM):
        return None

    return next(
        (write for write in writes(stage) if _within(to, write.path) and not given_away(stage, to, one.index)), None
    )


def destination(stage: Stage, one: Instruction) -> str | None:
    """Return the absolute path that a COPY or ADD writes to; None when it is not known."""
    words = one.raw.argv or tuple(word.text for word in one.raw.words)
    path = one.expand(words[-1]) if len(words) > 1 else None
    workdir = stage.workdir_at(one.index)
    return None if path is None or workdir is None else normal(posixpath.join(workdir, path))


def _within(path: str, above: str) -> bool:
    return path == above.rstrip("/") or path.startswith(above.rstrip("/") + "/")


def given_away(stage: Stage, path: str, after: int = -1) -> bool:
    """Whether a RUN of the stage behind instruction number `after` gives a path to somebody."""
    for one in stage.of("RUN"):
        if one.index < after or "chown" not in one.content:
            continue

        workdir = stage.workdir_at(one.index) or "/"
        for _, paths in shell.owned(one.commands):
            if any(_within(path, posixpath.normpath(posixpath.join(workdir, given.rstrip("*")))) for given in paths):
                return True

    return False
