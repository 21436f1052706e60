from __future__ import annotations

import pytest
from kinds.dockerfile_facts import World

from fixer.kinds.dockerfile_versions import project_version


@pytest.mark.parametrize(
    ("image", "name", "text", "wanted"),
    [
        ("python", ".python-version", "3.12.4\n", "3.12.4"),
        ("python", ".python-version", "# which\n", None),
        ("python", ".python-version", "3.11\n3.12\n", None),
        ("python", ".python-version", "pypy3.10\n", None),
        ("python", "runtime.txt", "python-3.11.9\r\n", "3.11.9"),
        ("python", ".tool-versions", "nodejs 20.1.0\npython 3.10.2 # why\n", "3.10.2"),
        ("python", "pyproject.toml", 'requires-python = ">=3.9,<3.13"\n', "3.12"),
        ("python", "pyproject.toml", "requires-python = '==3.11.*'\n", "3.11"),
        ("python", "pyproject.toml", 'requires-python = "~=3.11.2"\n', "3.11"),
        ("python", "pyproject.toml", 'requires-python = "<=3.10"\n', "3.10"),
        ("python", "pyproject.toml", 'requires-python = ">=3.9"\n', None),
        ("python", "pyproject.toml", 'requires-python = ">=3.9,<4"\n', None),
        ("node", ".nvmrc", "lts/hydrogen\n", "18"),
        ("node", ".nvmrc", "v20.11.1\r\n", "20.11.1"),
        ("node", ".nvmrc", "node\n", None),
        ("node", ".node-version", "20\n", "20"),
        ("node", "package.json", '{"engines": {"node": "^18.12 || ^20.9.0"}}', "20"),
        ("node", "package.json", '{"engines": {"node": ">=18 <21"}}', "20"),
        ("node", "package.json", '{"engines": {"node": ">=18"}}', None),
        ("node", "package.json", '{"engines": {"node": "20.x"}}', "20"),
        ("node", "package.json", '{"engines": {"node": "~20.9.0"}}', "20.9"),
        ("node", "package.json", '{"engines": {"node": "20.9.1"}, "volta": {"node": "18.1.2"}}', "18.1.2"),
        ("node", "package.json", "[]", None),
        ("node", "package.json", "{", None),
        ("golang", "go.mod", "module x\n\ngo 1.22.4 // why\n", "1.22.4"),
        ("ruby", "Gemfile", "ruby '3.3.4'\n", "3.3.4"),
        ("ruby", "Gemfile", "ruby '~> 3.3'\n", None),
        ("ruby", ".ruby-version", "ruby-3.2.1\n", "3.2.1"),
        ("mcr.microsoft.com/dotnet/sdk", "global.json", '{"sdk": {"version": "8.0.100"}}', "8.0"),
        ("nginx", ".python-version", "3.12", None),
    ],
)
def test_versions(image: str, name: str, text: str, wanted: str | None) -> None:
    found = project_version(World({name: text}), "Dockerfile", image)
    assert (found.text if found else None) == wanted


def test_the_nearest_file_counts() -> None:
    world = World({".nvmrc": "18\n", "web/.nvmrc": "20\n"})
    near, far = project_version(world, "web/Dockerfile", "node"), project_version(world, "api/x/Dockerfile", "node")
    assert near is not None
    assert near.because == "20: web/.nvmrc"
    assert far is not None
    assert far.because == "18: .nvmrc"
