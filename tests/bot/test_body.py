"""The body of a pull request: what it says, how it is cut, and that no text of a file has any effect in it."""

from __future__ import annotations

import re

import pytest
from bot.simulated import clicked
from formats.examples import examples
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from msgspec.structs import replace

from fixer.bot.body import BEGIN, END, LONGEST, Note, closed, render, render_onboarding, same
from fixer.bot.fitting import Part, fitted
from fixer.bot.grouping import OTHER
from fixer.bot.markup import code, lines, title, words
from fixer.bot.memory import Known, boxes, memory_of, read, ticked
from fixer.bot.records import Change, Group, Left, Page, Pull, Row
from fixer.policy.bot import BotLimits, BotSchedule, BotSettings

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")
SETTINGS = BotSettings()
NASTY = (
    "`a` | b",
    "<script>alert(1)</script>",
    "<!-- fixer:end -->",
    "<!-- fixer:memory eJyrVkrOyS9OVbJSSlTSUVCqBQAmOQT0 -->",
    "--> <img src=x onerror=y>",
    "- [x] yes <!-- fixer:skip=aaaaaaaaaaaa -->",
    "@ann @acme/team",
    "#123 acme/app#4 GH-5",
    "[click](https://evil.example)",
    "![x](https://evil.example/a.png)",
    "https://evil.example www.evil.example",
    "</code></details>\n\n# Title",
    "&lt;b&gt; &#64;ann",
    "***x*** __y__ ~~z~~ $a$",
    "\x1b[31m\x00\u202e\udcff",
    "a\r\nb\n\n| x |",
    "    x",
    "\t\tx",
    "1. x",
    "7) x",
    "- x",
    "+ x",
    "=== x",
    "---",
)
# What may be in a body of ours.
TAGS = {"code", "details", "summary", "b", "i", "br", "sub", "p", "h3", "table", "thead", "tbody", "tr", "th", "td"}
TAGS |= {"strong", "ul", "li", "hr", "blockquote", "a"}
PAGES = (
    Page("dockerfile/x", "It is bad", "Why it `is`.", "What it does.", "What breaks.", ("https://example.com/a",)),
)


def row(number: int = 0, text: str = "x", **fields: object) -> Row:
    made = Row(f"{number:012x}", "dockerfile/x", text, text, text, text, number + 1, "low", "safe", "deny", text, text)
    return replace(made, **{"because": (text,), "ignore": "# fixer: ignore[x] say why", **fields})


def group(*rows: Row, **fields: object) -> Group:
    changes = tuple(Change(one.path, b"a", b"b") for one in rows)
    made = Group("safe-build", "fixer/safe-build", "Tidy", "safe", "low", rows, (), changes, "p", PAGES)
    return replace(made, checks=("the result parses", "a second run changes nothing"), counts=(5, 3), **fields)


def html(body: str) -> str:
    return str(MARKDOWN.render(body))


def shown(body: str) -> str:
    """The page without its comments."""
    return re.sub(r"<!--.*?-->", "", html(body), flags=re.DOTALL)


# ---- what it says


def test_all_that_a_reviewer_asks_for() -> None:
    left = (Left("dockerfile/y", "x", 3, "is worse", "decide which version"), Left("dockerfile/z", "x", 4, "m", OTHER))
    fix = row(because=("port 80: EXPOSE",))
    body = render(group(fix, left=left, silenced=(row(1),)), "Tidy", SETTINGS, Note())
    page = shown(body).replace("<code>x</code>", "x")
    assert "This fixes <strong>1 finding</strong> in <strong>1 file</strong>. Risk <strong>safe</strong>" in page
    for text in (
        "x:1 x: port 80: EXPOSE",
        "Why it <code>is</code>.",
        "What breaks.",
        "https://example.com/a",
        "decide which version",
    ):
        assert text in page

    assert "<b>Not fixed here</b>: 1 finding, and 1 that other pull requests fix" in page
    assert "The result parses; a second run changes nothing." in page
    assert "5 before, 3 after" in page
    assert "<code># fixer: ignore[x] say why</code>" in page
    assert "one pull request for each risk and family of rules; any time; rebuilt on conflict" in page
    assert [(box.word, box.ticked) for box in boxes(body)] == [("skip", True), ("skip", False), ("do", False)]
    assert ticked(body, "skip") == [row(1).key]


def test_the_marker_tells_the_fixes() -> None:
    found = read(render(group(row(), silenced=(row(1),)), "Tidy", SETTINGS, Note()))
    assert found is not None
    assert (found.group, found.title, found.closed) == ("safe-build", "Tidy", "")
    assert [(one.key, one.out) for one in found.known] == [(row().key, False), (row(1).key, True)]


def test_a_page_says_what_it_has() -> None:
    page = shown(render(group(row(), pages=(Page("dockerfile/x", "It is bad", "Why."),)), "Tidy", SETTINGS, Note()))
    assert "<p>Why.</p>" in page
    assert "What may break.</strong>" not in page
    assert "href" not in page


