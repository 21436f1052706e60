from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from fixer.finding import Environment
from fixer.formats.comments import ReplaceInComment
from fixer.formats.format import FormatError
from fixer.formats.yaml import Put
from fixer.kinds import kind_of
from fixer.kinds.workflow import WorkflowFile
from fixer.kinds.workflow_updates import covered, ecosystems, first_pin, has_renovate
from fixer.project import Disk, Project

CI = ".github/workflows/ci.yml"
HEAD = "on: push\njobs:\n  a:\n    steps:\n"
SHA = "11bd71901bbe5b1630ceea73d27597364c9af683"
COMPOSITE = "name: x\nruns:\n  using: composite\n  steps:\n    - uses: a/b@v1\n"


def project(folder: Path, files: dict[str, str]) -> Project:
    for path, text in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8", newline="")

    return Project(Disk(str(folder)), sorted(files))


def workflow(folder: Path, text: str, path: str = CI) -> WorkflowFile:
    file = project(folder, {path: text}).load(path)
    assert isinstance(file, WorkflowFile)
    return file


@pytest.mark.parametrize(
    ("path", "text", "kind"),
    [
        (CI, "on: push\n", "workflow"),
        ("sub/.github/workflows/x.YAML", "on: push\n", "workflow"),
        (".github/workflows/nested/x.yml", "on: push\n", None),
        (".github/workflows/README.md", "on: push\n", None),
        (".github/workflows/ci.yml", "services: {a: {image: b}}\n", "workflow"),
        (".github/dependabot.yml", "version: 2\n", "workflow"),
        (".github/stale.yml", "days: 3\n", None),
        (".github/k8s.yml", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n", "kubernetes"),
        ("action.yml", COMPOSITE, "workflow"),
        ("a/action.yaml", COMPOSITE, "workflow"),
        ("a/action.yml", "runs: {using: docker, image: 'docker://alpine:3'}\n", "workflow"),
        ("a/action.yml", "runs: {using: docker, image: Dockerfile}\n# composite docker://\n", None),
        ("a/action.yml", "runs: {using: node20, main: x.js}\n", None),
        ("a/action.yml", "composite: [\n", None),
        ("a/action.yml", "- composite\n", None),
        ("a/other.yml", COMPOSITE, None),
    ],
)
def test_what_is_of_the_kind(path: str, text: str, kind: str | None) -> None:
    assert kind_of(path, text) == kind


def test_every_place_that_uses_something(tmp_path: Path) -> None:
    file = workflow(
        tmp_path,
        textwrap.dedent("""\
        on: push
        jobs:
          build:
            container: node:20
            services:
              db: {image: postgres:16}
              other: ${{ matrix.other }}
              none: {}
            steps:
              - uses: actions/checkout@v4
              - uses: Actions/Checkout@v4
              - uses: actions/checkout@v3
              - uses: ./local
              - uses: docker://alpine:3.20
              - run: echo
              - text
          call:
            uses: o/r/.github/workflows/x.yml@v1
          broken: text
        """),
    )
    assert [(use.at.title, use.uses.ref) for use in file.uses] == [
        ("jobs.build steps[actions/checkout]", "v4"),
        ("jobs.build steps[Actions/Checkout]", "v4"),
        ("jobs.build steps[actions/checkout]#2", "v3"),
        ("jobs.call[o/r/.github/workflows/x.yml]", "v1"),
    ]
    assert [(image.at.title, image.text) for image in file.images] == [
        ("jobs.build container", "node:20"),
        ("jobs.build services.db", "postgres:16"),
        ("jobs.build services.other", "${{ matrix.other }}"),
        ("jobs.build steps[docker://alpine]", "docker://alpine:3.20"),
    ]
    assert [job.name for job in file.jobs] == ["build", "call"]
    assert len(file.steps) == 6
    assert [len(file.nouns(name)) for name in ("Workflow", "Job", "Step", "Use", "JobImage", "Service")] == [
        *(1, 2, 6, 4, 4, 0)
    ]


def test_the_key_on_is_text_and_expressions_are_no_template(tmp_path: Path) -> None:
    file = workflow(tmp_path, "on: push\nenv:\n  A: ${{ github.sha }}\nyes: no\n")
    assert file.data == {"on": "push", "env": {"A": "${{ github.sha }}"}, "yes": "no"}


@pytest.mark.parametrize(
    ("text", "reason"), [("on: push\non: pull\n", "twice"), ("on: push\n---\non: pull\n", "several documents")]
)
def test_what_github_refuses_is_left_alone(tmp_path: Path, text: str, reason: str) -> None:
    assert reason in (workflow(tmp_path, text).skipped or "")


@pytest.mark.parametrize("text", ["on: [push\n", "env:\n  A: ${{ b }}\n bad: [\n"])
def test_text_that_is_no_yaml(tmp_path: Path, text: str) -> None:
    with pytest.raises(FormatError, match="not valid YAML"):
        workflow(tmp_path, text)


@pytest.mark.parametrize("text", ["- a\n", "jobs: text\n", "jobs:\n  a: {steps: text}\n", "text\n", "runs: []\n"])
def test_odd_shapes_use_nothing(tmp_path: Path, text: str) -> None:
    file = workflow(tmp_path, text)
    assert (file.uses, file.images, file.steps) == ((), (), ())


@pytest.mark.parametrize(
    ("comment", "version"),
    [
        ("v4", "v4"),
        ("v4.2.2", "v4.2.2"),
        ("4.2.2 (latest)", "4.2.2"),
        ("tag=v4.1", "v4.1"),
        ("tag: v4", "v4"),
        ("pin @v4", "v4"),
        ("renovate: tag=v4.1", "v4.1"),
        ("ratchet:actions/checkout@v4", "v4"),
        ("v4.2.0, for speed", "v4.2.0"),
        ("v4.2.0-rc.1", "v4.2.0-rc.1"),
        ("init-v1.2.3", "init-v1.2.3"),
        ("main", ""),
        ("pinned by hand", ""),
        ("v4x", ""),
        ("vX", ""),
        ("2 trees", "2"),
    ],
)
def test_the_version_in_a_comment(tmp_path: Path, comment: str, version: str) -> None:
    [use] = workflow(tmp_path, f"{HEAD}      - uses: a/b@{SHA} # {comment}\n").uses
    assert use.version == version


@pytest.mark.parametrize(
    ("comment", "put"),
    [
        ("", "v4.2.2"),
        (" # old words", "v4.2.2"),
        (" # v4", ""),
        (" # v4.2.2", ""),
        (" # v3", "v4.2.2"),
        (" # zizmor: ignore[artipacked]", ""),
        (" # fixer: ignore[compromised-action] seen", ""),
    ],
)
def test_the_comment_that_comes_with_a_commit(tmp_path: Path, comment: str, put: str) -> None:
    [use] = workflow(tmp_path, f"{HEAD}      - uses: a/b@v4{comment}\n").uses
    assert use.put(SHA, "v4.2.2") == (Put(CI, 0, ("jobs", "a", "steps", 0, "uses"), f"a/b@{SHA}", put),)


def test_a_comment_is_corrected_where_it_stands(tmp_path: Path) -> None:
    text = f"{HEAD}      - uses: a/b@{SHA} # tag=v4 v4\n"
    [use] = workflow(tmp_path, text).uses
    [operation] = use.correct("v5")
    assert operation == ReplaceInComment(CI, text.index("v4"), "v4", "v5")


def test_a_comment_that_is_not_on_the_line_is_not_corrected(tmp_path: Path) -> None:
    [use] = workflow(tmp_path, f"{HEAD}      - uses: a/b@{SHA}\n      # v4\n").uses
    assert use.at.in_comment("v4", "v5") is None
    assert use.version == ""


def test_what_aliases_share_is_one_thing(tmp_path: Path) -> None:
    file = workflow(
        tmp_path,
        "jobs:\n  a:\n    steps: &s\n      - uses: &u a/b@v1\n"
        "  b:\n    steps: *s\n  c:\n    steps:\n      - uses: *u\n",
    )
    [use] = file.uses
    assert [part.at for part in use.put(SHA, "v1") if isinstance(part, Put)] == [
        ("jobs", "a", "steps", 0, "uses"),
        ("jobs", "b", "steps", 0, "uses"),
        ("jobs", "c", "steps", 0, "uses"),
    ]


@pytest.mark.parametrize(
    ("others", "environment"),
    [
        ({}, Environment.STAGING),
        ({"deploy/dev/compose.yaml": "services: {}\n"}, Environment.STAGING),
        ({"deploy/prod/compose.yaml": "services: {}\n"}, Environment.PROD),
    ],
)
def test_a_workflow_counts_for_the_strictest_environment(
    tmp_path: Path, others: dict[str, str], environment: Environment
) -> None:
    file = project(tmp_path, {CI: HEAD, **others}).load(CI)
    assert isinstance(file, WorkflowFile)
    assert file.environment is environment


def test_what_dependabot_can_keep_up_to_date(tmp_path: Path) -> None:
    files = {
        CI: f"{HEAD}      - uses: a/b@v1\n",
        "tools/action.yml": COMPOSITE,
        "examples/.github/workflows/ci.yml": f"{HEAD}      - uses: a/b@v1\n",
        "Dockerfile": "FROM a\n",
        "web/Dockerfile": "FROM a\n",
        "k8s/cm.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
        "compose.yaml": "services:\n  a:\n    build: .\n",
        "db/compose.yaml": "services:\n  a:\n    image: b\n",
    }
    assert ecosystems(project(tmp_path, files)) == {
        "docker": ["/", "/web"],
        "docker-compose": ["/db"],
        "github-actions": ["/", "/tools"],
    }


def test_very_many_folders_are_one_pattern(tmp_path: Path) -> None:
    files = {f"image{number}/Dockerfile": "FROM a\n" for number in range(21)}
    assert ecosystems(project(tmp_path, files)) == {"docker": ["**/*"]}


@pytest.mark.parametrize(
    ("path", "text", "pins"),
    [
        (CI, f"{HEAD}      - uses: a/b@{SHA} # v1\n", True),
        (CI, f"{HEAD}      - uses: a/b@v1 # {SHA}\n", False),
        ("Dockerfile", f"FROM a@sha256:{'0' * 64}\n", True),
        ("Dockerfile", "FROM a:1\n", False),
    ],
)
def test_what_is_a_pin(tmp_path: Path, path: str, text: str, *, pins: bool) -> None:
    assert first_pin(project(tmp_path, {path: text})) == (path if pins else "")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("version: 2\nupdates: [{package-ecosystem: npm}, text]\n", {"npm"}),
        ('version: "2"\nupdates: []\n', set()),
        ("version: 1\nupdates: []\n", None),
        ("version: 2\n", None),
        ("- version: 2\n", None),
        ("version: [\n", None),
        ("version: 2\nupdates: []\n---\na: b\n", None),
    ],
)
def test_what_dependabot_is_told(tmp_path: Path, text: str, found: set[str] | None) -> None:
    assert covered(project(tmp_path, {".github/dependabot.yml": text}), ".github/dependabot.yml") == found


def test_renovate_is_found(tmp_path: Path) -> None:
    assert not has_renovate(project(tmp_path, {"package.json": '{"name": "renovate"}'}))
    assert has_renovate(project(tmp_path, {"package.json": '{"renovate": {}}'}))
    assert has_renovate(project(tmp_path, {".github/renovate.json5": "{}"}))
