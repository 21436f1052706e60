"""What is done to a good file to make it a hostile one; everything is drawn from one seeded source of chance."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

LARGEST = 100_000
Mutation = Callable[[bytes, Random, bytes], bytes]

TOKENS = (
    *(b": ", b"- ", b"? ", b"&a ", b"*a", b"<<: *a", b"!x ", b"!!str ", b"!!binary ", b"|", b">-", b"|+2", b"{", b"}"),
    *(b"[", b"]", b",", b"#", b" #", b"'", b'"', b"\\", b"`", b"@", b"%YAML 1.1\n", b"---\n", b"...\n", b"{{ .x }}"),
    *(
        b"{% if %}",
        b"<<EOF",
        b"<<-'E'",
        b"EOF\n",
        b"\\\n",
        b" \\ \n",
        b"&& ",
        b"|| ",
        b"; ",
        b"| ",
        b"$(",
        b")",
        b"${A:-",
    ),
    *(
        b"$A",
        b"}",
        b"--x=y ",
        b"ONBUILD ",
        b"RUN ",
        b"FROM ",
        b"FROM scratch\n",
        b"USER ",
        b"# escape=`\n",
        b"# syntax=x\n",
    ),
    *(b'["a", ', b'"]', b"AS x", b"services:\n", b"extends: {service: web}\n", b"apiVersion: v1\nkind: List\nitems:\n"),
)
CHARACTERS = (
    *("\u0085", "\u2028", "\u2029", "\ufeff", "\u00a0", "\u200b", "\u202e", "\U0001f600", "\u00e9", "\uffff", "\x7f"),
    *("\x01", "\x07", "\x08", "\x0b", "\x0c", "\x1b", "\t", "\r", "\u3000", "\u0130", "\u0660", "\u00b2"),
)
BAD_BYTES = (b"\0", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xe9", b"\xf4\x90\x80\x80", b"\xfe\xff", b"\xc0\x80", b"\x80")
SCALARS = (
    *(
        b"",
        b"null",
        b"~",
        b"true",
        b"yes",
        b"0",
        b"-1",
        b"5",
        b"0.5",
        b"1e999",
        b".nan",
        b".inf",
        b"-.inf",
        b"0x1F",
        b"08",
    ),
    *(
        b"010",
        b"1_000",
        b"9" * 400,
        b"9" * 5000,
        b"1e400",
        b"{}",
        b"[]",
        b"[[]]",
        b"{a: {}}",
        b"[null]",
        b"[1, {}, a]",
        b"'",
        b'"',
    ),
    *(
        b"''",
        b'""',
        b"' '",
        b"|\n      x",
        b"!reset null",
        b"!override []",
        b"!!binary aGk=",
        b"!!set {a}",
        b"2024-01-02",
        b"12:30",
    ),
    *(
        b"${A}",
        b"${A:-b}",
        b"${A:?}",
        b"$$",
        b"$",
        b"${",
        b"a:b:c:d",
        b"::",
        b":",
        b"/",
        b"@",
        b"a@sha256:",
        b"a/b/c:d@e",
        b":latest",
    ),
    *(
        b"1-2:3-4",
        b"127.0.0.1::80",
        b"[::1]:80:80",
        b"80/udp",
        b"-80",
        b"99999999",
        b"1.5.5",
        b"100m",
        b"1Gi",
        b"-1Gi",
        b"1e3Ki",
    ),
    *(
        b"=",
        b"<<",
        b"*a",
        b"&a a",
        b"? a",
        b"- a",
        b"a: b: c",
        b"{{ x }}",
        b"\\",
        b"%",
        b"root",
        b"0:0",
        b"1000:",
        b":1000",
        b"../..",
        b".",
    ),
)


def mutated(data: bytes, chance: Random, other: bytes) -> bytes:
    """Return `data` after some mutations; `other` is a second file to take pieces from."""
    for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 5))):
        data = chance.choice(MUTATIONS)(data, chance, other)[:LARGEST]

    return data


def spot(data: bytes, chance: Random) -> int:
    return chance.randint(0, len(data))


def piece(data: bytes, chance: Random, longest: int = 2000) -> tuple[int, int]:
    start = spot(data, chance)
    return start, min(len(data), start + chance.choice((1, 2, 5, 20, 100, longest)))


def inserted(data: bytes, chance: Random, new: bytes) -> bytes:
    at = spot(data, chance)
    return data[:at] + new + data[at:]


# ---- bytes


def flip(data: bytes, chance: Random, _: bytes) -> bytes:
    if not data:
        return data

    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << chance.randrange(8))]) + data[at + 1 :]


def random_bytes(data: bytes, chance: Random, _: bytes) -> bytes:
    return inserted(data, chance, chance.randbytes(chance.choice((1, 2, 8))))


def bad_bytes(data: bytes, chance: Random, _: bytes) -> bytes:
    return inserted(data, chance, chance.choice(BAD_BYTES))


def odd_character(data: bytes, chance: Random, _: bytes) -> bytes:
    return inserted(data, chance, chance.choice(CHARACTERS).encode() * chance.choice((1, 1, 1, 3)))


def cut(data: bytes, chance: Random, _: bytes) -> bytes:
    start, end = piece(data, chance)
    return data[:start] + data[end:]


def truncate(data: bytes, chance: Random, _: bytes) -> bytes:
    return data[: spot(data, chance)]


def behead(data: bytes, chance: Random, _: bytes) -> bytes:
    return data[spot(data, chance) :]


def duplicate(data: bytes, chance: Random, _: bytes) -> bytes:
    start, end = piece(data, chance)
    return data[:end] + data[start:end] * chance.choice((1, 1, 2, 30)) + data[end:]


def move(data: bytes, chance: Random, _: bytes) -> bytes:
    start, end = piece(data, chance)
    return inserted(data[:start] + data[end:], chance, data[start:end])


def splice(data: bytes, chance: Random, other: bytes) -> bytes:
    return data[: spot(data, chance)] + other[spot(other, chance) :]


def transplant(data: bytes, chance: Random, other: bytes) -> bytes:
    start, end = piece(other, chance)
    return inserted(data, chance, other[start:end])


def token(data: bytes, chance: Random, _: bytes) -> bytes:
    return inserted(data, chance, chance.choice(TOKENS))


# ---- lines


def line_at(data: bytes, chance: Random) -> tuple[list[bytes], int]:
    lines = data.split(b"\n")
    return lines, chance.randrange(len(lines))


def drop_line(data: bytes, chance: Random, _: bytes) -> bytes:
    lines, at = line_at(data, chance)
    return b"\n".join(lines[:at] + lines[at + 1 :])


def repeat_line(data: bytes, chance: Random, _: bytes) -> bytes:
    lines, at = line_at(data, chance)
    return b"\n".join(lines[:at] + [lines[at]] * chance.choice((2, 2, 3, 50)) + lines[at + 1 :])


def swap_lines(data: bytes, chance: Random, _: bytes) -> bytes:
    lines, at = line_at(data, chance)
    to = chance.randrange(len(lines))
    lines[at], lines[to] = lines[to], lines[at]
    return b"\n".join(lines)


def indent(data: bytes, chance: Random, _: bytes) -> bytes:
    lines, at = line_at(data, chance)
    kind = chance.randrange(4)
    blank = chance.choice((b" ", b"  ", b"\t", b"    "))
    lines[at] = blank + lines[at] if kind < 2 else lines[at][len(blank) :] if kind == 2 else lines[at].lstrip()
    return b"\n".join(lines)


def comment_line(data: bytes, chance: Random, _: bytes) -> bytes:
    lines, at = line_at(data, chance)
    new = chance.choice((b"# x", b"    # x", b"", b"   ", b"\t", lines[at] + b" # y", b"#" + lines[at]))
    return b"\n".join([*lines[:at], new, *lines[at:]])


def trailing(data: bytes, chance: Random, _: bytes) -> bytes:
    lines, at = line_at(data, chance)
    lines[at] += chance.choice((b" ", b"\t", b" \\", b"\\", b"`", b"\r", b":", b",", b" #"))
    return b"\n".join(lines)


def line_ends(data: bytes, chance: Random, _: bytes) -> bytes:
    new = chance.choice((b"\r\n", b"\r", b"\n\r", b"\x0b", b"\xc2\x85", b"\xe2\x80\xa8"))
    if chance.random() < 0.5:
        return data.replace(b"\n", new)

    return b"".join(part + (new if chance.random() < 0.3 else b"\n") for part in data.split(b"\n"))


def no_final_line_end(data: bytes, _: Random, __: bytes) -> bytes:
    return data.rstrip(b"\r\n")


def byte_order_mark(data: bytes, _: Random, __: bytes) -> bytes:
    return b"\xef\xbb\xbf" + data


# ---- what the formats hold

_VALUE = re.compile(rb"(?m)(?<=: )[^\n]+$|(?<=- )[^\n]+$")
_ENTRY = re.compile(rb"(?m)^( *)(?:- )?[A-Za-z\"'][^:\n]*:[^\n]*\n(?:\1 +[^\n]*\n)*")
_WORD = re.compile(rb"[A-Za-z0-9_./:-]+")


def replaced(data: bytes, chance: Random, pattern: re.Pattern[bytes], new: bytes) -> bytes:
    found = list(pattern.finditer(data))
    if not found:
        return inserted(data, chance, new)

    at = chance.choice(found)
    return data[: at.start()] + new + data[at.end() :]


def value(data: bytes, chance: Random, _: bytes) -> bytes:
    return replaced(data, chance, _VALUE, chance.choice(SCALARS))


def block(data: bytes, chance: Random, _: bytes) -> bytes:
    """A key with all that is below it gets another value, or goes, or comes twice."""
    found = list(_ENTRY.finditer(data))
    if not found:
        return data

    at = chance.choice(found)
    old = at.group()
    head = old.split(b":", 1)[0] + b": "
    new = chance.choice((b"", old + old, head + chance.choice(SCALARS) + b"\n", head + b"\n"))
    return data[: at.start()] + new + data[at.end() :]


def word(data: bytes, chance: Random, _: bytes) -> bytes:
    return replaced(data, chance, _WORD, chance.choice((*SCALARS, *TOKENS)))


def arguments(data: bytes, chance: Random, other: bytes) -> bytes:
    """An instruction gets other arguments, those of another one among them."""
    lines = [line for line in (data + b"\n" + other).split(b"\n") if b" " in line]
    new = chance.choice((*SCALARS, *(line.split(b" ", 1)[1] for line in lines[:50])))
    return replaced(data, chance, re.compile(rb"(?m)(?<=^[A-Z]{3} ).+$|(?<=^[A-Z]{4} ).+$|(?<=^[A-Z]{10} ).+$"), new)


# ---- measure


def huge_token(data: bytes, chance: Random, _: bytes) -> bytes:
    start, end = piece(data, chance, 50)
    return data[:start] + (data[start:end] or b"a") * chance.choice((100, 1000, 20_000)) + data[end:]


def long_line(data: bytes, chance: Random, _: bytes) -> bytes:
    unit = chance.choice(
        (b"a", b"a ", b"[", b"- ", b"a: ", b"'", b'"', b"\\", b"$", b"${", b"#", b"# ", b"\t", b" ", b"&a ", b"|")
    )
    return inserted(data, chance, unit * (chance.choice((1000, 30_000, 90_000)) // len(unit)))


def nesting(data: bytes, chance: Random, _: bytes) -> bytes:
    depth = chance.choice((30, 200, 1000, 5000))
    opening, closing = chance.choice(
        (
            *((b"[", b"]"), (b"{a: ", b"}"), (b"- ", b""), (b"$(", b")"), (b"${A:-", b"}"), (b"(", b")"), (b"`", b"`")),
            *((b"if a; then ", b" fi;"), (b'["', b'"]'), (b"? ", b""), (b"{", b"}"), (b"a && (", b")")),
        )
    )
    if chance.random() < 0.2:
        return inserted(data, chance, b"\n" + b"\n".join(b" " * n + b"a:" for n in range(min(depth, 300))) + b"\n")

    return inserted(data, chance, opening * depth + b"x" + closing * depth * chance.choice((0, 1)))


def alias_bomb(data: bytes, chance: Random, _: bytes) -> bytes:
    levels = chance.choice((3, 9, 30))
    lines = [b"x-0: &b0 [a, a, a, a, a, a, a, a, a]"]
    lines += [b"x-%d: &b%d [%s]" % (n, n, b", ".join([b"*b%d" % (n - 1)] * 9)) for n in range(1, levels)]
    return data + (b"" if data.endswith(b"\n") else b"\n") + b"\n".join(lines) + b"\n"


def merge_bomb(data: bytes, chance: Random, _: bytes) -> bytes:
    levels = chance.choice((3, 20, 200))
    lines = [b"x-0: &m0 {a: 1}"] + [
        b"x-%d: &m%d {<<: [*m%d, *m%d], k%d: 1}" % (n, n, n - 1, max(n - 2, 0), n) for n in range(1, levels)
    ]
    return data + (b"" if data.endswith(b"\n") else b"\n") + b"\n".join(lines) + b"\n"


def anchor(data: bytes, chance: Random, _: bytes) -> bytes:
    """A value gets an anchor and another one becomes its alias."""
    data = replaced(data, chance, re.compile(rb"(?<=: )(?=[^\n&*])|(?<=:)(?=\n +)"), b" &z ")
    return replaced(data, chance, _VALUE, b"*z")


BYTES: tuple[Mutation, ...] = (
    *(flip, random_bytes, bad_bytes, odd_character, cut, truncate, behead, duplicate, move, splice, transplant, token),
)
LINES: tuple[Mutation, ...] = (
    *(
        drop_line,
        repeat_line,
        swap_lines,
        indent,
        comment_line,
        trailing,
        line_ends,
        no_final_line_end,
        byte_order_mark,
    ),
)
CONTENT: tuple[Mutation, ...] = (value, block, word, arguments, anchor, token, odd_character)
MEASURE: tuple[Mutation, ...] = (huge_token, long_line, nesting, alias_bomb, merge_bomb)
# What stays readable goes deepest into the rules: it comes more often.
MUTATIONS: tuple[Mutation, ...] = (*BYTES, *LINES, *LINES, *CONTENT, *CONTENT, *CONTENT, *CONTENT, *MEASURE)
