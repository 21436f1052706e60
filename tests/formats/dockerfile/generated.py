"""Generated Dockerfiles: instructions of every form, in every style of writing."""

from __future__ import annotations

from hypothesis import strategies as st

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
STARTS = st.sampled_from(["a", "--platform=b c:1 AS d", "e@sha256:00 as f", "d", "scratch"])
FLAGS = st.sampled_from(["", "", "", "--link ", "--chown=a ", "--from=b --link ", '--chmod="7 5" '])


@st.composite
def instructions(draw: st.DrawFn, escape: str) -> str:
    kind = draw(
        st.sampled_from(
            ["RUN", "RUN", "RUN", "COPY", "ADD", "ENV", "ARG", "CMD", "CMD", "USER", "LABEL", "HEREDOC", "JSON"]
        )
    )
    joint = draw(
        st.sampled_from([" && {e}\n    ", " {e}\n  && ", "; {e}\n\t", " && ", " {e} \n# note\n\n   && "])
    ).replace("{e}", escape)
    head = "ONBUILD " if draw(st.integers(0, 9)) == 0 else ""
    if kind == "RUN":
        return head + "RUN " + joint.join(draw(st.lists(COMMANDS, min_size=1, max_size=4)))

    if kind == "HEREDOC":
        body = "".join(f"{line}\n" for line in draw(st.lists(st.one_of(COMMANDS, COMMENTS), max_size=4)))
        if draw(st.integers(0, 3)) == 0:
            return head + draw(st.sampled_from(["COPY <<E <<-F /x/", "RUN <<E cat - <<-F"])) + f"\n{body}E\n\tf\n\tF"

        return head + draw(st.sampled_from(["RUN <<E", "COPY <<E /x", "RUN cat <<E > f", "RUN <<'E'"])) + f"\n{body}E"

    if kind == "JSON":
        return head + draw(
            st.sampled_from(
                ['CMD ["a", "b"]', f'ENTRYPOINT ["a", {escape}\n "b"]', 'COPY ["a b", "c"]', 'RUN ["\\u00e9", ""]']
            )
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
    lines.append("FROM " + draw(STARTS))
    for _ in range(draw(st.integers(0, 6))):
        lines += draw(st.lists(st.one_of(COMMENTS, st.just(""), st.just("  ")), max_size=2))
        if draw(st.integers(0, 6)) == 0:
            lines.append("FROM " + draw(STARTS))
            continue

        lines.append(draw(st.sampled_from(["", "", "  ", "\t"])) + draw(instructions(escape)))

    text = "\n".join(lines)
    text = text.lower() if draw(st.integers(0, 7)) == 0 else text
    text += draw(st.sampled_from(["\n", "", "\n\n", f" {escape}\n", "\n# end"]))
    return text.replace("\n", "\r\n") if draw(st.integers(0, 3)) == 0 else text
