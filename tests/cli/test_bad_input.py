"""Whatever a file holds: one clear line that names it, the rest of the run finished, no byte of it changed."""

# ruff: noqa: ANN001 - the types of fixtures are where these are defined

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

import pytest
from conftest import ROOT

COMPOSE = b"services:\n  web:\n    image: example/web:1.2 # the web\n"
POD = (
    b"apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n"
    b"spec:\n  containers:\n    - name: web\n      image: example/web:1.2\n"
)
DOCKERFILE = b"FROM python:latest\nMAINTAINER me\nCMD python app.py\n"

KINDS = {
    "compose.yaml": ("compose", COMPOSE),
    "pod.yaml": ("kubernetes", POD),
    "Dockerfile": ("dockerfile", DOCKERFILE),
}
YAML = [name for name in KINDS if name.endswith(".yaml")]


def utf16(text: bytes) -> bytes:
    return text.decode().encode("utf-16")


def nested(text: bytes) -> bytes:
    deep = b"".join(b" " * number + b"a:\n" for number in range(1, 2000))
    return text + b"x-deep:\n" + deep + b" " * 2000 + b"b: " + b"{a: " * 10_000 + b"}" * 10_000 + b"\n"


def bomb(text: bytes) -> bytes:
    lines = [b"x-a0: &a0 [1, 2, 3, 4, 5, 6, 7, 8, 9]"]
    lines += [b"x-a%d: &a%d [" % (n, n) + b", ".join([b"*a%d" % (n - 1)] * 9) + b"]" for n in range(1, 12)]
    return text + b"\n".join(lines) + b"\n"


def doubled(text: bytes) -> bytes:
    return text + text.splitlines()[0] + b" again\n"


CASES = [
    *[(name, "binary", lambda text: text + b"\0\1\2", "binary") for name in KINDS],
    *[(name, "UTF-16", utf16, "UTF-16") for name in KINDS],
    *[(name, "50 MB", lambda text: text + b"# " + b"x" * 50_000_000, "larger than 5 MB") for name in KINDS],
    *[(name, "empty", lambda _: b"", "empty") for name in KINDS],
    *[(name, "only blanks", lambda _: b" \n\n", "empty") for name in KINDS],
    *[(name, "invalid UTF-8", lambda text: text + b"# caf\xe9\n", "not valid UTF-8 (line") for name in YAML],
    *[(name, "deep nesting", nested, "nest") for name in YAML],
    *[(name, "alias bomb", bomb, "alias") for name in YAML],
    *[(name, "tabs", lambda text: text + b"x-a:\n\tb: 1\n", "not valid YAML") for name in YAML],
    *[(name, "template", lambda text: text + b"x-a: {{ .Values.a }}\n", "template") for name in YAML],
    *[(name, "broken", lambda text: text + b"x-a: [1\n", "") for name in YAML],
    ("Dockerfile", "template", lambda text: text + b"RUN {{ install }}\n", "template"),
    ("Dockerfile", "unknown instruction", lambda text: text + b"RUNN make\n", "RUNN"),
]


def present(name: str) -> bytes:
    kind, text = KINDS[name]
    if find_spec(f"fixer.kinds.{kind}") is None or not list((ROOT / "transforms" / kind).glob("[a-z]*.py")):
        pytest.skip(f"there are no rules for {kind} yet")

    return text


@pytest.fixture
def beside(project: Path) -> Path:
    """A good file, in front of and behind which the bad one is read."""
    for folder in ("a", "z"):
        (project / folder).mkdir()
        (project / folder / "compose.yaml").write_bytes(COMPOSE)

    return project


def the_rest_is_fixed(project: Path) -> None:
    for folder in ("a", "z"):
        text = (project / folder / "compose.yaml").read_text()
        assert "no-new-privileges" in text
        assert "image: example/web:1.2 # the web\n" in text


@pytest.mark.parametrize(("name", "what", "make", "words"), CASES, ids=[f"{case[0]}-{case[1]}" for case in CASES])
def test_one_line_names_the_file(name, what, make, words, beside, fixer) -> None:  # noqa: PLR0913 - a case has four parts
    del what
    bad = beside / "m" / name
    bad.parent.mkdir()
    data = make(present(name))
    bad.write_bytes(data)

    done = fixer("fix", ".")

    lines = done.about(f"m/{name}")
    assert len(lines) == 1, done.out
    assert words in lines[0]
    assert len(lines[0]) < 200
    assert bad.read_bytes() == data
    assert done.code == 1
    assert not done.err
    the_rest_is_fixed(beside)


