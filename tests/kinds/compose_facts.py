"""What the tests of the Compose kind know about the world: a few files and the knowledge tables."""

from __future__ import annotations

from fixer.finding import Environment
from fixer.kinds.compose import KIND, ComposeFile, Service
from fixer.knowledge.images import ImageFacts, image_facts
from fixer.text import Source


class World:
    def __init__(self, files: dict[str, str] | None = None, reason: str | None = None) -> None:
        self.files = files or {}
        self.reason = reason

    def image(self, reference: str) -> ImageFacts:
        return image_facts(reference)

    def build(self, _path: str, context: str, dockerfile: str, target: str) -> ImageFacts | None:
        found = self.files.get(f"{context}/{dockerfile}")
        return ImageFacts(known=True, built=f"{context}/{dockerfile}", user=target) if found is not None else None

    def environment(self, path: str, *, told: Environment | None = None, namespace: str = "") -> Environment:
        del namespace
        return told or (Environment.PROD if "prod" in path else Environment.STAGING)

    def rewritten(self, _reference: object) -> str:
        return ""

    def partial(self, _path: str) -> str | None:
        return self.reason

    def other_files(self, _path: str, _service: str) -> tuple[()]:
        return ()

    def text(self, path: str) -> str | None:
        return self.files.get(path)


def compose(text: str, path: str = "compose.yaml", world: World | None = None) -> ComposeFile:
    return KIND.load(Source(text), path, world or World())


def service(text: str, name: str = "a") -> Service:
    found = compose(text).service(name)
    assert found is not None
    return found
