from __future__ import annotations

import pytest
from kinds.dockerfile_facts import World, dockerfile, final

from fixer.finding import Environment, Fix, Risk
from fixer.formats.dockerfile import Insert, Line, SetWord
from fixer.kinds.dockerfile import KIND, Copy, Instruction, Run
from fixer.kinds.dockerfile_images import images_of, tagged
from fixer.kinds.dockerfile_variables import Variable, expand, used


def scope(**values: str | None) -> dict[str, Variable]:
    return {name: Variable(value, 0, argument=True) for name, value in values.items()}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("plain", "plain"),
        ("$X-${Y}", "1-2"),
        ("${X:-9}", "1"),
        ("${N:-9}", "9"),
        ("${N-9}", "9"),
        ("${E:-9}", "9"),
        ("${E-9}", ""),
        ("${X:+set}", "set"),
        ("${N:+set}", ""),
        ("${N:-${Y}}", "2"),
        ('"$X"', "1"),
        ("'$X'", "$X"),
        (r"\$X", "$X"),
        ("5$", "5$"),
        ("$N", None),
        ("$MISSING", None),
        ("${X#1}", None),
        ("${X", None),
        ("${}", None),
    ],
)
def test_variables_are_put_in(text: str, wanted: str | None) -> None:
    assert expand(text, scope(X="1", Y="2", E="", N=None)) == wanted


def test_a_value_that_the_image_may_set_has_no_default() -> None:
    assert expand("${X:-1}", {"X": Variable(None, 0, argument=False)}) is None
    assert expand("${X:-1}", {}) == "1"


def test_used_names() -> None:
    assert used("$A/${B:-$C}/x") == ["A", "B", "C"]
    assert used("nothing") == []


STAGES = """
    ARG VERSION=3.12
    ARG IMAGE=python:${VERSION}-slim
    FROM --platform=linux/amd64 ${IMAGE} AS Base
    ARG VERSION
    ARG MODE=prod
    ENV APP_MODE=$MODE PATH=/opt/bin:$PATH
    WORKDIR /srv
    WORKDIR app
    EXPOSE 8000 53/udp ${NOTHING}

    FROM base AS test
    USER tester
    CMD ["pytest"]

    FROM base
    ENTRYPOINT ["python"]
    VOLUME ["/data", "/cache"]
    """


def test_stages_and_what_they_inherit() -> None:
    file = dockerfile(STAGES)
    base, test, last = file.stages
    assert [stage.name for stage in file.stages] == ["Base", "test", ""]
    assert base.base == "python:3.12-slim"
    assert (test.parent, last.parent) == (base, base)
    assert base.children == (test, last)
    assert last.chain == (base, last)
    assert last.image == "python:3.12-slim"
    assert last.facts.family == "debian"
    assert last.workdir == "/srv/app"
    assert last.env == {"APP_MODE": "prod"}
    assert base.scope["VERSION"].value == "3.12"
    assert last.exposed == ()
    assert last.volumes == ("/data", "/cache")
    assert (base.label, last.label) == ("stage 1 (Base)", "stage 3")


def test_a_stage_is_found_by_name_and_number() -> None:
    file = dockerfile(STAGES)
    assert file.stage("BASE") is file.stages[0]
    assert file.stage("1") is file.stages[1]
    assert file.stage(2) is file.final
    assert file.stage("9") is None
    assert file.stage("nobody") is None


def test_shipped_are_the_last_stage_and_targets() -> None:
    file = dockerfile(STAGES, world=World(targets=("TEST",)))
    assert [stage.shipped for stage in file.stages] == [False, True, True]


def test_exposed_ports() -> None:
    stage = final("FROM scratch\nARG P=9\nEXPOSE 80 53/udp $P\nEXPOSE 8000-8010")
    assert stage.exposed == ((80, "tcp"), (53, "udp"), (9, "tcp"))


def test_ports_of_the_java_debugger_are_none() -> None:
    stage = final("FROM scratch\nENV OPTS=-agentlib:jdwp=transport=dt_socket,server=y,address=*:5005\nEXPOSE 80 5005")
    assert stage.exposed == ((80, "tcp"),)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('ENTRYPOINT ["a"]\nCMD ["b"]', ("a", "b")),
        ('ENTRYPOINT ["a"]\nCMD b c', ("a", "/bin/sh", "-c", "b c")),
        ('ENTRYPOINT a\nCMD ["b"]', ("/bin/sh", "-c", "a")),
        ('CMD ["b"]', ("b",)),
        ('SHELL ["/bin/bash", "-c"]\nCMD b', ("/bin/bash", "-c", "b")),
    ],
)
def test_command(text: str, wanted: tuple[str, ...]) -> None:
    command = final(f"FROM debian:12\n{text}\n").command
    assert command is not None
    assert command.argv == wanted


