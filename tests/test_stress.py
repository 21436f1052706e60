"""Files of the corpus in styles they were not written in: fixes still apply, are proven, and end.

A sample is taken, another one each day; FIXER_STRESS=all takes every file.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import random
import re
import zlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from fixer.files import discover
from fixer.finding import Level, Risk
from fixer.kinds import KINDS, kind_of
from fixer.outcome import Choice, Outcome
from fixer.project import Disk, Project
from fixer.rule import discover as discover_rules
from fixer.sweep import sweep
from fixer.text import TextError, read

HIGH = Choice(risk=Risk.HIGH, level=Level.INFO)
SAMPLE = 60
LARGEST = 60_000

Rewrite = Callable[[str, random.Random], str | None]


def crlf(text: str, _: random.Random) -> str:
    return text.replace("\r\n", "\n").replace("\n", "\r\n")


def byte_order_mark(text: str, _: random.Random) -> str:
    return "\ufeff" + text


def no_final_newline(text: str, _: random.Random) -> str:
    return text.rstrip("\r\n")


def trailing_blanks(text: str, rnd: random.Random) -> str:
    return outside(text, lambda line: line + " " * rnd.choice((0, 0, 1, 3)))


def trailing_tabs(text: str, rnd: random.Random) -> str:
    return outside(text, lambda line: line + "\t" * rnd.choice((0, 0, 1)) if line.strip() else line)


def comments(text: str, rnd: random.Random) -> str:
    def more(line: str) -> str:
        drawn = rnd.random()
        if drawn < 0.15:
            return line + "\n" + " " * rnd.randint(0, 12) + "# c: [x \u00e9\U0001f600"

        if drawn < 0.3 and line.strip() and "#" not in line and not line.startswith(("---", "...", "%")):
            return line + " # after"

        return line + "\n" if drawn < 0.35 else line

    return outside(text, more)


def outside(text: str, change: Callable[[str], str]) -> str:
    """Change the lines of a YAML text that are not inside of a scalar or a flow collection."""
    from ruamel.yaml import YAML
    from ruamel.yaml.events import MappingStartEvent, ScalarEvent, SequenceStartEvent

    inner: set[int] = set()
    opened: list[tuple[int, bool]] = []
    for event in YAML(typ="safe", pure=True).parse(io.StringIO(text)):
        if isinstance(event, (MappingStartEvent, SequenceStartEvent)):
            opened.append((event.start_mark.line, bool(event.flow_style)))
        elif type(event).__name__ in {"MappingEndEvent", "SequenceEndEvent"}:
            start, flow = opened.pop()
            inner |= set(range(start, event.end_mark.line)) if flow else set()
        elif isinstance(event, ScalarEvent) and event.end_mark.line > event.start_mark.line:
            inner |= set(range(event.start_mark.line, event.end_mark.line + 1))

    return "\n".join(line if number in inner else change(line) for number, line in enumerate(text.split("\n")))


def wrapped(text: str, _: random.Random) -> str | None:
    if re.search(r"^(---|\.\.\.|%)", text, re.MULTILINE):
        return None

    return "# head\n---\n" + text.rstrip("\n") + "\n...\n"


def native(text: str) -> list[object]:
    from ruamel.yaml import YAML

    yaml = YAML(typ="safe", pure=True)
    yaml.constructor.yaml_constructors["tag:yaml.org,2002:timestamp"] = yaml.constructor.construct_yaml_str
    return list(yaml.load_all(text))


def as_json(text: str, _: random.Random) -> str | None:
    documents = native(text)
    return json.dumps(documents[0], indent=2) + "\n" if len(documents) == 1 else None


def as_compact_json(text: str, _: random.Random) -> str | None:
    documents = native(text)
    return json.dumps(documents[0]) + "\n" if len(documents) == 1 else None


def as_tabbed_json(text: str, _: random.Random) -> str | None:
    documents = native(text)
    return json.dumps(documents[0], indent="\t") + "\n" if len(documents) == 1 else None


def dumped(text: str, *, flow: bool | None, width: int = 200) -> str:
    from ruamel.yaml import YAML

    yaml, out = YAML(typ="safe", pure=True), io.StringIO()
    yaml.default_flow_style = flow
    yaml.width = width
    documents = native(text)
    yaml.explicit_start = len(documents) > 1
    yaml.dump_all(documents, out)
    return out.getvalue()


def leaf_flow(text: str, _: random.Random) -> str:
    return dumped(text, flow=None)


def all_flow(text: str, _: random.Random) -> str:
    return dumped(text, flow=True, width=60)


def indented(mapping: int, sequence: int, offset: int) -> Rewrite:
    def rewrite(text: str, _: random.Random) -> str:
        from ruamel.yaml import YAML

        yaml, out = YAML(typ="rt", pure=True), io.StringIO()
        yaml.preserve_quotes = True
        yaml.indent(mapping=mapping, sequence=sequence, offset=offset)
        yaml.dump_all(list(yaml.load_all(text)), out)
        return out.getvalue()

    return rewrite


YAML_STYLES: dict[str, Rewrite] = {
    "CRLF": crlf,
    "byte order mark": byte_order_mark,
    "no final newline": no_final_newline,
    "trailing blanks": trailing_blanks,
    "trailing tabs": trailing_tabs,
    "comments": comments,
    "document markers": wrapped,
    "JSON": as_json,
    "compact JSON": as_compact_json,
    "JSON with tabs": as_tabbed_json,
    "leaf flow": leaf_flow,
    "all flow": all_flow,
    "indent 4/6/4": indented(4, 6, 4),
    "indent 4/4/0": indented(4, 4, 0),
    "indent 2/2/0": indented(2, 2, 0),
    "indent 3/5/2": indented(3, 5, 2),
}


def blank_in_continuation(text: str, _: random.Random) -> str:
    return text.replace("\\\n", "\\\n\n") if "<<" not in text else text


def comment_in_continuation(text: str, _: random.Random) -> str:
    return text.replace("\\\n", "\\\n  # why\n") if "<<" not in text else text


def blank_behind_escape(text: str, _: random.Random) -> str:
    return text.replace("\\\n", "\\  \n") if "<<" not in text else text


def lower_case(text: str, _: random.Random) -> str:
    return re.sub(
        r"^(FROM|RUN|COPY|ADD|USER|CMD|ENV|EXPOSE|WORKDIR)\b", lambda word: word[0].lower(), text, flags=re.MULTILINE
    )


def comments_between(text: str, _: random.Random) -> str:
    return (
        re.sub(r"(?<!\\)\n(?=(?:FROM|CMD|ENTRYPOINT|USER|COPY) )", "\n# what follows\n", text)
        if "<<" not in text
        else text
    )


def latin_1(text: str, _: random.Random) -> str:
    return text + "# caf\udce9\n" if text.endswith("\n") and not text.rstrip().endswith("\\") else text


DOCKERFILE_STYLES: dict[str, Rewrite] = {
    "CRLF": crlf,
    "byte order mark": byte_order_mark,
    "no final newline": no_final_newline,
    "blank line in a continuation": blank_in_continuation,
    "comment in a continuation": comment_in_continuation,
    "blank behind the escape": blank_behind_escape,
    "lower case": lower_case,
    "comments between": comments_between,
    "Latin-1": latin_1,
}

STYLES = [("yaml", name) for name in YAML_STYLES] + [("dockerfile", name) for name in DOCKERFILE_STYLES]


@pytest.mark.parametrize(("family", "style"), STYLES, ids=[f"{family}: {style}" for family, style in STYLES])
def test_fixes_in_another_style(family: str, style: str, corpus: Path, tmp_path: Path) -> None:
    rewrite = (YAML_STYLES if family == "yaml" else DOCKERFILE_STYLES)[style]
    folder = tmp_path / "rewritten"
    written = sum(write(path, folder, corpus, rewrite, style) for path in sampled(corpus, family))
    assert written >= 5
    outcomes = swept(folder)
    crashes = Counter((crash.rule, crash.error, crash.trace) for one in outcomes for crash in one.crashes)
    assert not crashes
    failed = [(one.path, bad.finding.rule, bad.finding.place, bad.reason) for one in outcomes for bad in one.failed]
    assert not failed
    assert sum(one.changed for one in outcomes) >= 5
    for one in outcomes:
        if one.changed and one.after:
            place = folder / one.path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(one.after.encoded())

    assert [one.path for one in swept(folder) if one.changed] == []


def sampled(corpus: Path, family: str) -> list[Path]:
    """A share of the files of a family; which one depends on the day."""
    files = [corpus / path for path in discover([str(corpus)], str(corpus)).files]
    wanted = [path for path in files if is_of(path, family) and path.stat().st_size < LARGEST]
    if os.environ.get("FIXER_STRESS") == "all":
        return wanted

    return random.Random(dt.datetime.now(tz=dt.UTC).toordinal()).sample(wanted, min(SAMPLE, len(wanted)))


def is_of(path: Path, family: str) -> bool:
    try:
        kind = kind_of(str(path), read(path.read_bytes(), lenient=True).text)
    except TextError:
        return False

    return kind == "dockerfile" if family == "dockerfile" else kind in {"compose", "kubernetes"}


def write(path: Path, folder: Path, corpus: Path, rewrite: Rewrite, style: str) -> bool:
    """Write the rewritten file to the place it has in the corpus; return whether it could be rewritten."""
    source = read(path.read_bytes(), lenient=True)
    rnd = random.Random(zlib.crc32((str(path.relative_to(corpus)) + style).encode()))
    try:
        text = rewrite(source.text, rnd)
    except Exception:  # noqa: BLE001 - what the other reader cannot read is not rewritten
        return False

    if text is None:
        return False

    place = folder / path.relative_to(corpus)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(text.encode("utf-8", "surrogateescape"))
    return True


def swept(folder: Path) -> list[Outcome]:
    files = discover([str(folder)], str(folder)).files
    return sweep(Project(Disk(str(folder)), files), discover_rules("transforms", KINDS), HIGH, jobs=1)
