"""Commands of a shell text: words, names, places, and in what they stand."""

from __future__ import annotations

import pytest

from fixer.formats.shell import Command, Script, read


def script(text: str) -> Script:
    found = read(text, text, 0, joined=True)
    assert isinstance(found, Script)
    return found


def only(text: str) -> Command:
    found = script(text).commands
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(
    ("text", "name", "arguments"),
    [
        ("apt-get install -y a", "apt-get", ("install", "-y", "a")),
        ("/usr/bin/apt-get install", "apt-get", ("install",)),
        ("sudo apt-get install", "apt-get", ("install",)),
        ("sudo -E -u root apt-get install", "apt-get", ("install",)),
        ("env A=b C=d apt-get install", "apt-get", ("install",)),
        ("env -u A apt-get install", "apt-get", ("install",)),
        ("sudo env A=b nice -n 5 apt-get install", "apt-get", ("install",)),
        ("exec nginx -g x", "nginx", ("-g", "x")),
        ("command time a b", "a", ("b",)),
        ("A=b apt-get install", "apt-get", ("install",)),
        ("A='b c' D=e apt-get install", "apt-get", ("install",)),
        ("$A b", "", ("b",)),
        ('"a" b', "", ("b",)),
        ("sudo", "", ()),
        ("a b\\\nc d", "a", ("b\\\nc", "d")),
        ("export A=b", "export", ("A=b",)),
        ("unset A", "unset", ("A",)),
        ("apt-get install a=1.2* b", "apt-get", ("install", "a=1.2*", "b")),
        ("a $B.$C x", "a", ("$B.$C", "x")),
        ("a c > b 2>&1", "a", ("c",)),
    ],
)
def test_name_and_arguments(text: str, name: str, arguments: tuple[str, ...]) -> None:
    command = only(text)
    assert (command.name, command.arguments) == (name, arguments)


def test_assignments() -> None:
    assert only("A=1 B='x y' c").assignments == ("A=1", "B='x y'")


def test_only_an_assignment() -> None:
    assert script("A=b").commands == ()


@pytest.mark.parametrize(
    ("text", "plain"),
    [("a-b_c.d/e:f=g@h%i+j,k", True), ("*.c", True), ("$a", False), ("'a'", False), ('"a"', False), ("a\\ b", False)],
)
def test_plain_words(text: str, plain: bool) -> None:
    assert only(f"x {text}").words[1].plain is plain


@pytest.mark.parametrize(
    ("text", "top"),
    [
        ("a && b", "ab"),
        ("a; b", "ab"),
        ("a\nb", "ab"),
        ("a && b && c; d", "abcd"),
        ("a || b", ""),
        ("a && b || c", ""),
        ("a || b && c", "c"),
        ("a | b", ""),
        ("a && b | c", "a"),
        ("(a; b); c", "c"),
        ("{ a; b; }", ""),
        ("! a && b", "b"),
        ("if a; then b; fi; c", "c"),
        ("for x in y; do a; done", ""),
        ("case x in y) a;; esac", ""),
        ("f() { a; }", ""),
        ("a $(b) `c`", "a"),
        ('a "$(b)"', "a"),
        ("X=$(b) a", "a"),
        ("a > f && b", "ab"),
        ("a & b", "b"),
        ("a &", ""),
        ("a <<E\n$(b)\nE\n", ""),
        ("[ -f x ] && a", "a"),
        ("a <(b)", "a"),
    ],
)
def test_top_level(text: str, top: str) -> None:
    assert "".join(command.words[0].text for command in script(text).commands if command.top_level) == top


def test_in_what_commands_stand() -> None:
    commands = {one.words[0].text: one for one in script("a > f; b | c; ! d; e && g 2>&1").commands}
    assert [name for name, one in commands.items() if one.redirected] == ["a", "g"]
    assert [one.redirected for one in script("> f a; cat <<< x; b").commands] == [True, True, False]
    assert [name for name, one in commands.items() if one.piped] == ["b", "c"]
    assert [name for name, one in commands.items() if one.negated] == ["d"]


def test_commands_are_numbered_in_the_order_of_the_text() -> None:
    commands = script("a $(b $(c)) && d `e`; if f; then g; fi").commands
    assert [command.words[0].text for command in commands] == list("abcdefg")
    assert [command.index for command in commands] == list(range(7))


def test_joints() -> None:
    found = script("a && b; c || d; (e; f) && g").joints
    assert [joint.text for joint in found] == ["&&", ";", ";", "&&"]


def test_end_of_the_last_command() -> None:
    text = "a && b > f ; # c"
    found = script(text)
    assert text[: found.end] == "a && b > f"
    assert found.commented
    assert found.chained


@pytest.mark.parametrize("text", ["if a", "a 'b", "a && ", "a )", "((", "a | | b"])
def test_unreadable(text: str) -> None:
    assert read(text, text, 0, joined=True) == "the shell commands cannot be read"


def test_no_command() -> None:
    assert read("# a", "# a", 0, joined=True) == "there is no shell command"


def test_a_comment_ends_with_its_line_where_lines_are_lines() -> None:
    text = "a # b \\\nc"
    found = read(text, text, 0, joined=False)
    assert isinstance(found, Script)
    assert [command.name for command in found.commands] == ["a", "c"]


def test_a_hash_in_quotes_swallows_nothing() -> None:
    assert [command.name for command in script("a ' # b \\\n' && c").commands] == ["a", "c"]


def test_places_are_those_of_the_file() -> None:
    source = "xyz a é && b"
    found = read(source[4:], source, 4, joined=True)
    assert isinstance(found, Script)
    assert [source[word.start : word.end] for one in found.commands for word in one.words] == ["a", "é", "b"]
