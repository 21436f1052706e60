"""Operations one by one: the text before, the operations, the text after, byte for byte, and proven."""

from __future__ import annotations

import pytest
from formats.dockerfile.edits import PATH, changed, edited, lowered, parsed

from fixer.finding import Operation
from fixer.formats.dockerfile import (
    ExecForm,
    Insert,
    Line,
    Remove,
    Replace,
    SetFlag,
    SetKeyword,
    SetValue,
    SetWord,
)

USER = Line("USER", text="10001:10001")
PORT = Line("EXPOSE", text="8080")


def before(at: int, line: Line = USER) -> Insert:
    return Insert(PATH, at, "before", line)


def after(at: int, line: Line = USER) -> Insert:
    return Insert(PATH, at, "after", line)


Case = tuple[str, str, list[Operation], str]

INSERTIONS: list[Case] = [
    ("before", "FROM a\nCMD b\n", [before(1)], "FROM a\nUSER 10001:10001\nCMD b\n"),
    ("after", "FROM a\nCMD b\n", [after(0)], "FROM a\nUSER 10001:10001\nCMD b\n"),
    ("after the last", "FROM a\nCMD b\n", [after(1)], "FROM a\nCMD b\nUSER 10001:10001\n"),
    ("after the last without final newline", "FROM a\nCMD b", [after(1)], "FROM a\nCMD b\nUSER 10001:10001"),
    (
        "two after the last without final newline",
        "FROM a",
        [after(0), after(0, PORT)],
        "FROM a\nUSER 10001:10001\nEXPOSE 8080",
    ),
    ("before the last without final newline", "FROM a\nCMD b", [before(1)], "FROM a\nUSER 10001:10001\nCMD b"),
    ("crlf", "FROM a\r\nCMD b\r\n", [before(1)], "FROM a\r\nUSER 10001:10001\r\nCMD b\r\n"),
    ("crlf without final newline", "FROM a\r\nCMD b", [after(1)], "FROM a\r\nCMD b\r\nUSER 10001:10001"),
    ("mostly lf", "FROM a\nRUN b\r\nCMD c\n", [after(1)], "FROM a\nRUN b\r\nUSER 10001:10001\nCMD c\n"),
    (
        "above an attached comment",
        "FROM a\n# why\n# more\nCMD b\n",
        [before(1)],
        "FROM a\nUSER 10001:10001\n# why\n# more\nCMD b\n",
    ),
    (
        "below a detached comment",
        "FROM a\n# licence\n\nCMD b\n",
        [before(1)],
        "FROM a\n# licence\n\nUSER 10001:10001\nCMD b\n",
    ),
    (
        "comment detached above, attached below",
        "FROM a\n# 1\n\n# 2\nCMD b\n",
        [before(1)],
        "FROM a\n# 1\n\nUSER 10001:10001\n# 2\nCMD b\n",
    ),
    (
        "after, with a comment of the next",
        "FROM a\n# why\nCMD b\n",
        [after(0)],
        "FROM a\nUSER 10001:10001\n# why\nCMD b\n",
    ),
    (
        "directives stay first",
        "# syntax=x\n# escape=`\nFROM a\n",
        [before(0, Line("ARG", text="V"))],
        "# syntax=x\n# escape=`\nARG V\nFROM a\n",
    ),
    (
        "directive, then comment",
        "# syntax=x\n# c\nFROM a\n",
        [before(0, Line("ARG", text="V"))],
        "# syntax=x\nARG V\n# c\nFROM a\n",
    ),
    (
        "after a continuation",
        "FROM a\nRUN b \\\n  # c\n\n  d\nCMD e\n",
        [after(1)],
        "FROM a\nRUN b \\\n  # c\n\n  d\nUSER 10001:10001\nCMD e\n",
    ),
    (
        "after a heredoc: an empty line first",
        "FROM a\nRUN <<E\nb\nE\nCMD c\n",
        [after(1)],
        "FROM a\nRUN <<E\nb\nE\n\nUSER 10001:10001\nCMD c\n",
    ),
    (
        "before what follows a heredoc",
        "FROM a\nRUN <<E\nb\nE\nCMD c\n",
        [before(2)],
        "FROM a\nRUN <<E\nb\nE\n\nUSER 10001:10001\nCMD c\n",
    ),
    (
        "below the blank line behind a heredoc",
        "FROM a\nRUN <<E\nb\nE\n\nCMD c\n",
        [before(2)],
        "FROM a\nRUN <<E\nb\nE\n\nUSER 10001:10001\nCMD c\n",
    ),
    (
        "two after a heredoc: one empty line",
        "FROM a\nRUN <<E\nb\nE\nCMD c\n",
        [after(1), after(1, PORT)],
        "FROM a\nRUN <<E\nb\nE\n\nUSER 10001:10001\nEXPOSE 8080\nCMD c\n",
    ),
    (
        "after a heredoc at the end of the file",
        "FROM a\nRUN <<E\nb\nE",
        [after(1)],
        "FROM a\nRUN <<E\nb\nE\n\nUSER 10001:10001",
    ),
    (
        "after a heredoc with crlf",
        "FROM a\r\nRUN <<E\r\nb\r\nE\r\nCMD c\r\n",
        [after(1)],
        "FROM a\r\nRUN <<E\r\nb\r\nE\r\n\r\nUSER 10001:10001\r\nCMD c\r\n",
    ),
    (
        "order of patches at one place",
        "FROM a\nCMD b\n",
        [before(1), before(1, PORT)],
        "FROM a\nUSER 10001:10001\nEXPOSE 8080\nCMD b\n",
    ),
    (
        "after the one comes before before the next",
        "FROM a\nCMD b\n",
        [before(1), after(0, PORT)],
        "FROM a\nEXPOSE 8080\nUSER 10001:10001\nCMD b\n",
    ),
    ("lower-case file", "from a\ncmd b\n", [before(1)], "from a\nuser 10001:10001\ncmd b\n"),
    (
        "indented instructions",
        "FROM a\n  RUN b\n  CMD c\n",
        [before(2)],
        "FROM a\n  RUN b\n  USER 10001:10001\n  CMD c\n",
    ),
    ("keeps trailing blanks of others", "FROM a  \nCMD b\t\n", [before(1)], "FROM a  \nUSER 10001:10001\nCMD b\t\n"),
    (
        "exec form",
        "FROM a\n",
        [after(0, Line("CMD", argv=("a", "b c", 'd"e', "\\f", "é")))],
        'FROM a\nCMD ["a", "b c", "d\\"e", "\\\\f", "é"]\n',
    ),
    (
        "exec form behind a text, with flags",
        "FROM a\n",
        [after(0, Line("HEALTHCHECK", text="CMD", argv=("c",), flags=(("interval", "30s"), ("timeout", "3s"))))],
        'FROM a\nHEALTHCHECK --interval=30s --timeout=3s CMD ["c"]\n',
    ),
    ("one command", "FROM a\n", [after(0, Line("RUN", commands=("groupadd -r x",)))], "FROM a\nRUN groupadd -r x\n"),
    (
        "several commands",
        "FROM a\n",
        [after(0, Line("RUN", commands=("a", "b", "c")))],
        "FROM a\nRUN a && \\\n    b && \\\n    c\n",
    ),
    (
        "several commands under a backtick",
        "# escape=`\nFROM a\n",
        [after(0, Line("RUN", commands=("a", "b")))],
        "# escape=`\nFROM a\nRUN a && `\n    b\n",
    ),
    (
        "several commands with tabs",
        "FROM a\nRUN b \\\n\t&& c\n",
        [after(0, Line("RUN", commands=("d", "e")))],
        "FROM a\nRUN d && \\\n\te\nRUN b \\\n\t&& c\n",
    ),
    (
        "several commands with crlf",
        "FROM a\r\n",
        [after(0, Line("RUN", commands=("b", "c")))],
        "FROM a\r\nRUN b && \\\r\n    c\r\n",
    ),
    (
        "pairs",
        "FROM a\n",
        [after(0, Line("ENV", pairs=(("A", "1"), ("B", "x y"), ("C", ""))))],
        'FROM a\nENV A=1 B="x y" C=""\n',
    ),
    ("labels are quoted", "FROM a\n", [after(0, Line("LABEL", pairs=(("a.b", "c"),)))], 'FROM a\nLABEL a.b="c"\n'),
    (
        "pairs with quotes, dollar and escape",
        "FROM a\n",
        [after(0, Line("LABEL", pairs=(("a", 'x "y" $z \\'),)))],
        'FROM a\nLABEL a="x \\"y\\" \\$z \\\\"\n',
    ),
    (
        "pairs under a backtick",
        "# escape=`\nFROM a\n",
        [after(0, Line("LABEL", pairs=(("a", 'c:\\x "y" $z `'),)))],
        '# escape=`\nFROM a\nLABEL a="c:\\x `"y`" `$z ``"\n',
    ),
    (
        "flag without a value",
        "FROM a\n",
        [after(0, Line("COPY", text="b c", flags=(("link", ""), ("chown", "1:1"))))],
        "FROM a\nCOPY --link --chown=1:1 b c\n",
    ),
    (
        "not ascii before it",
        "FROM a\n# é 🙂 \u2028 RUN x\nCMD b\n",
        [after(0)],
        "FROM a\nUSER 10001:10001\n# é 🙂 \u2028 RUN x\nCMD b\n",
    ),
    ("blank line between", "FROM a\n\n\nCMD b\n", [after(0)], "FROM a\nUSER 10001:10001\n\n\nCMD b\n"),
    (
        "continuation swallows a blank end",
        "FROM a\nRUN b \\\n\n\nCMD c\n",
        [before(1)],
        "FROM a\nUSER 10001:10001\nRUN b \\\n\n\nCMD c\n",
    ),
]