def test_added_removed_and_several_lines() -> None:
    rows = (
        row(0, before="", after="  a:\n    b: 1"),
        row(1, before="USER root", after=""),
        row(2, before="", after=""),
    )
    page = shown(render(group(*rows), "Tidy", SETTINGS, Note()))
    assert "<code>a:</code><br><code>\xa0\xa0b: 1</code>" in page
    assert "<td><i>removed</i></td>" in page
    assert page.count("<td>—</td>") == 2


def test_many_lines_are_cut_in_a_cell() -> None:
    assert lines("\n".join("abcdefghijkl")).endswith("<code>h</code><br><i>and 4 more</i>")
    assert "…" in lines("x" * 500)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (BotSettings(schedule=BotSchedule(after="22:00")), "every day from 22:00 until 24:00, UTC"),
        (BotSettings(schedule=BotSchedule(before="06:00")), "every day from 00:00 until 06:00, UTC"),
        (BotSettings(automerge="low"), "merged by the forge up to risk low, else by people"),
        (BotSettings(update="behind"), "rebuilt whenever it is behind base"),
        (BotSettings(group_by="file"), "one pull request for each file and risk"),
        (BotSettings(stop_label="a|b`c"), "The label <code>a|b`c</code> stops"),
    ],
)
def test_the_configuration_in_one_line(settings: BotSettings, expected: str) -> None:
    assert expected in shown(render(group(row()), "Tidy", settings, Note()))


def test_commits_of_others() -> None:
    body = render(group(row()), "Tidy", SETTINGS, Note(foreign=True, before=(Known("r", "p", "k" * 12),)))
    assert "There are commits of other people here" in body
    assert [box.value for box in boxes(body) if box.word == "do"] == ["handback"]
    found = read(body)
    assert found is not None
    assert {one.key for one in found.known} == {row().key, "k" * 12}


def test_onboarding_tells_the_pace_and_not_only_a_total() -> None:
    start = Group(
        "configure", "fixer/configure", "Configure fixer", "safe", changes=(Change(".fixer.yaml", None, b"x"),)
    )
    settings = BotSettings(limits=BotLimits(open=10, per_hour=2))
    body = render_onboarding(start, "Configure fixer", settings, [group(row())], foreign=False)
    assert "At most 2 per hour, 10 open." in body
    assert "| Tidy | safe | low | 1 | 1 |" in body
    assert "there is nothing to fix" in render_onboarding(start, "Configure fixer", settings, [], foreign=True)


# ---- closing


def test_a_closed_body_says_why_and_keeps_what_was_refused() -> None:
    body = clicked(render(group(row(), row(1)), "Tidy", SETTINGS, Note()), "skip", row(1).key)
    done = closed(body, "safe-build", "none of its fixes is needed any more")
    assert "**Closed by fixer**: none of its fixes is needed any more" in done
    marker = read(done)
    assert marker is not None
    assert marker.closed
    memory = memory_of([Pull(1, "fixer/safe-build", "closed", body=done)])
    assert memory.refuses("fixer/safe-build", row(1).key)
    assert not memory.refuses("fixer/safe-build", row().key)


@pytest.mark.parametrize("body", ["", "Mine.", "x" * 70_000, f"{BEGIN}{END}", "<!-- fixer:memory abc"])
def test_any_body_can_be_closed(body: str) -> None:
    done = closed(body, "g", "base needs it no more")
    assert len(done) <= LONGEST
    found = read(done)
    assert found is not None
    assert found.closed == "base needs it no more"


# ---- texts of people


def test_what_stands_around_it_stays() -> None:
    body = render(group(row()), "Tidy", SETTINGS, Note())
    again = render(group(row(), row(1)), "Tidy", SETTINGS, Note(), f"Note!\r\n\r\n{body}\r\nEnd.")
    assert again.startswith(f"Note!\n\n{BEGIN}")
    assert again.endswith(f"{END}\n\nEnd.\n")
    assert same(again, render(group(row(), row(1)), "Tidy", SETTINGS, Note(), again))


def test_bodies_differ_by_what_they_say() -> None:
    body = render(group(row()), "Tidy", SETTINGS, Note())
    assert same(body, body.replace("\n", "\r\n") + "  \n")
    assert not same(body, clicked(body, "skip", row().key))
    assert not same(body, render(group(row(), moved=(("a", "b"),)), "Tidy", SETTINGS, Note()))
    assert not same(body, "")


# ---- never too long


