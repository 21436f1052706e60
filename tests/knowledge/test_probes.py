from __future__ import annotations

import subprocess
from collections.abc import Sequence

import pytest

from fixer.knowledge.image_health import CONDITIONS, Given
from fixer.knowledge.images import ImageFacts, image_facts
from fixer.knowledge.probe import Probe, compose_test, dockerfile_command, kubernetes_command, quoted
from fixer.knowledge.probes import equivalent_probe, http_probe, image_health, node_major, programs_of, tcp_probe
from fixer.knowledge.tables import table

URL = "http://127.0.0.1:8000/health"
PG = 'pg_isready -h 127.0.0.1 -U "${POSTGRES_USER:-postgres}" -d "${POSTGRES_DB:-${POSTGRES_USER:-postgres}}"'
KEYCLOAK = (
    "bash -c \"{ printf 'HEAD /health/ready HTTP/1.0\\r\\n\\r\\n' >&0; grep -q 'HTTP/1.0 200'; } "
    '0<>/dev/tcp/127.0.0.1/9000"'
)
WORDS = ["a", "a b", "it's", 'say "x"', "$HOME", "a\\b", "`id`", "!x", "a'b\"c$d", "", "*", "a&b;c"]
OLD_NODE = (
    f"node -e \"require('http').get('{URL}',r=>process.exit(r.statusCode<400?0:1)).on('error',()=>process.exit(1))\""
)
WGET = ("wget", "-q", "-T", "5", "-O", "/dev/null", URL)
WGET_INSECURE = ("wget", "--no-check-certificate", "-q", "-T", "5", "-O", "/dev/null", "https://127.0.0.1:8443/")
CURL = ("curl", "-fsS", "-o", "/dev/null", "--max-time", "5", "http://localhost:8000/health")
PYTHON = "import sys,urllib.request as u; sys.exit(0 if u.urlopen('%s', timeout=5).status < 400 else 1)"


def having(*tools: str, shell: str = "/bin/sh", name: str = "", tag: str = "") -> ImageFacts:
    return ImageFacts(name=name, tag=tag, known=True, evidence="a test", tools=tools, shell=shell)


def shown(probe: Probe) -> str:
    """The command of a HEALTHCHECK as a line of a shell, whatever its form."""
    command = dockerfile_command(probe)
    return command if isinstance(command, str) else " ".join(quoted(word) for word in command)


@pytest.mark.parametrize(
    ("reference", "line"),
    [
        ("nginx", f"curl -fsS -o /dev/null --max-time 5 {URL} || exit 1"),
        ("alpine", f"wget -q -T 5 -O /dev/null {URL} || exit 1"),
        (
            "python:3.12-slim",
            f'python -c "{PYTHON % URL}"',
        ),
        ("node:22-slim", f"node -e \"fetch('{URL}').then(r=>process.exit(r.ok?0:1)).catch(()=>process.exit(1))\""),
        (
            "node:16-slim",
            OLD_NODE,
        ),
        ("ruby:3.3-slim", f"ruby -rnet/http -e \"exit(Net::HTTP.get_response(URI('{URL}')).code.to_i < 400)\""),
        ("debian:12", None),
        ("scratch", None),
        ("acme/app", None),
    ],
)
def test_http_probe_by_what_is_in_the_image(reference: str, line: str | None) -> None:
    probe = http_probe(image_facts(reference), 8000, "/health")

    assert (shown(probe) if probe else None) == line
    assert probe is None or probe.sure


def test_php_when_nothing_else_is_there() -> None:
    probe = http_probe(having("php"), 8000, "/")

    assert probe is not None
    assert probe.argv == ("php", "-r", "exit(@file_get_contents('http://127.0.0.1:8000/')===false?1:0);")


def test_python3_when_there_is_no_python() -> None:
    probe = http_probe(having("python3"), 8000, "/")

    assert probe is not None
    assert probe.argv is not None
    assert probe.argv[0] == "python3"


def test_an_installed_program_counts_and_comes_in_the_same_order() -> None:
    probe = http_probe(image_facts("python:3.12-slim"), 8000, "/", installed={"curl"})

    assert probe is not None
    assert probe.argv is not None
    assert (probe.argv[0], probe.because, probe.sure) == ("curl", "curl is in the image", True)


