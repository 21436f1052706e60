from __future__ import annotations

import re

import pytest

from fixer.knowledge.compromised import bad_action, compromised_action, compromised_image, compromised_tool
from fixer.knowledge.tables import table
from fixer.registry.reference import parse_reference
from fixer.registry.uses import parse_uses


def action(text: str, commit: str = "") -> str:
    uses = parse_uses(text)
    assert uses is not None
    return compromised_action(uses, commit)


def image(text: str) -> str:
    reference = parse_reference(text)
    assert reference is not None
    return compromised_image(reference)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("aquasecurity/trivy-action@0.0.1", "CVE-2026-33634"),
        ("aquasecurity/trivy-action@0.34.2", "tags up to 0.34.2"),
        ("AquaSecurity/Trivy-Action@v0.28.0", "March 2026"),
        ("aquasecurity/trivy-action@e0198fd2b6e1679e36d32933941182d9afa82f6f", "commit e0198fd2b6e1 "),
        ("aquasecurity/setup-trivy@v0.2.6", "CVE-2026-33634"),
        ("aquasecurity/setup-trivy@8AFA9B9F9183B4E00C46E2B82D34047E3C177BD0", "commit 8afa9b9f9183 "),
        ("tj-actions/changed-files@v1", "CVE-2025-30066"),
        ("tj-actions/changed-files@v45", "CVE-2025-30066"),
        ("tj-actions/changed-files@v45.0.7", "March 2025"),
        ("tj-actions/changed-files@0e58ed8671d6b60d0890c21b07f8835ace038e67", "malicious"),
        ("reviewdog/action-setup@v1", "CVE-2025-30154"),
    ],
)
def test_bad_actions(text: str, words: str) -> None:
    assert words in action(text)


@pytest.mark.parametrize(
    "text",
    [
        *("aquasecurity/trivy-action@0.35.0", "aquasecurity/trivy-action@v0.35.0", "aquasecurity/trivy-action@1.0.0"),
        *("aquasecurity/trivy-action@57a97c7e7821a5776cebc9bb87c984fa69cba8f1", "aquasecurity/trivy-action@master"),
        *("aquasecurity/setup-trivy@v0.3.0", "aquasecurity/setup-trivy@3fb12ec12f41e471780db15c232d5dd185dcb514"),
        *("tj-actions/changed-files@v46", "tj-actions/changed-files@v46.0.1", "tj-actions/changed-files@v0.9"),
        *("reviewdog/action-setup@v1.3.0", "actions/checkout@v1", "tj-actions/other@v1"),
    ],
)
def test_good_actions(text: str) -> None:
    assert action(text) == ""


def test_a_tag_that_leads_to_a_bad_commit() -> None:
    assert "f0d342d24037" in action("reviewdog/action-setup@v9", "f0d342d24037bb11d26b9bd8496e0808ba32e9ec")
    assert action("reviewdog/action-setup@v9", "3f401fe1d58fe77e10d665ab713057375e39b887") == ""


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        ("aquasec/trivy:0.69.4", True),
        ("docker.io/aquasec/trivy:v0.69.5", True),
        ("ghcr.io/aquasecurity/trivy:0.69.6-amd64", True),
        ("public.ecr.aws/aquasecurity/trivy:0.69.4", True),
        ("aquasec/trivy:0.69.3", False),
        ("aquasec/trivy:0.70.0", False),
        ("aquasec/trivy:latest", False),
        ("aquasec/trivy", False),
        ("mirror.example/aquasec/trivy-db:0.69.4", False),
    ],
)
def test_images(text: str, *, bad: bool) -> None:
    assert bool(image(text)) is bad


@pytest.mark.parametrize(
    ("script", "version"),
    [
        ("curl -sfL https://x/trivy/install.sh | sh -s -- v0.69.4", "0.69.4"),
        ("make\nwget https://x/trivy/releases/download/v0.69.5/trivy_0.69.5_Linux-64bit.deb", "0.69.5"),
        ("docker run aquasec/trivy:0.69.6 image app", "0.69.6"),
        ("trivy --version\necho 0.69.4", ""),
        ("install trivy 0.69.41", ""),
        ("install trivy 10.69.4", ""),
        ("install trivy 0.69.4.1", ""),
        ("install trivy=0.69.4.", "0.69.4"),
        ("", ""),
    ],
)
def test_tools(script: str, version: str) -> None:
    found = compromised_tool(script)
    assert found.startswith(f"version {version} of trivy") if version else found == ""


def test_the_table_is_whole() -> None:
    known = table("compromised")
    assert {one["name"] for one in known["actions"]} == {
        "aquasecurity/setup-trivy",
        "aquasecurity/trivy-action",
        "reviewdog/action-setup",
        "tj-actions/changed-files",
    }
    for one in known["actions"]:
        assert one["source"]
        assert re.fullmatch(r"CVE-\d{4}-\d+", one["advisory"])
        assert all(re.fullmatch("[0-9a-f]{40}", commit) for commit in one["commits"])
        assert one["good_commit"] not in one["commits"]
        assert action(f"{one['name']}@{one['good']}") == "" or one["good"] == "v0.2.6"

    bad = bad_action("Aquasecurity/trivy-action")
    assert bad is not None
    assert len(set(bad.commits)) == 75
    assert bad_action("actions/checkout") is None
