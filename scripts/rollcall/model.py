"""What rollcall says: outcomes, the places they point at, and the report that holds them."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import IntEnum, StrEnum


class Level(IntEnum):
    """The five questions asked of a cell, in order; a level includes all below it."""

    LISTED = 1
    COMPLETE = 2
    COVERED = 3
    PAIRED = 4
    PROVEN = 5


class Severity(StrEnum):
    """How loud a finding is; `--fail-on` compares by `rank`."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for info, 1 for warning, 2 for error."""
        return ("info", "warning", "error").index(self.value)


class Status(StrEnum):
    """What became of one requirement."""

    MET = "met"
    UNMET = "unmet"
    WAIVED = "waived"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A file below the root (POSIX path) and, if there is one, a 1-based line in it."""

    path: str
    line: int | None = None

    def __str__(self) -> str:
        return self.path if self.line is None else f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class Text:
    """One message in both languages of the tool."""

    zh: str
    en: str

    def get(self, language: str) -> str:
        """The text in `language`; anything but `zh` gives English."""
        return self.zh if language == "zh" else self.en


def closest(name: str, valid: Collection[str]) -> Text:
    """The tail of a message about an unknown name: the nearest valid one, if any is near."""
    close = get_close_matches(name, valid, n=1, cutoff=0.6)
    if not close:
        return Text("", "")
    return Text(f"；是不是 `{close[0]}`？", f"; did you mean `{close[0]}`?")


def did_you_mean(name: str, valid: Collection[str]) -> Text:
    """The nearest valid name or, where none is near, what there is."""
    near = closest(name, valid)
    if near.en or not valid:
        return near
    listed = ", ".join(sorted(valid)[:12])
    return Text(f"；可用：{listed}", f"; known: {listed}")


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """A document type in one language: the unit that is complete or not."""

    type: str
    language: str

    def __str__(self) -> str:
        return f"{self.type}/{self.language}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One requirement and what became of it.

    `at` is where to act, `because` is the line that demands it. `subject` names the requirement
    without any line number, so a waiver or a fingerprint survives edits. Rules leave `rule` and
    `severity` alone: the engine stamps them.
    """

    status: Status
    subject: str
    at: Place
    because: Place
    message: Text = field(default=Text("", ""))
    hint: Text | None = None
    cell: Cell | None = None
    rule: str = ""
    severity: Severity = Severity.ERROR


def met(subject: str, at: Place, because: Place, cell: Cell | None = None) -> Outcome:
    """A requirement that holds; it is counted and never shown as a finding."""
    return Outcome(Status.MET, subject, at, because, cell=cell)


def unmet(
    subject: str,
    at: Place,
    because: Place,
    message: Text,
    *,
    hint: Text | None = None,
    cell: Cell | None = None,
) -> Outcome:
    """A requirement that does not hold: a finding."""
    return Outcome(Status.UNMET, subject, at, because, message, hint, cell)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a run looked at: the numbers that make `0 findings` mean something."""

    types: int
    languages: int
    pages: int
    sections: int
    items: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class RuleInfo:
    """What a report says of a rule that ran; `level` is `None` for what belongs to every level."""

    id: str
    summary: Text
    level: Level | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """Every outcome of a run, in a fixed order, with the scope it was taken over."""

    outcomes: tuple[Outcome, ...]
    scope: Scope
    rules: tuple[RuleInfo, ...]

    @property
    def findings(self) -> tuple[Outcome, ...]:
        """The outcomes to act on: unmet requirements and rules that broke."""
        bad = (Status.UNMET, Status.BROKEN)
        return tuple(outcome for outcome in self.outcomes if outcome.status in bad)

    def by_rule(self) -> Mapping[str, Counter[Status]]:
        """Counts of each status per rule id, rules that had nothing to say included."""
        counts: dict[str, Counter[Status]] = {rule.id: Counter() for rule in self.rules}
        for outcome in self.outcomes:
            counts.setdefault(outcome.rule, Counter())[outcome.status] += 1
        return counts

    def by_cell(self) -> Mapping[Cell, Counter[Status]]:
        """Counts of each status per document type and language."""
        counts: dict[Cell, Counter[Status]] = {}
        for outcome in self.outcomes:
            if outcome.cell is not None:
                counts.setdefault(outcome.cell, Counter())[outcome.status] += 1
        return dict(sorted(counts.items()))


class InputError(Exception):
    """The input cannot be judged at all: bad configuration, nothing to check. Exit code 2."""

    def __init__(self, problems: tuple[tuple[Place, Text], ...]) -> None:
        super().__init__("; ".join(f"{place}: {text.en}" for place, text in problems))
        self.problems = problems


class Refusal(Exception):  # noqa: N818
    """What was asked for cannot be done: a wrong name, path or file. Exit code 2."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.text = Text(zh, en)
