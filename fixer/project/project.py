"""Facts across files: what the files of one run say about each other, built only as far as asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from fixer.cached import cached_property
from fixer.finding import Environment
from fixer.formats.format import FormatError
from fixer.kinds import kind_named, kind_of
from fixer.kinds.facts import FieldUse, Object
from fixer.kinds.kind import KindFile
from fixer.knowledge.images import ImageFacts, image_facts
from fixer.policy.policy import Policy
from fixer.project.around import around
from fixer.project.builds import Builds
from fixer.project.composed import Composed
from fixer.project.disk import Disk
from fixer.project.environment import environment_of_path, strictest
from fixer.project.kustomize import Kustomizations
from fixer.project.objects import Objects
from fixer.project.overrides import override_reason
from fixer.project.tags import book_of
from fixer.registry.book import Book
from fixer.text import Source, TextError

if TYPE_CHECKING:
    from fixer.registry.answer import Answer
    from fixer.registry.reference import Reference
    from fixer.registry.uses import Uses


class Project:
    """The files of a run and what is known about them. Paths are relative to the root, with forward slashes.

    `files` are the files the run is about; neighbours that they name are read too. A file that was changed during the
    run is put in its place with `replace`, and every fact is then told of the new text. `policy` is what a person
    configured, `book` what is known about tags; without one, the lock file of the project is read.
    """

    def __init__(
        self, disk: Disk, files: Sequence[str], policy: Policy | None = None, book: Book | None = None
    ) -> None:
        self.disk = disk
        self._book = book
        self.policy = policy or Policy()
        self.files = tuple(files)
        self._sources: dict[str, Source] = {}
        self._unreadable: dict[str, TextError] = {}
        self._loaded: dict[str, KindFile | None] = {}
        # What rules asked about the content of files, for the sweep to note: paths, and kinds of objects.
        self.asked: set[str] = set()
        self.asked_objects: set[str] = set()
        self._kinds: dict[str, str | None] = {}

    def replace(self, path: str, source: Source) -> None:
        """Let the file at `path` have the text of `source` from now on; nothing is written."""
        if path not in self._sources and path not in self.files:
            self.files = (*self.files, path)

        self._sources[path] = source
        self._unreadable.pop(path, None)
        self._loaded.pop(path, None)
        self._kinds.pop(path, None)
        self._objects.forget(path)
        self._builds.forget(path)
        self._kustomize.forget(path)

    def known(self, path: str) -> Source | None:
        """Return the text of a file if it was read before; nothing is read now."""
        return self._sources.get(path)

    def remove(self, path: str) -> None:
        """Take back a file that `replace` brought in."""
        self.files = tuple(known for known in self.files if known != path)
        for store in (self._sources, self._loaded, self._kinds):
            store.pop(path, None)

        self._objects.forget(path)

    def source(self, path: str) -> Source:
        """Return the text of a file. Raises TextError with the reason as a clause."""
        if path in self._unreadable:
            raise self._unreadable[path]

        if path not in self._sources:
            try:
                self._sources[path] = self.disk.source(path)
            except TextError as error:
                self._unreadable[path] = error
                raise

        return self._sources[path]

    def kind(self, path: str) -> str | None:
        """Return the name of the kind of a file; None when it is none of ours. Raises as `source` does."""
        if path not in self._kinds:
            self._kinds[path] = self.policy.kind(path) or kind_of(path, self.source(path).text)

        return self._kinds[path]

    def load(self, path: str) -> KindFile | None:
        """Return the file with its nouns; None when it is of no kind of ours. Raises TextError and FormatError."""
        if path not in self._loaded:
            name = self.kind(path)
            self._loaded[path] = None if name is None else kind_named(name).load(self.source(path), path, self)

        return self._loaded[path]

    def forget(self, path: str) -> None:
        """Let go of the parsed form of a file; it is read again when it is asked for."""
        self._loaded.pop(path, None)

    # ---- facts.Facts

    def image(self, reference: str) -> ImageFacts:
        """See `fixer.kinds.facts.Facts.image`."""
        return self._builds.image(reference) or image_facts(reference)

    def build(self, path: str, context: str, dockerfile: str, target: str) -> ImageFacts | None:
        """See `fixer.kinds.facts.Facts.build`."""
        return self._builds.build(path, context, dockerfile, target)

    @property
    def book(self) -> Book:
        """What is known about tags and revisions. Raises UserError for a lock file that cannot be read."""
        if self._book is None:
            self._book = book_of(self.disk, self.policy)

        return self._book

    def built(self, reference: Reference) -> str:
        """See `fixer.kinds.facts.Facts.built`."""
        return self._builds.built(reference)

    def tag(self, reference: Reference, *, version: bool = False) -> Answer:
        """See `fixer.kinds.facts.Facts.tag`."""
        return self.book.image(reference, version=version)

    def revision(self, uses: Uses) -> Answer:
        """See `fixer.kinds.facts.Facts.revision`."""
        return self.book.action(uses)

    def targets(self, path: str) -> frozenset[str]:
        """See `fixer.kinds.facts.Facts.targets`."""
        return self._builds.targets(path)

    def contexts(self, path: str) -> frozenset[str]:
        """See `fixer.kinds.facts.Facts.contexts`."""
        return self._builds.contexts(path)

    def build_args(self, path: str) -> Mapping[str, str]:
        """See `fixer.kinds.facts.Facts.build_args`."""
        return self._builds.build_args(path)

    def is_base(self, path: str) -> str | None:
        """See `fixer.kinds.facts.Facts.is_base`."""
        return self._builds.is_base(path)

    def environment(self, path: str, *, told: Environment | None = None, namespace: str = "") -> Environment:
        """See `fixer.kinds.facts.Facts.environment`."""
        return self.environment_why(path, told, namespace)[0]

    def environment_why(
        self, path: str, told: Environment | None = None, namespace: str = ""
    ) -> tuple[Environment, str]:
        """Return what `environment` returns, and what decides it, as a clause (rules/README 4.3)."""
        where = self.policy.deployments
        if found := where.of_path(path):
            return found, "configured for its path"

        if told:
            return told, "the file itself says so"

        if found := where.of_namespace(namespace):
            return found, f"configured for namespace {namespace}"

        if found := environment_of_path(path):
            return found, "its path says so"

        users = dict(self._overlays(path))
        if found := strictest(users.values()):
            return found, f"{next(user for user in users if users[user] is found)} uses it"

        return where.default, "nothing tells: the default"

    def strictest_environment(self, path: str) -> Environment:
        """See `fixer.kinds.facts.Facts.strictest_environment`."""
        return self.policy.deployments.of_path(path) or (
            Environment.PROD if self._serves_production else self.policy.deployments.default
        )

    @cached_property
    def _serves_production(self) -> bool:
        where = self.policy.deployments
        return any((where.of_path(path) or environment_of_path(path)) is Environment.PROD for path in self.files)

    def files_of(self, kind: str) -> Sequence[str]:
        """See `fixer.kinds.facts.Facts.files_of`."""
        return sorted(self.of_kind(kind))

    def _overlays(self, path: str) -> Iterator[tuple[str, Environment]]:
        """The kustomizations that use a file, with the environment of each."""
        where = self.policy.deployments
        for user in self._kustomize.overlays(path):
            namespace = self._kustomize.namespace(user) if where.namespaces else ""
            if found := where.of_path(user) or where.of_namespace(namespace) or environment_of_path(user):
                yield user, found

    def partial(self, path: str) -> str | None:
        """See `fixer.kinds.facts.Facts.partial`."""
        if reason := self._kustomize.patched_by(path):
            return reason

        return override_reason(path, self)

    def objects(self, kind: str) -> Sequence[Object]:
        """See `fixer.kinds.facts.Facts.objects`."""
        self.asked_objects.add(kind)
        return self._objects.of(kind)

    def replicas_owner(self, path: str, name: str) -> str | None:
        """See `fixer.kinds.facts.Facts.replicas_owner`."""
        return self._kustomize.replicas_owner(path, name)

    def kustomizations(self, path: str) -> Sequence[Object]:
        """See `fixer.kinds.facts.Facts.kustomizations`."""
        return self._kustomize.listing(path)

    def overlays(self, path: str) -> Sequence[Object]:
        """See `fixer.kinds.facts.Facts.overlays`."""
        return self._kustomize.using(path)

    def field_uses(self, path: str) -> Sequence[FieldUse]:
        """See `fixer.kinds.facts.Facts.field_uses`."""
        return self._kustomize.field_uses(path)

    def other_files(self, path: str, service: str) -> Sequence[Object]:
        """See `fixer.kinds.facts.Facts.other_files`."""
        return self._composed.others(path, service)

    def set_in_ci(self, reference: Reference) -> str:
        """See `fixer.kinds.facts.Facts.set_in_ci`."""
        return self._builds.set_in_ci(reference)

    def rewritten(self, reference: Reference) -> str:
        """See `fixer.kinds.facts.Facts.rewritten`."""
        return self._builds.rewritten(reference)

    def exists(self, path: str) -> bool:
        """See `fixer.kinds.facts.Facts.exists`."""
        return path in self._sources or self.disk.exists(path)

    def head(self, path: str) -> bytes | None:
        """See `fixer.kinds.facts.Facts.head`."""
        return self.disk.head(path)

    def text(self, path: str) -> str | None:
        """See `fixer.kinds.facts.Facts.text`."""
        self.asked.add(path)
        if path in self._sources:
            return self._sources[path].text

        return self.disk.text(path)

    # ---- indexes

    def documents(self, path: str) -> list[Mapping[str, Any]]:
        """Return the effective data of the documents of a YAML file that are mappings; [] when it cannot be read."""
        from fixer.formats.yaml import YamlFile

        try:
            file = self.load(path)
            parsed = file.parsed if file else self._plain(path)
        except (TextError, FormatError):
            return []

        documents = parsed.documents if isinstance(parsed, YamlFile) else ()
        return [document.data if isinstance(document.data, dict) else {} for document in documents]

    def values(self, path: str, text: str | None = None) -> list[Any]:
        """Return the data of the documents of a YAML file, or of `text` inside of it; [] when it cannot be read."""
        from fixer.formats.yaml import parse
        from fixer.kinds.kubernetes import HABITS

        try:
            source = self.source(path) if text is None else Source(text)
            return [document.data for document in parse(source, path, HABITS).documents]
        except (TextError, FormatError):
            return []

    def _plain(self, path: str) -> object:
        from fixer.formats.yaml import parse
        from fixer.kinds.kubernetes import HABITS

        return parse(self.source(path), path, HABITS)

    def containing(self, *words: str, ends: tuple[str, ...] = (".yaml", ".yml")) -> Iterable[str]:
        """Return the files of the run with such an ending that contain one of `words`."""
        for path in self.files:
            if path.endswith(ends) and (text := self._readable(path)) and any(word in text for word in words):
                yield path

    def around(self, *words: str) -> Iterable[str]:
        """Return the files outside of a run that may build what it names (see `around`) and contain one of `words`."""
        for path in self._around:
            if any(word in (self.disk.text(path) or "") for word in words):
                yield path

    @cached_property
    def _around(self) -> list[str]:
        return around(self.disk, self.files)

    def of_kind(self, name: str) -> list[str]:
        """Return the readable files of the run that are of the kind called `name`."""
        return [path for path in self.files if self._kind_of(path) == name]

    def _readable(self, path: str) -> str | None:
        try:
            return self.source(path).text
        except TextError:
            return None

    def _kind_of(self, path: str) -> str | None:
        try:
            return self.kind(path)
        except TextError:
            return None

    @cached_property
    def _builds(self) -> Builds:
        return Builds(self)

    @cached_property
    def _composed(self) -> Composed:
        return Composed(self)

    @cached_property
    def _kustomize(self) -> Kustomizations:
        return Kustomizations(self)

    @cached_property
    def _objects(self) -> Objects:
        return Objects(self)
