"""Public names of a Python module, read by static analysis: nothing is imported."""

import posixpath
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from rollcall.inventories.document import Document, InventoryError
from rollcall.items import Item
from rollcall.model import Place

FROM: Final = "python"


def collect(document: Document) -> Iterator[Item]:
    """One `symbol` a public class, function, attribute or method, named from the package down.

    `at` names the package that the file belongs to; the file's own name is added.

    Raises:
        InventoryError: the file is not Python, or griffe is not installed.
    """
    module = _module(document)
    yield from _members(document, module, ".".join((*document.at, module.name)), None)


def _module(document: Document):  # type: ignore[no-untyped-def]  # griffe comes on demand
    try:
        import griffe
    except ImportError:
        raise InventoryError(
            Place(document.path),
            "读 Python 要装 griffe：pip install griffe",
            "reading Python needs griffe: pip install griffe",
        ) from None
    name = posixpath.basename(document.path).removesuffix(".py")
    try:
        return griffe.visit(name, filepath=Path(document.path), code=document.text)
    except SyntaxError as error:
        place = Place(document.path, error.lineno)
        raise InventoryError(
            place, f"不是 Python：{error.msg}", f"not Python: {error.msg}"
        ) from None


def _members(document, owner, prefix: str, parent: str | None) -> Iterator[Item]:  # type: ignore[no-untyped-def]
    for name, member in owner.members.items():
        if name.startswith("_") or member.is_alias:
            continue
        full = f"{prefix}.{name}"
        place = Place(document.path, member.lineno)
        yield Item("symbol", full, full, place, parent=parent)
        if member.is_class:
            yield from _members(document, member, full, full)
