"""The inventories: one module a source of product facts, listed here.

An inventory is a module that satisfies `Inventory`. It reads text and runs nothing of the product:
the product's own tests keep the file fresh. To add one: a file beside this one, a line in
`INVENTORIES`, cases in `tests/rollcall/test_inventories.py`.
"""

from collections.abc import Iterator, Mapping
from typing import Final, Protocol

from rollcall.inventories import (
    catalogue,
    command_line,
    events,
    item_list,
    json_schema,
    openapi,
    python_api,
)
from rollcall.inventories.document import Document, InventoryError
from rollcall.items import Item

__all__ = ["INVENTORIES", "Document", "Inventory", "InventoryError"]


class Inventory(Protocol):
    """What an inventory module offers."""

    @property
    def FROM(self) -> str:  # noqa: N802
        """The name by which a checklist asks for it."""

    def collect(self, document: Document, /) -> Iterator[Item]:
        """The items of a document.

        Raises:
            InventoryError: the document is not of this form.
        """


_MODULES: Final[tuple[Inventory, ...]] = (
    openapi,
    json_schema,
    catalogue,
    events,
    command_line,
    python_api,
    item_list,
)
INVENTORIES: Final[Mapping[str, Inventory]] = {module.FROM: module for module in _MODULES}
