"""Events that a product sends: each with the JSON Schema of its payload."""

from collections.abc import Iterator, Mapping
from typing import Final

from rollcall.inventories.document import Document
from rollcall.inventories.schemas import facts_of
from rollcall.items import Item

FROM: Final = "events"


def collect(document: Document) -> Iterator[Item]:
    """One `event` an entry, and below it one `event-field` a property of its `schema`.

    Raises:
        InventoryError: the part named by `at` is not a mapping of mappings.
    """
    for location, name, entry in document.entries():
        deprecated = entry.get("deprecated") is True
        yield Item("event", name, name, document.place(*location), deprecated=deprecated)
        schema = document.mapping(entry.get("schema", {}), *location, "schema")
        inside = (*location, "schema", "properties")
        for field, rules in document.mapping(schema.get("properties", {}), *inside).items():
            rules = rules if isinstance(rules, Mapping) else {}
            yield Item(
                kind="event-field",
                id=f"{name} {field}",
                name=field,
                place=document.place(*inside, field),
                facts=facts_of(rules, schema),
                parent=name,
            )
