"""The compliance view of the HTML page: framework by framework, control by control."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from fixer.finding import Environment, Level
from fixer.policy.compliance import (
    MEANING,
    NOTICE,
    Assessment,
    Control,
    Framework,
    Speaker,
    Verdict,
    assess,
    frameworks,
)
from fixer.policy.policy import Policy
from fixer.report.html_data import Entry, mode
from fixer.report.html_rules import anchor
from fixer.report.html_text import escaped, inline
from fixer.report.rows import Report
from fixer.rule import Rule

EXCUSES = 5
_STATES = ("failed", "excused", "passed", "not assessed")


def assessments(report: Report, found: Sequence[Entry], rules: Sequence[Rule], policy: Policy) -> dict[str, Assessment]:
    """Return what the run says about each control. A fix that was not written leaves its finding in the file."""
    verdicts = [
        Verdict(entry.rule, entry.row.finding, report.written and _fixed(entry), not report.written and _fixed(entry))
        for entry in found
    ]
    crashed = {crash.rule for outcome in report.outcomes for crash in outcome.crashes}
    return assess(_ran(report, rules, policy), verdicts, crashed)


def compliance(report: Report, found: Mapping[str, Assessment], run: frozenset[str]) -> str:
    """Return the view; `run` are the rules that have a page."""
    unread = sum(outcome.problem is not None for outcome in report.outcomes)
    notes = [MEANING, NOTICE]
    if unread:
        one = unread == 1
        about = "it" if one else "them"
        notes.append(f"{unread} {'file was' if one else 'files were'} not read: nothing here is about {about}.")

    if mode(report) == "preview":
        notes.append("Fixes shown in this report were not written: what they mend counts as failed until they are.")

    head = "".join(f"<p>{escaped(note)}</p>" for note in notes)
    parts = (_framework(framework, found, run) for framework in frameworks())
    return f'<div class="notice" role="note">{head}</div>{_overview(found)}{"".join(parts)}'


def _fixed(entry: Entry) -> bool:
    return entry.row.status == "fixed"


def _ran(report: Report, rules: Sequence[Rule], policy: Policy) -> dict[str, str]:
    kinds = {outcome.kind for outcome in report.outcomes if outcome.before is not None and not outcome.skipped}
    run = {rule.id: _unusable(rule, kinds, policy) for rule in rules}
    every = {speaker.rule for frame in frameworks() for control in frame.controls for speaker in control.speakers}
    absent = {rule: f"no {rule.partition('/')[0]} file" for rule in every if rule.partition("/")[0] not in kinds}
    return absent | run


def _unusable(rule: Rule, kinds: set[str], policy: Policy) -> str:
    if rule.kind not in kinds:
        return f"no {rule.kind} file"

    off = all(policy.decision(rule, environment).level is Level.OFF for environment in Environment)
    return "switched off" if off else ""


def _overview(found: Mapping[str, Assessment]) -> str:
    """The frameworks with the number of their controls in each state."""
    head = "".join(f'<th scope="col">{state}</th>' for state in _STATES)
    rows = []
    for framework in frameworks():
        states = Counter[str](found[control.key].state for control in framework.controls)
        cells = "".join(
            f'<td class="{f"state-{_class(state)}" if states[state] else "zero"}">{states[state]}</td>'
            for state in _STATES
        )
        rows.append(f'<tr><th scope="row"><a href="#{framework.key}">{escaped(framework.title)}</a></th>{cells}</tr>')

    return (
        f'<table class="plain frameworks"><thead><tr><th scope="col">Controls by framework</th>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


# ---- a framework


def _framework(framework: Framework, found: Mapping[str, Assessment], run: frozenset[str]) -> str:
    controls = [found[control.key] for control in framework.controls]
    states = Counter[str](one.state for one in controls)
    counts = "".join(f'<li class="state-{_class(state)}">{states[state]} {state}</li>' for state in _STATES)
    rows = "".join(_row(framework, one, run) for one in controls)
    derived = ' <span class="derived">all mappings derived</span>' if framework.derived else ""
    title = f"{escaped(framework.title)} <small>{escaped(framework.edition)}</small>{derived}"
    return (
        f'<section class="framework" aria-labelledby="{framework.key}"><div class="framework-head">'
        f'<h3 id="{framework.key}">{title}</h3><ul class="states">{counts}</ul></div>'
        f'<table class="controls"><thead><tr><th scope="col">Control</th><th scope="col">State</th>'
        f'<th scope="col">Findings</th><th scope="col">Rules that speak for it</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></section>"
    )


def _row(framework: Framework, one: Assessment, run: frozenset[str]) -> str:
    control = one.control
    derived = ' <span class="derived">derived</span>' if control.derived and not framework.derived else ""
    count = len(one.failing) + len(one.noted) + len(one.excused)
    link = _link(framework, control, count) if count else ""
    return (
        f'<tr class="is-{_class(one.state)}"><th scope="row"><span class="number">{escaped(control.number)}</span> '
        f"{escaped(control.title)}{derived}</th>"
        f'<td><span class="state state-{_class(one.state)}">{escaped(_state(one))}</span></td>'
        f"<td>{_findings(one)} {link}{_excuses(one.excused)}</td>"
        f"<td>{_speakers(one, run)}</td></tr>"
    )


def _link(framework: Framework, control: Control, count: int) -> str:
    label = f"{count} {'finding' if count == 1 else 'findings'} of {framework.title} {control.number}"
    target = f"#findings&control={control.key}"
    return f'<a class="js-only" href="{escaped(target)}" aria-label="Show {escaped(label)}">show</a>'


def _state(one: Assessment) -> str:
    if one.state != "excused":
        return one.state

    return f"excused until {one.until}" if one.until else "excused, no end"


def _findings(one: Assessment) -> str:
    mended = sum(verdict.mended for verdict in one.failing)
    counts = (
        (len(one.failing), "failing" + (f", {mended} of them with a fix shown here" if mended else "")),
        (len(one.noted), "noted"),
        (len(one.excused), "excused"),
        (one.gone, "fixed"),
    )
    said = ", ".join(f"{number} {what}" for number, what in counts if number)
    return said or ("none" if one.state == "passed" else "")


def _excuses(excused: Sequence[Verdict]) -> str:
    """Who excuses, where it is written and until when: each once."""
    found = Counter(verdict.finding.excuse for verdict in excused if verdict.finding.excuse)
    if not found:
        return ""

    lines = []
    for excuse, number in list(found.items())[:EXCUSES]:
        parts = [
            f"{number} by {excuse.by} in {excuse.source}",
            f"until {excuse.expires}" if excuse.expires else "no end",
        ]
        parts += [f"approved by {excuse.approver}"] if excuse.approver else []
        parts += [excuse.ticket] if excuse.ticket else []
        parts += [excuse.reason] if excuse.reason else []
        lines.append(f"<li>{inline(', '.join(parts), 300)}</li>")

    more = len(found) - EXCUSES
    lines += [f"<li>and {more} more</li>"] if more > 0 else []
    return f'<ul class="excuses">{"".join(lines)}</ul>'


def _speakers(one: Assessment, run: frozenset[str]) -> str:
    """The rules that ran, by name; those that did not, by why."""
    counts = Counter(verdict.rule for verdict in (*one.failing, *one.noted, *one.excused))
    ran = [speaker for speaker in one.control.speakers if not one.why.get(speaker.rule)]
    rules = "".join(_speaker(speaker, counts[speaker.rule], run, mark=not one.control.derived) for speaker in ran)
    total = len(one.control.speakers)
    said = "; ".join(f"{number} {reason}" for reason, number in sorted(Counter(one.why.values()).items()))
    about = f'<p class="missing">{len(ran)} of {total} ran{f" ({escaped(said)})" if said else ""}</p>'
    return (f'<ul class="speakers">{rules}</ul>' if rules else "") + about


def _speaker(speaker: Speaker, count: int, run: frozenset[str], *, mark: bool) -> str:
    """One rule; derived ones are marked where the mapping of others is quoted."""
    name = f"<code>{escaped(speaker.rule)}</code>"
    if speaker.rule in run:
        name = f'<a href="#{escaped(anchor(speaker.rule))}">{name}</a>'

    derived = ' <span class="derived">derived</span>' if mark and speaker.derived else ""
    return f"<li>{name}{f' <b>{count}</b>' if count else ''}{derived}</li>"


def _class(state: str) -> str:
    return state.replace(" ", "-")
