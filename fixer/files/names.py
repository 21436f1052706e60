"""What a name alone tells: files that may be of a kind of ours, and trees that other people's code is unpacked into."""

from __future__ import annotations

# Unpacked packages, version control and caches: nobody edits them, so nothing is fixed in them.
_VENDORED = frozenset(
    {
        ".bundle", ".cache", ".direnv", ".eggs", ".fixer", ".git", ".gradle", ".hg", ".hypothesis", ".jj",
        ".mypy_cache", ".nox", ".pnpm-store", ".pytest_cache", ".ruff_cache", ".svn", ".terraform",
        ".terragrunt-cache", ".tox", ".venv", ".yarn", "__pycache__", "bower_components", "jspm_packages",
        "node_modules", "site-packages", "vendor",
    }
)  # fmt: skip
_VENDORED_ENDINGS = (".dist-info", ".egg-info")

# A folder that holds this file is a virtual environment of Python, whatever its name.
VIRTUAL_ENVIRONMENT = "pyvenv.cfg"

_YAML = (".yaml", ".yml", ".json")
_DOCKERFILES = ("dockerfile", "containerfile")
_BACKUPS = ("~", ".bak", ".dockerignore", ".orig", ".rej", ".swo", ".swp", ".tmp")

# Large, common, and of no kind of ours.
_NEVER = frozenset(
    {
        "composer.json", "npm-shrinkwrap.json", "package-lock.json", "package.json", "pnpm-lock.yaml",
        "pnpm-workspace.yaml", "tsconfig.json",
    }
)  # fmt: skip


def is_candidate(name: str) -> bool:
    """Whether a file called `name` (without folders) may be of a kind of ours; its content decides later."""
    name = name.lower()
    if name.endswith(_YAML):
        return name not in _NEVER

    return any(word in name for word in _DOCKERFILES) and not name.endswith(_BACKUPS)


def is_vendored(name: str) -> bool:
    """Whether a folder called `name` is never walked unless it is named."""
    return name in _VENDORED or name.endswith(_VENDORED_ENDINGS)
