"""Generated Dockerfiles with generated operations: every result is the planned one."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from formats.dockerfile import judge
from formats.dockerfile.buildkit import BuildKit, common, ours
from formats.dockerfile.edits import PATH, edited, lowered, parsed
from formats.dockerfile.generated import dockerfiles
from formats.dockerfile.random_operations import LINES, random_operations
from formats.examples import examples
from hypothesis import Phase, assume, given, note, settings
from hypothesis import strategies as st

from fixer.finding import Operation
from fixer.formats.dockerfile import (
    AppendCommand,
    DockerfileText,
    ExecForm,
    Insert,
    Instruction,
    PutShellWord,
    Remove,
    RemoveShellWord,
    Replace,
    SetDirective,
    SetFlag,
    SetKeyword,
    SetShellWord,
    SetValue,
    SetWord,
)
from fixer.formats.format import FormatError
from fixer.text import read

SEEDS = st.integers(0, 10**6)
SHIFTING = (Insert, Remove, Replace)


@st.composite
def files(draw: st.DrawFn) -> DockerfileText:
    text = draw(dockerfiles())
    note(text)
    try:
        return parsed(text)
    except FormatError:
        assume(condition=False)
        raise


def made(file: DockerfileText, operation: Operation) -> DockerfileText:
    """Return the file after an operation; one that is refused is not what the property is about."""
    result = lowered(file, operation)
    assume(not result.refused)
    return edited(file, result)


# ---- what was meant


@examples(150)
@given(files(), SEEDS, st.integers(1, 6))
def test_every_result_is_the_planned_one(file: DockerfileText, seed: int, count: int) -> None:
    operations = random_operations(file, Random(seed), count)
    result = lowered(file, *operations)
    assert result.done | result.deferred | set(result.refused) == set(range(len(operations)))
    assert all(reason.strip() and "\n" not in reason for reason in result.refused.values())
    edited(file, result)


@examples(100)
@given(files(), SEEDS)
def test_a_patch_is_whole(file: DockerfileText, seed: int) -> None:
    operations = random_operations(file, Random(seed), 3)
    result = file.lower({0: operations})
    assert bool(result.edits) <= (result.effects == tuple(operations))
    edited(file, result)


@examples(100)
@given(files(), SEEDS)
def test_all_at_once_is_one_after_the_other(file: DockerfileText, seed: int) -> None:
    """From the last instruction to the first, so that each finds its number; the text is the same to the letter."""
    drawn = {getattr(operation, "at", -1): operation for operation in random_operations(file, Random(seed), 5)}
    result = lowered(file, *drawn.values())
    assume(not result.refused and not result.deferred and not any(one.heredocs for one in file.instructions))
    together, text = edited(file, result), file
    for at in sorted(drawn, reverse=True):
        text = made(text, drawn[at])

    assert text.source.text == together.source.text


@examples(60)
@given(files(), SEEDS)
def test_a_byte_order_mark_stays(file: DockerfileText, seed: int) -> None:
    data = b"\xef\xbb\xbf" + file.source.text.encode()
    marked = DockerfileText(read(data), PATH)
    result = edited(marked, lowered(marked, *random_operations(marked, Random(seed), 2)))
    assert marked.source.encoded() == data
    assert result.source.text.count("\ufeff") == file.source.text.count("\ufeff")
    assert marked.source.edited(()).encoded() == data


# ---- what BuildKit sees


@examples(150)
@given(file=files())
def test_buildkit_agrees(file: DockerfileText, buildkit: BuildKit) -> None:
    expected = buildkit.read(file.source.text)
    if expected is not None:
        assert common(ours(file)) == common(expected)


@examples(150)
@given(file=files(), seed=SEEDS)
def test_buildkit_sees_what_was_meant(file: DockerfileText, seed: int, buildkit: BuildKit) -> None:
    before = buildkit.read(file.source.text)
    assume(before is not None)
    assert before is not None
    result = lowered(file, *random_operations(file, Random(seed), 4))
    after = edited(file, result)
    seen = buildkit.read(after.source.text)
    assert seen is not None
    assert judge.differs(judge.planned(before, result.effects), seen) is None
    assert common(ours(after)) == common(seen)


# ---- the same again changes nothing


@examples(100)
@given(files(), SEEDS)
def test_setting_linesare_idempotent(file: DockerfileText, seed: int) -> None:
    kinds = (SetKeyword, SetFlag, SetWord, SetValue, ExecForm)
    operations = [one for one in random_operations(file, Random(seed), 8) if isinstance(one, kinds)][:1]
    once = edited(file, lowered(file, *operations))
    result = lowered(once, *operations)
    if not result.refused:
        assert edited(once, result).source.text == once.source.text


# ---- there and back


def some(file: DockerfileText, chance: Random, actions: set[str]) -> Instruction:
    found = [one for one in file.instructions if one.action in actions]
    assume(found)
    return chance.choice(found)


@examples(80)
@given(files(), SEEDS)
def test_removing_what_was_inserted_gives_back_the_text(file: DockerfileText, seed: int) -> None:
    chance = Random(seed)
    at = chance.randrange(len(file.instructions))
    where = chance.choice(("before", "after"))
    there = made(file, Insert(PATH, at, where, chance.choice(LINES)))
    near = file.instructions[max(at - 1, 0) : at + 1]
    assume(not any(one.heredocs for one in near))  # behind a heredoc comes a blank line, which stays
    assert made(there, Remove(PATH, at + (where == "after"))).source.text == file.source.text


@examples(60)
@given(files(), SEEDS)
def test_putting_words_back_gives_back_the_text(file: DockerfileText, seed: int) -> None:
    chance = Random(seed)
    one = some(file, chance, {"FROM", "USER", "COPY"})
    assume(one.words and one.argv is None)
    number = chance.randrange(len(one.words))
    there = made(file, SetWord(PATH, one.index, number, "new"))
    assert made(there, SetWord(PATH, one.index, number, one.words[number].text)).source.text == file.source.text


@examples(60)
@given(files(), SEEDS)
def test_putting_the_keyword_back_gives_back_the_text(file: DockerfileText, seed: int) -> None:
    one = some(file, Random(seed), {"ADD", "COPY"})
    other = "COPY" if one.action == "ADD" else "ADD"
    there = made(file, SetKeyword(PATH, one.index, other))
    assert made(there, SetKeyword(PATH, one.index, one.action)).source.text == file.source.text


@examples(60)
@given(files(), SEEDS)
def test_putting_the_value_back_gives_back_the_text(file: DockerfileText, seed: int) -> None:
    chance = Random(seed)
    setting_lines = [one for one in file.instructions if one.keyword in {"ENV", "LABEL"}]
    known = [(one, pair) for one in setting_lines for pair in one.key_values if pair.value in {"b", "c d", "e"}]
    assume(known)
    one, pair = chance.choice(known)
    there = made(file, SetValue(PATH, one.index, pair.key, "new value"))
    back = made(there, SetValue(PATH, one.index, pair.key, pair.value))
    assert back.source.text == file.source.text or pair.value == "b"  # what stood without quotes got and keeps them
    assert back.instructions[one.index].pairs == one.pairs


@examples(60)
@given(files(), SEEDS)
def test_removing_the_word_that_was_put_gives_back_the_text(file: DockerfileText, seed: int) -> None:
    chance = Random(seed)
    one = some(file, chance, {"RUN"})
    commands = [command for command in one.script.commands if command.words] if one.script else []
    assume(commands)
    command = chance.choice(commands)
    word = chance.randrange(len(command.words))
    there = made(file, PutShellWord(PATH, one.index, command.index, word, "--new"))
    back = made(there, RemoveShellWord(PATH, one.index, command.index, word + 1))
    assert back.source.text == file.source.text


# ---- places


@examples(100)
@given(files())
def test_places_of_parts_hold_their_text(file: DockerfileText) -> None:
    text, position = file.source.text, 0
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


# ---- the generators reach everything

ALL = {
    *(AppendCommand, ExecForm, Insert, PutShellWord, Remove, RemoveShellWord, Replace),
    *(SetDirective, SetFlag, SetKeyword, SetShellWord, SetValue, SetWord),
}


def test_generated_files_and_operations_reach_everything() -> None:
    styles: Counter[str] = Counter()
    asked: Counter[type] = Counter()
    done: Counter[type] = Counter()

    @settings(max_examples=300, derandomize=True, deadline=None, database=None, phases=[Phase.generate])
    @given(files(), SEEDS)
    def collect(file: DockerfileText, seed: int) -> None:
        styles.update(style for style, holds in styles_of(file).items() if holds)
        operations = random_operations(file, Random(seed), 5)
        asked.update(type(operation) for operation in operations)
        done.update(type(operation) for number, operation in enumerate(operations) if is_done(file, operations, number))

    collect()
    assert {style: styles[style] for style in styles_of(parsed("FROM a")) if styles[style] < 4} == {}
    assert set(asked) == ALL
    assert {kind: (done[kind], asked[kind]) for kind in ALL if done[kind] < max(5, 0.25 * asked[kind])} == {}


def is_done(file: DockerfileText, operations: list[Operation], number: int) -> bool:
    return not lowered(file, operations[number]).refused


def styles_of(file: DockerfileText) -> dict[str, bool]:
    text, parts = file.source.text, file.instructions
    return {
        "several stages": sum(one.keyword == "FROM" for one in parts) > 1,
        "heredoc": any(one.heredocs for one in parts),
        "two heredocs": any(len(one.heredocs) > 1 for one in parts),
        "comment in a continuation": any(one.comments for one in parts),
        "escape directive": file.escape == "`",
        "syntax directive": bool(file.directives),
        "ONBUILD": any(one.keyword == "ONBUILD" for one in parts),
        "CRLF": "\r\n" in text,
        "JSON form": any(one.argv is not None for one in parts),
        "flags": any(one.flags for one in parts),
        "no final newline": not text.endswith("\n"),
        "dangling": any(one.dangling for one in parts),
        "comment at the end": text.endswith("# end"),
        "lower case": text.islower(),
        "pairs": any(one.pairs for one in parts),
        "shell": any(one.script for one in parts),
    }
