"""What is excused, by whom and until when: exclusions, exemptions, comments, annotations, baseline."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from policy.worlds import World

from fixer.finding import Finding, Level
from fixer.policy.markers import INVALID

COMPOSE = """\
services:
  web:
    image: nginx:1.27
  db:
    image: postgres:16
"""
PROD = "environments: {default: prod}\n"


def excused(found: list[Finding], name: str) -> list[str]:
    return [one.place for one in found if one.rule == name and one.excuse]


def invalid(world: World) -> list[tuple[str, str, str | None]]:
    return [(one.message, one.level.name, one.unfixable) for one in world.findings(INVALID)]


# ---- exclusions


@pytest.mark.parametrize(
    ("exclude", "places", "reason"),
    [
        ("{services: [web]}", ["services.web"], "the service web is left out"),
        ("{services: ['d*']}", ["services.db"], "the service db is left out"),
        ("{images: [postgres]}", ["services.db"], "the image postgres:16 is left out"),
        ("{images: ['docker.io/library/*']}", ["services.web", "services.db"], "the image nginx:1.27 is left out"),
        ("{paths: ['*.yaml']}", ["services.web", "services.db"], "its path is left out"),
        ("{paths: [other/]}", [], ""),
        ("{workloads: [web], containers: [web]}", [], ""),
    ],
)
def test_exclusions(exclude: str, places: list[str], reason: str, tmp_path: Path) -> None:
    world = World(tmp_path, {"compose.yaml": COMPOSE}, f"rules: {{missing-logging: {{exclude: {exclude}}}}}\n")
    found = world.findings()
    assert excused(found, "missing-logging") == places
    if places:
        one = next(finding for finding in found if finding.excuse)
        assert one.excuse
        assert (one.excuse.by, one.excuse.source, one.excuse.reason) == ("exclusion", ".fixer.yaml", reason)
        assert one.level is Level.INFO


def test_workloads_and_containers(tmp_path: Path) -> None:
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n"
    pod += "    - {name: a, image: 'x:latest'}\n    - {name: b, image: 'x:latest'}\n"
    files = {"pod.yaml": pod}
    by_container = World(tmp_path, files, "rules: {latest-tag: {exclude: {containers: [b]}}}\n").findings("latest-tag")
    assert [bool(one.excuse) for one in by_container] == [False, True]
    by_workload = World(tmp_path, files, "rules: {latest-tag: {exclude: {workloads: [web]}}}\n").findings("latest-tag")
    assert [bool(one.excuse) for one in by_workload] == [True, True]


def test_an_excused_place_is_never_edited(tmp_path: Path) -> None:
    said = "rules: {compose: {exclude: {services: [web]}}}\n"
    [text] = World(tmp_path, {"compose.yaml": COMPOSE}, said).fixed().values()
    assert text.startswith("services:\n  web:\n    image: nginx:1.27\n  db:\n    image: postgres:16\n    ")


# ---- exemptions of the configuration


def exemption(more: str, rules: str = "missing-logging") -> str:
    return f"exemptions:\n- {{rules: [{rules}], path: '*.yaml', reason: logs go elsewhere, {more}}}\n"


def test_an_exemption_holds_for_its_place(tmp_path: Path) -> None:
    said = exemption("place: services.web, approver: ann, ticket: S-1, expires: 2026-06-15")
    world = World(tmp_path, {"compose.yaml": COMPOSE}, said)
    one, other = world.findings("missing-logging")
    assert one.excuse
    assert (one.excuse.by, one.excuse.source, one.excuse.expires) == ("exemption", ".fixer.yaml:2", "2026-06-15")
    assert (one.excuse.approver, one.excuse.ticket, one.excuse.reason) == ("ann", "S-1", "logs go elsewhere")
    assert other.excuse is None


@pytest.mark.parametrize(
    ("configuration", "note"),
    [
        (exemption("expires: 2026-06-14"), "the exemption of .fixer.yaml:2 does not hold: it ended on 2026-06-14"),
        (PROD + exemption(""), "the exemption of .fixer.yaml:3 does not hold: it has no end, which production wants"),
        (
            "comments: {max_days: 30}\n" + exemption("expires: 2026-12-31"),
            "the exemption of .fixer.yaml:3 does not hold: its end 2026-12-31 is more than 30 days away",
        ),
        (
            "rules: {missing-logging: {exempt: false}}\n" + exemption("expires: 2026-12-31"),
            "the exemption of .fixer.yaml:3 does not hold: findings of this rule are never excused",
        ),
    ],
)
def test_an_exemption_that_does_not_hold(configuration: str, note: str, tmp_path: Path) -> None:
    world = World(tmp_path, {"compose.yaml": COMPOSE}, configuration)
    for one in world.findings("missing-logging"):
        assert (one.excuse, one.note, one.level) == (None, note, Level.DENY)

    assert "max-size" in world.fixed()["compose.yaml"]


def test_without_an_end_it_holds_outside_of_production(tmp_path: Path) -> None:
    found = World(tmp_path, {"compose.yaml": COMPOSE}, exemption("")).findings()
    assert excused(found, "missing-logging") == ["services.web", "services.db"]


# ---- comments


HOLDS = "services:\n  # fixer: ignore[missing-logging] logs go elsewhere\n  web:\n    image: nginx:1.27\n"


@pytest.mark.parametrize(
    "text",
    [
        HOLDS,
        "services:\n  web: # fixer: ignore[DC-008, root-user] logs go elsewhere\n    image: nginx:1.27\n",
        "# fixer: ignore-file[compose/missing-logging] logs go elsewhere\nservices: {web: {image: 'nginx:1.27'}}\n",
        "services: {web: {image: 'nginx:1.27'}} # fixer: ignore[missing-logging] logs go elsewhere\n",
        HOLDS.replace("\n", "\r\n"),
        HOLDS.replace("  # fixer", "  # a word\n\n  #  fixer").replace("elsewhere\n", "elsewhere\n  # more\n"),
    ],
)
def test_a_comment_excuses(text: str, tmp_path: Path) -> None:
    world = World(tmp_path, {"compose.yaml": text})
    one = world.one("missing-logging")
    assert one.excuse
    assert (one.excuse.by, one.excuse.reason) == ("comment", "logs go elsewhere")
    assert "max-size" not in world.fixed()["compose.yaml"]


@pytest.mark.parametrize(
    "text",
    [
        HOLDS.replace("missing-logging", "missing-restart-policy"),
        HOLDS.replace("missing-logging", "compose"),
        COMPOSE.split("  db", maxsplit=1)[0]
        + "    command: |\n      # fixer: ignore-file[missing-logging] no comment\n",
        COMPOSE.split("  db", maxsplit=1)[0] + "  # fixer: ignore[missing-logging] of nothing\n",
    ],
)
def test_a_comment_that_does_not_excuse(text: str, tmp_path: Path) -> None:
    found = World(tmp_path, {"compose.yaml": text}).findings("missing-logging")
    assert [one.excuse for one in found] == [None]


def test_a_comment_covers_its_service_and_no_other(tmp_path: Path) -> None:
    text = HOLDS + "  db:\n    image: postgres:16\n"
    assert excused(World(tmp_path, {"compose.yaml": text}).findings(), "missing-logging") == ["services.web"]


@pytest.mark.parametrize(
    ("words", "configuration", "message", "wanted"),
    [
        (
            "ignore[missing-logging]",
            "",
            "the comment excuses nothing",
            ("WARN", "it gives no reason: write one behind"),
        ),
        ("ignore why", "", "the comment excuses nothing", ("WARN", "it names no rule: write `fixer: ignore[rule] rea")),
        ("ingore[missing-logging] x", "", "the comment excuses nothing", ("WARN", "there is no `fixer: ingore`")),
        ("ignore[nothing-such] x", "", "the comment names what is no rule: nothing-such", ("WARN", "correct the name")),
        ("ignore[missing-logging] x expires=soon", "", "the comment excuses nothing", ("WARN", "soon is no date")),
        (
            "ignore[missing-logging] x expires=2026-06-14",
            "",
            "the comment does not hold: it ended",
            ("DENY", "renew it"),
        ),
        (
            "ignore[missing-logging] x",
            PROD,
            "the comment does not hold: it has no end, which",
            ("DENY", "renew it, or"),
        ),
        (
            "ignore[missing-logging] x expires=2026-06-20",
            "",
            "the comment ends on 2026-06-20",
            ("INFO", "renew it, or"),
        ),
    ],
)
def test_what_is_wrong_with_a_comment(
    words: str, configuration: str, message: str, wanted: tuple[str, str], tmp_path: Path
) -> None:
    text = f"services:\n  # fixer: {words}\n  web:\n    image: nginx:1.27\n"
    [(said, found, reason)] = invalid(World(tmp_path, {"compose.yaml": text}, configuration))
    assert said.startswith(message)
    assert reason
    assert (found, reason[: len(wanted[1])]) == wanted


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "# fixer: ignore[privileged-container] x\nservices:\n  a:\n    image: a:1\n",
            "services:\n  a:\n    image: a:1\n",
        ),
        (
            "services:\n  a: # fixer: ignore[privileged-container] x\n    image: a:1 # kept\n",
            "services:\n  a:\n    image: a:1 # kept\n",
        ),
        (
            "services:\n  a:\n    image: a:1\n  # fixer: ignore[privileged-container] x",
            "services:\n  a:\n    image: a:1",
        ),
    ],
)
def test_a_comment_that_nothing_needs_goes(before: str, after: str, end: str, tmp_path: Path) -> None:
    said = "packs: [pss-baseline]\nrules: {compose/privileged-container: {level: deny}}\n"
    world = World(tmp_path, {"compose.yaml": before.replace("\n", end)}, said)
    assert world.fixed() == {"compose.yaml": after.replace("\n", end)}


def test_a_comment_goes_with_what_it_excused_no_longer(tmp_path: Path) -> None:
    """It has ended, so the finding is fixed, and then nothing needs it."""
    text = 'FROM alpine:3.20\n# fixer: ignore[DL3020] why expires=2026-01-01\nADD a /a\nUSER 1000\nCMD ["/a"]\n'
    world = World(tmp_path, {"Dockerfile": text})
    assert world.fixed()["Dockerfile"] == 'FROM alpine:3.20\nCOPY a /a\nUSER 1000\nCMD ["/a"]\n'


def test_a_run_with_some_rules_does_not_call_comments_needless(tmp_path: Path) -> None:
    from policy.worlds import RULES

    from fixer.sweep import sweep

    text = HOLDS.replace("missing-logging", "missing-logging, privileged-container")
    world = World(tmp_path, {"compose.yaml": text})
    some = [one for one in RULES if one.id == "compose/root-user"]
    assert not [one for outcome in sweep(world.project, some, None) for one in outcome.findings if one.rule == INVALID]


def test_comments_can_be_switched_off(tmp_path: Path) -> None:
    assert not excused(
        World(tmp_path, {"compose.yaml": HOLDS}, "comments: {own: false}\n").findings(), "missing-logging"
    )


# ---- Dockerfiles, and other tools


@pytest.mark.parametrize(
    ("words", "holds"),
    [
        ("# fixer: ignore[add-instead-of-copy] why", True),
        ("# hadolint ignore=DL3020", True),
        ("# hadolint ignore=DL3002,DL3020", True),
        ("# hadolint ignore=DL3002", False),
        ("#trivy:ignore:DS-0005", True),
        ("# trivy:ignore:AVD-DS-0005", True),
        ("# trivy:ignore:DS005", True),
        ("# trivy:ignore:DS-0006", False),
        ("# checkov:skip=CKV_DOCKER_4:archive", True),
        ("# kics-scan ignore-line", True),
        ("# kics-scan ignore-block", True),
        ("# zizmor: ignore[artipacked]", False),
    ],
)
def test_comments_in_a_dockerfile(words: str, holds: bool, tmp_path: Path) -> None:
    text = f"FROM alpine:3.20\n{words}\nADD a /a\n"
    one = World(tmp_path, {"Dockerfile": text}).one("add-instead-of-copy")
    assert bool(one.excuse) is holds
    if one.excuse and "fixer" not in words:
        assert one.excuse.by == "foreign"
        assert "COPY" not in World(tmp_path, {"Dockerfile": text}).fixed().get("Dockerfile", "")


@pytest.mark.parametrize(
    "text",
    [
        "# hadolint global ignore=DL3020\nFROM alpine:3.20\nADD a /a\n",
        "FROM alpine:3.20\nADD a /a\n# checkov:skip=CKV_DOCKER_4\n",
        "FROM alpine:3.20\nADD a \\\n  # fixer: ignore[DF-031] inside of the instruction\n  /a\n",
    ],
)
def test_other_places(text: str, tmp_path: Path) -> None:
    assert World(tmp_path, {"Dockerfile": text}).one("add-instead-of-copy").excuse


def test_a_comment_covers_one_instruction(tmp_path: Path) -> None:
    text = "FROM alpine:3.20\n# hadolint ignore=DL3020\nADD a /a\nADD b /b\n"
    found = World(tmp_path, {"Dockerfile": text}).findings("add-instead-of-copy")
    assert [bool(one.excuse) for one in found] == [True, False]


def test_what_may_never_be_excused(tmp_path: Path) -> None:
    text = "FROM alpine:3.20\n# hadolint ignore=DL3002\n# trivy:ignore:DS-0031\nENV API_TOKEN=ghp_{}\n".format(
        "a1B2" * 9
    )
    one = World(tmp_path, {"Dockerfile": text}).one("secret-in-env")
    assert one.excuse is None
    world = World(tmp_path, {"Dockerfile": text.replace("trivy:ignore:DS-0031", "fixer: ignore[DF-037] a test")})
    assert (
        world.one("secret-in-env").note
        == "the comment in line 3 does not hold: findings of this rule are never excused"
    )


# ---- annotations and x-policy-exemption

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  annotations:
    {}
spec:
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      containers:
        - name: web
          image: nginx:latest
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: other}}
spec:
  selector: {{matchLabels: {{app: other}}}}
  template:
    metadata: {{labels: {{app: other}}}}
    spec:
      containers:
        - name: other
          image: nginx:latest
"""


