"""Imports point down, and nothing in the core names a front end or a rule."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# From the top of the house to its ground; a module may import from its own floor and from those below.
FLOORS = (
    ("fixer.cli", "fixer.__main__", "fixer.bot"),
    ("fixer.review",),
    ("fixer.report",),
    ("fixer.plan",),
    ("fixer.relock",),
    ("fixer.sweep",),
    ("fixer.rounds",),
    ("fixer.engine", "fixer.attempt"),
    ("fixer.outcome",),
    ("fixer.proof",),
    ("fixer.project",),
    ("fixer.policy",),
    ("fixer.kinds",),
    ("fixer.knowledge", "fixer.registry"),
    ("fixer.formats",),
    ("fixer.pieces", "fixer.diff", "fixer.files", "fixer.errors", "fixer.rule"),
    ("fixer.text", "fixer.finding", "fixer.cached"),
    ("fixer",),
)
MODULES = sorted((ROOT / "fixer").rglob("*.py"))
RULES = sorted(path for path in (ROOT / "transforms").glob("*/*.py") if path.name != "__init__.py")
RULE_MAY_IMPORT = (
    *("fixer.rule", "fixer.finding", "fixer.kinds", "fixer.knowledge"),
    *("fixer.registry.reference", "fixer.registry.uses", "fixer.registry.answer"),
)


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")

    return found


def floor(module: str) -> int:
    parts = module.split(".")
    for length in range(len(parts), 0, -1):
        name = ".".join(parts[:length])
        for number, names in enumerate(FLOORS):
            if name in names:
                return number

    raise AssertionError(f"{module} stands on no floor")


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_imports_point_down(path: Path) -> None:
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for imported in imports(path):
        if imported.split(".")[0] == "fixer" and imported != "fixer":
            assert floor(imported) >= floor(module), f"{module} imports {imported}, which stands above it"

        assert imported.split(".")[0] not in {"transforms", "tui", "tests"}, f"{module} imports {imported}"


@pytest.mark.parametrize("path", RULES, ids=str)
def test_rules_import_public_names_only(path: Path) -> None:
    for imported in imports(path):
        if imported.split(".")[0] == "fixer":
            assert imported.startswith(RULE_MAY_IMPORT), f"{path.name} imports {imported}"

        assert imported.split(".")[0] != "transforms", f"{path.name} imports another rule"
