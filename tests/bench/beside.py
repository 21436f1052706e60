"""fixer and other tools on the same files, to check and to fix them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import table
import trees
from measure import cost, fixer
from peers import Peers

# By tool: its command line to check files, and the one to fix them where it can.
CHECK: dict[str, tuple[str, ...]] = {
    "hadolint": (),
    "dockerfile-doctor": (),
    "compose-lint": ("check",),
    "dclint": (),
    "checkov": ("--compact", "--quiet", "--skip-download", "--directory"),
}
FIX: dict[str, tuple[str, ...]] = {
    "dockerfile-doctor": ("--fix", "--unsafe-fixes"),
    "compose-lint": ("fix", "--apply"),
    "dclint": ("--fix",),
}


class Group(NamedTuple):
    """One kind of file, and the tools that take paths of such files."""

    name: str
    wanted: trees.Wanted
    tools: tuple[str, ...] = ()


GROUPS = (
    Group("Dockerfiles", trees.is_dockerfile, ("hadolint", "dockerfile-doctor")),
    Group("Compose files", trees.is_compose, ("compose-lint", "dclint")),
    Group("manifests", trees.is_manifest),
)
# It takes folders, and Compose files are not its business.
OF_FOLDERS = "checkov"


def compare(source: Path, work: Path, peers: Peers) -> None:
    """Each kind of file with the tools for it."""
    table.title("beside other tools on the same files (last column: CPU, as a multiple of fixer's)")
    for group in GROUPS:
        folder = work / group.name
        files = trees.numbered(source, folder, group.wanted)
        checked(group, folder, files, peers)
        fixed(group, folder, files, peers, partial(trees.numbered, source, folder, group.wanted))

    for name in CHECK:
        if not peers.command(name):
            table.missing(name, "FIXER_BENCH_ALL=1 asks for it, or its package could not be installed")


def checked(group: Group, folder: Path, files: Sequence[Path], peers: Peers) -> None:
    """The time to check."""
    own = table.row(f"{group.name}: check", len(files), cost(fixer("check", folder)))
    for name in group.tools:
        if program := peers.command(name):
            table.row(f"  {name}", len(files), cost([program, *CHECK[name], *files]), own)

    if group.wanted is not trees.is_compose and (program := peers.command(OF_FOLDERS)):
        table.row(f"  {OF_FOLDERS}", len(files), cost([program, *CHECK[OF_FOLDERS], folder]), own)


def fixed(group: Group, folder: Path, files: Sequence[Path], peers: Peers, anew: Callable[[], object]) -> None:
    """The time to fix; `anew` puts the files back."""
    own = table.row(f"{group.name}: fix --risk high", len(files), cost(fixer("fix", "--risk", "high", folder)))
    for name in group.tools:
        if name in FIX and (program := peers.command(name)):
            found = cost([program, *FIX[name], *files], before=anew)
            table.row(f"  {name} {' '.join(FIX[name])}", len(files), found, own)
