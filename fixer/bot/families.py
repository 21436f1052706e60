"""What belongs together: families of rules, told by the words of a rule's name."""

from __future__ import annotations

from collections.abc import Mapping

# Family by word; the first word of a name that is here decides, read from its end.
_WORDS: Mapping[str, tuple[str, ...]] = {
    "images": ("tag", "digest", "image", "action", "registry", "version", "platform", "bot"),
    "users": ("user", "root", "id", "group", "sudo", "uid", "gid", "chown"),
    "health": ("healthcheck", "probe", "startup"),
    "resources": (
        "limits",
        "limit",
        "requests",
        "request",
        "replica",
        "budget",
        "policy",
        "logging",
        "quota",
        "spread",
    ),
    "privileges": (
        *(
            "escalation",
            "capabilities",
            "container",
            "filesystem",
            "profile",
            "token",
            "sysctls",
            "seccomp",
            "apparmor",
        ),
        *("selinux", "mount", "socket", "namespace", "permissions", "privileges", "device", "devices"),
    ),
    "network": ("port", "network", "expose", "ports", "ingress", "tls", "address", "hosts"),
    "packages": ("recommends", "lists", "cache", "packages", "upgrade", "update", "install", "apt", "pip", "apk"),
    "secrets": ("secret", "password", "env", "credentials", "secrets"),
}

# Title of a pull request of each family, as an imperative phrase.
TITLES: Mapping[str, str] = {
    "images": "Fix which images and actions are used",
    "users": "Run containers without root",
    "health": "Check the health of containers",
    "resources": "Limit resources and keep services up",
    "privileges": "Take privileges from containers",
    "network": "Close ports and networks",
    "packages": "Tidy the installation of packages",
    "secrets": "Keep secrets out of images",
    "build": "Tidy Dockerfiles",
    "other": "Harden container files",
}

_BY_WORD = {word: family for family, words in _WORDS.items() for word in words}


def family_of(kind: str, name: str) -> str:
    """Return the family of a rule of that kind and name; `build` for what only a Dockerfile has, else `other`."""
    found = (_BY_WORD[word] for word in reversed(name.split("-")) if word in _BY_WORD)
    return next(found, "build" if kind == "dockerfile" else "other")
