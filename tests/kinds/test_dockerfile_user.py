from __future__ import annotations

import pytest
from kinds.dockerfile_facts import World, dockerfile, final

from fixer.finding import Risk
from fixer.formats.dockerfile import PutShellWord, SetFlag
from fixer.kinds.dockerfile_facts import facts_of
from fixer.kinds.dockerfile_owner import destination, needs_owner
from fixer.kinds.dockerfile_plan import Plan, UserParams, give_number, owner_of, plan
from fixer.kinds.dockerfile_root import doubts, needs_root
from fixer.kinds.dockerfile_scripts import scripts
from fixer.kinds.dockerfile_service import configurations, passive, ports, programs, serves, writes
from fixer.kinds.dockerfile_user import accounts, group_number, numbers, user_of
from fixer.knowledge.images import Port


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("FROM debian:12", "0"),
        ("FROM scratch", "0"),
        ("FROM example.com/x", None),
        ("FROM grafana/grafana:11.1.0", "472"),
        ("FROM debian:12\nARG U=7\nUSER $U:8", "7:8"),
        ("FROM debian:12\nARG U\nUSER $U", None),
        ("FROM mcr.microsoft.com/dotnet/aspnet:8.0\nUSER $APP_UID", "1654"),
        ("FROM debian:12 AS a\nUSER app\nFROM a", "app"),
    ],
)
def test_user(text: str, wanted: str | None) -> None:
    assert user_of(final(text)).text == wanted


@pytest.mark.parametrize(
    ("text", "root"),
    [("0", True), ("root:root", True), ("0:5", True), ("ContainerAdministrator", True), ("1:0", False)],
)
def test_root(text: str, root: bool) -> None:
    assert user_of(final(f"FROM debian:12\nUSER {text}")).root is root


@pytest.mark.parametrize(
    ("image", "command", "wanted"),
    [
        ("debian:12", "useradd -rmu 1500 -g 1600 app", (1500, 1600)),
        ("debian:12", "useradd --uid=1500 app", (1500, None)),
        ("debian:12", "adduser --system --uid 1500 --gid 1600 app", (1500, 1600)),
        ("debian:12", "groupadd -g 1600 team && useradd -u 1500 -g team app", (1500, 1600)),
        ("debian:12", "useradd -u 1500 -g users app", (1500, 100)),
        ("alpine:3.20", "adduser -D -u 1500 -g 'the app' app", (1500, None)),
        ("alpine:3.20", "addgroup -g 1600 app && adduser -S -u 1500 -G app app", (1500, 1600)),
        ("fedora:40", "adduser -u 1500 -g 1600 app", (1500, 1600)),
        ("debian:12", "useradd app", (None, None)),
        ("debian:12", "useradd -u $UNSET app", (None, None)),
        ("debian:12", "U=5 && useradd -u $U app", (None, None)),
    ],
)
def test_numbers_of_accounts(image: str, command: str, wanted: tuple[int | None, int | None]) -> None:
    stage = final(f"FROM {image}\nARG U=9\nRUN {command}\n")
    uid, gid, account = numbers(stage, "app")
    assert account is not None
    assert (uid.value if uid else None, gid.value if gid else None) == wanted


@pytest.mark.parametrize(
    ("image", "name", "wanted"),
    [
        ("node:20", "node", (1000, 1000)),
        ("debian:12", "www-data", (33, 33)),
        ("alpine:3.20", "nobody", (65534, 65534)),
        ("gcr.io/distroless/base-debian12", "nonroot", (65532, 65532)),
        ("example.com/x", "nobody", (None, None)),
        ("debian:12", "stranger", (None, None)),
    ],
)
def test_numbers_that_images_have(image: str, name: str, wanted: tuple[int | None, int | None]) -> None:
    uid, gid, _ = numbers(final(f"FROM {image}"), name)
    assert (uid.value if uid else None, gid.value if gid else None) == wanted


def test_groups() -> None:
    stage = final("FROM debian:12\nRUN groupadd -g 5000 team && groupadd other && addgroup app team")
    team = group_number(stage, "team")
    assert team is not None
    assert team.value == 5000
    assert group_number(stage, "other") is None
    assert group_number(stage, "stranger") is None
    node = group_number(final("FROM node:20"), "node")
    assert node is not None
    assert node.value == 1000


