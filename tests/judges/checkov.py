"""checkov: its rules for Dockerfiles and for Kubernetes manifests."""

from __future__ import annotations

import json
from pathlib import Path

from judges import install, programs
from judges.record import Finding, Reading, reading
from judges.trees import Tree

OPTIONS = ("--output", "json", "--compact", "--soft-fail", "--skip-download")


def ready() -> list[str | Path]:
    """Return the command; it is kept off the network, since it would look for newer rules."""
    return [*install.offline(), install.of_package("checkov", "checkov==3.3.30")]


def read_dockerfiles(command: list[str | Path], tree: Tree) -> Reading:
    """Return what checkov says about the Dockerfiles of a tree."""
    return read(command, "dockerfile", tree)


def read_manifests(command: list[str | Path], tree: Tree) -> Reading:
    """Return what checkov says about the Kubernetes manifests of a tree."""
    return read(command, "kubernetes", tree)


def read(command: list[str | Path], framework: str, tree: Tree) -> Reading:
    """Return what checkov says; it has read the files that some check of its own passed or failed for."""
    asked = [*command, "--directory", ".", "--framework", framework, *OPTIONS]
    results = json.loads(programs.output(asked, tree.folder))["results"]
    failed, passed = results["failed_checks"], results["passed_checks"]
    refused = {place(str(path), tree): "could not be parsed" for path in results["parsing_errors"]}
    files = {one["file_path"].lstrip("/") for one in (*failed, *passed)}
    return reading(files, refused, (finding(one) for one in failed))


def place(path: str, tree: Tree) -> str:
    """Return a path as the other findings have it."""
    return path.removeprefix(str(tree.folder)).lstrip("/")


def finding(one: dict) -> Finding:
    """Return a finding; the resource is an object of Kubernetes, or a file and an instruction."""
    return Finding(one["file_path"].lstrip("/"), one["check_id"], one["resource"])
