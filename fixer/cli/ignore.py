"""`fixer ignore`: excuse a finding, with a reason."""

from __future__ import annotations

import os

import click

from fixer.cli.output import emit
from fixer.cli.policy import Asked
from fixer.cli.run import Run, rules_of, run_of
from fixer.diff import between
from fixer.engine import Engine
from fixer.errors import UserError
from fixer.files import FileProblem, read_bytes, write_atomic
from fixer.finding import Finding
from fixer.policy.markers import INVALID
from fixer.policy.place import NAME
from fixer.policy.shape import date_of
from fixer.policy.writing import Ignore, comment_of, commented, exempted, present
from fixer.text import Lines, Source


@click.command("ignore")
@click.argument("place", metavar="PATH[:LINE]")
@click.argument("rule")
@click.option("--reason", required=True, help="Why the finding may stay.")
@click.option("--until", "expires", default="", metavar="DATE", help="Last day on which that holds (2027-03-31).")
@click.option("--issue", default="", metavar="URL", help="Where it was decided.")
@click.option("--approver", default="", metavar="NAME", help="Who approved it; only with --central.")
@click.option("--central", is_flag=True, help=f"Write an exemption into {NAME} instead of a comment.")
@click.option("--diff", is_flag=True, help="Print what would change and write nothing.")
@click.option("--config", metavar="PATH", help="Configuration; else the nearest .fixer.yaml.")
@click.option("--today", metavar="DATE", help="The day that expiry dates are compared with (2027-03-31).")
def command(
    place: str,
    rule: str,
    reason: str,
    expires: str,
    issue: str,
    approver: str,
    config: str | None,
    today: str | None,
    *,
    central: bool,
    diff: bool,
) -> int:
    """Excuse the findings of RULE in PATH, or on LINE of it: by a comment above, or in the configuration.

    Nothing is written unless the findings are excused by it.
    """
    if expires and date_of(expires) is None:
        raise UserError(f"--until {expires}: a date such as 2027-03-31 is wanted")

    path, line = parts_of(place)
    run = run_of([path], None, Asked(config, today))
    rules = rules_of(run.project, [rule], ())
    engine = Engine(run.project, rules)
    found = findings_of(run, engine, line, rule)
    said = Ignore(reason, expires, issue, approver)
    if central:
        return _central(run, found, said, diff=diff)

    names = list(dict.fromkeys(finding.rule for finding in found))
    return _comment(run, engine, found, comment_of(names, said), diff=diff)


def parts_of(place: str) -> tuple[str, int]:
    """Return the path and the line that an argument names; 0 for no line."""
    path, _, line = place.rpartition(":")
    return (path, int(line)) if path and line.isdecimal() and not os.path.lexists(place) else (place, 0)


def findings_of(run: Run, engine: Engine, line: int, rule: str) -> list[Finding]:
    """Return the findings that are to be excused, all on one line. Raises UserError when there are none, or more."""
    if len(run.project.files) != 1:
        raise UserError("one file is wanted")

    [path] = run.project.files
    outcome = engine.check(path)
    if outcome.problem or outcome.before is None:
        raise UserError(f"{run.shown(path)}: {outcome.problem}")

    position = Lines(outcome.before.text).position
    open_ones = [finding for finding in outcome.findings if not finding.excuse and finding.rule != INVALID]
    lines = sorted({position(finding.start)[0] for finding in open_ones})
    found = [finding for finding in open_ones if not line or position(finding.start)[0] == line]
    if not found:
        hint = f"; there are some in line {', '.join(map(str, lines))}" if lines else ""
        raise UserError(f"{run.shown(path)}: no finding of {rule}{f' in line {line}' if line else ''}{hint}")

    if len({position(finding.start)[0] for finding in found}) > 1:
        raise UserError(f"{run.shown(path)}: findings of {rule} in lines {', '.join(map(str, lines))}: name one")

    return found


def _comment(run: Run, engine: Engine, found: list[Finding], words: str, *, diff: bool) -> int:
    path = found[0].path
    project = run.project
    before, old = project.source(path), project.load(path)
    after = commented(before, path, found[0].start, words)
    project.replace(path, after)
    new = project.load(path)
    assert old is not None
    if new is None or old.parsed.difference(new.parsed, ()) not in {None, "the comments changed"}:
        raise UserError(
            f"{run.shown(path)}: a comment cannot stand above line {Lines(before.text).position(found[0].start)[0]}"
        )

    left = {finding.identity for finding in engine.check(path).findings if not finding.excuse}
    if still := [finding for finding in found if finding.identity in left]:
        note = next((one.note for one in engine.check(path).findings if one.identity == still[0].identity), "")
        raise UserError(
            f"{run.shown(path)}: the comment would not excuse it: {note or 'it does not reach the finding'}"
        )

    return _finish(run, path, before, after, diff=diff)


def _central(run: Run, found: list[Finding], said: Ignore, *, diff: bool) -> int:
    root = run.project.disk.root
    path = run.project.policy.configuration.path or NAME
    if os.path.isabs(path):
        raise UserError(f"{path}: it lies outside of {root}, the root of the run")

    before = after = present(root, path)
    for finding in {(one.rule, one.place): one for one in found}.values():
        after = exempted(after, path, finding, [finding.rule], said)

    assert after is not None
    from fixer.policy.reading import parse

    parse(after.text, path, run.shown(path))
    return _finish(run, path, before or Source(""), after, diff=diff)


def _finish(run: Run, path: str, before: Source, after: Source, *, diff: bool) -> int:
    emit(between(run.shown(path), before.text, after.text))
    if diff:
        return 0

    root = run.project.disk.root
    try:
        stamp = read_bytes(root, path)[1] if os.path.lexists(os.path.join(root, path)) else None
        write_atomic(root, path, after.encoded(), stamp)
    except FileProblem as problem:
        raise UserError(f"{run.shown(path)}: {problem.reason}") from None

    return 0