@pytest.mark.parametrize("name", YAML)
def test_duplicate_keys_are_named_and_the_file_is_not_edited(name, beside, fixer) -> None:
    bad = beside / "m" / name
    bad.parent.mkdir()
    indent = " " * (6 if name == "pod.yaml" else 4)
    present(name)
    image = f"{indent}image: example/web:1.2"
    mapping = f"{image} # the first\n{image[:-1]}3\n"
    text = KINDS[name][1].decode()
    bad.write_text(text[: text.index(image)] + mapping)

    done = fixer("fix", ".", "--risk", "high")

    assert done.about("the key image stands twice")
    assert not done.err
    assert bad.read_text() == text[: text.index(image)] + mapping
    the_rest_is_fixed(beside)


def test_a_continuation_at_the_end_of_a_dockerfile_is_kept(beside, fixer) -> None:
    bad = beside / "m" / "Dockerfile"
    bad.parent.mkdir()
    bad.write_bytes(present("Dockerfile") + b"RUN make \\")

    done = fixer("fix", ".", "--risk", "high")

    assert done.code in {0, 1}
    assert done.about("m/Dockerfile")
    assert b"RUN make \\" in bad.read_bytes()
    the_rest_is_fixed(beside)


def test_an_unreadable_file(ordinary, fixer) -> None:
    bad = ordinary / "compose.yaml"
    bad.write_bytes(COMPOSE)
    (ordinary / "z").mkdir()
    (ordinary / "z" / "compose.yaml").write_bytes(COMPOSE)
    bad.chmod(0)

    done = fixer("fix", ".")

    bad.chmod(0o600)
    assert [line for line in done.lines if line.startswith("compose.yaml")] == [
        "compose.yaml  not read  permission denied"
    ]
    assert done.code == 1
    assert bad.read_bytes() == COMPOSE
    assert "no-new-privileges" in (ordinary / "z" / "compose.yaml").read_text()


def test_a_folder_that_cannot_be_read(ordinary, fixer) -> None:
    (ordinary / "closed").mkdir(mode=0)

    done = fixer("fix", ".")

    (ordinary / "closed").chmod(0o700)
    assert done.about("closed") == ["closed  skipped  the folder cannot be read: permission denied"]


def test_a_read_only_folder(ordinary, fixer) -> None:
    for name in ("closed", "open"):
        (ordinary / name).mkdir()
        (ordinary / name / "compose.yaml").write_bytes(COMPOSE)

    (ordinary / "closed").chmod(0o500)

    done = fixer("fix", ".")

    (ordinary / "closed").chmod(0o700)
    assert done.about("closed") == ["closed/compose.yaml  (not written: it cannot be written: permission denied)"], (
        done.out
    )
    assert (ordinary / "closed" / "compose.yaml").read_bytes() == COMPOSE
    assert sorted(os.listdir(ordinary / "closed")) == ["compose.yaml"]
    assert "no-new-privileges" in (ordinary / "open" / "compose.yaml").read_text()
    assert done.code == 2


def test_a_loop_of_symbolic_links(beside, fixer) -> None:
    (beside / "compose.yaml").symlink_to("compose.yml")
    (beside / "compose.yml").symlink_to("compose.yaml")
    (beside / "a" / "loop").symlink_to("..")

    done = fixer("fix", ".")

    assert done.about("compose.yaml  skipped") == ["compose.yaml  skipped  a symbolic link leads to no file"]
    assert done.about("compose.yml  skipped") == ["compose.yml  skipped  a symbolic link leads to no file"]
    the_rest_is_fixed(beside)


@pytest.mark.parametrize("named", [False, True])
def test_a_symbolic_link_out_of_the_root(named, beside, fixer) -> None:
    outside = beside.parent / "outside.yaml"
    outside.write_bytes(COMPOSE)
    (beside / "compose.yaml").symlink_to(outside)

    done = fixer("fix", ".", *["compose.yaml"] * named)

    assert done.about("compose.yaml  skipped") == [
        "compose.yaml  skipped  a symbolic link leads out of the root of the run"
    ]
    assert outside.read_bytes() == COMPOSE
    the_rest_is_fixed(beside)
