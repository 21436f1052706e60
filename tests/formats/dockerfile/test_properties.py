"""Generated Dockerfiles with generated operations: every result is the planned one."""

from __future__ import annotations

from random import Random

import pytest
from formats.dockerfile.buildkit import BuildKit, common, ours
from formats.dockerfile.edits import PATH, edited, lowered, parsed
from formats.dockerfile.random_operations import random_operations
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fixer.formats.dockerfile import AppendCommand, ExecForm, PutShellWord, SetFlag, SetKeyword, SetValue, SetWord
from fixer.formats.format import FormatError

WORDS = st.sampled_from(
    ["a", "b-c", "/d/e", "é", "🙂", "x=y", "'q r'", '"s t"', "$V", "${W:-x}", "c:\\z", "1.2", "--u"]
)
COMMANDS = st.sampled_from(
    [
        "a b",
        "apt-get install -y c d",
        "sudo e --f",
        "set -e",
        "g > h",
        "i | j",
        "( k )",
        "l || m",
        "if n; then o; fi",
        'p "$(q r)"',
        "X=1 s 't u'",
        "v &",
    ]
)
COMMENTS = st.sampled_from(["# c", "#", "  # FROM x", "# é \u2028 RUN y", "# escape=`", "\t#\tt \\"])
FLAGS = st.sampled_from(["", "", "", "--link ", "--chown=a ", "--from=b --link ", '--chmod="7 5" '])


@st.composite
def instructions(draw: st.DrawFn, escape: str) -> str:
    kind = draw(
        st.sampled_from(["RUN", "RUN", "RUN", "COPY", "ADD", "ENV", "ARG", "CMD", "USER", "LABEL", "HEREDOC", "JSON"])
    )
    joint = draw(
        st.sampled_from([" && {e}\n    ", " {e}\n  && ", "; {e}\n\t", " && ", " {e} \n# note\n\n   && "])
    ).replace("{e}", escape)
    head = "ONBUILD " if draw(st.integers(0, 9)) == 0 else ""
    if kind == "RUN":
        return head + "RUN " + joint.join(draw(st.lists(COMMANDS, min_size=1, max_size=4)))

    if kind == "HEREDOC":
        body = "".join(f"{line}\n" for line in draw(st.lists(st.one_of(COMMANDS, COMMENTS), max_size=4)))
        return head + draw(st.sampled_from(["RUN <<E", "COPY <<E /x", "RUN cat <<E > f", "RUN <<'E'"])) + f"\n{body}E"

    if kind == "JSON":
        return head + draw(
            st.sampled_from(['CMD ["a", "b"]', f'ENTRYPOINT ["a", {escape}\n "b"]', 'COPY ["a b", "c"]'])
        )

    if kind in {"ENV", "LABEL"}:
        pairs = draw(
            st.lists(
                st.sampled_from(["A=b", 'B="c d"', "C='e'", "D=$f", "E=g\\ h"]), min_size=1, max_size=3, unique=True
            )
        )
        return f"{kind} " + f" {escape}\n  ".join(pairs)

    words = draw(st.lists(WORDS, min_size=2, max_size=4))
    flags = draw(FLAGS) if kind in {"COPY", "ADD"} else ""
    gap = draw(st.sampled_from([" ", "  ", "\t", f" {escape}\n  # inside\n  "]))
    return head + f"{kind} {flags}" + gap.join(words)


@st.composite
def dockerfiles(draw: st.DrawFn) -> str:
    escape = draw(st.sampled_from(["\\", "\\", "\\", "`"]))
    lines = ["# syntax=docker/dockerfile:1"] if draw(st.booleans()) else []
    lines += ["# escape=`"] if escape == "`" else []
    lines += [draw(COMMENTS)] if draw(st.booleans()) else []
    lines.append("FROM " + draw(st.sampled_from(["a", "--platform=b c:1 AS d", "e@sha256:00 as f"])))
    for _ in range(draw(st.integers(0, 5))):
        lines += draw(st.lists(st.one_of(COMMENTS, st.just(""), st.just("  ")), max_size=2))
        lines.append(draw(st.sampled_from(["", "", "  ", "\t"])) + draw(instructions(escape)))

    text = "\n".join(lines)
    text = text.lower() if draw(st.integers(0, 7)) == 0 else text
    text += draw(st.sampled_from(["\n", "", "\n\n", f" {escape}\n", "\n# end"]))
    return text.replace("\n", "\r\n") if draw(st.integers(0, 3)) == 0 else text


