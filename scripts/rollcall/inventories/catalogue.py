"""A mapping of name to facts: error codes, metrics, checks, permissions."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from rollcall.inventories.document import Document
from rollcall.items import Fact, Item

FROM: Final = "catalogue"


def collect(document: Document) -> Iterator[Item]:
    """One item an entry; facts of inner mappings are named `outer.inner`.

    Raises:
        InventoryError: the part named by `at` is not a mapping of mappings.
    """
    for location, name, entry in document.entries():
        yield Item(
            kind=document.kind,
            id=name,
            name=name,
            place=document.place(*location),
            facts=dict(_facts(entry)),
            internal=entry.get("internal") is True,
            deprecated=entry.get("deprecated") is True,
        )


def _facts(
    entry: Mapping[str, Any], prefix: str = "", depth: int = 0
) -> Iterator[tuple[str, Fact]]:
    for name, value in entry.items():
        if isinstance(value, Mapping) and depth < 3:
            yield from _facts(value, f"{prefix}{name}.", depth + 1)
        elif isinstance(value, list):
            yield prefix + name, tuple(str(item) for item in value)
        elif isinstance(value, str | int | float | bool | None):
            yield prefix + name, value
