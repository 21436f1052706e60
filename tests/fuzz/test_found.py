"""Inputs that once crashed, hung or swallowed memory, found by the hunt or made by hand: each as small as it gets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fuzz.hunt import Worker, worker

LONG = "9" * 5000
SERVICE = "services:\n  web:\n    image: a:1\n    {}\n"
POD = """\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: x}}
spec:
  template:
    spec:
      containers:
      - name: a
        image: b:1
        {}
"""
IN_SERVICE = (
    *(f"mem_limit: {LONG}", f"mem_limit: {'9' * 400}", f"user: {LONG}", f"ports: ['{LONG}:80']", f"ports: [{LONG}]"),
    *(f"expose: ['{LONG}']", "ports: ['1-99999999999:1-99999999999']", "ports: ['²:80']", "ports: ['１:80']"),
    *(
        "mem_limit: '٣g'",
        "mem_limit: ²m",
        "cpus: .nan",
        "cpus: 1e400",
        "pids_limit: .inf",
        "pids_limit: ²",
        "user: '²'",
    ),
    *(
        "deploy: {replicas: 1e999}",
        "restart: [null]",
        "restart: {a: b}",
        "security_opt: 3",
        "healthcheck: {interval: 1e999s}",
    ),
    *(
        "environment: [null, 1, {a: b}]",
        "ports: [{target: null, published: []}]",
        "volumes: [{source: [], target: {}}]",
    ),
    *("cap_add: {a: b}", "extends: web", "extends: {service: web}", "extends: {file: compose.yaml, service: web}"),
    *(
        "healthcheck: {test: [CMD, null]}",
        "command: [null, 5, {a: b}]",
        "image: ''",
        "image: []",
        "image: '@'",
        "image: ':'",
    ),
)
IN_CONTAINER = (
    *(f"resources: {{limits: {{memory: {LONG}}}}}", "resources: {limits: {memory: 1e400}}", "resources: []"),
    *("resources: {limits: {memory: ²}}", f"ports: [{{containerPort: {LONG}}}]", "ports: [{containerPort: .nan}]"),
    *(
        f"securityContext: {{runAsUser: {LONG}}}",
        "securityContext: {runAsUser: .inf}",
        "securityContext: {runAsUser: '²'}",
    ),
    *("securityContext: {capabilities: {add: {a: b}}}", "securityContext: {capabilities: {drop: null, add: [null]}}"),
    *(
        "env: {a: b}",
        "env: [null, {name: null}, {name: []}]",
        "args: [null, 5]",
        "command: {a: b}",
        "livenessProbe: []",
    ),
    *("livenessProbe: {httpGet: null}", "volumeMounts: [null]", "volumeMounts: {a: b}"),
)
INSTRUCTIONS = (
    *(
        f"EXPOSE {LONG}",
        "EXPOSE ²",
        "EXPOSE 1-99999999",
        f"USER {LONG}",
        "USER ²",
        "USER ١٠",
        "SHELL []",
        "SHELL x",
        "CMD []",
    ),
    *(
        f"HEALTHCHECK --interval={LONG}s CMD x",
        "HEALTHCHECK --interval=² CMD x",
        "ENV A",
        "ENV =b",
        "ENV",
        "LABEL",
        "ARG",
    ),
    *("ARG =", "USER", "FROM", "FROM --platform", "COPY", "COPY --from=² a b", f"COPY --from={LONG} a b", "CMD [null]"),
    *('ENTRYPOINT [""]', "RUN", "RUN --mount", "RUN <<", "RUN <<E", "ONBUILD", "ONBUILD ONBUILD RUN x", "STOPSIGNAL"),
    *("FROM ² AS ²\nCOPY --from=² a b", "FROM a AS b\nFROM b AS b\nFROM b", "FROM a AS a\nFROM a AS a", "VOLUME []"),
    *(
        "ARG A=${A}\nRUN $A",
        "ENV A=$B B=$A\nUSER $A",
        "USER ${A:-${A}}",
        "RUN x\u2028",
        "RUN x\u00a0",
        "RUN echo $P" + "|" * 30_000,
    ),
    *("RUN { " + "a|" * 15_000, "RUN " + ")" * 30_000, "RUN [[ " + "! | " * 8_000),
)
FILES = {
    **{f"compose, {text[:40]}": ("compose.yaml", SERVICE.format(text)) for text in IN_SERVICE},
    **{f"kubernetes, {text[:40]}": ("pod.yaml", POD.format(text)) for text in IN_CONTAINER},
    **{f"Dockerfile, {text[:40]!r}": ("Dockerfile", f"FROM a:1\n{text}\nCMD x\n") for text in INSTRUCTIONS},
    "an empty key twice, many times": ("compose.yaml", "services: {web: {image: a}}\n" + ": 3\n" * 10_000),
    "a key twice, many times": ("compose.yaml", "services: {web: {image: a}}\n" + "a: 3\n" * 10_000),
    "a port twice": ("compose.yaml", SERVICE.format("ports: ['8000:8000', '8000:8000']")),
    "a question mark without anything": ("compose.yaml", "services:\n web:\n    image:\n    security_opt:\n     ?\n"),
}


@pytest.fixture(scope="module")
def one() -> Iterator[Worker]:
    with worker() as found:
        yield found


MERGES = "".join(f"x-{n}: &m{n} {{<<: [*m{n - 1}, *m{max(n - 2, 0)}], k{n}: 1}}\n" for n in range(1, 20))
FILES["merge keys in merge keys"] = ("compose.yaml", f"services: {{web: {{image: a}}}}\nx-0: &m0 {{a: 1}}\n{MERGES}")
FILES["two byte order marks"] = ("compose.yaml", "\ufeff\ufeff" + SERVICE.format("environment:\n    - A=b"))
FILES["many containers"] = ("pod.yaml", POD.format("tty: true\n" + "      - {name: a, image: b:1}\n" * 1_500))
# What is held against these is not put right as yet.
OPEN: set[str] = set()
NAMES = [pytest.param(name, marks=[pytest.mark.xfail(raises=AssertionError)] if name in OPEN else []) for name in FILES]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_held_against(name: str, one: Worker) -> None:
    path, text = FILES[name]
    for target in ("yaml" if path.endswith("yaml") else "dockerfile", "shell", "fix"):
        assert one.try_out(target, {path: text.encode()}, path) is None
