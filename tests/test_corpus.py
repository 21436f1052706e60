"""The whole corpus of public files at every risk: nothing crashes, everything is proven, nothing is lost, it ends."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import pytest

from fixer.files import discover
from fixer.finding import Level, Risk
from fixer.kinds import KINDS
from fixer.outcome import Choice, Outcome
from fixer.project import Disk, Project
from fixer.rule import discover as discover_rules
from fixer.sweep import sweep

HIGH = Choice(risk=Risk.HIGH, level=Level.INFO)
COUNTS = Path(__file__).parent / "corpus_counts.txt"
COMMENT = re.compile(r"(?:^|(?<=\s))#.*?$", re.MULTILINE)


@pytest.fixture(scope="module")
def outcomes(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Outcome]:
    folder = tmp_path_factory.mktemp("corpus") / "copy"
    shutil.copytree(corpus, folder, symlinks=True)
    return swept(folder)


def swept(folder: Path) -> list[Outcome]:
    files = discover([str(folder)], str(folder)).files
    rules = discover_rules("transforms", KINDS)
    return sweep(Project(Disk(str(folder)), files), rules, HIGH, jobs=2)


def test_nothing_crashes(outcomes: list[Outcome]) -> None:
    crashes = Counter((crash.rule, crash.error, crash.trace) for one in outcomes for crash in one.crashes)
    assert not crashes


def test_every_proof_holds(outcomes: list[Outcome]) -> None:
    failed = [(one.path, bad.finding.rule, bad.finding.place, bad.reason) for one in outcomes for bad in one.failed]
    assert not failed
    assert sum(one.changed for one in outcomes) > 500


def test_what_is_not_done_has_its_reason(outcomes: list[Outcome]) -> None:
    for one in outcomes:
        for refused in one.refused:
            assert len(refused.reason) > 10, refused

        for finding in one.remaining:
            assert finding.fix or finding.unfixable, finding


def test_findings_are_as_many_as_noted(outcomes: list[Outcome], request: pytest.FixtureRequest) -> None:
    """A change of behaviour shows in review: `--update-golden` writes the table anew."""
    table = counts(outcomes)
    if request.config.getoption("--update-golden"):
        COUNTS.write_text(table, encoding="utf-8")

    assert table.splitlines() == COUNTS.read_text(encoding="utf-8").splitlines()


def counts(outcomes: list[Outcome]) -> str:
    """For each rule: findings, those with a fix of each risk, those without one, and what is left at high."""
    found: dict[str, Counter[str]] = {}
    for one in outcomes:
        for finding in one.findings:
            kinds = found.setdefault(f"{one.kind}/{finding.rule}", Counter())
            kinds["found"] += 1
            kinds[finding.fix.risk.name.lower() if finding.fix else "unfixable"] += 1

        for finding in one.remaining:
            found.setdefault(f"{one.kind}/{finding.rule}", Counter())["left"] += 1

    columns = ("found", "safe", "low", "medium", "high", "unfixable", "left")
    lines = [f"{'rule':42s}" + "".join(f"{column:>10s}" for column in columns)]
    lines += [
        f"{rule:42s}" + "".join(f"{kinds[column]:10d}" for column in columns) for rule, kinds in sorted(found.items())
    ]
    return "\n".join(lines) + "\n"


def test_no_comment_is_lost(outcomes: list[Outcome]) -> None:
    for one in outcomes:
        if one.changed and one.before and one.after:
            lost = Counter(COMMENT.findall(one.before.text)) - Counter(COMMENT.findall(one.after.text))
            removed = {comment for comment in lost if not in_removed_value(comment, one)}
            assert not removed, one.path


def in_removed_value(comment: str, one: Outcome) -> bool:
    """Whether the text, which only looks like a comment, is part of a line that a fix removed or changed."""
    assert one.before
    changed = [one.before.text[edit.start : edit.end] for edit in one.edits]
    return any(comment.strip() in text or text in comment for text in changed if text)


def test_second_run_changes_nothing(outcomes: list[Outcome], corpus: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(corpus, folder, symlinks=True)
    for one in outcomes:
        if one.changed and one.after:
            place = folder / one.path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(one.after.encoded())

    again = [one.path for one in swept(folder) if one.changed]
    assert not again


# ---- independent judges: what was accepted before is accepted after, and differs only where fixes say so


def changed_of(outcomes: list[Outcome], kind: str) -> list[Outcome]:
    return [one for one in outcomes if one.changed and one.kind == kind and one.before and one.after and not one.new]


def texts(one: Outcome) -> tuple[bytes, bytes]:
    assert one.before
    assert one.after
    return one.before.encoded(), one.after.encoded()


def test_buildkit_accepts_what_it_accepted(outcomes: list[Outcome]) -> None:
    dockerfile = pytest.importorskip("dockerfile", reason="BuildKit's parser is not installed")
    judged = 0
    for one in changed_of(outcomes, "dockerfile"):
        before, after = (text.decode("utf-8", "replace") for text in texts(one))
        try:
            dockerfile.parse_string(before)
        except dockerfile.GoParseError:
            continue

        judged += 1
        dockerfile.parse_string(after)

    assert judged > 100


def test_compose_accepts_what_it_accepted(outcomes: list[Outcome], tmp_path: Path) -> None:
    compose = shutil.which("docker-compose") or compose_of_package()
    if compose is None:
        pytest.skip("docker-compose is not installed")

    with ThreadPoolExecutor(4) as pool:
        jobs = enumerate(changed_of(outcomes, "compose"))
        verdicts = list(pool.map(lambda job: compose_verdict(compose, tmp_path / str(job[0]), job[1]), jobs))

    assert [verdict for verdict in verdicts if verdict] == []
    assert len(verdicts) > 100


def compose_of_package() -> str | None:
    found = sorted(Path(sys.prefix).glob("lib/python*/site-packages/compose/docker-compose"))
    return str(found[0]) if found else None


def compose_verdict(compose: str, folder: Path, one: Outcome) -> str | None:
    """What Compose says against the result; None when it has nothing to say, or refused the file before."""
    before, after = (compose_model(compose, folder, text) for text in texts(one))
    if not isinstance(before, dict):
        return None

    if not isinstance(after, dict):
        return f"{one.path}: {after}"

    planned = {operation.at[:3] for finding in one.applied for operation in finding.fix.patch}
    differing = {
        path for path in compose_paths(before) | compose_paths(after) if value_at(before, path) != value_at(after, path)
    }
    beyond = {path for path in differing - planned if path[:1] == ("services",)}
    return f"{one.path}: differs at {sorted(beyond)}" if beyond else None


def compose_model(compose: str, folder: Path, text: bytes) -> dict | str:
    folder.mkdir(exist_ok=True)
    (folder / "compose.yaml").write_bytes(text)
    options = ["--no-interpolate", "--no-path-resolution", "--no-normalize", "--no-env-resolution"]
    command = [compose, "-f", "compose.yaml", "config", "--format", "json", *options]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    return json.loads(done.stdout) if done.returncode == 0 else done.stderr.decode()[-300:]


def compose_paths(model: dict) -> set[tuple[str, ...]]:
    services = model.get("services") or {}
    return {("services", name, key) for name, service in services.items() for key in service or {}} | {
        (key,) for key in model if key != "services"
    }


def value_at(model: dict, path: tuple[str, ...]) -> object:
    value: object = model
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None

    return value


def test_kubernetes_schema_accepts_what_it_accepted(outcomes: list[Outcome]) -> None:
    validate = pytest.importorskip("kubernetes_validate", reason="kubernetes-validate is not installed")
    judged = 0
    for one in changed_of(outcomes, "kubernetes"):
        before, after = (documents(text) for text in texts(one))
        if before is None:
            continue

        assert after is not None, one.path
        for number, old in enumerate(before):
            if accepted(validate, old):
                judged += 1
                assert accepted(validate, after[number]), f"{one.path}, document {number + 1}"

        for new in after[len(before) :]:
            assert accepted(validate, new), f"{one.path}: the new document"

    assert judged > 100


def documents(text: bytes) -> list | None:
    from ruamel.yaml import YAML, YAMLError
    from ruamel.yaml.constructor import DuplicateKeyError

    yaml = YAML(typ="safe", pure=True)
    yaml.constructor.yaml_constructors["tag:yaml.org,2002:timestamp"] = yaml.constructor.construct_yaml_str
    try:
        return list(yaml.load_all(text.decode("utf-8-sig")))
    except (YAMLError, DuplicateKeyError):
        return None


def accepted(validate: ModuleType, document: object) -> bool:
    if not isinstance(document, dict):
        return False

    try:
        validate.validate(document, "1.37", strict=True)
    except (validate.ValidationError, validate.SchemaNotFoundError, validate.InvalidSchemaError, KeyError):
        return False

    return True
