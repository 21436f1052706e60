"""A bare git repository, which is the truth about its branches and commits."""

from __future__ import annotations

import functools
import os
import subprocess
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ZERO = "0" * 40
_CONFIG = """[core]
\trepositoryformatversion = 0
\tfilemode = true
\tbare = true
[http]
\treceivepack = true
[uploadpack]
\tallowFilter = true
\tallowAnySHA1InWant = true
[receive]
\tautogc = false
[gc]
\tauto = 0
"""
# The server names in the environment what may not be pushed; arguments are name, old and new value of a branch.
_HOOK = f"""#!/bin/sh
set -f
for pattern in $DOUBLE_NO_PUSH; do
    case "$1" in $pattern)
        echo "error: GH006: Protected branch update failed for $1."
        exit 1;;
    esac
done
for pattern in $DOUBLE_NO_FORCE; do
    case "$1" in $pattern)
        if [ "$2" != {ZERO} ] && [ "$3" != {ZERO} ] && ! git merge-base --is-ancestor "$2" "$3"; then
            echo "error: GH003: Sorry, force-pushing to ${{1#refs/heads/}} is not allowed."
            exit 1
        fi;;
    esac
done
if [ -n "$DOUBLE_NO_WORKFLOWS" ] && [ "$3" != {ZERO} ]; then
    if git log --name-only --format= "$3" --not --all | grep -q '^\\.github/workflows/'; then
        echo "error: refusing to allow a GitHub App to create or update workflow without \\`workflows\\` permission"
        exit 1
    fi
fi
exit 0
"""
_CLEAN = {
    "PATH": os.environ.get("PATH", os.defpath),
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "LC_ALL": "C",
}


@dataclass(frozen=True)
class Who:
    """Author or committer of a commit."""

    name: str
    email: str


