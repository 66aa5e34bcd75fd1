"""Required sections stand in the order of the checklist."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Final

from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Place, Severity, Text, met, unmet
from rollcall.project import Project

ID: Final = "section-order"
LEVEL: Final = Level.COMPLETE
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("章节顺序不对", "a section is out of order")
EXPLANATION: Final = Text(
    "读者在每一页的同一个位置找同一样东西。报告移动次数最少就能恢复顺序的那些章节。",
    "Readers look for the same thing in the same place on every page. The sections reported are "
    "the fewest that must move.",
)


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per required section that exists."""
    for page in project.pages:
        present = [(slot, slot.section) for slot in page.slots if slot.section is not None]
        in_place = _longest_rising([section.line for _, section in present])
        for index, (slot, section) in enumerate(present):
            subject = f"{page.path}#{slot.need.id}"
            at = Place(page.path, section.line)
            if index in in_place:
                yield met(subject, at, slot.because, page.cell)
                continue
            before = present[index - 1][1].title if index else None
            after = present[index + 1][1].title if index + 1 < len(present) else None
            zh = f"应在“{before}”之后" if before else f"应在“{after}”之前"
            en = f"belongs after `{before}`" if before else f"belongs before `{after}`"
            message = Text(
                f"章节“{section.title}”位置不对：{zh}", f"section `{section.title}` {en}"
            )
            hint = Text(
                "移到那里，或改清单里的顺序", "move it, or change the order in the checklist"
            )
            yield unmet(subject, at, slot.because, message, hint=hint, cell=page.cell)


def _longest_rising(lines: Sequence[int]) -> frozenset[int]:
    """Indices of a longest increasing subsequence (patience sorting)."""
    tails: list[int] = []
    ends: list[int] = []
    previous: list[int | None] = []
    for index, line in enumerate(lines):
        spot = bisect_left(tails, line)
        previous.append(ends[spot - 1] if spot else None)
        tails[spot : spot + 1] = [line]
        ends[spot : spot + 1] = [index]
    kept: set[int] = set()
    step = ends[-1] if ends else None
    while step is not None:
        kept.add(step)
        step = previous[step]
    return frozenset(kept)
