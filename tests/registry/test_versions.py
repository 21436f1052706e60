from __future__ import annotations

import pytest

from fixer.registry.versions import MOST_QUESTIONS, version_of

_TAGS = """1 1.27 1.27.3 1.27.2 1.26 1.26.2 1-alpine 1.27-alpine 1.27.3-alpine 1.27.3-alpine3.20 1.27.3-alpine-slim
alpine latest mainline stable stable-alpine 1.28.0-rc1 1.28-beta 1.29.0-alpha nightly-2 2.0.0-dev perl"""
NGINX = _TAGS.split()


def asked(tag: str, tags: list[str], same: set[str]) -> tuple[str, list[str]]:
    questions: list[str] = []

    def ask(one: str) -> bool:
        questions.append(one)
        return one in same

    return version_of(tag, tags, ask), questions


@pytest.mark.parametrize(
    ("tag", "same", "version"),
    [
        ("latest", {"1", "1.27", "1.27.3", "latest"}, "1.27.3"),
        ("", {"1", "1.27", "1.27.3", "latest"}, "1.27.3"),
        ("1", {"1", "1.27", "1.27.3"}, "1.27.3"),
        ("1.27", {"1", "1.27", "1.27.3"}, "1.27.3"),
        ("1.27.3", {"1", "1.27", "1.27.3"}, "1.27.3"),
        ("latest", {"1", "1.27"}, "1.27"),
        ("stable", {"1.26", "1.26.2"}, "1.26.2"),
        ("1.26", {"1.27.3"}, ""),
        ("alpine", {"1.27.3-alpine", "1.27-alpine"}, "1.27.3-alpine"),
        ("1-alpine", {"1.27.3-alpine", "1.27.3"}, "1.27.3-alpine"),
        ("mainline-alpine", {"1.27.3-alpine"}, "1.27.3-alpine"),
        ("stable-alpine-slim", {"1.27.3-alpine-slim"}, "1.27.3-alpine-slim"),
        ("alpine3.20", {"1.27.3-alpine3.20"}, "1.27.3-alpine3.20"),
        ("latest", {"1.28.0-rc1", "1.28-beta", "1.29.0-alpha", "nightly-2", "2.0.0-dev"}, ""),
        ("perl", {"1.27.3"}, ""),
        ("latest", set(), ""),
    ],
)
def test_the_most_specific_version_of_the_variant(tag: str, same: set[str], version: str) -> None:
    assert asked(tag, NGINX, same)[0] == version


def test_the_highest_of_each_major_is_asked_first_then_of_each_minor() -> None:
    tags = ["1.0.0", "1.0.1", "1.1.0", "1.1", "2.0.0", "2.0.1", "2.0", "2", "3.0"]
    questions = ["3.0", "2.0.1", "1.1.0", "1.0.1", "2.0.0", "2.0", "2", "1.1", "1.0.0"]
    assert asked("latest", tags, set()) == ("", questions)


def test_no_more_is_asked_than_promised() -> None:
    tags = [f"{major}.{minor}.0" for major in range(20) for minor in range(20)]
    assert len(asked("latest", tags, set())[1]) == MOST_QUESTIONS


@pytest.mark.parametrize(
    ("tag", "tags", "same", "version"),
    [
        ("latest", ["24.04", "noble-20241015", "20241015"], {"24.04", "20241015"}, "24.04"),
        ("latest", ["20241015", "20241115", "2024.10.15"], {"20241115"}, "20241115"),
        ("latest", ["12.8", "20241111"], {"20241111"}, "20241111"),
        (
            "bookworm",
            ["bookworm-20241111", "bookworm-20241016", "12.8"],
            {"bookworm-20241111", "12.8"},
            "bookworm-20241111",
        ),
        ("latest", ["2023.6.20241031.0"], {"2023.6.20241031.0"}, "2023.6.20241031.0"),
        ("latest", ["4829173", "0.1"], {"4829173", "0.1"}, "0.1"),
        ("latest", ["4829173"], {"4829173"}, ""),
        ("latest", ["v1.2.3", "1.2.3"], {"v1.2.3", "1.2.3"}, "1.2.3"),
        ("v1", ["v1.2.3", "1.2.3"], {"v1.2.3", "1.2.3"}, "v1.2.3"),
        ("latest", ["v1.2.3"], {"v1.2.3"}, "v1.2.3"),
        ("21-jre", ["21.0.5_11-jre", "21-jre"], {"21.0.5_11-jre", "21-jre"}, "21.0.5_11-jre"),
        ("latest", ["1.9.0", "1.10.0"], {"1.9.0", "1.10.0"}, "1.10.0"),
        ("latest", ["3.14.0a1", "3.13"], {"3.14.0a1", "3.13"}, "3.13"),
    ],
)
def test_dates_builds_and_spellings(tag: str, tags: list[str], same: set[str], version: str) -> None:
    assert asked(tag, tags, same)[0] == version
