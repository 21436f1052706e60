"""Repositories, their owners, forks, and the app that is installed there."""

from __future__ import annotations

import datetime as dt
import secrets
import time
from typing import Any

from bot.double.call import Answer, Call, Listed, Refused, handles, may_push, sees
from bot.double.records import Account, Installation, Repository, Token
from bot.double.settle import settle
from bot.double.shapes import filled, node_id


@handles("users/get-authenticated")
def me(call: Call) -> Answer:
    if call.token.installation:
        raise Refused(403, "Resource not accessible by integration")

    return Answer(200, _profile(call, call.actor))


def _profile(call: Call, account: Account) -> dict[str, Any]:
    shown = call.shapes.user(account)
    known = {key: shown[key] for key in ("login", "id", "node_id", "type", "url", "html_url", "repos_url")}
    return filled("public-user", **known, user_view_type="public")


@handles("users/get-by-username")
def user(call: Call) -> Answer:
    found = call.store.accounts.get(call.parameters["username"].lower())
    if found is None:
        raise Refused(404, "Not Found")

    return Answer(200, _profile(call, found))


@handles("orgs/get")
def organisation(call: Call) -> Answer:
    found = _organisation(call)
    at = f"{call.shapes.api}/orgs/{found.login}"
    known = {"login": found.login, "id": found.id, "node_id": node_id("O", found.id), "url": at, "type": found.kind}
    return Answer(200, filled("organization-full", **known, repos_url=f"{at}/repos"))


def _organisation(call: Call) -> Account:
    found = call.store.accounts.get(call.parameters["org"].lower())
    if found is None or found.kind != "Organization":
        raise Refused(404, "Not Found")

    return found


@handles("repos/list-for-org")
def of_organisation(call: Call) -> Answer:
    return _repositories(call, _organisation(call), "minimal-repository")


@handles("repos/list-for-user")
def of_user(call: Call) -> Answer:
    return _repositories(call, call.store.account(call.parameters["username"]), "minimal-repository")


@handles("repos/list-for-authenticated-user")
def mine(call: Call) -> Answer:
    found = [each for each in call.store.repositories.values() if call.actor.login in each.roles]
    return Answer(200, Listed([call.shapes.repository(each, call.actor) for each in found]))


def _repositories(call: Call, owner: Account, schema: str) -> Answer:
    found = [each for each in call.store.repositories.values() if each.owner is owner and sees(call.token, each)]
    kinds = {"forks": True, "sources": False}
    if call.query.get("type") in kinds:
        found = [each for each in found if (each.parent is not None) is kinds[call.query["type"]]]

    return Answer(200, Listed([call.shapes.repository(each, call.actor, schema) for each in found]))


@handles("repos/get")
def get(call: Call) -> Answer:
    return Answer(200, call.shapes.repository(call.repository(), call.actor, "full-repository"))


@handles("repos/get-all-topics")
def topics(call: Call) -> Answer:
    return Answer(200, {"names": list(call.repository().topics)})


@handles("repos/list-collaborators")
def collaborators(call: Call) -> Answer:
    repository = call.repository()
    if not may_push(call.token, repository):
        raise Refused(403, "Must have push access to view repository collaborators.")

    shown = []
    for login, role in sorted(repository.roles.items()):
        account = call.store.account(login)
        rights = call.shapes.permissions(repository, account)
        shown.append({**call.shapes.user(account), "permissions": rights, "role_name": role})

    return Answer(200, Listed(shown))


@handles("repos/check-collaborator")
def is_collaborator(call: Call) -> Answer:
    if call.parameters["username"] not in call.repository().roles:
        raise Refused(404, "Not Found")

    return Answer(204)


@handles("repos/get-collaborator-permission-level")
def permission(call: Call) -> Answer:
    repository = call.repository()
    account = call.store.accounts.get(call.parameters["username"].lower())
    if account is None:
        raise Refused(404, "Not Found")

    role = repository.roles.get(account.login, "read")
    simple = {"triage": "read", "maintain": "write"}.get(role, role)
    rights = call.shapes.permissions(repository, account)
    shown = filled("collaborator", **call.shapes.user(account)) | {"permissions": rights, "role_name": role}
    return Answer(200, {"permission": simple, "role_name": role, "user": shown})


@handles("repos/list-forks")
def forks(call: Call) -> Answer:
    repository = call.repository()
    found = [each for each in call.store.repositories.values() if each.parent is repository]
    return Answer(200, Listed([call.shapes.repository(each, call.actor, "minimal-repository") for each in found]))


