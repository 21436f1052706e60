"""The external images that instructions name, and how the tag of one is changed where it is written."""

from __future__ import annotations

import re

import msgspec

from fixer.finding import Finding, Fix, Level, Operation
from fixer.formats.dockerfile import SetDirective
from fixer.kinds.dockerfile_instruction import Instruction
from fixer.kinds.dockerfile_variables import used
from fixer.knowledge.images import ImageFacts
from fixer.registry.defaults import split_variable_default
from fixer.registry.reference import Reference, parse_reference

SYNTAX = "# syntax="
_WHOLE = re.compile(r"\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))")
_WHOLE_DEFAULT = re.compile(r"\$\{([A-Za-z_]\w*):?-([^${}]+)\}")
_TAG = re.compile(r"[^$]+:\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))")


class ImageUse(msgspec.Struct, frozen=True):
    """An image that an instruction names: `text` as written, `reference` with the variables put in.

    `reference` is None when a variable has no known value, or the text is no reference. `how` says where it stands:
    FROM, --from, --mount, or `# syntax=`, which is looked at together with the first instruction.
    """

    at: Instruction
    how: str
    text: str
    reference: Reference | None

    @property
    def variables(self) -> list[str]:
        """Names of the variables in the text."""
        return used(self.text)

    @property
    def facts(self) -> ImageFacts:
        """What is known about the image."""
        return self.at.file.facts.image(self.reference.text) if self.reference else ImageFacts()

    def finding(
        self, message: str, fix: Fix | None = None, *, unfixable: str | None = None, cap: Level = Level.DENY
    ) -> Finding:
        """Return a finding about the image, with its fix or with the reason why there is none."""
        found = self.at.finding(message, fix, unfixable=unfixable, cap=cap)
        if self.how != SYNTAX:
            return found

        return msgspec.structs.replace(found, place="global syntax", start=0, end=self.at.file.parsed.directives_end)


def pinnable_images_of(one: Instruction) -> list[ImageUse]:
    """Return what `images_of` does, and the frontend of the `# syntax=` line with the first instruction."""
    syntax = one.file.parsed.directives.get("syntax", "") if one.index == 0 else ""
    first = [ImageUse(one, SYNTAX, syntax, parse_reference(syntax))] if parse_reference(syntax) else []
    return [*first, *images_of(one)]


def images_of(one: Instruction) -> list[ImageUse]:
    """Return the external images that an instruction names.

    Stages, `scratch` and empty names are none, and neither are the names of build contexts that a build gives.
    """
    if one.keyword == "FROM":
        return [use for use in _of_from(one) if not _is_context(one, use.text)]

    if one.keyword in {"COPY", "RUN"} and one.stage and "from=" in one.raw.logical:
        return [ImageUse(one, how, text, parse_reference(text)) for how, text in _named(one) if _is_image(one, text)]

    return []


def _of_from(one: Instruction) -> list[ImageUse]:
    stage = one.stage
    if stage is None or stage.parent or not stage.base_text:
        return []

    text = stage.base_text
    if stage.base is None:
        found = split_variable_default(text)
        return [ImageUse(one, "FROM", text, found.reference if found else None)]

    if not stage.base or stage.base.lower() == "scratch":
        return []

    return [ImageUse(one, "FROM", text, parse_reference(stage.base))]


def _named(one: Instruction) -> list[tuple[str, str]]:
    if one.keyword == "COPY":
        return [("--from", one.raw.flag("from") or "")]

    found = []
    for flag in one.raw.flags:
        if flag.name == "mount":
            parts = dict(part.partition("=")[::2] for part in flag.value.split(","))
            found.append(("--mount", parts.get("from", "")))

    return found


def _is_image(one: Instruction, text: str) -> bool:
    stage = one.stage
    assert stage is not None
    if not text or text.isdecimal() or text.lower() == "scratch" or "$" in text:
        return False

    if _is_context(one, text):
        return False

    # A stage may stand behind the one that copies from it; only FROM looks at earlier ones alone.
    return not any(other.name and other.name.lower() == text.lower() for other in stage.file.stages)


def _is_context(one: Instruction, text: str) -> bool:
    """Whether a build of the project puts something else in the place of an image of that name."""
    names = one.file.facts.contexts(one.file.path)
    if not names:
        return False

    reference = parse_reference(text)
    return text in names or (reference is not None and any(_same(reference, parse_reference(name)) for name in names))


def _same(first: Reference, second: Reference | None) -> bool:
    return second is not None and first.key == second.key


