"""kubernetes-validate: the schema of each Kubernetes object, with no unknown field allowed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from types import ModuleType

from judges.record import Reading, reading
from judges.trees import Tree

VERSION = "1.37"


def ready() -> ModuleType:
    """Return the validator; it would read the same two files again for each document."""
    import kubernetes_validate

    kubernetes_validate.utils.schema_contents = cache(kubernetes_validate.utils.schema_contents)
    return kubernetes_validate


def read(validator: ModuleType, tree: Tree) -> Reading:
    """Return which objects of a tree are accepted: each document of a file counts, by its number."""
    verdicts = {
        f"{file}#{number}": reason
        for file in tree.files["kubernetes"]
        for number, reason in enumerate(refusals(validator, tree.text(file)), 1)
    }
    return reading(verdicts, {name: reason for name, reason in verdicts.items() if reason}, ())


@cache
def refusals(validator: ModuleType, text: str) -> list[str | None]:
    """Return for each document of a manifest why it is not accepted, or None."""
    return [refusal(validator, document) for document in documents(text)]


def documents(text: str) -> Iterator[object]:
    """Yield the documents of a manifest; where they cannot be read, the error."""
    from ruamel.yaml import YAML, YAMLError

    yaml = YAML(typ="safe", pure=True)
    yaml.constructor.yaml_constructors["tag:yaml.org,2002:timestamp"] = yaml.constructor.construct_yaml_str
    try:
        yield from list(yaml.load_all(text.removeprefix("\ufeff")))
    except YAMLError as error:
        yield error


def refusal(validator: ModuleType, document: object) -> str | None:
    """Return why a document is not accepted, or None; without a schema it is not."""
    if not isinstance(document, dict):
        return f"not an object: {document}"

    errors = (validator.ValidationError, validator.InvalidSchemaError, KeyError)
    try:
        validator.validate(document, VERSION, strict=True)
    except validator.SchemaNotFoundError:
        return "no schema"
    except errors as error:
        return f"{type(error).__name__}: {error}".splitlines()[0]

    return None