@handles("repos/create-fork")
def fork(call: Call) -> Answer:
    repository = call.repository()
    owner = call.given("organization") or call.actor.login
    found = call.store.repository(f"{owner}/{repository.name}")
    if found is None:
        found = call.store.add(owner, call.given("name") or repository.name, repository.default_branch, repository)
        found.roles[call.actor.login] = "admin"
        copied = ["+refs/heads/*:refs/heads/*"]
        if call.given("default_branch_only"):
            copied = [f"+refs/heads/{repository.default_branch}:refs/heads/{repository.default_branch}"]

        found.bare.git("fetch", "--quiet", str(repository.bare.path), *copied)
        found.seen = found.bare.branches()

    return Answer(202, call.shapes.repository(found, call.actor, "full-repository"))


@handles("repos/merge-upstream")
def upstream(call: Call) -> Answer:
    repository = call.repository()
    parent, branch = repository.parent, call.given("branch")
    new = parent.bare.branch(branch) if parent else None
    if parent is None or new is None:
        raise Refused(422, "There was an error when merging from the upstream")

    repository.bare.git("fetch", "--quiet", str(parent.bare.path), f"+{new}:refs/upstream/{branch}")
    old = repository.bare.branch(branch)
    if old and not repository.bare.is_ancestor(old, new):
        raise Refused(409, "There are merge conflicts")

    repository.bare.move(branch, new, old or "")
    settle(call.store, repository, call.actor)
    kind = "none" if old == new else "fast-forward"
    return Answer(200, {"message": "Successfully fetched", "merge_type": kind, "base_branch": f"{parent.owner}:main"})


@handles("rate-limit/get")
def rate(_: Call) -> Answer:
    limit = {"limit": 5000, "used": 0, "remaining": 5000, "reset": int(time.time()) + 3600}
    return Answer(200, {"resources": {"core": limit, "search": limit, "graphql": limit}, "rate": limit})


@handles("meta/get")
def meta(_: Call) -> Answer:
    return Answer(200, {"verifiable_password_authentication": True})


@handles("apps/get-authenticated")
def app(call: Call) -> Answer:
    found = call.store.app
    if found is None or call.token.account is not found.account or call.token.installation:
        raise Refused(401, "A JSON web token could not be decoded")

    shown = filled("integration", id=found.id, slug=found.slug, name=found.slug, owner=call.shapes.user(found.account))
    return Answer(200, shown)


@handles("apps/list-installations")
def installations(call: Call) -> Answer:
    app(call)
    return Answer(200, Listed([call.shapes.installation(each) for each in call.store.installations.values()]))


@handles("apps/get-org-installation", "apps/get-user-installation", "apps/get-repo-installation")
def installation_of(call: Call) -> Answer:
    app(call)
    names = call.parameters
    login = (names.get("org") or names.get("username") or names.get("owner") or "").lower()
    for each in call.store.installations.values():
        if each.account.login.lower() == login:
            return Answer(200, call.shapes.installation(each))

    raise Refused(404, "Not Found")


@handles("apps/create-installation-access-token")
def access_token(call: Call) -> Answer:
    app(call)
    found = call.store.installations.get(int(call.parameters["installation_id"]))
    if found is None:
        raise Refused(404, "Not Found")

    wanted = call.given("permissions") or found.permissions
    if any(found.permissions.get(area) not in {level, "write"} for area, level in wanted.items()):
        raise Refused(422, "The permissions requested are not granted to this installation.")

    token = _issued(call, found, wanted)
    assert token.until
    end = dt.datetime.fromtimestamp(token.until, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    shown = {"token": token.value, "expires_at": end, "permissions": wanted, "repository_selection": "all"}
    return Answer(201, shown)


def _issued(call: Call, found: Installation, permissions: dict[str, str]) -> Token:
    app_ = call.store.app
    assert app_
    bot = call.store.account(f"{app_.slug}[bot]", "Bot")
    until = time.time() + call.store.token_seconds
    token = Token(f"ghs_{secrets.token_hex(18)}", bot, found, permissions, left=call.store.token_requests, until=until)
    call.store.tokens[token.value] = token
    return token


@handles("apps/list-repos-accessible-to-installation")
def accessible(call: Call) -> Answer:
    installation = call.token.installation
    if installation is None:
        raise Refused(403, "You must authenticate with an installation access token in order to list repositories")

    found: list[Repository] = [each for each in call.store.repositories.values() if each.owner is installation.account]
    return Answer(200, Listed([call.shapes.repository(each, call.actor) for each in found], key="repositories"))