WHOLE: list[Case] = [
    (
        "replace",
        "FROM a\nMAINTAINER x\nCMD b\n",
        [Replace(PATH, 1, Line("LABEL", pairs=(("m", "x"),)))],
        'FROM a\nLABEL m="x"\nCMD b\n',
    ),
    (
        "replace keeps indentation and line end",
        "FROM a\r\n\tMAINTAINER x\r\nCMD b\r\n",
        [Replace(PATH, 1, PORT)],
        "FROM a\r\n\tEXPOSE 8080\r\nCMD b\r\n",
    ),
    ("replace the last without final newline", "FROM a\nMAINTAINER x", [Replace(PATH, 1, PORT)], "FROM a\nEXPOSE 8080"),
    (
        "replace keeps the comment above",
        "FROM a\n# c\nMAINTAINER x\n",
        [Replace(PATH, 1, PORT)],
        "FROM a\n# c\nEXPOSE 8080\n",
    ),
    (
        "replace several lines",
        "FROM a\nRUN b \\\n  c\nCMD d\n",
        [Replace(PATH, 1, PORT)],
        "FROM a\nEXPOSE 8080\nCMD d\n",
    ),
    ("replace a heredoc", "FROM a\nRUN <<E\nb\nE\nCMD d\n", [Replace(PATH, 1, PORT)], "FROM a\nEXPOSE 8080\nCMD d\n"),
    ("replace in a lower-case file", "from a\nmaintainer x\n", [Replace(PATH, 1, PORT)], "from a\nexpose 8080\n"),
    (
        "replace with trailing blanks",
        "FROM a\nMAINTAINER x  \nCMD b\n",
        [Replace(PATH, 1, PORT)],
        "FROM a\nEXPOSE 8080\nCMD b\n",
    ),
    ("remove", "FROM a\nMAINTAINER x\nCMD b\n", [Remove(PATH, 1)], "FROM a\nCMD b\n"),
    (
        "remove leaves the comment above",
        "FROM a\n# c\nMAINTAINER x\nCMD b\n",
        [Remove(PATH, 1)],
        "FROM a\n# c\nCMD b\n",
    ),
    ("remove several lines", "FROM a\nRUN b \\\n\n  c\nCMD d\n", [Remove(PATH, 1)], "FROM a\nCMD d\n"),
    ("remove a heredoc", "FROM a\nRUN <<E\n# no comment\nE\nCMD d\n", [Remove(PATH, 1)], "FROM a\nCMD d\n"),
    ("remove the last", "FROM a\nMAINTAINER x\n", [Remove(PATH, 1)], "FROM a\n"),
    ("remove the last without final newline", "FROM a\nMAINTAINER x", [Remove(PATH, 1)], "FROM a"),
    ("remove the last without final newline, crlf", "FROM a\r\nMAINTAINER x", [Remove(PATH, 1)], "FROM a"),
    ("remove two", "FROM a\nRUN b\nRUN c\nCMD d\n", [Remove(PATH, 1), Remove(PATH, 2)], "FROM a\nCMD d\n"),
    (
        "remove and insert at one place",
        "FROM a\nRUN b\nCMD d\n",
        [Remove(PATH, 1), after(0), before(2, PORT)],
        "FROM a\nUSER 10001:10001\nEXPOSE 8080\nCMD d\n",
    ),
]

