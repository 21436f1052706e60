"""Records that a review hands out: what was found, what is decided about it, and what follows."""

from __future__ import annotations

import enum
from collections.abc import Mapping

import msgspec

from fixer.finding import Finding, Risk
from fixer.outcome import Refused
from fixer.proof import Identity


class State(enum.Enum):
    """What has become of a finding.

    `open` has a fix that nobody accepted yet (its risk or level lies outside of what is accepted by itself); `refused`
    was accepted, and planning its file showed that it cannot be made or does not pass its proof; `written` is on disk.
    """

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    OPEN = "open"
    UNFIXABLE = "unfixable"
    EXCUSED = "excused"
    REFUSED = "refused"
    WRITTEN = "written"


class Item(msgspec.Struct, frozen=True):
    """A finding of the review; what is decided about it is asked of the review (`Review.state`).

    `kind` is that of the file ("compose"), `title` the first line of the rule's page, `line` counts from 1 in the text
    as it was read. `ties` are the other files that its fix touches or makes. `count` says how many findings of the file
    share this identity: they are decided together. `later` marks a finding that only the fixes of others bring up.
    """

    finding: Finding
    kind: str
    title: str
    line: int
    ties: tuple[str, ...] = ()
    count: int = 1
    later: bool = False

    @property
    def key(self) -> Identity:
        """What decisions are remembered by: stable when lines move."""
        return self.finding.identity

    @property
    def path(self) -> str:
        """The file that the finding is in."""
        return self.finding.path

    @property
    def risk(self) -> Risk | None:
        """The risk of the fix; None when there is no fix."""
        return self.finding.fix.risk if self.finding.fix else None


class Scanned(msgspec.Struct, frozen=True):
    """Progress of a scan: `done` of `total` files, and the files and items that are new since the last one told."""

    done: int
    total: int
    paths: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    finished: bool = False
    stopped: bool = False


class Trouble(msgspec.Struct, frozen=True):
    """Something a person should know about a file: it could not be read, was skipped, or a rule crashed over it.

    `sort` is "problem", "skipped" or "crash"; `reason` a clause; `line` 0 where there is none.
    """

    path: str
    sort: str
    reason: str
    line: int = 0


class Totals(msgspec.Struct, frozen=True):
    """Counts of items by state; `files` have accepted fixes that are not written, `refused` are known refusals."""

    findings: int = 0
    accepted: int = 0
    rejected: int = 0
    open: int = 0
    unfixable: int = 0
    excused: int = 0
    refused: int = 0
    written: int = 0
    files: int = 0


class DiffLine(msgspec.Struct, frozen=True):
    """A line of a diff: its mark (" ", "-" or "+"), its text without line end, and the finding whose fix owns it.

    `old` and `new` are line numbers from 1, 0 where the line is not in that text. `own` marks, in an excerpt, the lines
    that a finding is about.
    """

    mark: str
    text: str
    old: int
    new: int
    owner: Identity | None = None
    own: bool = False


class DiffHunk(msgspec.Struct, frozen=True):
    """A stretch of a diff with its context; `header` is its `@@` line."""

    header: str
    lines: tuple[DiffLine, ...]


class FileDiff(msgspec.Struct, frozen=True):
    """What becomes of one file: the hunks, and the findings whose fixes are in it.

    `refused` are accepted fixes that are not in it, each with a sentence. `problem` says why there is no diff at all,
    as a clause (the file cannot be read any more); "" otherwise.
    """

    path: str
    hunks: tuple[DiffHunk, ...] = ()
    owners: tuple[Finding, ...] = ()
    before: str = ""
    after: str = ""
    new: bool = False
    refused: tuple[Refused, ...] = ()
    problem: str = ""

    @property
    def added(self) -> int:
        """Number of new lines."""
        return sum(line.mark == "+" for hunk in self.hunks for line in hunk.lines)

    @property
    def removed(self) -> int:
        """Number of lines taken out."""
        return sum(line.mark == "-" for hunk in self.hunks for line in hunk.lines)


class Reference(msgspec.Struct, frozen=True):
    """A control of a framework that the rule speaks for; `derived` when no policy document says so."""

    framework: str
    number: str
    title: str
    derived: bool


class Why(msgspec.Struct, frozen=True):
    """All there is to say about a finding, in plain text.

    `what` is the message with its place, `why` and `fix` and `risk` are the sections of the rule's page, `evidence` the
    sentences behind the values of the fix, `inherits` who else takes over what the fix changes. `reason` says why there
    is no fix, why it is excused, or why it was refused; "" otherwise.
    """

    rule: str
    title: str
    what: str
    why: str = ""
    fix: str = ""
    fix_title: str = ""
    risk: str = ""
    evidence: tuple[str, ...] = ()
    inherits: tuple[str, ...] = ()
    controls: tuple[Reference, ...] = ()
    links: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    reason: str = ""
    note: str = ""


class Preview(msgspec.Struct, frozen=True):
    """What ignoring findings would write: one file, its unified diff, and its bytes. Nothing is written yet.

    `before` holds the bytes that the diff begins with; None when there is no such file yet.
    """

    path: str
    diff: str
    data: bytes
    keys: tuple[Identity, ...]
    central: bool
    before: bytes | None = None


class Setting(msgspec.Struct, frozen=True):
    """A parameter of a rule: its value now, the one without any setting, and what it means.

    `sort` is "text", "number", "switch", "list" or "table": how a person types it.
    """

    rule: str
    name: str
    value: object
    default: object
    meaning: str
    sort: str = "text"


class FilePlan(msgspec.Struct, frozen=True):
    """A file that would be written: its fixes, the highest risk among them, lines added and removed."""

    path: str
    fixes: int
    risk: Risk
    added: int
    removed: int
    new: bool = False


class Summary(msgspec.Struct, frozen=True):
    """What writing would do, shown before it is done.

    `checks` are the proofs that each changed file passed; `refused` the accepted fixes that are left out, each with its
    sentence; `stale` files that changed on disk since they were read: they must be scanned anew first. `scanned` says
    how many files were looked at, and how many there are.
    """

    files: tuple[FilePlan, ...]
    fixes: int
    by_risk: Mapping[str, int]
    checks: tuple[str, ...]
    refused: tuple[Refused, ...] = ()
    stale: Mapping[str, str] = {}
    scanned: tuple[int, int] = (0, 0)


class WriteResult(msgspec.Struct, frozen=True):
    """What was written: paths, number of fixes; `failed` holds files that were not written, each with a clause."""

    written: tuple[str, ...]
    fixes: int
    failed: Mapping[str, str] = {}
    refused: tuple[Refused, ...] = ()


class Committed(msgspec.Struct, frozen=True):
    """The commits made, oldest first, as (short id, first line of the message), and the branch they are on."""

    branch: str
    commits: tuple[tuple[str, str], ...]
