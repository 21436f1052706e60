"""Parameters of rules: read, merged, refused with their place, and said as evidence; what each one changes."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import msgspec
import pytest

from fixer.cli.catalogue import catalogue
from fixer.errors import UserError
from fixer.finding import Level, Risk
from fixer.outcome import Choice
from fixer.plan import Plan
from fixer.policy.parameters import check
from fixer.policy.place import NAME
from fixer.policy.policy import Policy
from fixer.policy.reading import parse
from fixer.project import Disk, Project
from fixer.rule import Rule, origin
from fixer.sweep import sweep

RULES = {rule.id: rule for rule in catalogue()}
ALL = Choice(risk=Risk.HIGH, level=Level.INFO)
LOGGING, HEALTH = RULES["compose/missing-logging"], RULES["compose/missing-healthcheck"]
COMPOSE = "services:\n  web:\n    image: nginx:1.27\n"


def policy_of(text: str) -> Policy:
    return Policy(parse(text, NAME, NAME))


def policy_with(name: str, **params: object) -> Policy:
    return policy_of(json.dumps({"rules": {name: {"params": params}}}))


LOCK = f"""version = 1
[images."docker.io/library/x:1"]
digest = "sha256:{"1" * 64}"
[actions."acme/tool@v2"]
commit = "{"2" * 40}"
version = "v2.1.0"
"""


def project_of(folder: Path, files: dict[str, str], policy: Policy | None = None) -> Project:
    for name, text in {**files, "image-digests.lock": LOCK}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")

    return Project(Disk(str(folder)), sorted(files), policy)


# ---- reading


def test_without_a_configuration_the_defaults_hold() -> None:
    assert Policy().params(LOGGING) == LOGGING.params()
    assert policy_of("packs: [opa-baseline]").params(LOGGING) == LOGGING.params()
    assert Policy().params(RULES["compose/privilege-escalation"]) is None


def test_the_most_specific_name_wins_key_by_key() -> None:
    policy = policy_of(
        "rules:\n"
        "  compose/missing-healthcheck: {params: {retries: 6}}\n"
        "  DC-002: {params: {retries: 5, timeout: 2s}}\n"
        "  missing-healthcheck: {params: {retries: 4, timeout: 3s, interval: 4s}}\n"
        "  compose: {params: {retries: 2, start_period: 1s, interval: 9s, pids: 7}}\n"
    )
    found = policy.params(HEALTH)
    # An id of the catalogue is no more specific than the name, a kind the least.
    assert msgspec.structs.asdict(found) == {"interval": "4s", "timeout": "3s", "retries": 6, "start_period": "1s"}
    assert policy.params(RULES["dockerfile/missing-healthcheck"]).retries == 4
    assert policy.params(RULES["compose/missing-pids-limit"]).pids == 7


def test_parameters_are_converted_once() -> None:
    policy = policy_with("missing-logging", max_file="9")
    assert policy.params(LOGGING) is policy.params(LOGGING)
    assert pickle.loads(pickle.dumps(policy)).params(LOGGING) == policy.params(LOGGING)


# ---- mistakes

WRONG = """\
rules:
  {name}:
    level: deny
    params:
      # the one
      {line}
