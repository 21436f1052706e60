from __future__ import annotations

import pytest

from fixer.knowledge.packages import (
    companions,
    needs_ca_certificates,
    package_name,
    without_material_recommends,
)
from fixer.knowledge.tables import table


@pytest.mark.parametrize(
    ("word", "name"),
    [("curl", "curl"), ("curl=7.88.*", "curl"), ("libc6:amd64", "libc6"), ("git/bookworm-backports", "git")],
)
def test_package_name(word: str, name: str) -> None:
    assert package_name(word) == name


@pytest.mark.parametrize(
    ("packages", "added"),
    [
        (["curl"], ("ca-certificates",)),
        (["curl", "ca-certificates"], ()),
        (["git", "wget"], ("ca-certificates",)),
        (["gcc"], ("libc6-dev",)),
        (["gcc", "libc6-dev"], ()),
        (["gcc", "g++"], ()),
        (["gcc", "build-essential"], ()),
        (["gcc", "curl"], ("ca-certificates", "libc6-dev")),
        (["jq"], ()),
        ([], ()),
    ],
)
def test_companions(packages: list[str], added: tuple[str, ...]) -> None:
    assert companions(packages) == added


@pytest.mark.parametrize(
    ("packages", "needed"),
    [
        (["curl"], True),
        (["wget=1.21"], True),
        (["git"], True),
        (["curl", "ca-certificates"], False),
        (["jq", "make"], False),
        (["aria2"], True),
        ([], False),
    ],
)
def test_needs_ca_certificates(packages: list[str], needed: bool) -> None:
    assert needs_ca_certificates(packages) is needed


@pytest.mark.parametrize(
    "packages",
    [
        ["curl"], ["wget"], ["curl", "ca-certificates", "gnupg"], ["git"], ["build-essential"], ["gcc"],
        ["g++", "make"], ["jq", "unzip"],
        ["zip"], ["xz-utils", "tar"], ["netcat-openbsd"], ["procps"], ["tini"], ["dumb-init"], ["gosu"],
        ["vim-tiny", "less", "file"],
        ["bash"], ["libpq-dev", "gcc"], ["libpq5"], ["zlib1g-dev", "libssl-dev", "pkg-config"], ["libffi-dev"],
        ["tzdata"],
        ["python3"], ["libgomp1"], ["lsb-release"], ["rsync"],
    ],
)  # fmt: skip
def test_nothing_that_matters_is_lost(packages: list[str]) -> None:
    assert without_material_recommends(packages)


@pytest.mark.parametrize(
    "packages",
    [
        ["python3-pip"],
        ["cmake"],
        ["chromium"],
        ["ffmpeg"],
        ["imagemagick"],
        ["npm"],
        ["acme-tool"],
        ["curl", "acme-tool"],
        ["$PKG"],
    ],
)
def test_what_is_lost_or_not_known_matters(packages: list[str]) -> None:
    assert not without_material_recommends(packages)


@pytest.mark.parametrize(
    ("packages", "text", "fine"),
    [
        (["git"], "RUN git clone https://example.com/x", True),
        (["git"], "RUN git clone git@example.com:x", False),
        (["git"], "RUN --mount=type=ssh git clone ssh://git@example.com/x", False),
        (["git", "openssh-client"], "RUN git clone git@example.com:x", True),
        (["git"], "RUN patch -p1 < x.patch", False),
        (["zip"], "RUN unzip x.zip", False),
        (["zip", "unzip"], "RUN unzip x.zip", True),
        (["zip"], "RUN zip x.zip y", True),
        (["procps"], "RUN killall x", False),
        (["curl"], "RUN openssl version", True),
        (["build-essential"], "RUN gpg --import x", False),
    ],
)
def test_what_the_file_uses_matters(packages: list[str], text: str, fine: bool) -> None:
    assert without_material_recommends(packages, text) is fine


def test_shape_of_the_table() -> None:
    data = table("apt_packages")

    assert set(data) == {"source", "immaterial", "programs", "packages"}
    assert all(set(row) <= {"companions", "loses", "brings"} for row in data["packages"].values())
    assert list(data["packages"]) == sorted(data["packages"])
    assert all(data["immaterial"].values())
