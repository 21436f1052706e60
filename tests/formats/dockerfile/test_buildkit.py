"""Agreement with BuildKit's own parser: on the corpus, on mutations of it, and on odd texts."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from formats.dockerfile.buildkit import BuildKit, common, ours
from formats.dockerfile.edits import parsed

from fixer.formats.dockerfile import parse
from fixer.formats.format import FormatError
from fixer.text import newline_of, read

KEYWORD = re.compile(r"^(FROM|RUN|COPY|ADD|ENV|ARG|CMD|ENTRYPOINT|WORKDIR|USER|LABEL|EXPOSE|VOLUME)\b", re.MULTILINE)


def lower_case(text: str) -> str:
    return KEYWORD.sub(lambda match: match[0].lower(), text)


def appended(addition: str) -> Callable[[str], str]:
    return lambda text: text.rstrip("\r\n") + "\n" + addition


MUTATIONS: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "crlf": lambda text: re.sub(r"\r?\n", "\r\n", text),
    "lower case": lower_case,
    "blank lines in continuations": lambda text: text.replace("\\\n", "\\\n\n"),
    "comments in continuations": lambda text: text.replace("\\\n", "\\\n  # note \\\n"),
    "blanks behind the continuation mark": lambda text: text.replace("\\\n", "\\ \t \n"),
    "trailing backslash": lambda text: text.rstrip() + " \\\n",
    "no final newline": lambda text: text.rstrip("\r\n"),
    "form feed": appended("RUN echo a\fb\n"),
    "vertical tab behind a keyword": appended("RUN\v echo a\n"),
    "line separator in a comment": appended("# a\u2028RUN x\nUSER y\n"),
    "next line control": appended("\x85RUN x\x85\nUSER y\n"),
    "two backslashes at the end": appended("RUN dir c:\\\\\nRUN echo b\n"),
    "three backslashes at the end": appended("RUN dir c:\\\\\\\nRUN echo b\n"),
    "heredoc": appended("RUN <<EOF\nUSER root\nCOPY a b\nEOF\nUSER app\n"),
    "heredoc of COPY with tabs": appended('COPY <<-"X" /etc/x\n\t# c\n\tFROM x\n\tX\nUSER app\n'),
    "heredoc behind ONBUILD": appended("ONBUILD RUN <<EOF\nUSER root\nEOF\nUSER app\n"),
    "two heredocs": appended("COPY <<a <<b /x/\n1 \\\na\n2\nb\nUSER app\n"),
    "every line indented": lambda text: re.sub(r"^(?=\S)", "  ", text, flags=re.MULTILINE),
}


def corpus_texts(corpus: Path) -> list[tuple[str, str]]:
    paths = sorted(path for path in corpus.rglob("*") if path.is_file() and "dockerfile" in path.name.lower())
    return [(str(path), read(path.read_bytes(), lenient=True).text) for path in paths]


@pytest.mark.parametrize("name", MUTATIONS)
def test_agrees_on_the_corpus(name: str, corpus: Path, buildkit: BuildKit) -> None:
    """BuildKit also rejects arguments of ENV, LABEL and JSON, which a reader of layout need not: a few files."""
    compared = 0
    rejected = []
    for path, text in corpus_texts(corpus):
        mutated = MUTATIONS[name](text)
        expected = buildkit.read(mutated)
        if expected is None:
            rejected.append((path, mutated))
            continue

        compared += 1
        assert common(ours(parsed(mutated, path))) == common(expected), path

    assert compared > 800
    assert sum(_accepted(text, path) for path, text in rejected) <= 5


def _accepted(text: str, path: str) -> bool:
    try:
        return parsed(text, path).unknown is None
    except FormatError:
        return False


ODD = {
    "nothing behind a keyword": "FROM a\nRUN\nCMD\n",
    "a lone continuation mark": "FROM a\n\\\n",
    "keyword broken over lines": "FROM a\nRU\\\nN x\n",
    "keyword joined to the next line": "FROM\\\n a\n",
    "flag broken over lines": "FROM a\nRUN --mount=type=cache,\\\ntarget=/x y\n",
    "flag with quotes": "FROM a\nCOPY --chown='a b' --link x y\n",
    "flag with an escape": "FROM a\nCOPY --chown=a\\ b x y\n",
    "flag that ends with an escape": "FROM a\nCOPY --chown=a\\\\\\\n",
    "double dash ends the flags": "FROM a\nCOPY -- --chown=a x y\n",
    "flag only": "FROM a\nRUN --mount=x\n",
    "escape in a flag under a backtick": "# escape=`\nFROM a\nRUN --mount=a\\ b x `\n y\n",
    "backtick continuation": "# escape=`\nFROM a\nRUN x `\n  y \\\nUSER z\n",
    "directive in odd case": "#  EsCaPe = `  \nFROM a\nRUN x `\n y\n",
    "directive behind a comment": "# hi\n# escape=`\nFROM x\nRUN a \\\n b\n",
    "directive behind a blank line": "\n# escape=`\nFROM x\nRUN a \\\n b\n",
    "syntax, then escape": "# syntax=docker/dockerfile:1\n# escape=`\nFROM x\nRUN a `\n b\n",
    "onbuild with flags": "FROM a\nONBUILD COPY --chown=a b c\n",
    "onbuild alone": "FROM a\nONBUILD\n",
    "heredoc in json": 'FROM a\nRUN ["a", "<<EOF"]\nUSER x\n',
    "heredoc behind an open quote": 'FROM a\nRUN echo "<<EOF\nUSER x\n',
    "heredoc in single quotes": "FROM a\nRUN echo '<<EOF'\nUSER x\n",
    "heredoc behind a bad substitution": "FROM a\nRUN echo ${} <<EOF\nUSER x\n",
    "heredoc with a quoted blank": "FROM a\nRUN cat <<'X Y'\nz\nX Y\nUSER x\n",
    "heredoc with a descriptor": "FROM a\nRUN cat 3<<EOF\nz\nEOF\nUSER x\n",
    "heredoc glued to a word": "FROM a\nRUN cat<<EOF\nUSER x\n",
    "heredoc inside an expansion": "FROM a\nRUN ${A:- <<EOF} x\nEOF}\n",
    "heredoc inside quotes in an expansion": 'FROM a\nRUN ${A:-"<<EOF"} x\nUSER y\n',
    "heredoc in a continuation": "FROM a\nRUN a \\\n # c\n <<EOF \\\n b\nz\nEOF\nUSER x\n",
    "here string": "FROM a\nRUN cat <<<EOF\nUSER x\n",
    "shift": "FROM a\nRUN echo $((1<<2))\nUSER x\n",
    "heredoc of an instruction without": "FROM a\nLABEL a=<<EOF\nUSER x\n",
    "heredoc with crlf": "FROM a\r\nRUN <<EOF\r\nx\r\nEOF\r\nUSER x\r\n",
    "heredoc with an empty body": "FROM a\nRUN <<EOF\nEOF\nUSER x\n",
    "heredoc named by a variable": "FROM a\nRUN cat <<$X\nz\n$X\nUSER x\n",
    "heredoc under a backtick": "# escape=`\nFROM a\nRUN cat <<EOF `\n  x\nz\nEOF\nUSER x\n",
    "substring in an expansion": "FROM a\nRUN echo ${A:0:3} ${B: -1} <<EOF\nz\nEOF\nUSER x\n",
    "nested expansion": "FROM a\nRUN echo ${A:-${B:-'}'}} <<EOF\nz\nEOF\nUSER x\n",
    "expansion of a shell only": "FROM a\nRUN echo ${A^^} <<EOF\nUSER x\n",
    "open expansion": "FROM a\nRUN echo ${A:- <<EOF\nUSER x\n",
    "tab indented heredoc end": "FROM a\nRUN <<-EOF\n\tx\n\t\tEOF\nUSER x\n",
    "json with rubbish behind": "FROM a\nCMD [\"a\"] \nCMD ['a']\nCMD []\n",
    "expansions of every shape": "FROM a\nRUN echo $ $1 $12a $* $$ ${1} ${A} ${A+b} <<E\nf\nE\n",
    "expansions in quotes": 'FROM a\nRUN echo "$B" "\\$C \\x" \'$D\' \\e <<E\nf\nE\n',
    "json broken over lines": 'FROM a\nCMD ["a", \\\n # c\n "b"]\n',
    "health check": 'FROM a\nHEALTHCHECK --interval=3s CMD ["a", "b"]\nHEALTHCHECK NONE\n',
    "comment at the end of a continuation": "FROM a\nRUN a \\\n # c\n",
    "blank end of a continuation": "FROM a\nRUN a \\\n\n",
    "unknown instruction": "FROM a\nfoo bar\n",
    "not ascii": "FROM a\nRUN echo é — 🙂 \\\n ü <<ä\nö\nä\nLABEL x=ß\n",
    "carriage returns inside": "FROM a\nRUN a\rb\nRUN x \\\r\n y\r\r\n",
    "no-break space": "FROM a\nRUN\xa0x\nUSER y\xa0\n",
    "keyword with a tab": "FROM\ta\nENV\tA\tb c\n",
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_agrees_on_odd_texts(text: str, buildkit: BuildKit) -> None:
    expected = buildkit.read(text)
    assert expected is not None
    assert common(ours(parsed(text))) == common(expected)


REJECTED = {
    "no instruction": "# a\n\n",
    "open heredoc": "FROM a\nRUN <<EOF\nx\n",
    "heredoc name with an open quote": 'FROM a\nRUN <<"${A:-\\"}"\n',
    "directive twice": "# escape=`\n# escape=`\nFROM a\n",
    "bad escape": "# escape=x\nFROM a\n",
    "heredoc name twice, ended once": "FROM a\nRUN cat <<A <<A\nA\n",
}


@pytest.mark.parametrize("text", REJECTED.values(), ids=REJECTED.keys())
def test_rejects_what_buildkit_rejects(text: str, buildkit: BuildKit) -> None:
    assert buildkit.read(text) is None
    with pytest.raises(FormatError):
        parsed(text)


PAIRS = {
    "plain": "ENV a=1 b=2\n",
    "quotes": "ENV a=\"x y\" b='z w' c=d\\ e\n",
    "old form": "ENV a b  c\n",
    "args": 'ARG x\nARG y=1 z\nARG q="a b"\n',
    "labels": "LABEL a.b=\"c\" 'd e'=f\n",
    "escaped end": "ENV a=b\\\\\n",
    "escape at the end": "ENV a=b\\\\\\\n",
    "over lines": "ENV a=1 \\\n  # c\n  b=2\n",
}


@pytest.mark.parametrize("text", PAIRS.values(), ids=PAIRS.keys())
def test_agrees_on_pairs_as_written(text: str, buildkit: BuildKit) -> None:
    expected = buildkit.read("FROM x\n" + text)
    assert expected is not None
    for instruction, seen in zip(parsed("FROM x\n" + text).instructions[1:], expected[1:], strict=True):
        written = [instruction.logical[pair.start : pair.end] for pair in instruction.key_values]
        values = seen["value"] if instruction.keyword != "ARG" else [word.partition("=")[2] for word in seen["value"]]
        assert written == (values if instruction.keyword == "ARG" else values[1::2])


def test_carries_bytes_that_are_no_utf_8() -> None:
    source = read(b"FROM a\n# caf\xe9\nRUN echo \xe9 \\\n  b\n", lenient=True)
    file = parse(source, "Dockerfile")
    assert [one.keyword for one in file.instructions] == ["FROM", "RUN"]
    assert file.instructions[1].text == "echo \udce9   b"
    assert source.encoded() == b"FROM a\n# caf\xe9\nRUN echo \xe9 \\\n  b\n"
    assert newline_of(source.text) == "\n"


def test_check_may_stand_before_escape() -> None:
    """The wheel does not know `check`, so this is a written expectation."""
    file = parsed("# check=skip=all\n# escape=`\nFROM x\nRUN a `\n b\nCOPY c:\\ d:\\\nUSER z\n")
    assert file.escape == "`"
    assert file.directives == {"check": "skip=all", "escape": "`"}
    assert [one.text for one in file.instructions] == ["x", "a  b", "c:\\ d:\\", "z"]


@pytest.mark.parametrize("expansion", ["${A%%.*}", "${A#b}", "${A//x/y}", "${A/x/\\}y}"])
def test_heredoc_behind_a_pattern(expansion: str) -> None:
    """BuildKit 0.12, which is in the wheel, does not know these expansions yet."""
    file = parsed(f"FROM a\nRUN echo {expansion} <<EOF\nx\nEOF\nUSER b\n")
    assert [one.keyword for one in file.instructions] == ["FROM", "RUN", "USER"]


def test_no_heredoc_behind_a_pattern_with_a_colon() -> None:
    """BuildKit 0.12, which is in the wheel, still takes it."""
    file = parsed("FROM a\nRUN echo ${A:#b} <<EOF\nUSER b\n")
    assert [one.keyword for one in file.instructions] == ["FROM", "RUN", "USER"]


def test_heredoc_with_a_blank_before_its_name() -> None:
    """BuildKit 0.12, which is in the wheel, does not know it yet."""
    file = parsed("FROM a\nRUN cat << EOF\nx\nEOF\nUSER b\n")
    assert [one.keyword for one in file.instructions] == ["FROM", "RUN", "USER"]
    assert file.instructions[1].heredocs[0].body == "x\n"
