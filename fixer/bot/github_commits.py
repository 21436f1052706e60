"""Commits that GitHub makes and signs itself: those of an App that leaves out who it is. They keep modes of files."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import quote

from fixer.bot.budget import Budget
from fixer.bot.forge import Signable
from fixer.bot.problems import ForgeProblem
from fixer.bot.transport import Transport

_MOST = 40


def signs(login: str, wanted: Signable) -> bool:
    """Whether the forge signs this commit when it makes it: only those of bots; and not too many files at once."""
    return login.endswith("[bot]") and len(wanted.files) <= _MOST


def commit(transport: Transport, budget: Budget, path: str, wanted: Signable) -> str:
    """Make the commit; return its name. Objects that nothing leads to are no harm: none is looked up before."""
    tree = transport.get(f"{path}/git/commits/{wanted.start}")["tree"]["sha"]
    entries = [_entry(transport, budget, path, one) for one in wanted.files]
    made = _post(transport, budget, f"{path}/git/trees", {"base_tree": tree, "tree": entries})["sha"]
    body = {"message": wanted.message, "tree": made, "parents": list(wanted.parents)}
    return str(_post(transport, budget, f"{path}/git/commits", body)["sha"])


def move(transport: Transport, budget: Budget, path: str, branch: str, shas: tuple[str, str]) -> bool:
    """Let a branch lead to the first of `shas` if it leads to the second one; False where the forge has no such thing.

    The REST interface has no lease: it would push over what somebody did meanwhile.
    """
    sha, lease = shas
    place = f"{path}/git/ref/heads/{quote(branch, safe='/')}"
    node = transport.get(path).get("node_id")
    update = {"name": f"refs/heads/{branch}", "beforeOid": lease, "afterOid": sha, "force": True}

    def done() -> bool | None:
        now = transport.get(place)["object"]["sha"]
        if now not in {sha, lease}:
            raise ForgeProblem("conflict", f"{branch} is not where it was")

        return True if now == sha else None

    def send() -> bool:
        transport.mutate("updateRefs", {"repositoryId": node, "refUpdates": [update]}, "clientMutationId")
        return True

    try:
        return transport.write(budget, send, done)
    except ForgeProblem as problem:
        if problem.kind in {"invalid", "other"}:
            return False

        raise


def _entry(transport: Transport, budget: Budget, path: str, file: tuple[str, str, bytes | None]) -> dict[str, Any]:
    name, mode, content = file
    entry: dict[str, Any] = {"path": name, "mode": mode, "type": "blob"}
    if content is None:
        return {**entry, "sha": None}

    try:
        return {**entry, "content": content.decode("utf-8")}
    except UnicodeDecodeError:
        coded = {"content": base64.b64encode(content).decode(), "encoding": "base64"}
        return {**entry, "sha": _post(transport, budget, f"{path}/git/blobs", coded)["sha"]}


def _post(transport: Transport, budget: Budget, path: str, body: Any) -> Any:
    return transport.write(budget, lambda: transport.send("POST", path, body), lambda: None)
