"""Where each item of the product is documented, what is not, and what is documented in vain.

Evidence is a heading, a row of the right table, a name that a section opens with, a block that the
site builds from the source, or a name in a cell of its parent's row. A mention never is.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from rollcall.bound import BoundPage
from rollcall.checklist import Checklist, Cover, Source
from rollcall.items import Item
from rollcall.model import Cell, Place
from rollcall.names import matches, plain_label
from rollcall.page import Section
from rollcall.product import Product
from rollcall.sightings import Scope, Sighting, is_claim, look, names


@dataclass(frozen=True, slots=True)
class Bound:
    """One `covers` entry in one language: what it found.

    `index` is its place in the list of its type. `stray` are sightings that name no item.
    """

    cover: Cover
    index: int
    cell: Cell
    found: tuple[tuple[Item, Sighting], ...]
    missing: tuple[tuple[Item, Place, tuple[str, ...]], ...]
    stray: tuple[tuple[str, Sighting, tuple[str, ...]], ...]

    def because(self, source: Source) -> Place:
        """The line of the checklist that demands it."""
        return source.place("document_types", self.cell.type, "covers", self.index)


@dataclass(frozen=True, slots=True)
class _Context:
    checklist: Checklist
    source: Source
    pages: tuple[BoundPage, ...]
    product: Product

    def taken(self, cover: Cover) -> tuple[Item, ...]:
        items = self.product.items(cover.kind)
        return tuple(item for item in items if cover.takes(item.facts))

    def labels(self, cover: Cover, language: str) -> tuple[str, ...]:
        return self.checklist.columns[cover.column][language] if cover.column else ()


@dataclass
class _Collected:
    found: list[tuple[Item, Sighting]] = field(default_factory=list)
    missing: list[tuple[Item, Place, tuple[str, ...]]] = field(default_factory=list)
    stray: list[tuple[str, Sighting, tuple[str, ...]]] = field(default_factory=list)


def bind(
    checklist: Checklist, source: Source, pages: tuple[BoundPage, ...], product: Product
) -> tuple[Bound, ...]:
    """Every `covers` entry in every language, in the order of the checklist."""
    context = _Context(checklist, source, pages, product)
    return tuple(
        bound
        for type_id in checklist.document_types
        for language in checklist.languages
        for bound in _bind_cell(context, Cell(type_id, language))
    )


def _bind_cell(context: _Context, cell: Cell) -> Iterator[Bound]:
    """The entries of a type, parents before what hangs from them (the checklist lists them so)."""
    earlier: dict[str, list[tuple[Item, Sighting]]] = {}
    for index, cover in enumerate(context.checklist.document_types[cell.type].covers):
        collected = _Collected()
        scopes = list(_scopes(context, cell, cover, earlier))
        for scope in scopes:
            _search(context, cover, scope, collected)
        if cover.within is None and scopes:
            because = context.source.place("document_types", cell.type, "covers", index)
            _settle(scopes, because, collected)
        earlier.setdefault(cover.kind, []).extend(collected.found)
        yield Bound(
            cover,
            index,
            cell,
            tuple(collected.found),
            tuple(collected.missing),
            tuple(collected.stray),
        )


def _pages(context: _Context, cell: Cell, cover: Cover) -> list[BoundPage]:
    return [
        page
        for page in context.pages
        if page.cell == cell and (cover.pages is None or matches(page.key, cover.pages))
    ]


def _scopes(
    context: _Context, cell: Cell, cover: Cover, earlier: dict[str, list[tuple[Item, Sighting]]]
) -> Iterator[Scope]:
    if cover.within is None:
        items = context.taken(cover)
        for page in _pages(context, cell, cover):
            section = page.named.get(cover.section) if cover.section else None
            if cover.section is None or (
                section is not None and not _said(context, cover, page, section)
            ):
                yield Scope(page, section, items)
        return
    for parent, seen in earlier.get(cover.within, ()):
        if (cover.by == "cell") != (seen.table is not None):
            continue  # a row has cells and no room for tables; a heading or a page the other way
        children = tuple(
            item for item in context.product.children(parent, cover.kind) if cover.takes(item.facts)
        )
        section = seen.section
        if section is None and cover.section is not None:
            section = seen.page.named.get(cover.section)
            if section is None or _said(context, cover, seen.page, section):
                continue
        yield Scope(seen.page, section, children, seen)


def _said(context: _Context, cover: Cover, page: BoundPage, section: Section) -> bool:
    """Whether the rules about sections say already that all of it is missing."""
    if not page.page.holds_anything(section):
        return True
    labels = set(map(plain_label, context.labels(cover, page.language)))
    owed = any(slot.section == section and slot.need.needs.table for slot in page.slots)
    headers = (map(plain_label, table.header) for table in page.page.tables_in(section))
    return cover.by == "row" and owed and not any(labels & set(header) for header in headers)


def _search(context: _Context, cover: Cover, scope: Scope, collected: _Collected) -> None:
    """Match the sightings of a scope with its items; what is missing is settled per scope."""
    labels = context.labels(cover, scope.page.language)
    sightings = list(look(scope, cover, labels))
    met: set[str] = set()
    used: set[tuple[int, str]] = set()
    for item in scope.items:
        for sighting in sightings:
            said = [name for name in sighting.names if names(item, name, sighting, cover)]
            if said:
                met.add(item.id)
                used |= {(sighting.line, name) for name in said}
                collected.found.append((item, sighting))
    known = tuple(item.name for item in scope.items)
    collected.stray += [
        (name, sighting, known)
        for sighting in sightings
        for name in sighting.names
        if (sighting.line, name) not in used and is_claim(cover, sighting)
    ]
    if cover.within is not None:
        there = tuple(name for sighting in sightings for name in sighting.names)
        place = Place(
            scope.page.path, scope.row.line if cover.by == "cell" and scope.row else scope.line
        )
        collected.missing += [(item, place, there) for item in scope.items if item.id not in met]


def _settle(scopes: list[Scope], because: Place, collected: _Collected) -> None:
    """What none of the pages documents: to be added on the only one, or as one more of a family.

    Where there is no page to look at, the rules about pages and sections say so.
    """
    met = {item.id for item, _ in collected.found}
    first = scopes[0]
    place = because if len(scopes) > 1 else Place(first.page.path, first.line)
    there = tuple(name for name, _, _ in collected.stray)
    collected.missing += [(item, place, there) for item in first.items if item.id not in met]
