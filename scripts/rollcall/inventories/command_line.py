"""A command line: commands, and below each its arguments and options."""

from collections.abc import Iterator
from typing import Any, Final

from rollcall.inventories.document import Document, InventoryError
from rollcall.items import Fact, Item

FROM: Final = "command-line"
_FACTS: Final = {
    **{key: key for key in ("required", "default", "type", "repeatable")},
    "minimum": "min",
    "maximum": "max",
}


def collect(document: Document) -> Iterator[Item]:
    """One `command` an entry and one `command-option` a parameter of it.

    A parameter has `names` (the first long one is its name; an argument is written in capitals),
    and may have `kind`, `required`, `default`, `choices`, `minimum` and `maximum`.

    Raises:
        InventoryError: an entry has no list `parameters`, or a parameter no `names`.
    """
    for location, name, entry in document.entries():
        hidden = entry.get("hidden") is True
        deprecated = entry.get("deprecated") is True
        place = document.place(*location)
        yield Item("command", name, name, place, internal=hidden, deprecated=deprecated)
        parameters = entry.get("parameters")
        if not isinstance(parameters, list):
            raise InventoryError(
                place, f"`{name}` 没有列表 `parameters`", f"`{name}` has no list `parameters`"
            )
        for index, parameter in enumerate(parameters):
            here = (*location, "parameters", index)
            yield _parameter(document, name, document.mapping(parameter, *here), here)


def _parameter(
    document: Document, command: str, parameter: dict[str, Any], location: tuple[str | int, ...]
) -> Item:
    names = parameter.get("names")
    if not isinstance(names, list) or not names:
        raise InventoryError(document.place(*location), "参数没有 `names`", "no `names`")
    shown = next((name for name in names if str(name).startswith("--")), str(names[0]))
    if parameter.get("kind") == "argument":
        shown = shown.upper()
    facts: dict[str, Fact] = {"required": False}
    facts |= {name: parameter[key] for key, name in _FACTS.items() if key in parameter}
    if isinstance(parameter.get("choices"), list):
        facts["values"] = tuple(str(value) for value in parameter["choices"])
    return Item(
        kind="command-option",
        id=f"{command} {shown}",
        name=shown,
        place=document.place(*location),
        facts=facts,
        parent=command,
        aliases=tuple(str(name) for name in names if name != shown),
        internal=parameter.get("hidden") is True,
        deprecated=parameter.get("deprecated") is True,
    )