def test_an_entrypoint_takes_back_the_command_of_the_base() -> None:
    assert final('FROM debian:12 AS a\nCMD ["x"]\nFROM a\nENTRYPOINT ["y"]').cmd is None
    assert final('FROM debian:12 AS a\nCMD ["x"]\nFROM a').cmd is not None
    assert final("FROM debian:12").command is None


def test_last_of_the_chain() -> None:
    stage = final('FROM debian:12 AS a\nHEALTHCHECK CMD a\nCMD ["x"]\nFROM a\nHEALTHCHECK NONE')
    assert stage.health is not None
    assert stage.health.raw.health_type == "NONE"
    assert stage.last("STOPSIGNAL") is None


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("FROM alpine:3.20", "alpine"),
        ("FROM example.com/x:1-bookworm", "debian"),
        ("FROM example.com/x\nRUN dnf install -y y", "fedora"),
        ("FROM example.com/x\nRUN echo", None),
    ],
)
def test_family(text: str, wanted: str | None) -> None:
    assert final(text).family == wanted


def test_what_is_installed() -> None:
    stage = final(
        """
        FROM debian:12-slim AS base
        RUN apt-get update && apt-get install -y -t bookworm curl=7.88 netcat-openbsd:amd64 "$MORE" && true
        FROM base
        RUN apk add --no-cache -t build python3 && pip install flask
        COPY --from=x /usr/bin/jq ./grpc_health_probe /usr/local/bin/
        """
    )
    assert stage.packages == {"curl", "netcat-openbsd", "$MORE", "python3"}
    assert {"curl", "nc", "python3", "jq", "grpc_health_probe"} <= stage.installed
    assert stage.has("curl") is True


@pytest.mark.parametrize(
    ("text", "program", "wanted"),
    [
        ("FROM debian:12-slim", "curl", False),
        ("FROM debian:12-slim", "bash", True),
        ("FROM debian:12-slim\nRUN curl https://example.com | sh", "curl", None),
        ("FROM debian:12-slim\nRUN ./install.sh", "curl", None),
        ("FROM debian:12-slim\nCOPY bin/ /usr/local/bin/", "curl", None),
        ("FROM debian:12-slim\nCOPY server /usr/local/bin/", "curl", False),
        ("FROM alpine:3.20\nRUN apk add --no-cache git", "bash", None),
        ("FROM example.com/x", "curl", None),
    ],
)
def test_whether_a_program_is_there(text: str, program: str, wanted: bool | None) -> None:
    assert final(text).has(program) is wanted


def test_programs_of_versioned_packages() -> None:
    stage = final("FROM debian:12\nRUN apt-get install -y php8.2-cli python3.12 postgresql-client-16")
    assert {"php", "python3"} <= stage.installed
    assert "postgresql-client-16" not in stage.installed


def test_an_argument_does_not_hide_the_environment() -> None:
    assert final("FROM a\nENV X=1\nARG X=2\nLABEL y=$X").scope["X"].value == "1"


def test_a_working_directory_that_is_not_known() -> None:
    assert final("FROM a\nWORKDIR /x\nWORKDIR $NOWHERE").workdir is None


def test_windows_and_tools() -> None:
    assert final("FROM mcr.microsoft.com/windows/nanoserver:ltsc2022").windows_user
    assert not final("FROM mcr.microsoft.com/windows/servercore:ltsc2022").windows_user
    assert final("FROM debian:12", path=".devcontainer/Dockerfile").tool
    assert final("FROM debian:12 AS dev-envs").tool
    assert final("FROM debian:12\nRUN useradd -m vscode").tool
    assert not final("FROM debian:12").tool


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("FROM a\nINCLUDE x", "it has an instruction that is not known (INCLUDE)"),
        ("FROM {{ base }}\nRUN echo", "it is a template"),
        ("ARG X=1", "it has no FROM"),
        ("FROM a", None),
    ],
)
def test_skipped(text: str, reason: str | None) -> None:
    assert dockerfile(text).skipped == reason


