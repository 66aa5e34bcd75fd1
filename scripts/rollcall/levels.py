"""How far each cell has come: listed → complete → covered → paired → proven."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rollcall.model import Cell, Level, Outcome, Report, Severity, Status, Text

NAMES: Mapping[Level, Text] = {
    Level.LISTED: Text("在册", "listed"),
    Level.COMPLETE: Text("完整", "complete"),
    Level.COVERED: Text("覆盖", "covered"),
    Level.PAIRED: Text("成对", "paired"),
    Level.PROVEN: Text("实证", "proven"),
}


@dataclass(frozen=True, slots=True)
class Grade:
    """A cell and its requirements, level by level.

    Attributes:
        cell: The cell.
        counts: Requirements per level that ran: how many are met, unmet, waived.
        gaps: The findings of each level that hold the cell back, in the order of the report.
    """

    cell: Cell
    counts: Mapping[Level, Counter[Status]]
    gaps: Mapping[Level, tuple[Outcome, ...]]

    @property
    def level(self) -> Level | None:
        """The highest level that holds with all below it; `None` if not even the first does.

        A level whose rules did not run is not reached. One that asks nothing of a cell is no
        obstacle, but nothing at all is no level either.
        """
        if not any(self.counts.values()):
            return None
        lowest = min(self.gaps, default=None)
        return max(
            (level for level in self.counts if lowest is None or level < lowest), default=None
        )


def grades(report: Report) -> tuple[Grade, ...]:
    """A grade for every cell that anything was asked of, in order."""
    level_of = {info.id: info.level for info in report.rules if info.level is not None}
    levels = sorted(set(level_of.values()))
    by_cell: dict[Cell, list[Outcome]] = {}
    for outcome in report.outcomes:
        if outcome.cell is not None and outcome.rule in level_of:
            by_cell.setdefault(outcome.cell, []).append(outcome)
    return tuple(_grade(cell, by_cell[cell], level_of, levels) for cell in sorted(by_cell))


def _grade(
    cell: Cell, outcomes: Sequence[Outcome], level_of: Mapping[str, Level], levels: Sequence[Level]
) -> Grade:
    counts: dict[Level, Counter[Status]] = {level: Counter() for level in levels}
    gaps: dict[Level, tuple[Outcome, ...]] = {}
    for outcome in outcomes:
        level = level_of[outcome.rule]
        counts[level][outcome.status] += 1
        bad = outcome.status in (Status.UNMET, Status.BROKEN)
        if bad and outcome.severity is not Severity.INFO:
            gaps[level] = (*gaps.get(level, ()), outcome)
    return Grade(cell, counts, gaps)


def shown(counts: Counter[Status]) -> str:
    """`met/asked`, with what is waived in brackets; `–` where nothing is asked."""
    asked = counts.total()
    if not asked:
        return "–"
    waived = f" (-{counts[Status.WAIVED]})" if counts[Status.WAIVED] else ""
    return f"{counts[Status.MET]}/{asked}{waived}"
