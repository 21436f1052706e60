from __future__ import annotations

import pytest
from kinds.compose_facts import World, compose, service

from fixer.finding import Environment
from fixer.formats.yaml import Append, Put, Remove
from fixer.kinds.compose import KIND, recognise
from fixer.kinds.compose_extends import Unreadable, inherited
from fixer.kinds.compose_limits import contradiction, limits_below
from fixer.kinds.compose_order import order


@pytest.mark.parametrize(
    ("path", "text", "wanted"),
    [
        ("compose.yaml", "services:\n  a:\n    image: x\n", True),
        ("deploy/docker-compose.prod.yml", "services:\n  a: {}\n", True),
        ("compose.yaml", "web:\n  image: x\n", False),
        ("stack.yml", "services:\n  a:\n    image: x\nvolumes:\n  v:\n", True),
        ("stack.json", '{"services": {"a": {"build": "."}}}', True),
        ("stack.yml", "services:\n  a:\n    class: App\n  b:\n    image: x\n", False),
        ("stack.yml", "services:\n  - name: a\n    image: x\n", False),
        ("ci.yml", "steps: []\nservices:\n  db:\n    image: postgres\n", False),
        ("stack.yml", "services:\n\timage: x\n", False),
        ("stack.yml", "services:\n  a: [image]\n", False),
        ("stack.yml", "image: x\nservice:\n  a: 1\n", False),
        ("stack.yml", "services: {}  # image\n", False),
    ],
)
def test_what_is_a_compose_file(path: str, text: str, wanted: bool) -> None:
    assert recognise(path, text) is wanted


def test_services_are_those_that_run_a_container() -> None:
    file = compose("services:\n  a:\n    image: x\n  b:\n  c:\n    provider:\n      type: model\n")
    assert [one.name for one in file.nouns("Service")] == ["a"]
    assert file.nouns("ComposeFile") == (file,)
    assert file.nouns("Stage") == ()
    assert file.service("b") is None


def test_an_empty_file_has_no_services() -> None:
    assert compose("# nothing yet\n").services == ()


def test_several_documents_with_services_are_skipped() -> None:
    assert compose("services:\n  a:\n    image: x\n---\nservices:\n  a:\n    image: y\n").skipped
    assert compose("---\n# first\n---\nservices:\n  a:\n    image: x\n").skipped is None


def test_values_come_through_merge_keys_and_tags() -> None:
    text = "x-a: &a\n  image: nginx:1.27\nservices:\n  a:\n    <<: *a\n    ports: !override\n      - '80:80'\n"
    found = service(text)
    assert found.image == "nginx:1.27"
    assert found.get("ports", 0) == "80:80"
    assert found.get("ports", 1) is None
    assert found.get("ports", "x") is None


def test_extends_in_the_file() -> None:
    text = """
services:
  base:
    image: x:1
    environment: [A=1]
    cap_drop: [ALL]
    command: serve
    logging: {driver: journald, options: {tag: x}}
    healthcheck: {test: [CMD, a], interval: 5s}
  a:
    extends: base
    environment: {B: 2}
    cap_drop: [NET_RAW]
    command: work
    logging: {driver: json-file}
    healthcheck: {test: [CMD, b]}
"""
    found = service(text)
    assert [one.name for one in found.file.services[0].heirs("restart")] == ["a"]
    assert found.image == "x:1"
    assert found.variables == {"A": "1", "B": "2"}
    assert found.capabilities("cap_drop") == {"ALL", "NET_RAW"}
    assert found.command == ("work",)
    assert found.get("logging") == {"driver": "json-file"}
    assert found.get("healthcheck") == {"test": ["CMD", "b"], "interval": "5s"}
    assert found.partial is None


def test_extends_of_another_file() -> None:
    world = World(
        {"lib/base.yml": "services:\n  base:\n    extends: root\n  root:\n    image: x:1\n    restart: always\n"}
    )
    text = """
services:
  a: {extends: {file: lib/base.yml, service: base}}
  b: {extends: {file: no.yml, service: b}}
"""
    file = compose(text, world=world)
    one, two = file.services
    assert (one.get("restart"), one.partial) == ("always", None)
    assert two.partial == "it extends b of no.yml, which cannot be read"


def test_extends_in_a_circle_or_of_nothing() -> None:
    file = compose(
        "services:\n  a:\n    extends: b\n  b:\n    extends: a\n  c:\n    extends: {service: d}\n  d2:\n    image: x\n"
    )
    assert file.services[0].partial == "its extends form a circle"
    assert file.services[2].partial == "it extends d, which is not there"
    with pytest.raises(Unreadable):
        inherited({"extends": "x"}, {}, "p", lambda _: None)


