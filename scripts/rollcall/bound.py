"""What the binding yields: pages with the sections they owe, and the pages that are wanted."""

from collections.abc import Mapping
from dataclasses import dataclass

from rollcall.checklist import PageKind, SectionSlot
from rollcall.model import Cell, Place, Text
from rollcall.page import Page, Section


@dataclass(frozen=True, slots=True)
class Slot:
    """A section that a page owes, and the section found for it.

    Where there is none, `lookalike` is one with a right title and a wrong id.
    """

    need: SectionSlot
    section: Section | None
    because: Place
    lookalike: Section | None = None


@dataclass(frozen=True, slots=True)
class BoundPage:
    """A page with what the checklist wants of it; `key` is its path below its language's folder."""

    page: Page
    key: str
    language: str
    cell: Cell | None
    kind: PageKind | None
    because: Place
    slots: tuple[Slot, ...] = ()

    @property
    def path(self) -> str:
        """The page's path from the root."""
        return self.page.path

    @property
    def named(self) -> Mapping[str, Section]:
        """Sections by the name both languages share: the slot they answer, else their `{#id}`."""
        by_line = {slot.section.line: slot.need.id for slot in self.slots if slot.section}
        found: dict[str, Section] = {}
        for section in self.page.sections:
            name = by_line.get(section.line, section.id if section.explicit else None)
            if name is not None:
                found.setdefault(name, section)
        return found

    @property
    def anonymous(self) -> tuple[Section, ...]:
        """Headings of level 2 and 3 that neither carry an id nor answer a slot."""
        bound = {slot.section.line for slot in self.slots if slot.section is not None}
        return tuple(
            section
            for section in self.page.sections
            if not section.explicit and section.level in (2, 3) and section.line not in bound
        )


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file among the pages that cannot be judged, and why; it answers for its page kind."""

    path: str
    language: str
    cell: Cell | None
    kind: PageKind | None
    line: int | None
    reason: Text


@dataclass(frozen=True, slots=True)
class WantedPage:
    """A page kind in one language: what it demands and the pages that answer."""

    kind: PageKind
    cell: Cell
    because: Place
    folder: str
    pages: tuple[BoundPage, ...]
    unreadable: tuple[Unreadable, ...] = ()

    @property
    def count(self) -> int:
        """How many files answer, those included that cannot be read: they are reported as such."""
        return len(self.pages) + len(self.unreadable)

    @property
    def missing(self) -> bool:
        """Fewer pages than the checklist demands."""
        return self.count < self.kind.min

    @property
    def expected_path(self) -> str:
        """Where the page (or the family) is expected, from the root."""
        return f"{self.folder}/{self.kind.path}"
