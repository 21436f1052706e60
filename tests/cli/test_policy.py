"""Configuration, baseline, suppressions and `--since` on the command line."""

# ruff: noqa: ANN001, ARG001, PLR0913 - fixtures: their types are where they are defined, some only have to be there

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

TWO = "services:\n  web:\n    image: nginx:1.27\n  db:\n    image: postgres:16\n"


@pytest.fixture
def compose(project: Path) -> Path:
    file = project / "compose.yaml"
    file.write_text(TWO)
    return file


def git(folder: Path, *words: str) -> None:
    options = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *options, *words], cwd=folder, check=True, capture_output=True)


# ---- configuration


def test_the_nearest_configuration_counts(compose, project, fixer) -> None:
    (project / ".fixer.yaml").write_text("rules: {compose: {level: info}}\n")
    done = fixer("check")
    assert done.code == 0
    assert not done.about("  deny  ")
    assert done.about("  info  missing-logging")


def test_a_named_configuration(compose, project, fixer) -> None:
    (project / "other.yaml").write_text("packs: [pss-baseline]\n")
    assert fixer("check", "--config", "other.yaml").out == "1 file checked, nothing found.\n"


def test_a_configuration_from_elsewhere(compose, project, fixer) -> None:
    elsewhere = project.parent / "shared.yaml"
    elsewhere.write_text("packs: [pss-baseline]\n")
    assert fixer("check", "--config", elsewhere).out == "1 file checked, nothing found.\n"
    assert fixer("baseline", "--config", elsewhere).out == ".fixer-baseline.json: 0 known findings, 0 added, 0 gone.\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--config", "nope.yaml"), "nope.yaml: it does not exist"),
        (("--config", "bad.yaml"), "bad.yaml:1:1: there is no key 'rsk' here; the nearest is 'risk'"),
        (("--today", "soon"), "--today soon: a date such as 2027-03-31 is wanted"),
        (("--baseline", "nope.json"), "nope.json: it does not exist"),
        (("--baseline", "bad.yaml"), "bad.yaml: it is no baseline of fixer; `fixer baseline` makes one"),
        (("--baseline", "new.json"), "new.json: version 9 of a baseline is not read; `fixer baseline` makes a new one"),
        (("--baseline", "/etc/passwd"), "/etc/passwd: the baseline lies outside of"),
        (("--since", "nope"), "--since nope: there is no such revision"),
        (("--since", "--output=x"), "--since --output=x: a revision is wanted"),
    ],
)
@pytest.mark.parametrize("command", ["check", "fix"])
def test_mistakes_are_one_line(command: str, words, message: str, compose, project, fixer) -> None:
    (project / ".git").rmdir()
    git(project, "init", "-q")
    (project / "bad.yaml").write_text("rsk: low\n")
    (project / "new.json").write_text('{"version": 9, "findings": []}')
    before = compose.read_bytes()
    done = fixer(command, *words)
    assert (done.code, done.out) == (2, "")
    [line] = done.err.splitlines()
    assert line.startswith(f"fixer: {message}")
    assert compose.read_bytes() == before


def test_the_risk_of_the_configuration(compose, project, fixer) -> None:
    (project / ".fixer.yaml").write_text("risk: safe\n")
    assert fixer("fix", "--diff").out == ""
    assert "max-size" in fixer("fix", "--diff", "--risk", "low").out


def test_files_that_the_configuration_names(compose, project, fixer) -> None:
    (project / "image.docker").write_text("FROM nginx:latest\n")
    (project / "old").mkdir()
    (project / "old" / "compose.yaml").write_text(TWO)
    (project / ".fixer.yaml").write_text("files: {exclude: [old/], dockerfile: ['*.docker']}\n")
    done = fixer("check", "--select", "latest-tag,missing-logging")
    assert {line.partition(":")[0] for line in done.out.splitlines()[:-3]} == {"compose.yaml", "image.docker"}


def test_exemptions_are_announced_and_reported(compose, project, fixer) -> None:
    entry = "- {rules: [missing-logging], path: compose.yaml, reason: x, expires: %s}\n"
    (project / ".fixer.yaml").write_text(
        "exemptions:\n" + entry % "2026-06-30" + entry.replace("logging", "pids-limit") % "2026-12-31"
    )
    soon = fixer("check", "--today", "2026-06-25")
    assert soon.about("note  .fixer.yaml:2: the exemption from missing-logging ends on 2026-06-30")
    assert soon.about("4 excused")
    over = fixer("check", "--today", "2026-07-01")
    assert over.about("note  .fixer.yaml:2: the exemption from missing-logging does not hold: it ended on 2026-06-30")
    assert over.about("the exemption of .fixer.yaml:2 does not hold: it ended on 2026-06-30]")
    data = json.loads(fixer("check", "--today", "2026-07-01", "--format", "json").out)
    assert len(data["notes"]) == 2