@pytest.mark.parametrize(
    ("path", "text", "reason", "partial"),
    [
        ("compose.yaml", "services:\n  a:\n    image: x\n", None, False),
        ("compose.override.yaml", "services:\n  a:\n    image: x\n", None, True),
        ("compose.yaml", "services:\n  a:\n    ports: ['80:80']\n", None, True),
        ("compose.yaml", "services:\n  a:\n    image: x\n", "it is used on top of another file", True),
    ],
)
def test_partial_files(path: str, text: str, reason: str | None, partial: bool) -> None:
    file = compose(text, path, World(reason=reason))
    assert bool(file.partial) is partial
    assert bool(file.services[0].partial) is partial


def test_a_service_without_image_beside_complete_ones_is_partial() -> None:
    file = compose("services:\n  a:\n    image: x\n  b:\n    ports: []\n")
    assert [bool(one.partial) for one in file.services] == [False, True]


def test_heirs_of_a_key() -> None:
    text = """
services:
  web: &web
    image: x:1
  copy:
    <<: *web
  own:
    <<: *web
    restart: always
  late:
    extends: web
  other:
    image: y:1
"""
    web = service(text, "web")
    assert [one.name for one in web.heirs("restart")] == ["copy", "late"]
    assert service(text, "other").heirs("restart") == ()
    assert service(text, "late").inherits(lambda one: one.get("restart") is None)
    assert not service(text, "own").inherits(lambda one: one.get("restart") is None)
    assert web.at_odds(("restart",), lambda one: one.image) is None
    assert (
        web.at_odds(("restart",), lambda one: one.name) == "services.copy would take it over and needs something else"
    )


def test_the_environment_is_that_of_profile_or_file() -> None:
    file = compose("services:\n  a:\n    image: x\n    profiles: [debug]\n  b:\n    image: x\n", "prod/compose.yaml")
    debug, plain = file.services
    assert (debug.environment, debug.helper) == (Environment.DEV, True)
    assert (plain.environment, plain.helper) == (Environment.PROD, False)


def test_build_in_all_its_forms() -> None:
    text = """
services:
  a: {build: ./a}
  b: {build: {context: b, dockerfile: D, target: t}}
  c: {build: {dockerfile_inline: FROM x}}
  d: {build: 'https://example.com/x.git'}
  e: {image: x}
"""
    file = compose(text, world=World({"./a/Dockerfile": "", "b/D": ""}))
    a, b, c, d, e = file.services
    assert a.facts.built == "./a/Dockerfile"
    assert (b.facts.built, b.facts.user) == ("b/D", "t")
    assert c.build is not None
    assert c.build.inline
    assert not c.facts.known
    assert not d.facts.known
    assert e.build is None


def test_images_with_variables() -> None:
    assert service("services:\n  a:\n    image: 'postgres:${V:-16}'\n").image == "postgres:16"
    assert service("services:\n  a:\n    image: 'postgres:${V}'\n").facts.role == "database"
    assert service("services:\n  a:\n    build: .\n").image == ""


def test_exposed_ports_and_names() -> None:
    found = service(
        "services:\n  a:\n    image: q/redis:7\n    expose: [80, '81/tcp']\n    ports: ['9000:82', '53:53/udp']\n"
    )
    assert found.exposed == [82, 80, 81]
    assert found.named(("mysql", "redis")) == "redis"
    assert found.named(("mysql",)) is None


@pytest.mark.parametrize(
    ("body", "job"),
    [
        ("image: x\n    command: alembic upgrade head", True),
        ("image: x\n    command: sh -c 'alembic upgrade head && uvicorn a:b'", False),
        ("image: x\n    command: [npm, run, build]", True),
        ("image: busybox", True),
        ("image: busybox\n    command: sleep infinity", False),
        ("image: x", False),
    ],
)
def test_jobs_by_command(body: str, job: bool) -> None:
    assert bool(service(f"services:\n  a:\n    {body}\n").job) is job


def test_jobs_by_name_and_by_those_who_wait() -> None:
    text = """
services:
  db-migrate: {image: x}
  test: {image: x, ports: ['80:80']}
  loader: {image: x}
  web:
    image: x
    depends_on:
      loader: {condition: service_completed_successfully}
      test:
  api:
    image: x
    depends_on: [web]
"""
    file = compose(text)
    assert [bool(one.job) for one in file.services] == [True, False, True, False, False]
    assert file.services[4].dependencies == {"web": "service_started"}


def test_people_work_in_it() -> None:
    assert service("services:\n  a: {image: x, profiles: [tools]}\n").interactive
    assert service("services:\n  a: {image: x, tty: true, command: bash}\n").interactive
    assert service("services:\n  a: {image: debian:12, stdin_open: true}\n").interactive
    assert not service("services:\n  a: {image: x, tty: true, command: bash -c ./serve}\n").interactive


def test_some_only_wait_for_somebody() -> None:
    assert service("services:\n  a: {image: x, command: sleep infinity}\n").idle
    assert not service("services:\n  a: {image: x, command: sh -c 'sleep 5 && ./serve'}\n").idle
    assert not service("services:\n  a: {image: x}\n").idle