def test_https_is_asked_without_verification_and_only_where_that_is_an_option() -> None:
    probe = http_probe(having("wget"), 8443, "/", scheme="https")

    assert probe is not None
    assert probe.argv == (
        "wget",
        "--no-check-certificate",
        "-q",
        "-T",
        "5",
        "-O",
        "/dev/null",
        "https://127.0.0.1:8443/",
    )
    assert http_probe(having("python"), 8443, "/", scheme="https") is None


def test_unchecked_tools_make_a_probe_not_sure() -> None:
    probe = http_probe(image_facts("quay.io/fedora/fedora"), 80, "/")

    assert probe is not None
    assert not probe.sure


@pytest.mark.parametrize(
    ("reference", "line"),
    [
        ("debian:12", "bash -c ': > /dev/tcp/127.0.0.1/8000'"),
        ("alpine", "nc -z 127.0.0.1 8000"),
        ("scratch", None),
        ("acme/app", None),
    ],
)
def test_tcp_probe(reference: str, line: str | None) -> None:
    probe = tcp_probe(image_facts(reference), 8000)

    assert (shown(probe) if probe else None) == line


@pytest.mark.parametrize(
    ("tag", "major"),
    [
        ("22", 22), ("18.20-slim", 18), ("16-alpine", 16), ("lts", 24), ("lts-alpine", 24), ("latest", 24),
        ("hydrogen", 18), ("gallium-slim", 16), ("alpine3.20", None), ("bookworm", None),
    ],
)  # fmt: skip
def test_node_major(tag: str, major: int | None) -> None:
    assert node_major(ImageFacts(name="docker.io/library/node", tag=tag)) == major


def test_node_major_of_another_image() -> None:
    assert node_major(ImageFacts(name="docker.io/acme/app", tag="22")) is None


class TestRenderers:
    argv = Probe(("redis-cli", "-a", "$PASS", "ping"), None, "")
    line = Probe(None, 'pg_isready -U "${POSTGRES_USER:-postgres}" && test $(id -u) = 0', "")

    def test_dockerfile(self) -> None:
        assert dockerfile_command(Probe(("a", "b c"), None, "")) == "a 'b c' || exit 1"
        assert dockerfile_command(Probe(("a", "b"), None, "", exits=True)) == ("a", "b")
        assert dockerfile_command(Probe(("a", "$B"), None, "", exits=True)) == "a '$B'"
        assert dockerfile_command(Probe(("a", "b c"), None, ""), has_shell=False) == ("a", "b c")
        assert dockerfile_command(self.line) == self.line.shell

    def test_compose_doubles_the_dollar(self) -> None:
        assert compose_test(self.argv) == ["CMD", "redis-cli", "-a", "$$PASS", "ping"]
        assert compose_test(self.line) == [
            "CMD-SHELL",
            'pg_isready -U "$${POSTGRES_USER:-postgres}" && test $$(id -u) = 0',
        ]

    def test_kubernetes_expands_parentheses_only(self) -> None:
        assert kubernetes_command(self.argv) == ["redis-cli", "-a", "$PASS", "ping"]
        assert kubernetes_command(self.line) == [
            "/bin/sh",
            "-c",
            'pg_isready -U "${POSTGRES_USER:-postgres}" && test $$(id -u) = 0',
        ]
        assert kubernetes_command(self.line, "/busybox/sh")[0] == "/busybox/sh"


@pytest.mark.parametrize("word", WORDS)
def test_quoted_is_one_word_to_a_shell(word: str) -> None:
    shown = subprocess.run(["sh", "-c", f"printf %s {quoted(word)}"], capture_output=True, text=True, check=True)

    assert shown.stdout == word


@pytest.mark.parametrize("row", table("probe_commands"), ids=[row["has"] for row in table("probe_commands")])
def test_a_rendered_probe_is_the_same_to_a_shell(row: dict[str, Sequence[str]]) -> None:
    words = [word.replace("<port>", "8000").replace("<path>", "/h?a=b&c") for word in row["argv"]]
    line = " ".join(quoted(word) for word in words)
    shown = subprocess.run(["sh", "-c", f"printf '%s\\n' {line}"], capture_output=True, text=True, check=True)

    assert shown.stdout.splitlines() == words


