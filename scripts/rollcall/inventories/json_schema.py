"""The properties of a JSON Schema: settings."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from rollcall.inventories.document import Document, InventoryError
from rollcall.inventories.schemas import facts_of
from rollcall.items import Fact, Item

FROM: Final = "json-schema"
_MAX_DEPTH: Final = 8


def collect(document: Document) -> Iterator[Item]:
    """One item a property, nested ones as `section.name`.

    `x-…` objects of a property add facts (`unit`, `restart`); `environment` becomes an alias.

    Raises:
        InventoryError: there is no mapping `properties`.
    """
    root = document.mapping(document.tree.data)
    if "properties" not in root:
        raise InventoryError(
            document.place(), "没有 `properties`", "a JSON Schema with `properties` is wanted"
        )
    yield from _properties(document, root, root, "", ())


def _properties(
    document: Document,
    schema: Mapping[str, Any],
    root: Mapping[str, Any],
    prefix: str,
    location: tuple[str | int, ...],
) -> Iterator[Item]:
    required = schema.get("required", [])
    here = (*location, "properties")
    for name, field in document.mapping(schema["properties"], *here).items():
        field = document.mapping(field, *here, name)
        if isinstance(field.get("properties"), Mapping) and len(location) < _MAX_DEPTH:
            yield from _properties(document, field, root, f"{prefix}{name}.", (*here, name))
            continue
        own = _own(field)
        alias = own.pop("environment", None)
        facts: dict[str, Fact] = {**facts_of(field, root), "required": name in required, **own}
        yield Item(
            kind=document.kind,
            id=prefix + name,
            name=prefix + name,
            place=document.place(*here, name),
            facts=facts,
            aliases=(alias,) if isinstance(alias, str) else (),
            internal=field.get("x-internal") is True,
            deprecated=field.get("deprecated") is True,
        )


def _own(field: Mapping[str, Any]) -> dict[str, Fact]:
    """What the product itself adds, in an object below a key that begins with `x-`."""
    added = (value for key, value in field.items() if key.startswith("x-"))
    return {
        name: value
        for extra in added
        if isinstance(extra, Mapping)
        for name, value in extra.items()
        if isinstance(value, str | int | float | bool)
    }