def test_nouns_by_class() -> None:
    file = dockerfile("ARG V=1\nFROM a\nRUN x\nADD y /\nCOPY z /\nCMD c")
    assert [one.keyword for one in file.nouns("Instruction")] == ["ARG", "FROM", "RUN", "ADD", "COPY", "CMD"]
    assert [type(one) for one in file.nouns("Run")] == [Run]
    assert [type(one) for one in file.nouns("Copy")] == [Copy, Copy]
    assert file.nouns("Stage") == file.stages
    assert file.nouns("Dockerfile") == (file,)
    assert len(KIND.order) == len(set(KIND.order)) == 18


def test_places_are_stable_and_unique() -> None:
    file = dockerfile("ARG A=1\nFROM a AS x\nADD f /\nCOPY g /\nCMD a\nCMD b\nUSER c")
    places = [one.place for one in file.instructions]
    assert places == [
        "global ARG 1",
        "stage 1 (x) FROM",
        "stage 1 (x) COPY 1",
        "stage 1 (x) COPY 2",
        "stage 1 (x) CMD 1",
        "stage 1 (x) CMD",
        "stage 1 (x) USER",
    ]


def test_findings() -> None:
    file = dockerfile("FROM a\nUSER b\n", path="Dockerfile.prod")
    user: Instruction = file.instructions[1]
    fix = Fix("Do it", Risk.SAFE, (user.set_text("1000"),))
    finding = user.finding("is wrong", fix, unfixable="never seen", detail="x")
    assert (finding.start, finding.end) == (7, 13)
    assert finding.unfixable is None
    assert finding.place == "stage 1 USER x"
    assert finding.environment is Environment.PROD
    stage = file.stages[0]
    assert stage.finding("lacks it", unfixable="why", about="HEALTHCHECK").place == "stage 1 HEALTHCHECK"
    assert user.set_text("1") == SetWord("Dockerfile.prod", 1, 0, "1")


@pytest.mark.parametrize(
    ("text", "at", "where"),
    [
        ("FROM a\nCOPY x /\nEXPOSE 1\nHEALTHCHECK CMD x\nCMD x", 3, "before"),
        ("FROM a\nCMD x\nCOPY x /", 2, "after"),
        ("FROM a\nCOPY x /\nEXPOSE 1", 2, "after"),
        ("FROM a", 0, "after"),
    ],
)
def test_where_things_of_the_run_time_go(text: str, at: int, where: str) -> None:
    assert final(text).at_end(Line("USER", "1")) == (Insert("Dockerfile", at, where, Line("USER", "1")),)


def test_paths_of_the_build_context() -> None:
    file = dockerfile("FROM a", path="deploy/web/Dockerfile")
    assert file.context_paths("./app.py") == ["deploy/web/app.py", "deploy/app.py", "app.py"]
    assert file.context_paths("../app.py") == ["deploy/app.py", "app.py"]
    assert dockerfile("FROM a", path="a/b/c/d/Dockerfile").context_paths("x") == ["a/b/c/d/x", "a/b/c/x", "x"]
    assert dockerfile("FROM a").context_paths("/x") == ["x"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("FROM python:3.12", ["docker.io/library/python"]),
        ("FROM scratch", []),
        ("ARG X\nFROM $X", [None]),
        ("FROM ${X:-python:3}", ["docker.io/library/python"]),
        ("FROM a AS b\nFROM b", ["docker.io/library/a"]),
        (
            "FROM a AS b\nFROM b\nCOPY --from=B / /\nCOPY --from=0 / /\nCOPY --from=c / /",
            ["docker.io/library/a", "docker.io/library/c"],
        ),
        ("FROM a\nRUN --mount=type=bind,from=d,target=/x true", ["docker.io/library/a", "docker.io/library/d"]),
        ("FROM a\nRUN --mount=type=cache,target=/x echo from=y", ["docker.io/library/a"]),
    ],
)
def test_images(text: str, wanted: list[str | None]) -> None:
    uses = [use for one in dockerfile(text).instructions for use in images_of(one)]
    assert [use.reference.name if use.reference else None for use in uses] == wanted


@pytest.mark.parametrize(
    "text",
    [
        "ARG X=a:latest\nFROM ${X}-slim",
        "ARG X=late\nFROM a:${X}st",
        "ARG T=latest\nFROM a:$T AS x\nFROM b:$T",
        "ARG T=latest\nARG U=$T\nFROM a:$U",
    ],
)
def test_tags_that_are_not_written_in_one_place(text: str) -> None:
    uses = [use for one in dockerfile(text).instructions for use in images_of(one)]
    assert [tagged(use, "1.0") for use in uses] == [None] * len(uses)
