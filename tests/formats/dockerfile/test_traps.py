"""The traps that were measured on thousands of files, and the damage seen in other fixers: a test or more each."""

from __future__ import annotations

import pytest
from formats.dockerfile.edits import PATH, changed, lowered, parsed, refusal

from fixer.formats.dockerfile import (
    AppendCommand,
    ExecForm,
    Insert,
    Line,
    PutShellWord,
    Remove,
    SetFlag,
    SetKeyword,
    SetWord,
    parse,
)
from fixer.text import Source, read

USER = Line("USER", text="10001:10001")
CLEAN = ("rm", "-rf", "/var/lib/apt/lists/*")


class TestMeasured:
    def test_1_no_instruction_directly_behind_a_heredoc(self) -> None:
        text = "FROM a\nCOPY <<E /b\nc\nE\nCMD d\n"
        assert changed(text, Insert(PATH, 2, "before", USER)) == text.replace("CMD", "\nUSER 10001:10001\nCMD")

    def test_2_each_install_of_a_stage_can_be_seen(self) -> None:
        """Whether a later RUN needs the package lists is a rule's to ask; the commands of all RUNs are there."""
        file = parsed("FROM a\nRUN apt-get update\nRUN apt-get install -y b\nFROM a AS c\nRUN sudo apt-get install d\n")
        seen = [
            (one.line, c.name, c.arguments[0]) for one in file.instructions if one.script for c in one.script.commands
        ]
        assert seen == [(2, "apt-get", "update"), (3, "apt-get", "install"), (5, "apt-get", "install")]

    def test_3_what_follows_a_cmd_can_be_seen(self) -> None:
        file = parsed("FROM a\nCMD b\nRUN c\nUSER 1\n")
        assert [one.action for one in file.instructions[2:]] == ["RUN", "USER"]

    def test_4_two_insertions_at_the_end_without_newline(self) -> None:
        insert, word = Insert(PATH, 0, "after", USER), SetWord(PATH, 0, 0, "a@sha256:00")
        assert (
            changed("FROM a", insert, word) == changed("FROM a", word, insert) == "FROM a@sha256:00\nUSER 10001:10001"
        )

    def test_5_dangling_continuation(self) -> None:
        text = "FROM a\nCMD b \\\n"
        assert parsed(text).instructions[1].dangling
        assert "the file ends there" in refusal(text, Insert(PATH, 1, "after", USER))
        assert changed(text, Insert(PATH, 1, "before", USER)) == "FROM a\nUSER 10001:10001\nCMD b \\\n"

    def test_6_escape_is_that_of_the_directive(self) -> None:
        file = parsed("# escape=`\nFROM a\nCOPY b c:\\\nRUN d `\n  e\n")
        assert [one.text for one in file.instructions] == ["a", "b c:\\", "d   e"]

    def test_6_two_backslashes_do_not_continue(self) -> None:
        assert [one.line for one in parsed("FROM a\nRUN b \\\\\nRUN c\n").instructions] == [1, 2, 3]

    def test_6_directives_count_at_the_top_only(self) -> None:
        assert parsed("# a\n# escape=`\nFROM a\n").escape == "\\"
        assert parsed("\n# escape=`\nFROM a\n").escape == "\\"
        assert parsed("FROM a\n# escape=`\n").escape == "\\"

    def test_6_a_line_at_the_top_goes_below_the_directives(self) -> None:
        text = "# check=skip=all\n# escape=`\nFROM a\n"
        line = Line("ARG", text="V")
        assert changed(text, Insert(PATH, 0, "before", line)) == "# check=skip=all\n# escape=`\nARG V\nFROM a\n"

    @pytest.mark.parametrize("text", ['RUN ["b", "<<E"]', 'RUN "b <<E', "RUN b ${} <<E", "LABEL b=<<E", "RUN b '<<E'"])
    def test_7_what_is_no_heredoc(self, text: str) -> None:
        assert [one.action for one in parsed(f"FROM a\n{text}\nUSER c\nE\n").instructions][2] == "USER"

    def test_8_windows_shells_are_left_alone(self) -> None:
        append = AppendCommand(PATH, 1, CLEAN)
        assert refusal("# escape=`\nFROM a\nRUN b\n", append)
        assert refusal('FROM a\nRUN ["b"]\n', append)
        assert refusal("FROM a\nRUN <<E\n#!/usr/bin/python3\nb\nE\n", append)
        file = parse(Source("FROM a\nRUN b\n"), PATH, lambda _: True)
        assert "the base image runs Windows" in file.lower({0: (append,)}).refused[0]
        pwsh = 'FROM a\nSHELL ["pwsh", "-Command"]\nRUN b\n'
        assert refusal(pwsh, AppendCommand(PATH, 2, CLEAN))

    def test_9_a_word_is_edited_only_where_it_is_whole(self) -> None:
        assert "broken over two lines" in refusal("FROM ngi\\\nnx\n", SetWord(PATH, 0, 0, "nginx:1"))

    def test_10_templates_and_unknown_instructions(self) -> None:
        for text in ("FROM {{ a }}\nRUN b\n", "FROM a\nRUM b\n", "FROM %%BASE%%\n"):
            result = lowered(parsed(text), SetWord(PATH, 0, 0, "c"))
            assert list(result.refused) == [0]
            assert not result.edits

    def test_11_bytes_line_ends_and_the_missing_last_one(self) -> None:
        source = read(b"FROM a\r\n# caf\xe9 \xf0\x9f\x99\x82\r\nRUN b\n CMD c", lenient=True)
        file = parse(source, PATH)
        edits = file.lower({0: (Insert(PATH, 2, "after", USER),)}).edits
        assert (
            source.edited(edits).encoded()
            == b"FROM a\r\n# caf\xe9 \xf0\x9f\x99\x82\r\nRUN b\n CMD c\r\n USER 10001:10001"
        )

    def test_12_sources_of_add_can_be_told(self) -> None:
        words = parsed("FROM a\nADD --chown=1 https://b/c d.tar.gz ${E} /f\n").instructions[1].words
        assert [word.text for word in words] == ["https://b/c", "d.tar.gz", "${E}", "/f"]
        assert changed("FROM a\nADD b /c\n", SetKeyword(PATH, 1, "COPY")) == "FROM a\nCOPY b /c\n"

    def test_13_no_library_is_loaded_for_reading(self) -> None:
        import subprocess
        import sys

        code = (
            "import sys; from fixer.text import Source; from fixer.formats.dockerfile import parse\n"
            "file = parse(Source('FROM a\\nRUN b\\n'), 'Dockerfile')\n"
            "assert file.instructions[1].text == 'b'\n"
            "print(sorted({'bashlex', 'tree_sitter', 'dockerfile_parse', 'json'} & set(sys.modules)))\n"
            "file.instructions[1].script\n"
            "print('tree_sitter' in sys.modules)"
        )
        result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert result.stdout.split("\n")[:2] == ["[]", "True"]


