"""How editors are told to open a file at a line."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Mapping

from fixer.errors import UserError

# Those that do not know `+12 file`: what stands before the file, and how file and line are written.
_OTHERS = {
    "code": (["--wait", "--goto"], "{path}:{line}"),
    "codium": (["--wait", "--goto"], "{path}:{line}"),
    "subl": (["--wait"], "{path}:{line}"),
    "zed": (["--wait"], "{path}:{line}"),
    "hx": ([], "{path}:{line}"),
    "helix": ([], "{path}:{line}"),
}
_USUAL = ("vi", "nano")


def command(environ: Mapping[str, str], path: str, line: int) -> list[str]:
    """Return the command that opens a file. Raises UserError when there is no editor."""
    said = environ.get("VISUAL") or environ.get("EDITOR") or next((one for one in _USUAL if shutil.which(one)), "")
    try:
        words = shlex.split(said)
    except ValueError:
        words = []

    if not words:
        raise UserError("which editor? set $EDITOR")

    if shutil.which(words[0]) is None:
        raise UserError(f"there is no editor {words[0]!r}; set $EDITOR")

    options, place = _OTHERS.get(os.path.basename(words[0]), ([f"+{line}"], "{path}"))
    return [*words, *options, place.format(path=path, line=line)]
