from __future__ import annotations

import pytest

from fixer.registry.uses import Uses, parse_uses

SHA = "11bd71901bbe5b1630ceea73d27597364c9af683"


@pytest.mark.parametrize(
    ("text", "repository", "path", "ref"),
    [
        ("actions/checkout@v4", "actions/checkout", "", "v4"),
        ("github/codeql-action/init@v3", "github/codeql-action", "init", "v3"),
        ("a/b/c/d/e@main", "a/b", "c/d/e", "main"),
        ("octo-org/this.repo/.github/workflows/x.yml@v1", "octo-org/this.repo", ".github/workflows/x.yml", "v1"),
        ("a/b@feature/x", "a/b", "", "feature/x"),
        ("a/b@refs/tags/v1", "a/b", "", "refs/tags/v1"),
        ("a/b@v1@v2", "a/b", "", "v1@v2"),
        ("Short_code/b@v1", "Short_code", "", ""),
        (f"a/b@{SHA}", "a/b", "", SHA),
    ],
)
def test_parts(text: str, repository: str, path: str, ref: str) -> None:
    uses = parse_uses(text)
    assert uses is not None
    assert uses.text == text
    if ref:
        assert (uses.repository, uses.path, uses.ref) == (repository, path, ref)
    else:
        assert uses.owner == repository


@pytest.mark.parametrize(
    "text",
    [
        *("", "checkout", "actions/checkout", "actions/checkout@", "@v1", "a/b@", "/b@v1", "a/@v1"),
        *("./local", "./.github/workflows/x.yml@v1", "../other", ".", "docker://alpine:3.20", "docker://a/b@sha256:0"),
        *("${{ matrix.action }}", "a/b@${{ inputs.version }}", "a/${{ x }}@v1"),
        *("-a/b@v1", "--upload-pack=x/b@v1", "a/b@-v1", "a/b@v1 v2", "a/b@v1..v2", "a/b@v1~1", "a/b@x^{}", "a/b@x@{0}"),
        *("a/..@v1", "a/b/../c@v1", "a b/c@v1", "a/b//c@v1", "https://github.com/a/b@v1", "a" * 600 + "/b@v1"),
    ],
)
def test_no_action(text: str) -> None:
    assert parse_uses(text) is None


def uses(text: str) -> Uses:
    found = parse_uses(text)
    assert found is not None
    return found


def test_a_commit_has_forty_digits() -> None:
    assert uses(f"a/b@{SHA}").is_commit
    assert uses(f"a/b@{SHA.upper()}").is_commit
    assert not uses(f"a/b@{SHA[:-1]}").is_commit
    assert not uses(f"a/b@v{SHA[:-1]}").is_commit


def test_the_key_knows_no_case_and_no_path() -> None:
    assert uses("Actions/Checkout/sub@V4").key == "actions/checkout@V4"


def test_another_ref_keeps_what_the_user_wrote() -> None:
    assert uses("Actions/cache/save@v4").at(SHA) == f"Actions/cache/save@{SHA}"
    assert uses("a/b@v1@v2").at("x") == "a/b@x"


def test_reusable_workflows_are_told_by_their_folder() -> None:
    assert uses("a/b/.github/workflows/x.yml@v1").is_workflow
    assert not uses("a/b/workflows/x.yml@v1").is_workflow