"""


@pytest.mark.parametrize(
    ("name", "line", "column", "message"),
    [
        ("missing-logging", "max_fil: '3'", 7, "missing-logging has no parameter 'max_fil'; the nearest is 'max_file'"),
        (
            "DC-008",
            "zzz: 1",
            7,
            "DC-008 has no parameter 'zzz'; there are driver, max_size, max_file",
        ),
        ("compose", "zzz: 1", 7, "compose has no parameter 'zzz'"),
        ("privilege-escalation", "a: 1", 7, "privilege-escalation has no parameters"),
        (
            "missing-logging",
            "max_file: 3",
            7,
            'max_file: a number as text, such as "3", is wanted, not 3: put it in quotes',
        ),
        ("missing-logging", "max_size: 0m", 7, "max_size: a size such as 512m or 2G, as text, is wanted, not '0m'"),
        ("missing-healthcheck", "interval: 15", 7, "interval: a duration such as 30s is wanted, not 15"),
        ("missing-healthcheck", "retries: '4'", 7, "retries: a whole number from 1 to 1000000 is wanted, not '4'"),
        ("missing-healthcheck", "retries: true", 7, "retries: a whole number from 1 to 1000000 is wanted, not true"),
        ("missing-healthcheck", "retries: [4]", 7, "retries: a whole number from 1 to 1000000 is wanted, not a list"),
        ("missing-healthcheck", "interval:", 7, "interval: a duration such as 30s is wanted, not nothing"),
        ("unbound-port", "public_ports: [80, 0]", 26, "public_ports.1: a port from 1 to 65535 is wanted, not 0"),
        ("unbound-port", "public_ports: 80", 7, "public_ports: a list is wanted, not 80"),
        (
            "missing-resource-limits",
            "max_cpus: 2",
            7,
            'max_cpus: a number of processors such as "0.5" is wanted, not 2: put it in quotes',
        ),
        (
            "dockerfile/latest-tag",
            "image_map: {python: latest}",
            19,
            "image_map.python: a tag other than \"latest\" is wanted, not 'latest'",
        ),
        ("root-user", "uid: 0", 7, "uid: a number of a user that is not root is wanted, not 0"),
        ("root-user", "user_name: 'a; id'", 7, "user_name: the name of an account, in small letters, is wanted, not"),
        (
            "dockerfile/latest-tag",
            'image_map: {python: "3\\nRUN id"}',
            19,
            'image_map.python: a tag other than "latest" is',
        ),
    ],
)
def test_a_mistake_has_its_place(name: str, line: str, column: int, message: str) -> None:
    policy = policy_of(WRONG.format(name=name, line=line))
    with pytest.raises(UserError) as raised:
        check(policy, list(RULES.values()), catalogue)

    assert str(raised.value).startswith(f"{NAME}:6:{column}: {message}")


def test_a_key_may_be_one_of_any_rule_that_the_name_stands_for() -> None:
    check(policy_with("latest-tag", image_map={"python": "3.12"}), [RULES["compose/latest-tag"]], catalogue)
    check(policy_with("latest-tag", image_map={"python": "3.12"}), list(RULES.values()), catalogue)
    with pytest.raises(UserError, match="compose/latest-tag has no parameter 'image_map'; there are latest_tags"):
        check(policy_with("compose/latest-tag", image_map={}), [RULES["compose/latest-tag"]], catalogue)


def test_rules_of_another_run_are_not_asked_about() -> None:
    check(policy_with("kubernetes/low-user-id", nonsense=1), [LOGGING], lambda: pytest.fail("asked"))


def test_a_value_that_does_not_fit_ends_the_run_before_it_starts(tmp_path: Path) -> None:
    project = project_of(tmp_path, {"compose.yaml": COMPOSE}, policy_with("missing-logging", max_size="much"))
    with pytest.raises(UserError, match=r"^\.fixer\.yaml:1:\d+: max_size: a size such as 512m"):
        sweep(project, [LOGGING], None)


# ---- evidence


def test_what_is_said_as_evidence() -> None:
    class Params(msgspec.Struct, frozen=True):
        size: int = 1
        number: int = 2

    assert origin(Params(), "pack x") == "pack x"
    assert origin(Params(3, 4), "pack x") == "the configuration"
    assert origin(Params(size=3), "pack x") == "the configuration and pack x"
    assert origin(Params(size=3), "pack x", "size") == "the configuration"
    assert origin(Params(size=3), "pack x", "number") == "pack x"
    assert origin(Params(size=3), "") == "the configuration"
    assert origin(Params(), "") == ""


def test_evidence_names_the_configuration_only_where_it_decides(tmp_path: Path) -> None:
    plan = Plan(project_of(tmp_path, {"compose.yaml": COMPOSE}), [LOGGING], ALL)
    [default] = plan.outcome("compose.yaml").applied
    plan = Plan(project_of(tmp_path, {"compose.yaml": COMPOSE}, policy_with("DC-008", max_size="5m")), [LOGGING], ALL)
    [changed] = plan.outcome("compose.yaml").applied
    assert default.fix is not None
    assert changed.fix is not None
    assert default.fix.because == ("size and number of the files: pack opa-baseline",)
    assert changed.fix.because == ("size and number of the files: the configuration and pack opa-baseline",)
    assert default.identity == changed.identity


def test_worker_processes_know_the_parameters(tmp_path: Path) -> None:
    files = {f"{name}.compose.yaml": COMPOSE for name in "abcdef"}
    policy = policy_with("missing-logging", driver="journald")
    found = [sweep(project_of(tmp_path, files, policy), [LOGGING], ALL, jobs=jobs) for jobs in (1, 2)]
    assert [one.after for one in found[0]] == [one.after for one in found[1]]
    assert all(one.after and "driver: journald" in one.after.text for one in found[1])


# ---- documentation


@pytest.mark.parametrize("rule", [rule for rule in RULES.values() if rule.params], ids=lambda rule: rule.id)
def test_every_parameter_is_documented_and_has_a_default_that_fits(rule: Rule) -> None:
    assert rule.parameters
    assert [one.name for one in rule.parameters if not one.meaning] == []
    defaults = {one.name: msgspec.to_builtins(one.default) for one in rule.parameters}
    policy = policy_with(rule.id, **defaults)
    check(policy, [rule], catalogue)
    assert policy.params(rule) == rule.params()


# ---- what each one changes

SMALL = 'FROM debian:12\nCMD ["/srv/app"]\n'
SERVER = 'FROM python:3.12-slim\nEXPOSE 8000\nCMD ["python", "app.py"]\n'
SLOW = 'FROM eclipse-temurin:21\nEXPOSE 8080\nCMD ["java", "-jar", "app.jar"]\n'
WEB = "services:\n  web:\n    image: nginx:1.27\n    ports: ['8080:8080']\n"
JVM = "services:\n  web:\n    image: tomcat:10\n    command: java -Xmx3g -jar a.jar\n"


def deployment(more: str = "", head: str = "", replicas: int = 2) -> str:
    return (
        f"apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n{head}"
        f"spec:\n  replicas: {replicas}\n  selector:\n    matchLabels:\n      app: web\n"
        "  template:\n    metadata:\n      labels:\n        app: web\n    spec:\n      containers:\n"
        "        - name: web\n          image: registry.example.com/web:1.0\n"
        f"          ports:\n            - containerPort: 8080\n{more}"
    )


CHANGES = [
    ("dockerfile/root-user", {"user_name": "web"}, SMALL, " web"),
    ("dockerfile/root-user", {"uid": 1234}, SMALL, "USER 1234:1234"),
    ("dockerfile/root-user", {"gid": 4321}, SMALL, "USER 1000:4321"),
    ("dockerfile/root-user", {"fallback_uid": 20002}, 'FROM ubuntu:24.04\nCMD ["a"]\n', "USER 20002:20002"),
    ("dockerfile/explicit-root-user", {"user_name": "web"}, 'FROM debian:12\nUSER root\nCMD ["a"]\n', " web"),
    ("dockerfile/explicit-root-user", {"uid": 1234}, 'FROM debian:12\nUSER root\nCMD ["a"]\n', "USER 1234:1234"),
    ("dockerfile/explicit-root-user", {"gid": 4321}, 'FROM debian:12\nUSER root\nCMD ["a"]\n', "USER 1000:4321"),
    (
        "dockerfile/explicit-root-user",
        {"fallback_uid": 20002},
        'FROM ubuntu:24.04\nUSER root\nCMD ["a"]\n',
        "USER 20002:20002",
    ),
    ("dockerfile/non-numeric-user", {"uid": 1234}, "FROM debian:12\nRUN useradd app\nUSER app\n", "--uid 1234 app"),
    (
        "dockerfile/non-numeric-user",
        {"fallback_uid": 20002},
        "FROM ubuntu:24.04\nRUN useradd app\nUSER app\n",
        "USER 20002",
    ),
    ("dockerfile/latest-tag", {"image_map": {"python": "3.11"}}, "FROM python:latest\n", "FROM python:3.11\n"),
    ("dockerfile/latest-tag", {"latest_tags": ["edge"]}, "FROM alpine:edge\n", "alpine has the tag edge"),
    (
        "dockerfile/untagged-image",
        {"image_map": {"python": "3.11-slim-bookworm"}},
        "ARG V=python\nFROM $V\n",
        "ARG V=python:3.11-slim-bookworm",
    ),
    ("dockerfile/missing-healthcheck", {"interval": "5s"}, SERVER, "--interval=5s"),
    ("dockerfile/missing-healthcheck", {"timeout": "5s"}, SERVER, "--timeout=5s"),
    ("dockerfile/missing-healthcheck", {"retries": 5}, SERVER, "--retries=5"),
    ("dockerfile/missing-healthcheck", {"start_period": "5s"}, SLOW, "--start-period=5s"),
    (
        "dockerfile/secret-in-env",
        {"allow_names": ["DEMO_*"]},
        "FROM a:1\nENV DEMO_TOKEN=abcdefgh\n",
        "!DEMO_TOKEN holds",
    ),
    (
        "dockerfile/secret-in-env",
        {"allow_values": ["abcdefgh"]},
        "FROM a:1\nENV DEMO_TOKEN=abcdefgh\n",
        "!DEMO_TOKEN holds",
    ),
    ("compose/latest-tag", {"latest_tags": ["stable"]}, "services: {a: {image: 'x:stable'}}\n", "x is tagged stable"),
    ("compose/missing-healthcheck", {"interval": "5s"}, COMPOSE, "interval: 5s"),
    ("compose/missing-healthcheck", {"timeout": "5s"}, COMPOSE, "timeout: 5s"),
    ("compose/missing-healthcheck", {"retries": 5}, COMPOSE, "retries: 5"),
    ("compose/missing-healthcheck", {"start_period": "5s"}, JVM, "start_period: 5s"),
    ("compose/missing-logging", {"driver": "journald"}, COMPOSE, "logging:\n      driver: journald\n"),
    ("compose/missing-logging", {"max_size": "5m"}, COMPOSE, "max-size: 5m"),
    ("compose/missing-logging", {"max_file": "5"}, COMPOSE, 'max-file: "5"'),
    ("compose/missing-pids-limit", {"pids": 60}, COMPOSE, "pids: 60"),
    ("compose/missing-pids-limit", {"pids": 900}, JVM, "pids: 900"),
    ("compose/missing-resource-limits", {"limit_cpus": "0.5"}, COMPOSE, 'cpus: "0.5"\n          memory: 2G\n'),
    ("compose/missing-resource-limits", {"limit_memory": "512m"}, COMPOSE, "memory: 512m\n        reservations:"),
    ("compose/missing-resource-limits", {"reserve_cpus": "0.25"}, COMPOSE, 'cpus: "0.25"\n          memory: 1G'),
    ("compose/missing-resource-limits", {"reserve_memory": "64m"}, COMPOSE, "memory: 64m"),
    ("compose/missing-resource-limits", {"reservations": False}, COMPOSE, "!reservations:"),
    ("compose/missing-resource-limits", {"max_cpus": "1.5"}, COMPOSE, 'cpus: "1.5"'),
    ("compose/missing-restart-policy", {"policy": "always"}, WEB, "restart: always"),
    ("compose/unbound-port", {"bind_ip": "10.0.0.7"}, WEB, "10.0.0.7:8080:8080"),
    ("compose/unbound-port", {"public_ports": [8080]}, WEB, "decide who must reach it"),
    ("compose/writable-root-filesystem", {"tmpfs_defaults": ["/scratch"]}, COMPOSE, "- /scratch:size=64m"),
    ("compose/writable-root-filesystem", {"tmpfs_size": "8m"}, COMPOSE, "- /tmp:size=8m"),
    ("kubernetes/latest-tag", {"latest_tags": ["1.0"]}, deployment(), "web is tagged 1.0"),
    ("kubernetes/low-user-id", {"default_uid": 12345}, deployment(), "runAsUser: 12345"),
    ("kubernetes/low-user-id", {"min_uid": 10001}, deployment(), "runAsUser: 10001"),
    ("kubernetes/root-user", {"default_uid": 12345}, deployment(), "runAsUser: 12345"),
    ("kubernetes/missing-liveness-probe", {"initial_delay": 7}, deployment(), "initialDelaySeconds: 7"),
    ("kubernetes/missing-liveness-probe", {"period": 7}, deployment(), "periodSeconds: 7"),
    ("kubernetes/missing-liveness-probe", {"timeout": 7}, deployment(), "timeoutSeconds: 7"),
    ("kubernetes/missing-liveness-probe", {"failure_threshold": 7}, deployment(), "failureThreshold: 7"),
    ("kubernetes/missing-readiness-probe", {"initial_delay": 7}, deployment(), "initialDelaySeconds: 7"),
    ("kubernetes/missing-readiness-probe", {"period": 7}, deployment(), "periodSeconds: 7"),
    ("kubernetes/missing-readiness-probe", {"timeout": 7}, deployment(), "timeoutSeconds: 7"),
    ("kubernetes/missing-readiness-probe", {"failure_threshold": 7}, deployment(), "failureThreshold: 7"),
    ("kubernetes/missing-pod-disruption-budget", {"value": 2}, deployment(replicas=3), "minAvailable: 2"),
    ("kubernetes/missing-pod-disruption-budget", {"value": 3}, deployment(replicas=3), "no node could be drained"),
    ("kubernetes/missing-resource-limits", {"limit_cpu": "300m"}, deployment(), "cpu: 300m"),
    ("kubernetes/missing-resource-limits", {"limit_memory": "1Gi"}, deployment(), "memory: 1Gi"),
    (
        "kubernetes/missing-resource-limits",
        {"limit_memory": "128Mi"},
        deployment(),
        "memory: 128Mi\n            limits",
    ),
    ("kubernetes/missing-resource-limits", {"request_cpu": "10m"}, deployment(), "cpu: 10m"),
    ("kubernetes/missing-resource-limits", {"request_memory": "32Mi"}, deployment(), "memory: 32Mi"),
    (
        "kubernetes/missing-resource-limits",
        {"factor": 2},
        deployment("          resources: {requests: {cpu: 100m, memory: 100Mi}}\n"),
        "memory: 200Mi",
    ),
    ("kubernetes/missing-resource-limits", {"require_cpu_limit": False}, deployment(), "!cpu:"),
    ("kubernetes/missing-resource-requests", {"request_cpu": "10m"}, deployment(), "cpu: 10m"),
    ("kubernetes/missing-resource-requests", {"request_memory": "32Mi"}, deployment(), "memory: 32Mi"),
    ("kubernetes/single-replica", {"min": 3}, deployment(replicas=2), "replicas: 3"),
    (
        "kubernetes/single-replica",
        {"exception_label": "team.example/alone"},
        deployment(head='  labels: {team.example/alone: "true"}\n', replicas=1),
        "!replicas: 2",
    ),
    ("kubernetes/writable-root-filesystem", {"always": ["/scratch"]}, deployment(), "mountPath: /scratch"),
    ("kubernetes/writable-root-filesystem", {"size_limit": "8Mi"}, deployment(), "sizeLimit: 8Mi"),
]
USERS = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n"
CHANGES += [
    # Another number is as good as the first one where something has that already; a group alone is not.
    ("dockerfile/root-user", {"uid": 1500}, 'FROM ubuntu:24.04\nCMD ["a"]\n', "USER 1500:1500"),
    (
        "dockerfile/root-user",
        {"uid": 1500, "gid": 1000, "fallback_uid": 20002},
        'FROM ubuntu:24.04\nCMD ["a"]\n',
        "USER 20002:20002",
    ),
    ("dockerfile/root-user", {"uid": 1500}, 'FROM debian:12\nRUN groupadd -g 1500 x\nCMD ["a"]\n', "USER 10001:10001"),
    ("dockerfile/root-user", {"uid": 1500}, 'FROM example.com/x:1\nCMD ["/a"]\n', "USER 1500:1500"),
    ("dockerfile/root-user", {"uid": 1500}, 'FROM debian:12\nRUN useradd app\nCMD ["a"]\n', "--uid 1500 app"),
    (
        "dockerfile/non-numeric-user",
        {"uid": 1500},
        "FROM debian:12\nRUN useradd -u 1500 a && useradd app\nUSER app\n",
        "--uid 10001 app",
    ),
    (
        "dockerfile/latest-tag",
        {"image_map": {"python": "3.11"}},
        "ARG T=latest\nFROM python:$T\nFROM node:$T\n",
        "T is used for other images too",
    ),
    ("dockerfile/latest-tag", {"image_map": {"ghcr.io/a/b": "7"}}, "FROM ghcr.io/a/b:latest\n", "FROM ghcr.io/a/b:7\n"),
    ("compose/missing-resource-limits", {"limit_memory": "8G"}, JVM, "memory: 8G"),
    (
        "compose/missing-resource-limits",
        {"limit_memory": "512m"},
        "services: {a: {image: x, mem_reservation: 300m}}",
        "mem_limit: 512m",
    ),
    ("compose/missing-restart-policy", {"policy": "on-failure:3"}, WEB, "restart: on-failure:3"),
    (
        "compose/unbound-port",
        {"bind_ip": "10.0.0.7"},
        "services:\n  db:\n    image: postgres:16\n    ports:\n      - {target: 5432, published: 5432}\n",
        'host_ip: "10.0.0.7"',
    ),
    (
        "kubernetes/low-user-id",
        {"min_uid": 2000},
        f"{USERS}  containers: [{{name: a, image: x:1, securityContext: {{runAsUser: 1500}}}}]\n",
        "runAsUser: 2000",
    ),
    (
        "kubernetes/low-user-id",
        {"default_uid": 2000},
        f"{USERS}  securityContext: {{runAsUser: 500}}\n  containers: [{{name: a, image: x:1}}]\n",
        "runAsUser: 2000",
    ),
    ("kubernetes/single-replica", {"min": 4}, deployment(replicas=1), "replicas: 4"),
]
PINNED = "x@sha256:1111"
CHANGES += [
    ("dockerfile/unpinned-digest", {"keep_tag": False}, "FROM x:1\n", PINNED),
    ("compose/unpinned-digest", {"keep_tag": False}, "services: {a: {image: 'x:1'}}\n", PINNED),
    ("kubernetes/unpinned-digest", {"keep_tag": False}, f"{USERS}  containers: [{{name: a, image: 'x:1'}}]\n", PINNED),
    ("dockerfile/floating-tag", {"image_map": {"node": "22-alpine"}}, "FROM node:alpine\n", "FROM node:22-alpine\n"),
    ("dockerfile/floating-tag", {"floating_tags": ["7"]}, "FROM node:7\n", "node moves with its tag 7"),
]
JOB = "on: push\njobs:\n  a:\n    steps:\n"
CHANGES += [
    (
        "workflow/unpinned-digest",
        {"keep_tag": False},
        "on: push\njobs:\n  a:\n    container: x:1\n",
        PINNED,
    ),
    ("workflow/unpinned-action", {"comment": "version"}, f"{JOB}      - uses: acme/tool@v2\n", "# v2.1.0\n"),
    (
        "workflow/unpinned-action",
        {"allow": ["acme/*"]},
        f"{JOB}      - uses: Acme/tool@v9\n",
        "!Acme/tool@v9 is not pinned",
    ),
    (
        "workflow/compromised-action",
        {"known_bad": ["acme/tool@v9"]},
        f"{JOB}      - uses: Acme/tool/sub@v9\n",
        "the configuration lists it as bad",
    ),
    (
        "workflow/missing-update-bot",
        {"interval": "monthly"},
        f"{JOB}      - uses: acme/tool@{'0' * 40}\n",
        "interval: monthly",
    ),
]
NAMES = {
    "dockerfile": "Dockerfile",
    "compose": "compose.yaml",
    "kubernetes": "web.yaml",
    "workflow": ".github/workflows/ci.yaml",
}


def shown(folder: Path, rule: Rule, text: str, policy: Policy | None) -> str:
    """The written files and what is said about them; whatever is written, a second run has nothing to do."""
    folder.mkdir()
    plan = Plan(project_of(folder, {NAMES[rule.kind]: text}, policy), [rule], ALL)
    parts = []
    for outcome in plan.outcomes:
        assert outcome.problem is None
        assert not outcome.crashes
        assert not outcome.failed
        after = outcome.after.text if outcome.after and outcome.changed else ""
        said = [f"{one.message}: {one.unfixable}" for one in outcome.remaining]
        parts += [after, *said]

    plan.write()
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    assert not Plan(Project(Disk(str(folder)), files, policy), [rule], ALL).changed
    return "\n".join(parts)


@pytest.mark.parametrize(("name", "params", "text", "wanted"), CHANGES)
def test_a_parameter_changes_what_is_written(
    name: str, params: dict[str, object], text: str, wanted: str, tmp_path: Path
) -> None:
    usual = shown(tmp_path / "usual", RULES[name], text, None)
    changed = shown(tmp_path / "changed", RULES[name], text, policy_with(name, **params))
    assert changed != usual
    if wanted.startswith("!"):
        assert wanted[1:] in usual
        assert wanted[1:] not in changed
    else:
        assert wanted in changed
        assert wanted not in usual


SAID = [one[:3] for one in CHANGES if not one[3].startswith("!")]


@pytest.mark.parametrize(("name", "params", "text"), SAID)
def test_the_configuration_is_named_as_evidence(
    name: str, params: dict[str, object], text: str, tmp_path: Path
) -> None:
    def evidence(policy: Policy | None) -> str:
        plan = Plan(project_of(tmp_path, {NAMES[RULES[name].kind]: text}, policy), [RULES[name]], ALL)
        return "\n".join(
            clause for outcome in plan.outcomes for one in outcome.applied if one.fix for clause in one.fix.because
        )

    assert "the configuration" not in evidence(None)
    said = evidence(policy_with(name, **params))
    assert not said or "the configuration" in said


def test_every_parameter_has_its_case() -> None:
    wanted = {(rule.id, one.name) for rule in RULES.values() for one in rule.parameters}
    assert {(name, key) for name, params, *_ in CHANGES for key in params} == wanted


def test_a_smaller_image_is_a_greater_risk(tmp_path: Path) -> None:
    policy = policy_with("latest-tag", image_map={"python": "3.12-slim", "node": "20"})
    plan = Plan(
        project_of(tmp_path, {"Dockerfile": "FROM python:latest\nFROM node:latest\n"}, policy),
        [RULES["dockerfile/latest-tag"]],
        ALL,
    )
    found = {one.fix.title: one.fix.risk for one in plan.outcome("Dockerfile").applied if one.fix}
    assert found == {"Use python:3.12-slim": Risk.HIGH, "Use node:20": Risk.MEDIUM}


def test_members_of_a_quorum_go_one_by_one_whatever_is_configured(tmp_path: Path) -> None:
    rule = RULES["kubernetes/missing-pod-disruption-budget"]
    text = deployment(replicas=3).replace("Deployment", "StatefulSet")
    written = shown(tmp_path / "x", rule, text, policy_with(rule.id, value=2))
    assert "maxUnavailable: 1" in written
    assert "minAvailable" not in written
