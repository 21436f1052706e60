"""What a run is about: its files, its rules, and how its paths are shown."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence

import msgspec

from fixer.cli.policy import Asked, policy_of
from fixer.errors import UserError
from fixer.files import SIZE_LIMIT, discover, find_root
from fixer.kinds import is_dockerfile
from fixer.project import Disk, Project
from fixer.project.tags import book_of
from fixer.rule import Rule
from fixer.sweep import kinds_of
from fixer.text import TextError, read


class Run(msgspec.Struct, frozen=True):
    """What a run is about.

    `skipped` holds paths that were not looked at, each with its reason; `ignored` counts files and folders that ignore
    files leave out. `named` are the files named one by one, and `stdin` the path that standard input stands for. Paths
    are relative to the root of the run; `shown` turns them into what a person would type.
    """

    project: Project
    shown: Callable[[str], str]
    skipped: tuple[tuple[str, str], ...] = ()
    ignored: int = 0
    named: frozenset[str] = frozenset()
    stdin: str = ""


def run_of(paths: Sequence[str], stdin_filename: str | None, asked: Asked = Asked()) -> Run:  # noqa: B008 - frozen
    """Return the run that the arguments describe. Raises UserError for a path that does not exist."""
    if "-" in paths:
        return _stdin(paths, stdin_filename, asked)

    if stdin_filename:
        raise UserError("--stdin-filename goes with `-`, the text on standard input")

    wanted = list(paths) or [os.curdir]
    root = find_root(wanted)
    policy = policy_of(root, folder_of(wanted), asked)
    found = discover(wanted, root, policy.wanted)
    disk = Disk(root)
    return Run(
        Project(disk, found.files, policy, book_of(disk, policy, online=asked.online)),
        shown_from(root, absolute=any(os.path.isabs(path) for path in paths)),
        tuple((one.path, one.reason) for one in found.skipped),
        found.ignored,
        _named(paths, root),
    )


def shown_from(root: str, *, absolute: bool = False) -> Callable[[str], str]:
    """Return what turns a path below `root` into one a person would type.

    Below the current folder it is relative to that, elsewhere likewise unless `absolute`.
    """
    here = os.path.realpath(os.curdir)

    def shown(path: str) -> str:
        full = os.path.join(root, path)
        return full if absolute and not full.startswith(here.rstrip("/") + "/") else os.path.relpath(full, here)

    if root == here:
        return lambda path: path

    return shown


def applicable_path(run: Run) -> Callable[[str], str]:
    """Return what names files in a diff: as shown when all lie below the current folder, else relative to the root.

    Tools that apply diffs refuse paths that lead upwards.
    """
    outside = any(run.shown(path).startswith(("../", "/")) for path in run.project.files)
    return (lambda path: path) if outside else run.shown


def rules_of(project: Project, select: Sequence[str], ignore: Sequence[str]) -> tuple[Rule, ...]:
    """Return the rules for the kinds of files in a project, less those not wanted.

    Only rules of kinds that are present are imported, except to say whether a name exists. Raises UserError for a name
    that no rule answers to, and for a parameter that the configuration gives and no rule takes.
    """
    from fixer.cli.catalogue import catalogue, chosen, names_in

    present = catalogue(kinds_of(project))
    if any(said.params for said in project.policy.settings.rules.values()):
        from fixer.policy.parameters import check

        check(project.policy, present, catalogue)

    select, ignore = names_in(select), names_in(ignore)
    if all(any(rule.answers(name) for rule in present) for name in (*select, *ignore)):
        return chosen(present, select, ignore)

    kinds = {rule.kind for rule in present}
    return tuple(rule for rule in chosen(catalogue(), select, ignore) if rule.kind in kinds)


def _named(paths: Iterable[str], root: str) -> frozenset[str]:
    """The files among `paths`, as discovery calls them: under their own path, and that of what a link leads to."""
    found = set()
    for path in paths:
        if not os.path.isdir(path):
            own = os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
            found |= {os.path.relpath(own, root), os.path.relpath(os.path.realpath(path), root)}

    return frozenset(found)


def _stdin(paths: Sequence[str], filename: str | None, asked: Asked) -> Run:
    if len(paths) > 1:
        raise UserError("`-` stands alone: no other path beside standard input")

    if not filename:
        raise UserError("`-` needs --stdin-filename, which says what kind of file the text is")

    name = os.path.normpath(filename).replace(os.sep, "/")
    if name.startswith(("/", "../")) or name in {".", ".."}:
        raise UserError(f"--stdin-filename {filename}: a file below the current folder is wanted")

    data = sys.stdin.buffer.read(SIZE_LIMIT + 1)
    if len(data) > SIZE_LIMIT:
        raise UserError(f"standard input: the text is larger than {SIZE_LIMIT / 1_000_000:g} MB")

    disk = Disk(find_root([os.curdir]))
    name = os.path.relpath(os.path.join(os.path.realpath(os.curdir), name), disk.root).replace(os.sep, "/")
    try:
        disk.given[name] = read(data, lenient=is_dockerfile(os.path.basename(name)))
    except TextError as error:
        raise UserError(f"standard input: {error}") from None

    policy = policy_of(disk.root, os.path.dirname(os.path.join(disk.root, name)), asked)
    book = book_of(disk, policy, online=asked.online)
    return Run(Project(disk, (name,), policy, book), shown_from(disk.root), named=frozenset({name}), stdin=name)


def folder_of(paths: Sequence[str]) -> str:
    """Return the innermost folder that holds all paths."""
    common = os.path.commonpath([os.path.realpath(path) for path in paths])
    return common if os.path.isdir(common) else os.path.dirname(common)
