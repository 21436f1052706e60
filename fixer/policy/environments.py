"""What a configuration says about where files are deployed."""

from __future__ import annotations

import msgspec

from fixer.finding import Environment
from fixer.policy.globs import path_fits

# The strictest first.
STRICTNESS = (Environment.PROD, Environment.STAGING, Environment.DEV)


class Deployments(msgspec.Struct, frozen=True):
    """Environments by glob and by Kubernetes namespace, and the one of files that nothing is said about."""

    default: Environment = Environment.STAGING
    globs: tuple[tuple[Environment, tuple[str, ...]], ...] = ()
    namespaces: tuple[tuple[str, Environment], ...] = ()

    def of_path(self, path: str) -> Environment | None:
        """Return the environment that the globs give a file, the strictest of several; None when none matches."""
        found = {environment for environment, globs in self.globs if path_fits(path, globs)}
        return next((one for one in STRICTNESS if one in found), None)

    def of_namespace(self, name: str) -> Environment | None:
        """Return the environment of a namespace; None when nothing is said about it."""
        return next((environment for namespace, environment in self.namespaces if namespace == name), None)
