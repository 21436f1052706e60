"""A YAML file: its documents, and how operations become edits and are proven."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest

import msgspec

from fixer.cached import cached_property
from fixer.finding import Operation
from fixer.formats import comments
from fixer.formats.comments import Comment
from fixer.formats.format import FormatError, Lowered, Parsed
from fixer.formats.yaml.document import YamlDocument
from fixer.formats.yaml.events import Events, error_of, fast, slow, yaml_error
from fixer.formats.yaml.habits import Habits
from fixer.formats.yaml.limits import (
    check_aliases,
    check_merges,
    check_separators,
    check_template,
    looks_templated,
    templated,
)
from fixer.formats.yaml.nodes import Root, build
from fixer.formats.yaml.operations import Append, Put, Remove, Rename
from fixer.text import Edit, Source

# A text longer than this gets no second opinion from the pure Python parser, which reads 1 MB/s.
_SECOND_OPINION = 256 * 1024


def parse(source: Source, path: str, habits: Habits) -> YamlFile:
    """Return the file that `source` holds.

    Raises FormatError for what is not YAML, for templates, and for what is nested or aliased beyond all measure.
    """
    text = source.text
    roots = _roots(text)
    if looks_templated(text):
        check_template(text, roots)

    check_separators(text, roots)
    check_aliases(text, roots)
    check_merges(text, roots)
    return YamlFile(source, path, habits, roots)


class YamlFile:
    """A file read as YAML; `path` is relative to the root of the run."""

    def __init__(self, source: Source, path: str, habits: Habits, roots: Sequence[Root]) -> None:
        self.source = source
        self.path = path
        self.habits = habits
        self.roots = roots

    @cached_property
    def documents(self) -> Sequence[YamlDocument]:
        """The documents of the file; one without content has null as its data."""
        text, profile = self.source.text, self.habits.profile
        return [YamlDocument(text, root, index, profile) for index, root in enumerate(self.roots)]

    @property
    def twice(self) -> str | None:
        """Which key stands twice in its mapping, as a clause: what its consumer makes of it is not certain."""
        for document in self.documents:
            for place, line in document.duplicates():
                return f"the key {place[-1]} stands twice (line {line}); remove one of them"

        return None

    def lower(self, patches: Mapping[int, Sequence[Operation]]) -> Lowered:
        """Turn the operations of each patch, numbered by its owner, into edits; earlier patches go first."""
        from fixer.formats.yaml.lowering import lower

        return comments.lower(self.source.text, patches, lambda others: lower(self, others))

    @property
    def remarks(self) -> list[Comment]:
        """The comments of the file."""
        from fixer.formats.yaml.remarks import remarks

        return remarks(self.source.text, self.roots)

    def difference(self, after: Parsed, effects: Sequence[Operation]) -> str | None:
        """Return how the meaning of `after` differs from `effects` applied to the meaning of this file; else None."""
        from fixer.formats.yaml.effects import Impossible, applied, first_difference, spelled

        assert isinstance(after, YamlFile)
        if comments.apart({0: effects}):
            return comments.difference(self.source.text, after.source.text, effects)

        try:
            planned = applied([document.meaning for document in self.documents], effects)
        except Impossible as error:
            return f"the operations cannot be made on the data: {error}"

        found = [document.meaning for document in after.documents]
        if planned == found:
            return self._doubled(after)

        if len(planned) != len(found):
            return f"the result has {len(found)} documents instead of {len(planned)}"

        number, pair = next((n, pair) for n, pair in enumerate(zip(planned, found, strict=True)) if pair[0] != pair[1])
        place = first_difference(*pair)
        return f"the result differs from what was planned at {spelled(place or ())} (document {number + 1})"

    def stray(self, edits: Sequence[Edit], effects: Sequence[Operation]) -> str | None:
        """Return which text the edits change that no effect is about; None when there is none."""
        if comments.apart({0: effects}):
            return None

        from fixer.formats.yaml.strays import stray

        return stray(self, edits, effects)

    def copied(self, operation: Operation, effect: Operation) -> bool:
        """Whether an effect is an operation at another path that shares its text."""
        if not isinstance(operation, Put | Append | Remove | Rename) or type(operation) is not type(effect):
            return False

        assert isinstance(effect, Put | Append | Remove | Rename)
        if msgspec.structs.replace(effect, at=operation.at) != operation:
            return False

        document = self.documents[operation.document]
        wanted, found = document.walk(operation.at), document.walk(effect.at)
        same = wanted.rest == found.rest and wanted.node is found.node
        return same or effect.at in document.dependents(operation.at)

    def _doubled(self, after: YamlFile) -> str | None:
        """A key written a second time does not show in the data: the number of duplicates must not grow."""
        for old, new in zip_longest(self.documents, after.documents):
            known = len(old.duplicated) if old is not None else 0
            if new is not None and len(new.duplicated) > known:
                return f"the result has the key {new.duplicated[-1]} twice in one mapping"

        return None


def _roots(text: str) -> list[Root]:
    first = fast() or slow()
    try:
        return _built(text, first)
    except FormatError as error:
        if looks_templated(text):
            raise templated(text) from None

        if first.pure or len(text) > _SECOND_OPINION or not _parser_gave_up(error):
            raise

        try:
            return _built(text, slow())
        except FormatError:
            raise error from None


def _parser_gave_up(error: FormatError) -> bool:
    return error.reason.startswith("not valid YAML")


def _built(text: str, events: Events) -> list[Root]:
    try:
        return build(text, events)
    except yaml_error() as error:
        raise error_of(error, text) from None
