"""A workflow for GitHub that runs the bot on a schedule, and the configuration that is proposed to a repository."""

from __future__ import annotations

import os
import re
from typing import Any

from fixer.errors import UserError
from fixer.files import FileProblem, find_root, read_bytes, write_atomic

PATH = ".github/workflows/fixer.yml"
_REQUIREMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+:/@=~#&\[\],<>!-]{0,299}")
_COMMIT = re.compile(r"@[0-9a-f]{40}(?:$|#)|==[0-9][^*]*$")

_TEXT = """\
# Written by `fixer bot init`. Opens pull requests for what fixer can put right here, and keeps them current.
name: fixer

on:
  schedule:
    - cron: "{minute} {hour} * * *"
  workflow_dispatch:

permissions: {{}}

concurrency:
  group: fixer
  cancel-in-progress: false

jobs:
  pull-requests:
    runs-on: ubuntu-24.04
    timeout-minutes: 30
    permissions:
      contents: write
      issues: write
      pull-requests: write
    steps:
      # No other action is used, so that there is none to pin; the bot fetches what it needs by itself.
      - name: Install fixer
        env:
          REQUIREMENT: {requirement}
        run: |
          python3 -m venv "$RUNNER_TEMP/fixer"
          "$RUNNER_TEMP/fixer/bin/pip" install --quiet --disable-pip-version-check "$REQUIREMENT"
      - name: Run the bot
        env:
          # Pull requests that are opened with the token of a workflow start no workflows, and it may not change
          # workflow files. Where that matters, set the secret FIXER_TOKEN: of a GitHub App, or of an own account.
          FIXER_TOKEN: ${{{{ secrets.FIXER_TOKEN || github.token }}}}
        run: |
          "$RUNNER_TEMP/fixer/bin/fixer" bot run --repo "$GITHUB_REPOSITORY"
"""


def write(path: str, requirement: str, *, force: bool) -> list[str]:
    """Write the workflow into the repository that holds `path`; return lines about it.

    `requirement` is what pip installs fixer from ("": where this one was installed from, when that is known exactly).
    Raises UserError when it is not, and for a workflow that is there.
    """
    root = find_root([path])
    wanted = requirement or installed_from()
    if not _REQUIREMENT.fullmatch(wanted):
        raise UserError(
            f"--install {wanted}: a requirement of pip such as git+https://github.com/acme/fixer@COMMIT is wanted"
        )

    data = text(wanted, os.path.basename(root)).encode()
    try:
        stamp = read_bytes(root, PATH)[1] if os.path.lexists(os.path.join(root, PATH)) else None
        if stamp is not None and not force:
            raise UserError(f"{PATH} is there already; --force writes over it")

        write_atomic(root, PATH, data, stamp)
    except FileProblem as problem:
        raise UserError(f"{PATH}: {problem.reason}") from None

    lines = [f"{PATH} is written; commit it, and it runs once a day."]
    if not _COMMIT.search(wanted):
        lines.append(f"It installs {wanted}, which is no single commit or version: pin it before you rely on it.")

    return lines


def text(requirement: str, name: str) -> str:
    """Return the text of the workflow; when it runs depends on the name, so that not all run at the same minute."""
    import zlib

    number = zlib.crc32(name.encode("utf-8", "surrogateescape"))
    return _TEXT.format(requirement=f'"{requirement}"', minute=number % 60, hour=2 + number // 60 % 4)


def configuration() -> str:
    """Return the configuration that is proposed to a repository that has none."""
    from fixer.policy.beginning import beginning

    return beginning({"environments": {}, "namespaces": []})


def installed_from() -> str:
    """Return the requirement that this installation came from. Raises UserError when that is no exact address."""
    import json
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        found: Any = json.loads(distribution("fixer").read_text("direct_url.json") or "{}")
    except (PackageNotFoundError, ValueError):
        found = {}

    version = found.get("vcs_info") or {}
    url, commit = str(found.get("url", "")), str(version.get("commit_id", ""))
    if (
        version.get("vcs") == "git"
        and url.startswith("https://")
        and "@" not in url
        and re.fullmatch("[0-9a-f]{40}", commit)
    ):
        return f"git+{url}@{commit}"

    raise UserError("where does the workflow install fixer from? --install git+https://github.com/acme/fixer@COMMIT")
