"""What the judges said, as text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from judges.compare import Comparison, by_rule

Verdicts = Mapping[str, Mapping[str, Comparison]]


def summary(verdicts: Verdicts) -> Iterator[str]:
    """Yield one line for each judge and risk."""
    yield line(("judge", "risk", "files", "before", "removed", "added", "after", "left", "blinded"))
    for name, by_risk in verdicts.items():
        for risk, one in by_risk.items():
            before, after = one.before.total(), one.after.total()
            numbers = (one.files, before, one.removed.total(), one.added.total(), after)
            yield line((name, risk, *map(str, numbers), share(after, before), str(len(one.blinded))))


def share(after: int, before: int) -> str:
    """Return what is left, in percent."""
    return f"{100 * after / before:.0f}%" if before else "-"


def line(words: Sequence[str]) -> str:
    """Return one line of the summary."""
    name, risk, *numbers = words
    return f"{name:20s} {risk:7s}" + "".join(f"{number:>9s}" for number in numbers)


def rules(name: str, by_risk: Mapping[str, Comparison]) -> Iterator[str]:
    """Yield one line for each rule of a judge: before, after at each risk, and what was added at each risk."""
    yield f"{name:24s}" + f"{'before':>8s}" + "".join(f"{risk:>8s}" for risk in by_risk) + "  added"
    before: Counter[str] = Counter()
    known = {rule for one in by_risk.values() for rule in by_rule(one.before | one.after)}
    for one in by_risk.values():
        before |= by_rule(one.before)

    for rule in sorted(known, key=lambda rule: (-before[rule], rule)):
        after = "".join(f"{by_rule(one.after)[rule]:8d}" for one in by_risk.values())
        added = " ".join(f"{count}@{risk}" for risk, one in by_risk.items() if (count := by_rule(one.added)[rule]))
        yield f"  {rule:22s}{before[rule]:8d}{after}  {added}".rstrip()


def markdown(verdicts: Verdicts) -> Iterator[str]:
    """Yield the short table of the README."""
    risks = [risk for risk in ("low", "high") if all(risk in by_risk for by_risk in verdicts.values())]
    heads = ["judge", "files", "before", *(f"after, {risk}" for risk in risks), "added", "refused or blinded"]
    yield row(heads)
    yield row(["---", *["---:"] * (len(heads) - 1)])
    for name, by_risk in verdicts.items():
        ones = [by_risk[risk] for risk in risks]
        added = max(one.added.total() for one in by_risk.values())
        blinded = max(len(one.blinded) for one in by_risk.values())
        counts = (ones[-1].files, ones[-1].before.total(), *(one.after.total() for one in ones), added, blinded)
        yield row([name, *map(str, counts)])


def row(cells: Sequence[str]) -> str:
    """Return one row of a table in Markdown."""
    return f"| {' | '.join(cells)} |"
