"""The forms of a report, and `--report FORM:PATH`: several reports of one run."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from importlib import import_module

import msgspec

from fixer.errors import UserError, clause
from fixer.outcome import Outcome
from fixer.policy.policy import Policy
from fixer.report.rows import Report
from fixer.rule import Rule

STDOUT = "-"


class Context(msgspec.Struct, frozen=True):
    """What some forms need beside the report.

    `name` turns a path of the run into the one that people are shown. `preview` returns the outcomes of the same files
    with every fix accepted: what the fixes that are open or held back would change.
    """

    rules: Sequence[Rule] = ()
    policy: Policy | None = None
    name: Callable[[str], str] = str
    preview: Callable[[], Sequence[Outcome]] = tuple


Render = Callable[[Report, Context], str]


class Wanted(msgspec.Struct, frozen=True):
    """A report that is asked for; `path` is `-` for standard output."""

    form: str
    path: str


def parse(values: Sequence[str], *, taken: str = "") -> tuple[Wanted, ...]:
    """Return the reports that the values of `--report` ask for.

    `taken` says what standard output is used for already, as a clause; "" when it is free. Raises UserError for an
    unknown form, a missing path, and two reports at one place.
    """
    found: dict[str, Wanted] = {}
    for value in values:
        form, _, path = value.partition(":")
        if form not in FORMS:
            raise UserError(f"--report {value}: {_unknown(form)}")

        if not path:
            raise UserError(f"--report {value}: a path is wanted, as in {form}:report.{form}; `-` is standard output")

        if path == STDOUT and taken:
            raise UserError(f"--report {value}: {taken}")

        place = path if path == STDOUT else _place(path)
        if place in found:
            raise UserError(f"--report {value}: the report {found[place].form} goes to the same place")

        found[place] = Wanted(form, path)

    return tuple(found.values())


def check_places(wanted: Sequence[Wanted], root: str, files: frozenset[str]) -> None:
    """Raise UserError for a report that could not be written, before anything else is done.

    `files` are the full paths of the files of the run: a report must not take the place of one. A link in the scanned
    tree must not lead a report out of its `root`.
    """
    for one in wanted:
        if one.path == STDOUT:
            continue

        full = _place(one.path)
        leads_out = _below(os.path.abspath(one.path), root) and not _below(full, root)
        reason = "it is a file of this run" if full in files else _why_not(full)
        if reason := f"a symbolic link leads it out of {root}" if leads_out else reason:
            raise UserError(f"--report {one.form}:{one.path}: it cannot be written: {reason}")


def _below(path: str, root: str) -> bool:
    return path.startswith(root.rstrip("/") + "/")


def deliver(wanted: Sequence[Wanted], report: Report, context: Context, emit: Callable[[str], None]) -> None:
    """Write the reports; `emit` prints. Raises UserError for one that cannot be written: its old content is left."""
    for one in wanted:
        text = FORMS[one.form](report, context)
        if one.path == STDOUT:
            emit(text)
            continue

        try:
            _write(_place(one.path), text.encode("utf-8", "surrogateescape"))
        except OSError as error:
            raise UserError(f"--report {one.form}:{one.path}: it cannot be written: {clause(error)}") from None


def _unknown(form: str) -> str:
    near = get_close_matches(form, FORMS, n=1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(FORMS)}"
    return f"there is no form {form!r}; {hint}"


# ---- the forms; a module is imported when its form is asked for


def _text(report: Report, context: Context) -> str:
    from fixer.report.text import check_lines, fix_lines

    lines = check_lines if report.choice is None else fix_lines
    return "".join(f"{line}\n" for line in lines(report, context.name, lambda text, _: text))


def _sarif(report: Report, context: Context) -> str:
    from fixer.report.sarif import render

    return render(report, context.rules)


def _html(report: Report, context: Context) -> str:
    from fixer.report.html import render

    return render(report, context.rules, context.policy, context.preview())


def _plain(form: str) -> Render:
    def render(report: Report, _: Context) -> str:
        text: str = import_module(f"fixer.report.{form}").render(report)
        return text

    return render


FORMS: dict[str, Render] = {
    "text": _text,
    "json": _plain("json"),
    "sarif": _sarif,
    "junit": _plain("junit"),
    "github": _plain("github"),
    "gitlab": _plain("gitlab"),
    "markdown": _plain("markdown"),
    "html": _html,
}


# ---- writing


def _place(path: str) -> str:
    """The full path of a report. What is a stream already keeps its name: behind /dev/stdout there is none."""
    return os.path.abspath(path) if _stream(path) else os.path.realpath(path)


def _stream(path: str) -> bool:
    """Whether a path is written to, rather than replaced."""
    if os.path.abspath(path).startswith(("/dev/", "/proc/")):
        return True

    return os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path)


def _why_not(full: str) -> str:
    """Why nothing could be written to a path, as a clause; "" when it could."""
    if os.path.isdir(full):
        return "it is a folder"

    if _stream(full):
        return "" if os.access(full, os.W_OK) else "permission denied"

    folder = os.path.dirname(full)
    if not os.path.isdir(folder):
        return f"there is no folder {folder}"

    return "" if os.access(folder, os.W_OK | os.X_OK) else "permission denied"


def _write(full: str, data: bytes) -> None:
    """Put a file in the place of what was there, whole or not at all, with its mode."""
    if _stream(full):
        with open(full, "wb") as file:
            file.write(data)

        return

    temporary = os.path.join(os.path.dirname(full), f".fixer-{os.urandom(8).hex()}.tmp")
    try:
        with open(temporary, "xb") as file:
            file.write(data)
            if os.path.exists(full):
                os.fchmod(file.fileno(), stat.S_IMODE(os.stat(full).st_mode))

        os.replace(temporary, full)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)

        raise
