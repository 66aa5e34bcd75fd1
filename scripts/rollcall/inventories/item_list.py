"""Ready-made items, for a product in any language: what the other inventories would yield, as JSON.

`{"version": 1, "items": [{"kind": "setting", "id": "port", "facts": {"default": 80}}]}`
"""

from collections.abc import Iterator
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rollcall.inventories.document import Document, InventoryError
from rollcall.items import Fact, Item
from rollcall.model import Place
from rollcall.validation import problems_of

FROM: Final = "items"


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    kind: str = Field(min_length=1)
    id: str = Field(min_length=1)
    name: str | None = None
    parent: str | None = None
    path: str | None = None
    line: int | None = Field(None, ge=1)
    facts: dict[str, str | int | float | bool | list[str] | None] = {}
    aliases: list[str] = []
    internal: bool = False
    deprecated: bool = False


class _List(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    version: int = Field(ge=1, le=1)
    items: list[_Entry]


def collect(document: Document) -> Iterator[Item]:
    """The items as they stand; `path` and `line` say where in the product each comes from.

    Raises:
        InventoryError: a key is unknown or missing, or a value is of the wrong type.
    """
    try:
        listed = _List.model_validate(document.tree.data)
    except ValidationError as error:
        place, text = problems_of(error, document.tree, document.path, _List)[0]
        raise InventoryError(place, text.zh, text.en) from None
    for index, entry in enumerate(listed.items):
        here = document.place("items", index)
        yield Item(
            kind=entry.kind,
            id=entry.id,
            name=entry.name or entry.id,
            place=Place(entry.path, entry.line) if entry.path else here,
            facts={name: _fact(value) for name, value in entry.facts.items()},
            parent=entry.parent,
            aliases=tuple(entry.aliases),
            internal=entry.internal,
            deprecated=entry.deprecated,
        )


def _fact(value: Any) -> Fact:
    return tuple(value) if isinstance(value, list) else value