@pytest.mark.parametrize(
    ("command", "programs"),
    [
        ("curl -f http://localhost/ || exit 1", ("curl",)),
        (["curl", "-f", "http://localhost/"], ("curl",)),
        (["/usr/bin/curl", "-f", "x"], ("curl",)),
        (["/app/health"], ("/app/health",)),
        ("wget -q --spider http://localhost/ && pgrep nginx", ("wget", "pgrep")),
        ("redis-cli ping | grep -q PONG", ("redis-cli", "grep")),
        ("test -f /tmp/ready", ()),
        ("[ -f /tmp/ready ] || exit 1", ()),
        ("exit 0", ()),
        (["sh", "-c", "curl -f http://localhost/"], ("sh", "curl")),
        (["bash", "-c", ": > /dev/tcp/127.0.0.1/80"], ("bash",)),
        ("bash -c ': > /dev/tcp/127.0.0.1/80'", ("bash",)),
        ("timeout 5 curl -f http://localhost/", ("timeout", "curl")),
        ("FOO=1 python -c 'print(1)'", ("python",)),
        (["python", "-c", "import urllib"], ("python",)),
        (["python3", "healthcheck.py"], ("python3",)),
        ("nc -z localhost 80 > /dev/null 2>&1 || exit 1", ("nc",)),
        ('pg_isready -U "$POSTGRES_USER"', ("pg_isready",)),
        ("if curl x; then exit 0; fi", ()),
        ("curl -f http://localhost/ | jq -e .ok", ("curl", "jq")),
        ([], ()),
        ("", ()),
    ],
)
def test_programs_of(command: str | list[str], programs: tuple[str, ...]) -> None:
    assert programs_of(command) == programs


