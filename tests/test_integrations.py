"""Where people already work: pre-commit, GitHub Actions, a container, an editor; each tried as far as a machine can."""

from __future__ import annotations

import base64
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from ruamel.yaml import YAML

from fixer.kinds import is_dockerfile

COMPOSE = "services:\n  web:\n    image: example/web:1.2 # the web\n    restart: always\n"
HOOKS = YAML(typ="safe").load(ROOT / ".pre-commit-hooks.yaml")
ACTION = YAML(typ="safe").load(ROOT / "action.yml")
IDENTITY = ("-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false")


def run(*words: str | Path, folder: Path, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False, **options)


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", *IDENTITY, *words], cwd=folder, capture_output=True, check=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    (folder / "sub dir").mkdir(parents=True)
    (folder / "sub dir" / "compose.yaml").write_text(COMPOSE)
    (folder / "README.md").write_text("# Title\n")
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "Begin")
    return folder


# ---- pre-commit


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("Dockerfile", True),
        ("api/Dockerfile", True),
        ("api/dockerfile.prod", True),
        ("Dockerfile-dev", True),
        ("web.Dockerfile", True),
        ("Containerfile", True),
        ("compose.yaml", True),
        ("k8s/base/web.YML", True),
        ("Dockerfiles/notes.txt", False),
        ("my-dockerfile-notes.txt", False),
        ("README.md", False),
        ("package.json", False),
        (".fixer.yaml", False),
        ("sub/.fixer.yaml", False),
        (".pre-commit-config.yaml", False),
    ],
)
def test_hooks_get_the_files_of_our_kinds(hook: dict[str, Any], path: str, *, wanted: bool) -> None:
    passed = bool(re.search(hook["files"], path)) and not re.search(hook["exclude"], path)
    assert passed == wanted
    assert passed or not is_dockerfile(os.path.basename(path))


def test_hooks_are_valid() -> None:
    done = run(sys.executable, "-m", "pre_commit", "validate-manifest", ".pre-commit-hooks.yaml", folder=ROOT)
    assert done.returncode == 0, done.stdout
    assert [(hook["id"], hook["entry"]) for hook in HOOKS] == [
        ("fixer-check", "fixer check"),
        ("fixer-fix", "fixer fix"),
    ]
    assert all(hook["require_serial"] for hook in HOOKS)


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This project as it is now, as a git repository of its own."""
    folder = tmp_path_factory.mktemp("ours")
    for name in ("fixer", "transforms"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))

    for name in ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"):
        shutil.copy(ROOT / name, folder / name)

    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "As it is")
    return folder


@pytest.fixture(scope="module")
def hooks_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pre-commit installs what it runs."""
    return tmp_path_factory.mktemp("home")


def try_hook(hook: str, repository: Path, ours: Path, home: Path) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "pre_commit", "try-repo", ours, hook, "--all-files", "--verbose", "--color=never"]
    done = run(*words, folder=repository, env={**os.environ, "PRE_COMMIT_HOME": str(home), "PIP_NO_COMPILE": "1"})
    if "No matching distribution" in done.stdout or "Could not find a version" in done.stdout:
        pytest.skip("pre-commit cannot install the dependencies of fixer: the package index is out of reach")

    return done


def test_pre_commit_checks_and_fixes(repository: Path, ours: Path, hooks_home: Path) -> None:
    file = repository / "sub dir" / "compose.yaml"
    checked = try_hook("fixer-check", repository, ours, hooks_home)
    assert checked.returncode == 1, checked.stdout
    assert "sub dir/compose.yaml:2:3  deny  privilege-escalation" in checked.stdout
    assert file.read_text() == COMPOSE

    fixed = try_hook("fixer-fix", repository, ours, hooks_home)
    assert fixed.returncode == 1, fixed.stdout
    assert "files were modified by this hook" in fixed.stdout
    assert "      - no-new-privileges:true\n" in file.read_text()
    assert file.read_text().startswith(COMPOSE)


# ---- GitHub Actions


