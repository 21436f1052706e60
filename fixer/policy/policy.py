"""Decides what becomes of a finding: its level in its environment, and whether it is excused."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from fixer.finding import Environment, Excuse, Finding, Level
from fixer.policy import packs
from fixer.policy.environments import Deployments
from fixer.policy.globs import path_fits
from fixer.policy.settings import NOTHING, Configuration, Files
from fixer.rule import Rule
from fixer.text import Lines

if TYPE_CHECKING:
    from fixer.files.changes import Ranges
    from fixer.policy.settings import Exclude, Exemption, Levels, RuleSettings

Identity = tuple[str, str, str, str]


_NO_FILES = Files()
# Rules that are never excused unless the configuration says otherwise (parameter never_exempt of rule K8-051).
NEVER = frozenset(
    {
        *("kubernetes/privileged-container", "kubernetes/runtime-socket-mount", "kubernetes/secret-in-configmap"),
        "dockerfile/secret-in-env",
    }
)


class Decision(msgspec.Struct, frozen=True):
    """The level of a rule in an environment, and what decides it, as a clause."""

    level: Level
    why: str


class Policy:
    """What a configuration makes of findings. Without one, the levels are those of the rules.

    `today` is the one clock of a run. `known` are the findings of the baseline. `changed` are the lines that a run is
    limited to, by file; None for all.
    """

    def __init__(
        self,
        configuration: Configuration = NOTHING,
        today: dt.date | None = None,
        known: frozenset[Identity] = frozenset(),
        changed: Mapping[str, Ranges] | None = None,
    ) -> None:
        self.configuration = configuration
        self.settings = configuration.settings
        self.today = today
        self.known = known
        self.changed = changed
        self._outside: dict[str, frozenset[Identity]] = {}
        self._levels: dict[tuple[str, Environment], Decision] = {}
        self._rules: dict[str, tuple[RuleSettings, ...]] = {}
        self._params: dict[str, msgspec.Struct | None] = {}
        self._plain = configuration is NOTHING and not known

    def __reduce__(self) -> tuple[type[Policy], tuple[object, ...]]:
        """For worker processes: without what was remembered."""
        return type(self), (self.configuration, self.today, self.known, self.changed)

    @property
    def baseline_name(self) -> str:
        """What the baseline is called in reports."""
        return self.settings.baseline or "the baseline"

    @functools.cached_property
    def deployments(self) -> Deployments:
        """What is configured about environments."""
        said = self.settings.environments
        return Deployments(
            Environment(said.default),
            tuple((Environment(name), globs) for name, globs in said.paths.items()),
            tuple((namespace, Environment(name)) for namespace, name in said.namespaces.items()),
        )

    # ---- files

    def wanted(self, path: str) -> bool | None:
        """Whether a file is to be looked at; None when nothing is said about it."""
        files = self.settings.files
        if files == _NO_FILES:
            return None

        if path_fits(path, files.exclude):
            return False

        return True if self.kind(path) else None

    def kind(self, path: str) -> str | None:
        """Return the kind that the configuration gives a file; None when it says nothing about it."""
        files = self.settings.files
        named = (
            *(("dockerfile", files.dockerfile), ("compose", files.compose)),
            *(("kubernetes", files.kubernetes), ("workflow", files.workflow)),
        )
        return next((kind for kind, globs in named if globs and path_fits(path, globs)), None)

    # ---- levels

    def judged(self, rule: Rule, finding: Finding, noun: object) -> Finding | None:
        """Return the finding with its level and its excuse; None when the rule does not count there."""
        if self._plain:
            level = min(rule.levels[finding.environment], finding.cap)
            return None if level is Level.OFF else stamped(finding, rule, level)

        level = min(self.decision(rule, finding.environment).level, finding.cap)
        if level is Level.OFF:
            return None

        found = stamped(finding, rule, level)
        excuse, note = self._excuse(rule, found, noun)
        if excuse:
            return msgspec.structs.replace(found, level=min(level, Level.INFO), excuse=excuse)

        return msgspec.structs.replace(found, note=note) if note else found

    def decision(self, rule: Rule, environment: Environment) -> Decision:
        """Return the level of a rule in an environment, and why."""
        key = (rule.id, environment)
        if key not in self._levels:
            self._levels[key] = self._decide(rule, environment)

        return self._levels[key]

    def _decide(self, rule: Rule, environment: Environment) -> Decision:
        for said in self.about(rule):
            if (level := level_in(said.level, environment)) is not None:
                return Decision(level, f"set in {self.configuration.path}")

        own = rule.levels[environment]
        chosen = self.settings.packs
        holding = packs.packs_of(rule.id) if chosen or self.settings.strict else ()
        if chosen and not set(chosen) & set(holding):
            return Decision(Level.OFF, f"in none of the packs {', '.join(chosen)}")

        strict = [pack for pack in self.settings.strict if pack in holding]
        if strict and Level.DENY in rule.levels.values():
            return Decision(Level.DENY, f"pack {strict[0]} is strict")

        of_packs = [pack for pack in chosen if pack in holding]
        return Decision(own, f"level of the rule in {environment.value}{_in(of_packs)}")

    def about(self, rule: Rule) -> tuple[RuleSettings, ...]:
        """Return what is said about a rule, the most specific name first."""
        if rule.id not in self._rules:
            self._rules[rule.id] = tuple(self.settings.rules[name] for name in self.names(rule))

        return self._rules[rule.id]

    def names(self, rule: Rule) -> list[str]:
        """Return the names under which something is said about a rule, the most specific first."""
        return sorted(
            (name for name in self.settings.rules if rule.answers(name)), key=lambda name: _specific(name, rule)
        )

    def params(self, rule: Rule) -> msgspec.Struct | None:
        """Return the parameters of a rule, None when it has none. Raises UserError for a value that does not fit."""
        if rule.id not in self._params:
            self._params[rule.id] = self._filled(rule.params, rule) if rule.params else None

        return self._params[rule.id]

    def _filled(self, wanted: type[msgspec.Struct], rule: Rule) -> msgspec.Struct:
        names = [name for name in reversed(self.names(rule)) if self.settings.rules[name].params]
        if not names:
            return wanted()

        from fixer.policy.parameters import filled

        return filled(wanted, self.configuration, names)

    # ---- what changed

    def touched(self, path: str, text: str, findings: Iterable[Finding]) -> None:
        """Note which findings of a file, whose text is as it was read, lie outside of the changed lines."""
        assert self.changed is not None
        ranges, position = self.changed.get(path, ()), Lines(text).position
        self._outside[path] = frozenset(
            finding.identity
            for finding in findings
            if not _meets(position(finding.start)[0], position(max(finding.end - 1, finding.start))[0], ranges)
        )

    def inside(self, path: str, findings: list[Finding]) -> list[Finding] | None:
        """Return the findings that are not outside of the changed lines; None when that was not noted yet."""
        if self.changed is None:
            return findings

        outside = self._outside.get(path)
        return None if outside is None else [finding for finding in findings if finding.identity not in outside]

    # ---- excuses

    def _excuse(self, rule: Rule, finding: Finding, noun: object) -> tuple[Excuse | None, str]:
        """Return what excuses a finding, and what there is to say when nothing does."""
        if reason := self._excluded(rule, finding, noun):
            return Excuse("exclusion", self.configuration.path, reason), ""

        excuse, note = self._exempted(rule, finding)
        if excuse is None and finding.identity in self.known:
            return Excuse("baseline", self.baseline_name, "known when the baseline was made"), ""

        return excuse, note

    def _excluded(self, rule: Rule, finding: Finding, noun: object) -> str | None:
        for said in self.about(rule):
            if reason := excluded_by(said.exclude, finding.path, noun):
                return reason

        return None

    def _exempted(self, rule: Rule, finding: Finding) -> tuple[Excuse | None, str]:
        note = ""
        for exemption, source in self.exemptions():
            if not applies(exemption, rule, finding):
                continue

            if reason := self.refusal(rule, finding, exemption.expires):
                note = f"the exemption of {source} does not hold: {reason}"
                continue

            fields = (exemption.reason, exemption.expires, exemption.approver, exemption.ticket)
            return Excuse("exemption", source, *fields), ""

        return None, note

    def exemptions(self) -> Iterator[tuple[Exemption, str]]:
        """Yield the exemptions of the configuration, each with where it is written."""
        for exemption, line in zip(self.settings.exemptions, self.configuration.lines, strict=True):
            yield exemption, f"{self.configuration.path}:{line}"

    def refusal(self, rule: Rule, finding: Finding, expires: str) -> str | None:
        """Return why an exemption up to `expires` ("" for ever) does not hold for a finding; None when it does."""
        return self.forbidden(rule) or self.overdue(expires, finding.environment)

    def forbidden(self, rule: Rule) -> str | None:
        """Return why findings of a rule are never excused, as a clause; None when they may be."""
        said = next((one.exempt for one in self.about(rule) if one.exempt is not None), rule.id not in NEVER)
        return None if said else "findings of this rule are never excused"

    def overdue(self, expires: str, environment: Environment) -> str | None:
        """Return why an end is none that holds today in an environment, as a clause (rules/README 4.4)."""
        if not expires:
            return "it has no end, which production wants" if environment is Environment.PROD else None

        end = dt.date.fromisoformat(expires)
        if end < self.now:
            return f"it ended on {expires}"

        limit = self.settings.comments.max_days
        if limit and (end - self.now).days > limit:
            return f"its end {expires} is more than {limit} days away"

        return None

    @property
    def now(self) -> dt.date:
        """The day of the run, in UTC."""
        if self.today is None:
            self.today = dt.datetime.now(dt.UTC).date()

        return self.today


def _meets(first: int, last: int, ranges: Ranges) -> bool:
    return any(start <= last and first <= end for start, end in ranges)


def level_in(said: str | Levels | None, environment: Environment) -> Level | None:
    """Return the level that is said for an environment; None when nothing is."""
    name = said if said is None or isinstance(said, str) else getattr(said, environment.value)
    return None if name is None else Level[name.upper()]


def excluded_by(exclude: Exclude, path: str, noun: object) -> str | None:
    """Return which pattern leaves a noun out, as a clause; None when none does."""
    from fixer.policy.globs import image_fits, name_fits

    if path_fits(path, exclude.paths):
        return "its path is left out"

    subject: Mapping[str, str] = getattr(noun, "subject", {})
    for key, patterns in _patterns(exclude):
        name = subject.get(key, "")
        fits = image_fits if key == "image" else name_fits
        if name and patterns and fits(name, patterns):
            return f"the {key} {name} is left out"

    return None


def _patterns(exclude: Exclude) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "service", exclude.services
    yield "workload", exclude.workloads
    yield "container", exclude.containers
    yield "image", exclude.images


def applies(exemption: Exemption, rule: Rule, finding: Finding) -> bool:
    """Whether an exemption is about a finding."""
    if not any(rule.answers(name) for name in exemption.rules) or not path_fits(finding.path, (exemption.path,)):
        return False

    place = exemption.place
    return not place or finding.place == place or finding.place.startswith((f"{place} ", f"{place}."))


def stamped(finding: Finding, rule: Rule, level: Level) -> Finding:
    """Return the finding with what the rule's module and the policy know."""
    return Finding(
        finding.path,
        finding.place,
        finding.start,
        finding.end,
        finding.message,
        finding.fix,
        finding.unfixable,
        finding.environment,
        finding.cap,
        rule.name,
        rule.severity,
        level,
    )


def _specific(name: str, rule: Rule) -> int:
    return {rule.id: 0, rule.name: 1, rule.kind: 3}.get(name.lower(), 2)


def _in(names: Sequence[str]) -> str:
    return f", which is in {', '.join(names)}" if names else ""