class TestSeenElsewhere:
    def test_heredoc_header_gets_no_continuation(self) -> None:
        text = "FROM a\nRUN <<EOT\napt-get update\napt-get install -y b\nEOT\n"
        expected = text.replace("-y b", "-y b && rm -rf /var/lib/apt/lists/*")
        assert changed(text, AppendCommand(PATH, 1, CLEAN)) == expected

    def test_content_of_a_copied_file_stays(self) -> None:
        body = "  # TODO\n\n\tRUN apt-get install b  \nADD c d\nFROM\n"
        text = f"FROM a\nCOPY <<E /x\n{body}E\nADD f g\n"
        result = changed(text, SetFlag(PATH, 1, "chown", "1:1"), SetKeyword(PATH, 2, "COPY"))
        assert result == f"FROM a\nCOPY --chown=1:1 <<E /x\n{body}E\nCOPY f g\n"

    def test_todo_comments_stay(self) -> None:
        text = "# TODO 1\nFROM a\n# TODO 2\nRUN b \\\n  # TODO 3\n  && c\n# TODO 4\n"
        result = changed(text, Insert(PATH, 1, "before", USER), AppendCommand(PATH, 1, CLEAN))
        assert parsed(result).comments == ("# TODO 1", "# TODO 2", "# TODO 3", "# TODO 4")

    def test_clean_up_goes_before_a_trailing_comment(self) -> None:
        text = "FROM a\nRUN apt-get update && \\\n    apt-get install -y b # the tool\n"
        result = changed(text, AppendCommand(PATH, 1, CLEAN))
        assert result == text.replace(" # the", " && rm -rf /var/lib/apt/lists/* # the")
        script = parsed(result).instructions[1].script
        assert script is not None
        assert script.commands[-1].name == "rm"

    def test_crlf_stays(self) -> None:
        text = "FROM a\r\nRUN b && \\\r\n    c\r\n"
        result = changed(text, AppendCommand(PATH, 1, CLEAN), Insert(PATH, 1, "after", USER))
        assert result.count("\n") == result.count("\r\n") == 5

    def test_no_package_is_dropped_around_an_inline_comment(self) -> None:
        text = "FROM a\nRUN apt-get install -y \\\n    b \\\n    # for c\n    d \\\n    e\n"
        result = changed(text, PutShellWord(PATH, 1, 0, 1, "--no-install-recommends"))
        script = parsed(result).instructions[1].script
        assert script is not None
        assert script.commands[0].arguments == ("install", "--no-install-recommends", "-y", "b", "d", "e")

    def test_heredoc_body_is_not_doubled(self) -> None:
        text = "FROM a\nRUN <<E\nb\nE\nRUN c\n"
        result = changed(text, Remove(PATH, 2), Insert(PATH, 1, "after", USER))
        assert result == "FROM a\nRUN <<E\nb\nE\n\nUSER 10001:10001\n"

    def test_no_empty_label(self) -> None:
        result = refusal("FROM a\n", Insert(PATH, 0, "after", Line("LABEL")))
        assert result == "there is nothing to write behind LABEL"

    def test_heredoc_text_is_not_edited_as_instructions(self) -> None:
        file = parsed("FROM a\nRUN cat <<E > /b\nADD c d\nCMD e\nE\n")
        assert [one.action for one in file.instructions] == ["FROM", "RUN"]

    def test_insertion_behind_characters_of_several_bytes(self) -> None:
        text = "FROM a\n# 🙂🙂 é\nRUN echo '🙂' && b c\nCMD d\n"
        result = changed(text, PutShellWord(PATH, 1, 1, 0, "-y"), ExecForm(PATH, 2, ("d",)))
        assert result == "FROM a\n# 🙂🙂 é\nRUN echo '🙂' && b -y c\nCMD [\"d\"]\n"

    def test_base_image_keeps_its_platform(self) -> None:
        text = "FROM --platform=linux/amd64 a AS b\n"
        assert changed(text, SetWord(PATH, 0, 0, "a:1")) == "FROM --platform=linux/amd64 a:1 AS b\n"

    def test_comment_block_is_not_torn_off(self) -> None:
        text = "FROM a\n# runs it\n# really\nCMD b\n"
        assert changed(text, Insert(PATH, 1, "before", USER)).endswith("USER 10001:10001\n# runs it\n# really\nCMD b\n")
