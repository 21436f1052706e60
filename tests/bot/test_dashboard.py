"""The dashboard, and the issue about the configuration."""

from __future__ import annotations

from bot.simulated import clicked

from fixer.bot.body import LONGEST, same
from fixer.bot.dashboard import (
    Entry,
    is_dashboard,
    is_trouble,
    numbered,
    render,
    render_trouble,
    requests,
    solved,
)

ENTRIES = (
    Entry("fixer/a", "Fix a", "open", 3),
    Entry("fixer/b", "Fix b", "open"),
    Entry("fixer/c", "Fix c", "waiting", 0, "4 are open, which is the limit"),
    Entry("fixer/d", "Fix d", "refused", 2, "closed"),
)


def test_sections_and_clicks() -> None:
    body = render(ENTRIES, ["Dockerfile: a rule crashed"])
    assert [line for line in body.split("\n") if line.startswith("###")] == [
        "### Open",
        "### Waiting",
        "### Refused",
        "### Trouble",
    ]
    body = clicked(body, "rebuild", "fixer/a")
    body = clicked(body, "create", "fixer/c")
    body = clicked(body, "recreate", "fixer/d")
    found = requests(body)
    assert (found.rebuild, found.create, found.recreate) == ({"fixer/a"}, {"fixer/c"}, {"fixer/d"})
    assert found.wants("Fixer/C")
    assert not found.wants("fixer/a")


def test_numbers_of_new_pull_requests_come_in_when_they_are_known() -> None:
    body = numbered(render(ENTRIES, ()), {"fixer/b": 7})
    assert "- [ ] #3 Fix a" in body
    assert "- [ ] #7 Fix b" in body
    later = (ENTRIES[0], Entry("fixer/b", "Fix b", "open", 7), *ENTRIES[2:])
    assert same(body, render(later, (), body))
    assert "{{" not in numbered(render(ENTRIES, ()), {})


def test_what_was_asked_for_and_not_done_stays_asked() -> None:
    body = render((Entry("fixer/c", "Fix c", "waiting", 0, "later", asked=True),), ())
    assert requests(body).create == {"fixer/c"}


def test_nothing_to_do() -> None:
    assert "There is nothing to do." in render((), ())


def test_titles_and_problems_have_no_effect() -> None:
    body = render((Entry("fixer/a", "Harden @all/#1 <b>`x`", "open", 1),), ["x <!-- fixer:dashboard --> @ann -->"])
    assert "<b>" not in body
    assert "@a" not in body
    assert body.count("-->") == 4


def test_a_text_of_people_before_it_stays() -> None:
    body = f"Read this.\n\n{render(ENTRIES, ())}"
    assert render(ENTRIES, (), body).startswith("Read this.\n\n")


def test_it_is_never_too_long() -> None:
    entries = [Entry(f"fixer/{number}", "t" * 200, "waiting", 0, "r" * 200) for number in range(2000)]
    body = render(entries, ["p" * 300] * 500)
    assert len(body) <= LONGEST
    assert "more." in body
    assert is_dashboard(body)


def test_the_configuration_issue() -> None:
    body = render_trouble(".fixer.yaml:1:1: there is no key '<script>' @all")
    assert is_trouble(body)
    assert not is_dashboard(body)
    assert "<script>" not in body
    assert is_trouble(solved())
    assert not same(body, solved())
