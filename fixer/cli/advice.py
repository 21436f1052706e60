"""What a run advises about pins: how to come to digests, and who keeps them up to date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from fixer.cli.run import Run
from fixer.outcome import Outcome
from fixer.rule import Rule


def pin_notes(run: Run, outcomes: Iterable[Outcome], rules: Sequence[Rule]) -> Iterator[str]:
    """Yield one clause for each thing to say: what is not in the lock file, and that nothing updates what is pinned."""
    asking = {rule.name for rule in rules if rule.online}
    if not asking:
        return

    book = run.project.book
    left = {
        (finding.path, finding.place)
        for outcome in outcomes
        for finding in outcome.remaining
        if finding.rule in asking and not finding.excuse and finding.unfixable and book.offline in finding.unfixable
    }
    if left and not book.online:
        count = "1 reference is" if len(left) == 1 else f"{len(left)} references are"
        yield f"{count} not in {book.shown}: `fixer pin` looks up what {'it means' if len(left) == 1 else 'they mean'}"

    lock = book.lock
    if (lock.images or lock.actions) and not run.project.of_kind("workflow") and _nobody_updates(run):
        yield "nothing updates what is pinned: configure Dependabot or Renovate (rule missing-update-bot)"


def _nobody_updates(run: Run) -> bool:
    from fixer.kinds.workflow_updates import bot_file, first_pin, has_renovate

    project = run.project
    return not bot_file(project) and not has_renovate(project) and bool(first_pin(project))