def test_accounts_come_with_the_passwd_file_of_a_stage() -> None:
    stage = final("FROM alpine:3.20 AS b\nRUN adduser -D -u 7000 app\nFROM scratch\nCOPY --from=b /etc/passwd /etc/")
    assert [account.name for account in accounts(stage)] == ["app"]
    nobody, _, _ = numbers(stage, "nobody")
    assert nobody is not None
    assert nobody.value == 65534


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('FROM debian:12\nCMD ["gosu", "app", "server"]', "gosu"),
        ('FROM debian:12\nENTRYPOINT ["/sbin/init"]', "init"),
        ("FROM debian:12\nCMD service cron start && tail -f /dev/null", "service"),
        ('FROM debian:12\nCMD ["httpd", "-DFOREGROUND"]', "httpd"),
        ('FROM debian:12\nWORKDIR /root/app\nCMD ["server"]', "/root/app"),
        ('FROM debian:12\nCMD ["/root/.cargo/bin/server"]', "/root/.cargo/bin/server"),
        ('FROM python:3.12\nRUN pip install --user flask\nCMD ["flask"]', "--user"),
        ('FROM python:3.12\nRUN playwright install\nCMD ["python", "a.py"]', "playwright"),
        ("FROM postgres:16", "postgres"),
        ("FROM netdata/netdata", "does not work"),
        ('FROM python:3.12\nRUN npx playwright install\nCMD ["x"]', "playwright"),
        ('FROM debian:12\nONBUILD RUN x\nCMD ["server"]', "ONBUILD"),
    ],
)
def test_what_needs_root(text: str, word: str) -> None:
    reason = needs_root(final(text))
    assert reason is not None
    assert word in reason


def test_a_base_image_of_the_project_needs_root() -> None:
    reason = needs_root(final("FROM debian:12", world=World(base="app/Dockerfile")))
    assert reason is not None
    assert "app/Dockerfile" in reason


@pytest.mark.parametrize(
    ("steps", "needs"), [("RUN x", True), ("USER root\nRUN x", False), ("COPY a /", False), ("RUN x\nUSER 5", True)]
)
def test_steps_of_stages_that_start_from_it(steps: str, needs: bool) -> None:
    file = dockerfile(f'FROM debian:12 AS a\nCMD ["x"]\nFROM a\n{steps}\n')
    assert (needs_root(file.stages[0]) is not None) is needs


def test_scripts_that_give_up_root() -> None:
    world = World({"start.sh": "#!/bin/sh\n# chown nothing\nset -e; exec gosu app server\n"})
    reason = needs_root(final('FROM debian:12\nCOPY start.sh /\nCMD ["/start.sh"]', world=world))
    assert reason is not None
    assert "gosu" in reason
    fine = 'FROM python:3.12\nRUN pip install --user-agent x && echo --user\nCMD ["x"]'
    assert needs_root(final(fine)) is None


def test_modes_that_leave_others_out() -> None:
    assert "chmod 0700" in " ".join(doubts(final('FROM debian:12\nCOPY --chmod=0700 a /\nCMD ["a"]')))
    assert list(doubts(final('FROM debian:12\nRUN echo chmod 700 x && chmod 755 y\nCMD ["a"]'))) == []


def test_doubts() -> None:
    stage = final('FROM example.com/x\nRUN chmod 700 /x\nVOLUME /data\nEXPOSE 443\nCMD ["/start.sh"]')
    found = " | ".join(doubts(stage))
    for word in ("example.com/x", "port 443", "/start.sh", "chmod 700", "/data is a volume"):
        assert word in found

    assert list(doubts(final('FROM python:3.12\nCMD ["python", "app.py"]'))) == []
    assert "interpreter" in " ".join(doubts(final('FROM python:3.12\nCMD ["python3"]')))
    assert "no command" in " ".join(doubts(final("FROM python:3.12")))


@pytest.mark.parametrize(
    ("text", "user", "risk"),
    [
        ('FROM python:3.12-slim\nCMD ["python", "a.py"]', "1000:1000", Risk.MEDIUM),
        ('FROM ubuntu:24.04\nCMD ["a"]', "10001:10001", Risk.MEDIUM),
        ('FROM node:20\nCMD ["node", "a.js"]', "1000:1000", Risk.MEDIUM),
        ('FROM gcr.io/distroless/static-debian12\nCMD ["/a"]', "65532:65532", Risk.MEDIUM),
        ('FROM debian:12\nRUN useradd -u 77 app\nCMD ["a"]', "77", Risk.MEDIUM),
        ('FROM debian:12\nRUN groupadd -g 1000 x\nCMD ["a"]', "10001:10001", Risk.MEDIUM),
        ('FROM example.com/x\nCMD ["a"]', "1000:1000", Risk.HIGH),
        ('FROM debian:12\nSHELL ["/bin/fish", "-c"]\nCMD ["a"]', "1000:1000", Risk.HIGH),
    ],
)
def test_plan(text: str, user: str, risk: Risk) -> None:
    found = plan(final(text), UserParams())
    assert isinstance(found, Plan)
    assert (found.user, found.risk) == (user, risk)
    assert found.because