@pytest.mark.parametrize(
    ("annotation", "rule", "by"),
    [
        ('policy-exemption: "latest until release 2"', "latest-tag", "annotation"),
        ('policy-exemption: "vendor"\n    exemption-rules: K8-028', "latest-tag", "annotation"),
        ("checkov.io/skip1: CKV_K8S_14=vendor", "latest-tag", "foreign"),
        ("ignore-check.kube-linter.io/latest-tag: vendor", "latest-tag", "foreign"),
        ("kube-linter.io/ignore-all: vendor", "latest-tag", "foreign"),
        ('polaris.fairwinds.com/deploymentMissingReplicas-exempt: "true"', "single-replica", "foreign"),
        ('polaris.fairwinds.com/exempt: "true"', "single-replica", "foreign"),
        ("kube-score/ignore: deployment-replicas", "single-replica", "foreign"),
    ],
)
def test_annotations(annotation: str, rule: str, by: str, tmp_path: Path) -> None:
    found = World(tmp_path, {"web.yaml": DEPLOYMENT.format(annotation)}).findings(rule)
    assert [one.excuse.by if one.excuse else None for one in found] == [by, None]


def test_an_exemption_of_a_service(tmp_path: Path) -> None:
    text = COMPOSE.replace(
        "nginx:1.27\n",
        "nginx:1.27\n    x-policy-exemption: {rules: [missing-logging], reason: elsewhere, expires: 2026-07-01}\n",
    )
    found = World(tmp_path, {"compose.yaml": text}).findings()
    assert excused(found, "missing-logging") == ["services.web"]


