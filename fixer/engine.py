"""Find what is wrong in the files of a project, with one set of rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from fixer.finding import Finding
from fixer.formats.format import FormatError
from fixer.kinds import kind_named
from fixer.kinds.kind import KindFile
from fixer.outcome import Crash, Outcome
from fixer.policy.markers import excuses
from fixer.project import Project
from fixer.rule import Rule
from fixer.text import TextError


class Engine:
    """Finds over one project with one set of rules; the project's policy decides what becomes of a finding."""

    def __init__(self, project: Project, rules: Iterable[Rule]) -> None:
        self.project = project
        self._rules: dict[str, list[Rule]] = {}
        self._given: dict[str, list[Rule]] = {}
        self._params: dict[tuple[str, str], tuple[msgspec.Struct, ...]] = {}
        for rule in rules:
            self._given.setdefault(rule.kind, []).append(rule)
            # Here, so that a value that does not fit ends the run before it starts.
            params = project.policy.params(rule)
            self._params[rule.kind, rule.name] = () if params is None else (params,)

    def rules(self, kind: str) -> list[Rule]:
        """Return the rules of a kind in the order their fixes are applied."""
        if kind not in self._rules:
            order = {name: number for number, name in enumerate(kind_named(kind).order)}
            given = self._given.get(kind, [])
            self._rules[kind] = sorted(given, key=lambda rule: (order.get(rule.name, len(order)), rule.name))

        return self._rules[kind]

    def find(self, file: KindFile, kind: str) -> tuple[list[Finding], list[Crash]]:
        """Return the findings of all rules in a file, by rule in the order of fixes, and the rules that crashed."""
        findings: list[Finding] = []
        crashes: list[Crash] = []
        judged = self.project.policy.judged
        for rule in self.rules(kind):
            check, given = rule.check, self._params[kind, rule.name]
            for noun in self._nouns(file, rule, crashes):
                try:
                    found = list(check(noun, *given))
                except Exception as error:  # noqa: BLE001 - a crashed rule is reported, and the run goes on
                    crashes.append(crash_of(rule.id, file.path, error))
                    continue

                known = (judged(rule, finding, noun) for finding in found)
                findings += [finding for finding in known if finding]

        settled = self._settled(file, kind, findings, crashes)
        return self._inside(file.path, settled), crashes

    def _inside(self, path: str, findings: list[Finding]) -> list[Finding]:
        """Leave out what lies outside of the lines that the run is limited to: those of the text as it was read."""
        policy, project = self.project.policy, self.project
        known = policy.inside(path, findings)
        if known is not None:
            return known

        now, before = project.source(path), project.disk.source(path)
        if now == before:
            policy.touched(path, before.text, findings)
        else:
            project.replace(path, before)
            self._note(path, before.text)
            project.replace(path, now)

        return policy.inside(path, findings) or []

    def _note(self, path: str, text: str) -> None:
        self.project.policy.touched(path, text, ())
        file = self.project.load(path)
        found = self.find(file, self.project.kind(path) or "")[0] if file else []
        self.project.policy.touched(path, text, found)

    def _settled(self, file: KindFile, kind: str, findings: list[Finding], crashes: list[Crash]) -> list[Finding]:
        """Look at what the file itself says about its findings."""
        if not excuses(file.parsed.source.text):
            return findings

        from fixer.policy.excusing import settled

        try:
            return settled(self.project.policy, file, kind, self.rules(kind), findings)
        except Exception as error:  # noqa: BLE001 - likewise
            crashes.append(crash_of("policy", file.path, error))
            return findings

    def _nouns(self, file: KindFile, rule: Rule, crashes: list[Crash]) -> Sequence[object]:
        try:
            return file.nouns(rule.noun)
        except Exception as error:  # noqa: BLE001 - likewise
            crashes.append(crash_of(rule.id, file.path, error))
            return ()

    def check(self, path: str) -> Outcome:
        """Return what is found in a file; nothing is applied."""
        try:
            source = self.project.source(path)
            kind = self.project.kind(path)
            if kind is None:
                return Outcome(path, before=source)

            file = self.project.load(path)
        except (RecursionError, TextError) as error:
            deep = isinstance(error, RecursionError)
            return Outcome(path, problem="it is nested too deeply" if deep else str(error))
        except FormatError as error:
            return Outcome(path, problem=error.reason, problem_line=error.line)
        except Exception as error:  # noqa: BLE001 - one file's bug must not stop the run
            return Outcome(path, crashes=(crash_of("reader", path, error),))

        if file is None or file.skipped:
            return Outcome(path, kind, source, skipped=file.skipped if file else None)

        findings, crashes = self.find(file, kind)
        ordered = tuple(sorted(findings, key=lambda finding: finding.start))
        return Outcome(path, kind, source, findings=ordered, remaining=ordered, crashes=tuple(crashes))


def crash_of(rule: str, path: str, error: Exception) -> Crash:
    """Return the record of an exception that a rule, or the engine itself, raised over a file."""
    import traceback

    last = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{last.filename.rpartition('/')[2]}:{last.lineno}"
    return Crash(rule, path, f"{type(error).__name__}: {error}", where)