SLOW = settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)


@SLOW
@given(dockerfiles(), st.integers(0, 10**6), st.integers(1, 6))
def test_every_result_is_the_planned_one(text: str, seed: int, count: int) -> None:
    try:
        file = parsed(text)
    except FormatError:
        return

    operations = random_operations(file, Random(seed), count)
    result = lowered(file, *operations)
    assert result.done | result.deferred | set(result.refused) == set(range(len(operations)))
    assert all(reason.strip() and "\n" not in reason for reason in result.refused.values())
    edited(file, result)


@SLOW
@given(dockerfiles(), st.integers(0, 10**6))
def test_a_patch_is_whole(text: str, seed: int) -> None:
    try:
        file = parsed(text)
    except FormatError:
        return

    operations = random_operations(file, Random(seed), 3)
    result = file.lower({0: operations})
    assert bool(result.edits) <= (result.effects == tuple(operations))
    edited(file, result)


@SLOW
@given(dockerfiles(), st.integers(0, 10**6))
def test_settings_are_idempotent(text: str, seed: int) -> None:
    try:
        file = parsed(text)
    except FormatError:
        return

    kinds = (SetKeyword, SetFlag, SetWord, SetValue, ExecForm)
    operations = [one for one in random_operations(file, Random(seed), 8) if isinstance(one, kinds)][:1]
    once = edited(file, lowered(file, *operations))
    result = lowered(once, *operations)
    if not result.refused:
        assert edited(once, result).source.text == once.source.text


@SLOW
@given(text=dockerfiles())
def test_buildkit_agrees(text: str, buildkit: BuildKit) -> None:
    expected = buildkit.read(text)
    if expected is not None:
        assert common(ours(parsed(text))) == common(expected)


@SLOW
@given(text=dockerfiles(), seed=st.integers(0, 10**6))
def test_buildkit_accepts_the_result(text: str, seed: int, buildkit: BuildKit) -> None:
    if buildkit.read(text) is None:
        return

    file = parsed(text)
    result = edited(file, lowered(file, *random_operations(file, Random(seed), 4)))
    seen = buildkit.read(result.source.text)
    assert seen is not None
    assert common(ours(result)) == common(seen)


@SLOW
@given(dockerfiles())
def test_places_of_parts_hold_their_text(text: str) -> None:
    try:
        file = parsed(text)
    except FormatError:
        return

    position = 0
    for instruction in file.instructions:
        assert position <= instruction.comment_start <= instruction.start < instruction.end
        position = instruction.end
        for word in instruction.words:
            assert word.start < 0 or text[word.start : word.end] == word.text

        for command in instruction.script.commands if instruction.script else ():
            for shell_word in command.words:
                assert text[shell_word.start : shell_word.end] == shell_word.text
                assert instruction.start <= shell_word.start < shell_word.end <= instruction.end


@pytest.mark.parametrize("operation", [AppendCommand(PATH, 1, ("x",)), PutShellWord(PATH, 1, 0, 0, "-y")])
def test_an_operation_on_crlf_is_the_twin(operation: AppendCommand | PutShellWord) -> None:
    text = "FROM a\nRUN b \\\n  # c\n\n  && d\n"
    once = parsed(text)
    twin = parsed(text.replace("\n", "\r\n"))
    expected = edited(once, lowered(once, operation)).source.text.replace("\n", "\r\n")
    assert edited(twin, lowered(twin, operation)).source.text == expected