def test_an_exemption_that_nothing_needs(compose, project, fixer) -> None:
    (project / ".fixer.yaml").write_text("exemptions:\n- {rules: [host-network], path: '*.yaml', reason: x}\n")
    assert fixer("check").about("note  .fixer.yaml:2: the exemption from host-network excuses nothing")
    assert not fixer("check", "--select", "root-user").about("excuses nothing")


# ---- baseline


def test_a_baseline_lets_a_team_begin_with_new_findings(compose, project, fixer) -> None:
    made = fixer("baseline")
    assert made.code == 0
    count = int(made.out.split()[1])
    assert made.out == f".fixer-baseline.json: {count} known findings, {count} added, 0 gone.\n"
    assert fixer("check").out == f"1 file checked, nothing found, {count} excused.\n"
    compose.write_text(TWO + "  new:\n    image: redis:7\n")
    assert {line.split(":")[1] for line in fixer("check").out.splitlines()[:-3]} == {"6", "7"}
    assert "max-size" not in compose.read_text()
    fixer("fix")
    assert compose.read_text().startswith(TWO)
    assert "max-size" in compose.read_text()


def test_known_findings_that_are_gone_are_dropped(compose, project, fixer) -> None:
    fixer("baseline")
    compose.write_text(TWO.partition("  db")[0] + "  new:\n    image: redis:7\n")
    assert fixer("check").about("known findings are gone; `fixer baseline --prune` takes them out")
    assert fixer("baseline", "--prune").about(" 0 added")
    kept = json.loads((project / ".fixer-baseline.json").read_bytes())["findings"]
    assert {one["place"] for one in kept} == {"services.web"}
    assert not fixer("check").about("are gone")


def test_a_baseline_is_sorted_and_the_same_each_time(compose, project, fixer) -> None:
    fixer("baseline")
    first = (project / ".fixer-baseline.json").read_bytes()
    fixer("baseline")
    assert (project / ".fixer-baseline.json").read_bytes() == first
    lines = first.decode().splitlines()[1:-1]
    assert len(lines) > 10
    assert all(json.loads(line.rstrip(",")) for line in lines)


# ---- fixer ignore


def test_ignore_writes_a_comment_that_holds(compose, fixer) -> None:
    done = fixer(
        "ignore", "compose.yaml:2", "missing-logging", "--reason", "logs go elsewhere", "--until", "2030-01-31"
    )
    assert done.code == 0
    assert "+  # fixer: ignore[missing-logging] logs go elsewhere expires=2030-01-31" in done.out
    assert compose.read_text() == TWO.replace(
        "  web", "  # fixer: ignore[missing-logging] logs go elsewhere expires=2030-01-31\n  web"
    )
    assert not [line for line in fixer("check").about("missing-logging") if ":3:" in line]


def test_ignore_shows_only(compose, fixer) -> None:
    assert (
        "+  # fixer: ignore[missing-logging] x"
        in fixer("ignore", "compose.yaml:2", "DC-008", "--reason", "x", "--diff").out
    )
    assert compose.read_text() == TWO


def test_ignore_in_the_configuration(compose, project, fixer) -> None:
    (project / ".fixer.yaml").write_text("# ours\nrisk: low # kept\n")
    words = ("--reason", "x: y", "--until", "2030-01-31", "--issue", "S-1", "--approver", "ann", "--central")
    assert fixer("ignore", "compose.yaml:2", "missing-logging", *words).code == 0
    text = (project / ".fixer.yaml").read_text()
    assert text.startswith("# ours\nrisk: low # kept\nexemptions:\n")
    assert compose.read_text() == TWO
    assert not [line for line in fixer("check").about("missing-logging") if ":2:" in line]
    assert [line for line in fixer("check").about("missing-logging") if ":4:" in line]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("compose.yaml", "missing-logging", "--reason", "x"), "findings of missing-logging in lines 2, 4: name one"),
        (
            ("compose.yaml:3", "missing-logging", "--reason", "x"),
            "no finding of missing-logging in line 3; there",
        ),
        (("compose.yaml:2", "nope", "--reason", "x"), "no rule, kind or id is called 'nope'"),
        (("compose.yaml:2", "missing-logging", "--reason", " "), "a reason on one line is needed"),
        (("compose.yaml:2", "missing-logging", "--reason", "x", "--until", "soon"), "--until soon: a date such as"),
        (("nope.yaml:2", "missing-logging", "--reason", "x"), "nope.yaml"),
        (
            ("prod.yaml:2", "missing-logging", "--reason", "x"),
            "the comment would not excuse it: the comment in",
        ),
        (("pod.json:1", "latest-tag", "--reason", "x"), "JSON has no comments; use --central"),
    ],
)
def test_what_ignore_refuses(words, message: str, compose, project, fixer) -> None:
    (project / "prod.yaml").write_text(TWO)
    (project / ".fixer.yaml").write_text("environments: {paths: {prod: [prod.yaml]}}\n")
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "a"},
        "spec": {"containers": [{"name": "a", "image": "a:latest"}]},
    }
    (project / "pod.json").write_text(json.dumps(pod))
    done = fixer("ignore", *words)
    assert done.code == 2
    assert message in done.err
    assert len(done.err.splitlines()) == 1
    assert (compose.read_text(), (project / "prod.yaml").read_text()) == (TWO, TWO)


