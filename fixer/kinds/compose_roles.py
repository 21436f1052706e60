"""What a Compose service is for, as far as its file tells: a job that ends, a worker without a port, a known image."""

from __future__ import annotations

import re
from collections.abc import Sequence

from fixer.knowledge.commands import commands_of
from fixer.knowledge.roles import is_one_shot, is_server, is_worker

_JOB_NAMES = frozenset(
    {
        *("migrate", "migration", "migrations", "init", "setup", "seed", "seeder", "bootstrap", "createbuckets"),
        *("create", "test", "tests", "lint", "build", "backup", "restore", "certbot", "job"),
    }
)
# First words that ask a program which is the entrypoint of its image for one thing.
_JOB_ARGUMENTS = frozenset(
    {
        *("apply", "plan", "destroy", "install", "migrate", "migration", "migrations", "upgrade", "update", "seed"),
        *("generate", "validate", "lint", "backup", "restore", "--create", "init-db", "initdb"),
    }
)
_SHELLS = frozenset({"sh", "bash", "ash", "zsh", "dash", "fish", "/bin/sh", "/bin/bash", "/bin/ash", "/bin/zsh"})
_WORKER_NAMES = frozenset(
    {
        *("worker", "workers", "scheduler", "consumer", "beat", "cron", "crond", "queue", "sidekiq", "celery", "rq"),
        *("dramatiq", "cronjob", "triggerer"),
    }
)
_IDLE = frozenset({"sleep", "tail", "cat"})
_JVM = (
    *(
        "java",
        "jdk",
        "jre",
        "tomcat",
        "kafka",
        "zookeeper",
        "jenkins",
        "spring",
        "jboss",
        "wildfly",
        "weblogic",
        "solr",
    ),
    *("cassandra", "activemq", "nexus", "sonarqube", "keycloak", "neo4j", "logstash", "elasticsearch", "opensearch"),
    *("hadoop", "spark", "flink", "nacos", "temurin", "corretto", "jetty", "confluence", "jira", "druid", "hbase"),
    *("-xmx", "-jar "),
)
_PARTS = re.compile(r"[-_.\s]+|(?<=[a-z])(?=[A-Z])")


def parts(name: str) -> frozenset[str]:
    """Return the words of a name, in small letters."""
    return frozenset(part.lower() for part in _PARTS.split(name) if part)


def job_by_name(name: str) -> str | None:
    """Return the word of a service's name that says it does one thing and ends."""
    return next(iter(sorted(parts(name) & _JOB_NAMES)), None)


def job_by_command(command: Sequence[str]) -> str | None:
    """Return the program of a command that does one thing and ends; the last step of a chain decides."""
    steps = commands_of(command)
    return " ".join(steps[-1][:3]) if steps and is_one_shot(steps[-1]) else None


def job_by_argument(command: Sequence[str]) -> str | None:
    """Return the first word of a command without program that asks for one thing, such as `migrate`."""
    return command[0] if command and command[0] in _JOB_ARGUMENTS else None


def shell_only(command: Sequence[str]) -> bool:
    """Whether a command is a bare shell, which ends when nobody types."""
    return (
        bool(command)
        and command[0] in _SHELLS
        and all(word.startswith("-") and "c" not in word for word in command[1:])
    )


def idle(command: Sequence[str]) -> bool:
    """Whether a command only keeps a container alive for people or scripts that go into it."""
    steps = commands_of(command)
    return bool(steps) and steps[-1][0] in _IDLE


def worker(name: str, command: Sequence[str]) -> bool:
    """Whether a service takes its work from a queue or a clock: its command says so, or its name."""
    return is_worker(command) or (not is_server(command) and bool(parts(name) & _WORKER_NAMES))


def on_jvm(shown: str) -> bool:
    """Whether a text (image, command, names of variables) is that of a program on the JVM."""
    text = shown.lower()
    return any(word in text for word in _JVM)


def repository(image: str) -> str:
    """Return the repository of an image reference, without registry port, tag and digest."""
    name = image.partition("@")[0]
    head, slash, tail = name.rpartition("/")
    return f"{head}{slash}{tail.partition(':')[0]}".lower()
