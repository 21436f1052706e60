"""What a run has to say about the configuration itself: exemptions that ended, end soon, or are not needed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from fixer.finding import Environment, Finding
from fixer.policy.globs import path_fits

if TYPE_CHECKING:
    from fixer.policy.policy import Policy
    from fixer.policy.settings import Exemption


def notices(policy: Policy, paths: Sequence[str], findings: Iterable[Finding], *, whole: bool) -> list[str]:
    """Return one clause for each thing to say, with its place in front.

    `paths` are the files of the run, `findings` what was found in them; `whole` says that all rules ran.
    """
    found = list(findings)
    used = {finding.excuse.source for finding in found if finding.excuse}
    said = [
        f"{source}: {text}"
        for exemption, source in policy.exemptions()
        for text in _about(policy, exemption, paths, used=source in used, whole=whole)
    ]
    gone = policy.known - {finding.identity for finding in found}
    lost = [identity for identity in gone if identity[1] in set(paths)] if whole else []
    if lost:
        count = f"{len(lost)} known {'finding is' if len(lost) == 1 else 'findings are'} gone"
        said.append(f"{policy.baseline_name}: {count}; `fixer baseline --prune` takes them out")

    return said


def _about(policy: Policy, exemption: Exemption, paths: Sequence[str], *, used: bool, whole: bool) -> Iterator[str]:
    what = f"the exemption from {', '.join(exemption.rules)}"
    if reason := policy.overdue(exemption.expires, Environment.STAGING):
        yield f"{what} does not hold: {reason}"
        return

    if exemption.expires:
        days = (dt.date.fromisoformat(exemption.expires) - policy.now).days
        if days <= policy.settings.comments.warn_days:
            yield f"{what} ends on {exemption.expires}"

    if whole and not used and any(path_fits(path, (exemption.path,)) for path in paths):
        yield f"{what} excuses nothing"