def test_a_plan_cares_for_what_is_written() -> None:
    found = plan(
        final('FROM node:20\nWORKDIR /app\nCOPY . .\nVOLUME /app/x /tmp\nCMD ["npx", "next", "dev"]'), UserParams()
    )
    assert isinstance(found, Plan)
    assert found.commands == ("mkdir -p /app/x", "chown 1000:1000 /app /app/x")
    assert found.more == (SetFlag("Dockerfile", 2, "chown", "1000:1000"),)
    assert found.risk is Risk.HIGH


def test_numbers_are_given_where_there_is_none() -> None:
    stage = final("FROM debian:12\nRUN useradd -m app")
    assert give_number(stage, accounts(stage)[0], 1000, 10001) == (
        PutShellWord("Dockerfile", 1, 0, 0, "--uid 1000"),
        1000,
    )
    numbered = final("FROM debian:12\nRUN useradd -u $X app")
    assert give_number(numbered, accounts(numbered)[0], 1000, 10001) is None
    taken = final("FROM example.com/x:bookworm\nRUN useradd -u 10001 a && useradd b")
    assert give_number(taken, accounts(taken)[1], 1000, 10001) is None
    assert plan(final('FROM debian:12\nRUN useradd -u "$X" app\nCMD ["a"]'), UserParams()) == (
        "the account app has no number that is known: give it one, and name it in USER"
    )


def test_owner() -> None:
    owner = owner_of("7")
    assert owner is not None
    assert owner.text == "7:7"
    assert owner_of("$UID") is None


@pytest.mark.parametrize(
    ("copy", "needs"),
    [
        ("COPY a /data/", True),
        ('COPY ["a b", "/data/x"]', True),
        ("COPY a /data.txt", False),
        ("COPY a $WHERE", False),
        ("COPY --chown=1 a /data/", False),
        ("COPY a /usr/share", False),
    ],
)
def test_which_copies_need_an_owner(copy: str, needs: bool) -> None:
    stage = final(f"FROM debian:12\n{copy}\nVOLUME /data /usr/share\n")
    assert (needs_owner(stage, stage.instructions[1]) is not None) is needs


def test_destination_is_relative_to_the_working_directory() -> None:
    stage = final("FROM debian:12\nWORKDIR /a\nCOPY x ../b/")
    assert destination(stage, stage.instructions[2]) == "/b"


PACKAGE = '{"scripts": {"dev": "next dev -p 4000", "start": "node server.js", "odd": 5}}'


def test_scripts_of_package_json() -> None:
    world = World({"package.json": PACKAGE})
    text = 'FROM node:20\nWORKDIR /app\nCOPY package.json .\nCMD ["npm", "run", "dev"]'
    stage = final(text, world=world)
    assert programs(stage)[-1] == ("next", "dev", "-p", "4000")
    assert [port.port for port in ports(stage)] == [4000]
    assert [write.path for write in writes(stage)] == ["/app", "/app"]
    for command in ('["npm", "run", "odd"]', '["npm", "ci"]', '["yarn"]'):
        assert len(programs(final(f"FROM node:20\nCOPY package.json .\nCMD {command}", world=world))) == 1

    broken = World({"package.json": "{"})
    assert len(programs(final("FROM node:20\nCOPY package.json .\nCMD npm start", world=broken))) == 1


def test_start_scripts() -> None:
    world = World({"docker/start.sh": "#!/bin/sh\nexec server\n", "app/run.sh": "x"})
    text = 'FROM debian:12\nWORKDIR /srv\nCOPY docker/start.sh /start.sh\nENTRYPOINT ["tini", "--", "/start.sh"]'
    assert scripts(final(text, world=world)) == [("/start.sh", "#!/bin/sh\nexec server\n")]
    shell = "FROM debian:12\nWORKDIR /srv\nCOPY app .\nCMD ./run.sh && ./server"
    assert scripts(final(shell, world=world)) == [("./run.sh", "x")]
    odd = 'FROM debian:12\nCOPY /start.sh\nCMD ["/start.sh"]'
    assert scripts(final(odd, world=world)) == [("/start.sh", None)]
    other = 'FROM debian:12\nCOPY --from=x /start.sh /start.sh\nCMD ["/bin/sh", "-c", "/start.sh"]'
    assert scripts(final(other, world=world)) == [("/start.sh", None)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('FROM python:3.12\nCMD ["gunicorn", "a:b"]', True),
        ('FROM python:3.12\nEXPOSE $P\nCMD ["x"]', True),
        ("FROM nginx:1.27", True),
        ("FROM example.com/x\nEXPOSE 80", True),
        ("FROM example.com/x", False),
        ("FROM python:3.12", False),
        ('FROM python:3.12\nCMD ["python", "manage.py", "migrate"]', False),
        ('FROM python:3.12\nEXPOSE 1\nCMD ["celery", "worker"]', False),
        ('FROM python:3.12\nEXPOSE 1\nCMD ["bash"]', False),
        ("FROM redis:7", False),
        ("FROM python:3.12\nEXPOSE 1\nONBUILD COPY . .\nCMD x", False),
    ],
)
def test_what_is_a_service(text: str, wanted: bool) -> None:
    assert serves(final(text)) is wanted


