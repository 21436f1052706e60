"""Health commands of well-known images (field `health` of KB-1, else table KB-5), and when they hold."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from fixer.knowledge.equivalent_probes import programs_of
from fixer.knowledge.images import ImageFacts
from fixer.knowledge.ports import ports_of_command
from fixer.knowledge.probe import Probe
from fixer.knowledge.tables import fits, table

_PORT_VARIABLE = r"(?:PG|MYSQL_|MARIADB_|REDIS_|MONGO_|GF_SERVER_HTTP_|HTTP_|ES_)?PORT(?:_NUMBER)?"

# Programs that come with every shell that the tables know.
_EVERYWHERE = frozenset({"grep", "sh"})

# Whether a condition holds; None when that cannot be verified.
Verdict = bool | None


class Given(msgspec.Struct, frozen=True):
    """What a condition may ask: image, environment (None: not known) and command (None: that of the image)."""

    facts: ImageFacts
    env: Mapping[str, str] | None
    command: tuple[str, ...] | None

    def variable(self, name: str) -> str | None:
        """Return the value of an environment variable, or None."""
        return None if self.env is None else self.env.get(name)

    def says(self, *words: str) -> bool:
        """Whether one of `words` is in the command."""
        line = " ".join(self.command or ())
        return any(word in line for word in words)

    def major(self) -> int | None:
        """Return the number that the tag begins with."""
        found = re.match(r"v?([0-9]{1,9})", self.facts.tag)
        return int(found[1]) if found else None


def image_health(
    facts: ImageFacts, env: Mapping[str, str] | None = None, command: Sequence[str] | None = None
) -> Probe | None:
    """Return the health command of a well-known image, or None when there is none that can succeed.

    `env` is the environment of the service, None when it is not known; `command` its command, None when it is that of
    the image. A condition that is known not to hold withholds the command; one that cannot be verified makes the probe
    not `sure`.
    """
    given = Given(facts, env, None if command is None else tuple(command))
    if not facts.known or facts.windows:
        return None

    return next((probe for probe in _candidates(given) if probe), None)


def _candidates(given: Given) -> Iterator[Probe | None]:
    facts = given.facts
    if facts.health:
        verdict = _both(_needed(given, facts.health.needs_env), _holds(facts.health.when, given))
        yield _probe(
            facts.health.test, f"health command of {facts.evidence}", verdict, given, sure=facts.sure("health")
        )

    for test in _older_tests(facts):
        words = ("CMD", *test["argv"]) if "argv" in test else ("CMD-SHELL", test["command"].replace("$$", "$"))
        if words[1] != "none" and _can_run(words, facts):
            yield _probe(
                words, f"well-known health command of {facts.name}", _holds(test.get("when", ""), given), given
            )


def _probe(test: Sequence[str], because: str, verdict: Verdict, given: Given, *, sure: bool = True) -> Probe | None:
    if verdict is False or _other_port(test, given):
        return None

    known = sure and verdict is True and not _may_have_other_port(given)
    return Probe(tuple(test[1:]), None, because, known) if test[0] == "CMD" else Probe(None, test[1], because, known)


def _needed(given: Given, names: Sequence[str]) -> Verdict:
    if not names:
        return True

    return None if given.env is None else all(given.env.get(name) for name in names)


def _both(first: Verdict, second: Verdict) -> Verdict:
    if first is False or second is False:
        return False

    return None if first is None or second is None else True


def _other_port(test: Sequence[str], given: Given) -> bool:
    """Whether the command line moves the service away from its usual ports, which the test then misses."""
    usual = {port.port for port in given.facts.ports or ()}
    moved = [one.port for one in ports_of_command(given.command or ()) if one.rank == 2]
    return bool(moved) and not any(port in usual or str(port) in " ".join(test) for port in moved)


def _may_have_other_port(given: Given) -> bool:
    usual = {str(port.port) for port in given.facts.ports or ()}
    return any(
        re.fullmatch(_PORT_VARIABLE, name) and str(value) not in usual for name, value in (given.env or {}).items()
    )


def _can_run(test: Sequence[str], facts: ImageFacts) -> bool:
    """Whether everything that the test needs is known to be in the image."""
    if test[0] == "CMD-SHELL" and not facts.shell:
        return False

    needed = programs_of(test[1] if test[0] == "CMD-SHELL" else tuple(test[1:]))
    return all(facts.has(program) for program in needed if program not in _EVERYWHERE)


@functools.cache
def _older_tests(facts: ImageFacts) -> tuple[dict[str, Any], ...]:
    familiar = facts.name.removeprefix("docker.io/").removeprefix("library/")
    rows = table("image_health_commands")
    return tuple(
        test
        for row in rows
        if any(fits(name, glob) for glob in row["match"] for name in (familiar, facts.name))
        for test in row["tests"]
    )


def _holds(when: str, given: Given) -> Verdict:
    """Whether the condition holds; None when that cannot be verified."""
    if not when:
        return True

    return CONDITIONS[when](given) if when in CONDITIONS else None


def _unknown(_: Given) -> Verdict:
    return None


def _pings(given: Given) -> Verdict:
    return True if given.says("--ping") or given.variable("TRAEFIK_PING") else None


def _redis_without_password(given: Given) -> Verdict:
    if given.variable("REDISCLI_AUTH"):
        return True

    if given.says("requirepass", "aclfile") or given.variable("REDIS_PASSWORD"):
        return False

    return None if given.env is None or given.says(".conf") else True


def _redis_with_password(given: Given) -> Verdict:
    return _not(_redis_without_password(given))


def _valkey_without_password(given: Given) -> Verdict:
    return False if given.variable("VALKEY_EXTRA_FLAGS") else _redis_without_password(given)


def _not(verdict: Verdict) -> Verdict:
    return None if verdict is None else not verdict


def _no_tls(*names: str) -> Callable[[Given], Verdict]:
    """Return the condition that none of the variables which switch TLS on is set."""

    def holds(given: Given) -> Verdict:
        if given.env is None:
            return None

        return not any(given.env.get(name) for name in names)

    return holds


def _elasticsearch_plain(given: Given) -> Verdict:
    switch = given.variable("xpack.security.enabled") or given.variable("ELASTIC_SECURITY_ENABLED")
    if switch is not None:
        return str(switch).lower() == "false"

    major = given.major()
    return None if major is None else major < 8


def _plaintext_listener(given: Given) -> Verdict:
    listeners = given.variable("KAFKA_LISTENERS") or given.variable("KAFKA_ADVERTISED_LISTENERS")
    if not listeners:
        return None

    return True if re.search(r"PLAINTEXT[A-Z_]*://[^,]*:9092", listeners) else None


# Variables with which the health endpoint is not at http://127.0.0.1:9000/health/ready.
_KEYCLOAK_ELSEWHERE = (
    "KC_HTTPS_CERTIFICATE_FILE",
    "KC_HTTPS_MANAGEMENT_CERTIFICATE_FILE",
    "KC_HTTP_RELATIVE_PATH",
    "KC_HTTP_MANAGEMENT_RELATIVE_PATH",
    "KC_HTTP_MANAGEMENT_PORT",
)


def _keycloak(given: Given) -> Verdict:
    major = given.major()
    moved = any(given.variable(name) for name in _KEYCLOAK_ELSEWHERE) or given.says(
        "https-certificate", "relative-path"
    )
    if moved or (major is not None and major < 25):
        return False

    enabled = str(given.variable("KC_HEALTH_ENABLED") or "true").lower() == "true"
    return enabled and (True if major or given.facts.tag == "latest" else None)


def _named(*endings: str) -> Callable[[Given], bool]:
    return lambda given: given.facts.name.endswith(endings)


def _seven(given: Given) -> Verdict:
    return None if given.major() is None else given.major() == 7


def _nats_monitored(given: Given) -> Verdict:
    alpine = "alpine" in given.facts.tag
    return alpine and (True if given.command is None or given.says("-m", "--http_port") else None)


# The conditions of the tables, by their text there. One that is not listed cannot be verified.
CONDITIONS: dict[str, Callable[[Given], Verdict]] = {
    "traefik runs with --ping or [ping]": _pings,
    "traefik runs with --ping": _pings,
    "the tunnel runs with --metrics": lambda given: True if given.says("--metrics") else None,
    "no password, or REDISCLI_AUTH set": _redis_without_password,
    "no password": _valkey_without_password,
    "password; exit code 0 also on NOAUTH, or set REDISCLI_AUTH in the service": _redis_with_password,
    "data directory first made by a version that writes .my-healthcheck.cnf": _unknown,
    "no authenticator; start period of 120s": _unknown,
    "no TLS, or ETCDCTL_CACERT, ETCDCTL_CERT, ETCDCTL_KEY and ETCDCTL_ENDPOINTS set": _no_tls(
        "ETCD_CERT_FILE", "ETCD_CLIENT_CERT_AUTH", "ETCD_AUTO_TLS"
    ),
    "exec form only": _no_tls("ETCD_CERT_FILE", "ETCD_CLIENT_CERT_AUTH", "ETCD_AUTO_TLS"),
    "below 8, or xpack.security.enabled=false; else https with credentials": _elasticsearch_plain,
    "below 8, or security switched off; else https and credentials": _elasticsearch_plain,
    "security plugin on and credentials known to the service; else http without -u": lambda _: False,
    "credentials are known to the service": lambda _: False,
    "a PLAINTEXT listener on 9092; not in kafka-native": _plaintext_listener,
    "a PLAINTEXT listener on 9092": _plaintext_listener,
    "apache/kafka": lambda given: _both(_named("apache/kafka")(given), _plaintext_listener(given)),
    "confluentinc/cp-kafka": lambda given: _both(_named("cp-kafka")(given), _plaintext_listener(given)),
    "7.x": _seven,
    "anonymous login allowed": _unknown,
    "PGADMIN_LISTEN_PORT and TLS not set": _no_tls("PGADMIN_LISTEN_PORT", "PGADMIN_ENABLE_TLS"),
    "no TLS": _no_tls("REGISTRY_HTTP_TLS_CERTIFICATE", "REGISTRY_HTTP_TLS_LETSENCRYPT_EMAIL", "SERVER_SSL_ENABLED"),
    "kibana without TLS": lambda given: _both(_named("/kibana")(given), _no_tls("SERVER_SSL_ENABLED")(given)),
    "logstash": _named("/logstash"),
    "25 or later, management interface without TLS": _keycloak,
    "listener without TLS": _unknown,
    "curl is not in the image": lambda given: _not(given.facts.has("curl")),
    "alpine tag and the server runs with -m 8222": _nats_monitored,
    "prom/prometheus; the others listen on ports of their own, see images.yaml": _named("/prometheus"),
}
