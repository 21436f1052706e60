from __future__ import annotations

import pytest

from fixer.registry.defaults import split_variable_default

DIGEST = "sha256:" + "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("text", "reference", "tag", "variables"),
    [
        ("nginx:1.27", "nginx:1.27", "1.27", ()),
        ("nginx", "nginx", None, ()),
        ("nginx:${VERSION:-latest}", "nginx:latest", "latest", ("VERSION",)),
        ("nginx:${VERSION-latest}", "nginx:latest", "latest", ("VERSION",)),
        ("${IMAGE:-nginx:latest}", "nginx:latest", "latest", ("IMAGE",)),
        ("${IMAGE:-nginx}", "nginx", None, ("IMAGE",)),
        ("${REGISTRY:-docker.io}/nginx:${TAG:-1}", "docker.io/nginx:1", "1", ("REGISTRY", "TAG")),
        ("${PREFIX-}nginx:latest", "nginx:latest", "latest", ("PREFIX",)),
        ("${PREFIX:-}nginx:${TAG:-latest}", "nginx:latest", "latest", ("PREFIX", "TAG")),
        ("${A:-${B:-nginx:latest}}", "nginx:latest", "latest", ("A", "B")),
        ("app:${MAJOR:-1}.${MINOR:-2}", "app:1.2", None, ("MAJOR", "MINOR")),
        ("python:${V:-3.12}-slim", "python:3.12-slim", None, ("V",)),
        (f"nginx:${{T:-1}}@{DIGEST}", f"nginx:1@{DIGEST}", "1", ("T",)),
        ("nginx:${TAG:-}", None, None, ()),
        ("nginx:${TAG}", None, None, ()),
        ("nginx:$TAG", None, None, ()),
        ("${IMAGE}", None, None, ()),
        ("${REGISTRY}/nginx:1", None, None, ()),
        ("nginx:${TAG:?must be set}", None, None, ()),
        ("nginx:${TAG:+x}", None, None, ()),
        ("nginx:$$TAG", None, None, ()),
        ("nginx:${TAG:-latest", None, None, ()),
        ("nginx:${1:-latest}", None, None, ()),
        ("{{ image }}", None, None, ()),
        ("${A:-" * 20 + "x" + "}" * 20, None, None, ()),
    ],
)
def test_defaults(text: str, reference: str | None, tag: str | None, variables: tuple[str, ...]) -> None:
    found = split_variable_default(text)

    if found is None:
        assert reference is None
        return

    assert found.reference.text == reference
    assert found.variables == variables
    assert (text[found.tag.start : found.tag.end] if found.tag else None) == tag


def test_where_the_name_lies() -> None:
    text = "${IMAGE:-quay.io/team/app:latest}"
    found = split_variable_default(text)

    assert found is not None
    assert found.name is not None
    assert text[found.name.start : found.name.end] == "quay.io/team/app"
