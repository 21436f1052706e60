"""How a non-root user is made, by base family (table KB-2)."""

from __future__ import annotations

import msgspec

from fixer.knowledge.images import Account, ImageFacts
from fixer.knowledge.tables import table


class NewUser(msgspec.Struct, frozen=True):
    """Shell commands that make the account (none when nothing is to be made), and the value of USER."""

    commands: tuple[str, ...]
    user: str
    because: str


def how(
    facts: ImageFacts, uid: int = 1000, gid: int = 1000, name: str = "appuser", fallback_uid: int = 10001
) -> NewUser | None:
    """Return how a stage on the image of `facts` gets a non-root user; None when it should not get one.

    None for images that drop privileges themselves and for Windows. An existing account is preferred to a new one; a
    family that is not known gets a number without an account, which cannot break the build.
    """
    if facts.windows or facts.family == "windows" or _drops_privileges(facts):
        return None

    if facts.account is not None and facts.account.uid:
        return _existing(facts.account, facts)

    if facts.family in {"distroless", "scratch"}:
        return NewUser((), "65532:65532", f"{facts.family} images use uid 65532 for their non-root user")

    if facts.uid_1000 and uid == 1000:
        uid = gid = fallback_uid
        because = f"uid 1000 is the account {facts.uid_1000} of the image ({facts.evidence}), so {uid} is taken"
        return _made(facts, uid, gid, name, because)

    return _made(facts, uid, gid, name, "")


def _drops_privileges(facts: ImageFacts) -> bool:
    """Whether the image gives up root itself; a master with workers may run without it where nothing has to change."""
    if facts.drops_privileges == "master-worker" and facts.nonroot is not None:
        return facts.nonroot.works != "directly"

    return facts.drops_privileges not in {None, "none"}


def _existing(account: Account, facts: ImageFacts) -> NewUser:
    # A number alone keeps the groups of the passwd entry; group 0 is how OpenShift images arrange their files.
    keeps_groups = not account.gid or facts.family == "ubi"
    user = str(account.uid) if keeps_groups or _is_dotnet(facts) else f"{account.uid}:{account.gid}"
    return NewUser((), user, f"the image has the account {account.name} with uid {account.uid} ({facts.evidence})")


def _is_dotnet(facts: ImageFacts) -> bool:
    return facts.account is not None and facts.account.name == "app" and facts.account.uid == 1654


def _made(facts: ImageFacts, uid: int, gid: int, name: str, because: str) -> NewUser:
    command = _command(facts)
    if not command:
        reason = (
            "the image has no useradd" if facts.user_tools == "none" else "how the image makes accounts is not known"
        )
        return NewUser((), f"{uid}:{gid}", because or f"{reason}, and a number needs no account")

    words = {"U": str(uid), "G": str(gid), "NAME": name}
    text = " ".join(words.get(word, word) for word in command.split())
    source = f"accounts of a {facts.family} image are made with {command.split()[0]}"
    return NewUser(tuple(text.split(" && ")), f"{uid}:{gid}", because or f"{source} ({facts.evidence})")


def _command(facts: ImageFacts) -> str:
    """Return the command template of the family in the table, or an empty text when nothing is known to work."""
    if facts.family is None or facts.user_tools in {None, "none"} or facts.shell == "":
        return ""

    wanted = _FAMILIES.get(facts.family, "")
    if facts.user_tools == "adduser" and wanted != "alpine":
        return ""

    rows = table("user_creation")
    return next((str(row["command"]) for row in rows if wanted and wanted in row["family"] and "command" in row), "")


# The family of KB-1 and the word that names it in KB-2.
_FAMILIES = {
    "debian": "debian",
    "ubuntu": "debian",
    "alpine": "alpine",
    "busybox": "alpine",
    "wolfi": "alpine",
    "fedora": "fedora",
    "ubi": "fedora",
    "suse": "fedora",
}