# ---- since


@pytest.fixture
def repository(compose, project) -> Path:
    (project / ".git").rmdir()
    git(project, "init", "-q")
    git(project, "add", ".")
    git(project, "commit", "-q", "-m", "first")
    return project


def test_only_changed_lines_and_new_files(repository, compose, fixer) -> None:
    assert fixer("check", "--since", "HEAD").out == "1 file checked, nothing found.\n"
    compose.write_text("# a line above\n" + TWO.replace("postgres:16", "postgres:latest"))
    (repository / "Dockerfile").write_text("FROM nginx:latest\n")
    done = fixer("check", "--since", "HEAD")
    assert done.about("compose.yaml:6:5  deny  latest-tag")
    assert done.about("Dockerfile:1:1")
    assert not done.about("missing-logging")


@pytest.mark.parametrize("jobs", [1, 2])
def test_fixes_stay_inside_of_what_changed(jobs: int, repository, compose, fixer) -> None:
    """Rounds move lines: what was outside stays outside."""
    (repository / "other.compose.yaml").write_text(TWO)
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "second")
    compose.write_text(TWO + "  new:\n    image: redis:7\n")
    assert fixer("fix", "--since", "HEAD", "--risk", "high", "--level", "info", "--jobs", jobs).code in {0, 1}
    text = compose.read_text()
    assert text.startswith(TWO)
    assert "max-size" in text
    assert (repository / "other.compose.yaml").read_text() == TWO


def test_an_odd_name_is_no_pattern(repository, fixer) -> None:
    odd = repository / "[a]*.compose.yaml"
    odd.write_text(TWO)
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "odd")
    odd.write_text(TWO.replace("nginx:1.27", "nginx:latest"))
    done = fixer("check", "--since", "HEAD")
    assert [line.partition("  ")[0] for line in done.about("latest-tag")] == ["[a]*.compose.yaml:3:5"]


def test_without_git(compose, project, fixer) -> None:
    done = fixer("check", "--since", "HEAD")
    assert (done.code, len(done.err.splitlines())) == (2, 1)


# ---- config, rules


def test_config_show_says_why(compose, project, fixer) -> None:
    (project / ".fixer.yaml").write_text("packs: [opa-baseline]\nrules: {root-user: {level: info}}\n")
    done = fixer("config", "show", "compose.yaml")
    assert done.code == 0
    assert done.about("compose.yaml  (compose, staging: nothing tells: the default)")
    assert done.about("info  root-user")
    assert done.about(["off", " missing-pids-limit", "", "", "", "in none of the packs opa-baseline"][0])


def test_config_init_fits_and_is_read(compose, project, fixer) -> None:
    (project / "k8s").mkdir()
    (project / "k8s" / "pod.yaml").write_text("apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\n")
    assert fixer("config", "init").code == 0
    text = (project / ".fixer.yaml").read_text()
    assert "  #   shop: prod\n" in text
    assert "2 staging" in text
    assert fixer("check").code == 1
    assert fixer("config", "init").code == 2
    assert (project / ".fixer.yaml").read_text() == text


def test_config_schema_accepts_what_init_writes(compose, project, fixer) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    from ruamel.yaml import YAML

    schema = json.loads(fixer("config", "schema").out)
    text = fixer("config", "init", "--stdout").out
    jsonschema.validate(YAML(typ="safe").load(text), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"pack": []}, schema)


def test_requirements_and_packs_can_be_watched(fixer) -> None:
    done = fixer("rules", "--requirements")
    assert done.about("S0-24   covered  Restart policy required")
    *lines, summary = done.out.splitlines()
    assert len(lines) == 305
    assert summary.startswith("305 requirements: ")
    assert len(fixer("rules", "--packs").out.splitlines()) == 10


def test_the_finding_about_exemptions_has_a_page(fixer) -> None:
    assert fixer("explain", "invalid-exemption").out.startswith("invalid-exemption (K8-051)\n===")
    assert fixer("explain", "K8-051").code == 0