@pytest.mark.parametrize(
    ("command", "tools", "argv"),
    [
        ("curl -f http://localhost:8000/health || exit 1", ("wget",), WGET),
        ("curl -f http://localhost:8000/health", ("wget",), WGET),
        ("curl --fail -s -o /dev/null http://127.0.0.1:8000/health", ("wget",), WGET),
        ("curl -fsSL -m 3 http://127.0.0.1:8000/health > /dev/null 2>&1 || exit 1", ("wget",), WGET),
        (["curl", "-f", "http://localhost:8000/health"], ("wget",), WGET),
        (["CMD", "x"], ("wget",), None),
        (["sh", "-c", "curl -f http://localhost:8000/health || exit 1"], ("wget",), WGET),
        ("wget --no-verbose --tries=1 --spider http://localhost:8000/health || exit 1", ("curl",), CURL),
        ("wget -qO- http://localhost:8000/health", ("curl",), CURL),
        ("wget -q -O /dev/null localhost:8000/health", ("python",), ("python", "-c", PYTHON % "http://localhost:8000/health")),
        ("curl -f http://localhost:8000/health", ("python3",), ("python3", "-c", PYTHON % "http://localhost:8000/health")),
        ("curl -fk https://localhost:8443/", ("wget",), WGET_INSECURE),
        ("curl -f 'http://localhost:8000/h?a=1&b=2'", ("wget",), ("wget", "-q", "-T", "5", "-O", "/dev/null", "http://127.0.0.1:8000/h?a=1&b=2")),
        ("curl -f -X GET http://localhost:8000/health", ("wget",), WGET),
        ("curl -f --retry 3 --retry-delay 1 http://localhost:8000/health", ("wget",), WGET),
        ("curl -fk https://localhost:8443/", ("python",), None),
        ("curl -f -X POST http://localhost:8000/health", ("wget",), None),
        ("curl -f -H 'Host: example.com' http://localhost:8000/", ("wget",), None),
        ("curl -f -u user:pass http://localhost:8000/", ("wget",), None),
        ("curl -f http://user:pass@localhost:8000/", ("wget",), None),
        ("curl -f -d x=1 http://localhost:8000/", ("wget",), None),
        ("curl -f --unix-socket /run/x.sock http://localhost/", ("wget",), None),
        ("curl -f http://localhost:8000/ | grep ok", ("wget",), None),
        ("curl -f http://localhost:8000/ && curl -f http://localhost:9000/", ("wget",), None),
        ("curl -f http://a/ http://b/", ("wget",), None),
        ("curl -f $URL", ("wget",), None),
        ("curl -f", ("wget",), None),
        ("curl -f http://localhost:8000/health", (), None),
        ("wget --post-data x http://localhost:8000/health", ("curl",), None),
        ("nc -z localhost 5432", ("bash",), ("bash", "-c", ": > /dev/tcp/127.0.0.1/5432")),
        ("nc -zv -w 2 127.0.0.1 5432 || exit 1", ("bash",), ("bash", "-c", ": > /dev/tcp/127.0.0.1/5432")),
        ("nc -z db 5432", ("bash",), ("bash", "-c", ": > /dev/tcp/db/5432")),
        ("nc localhost 5432", ("bash",), None),
        (["bash", "-c", "</dev/tcp/localhost/8080"], ("nc",), ("nc", "-z", "127.0.0.1", "8080")),
        ("bash -c ': > /dev/tcp/127.0.0.1/8080' || exit 1", ("nc",), ("nc", "-z", "127.0.0.1", "8080")),
        ("bash -c 'exec 3<>/dev/tcp/127.0.0.1/8080; echo x >&3'", ("nc",), None),
        ("pg_isready", ("curl",), None),
        ("wget -U probe -Y off -O /dev/null http://localhost:8000/health || exit 1", ("wget",), WGET),
        (["wget", "--spider", "http://localhost:${PORT}/"], ("curl",), None),
        ("curl -f http://localhost:8000/ --output", ("wget",), None),
        ("wget -nv --no-proxy --timeout=3 http://localhost:8000/health", ("wget",), WGET),
        ("curl -sf -o/dev/null -w '%{http_code}' http://localhost:8000/health", ("wget",), WGET),
        ("nc -z -w2 localhost 80000000000", ("bash",), None),
        ("", ("curl",), None),
        ([], ("curl",), None),
    ],
)  # fmt: skip
def test_equivalent_probe(command: str | list[str], tools: tuple[str, ...], argv: tuple[str, ...] | None) -> None:
    probe = equivalent_probe(command, having(*tools))

    assert (probe.argv if probe else None) == argv


def test_a_variable_in_the_url_stays_one() -> None:
    probe = equivalent_probe("curl -f http://localhost:${PORT:-8000}/health || exit 1", having("wget"))

    assert probe is not None
    assert probe.shell == 'wget -q -T 5 -O /dev/null "http://127.0.0.1:${PORT:-8000}/health" || exit 1'


def test_a_variable_in_the_url_of_code() -> None:
    probe = equivalent_probe("curl -f http://localhost:$PORT/health", having("python"))

    assert probe is not None
    assert probe.shell == f'python -c "{PYTHON % "http://localhost:$PORT/health"}"'


def test_without_a_shell_a_variable_is_refused() -> None:
    assert equivalent_probe(["curl", "-f", "http://localhost:$PORT/"], having("wget")) is None


def test_a_check_that_did_not_fail_on_errors_is_not_sure() -> None:
    probe = equivalent_probe("curl http://localhost:8000/", having("wget"))

    assert probe is not None
    assert not probe.sure
    assert probe.because.endswith("unlike the present command it fails on an HTTP error")