PARTS: list[Case] = [
    ("keyword", "FROM a\nADD b c\n", [SetKeyword(PATH, 1, "COPY")], "FROM a\nCOPY b c\n"),
    ("keyword in lower case", "FROM a\nadd b c\n", [SetKeyword(PATH, 1, "COPY")], "FROM a\ncopy b c\n"),
    ("keyword in mixed case", "FROM a\nAdd b c\n", [SetKeyword(PATH, 1, "COPY")], "FROM a\nCopy b c\n"),
    (
        "keyword behind onbuild",
        "FROM a\nONBUILD ADD --link b c\n",
        [SetKeyword(PATH, 1, "COPY")],
        "FROM a\nONBUILD COPY --link b c\n",
    ),
    (
        "keyword of several lines",
        "FROM a\nADD b \\\n  # c\n  d\n",
        [SetKeyword(PATH, 1, "COPY")],
        "FROM a\nCOPY b \\\n  # c\n  d\n",
    ),
    ("keyword of a json form", 'FROM a\nADD ["b", "c"]\n', [SetKeyword(PATH, 1, "COPY")], 'FROM a\nCOPY ["b", "c"]\n'),
    (
        "keyword of a heredoc",
        "FROM a\nADD <<E /x\nb\nE\n",
        [SetKeyword(PATH, 1, "COPY")],
        "FROM a\nCOPY <<E /x\nb\nE\n",
    ),
    ("keyword with tabs", "FROM a\n\tADD\tb\tc\n", [SetKeyword(PATH, 1, "COPY")], "FROM a\n\tCOPY\tb\tc\n"),
    ("flag", "FROM a\nCOPY b c\n", [SetFlag(PATH, 1, "chown", "1:1")], "FROM a\nCOPY --chown=1:1 b c\n"),
    (
        "flag behind others",
        "FROM a\nCOPY --from=x b c\n",
        [SetFlag(PATH, 1, "chown", "1:1")],
        "FROM a\nCOPY --from=x --chown=1:1 b c\n",
    ),
    (
        "flag replaced",
        "FROM a\nCOPY --chown=x --link b c\n",
        [SetFlag(PATH, 1, "chown", "1:1")],
        "FROM a\nCOPY --chown=1:1 --link b c\n",
    ),
    (
        "flag replaced that had quotes",
        'FROM a\nCOPY --chown="x" b c\n',
        [SetFlag(PATH, 1, "chown", "1:1")],
        "FROM a\nCOPY --chown=1:1 b c\n",
    ),
    (
        "flag of several lines",
        "FROM a\nCOPY \\\n  --from=x \\\n  b c\n",
        [SetFlag(PATH, 1, "chown", "1:1")],
        "FROM a\nCOPY \\\n  --from=x --chown=1:1 \\\n  b c\n",
    ),
    (
        "flag where a continuation follows",
        "FROM a\nCOPY \\\n  b c\n",
        [SetFlag(PATH, 1, "chown", "1:1")],
        "FROM a\nCOPY --chown=1:1 \\\n  b c\n",
    ),
    (
        "flag behind onbuild",
        "FROM a\nONBUILD COPY b c\n",
        [SetFlag(PATH, 1, "chown", "1:1")],
        "FROM a\nONBUILD COPY --chown=1:1 b c\n",
    ),
    ("flag of FROM", "FROM a\n", [SetFlag(PATH, 0, "platform", "linux/amd64")], "FROM --platform=linux/amd64 a\n"),
    (
        "flag of a json form",
        'FROM a\nCOPY ["b", "c"]\n',
        [SetFlag(PATH, 1, "chown", "1:1")],
        'FROM a\nCOPY --chown=1:1 ["b", "c"]\n',
    ),
    (
        "flag of a heredoc",
        "FROM a\nCOPY <<E /x\nb\nE\n",
        [SetFlag(PATH, 1, "chown", "1:1")],
        "FROM a\nCOPY --chown=1:1 <<E /x\nb\nE\n",
    ),
    (
        "flag of HEALTHCHECK",
        "FROM a\nHEALTHCHECK CMD b\n",
        [SetFlag(PATH, 1, "timeout", "3s")],
        "FROM a\nHEALTHCHECK --timeout=3s CMD b\n",
    ),
    ("flag without a value", "FROM a\nCOPY b c\n", [SetFlag(PATH, 1, "link", "")], "FROM a\nCOPY --link b c\n"),
    ("word", "FROM a AS b\n", [SetWord(PATH, 0, 0, "a@sha256:00")], "FROM a@sha256:00 AS b\n"),
    (
        "word behind flags",
        "FROM --platform=x  a  AS b # c\n",
        [SetWord(PATH, 0, 0, "a:1")],
        "FROM --platform=x  a:1  AS b # c\n",
    ),
    ("word and a line at the end", "FROM a", [after(0), SetWord(PATH, 0, 0, "a:1")], "FROM a:1\nUSER 10001:10001"),
    ("last word", "FROM a\nUSER root", [SetWord(PATH, 1, 0, "1:1")], "FROM a\nUSER 1:1"),
    (
        "word on a later line",
        "FROM a\nCOPY b \\\n  # c\n  d\n",
        [SetWord(PATH, 1, 1, "/e")],
        "FROM a\nCOPY b \\\n  # c\n  /e\n",
    ),
    ("word before a carriage return", "FROM a\r\nUSER b\r\n", [SetWord(PATH, 0, 0, "a:1")], "FROM a:1\r\nUSER b\r\n"),
    ("word behind what is not ascii", "FROM a\nCOPY é b\n", [SetWord(PATH, 1, 1, "ü")], "FROM a\nCOPY é ü\n"),
    ("value", "FROM a\nENV A=b\n", [SetValue(PATH, 1, "A", "c")], "FROM a\nENV A=c\n"),
    (
        "value in double quotes",
        'FROM a\nENV A="b c" D=e\n',
        [SetValue(PATH, 1, "A", 'x "y"')],
        'FROM a\nENV A="x \\"y\\"" D=e\n',
    ),
    ("value in single quotes", "FROM a\nENV A='b c' D=e\n", [SetValue(PATH, 1, "A", "x")], "FROM a\nENV A='x' D=e\n"),
    (
        "value in single quotes that has one",
        "FROM a\nENV A='b c'\n",
        [SetValue(PATH, 1, "A", "it's")],
        'FROM a\nENV A="it\'s"\n',
    ),
    ("value that needs quotes now", "FROM a\nENV A=b\n", [SetValue(PATH, 1, "A", "c d")], 'FROM a\nENV A="c d"\n'),
    ("value that was empty", "FROM a\nENV A= B=c\n", [SetValue(PATH, 1, "A", "d")], "FROM a\nENV A=d B=c\n"),
    ("value of ARG", "ARG V=1\nFROM a\n", [SetValue(PATH, 0, "V", "2")], "ARG V=2\nFROM a\n"),
    ("value of ARG that had none", "ARG V\nFROM a\n", [SetValue(PATH, 0, "V", "2")], "ARG V=2\nFROM a\n"),
    (
        "value with a variable",
        "ARG I=a:${T}\nFROM a\n",
        [SetValue(PATH, 0, "I", "a:${T}@sha256:00")],
        "ARG I=a:${T}@sha256:00\nFROM a\n",
    ),
    ("value of the old form", "FROM a\nENV A b c\n", [SetValue(PATH, 1, "A", "d")], "FROM a\nENV A d\n"),
    (
        "value of the old form that needs quotes",
        "FROM a\nENV A b\n",
        [SetValue(PATH, 1, "A", "d e")],
        'FROM a\nENV A "d e"\n',
    ),
    (
        "value on a later line",
        "FROM a\nENV A=b \\\n  # c\n  D=e\n",
        [SetValue(PATH, 1, "D", "f")],
        "FROM a\nENV A=b \\\n  # c\n  D=f\n",
    ),
    ("value emptied", "FROM a\nENV A=b\n", [SetValue(PATH, 1, "A", "")], 'FROM a\nENV A=""\n'),
    ("value of a label", 'FROM a\nLABEL x.y="b" z=c\n', [SetValue(PATH, 1, "x.y", "d")], 'FROM a\nLABEL x.y="d" z=c\n'),
    (
        "keyword and flag",
        "FROM a\nADD b c\n",
        [SetKeyword(PATH, 1, "COPY"), SetFlag(PATH, 1, "chown", "1:1")],
        "FROM a\nCOPY --chown=1:1 b c\n",
    ),
    (
        "two values",
        "FROM a\nENV A=b C=d\n",
        [SetValue(PATH, 1, "A", "1"), SetValue(PATH, 1, "C", "2")],
        "FROM a\nENV A=1 C=2\n",
    ),
    (
        "flag and word of FROM",
        "FROM a AS b\n",
        [SetFlag(PATH, 0, "platform", "x"), SetWord(PATH, 0, 0, "c")],
        "FROM --platform=x c AS b\n",
    ),
]

