"""The why panel in words: passages made of what a review says about a finding or a group."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from fixer.review.records import Item, Reference, State, Trouble, Why
from tui.grouping import risk_word
from tui.painting import safe
from tui.signs import Signs

_LIMIT = 4_000
_REASONS = {State.EXCUSED: "Excused", State.REFUSED: "Refused", State.OPEN: "Not accepted by itself"}


class Passage(msgspec.Struct, frozen=True):
    """Some lines under a heading; `sort` and `style` say how they look. `close`: no blank line behind it."""

    heading: str
    texts: tuple[str, ...]
    sort: str = ""
    style: str = ""
    close: bool = False


def about_item(item: Item, state: State, why: Why, shown: str, signs: Signs) -> list[Passage]:
    """Return all there is to say about a finding."""
    finding = item.finding
    place = f"{shown}:{item.line}"
    facts = f" {signs.middle} ".join(
        [finding.severity.name.lower(), f"{finding.level.name.lower()} in {finding.environment.value}", state.value]
    )
    passages = [
        Passage("", (_text(why.title),), style="strong", close=True),
        Passage("", (facts, safe(place)), style="dim"),
        Passage("What", (_text(why.what),)),
        Passage(_reason(state), (_text(why.reason) if state is not State.REJECTED else "",), sort="reason"),
        Passage(f"Fix {signs.middle} {risk_word(item.risk)}", (_text(why.fix_title),)),
        Passage("Evidence", _list(why.evidence, signs)),
        Passage("What may break", (_text(why.risk),), sort="risk"),
        Passage("Who else gets it", _list(why.inherits, signs), sort="risk"),
        Passage("Also changes", _list(item.ties, signs)),
        Passage("Note", (_text(why.note),)),
        Passage("Why it matters", (_text(why.why),)),
        Passage("Controls", tuple(_control(one) for one in why.controls), style="dim"),
        Passage("Known as", (", ".join(why.aliases),), style="dim"),
        Passage("References", why.links, style="dim"),
    ]
    return [passage for passage in passages if any(passage.texts)]


def about_rule(items: Sequence[Item], states: Sequence[State], why: Why, signs: Signs) -> list[Passage]:
    """Return what a group of one rule holds, and the page of the rule."""
    about = about_group(why.title, items, states, signs)[:-1]
    page = [
        Passage("Why it matters", (_text(why.why),)),
        Passage("Fix", (_text(why.fix),)),
        Passage("What may break", (_text(why.risk),), sort="risk"),
        Passage("Controls", tuple(_control(one) for one in why.controls), style="dim"),
        Passage("Known as", (", ".join(why.aliases),), style="dim"),
        Passage("References", why.links, style="dim"),
    ]
    return [passage for passage in (*about, *page) if any(passage.texts)]


def about_group(name: str, items: Sequence[Item], states: Sequence[State], signs: Signs) -> list[Passage]:
    """Return what a group holds."""
    by_state = Counter(state.value for state in states)
    by_risk = Counter(risk_word(item.risk) for item in items)
    by_rule = Counter(item.finding.rule for item in items)
    files = len({item.path for item in items})
    return [
        Passage("", (safe(name),), style="strong", close=True),
        Passage("", (f"{_many(len(items), 'finding')} in {_many(files, 'file')}",), style="dim"),
        Passage("Decided", tuple(_counted(by_state, signs))),
        Passage("Risk of the fixes", tuple(_counted(by_risk, signs)), sort="risk"),
        Passage("Rules", tuple(_counted(by_rule, signs)), style="dim"),
    ]


def about_troubles(troubles: Sequence[Trouble], signs: Signs) -> list[Passage]:
    """Return what a person should know about files that were not looked at."""
    crashes = [one for one in troubles if one.sort == "crash"]
    others = [one for one in troubles if one.sort != "crash"]
    passages = [
        Passage("A rule crashed: a bug of ours", _list([_trouble(one) for one in crashes], signs), sort="reason"),
        Passage("Not looked at", _list([_trouble(one) for one in others], signs), style="dim"),
    ]
    return [passage for passage in passages if passage.texts]


def in_short(troubles: Sequence[Trouble]) -> str:
    """Return how many rules crashed and how many files could not be read; "" for none."""
    crashes = sum(one.sort == "crash" for one in troubles)
    files = sum(one.sort == "problem" for one in troubles)
    words = [f"{_many(crashes, 'crash').replace('crashs', 'crashes')} of a rule"] if crashes else []
    words += [f"{_many(files, 'file')} could not be read"] if files else []
    return ", ".join(words)


def _trouble(one: Trouble) -> str:
    return f"{one.path}{f':{one.line}' if one.line else ''}: {one.reason}"


def _reason(state: State) -> str:
    return _REASONS.get(state, "Left to you")


def _control(one: Reference) -> str:
    words = (one.framework, one.number, one.title, "(derived)" if one.derived else "")
    return " ".join(" ".join(words).split())


def _list(texts: Sequence[str], signs: Signs) -> tuple[str, ...]:
    return tuple(f"{signs.middle} {_text(text)}" for text in texts)


def _counted(counts: Counter[str], signs: Signs) -> Iterator[str]:
    most = counts.most_common(20)
    width = max((len(str(number)) for _, number in most), default=1)
    yield from (f"{number:>{width}}  {word}" for word, number in most)
    if len(counts) > len(most):
        yield f"{signs.more} and {len(counts) - len(most)} more"


def _many(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _text(text: str) -> str:
    """The paragraphs of a text, each on one line: the panel folds them."""
    blocks = re.split(r"\n\s*\n|\n(?=- )", text.strip())
    return "\n".join(safe(" ".join(block.split()), _LIMIT) for block in blocks)
