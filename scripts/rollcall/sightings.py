"""Names at places that count as documentation, and which item a name means."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rollcall.agreement import Cell
from rollcall.bound import BoundPage
from rollcall.checklist import Cover
from rollcall.inline import codes_in
from rollcall.items import Item
from rollcall.names import plain_label
from rollcall.page import Section, Table

_NOT_ID: Final = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Sighting:
    """A name at a place that counts.

    Attributes:
        names: What stands there; a cell may hold several.
        page: The page it stands on, and `line` there.
        section: The section that is about it, for a heading.
        table: The table and `cells` the row, for a row.
        whole: All members of it are there too, but for a restricting list (`members`).
    """

    names: tuple[str, ...]
    page: BoundPage
    line: int
    section: Section | None = None
    table: Table | None = None
    cells: tuple[Cell, ...] = ()
    members: tuple[str, ...] | None = None

    def cell(self, labels: Sequence[str]) -> Cell | None:
        """The cell below the column with one of these labels; `None` where there is none."""
        if self.table is None:
            return None
        header = [plain_label(text) for text in self.table.header]
        spots = [header.index(label) for label in map(plain_label, labels) if label in header]
        spot = spots[0] if spots else len(self.cells)
        return self.cells[spot] if spot < len(self.cells) else None


@dataclass(frozen=True, slots=True)
class Scope:
    """Where items are looked for: a page, a section of it, and the items expected there."""

    page: BoundPage
    section: Section | None
    items: tuple[Item, ...]
    row: Sighting | None = None

    @property
    def line(self) -> int:
        """Where a missing item would be added."""
        return self.section.line if self.section else 1


def is_claim(cover: Cover, sighting: Sighting) -> bool:
    """Whether a sighting that met no item promises one: a heading does only if it is code."""
    return cover.by != "heading" or (sighting.section is not None and bool(sighting.section.code))


def names(item: Item, name: str, sighting: Sighting, cover: Cover) -> bool:
    """Whether `name`, which stands at a sighting, means the item there."""
    if cover.by == "directive":
        return _built(item.name, name, sighting.members)
    if name in (item.name, *item.aliases):
        return True
    if cover.by != "heading" or sighting.section is None:
        return False
    return sighting.section.explicit and sighting.section.id == _as_id(item.name)


def _as_id(name: str) -> str:
    return _NOT_ID.sub("-", name.casefold()).strip("-")


def _built(symbol: str, target: str, members: tuple[str, ...] | None) -> bool:
    """Whether the block for `target` shows `symbol`."""
    if symbol == target:
        return True
    below = symbol.removeprefix(f"{target}.")
    return below != symbol and (members is None or below.partition(".")[0] in members)


def _rows(scope: Scope, labels: Sequence[str]) -> Iterator[Sighting]:
    for table in _tables(scope):
        header = [plain_label(text) for text in table.header]
        spots = [header.index(label) for label in map(plain_label, labels) if label in header]
        for index, row in enumerate(table.sources if spots else ()):
            written = row[spots[0]] if spots[0] < len(row) else ""
            cells = tuple(map(Cell, row))
            names = codes_in(written) or (Cell(written).text,)
            yield Sighting(names, scope.page, table.row_line(index), None, table, cells)


def _tables(scope: Scope) -> tuple[Table, ...]:
    page = scope.page.page
    return page.tables if scope.section is None else page.tables_in(scope.section)


def _headings(scope: Scope, labels: Sequence[str]) -> Iterator[Sighting]:
    del labels
    for section in scope.page.page.sections:
        inside = scope.section is None or scope.section.line < section.line < scope.section.end
        if inside and section.level > 1:
            names = (section.code or section.title,)
            yield Sighting(names, scope.page, section.line, section)


def _definitions(scope: Scope, labels: Sequence[str]) -> Iterator[Sighting]:
    del labels
    for definition in scope.page.page.definitions:
        inside = scope.section is None or scope.section.line < definition.line < scope.section.end
        if inside:
            yield Sighting((definition.code,), scope.page, definition.line)


def _directives(scope: Scope, labels: Sequence[str]) -> Iterator[Sighting]:
    del labels
    for directive in scope.page.page.directives:
        if scope.section is None or scope.section.line < directive.line < scope.section.end:
            yield Sighting(
                (directive.target,), scope.page, directive.line, members=directive.members
            )


def _cells(scope: Scope, labels: Sequence[str]) -> Iterator[Sighting]:
    """The names in one cell of the parent's row."""
    row = scope.row
    cell = row.cell(labels) if row else None
    if row is not None and cell is not None:
        yield Sighting(cell.codes, scope.page, row.line, None, row.table, row.cells)


_SEARCHES: Final = {
    "row": _rows,
    "heading": _headings,
    "definition": _definitions,
    "directive": _directives,
    "cell": _cells,
}


def look(scope: Scope, cover: Cover, labels: Sequence[str]) -> Iterator[Sighting]:
    """Every sighting in a scope; `labels` are those of the column that `cover` names, if it does."""
    yield from _SEARCHES[cover.by](scope, labels)
