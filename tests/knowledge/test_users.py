from __future__ import annotations

import pytest

from fixer.knowledge.images import ImageFacts, image_facts
from fixer.knowledge.users import how

USERADD = (
    "groupadd --gid {0} appuser",
    "useradd --uid {0} --gid {0} --create-home --shell {1} --no-log-init appuser",
)
ADDUSER = ("addgroup -g 1000 appuser", "adduser -D -u 1000 -G appuser -s /sbin/nologin appuser")


def useradd(number: int, shell: str = "/usr/sbin/nologin") -> tuple[str, ...]:
    return tuple(line.format(number, shell) for line in USERADD)


@pytest.mark.parametrize(
    ("reference", "commands", "user"),
    [
        ("debian:12", useradd(1000), "1000:1000"),
        ("debian:13", useradd(1000), "1000:1000"),
        ("python:3.12-slim", useradd(1000), "1000:1000"),
        ("python:3.12-alpine", ADDUSER, "1000:1000"),
        ("ruby:3.3", useradd(1000), "1000:1000"),
        ("golang:1.23", useradd(1000), "1000:1000"),
        ("ubuntu:22.04", useradd(1000), "1000:1000"),
        ("ubuntu:24.04", useradd(10001), "10001:10001"),
        ("ubuntu", useradd(10001), "10001:10001"),
        ("eclipse-temurin:21-jre", useradd(10001), "10001:10001"),
        ("eclipse-temurin:21-jre-jammy", useradd(1000), "1000:1000"),
        ("eclipse-temurin:21-jre-alpine", ADDUSER, "1000:1000"),
        ("alpine:3.20", ADDUSER, "1000:1000"),
        ("busybox", ADDUSER, "1000:1000"),
        ("fedora:41", useradd(1000, "/sbin/nologin"), "1000:1000"),
        ("rockylinux:9", useradd(1000, "/sbin/nologin"), "1000:1000"),
        ("registry.access.redhat.com/ubi9/ubi", useradd(1000, "/sbin/nologin"), "1000:1000"),
        ("registry.access.redhat.com/ubi9/ubi-minimal", (), "1000:1000"),
        ("amazonlinux:2023", (), "1000:1000"),
        ("mcr.microsoft.com/azurelinux/base/core:3.0", (), "1000:1000"),
        ("registry.access.redhat.com/ubi9/python-311", (), "1001"),
        ("node:22", (), "1000:1000"),
        ("node:22-alpine", (), "1000:1000"),
        ("mcr.microsoft.com/dotnet/aspnet:8.0", (), "1654"),
        ("mcr.microsoft.com/dotnet/aspnet:6.0", useradd(1000), "1000:1000"),
        ("gcr.io/distroless/static", (), "65532:65532"),
        ("gcr.io/distroless/java17-debian12:debug", (), "65532:65532"),
        ("mcr.microsoft.com/azurelinux/distroless/base:3.0", (), "65532:65532"),
        ("scratch", (), "65532:65532"),
        ("cgr.dev/chainguard/static", (), "65532:65532"),
        ("php:8.3-cli", (), "33:33"),
        ("php:8.3-fpm", (), "33:33"),
        ("php:8.3-fpm-alpine", (), "82:82"),
        ("php:8.3-cli-alpine", (), "82:82"),
        ("acme/app:1", (), "1000:1000"),
    ],
)
def test_how(reference: str, commands: tuple[str, ...], user: str) -> None:
    made = how(image_facts(reference))

    assert made is not None
    assert (made.commands, made.user) == (commands, user)
    assert made.because


@pytest.mark.parametrize(
    "reference",
    [
        "postgres:16",
        "redis:7",
        "nginx",
        "httpd",
        "php:8.3-apache",
        "python:3.12-windowsservercore",
        "mcr.microsoft.com/windows/servercore:ltsc2022",
        "phusion/baseimage",
    ],
)
def test_not_at_all(reference: str) -> None:
    assert how(image_facts(reference)) is None


def test_numbers_and_name_are_the_callers() -> None:
    made = how(image_facts("debian:12"), uid=2000, gid=2001, name="web")

    assert made is not None
    assert made.commands == (
        "groupadd --gid 2001 web",
        "useradd --uid 2000 --gid 2001 --create-home --shell /usr/sbin/nologin --no-log-init web",
    )
    assert made.user == "2000:2001"


def test_another_uid_does_not_clash() -> None:
    made = how(image_facts("ubuntu:24.04"), uid=2000, gid=2000)

    assert made is not None
    assert made.user == "2000:2000"


def test_the_fallback_is_the_callers_and_explained() -> None:
    made = how(image_facts("ubuntu:24.04"), fallback_uid=20000)

    assert made is not None
    assert made.user == "20000:20000"
    assert made.because.startswith("uid 1000 is the account ubuntu of the image")


def test_a_family_without_known_tools_gets_a_number() -> None:
    made = how(ImageFacts(known=True, family="debian", evidence="a test"))

    assert made is not None
    assert (made.commands, made.user) == ((), "1000:1000")


def test_adduser_is_only_known_as_that_of_busybox() -> None:
    made = how(ImageFacts(known=True, family="debian", user_tools="adduser", shell="/bin/sh", evidence="a test"))

    assert made is not None
    assert made.commands == ()


def test_no_account_is_made_in_an_image_without_a_shell() -> None:
    made = how(ImageFacts(known=True, family="wolfi", user_tools="adduser", shell="", evidence="a test"))

    assert made is not None
    assert made.commands == ()
