"""What the tests of the Dockerfile kind know about the world: a few files and the knowledge tables."""

from __future__ import annotations

from textwrap import dedent

from fixer.finding import Environment
from fixer.kinds.dockerfile import KIND, Dockerfile, Stage
from fixer.knowledge.images import ImageFacts, image_facts
from fixer.text import Source


class World:
    def __init__(self, files: dict[str, str] | None = None, targets: tuple[str, ...] = (), base: str = "") -> None:
        self.files = files or {}
        self.stages = frozenset(targets)
        self.base = base

    def image(self, reference: str) -> ImageFacts:
        return image_facts(reference)

    def targets(self, _path: str) -> frozenset[str]:
        return self.stages

    def contexts(self, _path: str) -> frozenset[str]:
        return frozenset()

    def build_args(self, _path: str) -> dict[str, str]:
        return {}

    def is_base(self, _path: str) -> str | None:
        return self.base or None

    def environment(self, path: str, *, told: Environment | None = None, namespace: str = "") -> Environment:
        del namespace
        return told or (Environment.PROD if "prod" in path else Environment.STAGING)

    def exists(self, path: str) -> bool:
        return path in self.files

    def head(self, path: str) -> bytes | None:
        text = self.files.get(path)
        return None if text is None else text.encode()[:512]

    def text(self, path: str) -> str | None:
        return self.files.get(path)


def dockerfile(text: str, path: str = "Dockerfile", world: World | None = None) -> Dockerfile:
    file = KIND.load(Source(dedent(text).lstrip("\n")), path, world or World())
    assert isinstance(file, Dockerfile)
    return file


def final(text: str, path: str = "Dockerfile", world: World | None = None) -> Stage:
    stage = dockerfile(text, path, world).final
    assert stage is not None
    return stage