def test_passive_because_others_build_on_it() -> None:
    assert (
        passive(final("FROM debian:12\nCMD server", world=World(base="b/Dockerfile"))) == "b/Dockerfile is built on it"
    )


# ---- facts for other kinds


def test_facts_of_an_image() -> None:
    facts = facts_of(
        final(
            """
            FROM python:3.12-slim
            RUN apt-get update && apt-get install -y curl && setcap 'cap_net_bind_service,cap_net_raw=+ep' /usr/bin/x
            RUN useradd -u 1500 -g users app
            USER app
            EXPOSE 8000 53/udp
            VOLUME /data
            STOPSIGNAL SIGINT
            HEALTHCHECK --interval=5s CMD curl -f http://localhost:8000/ || exit 1
            CMD ["gunicorn", "--bind", ":8000", "a:b"]
            """
        )
    )
    assert (facts.starts_as, facts.group, facts.user) == (1500, 100, "app")
    assert facts.ports == (Port(8000), Port(53, "udp"))
    assert facts.health is not None
    assert facts.health.test == ("CMD-SHELL", "curl -f http://localhost:8000/ || exit 1")
    assert facts.has("curl") is True
    assert facts.volumes == ("/data",)
    assert facts.stop_signal == "SIGINT"
    assert facts.file_capabilities == ("NET_BIND_SERVICE", "NET_RAW")
    assert (facts.built, facts.evidence, facts.known) == ("Dockerfile", "Dockerfile", True)
    assert not facts.run_once


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("FROM python:3.12", (0, 0, None)),
        ("FROM python:3.12\nUSER 5:6", (5, 6, None)),
        ("FROM python:3.12\nUSER root", (0, 0, None)),
        ("FROM python:3.12\nUSER 0:5", (0, 5, None)),
        ("FROM python:3.12\nUSER stranger", ("stranger", None, "stranger")),
        ("FROM python:3.12\nUSER 5:stranger", (5, None, None)),
        ("FROM python:3.12\nARG U\nUSER $U", (None, None, None)),
        ("FROM example.com/x", (None, None, None)),
    ],
)
def test_who_an_image_starts_as(text: str, wanted: tuple[object, ...]) -> None:
    facts = facts_of(final(text))
    assert (facts.starts_as, facts.group, facts.user) == wanted


def test_facts_of_a_stage_with_an_image_behind_it() -> None:
    file = dockerfile('FROM nginx:1.27 AS web\nFROM web\nCMD ["nginx"]\nHEALTHCHECK NONE', world=World())
    web, last = (facts_of(stage) for stage in file.stages)
    assert web.evidence == "Dockerfile, stage 1 (web)"
    assert web.drops_privileges == "master-worker"
    assert [port.port for port in web.ports or ()] == [80]
    assert last.health is None
    assert last.nonroot is not None


def test_facts_of_an_image_with_a_known_path() -> None:
    facts = facts_of(final('FROM python:3.12\nCMD ["streamlit", "run", "a.py", "--server.port=8501"]'))
    assert facts.http_health is not None
    assert (facts.http_health.path, facts.http_health.port) == ("/_stcore/health", 8501)
    assert facts_of(final('FROM python:3.12\nHEALTHCHECK CMD ["x"]\nCMD ["y"]')).health is not None


def test_facts_of_an_unknown_base() -> None:
    facts = facts_of(final("FROM example.com/x\nCOPY tool /usr/bin/tool\nUSER 5"))
    assert not facts.sure("tools")
    assert facts.sure("starts_as")
    assert facts_of(final("FROM example.com/x\nRUN ./i.sh\nCOPY tool /t")).tools is None


def test_what_a_development_server_writes() -> None:
    facts = facts_of(final('FROM node:20\nWORKDIR /app\nCMD ["npx", "next", "dev"]'))
    assert facts.writable == ("/app",)


def test_ports_of_the_configuration_of_nginx() -> None:
    text = "listen 80; # no\n\tlisten [::]:8443 ssl http2;\n  listen 127.0.0.1:8081;\n # listen 99;\nlistening 7;\n"
    stage = final("FROM nginx:1.27\nCOPY a.conf b.conf /etc/nginx/conf.d/", world=World({"a.conf": text}))
    assert [(port.port, port.protocol) for port in ports(stage)] == [(80, "http"), (8443, "https"), (8081, "http")]
    assert [source for source, listens in configurations(stage) if listens is None] == ["b.conf"]
    assert configurations(final("FROM debian:12\nCOPY a.conf /etc/nginx/")) == []
