"""How the tag and the digest of a service's image are written where its reference stands."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping

from fixer.finding import Fix, Operation
from fixer.kinds import pinning
from fixer.kinds.compose_service import Service
from fixer.knowledge.images import keeps_data
from fixer.registry.defaults import Defaulted, split_variable_default
from fixer.registry.reference import Reference, parse_reference

_WHOLE_DEFAULT = re.compile(r"\$\{[A-Za-z_]\w*:?-([^${}]+)\}")
# Variables in variables: beyond this they go round in a circle.
_DEEPEST = 8
_LONGEST = 2000
_NOT_PULLED = ("never", "build")
# One line of `.env`, what stands behind a value as a comment, and what Compose puts a value in the place of.
_LINE = re.compile(r"^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*=(.*)$", re.MULTILINE)
_COMMENT = re.compile(r"(?:^|\s)#.*")
_SUBSTITUTED = re.compile(r"(?<!\$)\$(?:\{([A-Za-z_]\w*)(?:(:?[-?])[^${}]*)?\}|([A-Za-z_]\w*))")
_VARIABLE = re.compile(r"\$\{?([A-Za-z_]\w*)")


def written_image(service: Service) -> str:
    """Return the reference as the file itself has it, with its variables; "" when it comes from elsewhere."""
    image = service.own.get("image")
    return image if isinstance(image, str) else ""


def variables(text: str) -> list[str]:
    """Return the names of the variables in a text; `$$` is a dollar sign."""
    return list(dict.fromkeys(_VARIABLE.findall(text.replace("$$", ""))))


def pulled(service: Service) -> Defaulted | None:
    """Return the reference with what the file `.env` beside it sets, then with defaults; None when it is undecided."""
    return split_variable_default(_filled(written_image(service), _set_beside(service)))


def undecided(service: Service) -> str | None:
    """Return why the reference cannot be decided, as a sentence; None when it is no reference at all."""
    names = ", ".join(variables(_filled(written_image(service), _set_beside(service))))
    return f"{names} has no default: what sets it has to set a reference with a digest" if names else None


def set_beside(service: Service) -> str | None:
    """Return which variables of the reference the file `.env` sets, as a clause; None when it sets none of them."""
    text, known = written_image(service), _set_beside(service)
    names = [name for name in variables(text) if name in known and _filled(text, {name: known[name]}) != text]
    return f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'} set in {_env_path(service)}" if names else None


def kept(service: Service) -> str | None:
    """Return why the reference stays as it is, as a sentence: it is not pulled, or it names what is built."""
    others = service.file.facts.other_files(service.file.path, service.name)
    for data in (service.data, *(other.data for other in others)):
        if (policy := data.get("pull_policy")) in _NOT_PULLED:
            return f"it is never pulled (pull_policy: {policy}): an image that is only local has no digest"

    builder = next((other.path for other in others if other.data.get("build")), None)
    if builder:
        return f"{builder} builds the service: where both are used, this names the result"

    found = pulled(service)
    command = service.file.facts.rewritten(found.reference) if found else ""
    return f"{command}: let that write the digest" if command else None


def _env_path(service: Service) -> str:
    return posixpath.join(posixpath.dirname(service.file.path), ".env")


def _set_beside(service: Service) -> Mapping[str, str]:
    """What `.env` sets; nothing is read for a reference without variables."""
    if "$" not in written_image(service):
        return {}

    found = _LINE.findall(service.file.facts.text(_env_path(service)) or "")
    return {name: _unquoted(value) for name, value in found}


def _unquoted(value: str) -> str:
    value = value.strip()
    quote = value[:1]
    if quote in {"'", '"'} and quote in value[1:]:
        return value[1 : value.index(quote, 1)]

    return _COMMENT.sub("", value).strip()


def _filled(text: str, known: Mapping[str, str]) -> str:
    """The text with the variables put in that are known, from the innermost to the outermost."""

    def value(found: re.Match[str]) -> str:
        name, sign = found[1] or found[3], found[2] or ""
        return known[name] if name in known and (known[name] or sign != ":-") else found[0]

    for _ in range(_DEEPEST):
        before, text = text, _SUBSTITUTED.sub(value, text)
        if text == before or len(text) > _LONGEST:
            break

    return text


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
