"""How the tag and the digest of a service's image are written where its reference stands."""

from __future__ import annotations

import re

from fixer.finding import Fix, Operation
from fixer.kinds import pinning
from fixer.kinds.compose_service import Service
from fixer.knowledge.images import keeps_data
from fixer.registry.defaults import split_variable_default
from fixer.registry.reference import Reference, parse_reference

_WHOLE_DEFAULT = re.compile(r"\$\{[A-Za-z_]\w*:?-([^${}]+)\}")
_VARIABLE = re.compile(r"\$\{?([A-Za-z_]\w*)")


def written_image(service: Service) -> str:
    """Return the reference as the file itself has it, with its variables; "" when it comes from elsewhere."""
    image = service.own.get("image")
    return image if isinstance(image, str) else ""


def variables(text: str) -> list[str]:
    """Return the names of the variables in a text."""
    return list(dict.fromkeys(_VARIABLE.findall(text)))


def digest_fix(service: Service, reference: Reference, *, keep_tag: bool) -> Fix | str:
    """Return the fix that pins the image to its digest, or why there is none."""
    facts = service.file.facts
    return pinning.pin(reference, facts, lambda text: _with_digest(service, reference, text), keep_tag=keep_tag)


def update_fix(service: Service, reference: Reference) -> Fix | str | None:
    """Return the fix for a digest that is another one than that of the lock file, or why there is none, or None."""
    return pinning.update(reference, service.file.facts, lambda text: _with_digest(service, reference, text))


def version_fix(service: Service, reference: Reference) -> Fix | None:
    """Return the fix that names the version which a moving tag means now; None when none is known."""
    return pinning.to_version(reference, service.file.facts, lambda text: _with_tag(service, text))


def no_version(service: Service, reference: Reference) -> str:
    """Return what there is to decide about a moving tag."""
    if service.facts.family == "distroless":
        return "distroless images have no version tags: pin the digest"

    if keeps_data(service.facts):
        return "only the major version that wrote its data can read it: choose the tag of the version that runs now"

    return pinning.no_version(reference, service.file.facts)


def _with_digest(service: Service, reference: Reference, new: str) -> Operation | str:
    text = written_image(service)
    whole = _WHOLE_DEFAULT.fullmatch(text.strip())
    if "$" not in text:
        return service.at("image").put(new)

    if whole and whole[1] == reference.text:
        return service.at("image").put(text.replace(whole[1], new))

    names = ", ".join(variables(text))
    return (
        f"{names} varies a part of it: a digest would hold one version fast; let one variable hold the whole reference"
    )


def _with_tag(service: Service, new: str) -> Operation | str:
    text = written_image(service)
    reference, found = parse_reference(new), split_variable_default(text)
    if reference is None or found is None:
        return "a variable without a default decides its version"

    tag = reference.tag or "latest"
    if found.tag:
        return service.at("image").put(text[: found.tag.start] + tag + text[found.tag.end :])

    if found.name:
        return service.at("image").put(f"{text[: found.name.end]}:{tag}{text[found.name.end :]}")

    return f"{', '.join(variables(text))} varies its name: choose a version where it is set"