@pytest.mark.parametrize(
    ("reference", "env", "command", "test"),
    [
        ("postgres:16", {}, None, PG),
        ("mysql:8", {}, None, ("mysqladmin", "ping", "-h", "127.0.0.1", "--silent")),
        ("redis:7", {}, None, "redis-cli ping | grep -q PONG"),
        ("redis:7", {}, ("redis-server", "--appendonly", "yes"), "redis-cli ping | grep -q PONG"),
        ("redis:7", {"REDISCLI_AUTH": "x"}, ("redis-server", "--requirepass", "x"), "redis-cli ping | grep -q PONG"),
        ("redis:7", {}, ("redis-server", "--requirepass", "x"), "redis-cli ping"),
        ("rabbitmq:3-management", {}, None, ("rabbitmq-diagnostics", "-q", "ping")),
        ("mongo:7", {}, None, "mongosh --quiet --eval \"db.adminCommand('ping').ok\" | grep -q 1"),
        ("traefik:v3", {}, ("--ping=true",), ("traefik", "healthcheck", "--ping")),
        ("quay.io/keycloak/keycloak:26.0", {"KC_HEALTH_ENABLED": "true"}, ("start",),
         KEYCLOAK),
        ("quay.io/keycloak/keycloak:26.0", {}, ("start",), None),
        ("quay.io/keycloak/keycloak:24.0", {"KC_HEALTH_ENABLED": "true"}, ("start",), None),
        ("prom/prometheus:v3.0.0", {}, None, "wget -q -T 5 -O /dev/null http://127.0.0.1:9090/-/healthy || exit 1"),
        ("prom/prometheus:v3.0.0-distroless", {}, None, None),
        ("grafana/grafana", {}, None, "wget -q -T 5 -O /dev/null http://127.0.0.1:3000/api/health || exit 1"),
        ("nats:2", {}, None, None),
        ("nats:2-alpine", {}, None, "wget -q -T 5 -O /dev/null http://127.0.0.1:8222/healthz || exit 1"),
        ("minio/minio", {}, ("server", "/data"), ("mc", "ready", "local")),
        ("postgres:16", {}, ("postgres", "-p", "5433"), None),
        ("redis:7", {}, ("redis-server", "--port", "6380"), None),
        ("nginx", {}, None, None),
        ("python:3.12", {}, None, None),
        ("acme/app", {}, None, None),
        ("opensearchproject/opensearch:2", {}, None, None),
        ("valkey/valkey:8", {"VALKEY_EXTRA_FLAGS": "--requirepass x"}, None, None),
        ("quay.io/keycloak/keycloak:26.0", {"KC_HEALTH_ENABLED": "false"}, ("start",), None),
        ("quay.io/keycloak/keycloak:26.0", {"KC_HEALTH_ENABLED": "true", "KC_HTTP_RELATIVE_PATH": "/auth"}, None, None),
        ("quay.io/keycloak/keycloak:26.0", {"KC_HEALTH_ENABLED": "true"}, ("--https-certificate-file=c",), None),
        ("dpage/pgadmin4", {"PGADMIN_LISTEN_PORT": "8080"}, None, None),
    ],
)  # fmt: skip
def test_image_health(
    reference: str, env: dict[str, str], command: tuple[str, ...] | None, test: str | tuple[str, ...] | None
) -> None:
    probe = image_health(image_facts(reference), env, command)

    assert (probe and (probe.argv or probe.shell)) == test


@pytest.mark.parametrize(
    ("reference", "env", "command", "sure"),
    [
        ("postgres:16", {}, None, True),
        ("postgres:16", {"PGPORT": "5433"}, None, False),
        ("redis:7", {}, None, True),
        ("redis:7", None, None, False),
        ("redis:7", {}, ("redis-server", "/etc/redis.conf"), False),
        ("traefik:v3", {}, (), False),
        ("traefik:v3", {}, ("--ping",), True),
        ("mariadb:11", {}, None, False),
        ("quay.io/keycloak/keycloak:26.0", None, None, False),
        ("quay.io/keycloak/keycloak:26.0", {"KC_HEALTH_ENABLED": "true"}, None, True),
        ("registry:2", {}, None, False),
        ("valkey/valkey:8", {}, None, True),
        ("apache/kafka:3.8.0", {"KAFKA_LISTENERS": "PLAINTEXT://:9092,CONTROLLER://:9093"}, None, True),
        ("apache/kafka:3.8.0", {}, None, False),
        ("cloudflare/cloudflared", {}, ("tunnel", "run"), False),
        ("eclipse-mosquitto:2", {}, None, False),
        ("hashicorp/vault:1.18", {}, None, False),
    ],
)
def test_a_condition_that_cannot_be_verified_is_not_sure(
    reference: str, env: dict[str, str] | None, command: tuple[str, ...] | None, sure: bool
) -> None:
    probe = image_health(image_facts(reference), env, command)

    assert probe is not None
    assert probe.sure is sure