class Job:
    """A job that uses the action, on a runner of a few lines: expressions, environment and files as GitHub has them."""

    def __init__(self, folder: Path, repository: Path, **inputs: str) -> None:
        self.inputs = {name: str(one.get("default", "")) for name, one in ACTION["inputs"].items()} | inputs
        self.temp, self.repository = folder, repository
        self.summary, self.output = folder / "summary.md", folder / "output"
        (folder / "fixer" / "bin").mkdir(parents=True)
        for name, words in (("fixer", "-m fixer "), ("python", "")):
            program = folder / "fixer" / "bin" / name
            program.write_text(f'#!/bin/sh\nexec "{sys.executable}" {words}"$@"\n')
            program.chmod(0o755)

        gh = folder / "gh"
        gh.write_text('#!/bin/sh\nprintf "%s\\n" "$@" > "$RUNNER_TEMP/gh.words"\n')
        gh.chmod(0o755)
        self.env = {
            **os.environ,
            "PATH": f"{folder}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "RUNNER_TEMP": str(folder),
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "GITHUB_OUTPUT": str(self.output),
            "GITHUB_WORKSPACE": str(repository),
            "GITHUB_SHA": "0" * 40,
            "GITHUB_REF": "refs/heads/main",
            "GITHUB_REPOSITORY": "someone/something",
        }

    def outputs(self) -> dict[str, str]:
        lines = self.output.read_text().splitlines() if self.output.exists() else []
        return dict(line.split("=", 1) for line in lines)

    def value(self, text: str) -> str:
        def of(match: re.Match[str]) -> str:
            group, name = match[1].rsplit(".", 1)
            return {"inputs": self.inputs, "steps.run.outputs": self.outputs()}[group].get(name, "")

        return re.sub(r"\$\{\{ ([\w.-]+) \}\}", of, text)

    def step(self, name: str) -> subprocess.CompletedProcess[str]:
        [step] = [one for one in ACTION["runs"]["steps"] if one["name"] == name]
        assert step["shell"] == "bash"
        assert "${{" not in step["run"], "values come by the environment: a script made of them could be anybody's"
        env = self.env | {key: self.value(value) for key, value in step.get("env", {}).items()}
        script = self.temp / "script.sh"
        script.write_text(step["run"])
        return run("bash", "--noprofile", "--norc", "-eo", "pipefail", script, folder=self.repository, env=env)


def test_the_action_is_valid() -> None:
    schema = ("-m", "check_jsonschema", "--builtin-schema", "vendor.github-actions")
    done = run(sys.executable, *schema, "action.yml", folder=ROOT)
    assert done.returncode == 0, done.stdout
    assert not [step for step in ACTION["runs"]["steps"] if "uses" in step], "an action of others must be pinned"


def test_the_inputs_of_the_action_are_described() -> None:
    page = (ROOT / "docs" / "integrations.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| `?([^|`]*?)`? \| ", page, re.MULTILINE))
    words = {"": "none", "${{ github.token }}": "that of the job"}
    defaults = {name: words.get(one["default"], one["default"]) for name, one in ACTION["inputs"].items()}
    assert rows == {**defaults, "risk": "what the configuration says"}


def test_the_action_checks(repository: Path, tmp_path: Path) -> None:
    job = Job(tmp_path / "temp", repository, sarif="out.sarif", args="--select privilege-escalation,root-user")
    done = job.step("Run fixer")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    token = lines[0].removeprefix("::stop-commands::")
    assert re.fullmatch(r"[0-9a-f]{32}", token)
    end = lines.index(f"::{token}::")
    assert "sub dir/compose.yaml:2:3  deny  privilege-escalation" in "\n".join(lines[:end])
    assert [line.partition(" ")[0] for line in lines[end + 1 :]] == ["::error", "::warning"]
    assert job.summary.read_text().startswith("## fixer: 1 finding at level deny\n")
    assert job.outputs() == {"exit-code": "1", "sarif": "out.sarif"}
    assert json.loads((repository / "out.sarif").read_text())["version"] == "2.1.0"
    assert job.step("Result").returncode == 1
    assert (repository / "sub dir" / "compose.yaml").read_text() == COMPOSE