@dataclass(frozen=True)
class Commit:
    """A commit as git has it; `when` of author and committer in ISO 8601."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    author: Who
    authored: str
    committer: Who
    committed: str
    message: str


@dataclass(frozen=True)
class Compared:
    """What a head has that its base does not, the oldest first, and how many commits the base has beyond it."""

    meeting: str
    ahead: tuple[Commit, ...]
    behind: int


class GitFailed(Exception):
    """Git answered with an error."""


class Bare:
    """One bare repository on disk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.commits: dict[str, Commit] = {}
        # Two commits stay what they are to each other.
        self.mergeable = functools.cache(self._mergeable)
        self.compared = functools.cache(self._compared)
        self.changes = functools.cache(self._changes)
        self.is_ancestor = functools.cache(self._is_ancestor)
        self._lock = threading.RLock()

    def __deepcopy__(self, memo: dict[int, object]) -> Bare:
        return Bare(self.path)

    @classmethod
    def made(cls, path: Path, branch: str) -> Bare:
        for folder in ("objects/info", "objects/pack", "refs/heads", "refs/tags", "hooks"):
            (path / folder).mkdir(parents=True)

        (path / "HEAD").write_text(f"ref: refs/heads/{branch}\n")
        (path / "config").write_text(_CONFIG)
        hook = path / "hooks" / "update"
        hook.write_text(_HOOK)
        hook.chmod(0o755)
        return cls(path)

    def git(self, *arguments: str, given: bytes = b"", more: Mapping[str, str] | None = None) -> str:
        """Run git and return what it printed; raises GitFailed."""
        done = self.run(*arguments, given=given, more=more)
        if done.returncode:
            raise GitFailed(f"git {arguments[0]}: {done.stderr.decode(errors='replace')}")

        return done.stdout.decode(errors="surrogateescape").rstrip("\n")

    def run(
        self, *arguments: str, given: bytes = b"", more: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        command = ["git", f"--git-dir={self.path}", *arguments]
        return subprocess.run(command, input=given, capture_output=True, env={**_CLEAN, **(more or {})}, check=False)

    def branches(self) -> dict[str, str]:
        """Return the value of each branch, by name, sorted; read from the files, as git would."""
        found = dict(self._packed())
        root = self.path / "refs" / "heads"
        for folder, _, names in os.walk(root):
            for name in names:
                path = Path(folder, name)
                if not name.endswith(".lock"):
                    found[path.relative_to(root).as_posix()] = path.read_text().strip()

        return dict(sorted(found.items()))

    def branch(self, name: str) -> str | None:
        try:
            return (self.path / "refs" / "heads" / name).read_text().strip()
        except OSError:
            return dict(self._packed()).get(name)

    def _packed(self) -> Iterator[tuple[str, str]]:
        try:
            lines = (self.path / "packed-refs").read_text().splitlines()
        except FileNotFoundError:
            return

        for line in lines:
            sha, _, name = line.partition(" ")
            if name.startswith("refs/heads/"):
                yield name.removeprefix("refs/heads/"), sha

    def move(self, branch: str, new: str, old: str) -> None:
        """Set a branch; `old` is what it is now, "" where it is not there. Raises GitFailed when it is not so."""
        self.git("update-ref", f"refs/heads/{branch}", new, old or ZERO)

    def remove(self, branch: str) -> None:
        self.git("update-ref", "-d", f"refs/heads/{branch}")

    def commit(  # noqa: PLR0913 - all of this is a commit
        self,
        branch: str,
        files: Mapping[str, bytes | None],
        message: str,
        author: Who,
        committer: Who | None = None,
        modes: Mapping[str, str] | None = None,
    ) -> str:
        """Add a commit to a branch, its first where it is not there; None removes a file. Returns the sha."""
        parent = self.branch(branch)
        lines = [f"commit refs/heads/{branch}".encode(), _who("author", author), _who("committer", committer or author)]
        lines.append(b"data %d\n%s" % (len(message.encode()), message.encode()))
        if parent:
            lines.append(f"from {parent}".encode())

        for path, content in files.items():
            quoted = b'"' + path.encode().replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n") + b'"'
            if content is None:
                lines.append(b"D " + quoted)
            elif (modes or {}).get(path) == "160000":
                lines.append(b"M 160000 %s %s" % (content, quoted))
            else:
                mode = (modes or {}).get(path, "100644").encode()
                lines.append(b"M %s inline %s\ndata %d\n%s" % (mode, quoted, len(content), content))

        self.git("fast-import", "--quiet", "--date-format=now", given=b"\n".join(lines) + b"\n")
        made = self.branch(branch)
        assert made
        return made

    def merge_tree(self, one: str, other: str) -> str | None:
        """Return the tree of a merge; None when it conflicts."""
        done = self.run("merge-tree", "--write-tree", one, other)
        return None if done.returncode else done.stdout.decode().split()[0]

    def sealed(self, tree: str, parents: Iterable[str], message: str, author: Who, committer: Who | None = None) -> str:
        """Make a commit of a tree; no branch moves. Raises GitFailed when there is no such tree or parent."""
        names = {"AUTHOR": author, "COMMITTER": committer or author}
        more = {f"GIT_{role}_NAME": who.name for role, who in names.items()}
        more |= {f"GIT_{role}_EMAIL": who.email for role, who in names.items()}
        heads = [each for parent in parents for each in ("-p", parent)]
        return self.git("commit-tree", tree, *heads, given=message.encode(), more=more)

    def log(self, *what: str) -> list[Commit]:
        """Return the commits that `git log` shows, in its order."""
        shown = "--format=%H%x00%T%x00%P%x00%an%x00%ae%x00%aI%x00%cn%x00%ce%x00%cI%x00%B%x01"
        printed = self.git("log", shown, *what)
        found = [_commit(each.lstrip("\n")) for each in printed.split("\x01") if each.strip()]
        self.commits.update({each.sha: each for each in found})
        return found

    def one(self, sha: str) -> Commit:
        with self._lock:
            if sha not in self.commits:
                self.commits[sha] = self.log("-1", sha, "--")[0]

            return self.commits[sha]

    def exists(self, name: str) -> str:
        """Return the commit of a revision, "" when there is none."""
        if name in self.commits:
            return name

        done = self.run("rev-parse", "--quiet", "--verify", "--end-of-options", f"{name}^{{commit}}")
        return done.stdout.decode().strip()

    def blob(self, revision: str, path: str) -> bytes | None:
        done = self.run("cat-file", "blob", f"{revision}:{path}")
        return done.stdout if done.returncode == 0 else None

    def _mergeable(self, base: str, head: str) -> bool:
        return self.merge_tree(base, head) is not None

    def _compared(self, base: str, head: str) -> Compared:
        meeting = self.git("merge-base", base, head)
        behind = 0 if meeting == base else int(self.git("rev-list", "--count", f"{head}..{base}"))
        ahead = () if meeting == head else tuple(self.log("--reverse", "--topo-order", f"{base}..{head}", "--"))
        return Compared(meeting, ahead, behind)

    def _changes(self, base: str, head: str) -> tuple[str, ...]:
        return tuple(self.git("diff", "--name-only", f"{base}...{head}").splitlines())

    def _is_ancestor(self, old: str, new: str) -> bool:
        return self.run("merge-base", "--is-ancestor", old, new).returncode == 0


def _who(role: str, who: Who) -> bytes:
    return f"{role} {who.name} <{who.email}> now".encode()


def _commit(line: str) -> Commit:
    sha, tree, parents, name, mail, authored, other, address, committed, message = line.split("\0")
    return Commit(
        sha,
        tree,
        tuple(parents.split()),
        Who(name, mail),
        authored,
        Who(other, address),
        committed,
        message.rstrip("\n"),
    )
