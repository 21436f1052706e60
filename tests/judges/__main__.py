"""What other tools say before and after `fixer fix`, on the corpus: `make judges`.

Exits with 1 when a judge finds something new that is not explained in `explained.toml`, or cannot read a result.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from judges import explained, table, trees
from judges.compare import Comparison, by_rule, compare
from judges.explained import Explanation
from judges.install import ROOT, Absent
from judges.panel import PANEL, Judge
from judges.record import RISKS
from judges.table import Verdicts
from judges.trees import Tree

CORPUS = Path(os.environ.get("FIXER_CORPUS", ROOT.parent / "shared" / "corpus"))


def main() -> int:
    """Run what was asked for and print it."""
    asked = arguments()
    if not CORPUS.is_dir():
        say(f"judges: the corpus is not at {CORPUS}; set FIXER_CORPUS")
        return 0

    judges = [judge for judge in PANEL if judge.name in (asked.judge or judge.name)]
    tools, missing = called(judges)
    with tempfile.TemporaryDirectory() as work:
        able = [judge for judge in judges if judge.name in tools]
        verdicts, broken = judged(able, tools, asked.risk or RISKS, Path(work))

    explanations = explained.load()
    complaints = [*missing, *broken, *faults(verdicts, explanations)]
    notes = [] if asked.risk else to_lower(verdicts, explanations)
    show(verdicts, [*complaints, *notes], asked)
    return bool(complaints)


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="judges", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--judge", action="append", choices=[judge.name for judge in PANEL], help="only this one")
    parser.add_argument("--risk", action="append", choices=RISKS, help="only this risk")
    parser.add_argument("--markdown", action="store_true", help="print the short table of the README only")
    return parser.parse_args()


def called(judges: Sequence[Judge]) -> tuple[dict[str, object], list[str]]:
    """Return the tools of the judges that can be had, and what to say about those that cannot and must."""
    tools, missing = {}, []
    for judge in judges:
        try:
            tools[judge.name] = judge.ready()
        except Absent as reason:
            line = f"{judge.name}: not judged: {reason}"
            if judge.optional:
                say(line)
            else:
                missing.append(line)

    return tools, missing


def judged(
    judges: Sequence[Judge], tools: dict[str, object], risks: Sequence[str], work: Path
) -> tuple[Verdicts, list[str]]:
    """Return what each judge says at each risk, and which judge failed and how; two work at a time."""
    before = trees.untouched(CORPUS, work / "before")
    after = {risk: trees.fixed(CORPUS, work / risk, risk, before) for risk in RISKS if risk in risks}
    with ThreadPoolExecutor(2) as pool:
        jobs = {
            judge.name: pool.submit(comparisons, judge, tools[judge.name], before, after)
            for judge in sorted(judges, key=lambda judge: -judge.weight)
        }
        for name, job in jobs.items():
            job.add_done_callback(lambda _, name=name: sys.stderr.write(f"{name} is done\n"))

    errors = {name: error for name, job in jobs.items() if (error := job.exception())}
    verdicts = {judge.name: jobs[judge.name].result() for judge in judges if judge.name not in errors}
    return verdicts, [f"{name}: not judged: {error!r}" for name, error in errors.items()]


def comparisons(judge: Judge, tool: object, before: Tree, after: Mapping[str, Tree]) -> dict[str, Comparison]:
    """Return what one judge says at each risk."""
    first = judge.read(tool, before)
    return {risk: compare(first, judge.again(tool, first, tree)) for risk, tree in after.items()}


def faults(verdicts: Verdicts, explanations: Sequence[Explanation]) -> Iterator[str]:
    """Yield what must not be: findings that came and are not explained, files that a judge cannot read any more."""
    for name, by_risk in verdicts.items():
        for risk, one in by_risk.items():
            for rule, (count, most) in explained.unexplained(name, risk, one.added, explanations).items():
                yield f"{name} at {risk}: {rule} came {count} times, {most} explained{examples(one, rule)}"

            for file, reason in one.blinded.items():
                yield f"{name} at {risk}: cannot read {file} any more: {reason}"


def to_lower(verdicts: Verdicts, explanations: Sequence[Explanation]) -> list[str]:
    """Return the explanations that allow more than came."""
    lines = []
    for name, by_risk in verdicts.items():
        seen: Counter[str] = Counter()
        for one in by_risk.values():
            seen |= by_rule(one.added)

        lines += explained.slack(name, seen, explanations)

    return lines


def examples(one: Comparison, rule: str) -> str:
    """Return the first findings of a rule that came."""
    return "".join(f"\n    {new.file}: {new.identity}" for new in sorted(one.added) if new.rule == rule)


def show(verdicts: Verdicts, complaints: Sequence[str], asked: argparse.Namespace) -> None:
    """Print the tables and the complaints."""
    if asked.markdown:
        say(*table.markdown(verdicts), *complaints)
        return

    for name, by_risk in verdicts.items():
        say(*table.rules(name, by_risk), "")

    say(*table.summary(verdicts), "", *complaints)


def say(*lines: str) -> None:
    """Print lines at once."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
