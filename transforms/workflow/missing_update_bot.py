"""Nobody brings updates of what the project pins.

## Why
A digest and a commit never change by themselves, and neither do the vulnerabilities in what they name: a pin that
nobody renews is a frozen version. Update bots open a pull request for each new version.

## Fix
Makes `.github/dependabot.yml`, or adds to the one that is there, with an entry for each ecosystem that the project has:
`docker` (Dockerfiles and manifests), `docker-compose` and `github-actions`, with their folders. It is reported once, at
the configuration of Dependabot or else at the first workflow, and only when something is pinned: what is not pinned
moves with its tag. Where Renovate is configured, it is left to Renovate.

## Risk
safe: a configuration of the bot changes nothing that runs; it opens pull requests.

## References
- https://docs.github.com/en/code-security/dependabot/working-with-dependabot/dependabot-options-reference
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from fixer.finding import Finding, Fix, Level, Risk, Severity
from fixer.kinds.workflow import Workflow
from fixer.kinds.workflow_updates import additions, bot_file, covered, ecosystems, first_pin, first_place, has_renovate
from fixer.rule import origin, rule


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How often the bot looks for updates.

    interval: daily, weekly or monthly
    """

    interval: Literal["daily", "weekly", "monthly"] = "weekly"


@rule(Severity.LOW, levels=(Level.OFF, Level.WARN, Level.WARN), aliases=("GA-028",), params=Params)
def missing_update_bot(workflow: Workflow, params: Params) -> Iterator[Finding]:
    """Find a project that pins and has no bot for an ecosystem of it."""
    facts = workflow.facts
    if workflow.file.path != first_place(facts) or has_renovate(facts):
        return

    pin = first_pin(facts)
    if not pin:
        return

    path = bot_file(facts)
    known = covered(facts, path) if path else frozenset()
    if known is None:
        yield workflow.place().finding("no update bot is configured", unfixable=f"{path} cannot be read: correct it")
        return

    missing = {name: folders for name, folders in ecosystems(facts).items() if name not in known}
    if missing:
        title = f"Let Dependabot update {', '.join(missing)}"
        because = (f"{pin} pins a version", *(f"{name}: {', '.join(folders)}" for name, folders in missing.items()))
        if source := origin(params, ""):
            because = (*because, f"{params.interval}: {source}")

        fix = Fix(title, Risk.SAFE, additions(path, missing, params.interval), because)
        yield workflow.place().finding(f"no update bot for {', '.join(missing)}", fix)