@pytest.mark.parametrize(
    ("tag", "env", "plain"),
    [
        ("7.17.0", {}, True),
        ("8.15.0", {}, False),
        ("8.15.0", {"xpack.security.enabled": "false"}, True),
        ("7.17.0", {"xpack.security.enabled": "true"}, False),
    ],
)
def test_a_secured_elasticsearch_has_no_plain_probe(tag: str, env: dict[str, str], plain: bool) -> None:
    facts = image_facts(f"docker.elastic.co/elasticsearch/elasticsearch:{tag}")

    assert (image_health(facts, env) is not None) is plain


@pytest.mark.parametrize(
    ("when", "facts", "env", "command", "verdict"),
    [
        ("7.x", ImageFacts(tag="7.6.0"), {}, (), True),
        ("7.x", ImageFacts(tag="8.0.0"), {}, (), False),
        ("7.x", ImageFacts(tag="latest"), {}, (), None),
        ("no TLS", ImageFacts(), {}, (), True),
        ("no TLS", ImageFacts(), {"REGISTRY_HTTP_TLS_CERTIFICATE": "/c"}, (), False),
        ("no TLS", ImageFacts(), None, (), None),
        ("the tunnel runs with --metrics", ImageFacts(), {}, ("tunnel", "--metrics", ":2000"), True),
        ("the tunnel runs with --metrics", ImageFacts(), {}, (), None),
        ("curl is not in the image", ImageFacts(tools=("bash",)), {}, (), True),
        ("curl is not in the image", ImageFacts(tools=("curl",)), {}, (), False),
        ("curl is not in the image", ImageFacts(), {}, (), None),
        ("alpine tag and the server runs with -m 8222", ImageFacts(tag="2-alpine"), {}, ("-m", "8222"), True),
        ("alpine tag and the server runs with -m 8222", ImageFacts(tag="2-alpine"), {}, ("-js",), None),
        ("alpine tag and the server runs with -m 8222", ImageFacts(tag="2"), {}, (), False),
        ("logstash", ImageFacts(name="docker.elastic.co/logstash/logstash"), {}, (), True),
        ("kibana without TLS", ImageFacts(name="docker.elastic.co/logstash/logstash"), {}, (), False),
        ("a PLAINTEXT listener on 9092", ImageFacts(), {"KAFKA_LISTENERS": "SSL://:9093"}, (), None),
        ("no password", ImageFacts(), {"REDIS_PASSWORD": "x"}, (), False),
        ("below 8, or security switched off; else https and credentials", ImageFacts(tag="latest"), {}, (), None),
        ("25 or later, management interface without TLS", ImageFacts(tag="latest"), {}, (), True),
        ("25 or later, management interface without TLS", ImageFacts(tag=""), {}, (), None),
    ],
)
def test_conditions(
    when: str, facts: ImageFacts, env: dict[str, str] | None, command: tuple[str, ...], verdict: bool | None
) -> None:
    assert CONDITIONS[when](Given(facts, env, command)) is verdict


def test_every_condition_of_the_tables_is_known() -> None:
    facts = (one for image in table("images")["images"] for one in [image, *image.get("variants", ())])
    texts = {one["health"]["when"] for one in facts if one.get("health") and "when" in one["health"]}
    rows = (test for row in table("image_health_commands") for test in row["tests"])
    texts |= {test["when"] for test in rows if "when" in test and test.get("command") != "none"}

    assert texts == set(CONDITIONS)


@pytest.mark.parametrize("name", [one["image"] for one in table("images")["images"] if "*" not in one["image"]])
def test_a_health_command_of_an_image_needs_nothing_it_lacks(name: str) -> None:
    facts = image_facts(name)
    probe = image_health(facts, {})

    if probe is None:
        assert not facts.sure("health") or facts.health is None or facts.health.when or facts.health.needs_env
        return

    needed = programs_of(probe.shell) if probe.shell else programs_of(probe.argv or ())
    assert not [program for program in needed if facts.has(program) is False]
    assert probe.argv is not None or facts.shell
