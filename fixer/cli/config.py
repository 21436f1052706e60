"""`fixer config`: show, check and begin a configuration."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

import click
import msgspec

from fixer.cli.catalogue import catalogue
from fixer.cli.output import emit
from fixer.cli.policy import Asked, policy_of
from fixer.cli.run import Run, folder_of, run_of
from fixer.errors import UserError
from fixer.files import FileProblem, find_root, write_atomic
from fixer.finding import Environment
from fixer.policy.place import NAME
from fixer.policy.policy import Policy
from fixer.rule import Rule

ORDER = (Environment.DEV, Environment.STAGING, Environment.PROD)


@click.group("config", context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Show, check and begin a configuration (.fixer.yaml)."""


@command.command("schema")
def schema() -> int:
    """Print the JSON Schema of .fixer.yaml, for editors."""
    from fixer.policy.schema import schema_of_settings

    emit(msgspec.json.format(msgspec.json.encode(schema_of_settings()), indent=2).decode() + "\n")
    return 0


@command.command("show")
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("--config", metavar="PATH", help="Configuration; else the nearest .fixer.yaml.")
@click.option("--today", metavar="DATE", help="The day that expiry dates are compared with (2027-03-31).")
def show(paths: tuple[str, ...], config: str | None, today: str | None) -> int:
    """Show where PATHS are deployed, which level each rule has there, and why."""
    run = run_of(paths, None, Asked(config, today))
    policy = run.project.policy
    emit(f"configuration: {policy.configuration.path or 'none, the levels are those of the rules'}\n")
    for line in _said(policy):
        emit(f"{line}\n")

    for path in run.project.files:
        for line in _of_file(run, policy, path):
            emit(f"{line}\n")

    return 0


@command.command("init")
@click.argument("folder", default=os.curdir, type=click.Path(exists=True, file_okay=False))
@click.option("--stdout", is_flag=True, help="Print it and write nothing.")
def init(folder: str, *, stdout: bool) -> int:
    """Write a commented .fixer.yaml that fits FOLDER (the current one by default)."""
    from fixer.policy.beginning import beginning

    run = run_of([folder], None)
    text = beginning(_facts(run))
    if stdout:
        emit(text)
        return 0

    root = os.path.realpath(folder)
    if os.path.lexists(os.path.join(root, NAME)):
        raise UserError(f"{os.path.join(folder, NAME)}: there is one already")

    try:
        write_atomic(root, NAME, text.encode(), None)
    except FileProblem as problem:
        raise UserError(f"{os.path.join(folder, NAME)}: {problem.reason}") from None

    emit(f"written: {os.path.relpath(os.path.join(root, NAME))}\n")
    policy_of(find_root([folder]), folder_of([folder]), Asked())
    return 0


def _facts(run: Run) -> dict[str, Any]:
    """What a new configuration says about a repository: its environments, namespaces and kinds."""
    project = run.project
    environments: Counter[str] = Counter()
    namespaces: set[str] = set()
    for path in project.files:
        kind = _kind(run, path)
        if kind is None:
            continue

        environments[project.environment(path).value] += 1
        if kind == "kubernetes":
            namespaces |= set(_namespaces(run, path))

    return {"environments": dict(environments), "namespaces": sorted(namespaces)}


def _namespaces(run: Run, path: str) -> Iterator[str]:
    for document in run.project.documents(path):
        metadata = document.get("metadata")
        name = metadata.get("namespace") if isinstance(metadata, dict) else None
        if isinstance(name, str) and name:
            yield name


def _kind(run: Run, path: str) -> str | None:
    from fixer.text import TextError

    try:
        return run.project.kind(path)
    except TextError:
        return None


def _said(policy: Policy) -> Iterator[str]:
    settings = policy.settings
    if settings.packs:
        yield f"packs: {', '.join(settings.packs)}"

    if policy.known:
        yield f"baseline: {len(policy.known)} known findings"

    for exemption, source in policy.exemptions():
        until = f" until {exemption.expires}" if exemption.expires else ""
        ended = policy.overdue(exemption.expires, Environment.STAGING)
        note = f": {ended}" if ended else ""
        yield f"exemption in {source}: {', '.join(exemption.rules)} in {exemption.path}{until}{note}"


def _of_file(run: Run, policy: Policy, path: str) -> Iterator[str]:
    kind = _kind(run, path)
    if kind is None:
        return

    environment, why = run.project.environment_why(path)
    yield f"\n{run.shown(path)}  ({kind}, {environment.value}: {why})"
    rules = catalogue([kind])
    width = max(len(rule.name) for rule in rules)
    for rule in rules:
        level, reason = _level(policy, rule, environment, path)
        yield f"  {level:<4}  {rule.name:<{width}}  {reason}"


def _level(policy: Policy, rule: Rule, environment: Environment, path: str) -> tuple[str, str]:
    from fixer.policy.globs import path_fits

    decision = policy.decision(rule, environment)
    if any(path_fits(path, said.exclude.paths) for said in policy.about(rule)):
        return "off", f"its path is left out in {policy.configuration.path}"

    return decision.level.name.lower(), decision.why