# ---- baseline and clock


def test_known_findings_do_not_count(tmp_path: Path) -> None:
    known = frozenset(one.identity for one in World(tmp_path, {"compose.yaml": COMPOSE}).findings())
    moved = "# a line more\n" + COMPOSE + "  new:\n    image: redis:7\n"
    world = World(tmp_path, {"compose.yaml": moved}, known=known)
    assert {one.place for one in world.findings() if not one.excuse} == {"services.new"}
    assert {one.excuse.by for one in world.findings() if one.excuse} == {"baseline"}


@pytest.mark.parametrize(("day", "holds"), [(dt.date(2026, 6, 30), True), (dt.date(2026, 7, 1), False)])
def test_the_last_day_counts(day: dt.date, holds: bool, tmp_path: Path) -> None:
    world = World(tmp_path, {"compose.yaml": COMPOSE}, exemption("expires: 2026-06-30"), today=day)
    assert all(bool(one.excuse) is holds for one in world.findings("missing-logging"))


def test_several_processes_see_the_same(tmp_path: Path) -> None:
    files = {f"{number}/compose.yaml": HOLDS for number in range(4)}
    world = World(tmp_path, files, exemption("", "missing-restart-policy"))
    assert world.findings(jobs=1) == world.findings(jobs=2)
    assert sum(bool(one.excuse) for one in world.findings(jobs=2)) == 8
