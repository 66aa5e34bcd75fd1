"""What the product ships, read once: items by kind, and what is wrong with their sources."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from rollcall.checklist import Checklist, Exclusion, ProductSource
from rollcall.inventories import INVENTORIES, Document, InventoryError
from rollcall.items import Item
from rollcall.model import Place, Text
from rollcall.snapshot import Snapshot, UnreadableError


@dataclass(frozen=True, slots=True)
class Inventoried:
    """One source: the items taken from it, or why it could not be read.

    `idle` are the patterns that met no item: a misspelt one would hide what it should let through.
    """

    key: str
    file: str
    items: tuple[Item, ...] = ()
    internal: int = 0
    excluded: int = 0
    idle: tuple[str, ...] = ()
    problem: tuple[Place, Text] | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """Every item that the documents owe, and the sources they came from."""

    sources: tuple[Inventoried, ...] = ()
    by_kind: Mapping[str, tuple[Item, ...]] = field(default_factory=dict)

    def items(self, kind: str) -> tuple[Item, ...]:
        """The items of a kind, in the order of their source."""
        return self.by_kind.get(kind, ())

    def children(self, parent: Item, kind: str) -> tuple[Item, ...]:
        """The items of a kind that belong to `parent`."""
        return tuple(item for item in self.items(kind) if item.parent == parent.id)

    def counts(self) -> tuple[tuple[str, int], ...]:
        """Kind and number of items, for the line that every run prints."""
        return tuple((kind, len(items)) for kind, items in sorted(self.by_kind.items()))


def read_product(checklist: Checklist, snapshot: Snapshot) -> Product:
    """Collect every source of a checklist; a source that cannot be read carries its problem."""
    sources = tuple(_read(key, source, snapshot) for key, source in checklist.product.items())
    by_kind: dict[str, list[Item]] = {}
    for source in sources:
        for item in source.items:
            by_kind.setdefault(item.kind, []).append(item)
    return Product(sources, {kind: tuple(items) for kind, items in by_kind.items()})


def _read(key: str, source: ProductSource, snapshot: Snapshot) -> Inventoried:
    try:
        text = snapshot.read(source.file)
        document = Document(source.file, text, source.kind or key, source.at)
        found = list(INVENTORIES[source.form].collect(document))
    except UnreadableError as error:
        return Inventoried(key, source.file, problem=(Place(source.file), error.reason))
    except InventoryError as error:
        return Inventoried(key, source.file, problem=(error.place, error.text))
    if problem := _twice(found):
        return Inventoried(key, source.file, problem=problem)
    return _choose(key, source, found)


def _twice(items: list[Item]) -> tuple[Place, Text] | None:
    counts = Counter((item.kind, item.id) for item in items)
    for item in items:
        if counts[item.kind, item.id] > 1:
            text = Text(f"重复的 {item.kind} `{item.id}`", f"duplicate {item.kind} `{item.id}`")
            return item.place, text
    return None


def _choose(key: str, source: ProductSource, found: list[Item]) -> Inventoried:
    """The items that remain; what hangs from an item that does not remain goes with it."""
    gone: set[str] = set()
    kept: list[Item] = []
    internal = excluded = 0
    used: set[str] = set()
    for item in found:
        patterns = set(_meeting(item, source.include, source.exclude))
        used |= patterns
        dropped = bool(patterns & {exclusion.id for exclusion in source.exclude})
        left_out = bool(source.include) and not patterns & set(source.include)
        if item.internal or dropped or left_out or (item.parent in gone and item.parent):
            gone.add(item.id)
            internal += item.internal
            excluded += not item.internal
        else:
            kept.append(item)
    asked = (*source.include, *(exclusion.id for exclusion in source.exclude))
    idle = tuple(pattern for pattern in asked if pattern not in used)
    return Inventoried(key, source.file, tuple(kept), internal, excluded, idle)


def _meeting(item: Item, include: tuple[str, ...], exclude: tuple[Exclusion, ...]) -> Iterator[str]:
    for pattern in (*include, *(exclusion.id for exclusion in exclude)):
        # `[` is part of many ids (`items[].id`), so only `*` and `?` are special
        if fnmatchcase(item.id, pattern.replace("[", "[[]")):
            yield pattern
