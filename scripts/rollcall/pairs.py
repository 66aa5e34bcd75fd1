"""The same section in two languages, where the two can be compared at all."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from typing import Final, TypeVar

from rollcall.bound import BoundPage
from rollcall.model import Cell, Place
from rollcall.passages import Block, Passage
from rollcall.project import Project

_T = TypeVar("_T")
_MANY: Final = 10_000  # comparisons; beyond them no two lists are one edit apart


@dataclass(frozen=True, slots=True)
class Side:
    """A section's own text on the page of one language."""

    page: BoundPage
    passage: Passage

    @property
    def place(self) -> Place:
        """The heading of the section."""
        return Place(self.page.path, self.passage.line)

    def at(self, line: int) -> Place:
        """A line of the page."""
        return Place(self.page.path, line)


@dataclass(frozen=True, slots=True)
class Pair:
    """A section: what it is in the source language, and what in another."""

    source: Side
    other: Side

    @property
    def subject(self) -> str:
        """The translation's section: `docs/en/a.md#steps`."""
        return f"{self.other.page.path}#{self.other.passage.name}"

    @property
    def cell(self) -> Cell | None:
        """The cell of the translation."""
        return self.other.page.cell

    @property
    def prose(self) -> Iterator[tuple[list[Block], list[Block]]]:
        """Paragraph by paragraph where both sides have the same kinds in the same order, else all."""
        ours, theirs = self.source.passage.prose, self.other.passage.prose
        if [block.kind for block in ours] == [block.kind for block in theirs]:
            yield from (([a], [b]) for a, b in zip(ours, theirs, strict=True))
        else:
            yield ours, theirs

    @property
    def tables(self) -> Iterator[tuple[list[Block], list[Block]]]:
        """Tables of the same shape; `paired-table` reports the others."""
        ours, theirs = self.source.passage.tables, self.other.passage.tables
        if len(ours) == len(theirs):
            same = ((a, b) for a, b in zip(ours, theirs, strict=True) if shape(a) == shape(b))
            yield from same


def counterparts(
    missing: Sequence[_T], extra: Sequence[_T], alike: Callable[[_T, _T], bool]
) -> Iterator[tuple[_T | None, _T | None]]:
    """What one side lacks, each with what stands in its place: one that is alike, else any."""
    left, unpaired = list(extra), []
    if len(missing) * len(extra) > _MANY:
        alike = _never
    for item in missing:
        partner = next((other for other in left if alike(item, other)), None)
        if partner is None:
            unpaired.append(item)
        else:
            left.remove(partner)
            yield item, partner
    yield from zip_longest(unpaired, left)


def _never(_one: object, _other: object) -> bool:
    return False


def shape(table: list[Block]) -> tuple[int, int]:
    """Rows, the header among them, and columns of the header."""
    return len(table), len(table[0].cells)


def page_pairs(project: Project) -> Iterator[tuple[BoundPage, BoundPage]]:
    """Each page of the source language with each of its translations."""
    source = project.checklist.source_language
    for page in project.pages:
        for language in project.checklist.languages if page.language == source else ():
            other = project.by_path.get(project.path_in(page.key, language))
            if other is not None and language != source:
                yield page, other


def pairs(project: Project) -> Iterator[Pair]:
    """Each section that stands in the source language and in another."""
    for page, other in page_pairs(project):
        if not page.anonymous and not other.anonymous:  # else `section-id` comes first
            yield from _sections(project, page, other)


def _sections(project: Project, page: BoundPage, other: BoundPage) -> Iterator[Pair]:
    ours, theirs = project.passages(page), project.passages(other)
    doubtful = {*_before_missing(ours, theirs), *_before_missing(theirs, ours)}
    for name, passage in ours.items():
        there = theirs.get(name)
        if there is None or name in doubtful or _is_empty(page, name) or _is_empty(other, name):
            continue  # `required-section`, `paired-section` or `empty-section` reports it
        yield Pair(Side(page, passage), Side(other, there))


def _is_empty(page: BoundPage, name: str) -> bool:
    """Whether a section that the page owes holds nothing."""
    owed = (slot.section for slot in page.slots if slot.need.id == name)
    return any(section and not page.page.holds_anything(section) for section in owed)


def _before_missing(
    passages: Mapping[str, Passage], others: Mapping[str, Passage]
) -> Iterator[str]:
    """Sections followed by one that `others` lack: the text below that heading may now be theirs."""
    names = list(passages)
    return (before for before, name in pairwise(names) if name not in others)