@pytest.mark.parametrize(("mode", "changed"), [("diff", False), ("fix", True)])
def test_the_action_fixes(mode: str, changed: bool, repository: Path, tmp_path: Path) -> None:
    inputs = {"mode": mode, "risk": "high", "summary": "false", "paths": "sub dir\nREADME.md\n"}
    job = Job(tmp_path / "temp", repository, args="--select compose", **inputs)
    done = job.step("Run fixer")
    assert done.returncode == 0, done.stderr
    assert ((repository / "sub dir" / "compose.yaml").read_text() != COMPOSE) == changed
    assert not job.summary.exists()
    sarif = json.loads((tmp_path / "temp" / "fixer.sarif").read_text())
    assert any("fixes" in result for result in sarif["runs"][0]["results"])


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"mode": "mend"}, "::error title=fixer::mode is check, diff or fix"),
        ({"args": "--select nothing-such"}, "no rule, kind or id is called 'nothing-such'"),
        ({"paths": "--help"}, "--help"),
        ({"mode": "fix", "risk": "$(touch hurt)"}, "$(touch hurt)"),
    ],
)
def test_a_mistake_fails_the_action(inputs: dict[str, str], said: str, repository: Path, tmp_path: Path) -> None:
    job = Job(tmp_path / "temp", repository, **inputs)
    done = job.step("Run fixer")
    assert said in done.stdout + done.stderr
    assert done.returncode == 2 or job.outputs()["exit-code"] == "2"
    assert not (repository / "hurt").exists()


def test_the_action_uploads(repository: Path, tmp_path: Path) -> None:
    job = Job(tmp_path / "temp", repository, upload="true")
    job.step("Run fixer")
    done = job.step("Upload to code scanning")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "temp" / "gh.words").read_text().split()[:4] == [
        "api",
        "--method",
        "POST",
        "repos/someone/something/code-scanning/sarifs",
    ]
    body = json.loads((tmp_path / "temp" / "fixer-upload.json").read_text())
    assert (body["commit_sha"], body["ref"]) == ("0" * 40, "refs/heads/main")
    sarif = json.loads(gzip.decompress(base64.b64decode(body["sarif"])))
    for result in sarif["runs"][0]["results"]:
        prints = result["partialFingerprints"]
        assert prints["primaryLocationLineHash"] == prints["fixer/v1"]


# ---- container


def test_our_own_image_passes_our_own_check() -> None:
    done = run(sys.executable, "-m", "fixer", "check", "Containerfile", folder=ROOT)
    assert done.stdout == "1 file checked, nothing found, 2 excused.\n"
    assert done.returncode == 0


def test_the_image_holds_what_the_package_needs() -> None:
    copied = re.findall(r"^COPY (?!--from)(.*) \S+$", (ROOT / "Containerfile").read_text(), re.MULTILINE)
    names = {name for line in copied for name in line.split()}
    assert names == {"pyproject.toml", "README.md", "LICENSE", "fixer", "transforms", "tui"}


# ---- editor


def test_an_editor_sends_the_text_and_gets_the_fixed_one() -> None:
    words = ("-m", "fixer", "fix", "-", "--stdin-filename", "sub/compose.yaml", "--select", "privilege-escalation")
    done = run(sys.executable, *words, folder=ROOT, input=COMPOSE)
    assert done.stdout == COMPOSE + "    security_opt:\n      - no-new-privileges:true\n"
    assert "1 finding fixed" in done.stderr


@pytest.mark.parametrize("form", ["json", "sarif", "gitlab"])
def test_an_editor_gets_findings_of_a_text_that_is_not_saved(form: str) -> None:
    words = ("-m", "fixer", "check", "-", "--stdin-filename", "sub/compose.yaml", "--report", f"{form}:-")
    done = run(sys.executable, *words, folder=ROOT, input=COMPOSE)
    assert done.returncode == 1
    assert "sub/compose.yaml" in json.dumps(json.loads(done.stdout))
    assert done.stderr == ""