def test_workers_have_no_port() -> None:
    assert service("services:\n  a: {image: x, command: celery -A x worker}\n").worker
    assert service("services:\n  queue-worker: {image: x}\n", "queue-worker").worker
    assert not service("services:\n  worker: {image: x, ports: ['80:80']}\n", "worker").worker
    assert not service("services:\n  worker: {image: x, command: uvicorn a:b}\n", "worker").worker


def test_swarm_windows_jvm() -> None:
    assert service("services:\n  a: {image: x, deploy: {replicas: 2}}\n").swarm == "replicas"
    assert service("services:\n  a: {image: x, deploy: {resources: {}}}\n").swarm is None
    assert service("services:\n  a: {image: x, isolation: hyperv}\n").windows
    assert service("services:\n  a: {image: x, environment: [JAVA_OPTS=-Xmx1g]}\n").jvm
    assert not service("services:\n  a: {image: x}\n").jvm


@pytest.mark.parametrize(
    ("head", "body", "below", "contradicting"),
    [
        ("", "{image: x}", True, None),
        ("version: '2.4'\n", "{image: x}", False, None),
        ("version: 2\n", "{image: x}", False, None),
        ("version: '3.8'\n", "{image: x}", True, None),
        ("", "{image: x, mem_limit: 1g}", False, None),
        ("", "{image: x, mem_limit: 1g, deploy: {resources: {reservations: {}}}}", False, None),
        ("", "{image: x, deploy: {resources: {limits: {cpus: 1}}}}", True, None),
        ("", "{image: x, cpus: 1, deploy: {resources: {limits: {cpus: '1.0'}}}}", True, None),
        ("", "{image: x, mem_limit: 1g, deploy: {resources: {limits: {memory: 2G}}}}", True, "mem_limit"),
        ("", "{image: x, pids_limit: 9, deploy: {resources: {limits: {cpus: 1}}}}", True, "pids_limit"),
    ],
)
def test_the_family_of_limits(head: str, body: str, below: bool, contradicting: str | None) -> None:
    found = service(f"{head}services:\n  a: {body}\n")
    assert limits_below(found) is below
    assert (contradiction(found) or "None").startswith(str(contradicting))


@pytest.mark.parametrize(
    ("body", "root"),
    [
        ("{image: x}", None),
        ("{image: 'nginx:1.27'}", True),
        ("{image: 'prom/prometheus:v2'}", False),
        ("{image: x, user: root}", True),
        ("{image: x, user: '0:0'}", True),
        ("{image: x, user: 0}", True),
        ("{image: x, user: '1000:1000'}", False),
        ("{image: x, user: '${UID}:${GID}'}", False),
        ("{image: x, user: '${UID:-0}'}", True),
    ],
)
def test_root(body: str, root: bool | None) -> None:
    assert service(f"services:\n  a: {body}\n").root is root


def test_what_the_override_says() -> None:
    world = World({"app/compose.override.yaml": "services:\n  a:\n    cap_drop: [ALL]\n"})
    file = compose("services:\n  a: {image: x}\n  b: {image: x}\n", "app/compose.yaml", world)
    assert file.overriding("a") == {"cap_drop": ["ALL"]}
    assert file.overriding("b") == {}
    assert compose("services:\n  a: {image: x}\n", "app/other.yaml", world).overriding("a") == {}


def test_an_override_that_cannot_be_read_says_nothing() -> None:
    world = World({"compose.override.yaml": "services:\n\t- x", "compose.override.yml": "- x\n"})
    assert compose("services:\n  a: {image: x}\n", world=world).overriding("a") == {}


def test_places_build_operations_and_findings() -> None:
    found = service("services:\n  a:\n    image: x\n    ports:\n      - '80:80'\n")
    at = found.at("ports", 0)
    assert at.value == "80:80"
    assert at.own
    assert at.put("81:80") == Put("compose.yaml", 0, ("services", "a", "ports", 0), "81:80")
    assert found.at("cap_drop").append("ALL") == Append("compose.yaml", 0, ("services", "a", "cap_drop"), "ALL")
    assert at.remove() == Remove("compose.yaml", 0, ("services", "a", "ports", 0))

    finding = at.finding("is open", unfixable="decide")
    text = found.file.parsed.source.text
    assert (finding.place, text[finding.start : finding.end]) == ("services.a", "'80:80'")
    absent = found.at("logging", "driver").finding("is missing", unfixable="decide")
    assert text[absent.start : absent.end] == "a"


def test_keys_have_their_usual_order() -> None:
    keys = order(("services", "a"))
    assert keys.index("image") < keys.index("ports") < keys.index("healthcheck") < keys.index("logging")
    assert order(())[3] == "services"
    assert order(("services",)) == ()
    assert order(("networks", "x")) == ()
    assert order(("services", "a", "deploy", "resources", "limits"))[:3] == ("cpus", "memory", "pids")
    assert "host_ip" in order(("services", "a", "ports", 0))


def test_order_of_fixes_names_each_rule_once() -> None:
    assert len(set(KIND.order)) == len(KIND.order)
    assert KIND.order.index("missing-resource-limits") < KIND.order.index("missing-pids-limit")