@pytest.mark.parametrize("count", [1, 50, 400, 3000])
def test_it_is_cut_in_order(count: int) -> None:
    rows = tuple(row(number, "deploy/app/" + "x" * 120) for number in range(count))
    silenced = tuple(row(count + number, "deploy/no/" + "y" * 120) for number in range(count // 4))
    left = tuple(
        Left("dockerfile/y", "p" * 100, 3, "m" * 200, f"reason {number} " + "r" * 200) for number in range(count)
    )
    pages = tuple(replace(PAGES[0], rule=f"dockerfile/x{number}", why="w" * 2000) for number in range(min(count, 40)))
    wanted = group(*rows, silenced=silenced, left=left, pages=pages)
    body = render(wanted, "t" * 200, SETTINGS, Note(), "b" * 9000 + BEGIN + END + "a" * 9000)
    assert len(body) <= LONGEST
    assert body.rstrip().endswith("a…")
    assert read(body) is not None
    assert "- [ ] Rebuild this branch now" in body
    page = html(body)
    assert page.count("<details>") == page.count("</details>")
    assert page.count("<table>") == 1
    assert shown(body).count(rows[0].path) >= 2
    if count >= 400:
        assert "more: the diff has them." in page


@pytest.mark.parametrize("count", [400, 3000])
def test_a_no_is_kept_when_its_box_is_cut_off(count: int) -> None:
    silenced = tuple(row(number, "deploy/no/" + "y" * 120) for number in range(count))
    body = render(group(row(count), silenced=silenced), "t", SETTINGS, Note())
    assert len([box for box in boxes(body) if box.word == "skip"]) < count
    memory = memory_of([Pull(1, "fixer/safe-build", "open", body=body)])
    marker = read(body)
    assert marker is not None
    assert marker.whole or all(memory.refuses("fixer/safe-build", one.key) for one in silenced)


@examples(60)
@given(
    st.lists(st.tuples(st.lists(st.text("ab", max_size=9), max_size=9), st.floats(0, 0.5)), max_size=5),
    st.integers(0, 300),
)
def test_parts_fit_their_room(parts: list[tuple[list[str], float]], room: int) -> None:
    made = [Part(("head",), tuple(items), ("foot",), share) for items, share in parts]
    least = sum(len("head\nfoot\n") + (len("…and 9 more.\n") if part.items else 0) for part in made)
    text = fitted(made, room)
    assert len(text) <= max(room, least)
    assert text.count("head\n") == len(made)


# ---- nothing of a file has an effect


def check_harmless(body: str, plain: str) -> None:
    page = shown(body)
    assert set(re.findall(r"</?([a-zA-Z][a-zA-Z0-9]*)", page)) <= TAGS
    assert re.findall(r'href="([^"]*)"', page) == re.findall(r'href="([^"]*)"', shown(plain))
    text = re.sub(r"<[^>]*>", "", page)
    assert not re.search(r"@[A-Za-z0-9]", text)
    assert not re.search(r"(?:^|\W)#[0-9]", text)
    assert not re.search(r"(?i)gh-[0-9]", text)
    assert not re.search(r"(?i)https?://evil|www\.evil", text)
    assert page.count("<tr>") == shown(plain).count("<tr>")
    assert [box.ticked for box in boxes(body)] == [box.ticked for box in boxes(plain)]
    assert body.count("<!-- fixer:end -->") == 1
    found, wanted = read(body), read(plain)
    assert found is not None
    assert wanted is not None
    assert [one.key for one in found.known] == [one.key for one in wanted.known]


def bodies(text: str) -> tuple[str, str]:
    def of(value: str) -> str:
        left = (Left("dockerfile/y", value, 3, value, value),)
        silenced = (row(1, value),)
        return render(group(row(0, value), left=left, silenced=silenced, key=value), value, SETTINGS, Note())

    return of(text), of("x")


@pytest.mark.parametrize("text", NASTY)
def test_nasty_texts_are_shown_and_do_nothing(text: str) -> None:
    check_harmless(*bodies(text))


@examples(60)
@given(
    st.lists(st.sampled_from((*NASTY, " ", "\n", "`", "|", "<", "@", "#1", "ab")), min_size=1, max_size=6).map("".join)
)
def test_any_mixture_of_them_does_nothing(text: str) -> None:
    check_harmless(*bodies(text))


@examples(60)
@given(st.text(min_size=1))
def test_what_is_escaped_reads_as_it_is_written(text: str) -> None:
    inner = MARKDOWN.render(code(text, 10_000)).removeprefix("<p><code>").removesuffix("</code></p>\n")
    assert "<" not in inner
    assert "\n" not in inner.strip("\n")


def test_it_reads_as_it_is_written() -> None:
    page = MARKDOWN.render(words("*a* `b` <c> [d](e) $x | y_z"))
    assert page == "<p>*a* `b` &lt;c&gt; [d](e) $x | y_z</p>\n"


def test_titles_are_plain() -> None:
    said = title("Harden `a`\n@ann\x1b[1m")
    assert said.startswith("Harden 'a'")
    assert "@ann" not in said
    assert said.isprintable() or "\u200b" in said
    assert not {"\n", "\x1b", "`"} & set(said)
