"""Cases of Dockerfile rules that need a world around the file, or are too odd for a golden folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from kinds.dockerfile_facts import World, dockerfile

from fixer.finding import Finding, Level, Risk
from fixer.formats.dockerfile import Insert, SetFlag
from fixer.knowledge.images import ImageFacts
from fixer.rule import Rule, discover

RULES = {rule.name: rule for rule in discover("transforms", ("dockerfile",))}


def findings(name: str, text: str, world: World | None = None) -> list[Finding]:
    rule: Rule = RULES[name]

    def found() -> Iterator[Finding]:
        for noun in dockerfile(text, world=world).nouns(rule.noun):
            yield from rule.check(noun, *([rule.params()] if rule.params else []))

    return list(found())


def reasons(name: str, text: str, world: World | None = None) -> list[str | None]:
    return [finding.unfixable for finding in findings(name, text, world)]


def test_every_rule_has_its_place_in_the_order() -> None:
    from fixer.kinds.dockerfile import KIND

    assert set(KIND.order) == set(RULES)
    assert set(KIND.waits) <= set(RULES)


def test_an_empty_shell_runs_nothing() -> None:
    assert [finding.fix is not None for finding in findings("root-user", 'FROM debian:12\nSHELL []\nCMD ["/x"]')] == [
        True
    ]


def test_a_maintainer_in_front_of_the_stages_is_left_alone() -> None:
    assert findings("deprecated-maintainer", "MAINTAINER x\nFROM a") == []


def test_a_tag_is_changed_in_flags_too() -> None:
    world = World({".nvmrc": "20", "go.mod": "go 1.22"})
    text = "FROM a:1\nCOPY --from=node / /\nRUN --mount=type=bind,from=golang,target=/x true"
    patches = [finding.fix.patch for finding in findings("untagged-image", text, world) if finding.fix]
    assert patches == [
        (SetFlag("Dockerfile", 1, "from", "node:20"),),
        (SetFlag("Dockerfile", 2, "mount", "type=bind,from=golang:1.22,target=/x"),),
    ]
    two = "FROM a:1\nRUN --mount=type=cache,target=/c --mount=from=golang,target=/x true"
    assert [finding.fix for finding in findings("untagged-image", two, world)] == [None]


@pytest.mark.parametrize("source", ["x", "./x", "dir"])
def test_add_of_what_is_there(source: str) -> None:
    class Folder(World):
        def head(self, path: str) -> bytes | None:
            return None if path == "dir" else super().head(path)

    found = findings("add-instead-of-copy", f"FROM a\nADD {source} /", Folder({"x": "text", "dir": ""}))
    assert [finding.fix.risk for finding in found if finding.fix] == [Risk.SAFE]


def test_add_of_the_whole_context() -> None:
    found = findings("add-instead-of-copy", "FROM a\nADD . /app")
    assert [finding.fix.risk for finding in found if finding.fix] == [Risk.SAFE]


def test_downloads_of_packages_are_no_installations() -> None:
    assert findings("apt-recommends", "FROM debian:12\nRUN apt-get install --download-only -y curl") == []
    twice = "FROM debian:12\nRUN apt-get install -y curl; apt-get install -y curl jq"
    assert len({finding.identity for finding in findings("apt-recommends", twice)}) == 2


def test_a_health_check_that_only_a_shell_can_run() -> None:
    text = "FROM gcr.io/distroless/static-debian12\nHEALTHCHECK CMD /a && /b"
    assert reasons("broken-healthcheck", text) == ["write the check in exec form, with a program that the image has"]


def test_a_broken_check_is_reported_once() -> None:
    text = "FROM debian:12 AS a\nHEALTHCHECK CMD curl -f http://localhost\nFROM a\nUSER 1\n"
    assert len(findings("broken-healthcheck", text, World(targets=("a",)))) == 1


@pytest.mark.parametrize(
    ("user", "group", "wanted"),
    [
        ("app", "", "1500:1600"),
        ("app:users", "", "1500:100"),
        ("7:users", "", "7:100"),
        ("app:strange", "", None),
        ("stranger", "", None),
    ],
)
def test_owner_of_copies(user: str, group: str, wanted: str | None) -> None:
    text = f"FROM debian:12\nRUN useradd -u 1500 -g 1600 app{group}\nCOPY s /data/\nVOLUME /data\nUSER {user}"
    found = findings("copy-without-chown", text)
    flags = [finding.fix.patch[0].value if finding.fix else None for finding in found]  # type: ignore[attr-defined]
    assert flags == [wanted]


def test_the_user_of_the_image_comes_back() -> None:
    unknown = "FROM kong:3.7\nUSER root\nRUN x\n"
    assert reasons("explicit-root-user", unknown) == [
        "switch back to kong after the last step that needs root; its number is not known"
    ]
    named = "FROM prom/prometheus:v2.53.0\nUSER root\nRUN x\n"
    found = findings("explicit-root-user", named)
    assert [finding.fix.title for finding in found if finding.fix] == ["Switch back to user 65534"]


def test_root_is_replaced_by_nobody_who_is_not_known() -> None:
    text = 'FROM debian:12\nRUN useradd -u "$X" app\nUSER root\nCMD ["a"]'
    assert reasons("explicit-root-user", text) == [
        "the account app has no number that is known: give it one, and name it in USER"
    ]


def test_lists_stay_for_others() -> None:
    text = "FROM debian:12\nRUN apt-get update && apt-get install -y --no-install-recommends jq\n"
    assert reasons("leftover-apt-lists", text, World(base="b/Dockerfile")) == [
        "b/Dockerfile starts from this image and may install without an update of its own"
    ]
    for step, word in (
        ("RUN apt-get install -y 'x", "cannot be read"),
        ('RUN ["apt-get", "install", "-y", "x"]', "without an update"),
        ("ONBUILD RUN apt-get install -y x", "without an update"),
    ):
        (reason,) = reasons("leftover-apt-lists", text + step)
        assert reason is not None
        assert word in reason

    assert reasons("leftover-apt-lists", text + "RUN bash -c true && echo apt") == [None]


def test_options_of_pip_may_stand_in_front() -> None:
    text = "FROM python:3\nRUN pip --quiet install x && pip --version && uv pip install --link-mode=symlink y"
    assert len(findings("leftover-pip-cache", text)) == 1


def test_files_copied_for_a_number() -> None:
    text = "FROM debian:12\nRUN useradd app\nCOPY --chown=999 a /\nUSER app"
    (reason,) = reasons("non-numeric-user", text)
    assert reason is not None
    assert "copied for a number" in reason


def test_an_argument_that_is_set_twice_becomes_no_mount() -> None:
    text = "FROM a\nARG API_TOKEN\nARG API_TOKEN=$X\nRUN use $API_TOKEN"
    assert [finding.fix for finding in findings("secret-in-env", text)] == [None, None]


def test_commands_of_windows_stay() -> None:
    text = "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nCMD server.exe"
    assert reasons("shell-form-command", text) == ["on Windows the words of a command depend on its program"]


def test_unshipped_stages_matter_less() -> None:
    text = "FROM debian:12 AS a\nCMD x\nFROM scratch\n"
    assert [finding.cap for finding in findings("shell-form-command", text)] == [Level.INFO]


def test_health_of_a_server_with_tls_on_distroless_python() -> None:
    text = 'FROM python:3.12-slim\nCMD ["streamlit", "run", "a.py", "--server.port=8501"]'
    (finding,) = findings("missing-healthcheck", text)
    assert finding.fix is not None
    (insert,) = finding.fix.patch
    assert isinstance(insert, Insert)
    assert "/_stcore/health" in " ".join(insert.line.argv)


def test_health_check_without_a_shell_is_in_exec_form() -> None:
    text = 'FROM gcr.io/distroless/static-debian12\nCOPY --from=x:1 /bin/nc /usr/bin/nc\nEXPOSE 80\nCMD ["/a"]'
    (finding,) = findings("missing-healthcheck", text)
    assert finding.fix is not None
    (insert,) = finding.fix.patch
    assert isinstance(insert, Insert)
    assert insert.line.argv == ("nc", "-z", "127.0.0.1", "80")


def test_no_program_can_ask() -> None:
    text = 'FROM mcr.microsoft.com/dotnet/aspnet:8.0-chiseled\nUSER 5\nCMD ["a"]'
    (reason,) = reasons("missing-healthcheck", text)
    assert reason is not None
    assert "neither shell nor client" in reason


def test_ports_of_an_image_do_not_count_for_another_program() -> None:
    assert findings("missing-healthcheck", 'FROM nginx:1.27\nENTRYPOINT ["/server"]') == []


def test_owners_that_steps_set() -> None:
    text = "FROM debian:12\nCOPY s /data/\nRUN chown 7 && chown 7 /other && chgrp -R 7 /data/*\nVOLUME /data\nUSER 7"
    assert findings("copy-without-chown", text) == []


def test_scripts_are_read_for_what_they_install() -> None:
    text = "FROM debian:12\nRUN apt-get update && apt-get install -y --no-install-recommends jq\nRUN bash -e && sh x.sh"
    (finding,) = findings("leftover-apt-lists", text)
    assert finding.fix is not None
    assert finding.fix.risk is Risk.MEDIUM
    assert finding.fix.because == ("what x.sh does, which a later RUN starts, was not read",)


UPDATED = "FROM debian:12\nCOPY . /src/\nRUN apt-get update && apt-get install -y --no-install-recommends jq\n"


@pytest.mark.parametrize(
    ("step", "unread"),
    [
        ("RUN bash -o pipefail -eu /opt/setup -x", "/opt/setup"),
        ('RUN ["sh", "/opt/setup"]', "/opt/setup"),
        ('RUN bash -c "cd /opt && ./setup.sh"', "./setup.sh"),
        ("RUN . /opt/functions", "/opt/functions"),
        ("RUN /src/tools/install", "/src/tools/install"),
        ("RUN cd $HERE && ./install", "./install"),
        ("RUN make -C /src all", "Makefile"),
        ("RUN make -f /src/rules.mk", "/src/rules.mk"),
        ("RUN --mount=type=bind,source=x,target=/x /x/install", "/x/install"),
        ("ONBUILD RUN bash /opt/setup", "/opt/setup"),
        ("RUN bash /opt/setup && apt-get update && bash /opt/other", "/opt/setup"),
    ],
)
def test_a_script_that_is_not_read_may_live_on_the_lists(step: str, unread: str) -> None:
    finding = findings("leftover-apt-lists", UPDATED + step)[0]
    assert finding.fix is not None
    assert finding.fix.risk is Risk.MEDIUM
    assert finding.fix.because == (f"what {unread} does, which a later RUN starts, was not read",)


@pytest.mark.parametrize(
    "step",
    [
        "RUN . /etc/os-release && echo $ID",
        "RUN . venv/bin/activate",
        "RUN cd /opt/nginx && ./configure && make",
        "RUN curl -fsS https://example.com | bash -s -- -y",
        "RUN bash --login",
        "RUN apt-get update && bash /opt/setup",
        "RUN make -f /opt/rules.mk",
    ],
)
def test_other_steps_leave_the_removal_safe(step: str) -> None:
    finding = findings("leftover-apt-lists", UPDATED + step)[0]
    assert finding.fix is not None
    assert finding.fix.risk is Risk.SAFE


def test_paths_of_volumes_are_written_the_usual_way() -> None:
    text = 'FROM python:3.12-slim\nENV D=/data\nVOLUME ["/$D", "/x//y/"]\nUSER root\nCMD ["python", "a.py"]'
    (finding,) = findings("explicit-root-user", text)
    assert finding.fix is not None
    assert "mkdir -p /data /x/y" in str(finding.fix.patch)


def test_a_known_image_without_any_client() -> None:
    class Bare(World):
        def image(self, reference: str) -> ImageFacts:
            return ImageFacts(name=reference, known=True, shell="/bin/sh", tools=())

    (reason,) = reasons("missing-healthcheck", 'FROM bare\nEXPOSE 80\nCMD ["a"]', Bare())
    assert reason == "the image has no program that could ask port 80: choose a test, or install a client"


def test_nothing_is_asked_where_no_port_is() -> None:
    text = 'FROM nginx:1.27\nENTRYPOINT ["gunicorn", "a:b"]'
    (reason,) = reasons("missing-healthcheck", text)
    assert (
        reason
        == "the port it listens on is not known (port 8000: default of gunicorn; say so with EXPOSE if that holds)"
    )


def test_an_account_that_takes_the_number() -> None:
    text = "FROM debian:12\nRUN useradd -u 1000 first && useradd second\nUSER second"
    (finding,) = findings("non-numeric-user", text)
    assert finding.fix is not None
    assert finding.fix.title == "Give second the number 10001"
