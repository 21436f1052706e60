"""What is known about a tag of an image or a revision of an action, and the settings with which it is looked up."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

# Around the key in the `problem` of an answer that waits for a look-up; no other has it.
WAITING = "\0"


class Answer(msgspec.Struct, frozen=True):
    """What a registry or a forge says, or a lock file on behalf of them.

    `digest` is the digest of the index (`sha256:` and 64 hex digits), or the commit (40 hex digits) of an action; ""
    when there is none, and then `problem` says why, as a clause. `date` is the ISO day of the look-up. `platforms` are
    those of the index, () when they are not known. `version` is the most specific version tag that means the same, ""
    when none is known. `media_type` is that of the manifest; for an action `tag` or `branch`. `source` says where all
    this comes from, as evidence.
    """

    digest: str = ""
    problem: str = ""
    date: str = ""
    platforms: tuple[str, ...] = ()
    version: str = ""
    media_type: str = ""
    source: str = ""

    @property
    def waits(self) -> bool:
        """Whether the look-up is still to come: a finding says so by taking over `problem`."""
        return self.problem.startswith(WAITING)


class Online(msgspec.Struct, frozen=True):
    """How registries and forges are reached.

    `endpoints` gives another base URL to a registry, or to `github.com`. `plain_http` are hosts (`host[:port]`) that
    are asked without encryption; loopback always is where it has to be. `timeout` is in seconds, for connecting and for
    reading each. Answers of the disk cache count up to `cache_hours`; 0 leaves them unread. `today` is the ISO day that
    answers are dated with. `threads` is how many look-ups run at once.
    """

    endpoints: Mapping[str, str] = {}
    plain_http: tuple[str, ...] = ()
    timeout: float = 10.0
    cache_hours: float = 6.0
    today: str = ""
    threads: int = 32
