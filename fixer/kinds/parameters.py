"""Types of the parameters of rules: what may be written into a file, whoever says it.

A description is a clause that "is wanted" can follow.
"""

from __future__ import annotations

from typing import Annotated, TypeAlias

import msgspec
from msgspec import Meta


def _text(pattern: str, description: str) -> Meta:
    """What a text must match as a whole; as a pattern of msgspec's own it would be compiled in every run."""
    return Meta(description=description, extra_json_schema={"pattern": f"^(?:{pattern})$"})


Count: TypeAlias = Annotated[int, Meta(ge=1, le=1_000_000, description="a whole number from 1 to 1000000")]
CountText: TypeAlias = Annotated[str, _text("[1-9][0-9]{0,5}", 'a number as text, such as "3",')]
Factor: TypeAlias = Annotated[int, Meta(ge=1, le=100, description="a whole number from 1 to 100")]
Copies: TypeAlias = Annotated[int, Meta(ge=2, le=1000, description="a whole number from 2 to 1000")]
Seconds: TypeAlias = Annotated[int, Meta(ge=0, le=86_400, description="a number of seconds up to 86400")]
# 0 is root; Kubernetes knows no higher one.
UserId: TypeAlias = Annotated[int, Meta(ge=1, le=2_147_483_647, description="a number of a user that is not root")]
PortNumber: TypeAlias = Annotated[int, Meta(ge=1, le=65_535, description="a port from 1 to 65535")]

Duration: TypeAlias = Annotated[str, _text("(?:[0-9]{1,9}(?:ms|us|s|m|h))+", "a duration such as 30s")]
# Of Compose and Docker.
Size: TypeAlias = Annotated[
    str, _text("[1-9][0-9]{0,14}(?:[bB]|[kKmMgG][bB]?)?", "a size such as 512m or 2G, as text,")
]
Processors: TypeAlias = Annotated[
    str, _text(r"(?=.*[1-9])[0-9]{1,4}(?:\.[0-9]{1,3})?", 'a number of processors such as "0.5"')
]
# Of Kubernetes.
Cpu: TypeAlias = Annotated[str, _text(r"(?=.*[1-9])(?:[0-9]{1,9}m|[0-9]{1,4}(?:\.[0-9]{1,3})?)", "CPU such as 250m")]
Memory: TypeAlias = Annotated[str, _text("[1-9][0-9]{0,14}(?:[KMGT]i|[kMGT])?", "a quantity such as 512Mi")]
LabelKey: TypeAlias = Annotated[
    str,
    _text("(?:[a-z0-9.-]{1,253}/)?[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?", "the key of a label"),
]

AccountName: TypeAlias = Annotated[
    str, _text("(?!root$)[a-z_][a-z0-9_-]{0,30}", "the name of an account, in small letters,")
]
# 0.0.0.0 is what the rule about addresses takes away.
Address: TypeAlias = Annotated[
    str,
    _text(
        r"(?!0\.0\.0\.0$)(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(?:\.(?!$)|$)){4}",
        "an IPv4 address of one interface, such as 127.0.0.1,",
    ),
]
FolderPath: TypeAlias = Annotated[
    str, _text(r"(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9_.@+-]+)+", "an absolute path such as /tmp")
]
Tag: TypeAlias = Annotated[str, _text("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}", "a tag of an image")]
FixedTag: TypeAlias = Annotated[str, _text("(?!latest$)[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}", 'a tag other than "latest"')]
RestartPolicy: TypeAlias = Annotated[
    str,
    _text(
        "unless-stopped|always|on-failure(?::[1-9][0-9]{0,3})?", "unless-stopped, always, on-failure or on-failure:5"
    ),
]
Word: TypeAlias = Annotated[str, _text("[a-z][a-z0-9._/:-]{0,99}", "a name in small letters")]


class HealthTimes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Times of a health check of Docker: those of pack opa-baseline.

    interval: time between two checks
    timeout: time that one check may take
    retries: failures in a row that make a container unhealthy
    start_period: time in which failures do not count; 120s for programs that start slowly where it is the default
    """

    interval: Duration = "30s"
    timeout: Duration = "10s"
    retries: Count = 3
    start_period: Duration = "40s"

    def start(self, *, slow: bool) -> str:
        """Return the start period of a program."""
        return "120s" if slow and self.start_period == HealthTimes().start_period else self.start_period