def tagged(use: ImageUse, tag: str) -> Operation | None:
    """Return the operation that gives the image another tag; None where that cannot be told from the text."""
    if use.reference is None:
        return None

    new = use.reference.tagged(tag)
    if use.how != "FROM":
        return _elsewhere(use, new)

    if "$" not in use.text:
        return use.at.set_word(0, new) if use.reference.text == use.text else None

    return _in_default(use, tag) or _in_argument(use, new, tag)


def pinned(use: ImageUse, new: str) -> Operation | None:
    """Return the operation that writes the reference `new` in the place of the image's; None where it has none.

    The whole reference has to stand in one place: a digest behind a tag that varies would stop it from varying.
    """
    if use.reference is None:
        return None

    if use.how != "FROM":
        return _elsewhere(use, new)

    if "$" not in use.text:
        return use.at.set_word(0, new) if use.reference.text == use.text else None

    default = _WHOLE_DEFAULT.fullmatch(use.text)
    if default and default[2] == use.reference.text and default[1] not in use.at.file.arguments:
        return use.at.set_word(0, use.text[: default.start(2)] + new + use.text[default.end(2) :])

    overridden = held_by_argument(use) in use.at.file.facts.build_args(use.at.file.path)
    return None if overridden or _does_more(use) else _in_argument(use, new, "")


def _elsewhere(use: ImageUse, new: str) -> Operation | None:
    """Write the whole reference in a flag or in the directive."""
    if use.how == SYNTAX:
        return SetDirective(use.at.file.path, "syntax", new)

    return use.at.set_flag("from", new) if use.how == "--from" else _in_mount(use, new)


def _in_mount(use: ImageUse, new: str) -> Operation | None:
    flags = [flag for flag in use.at.raw.flags if flag.name == "mount"]
    if len(flags) != 1 or f"from={use.text}" not in flags[0].value.split(","):
        return None

    parts = [f"from={new}" if part == f"from={use.text}" else part for part in flags[0].value.split(",")]
    return use.at.set_flag("mount", ",".join(parts))


def _in_default(use: ImageUse, tag: str) -> Operation | None:
    """The tag stands in `${X:-latest}`, and nothing else sets the variable."""
    found = split_variable_default(use.text)
    if found is None or found.tag is None or any(name in use.at.file.arguments for name in found.variables):
        return None

    return use.at.set_word(0, use.text[: found.tag.start] + tag + use.text[found.tag.end :])


def _in_argument(use: ImageUse, new: str, tag: str) -> Operation | None:
    """The tag, or the whole reference, is the default of an ARG that nothing else uses."""
    text = _unquoted(use.text)
    whole, only_tag = _WHOLE.fullmatch(text), _TAG.fullmatch(text)
    match = whole or only_tag
    if match is None or use.reference is None or use.at.stage is None:
        return None

    name = match[1] or match[2]
    holders = [one for one in use.at.file.head if one.keyword == "ARG" and name in dict(one.raw.pairs)]
    if len(holders) != 1 or _used_elsewhere(use, name):
        return None

    value = dict(holders[0].raw.pairs)[name]
    if value != (use.reference.text if whole else use.reference.tag) or not value or not (whole or tag):
        return None

    return holders[0].set_value(name, new if whole else tag)


def _used_elsewhere(use: ImageUse, name: str) -> bool:
    """Whether the variable means something for another image too."""
    others = (stage for stage in use.at.file.stages if name in used(stage.base_text))
    return any(_unquoted(stage.base_text) != _unquoted(use.text) for stage in others)


def _does_more(use: ImageUse) -> bool:
    """Whether the variable that holds the reference is put into another ARG, or taken over by a stage, as it is now."""
    name, file = held_by_argument(use), use.at.file
    if any(name in used(value) for one in file.head if one.keyword == "ARG" for _, value in one.raw.pairs):
        return True

    return any(_declares(one, name) for stage in file.stages for one in stage.instructions)


def _declares(one: Instruction, name: str) -> bool:
    """Whether an ARG of a stage takes the variable over."""
    if one.keyword != "ARG":
        return False

    return any(word.partition("=")[0] == name for word in one.text.split())


def held_by_argument(use: ImageUse) -> str:
    """Return the name of the ARG that holds the whole reference; "" when none does."""
    match = _WHOLE.fullmatch(_unquoted(use.text))
    return (match[1] or match[2]) if match else ""


def _unquoted(text: str) -> str:
    return text.strip("'\"")
