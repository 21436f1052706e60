"""The judges, in the order of the table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from judges import (
    buildkit,
    checkov,
    compose_lint,
    dclint,
    docker_compose,
    doctor,
    hadolint,
    kubernetes_schema,
    kustomize,
)
from judges.record import Reading, joined, of_files
from judges.trees import Tree


@dataclass(frozen=True, slots=True)
class Judge:
    """A judge: what makes it ready, and how it reads a tree with what that gave.

    `weight` is about its seconds per tree: the longest begin first. `alone` says that it judges each file of
    `Tree.files` on its own, so that what did not change need not be judged again. An optional judge may be absent.
    """

    name: str
    ready: Callable[[], object]
    read: Callable[..., Reading]
    weight: int
    alone: bool = False
    optional: bool = False

    def again(self, tool: object, before: Reading, tree: Tree) -> Reading:
        """Read a tree after reading the one before it."""
        if not self.alone:
            return self.read(tool, tree)

        same = frozenset(file for files in tree.files.values() for file in files if tree.unchanged(file))
        return joined(of_files(before, same), self.read(tool, tree.without(same)))


PANEL = (
    Judge("BuildKit", buildkit.ready, buildkit.read, 1, alone=True, optional=True),
    Judge("docker-compose", docker_compose.ready, docker_compose.read, 60, optional=True),
    Judge("kubernetes-validate", kubernetes_schema.ready, kubernetes_schema.read, 8),
    Judge("kustomize", kustomize.ready, kustomize.read, 8, optional=True),
    Judge("hadolint", hadolint.ready, hadolint.read, 12, alone=True),
    Judge("checkov-dockerfile", checkov.ready, checkov.read_dockerfiles, 20),
    Judge("checkov-kubernetes", checkov.ready, checkov.read_manifests, 20),
    Judge("compose-lint", compose_lint.ready, compose_lint.read, 3, alone=True),
    Judge("dclint", dclint.ready, dclint.read, 15, alone=True, optional=True),
    Judge("dockerfile-doctor", doctor.ready, doctor.read, 1, alone=True),
)