EXEC: list[Case] = [
    (
        "command",
        "FROM a\nCMD nginx -g 'daemon off;'\n",
        [ExecForm(PATH, 1, ("nginx", "-g", "daemon off;"))],
        'FROM a\nCMD ["nginx", "-g", "daemon off;"]\n',
    ),
    (
        "entry point with trailing blanks",
        "FROM a\nENTRYPOINT b  \n",
        [ExecForm(PATH, 1, ("b",))],
        'FROM a\nENTRYPOINT ["b"]  \n',
    ),
    ("run", "FROM a\nRUN --mount=x b\n", [ExecForm(PATH, 1, ("b",))], 'FROM a\nRUN --mount=x ["b"]\n'),
    (
        "health check",
        "FROM a\nHEALTHCHECK --interval=3s CMD curl x\n",
        [ExecForm(PATH, 1, ("curl", "x"))],
        'FROM a\nHEALTHCHECK --interval=3s CMD ["curl", "x"]\n',
    ),
    (
        "several lines collapse",
        "FROM a\nCMD b \\\n  -c \\\n\n  d\n",
        [ExecForm(PATH, 1, ("b", "-c", "d"))],
        'FROM a\nCMD ["b", "-c", "d"]\n',
    ),
    (
        "comment before the command stays",
        "FROM a\nCMD \\\n  # c\n  b\n",
        [ExecForm(PATH, 1, ("b",))],
        'FROM a\nCMD \\\n  # c\n  ["b"]\n',
    ),
    ("no final newline", "FROM a\nCMD b", [ExecForm(PATH, 1, ("b",))], 'FROM a\nCMD ["b"]'),
    ("crlf", "FROM a\r\nCMD b\r\n", [ExecForm(PATH, 1, ("b",))], 'FROM a\r\nCMD ["b"]\r\n'),
    ("lower case", "from a\ncmd b\n", [ExecForm(PATH, 1, ("b",))], 'from a\ncmd ["b"]\n'),
    (
        "under a backtick",
        "# escape=`\nFROM a\nCMD b c:\\x\n",
        [ExecForm(PATH, 1, ("b", "c:\\x"))],
        '# escape=`\nFROM a\nCMD ["b", "c:\\\\x"]\n',
    ),
    ("broken single quotes", "FROM a\nCMD ['b']\n", [ExecForm(PATH, 1, ("b",))], 'FROM a\nCMD ["b"]\n'),
]

CASES = [*INSERTIONS, *WHOLE, *PARTS, *EXEC]
TWINS = [case for case in CASES if "\r" not in case[1] and "\n" in case[1]]
SETTINGS = [
    case
    for case in CASES
    if all(isinstance(one, SetKeyword | SetFlag | SetWord | SetValue | ExecForm) for one in case[2])
]


@pytest.mark.parametrize(
    ("text", "operations", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_operation(text: str, operations: list[Operation], expected: str) -> None:
    assert changed(text, *operations) == expected


@pytest.mark.parametrize(("text", "operations"), [case[1:3] for case in TWINS], ids=[case[0] for case in TWINS])
def test_operation_in_a_crlf_file(text: str, operations: list[Operation]) -> None:
    """The twin of a file with other line ends gets the twin of the result."""
    expected = changed(text, *operations)
    assert changed(text.replace("\n", "\r\n"), *operations) == expected.replace("\n", "\r\n")


@pytest.mark.parametrize(("text", "operations"), [case[1:3] for case in SETTINGS], ids=[case[0] for case in SETTINGS])
def test_a_second_run_of_settings_changes_nothing(text: str, operations: list[Operation]) -> None:
    once = parsed(changed(text, *operations))
    assert edited(once, lowered(once, *operations)).source.text == once.source.text
