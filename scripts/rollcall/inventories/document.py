"""A file of product facts, as an inventory reads it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from rollcall.model import Place, Text
from rollcall.yaml_tree import Location, Tree, YamlError, parse


class InventoryError(Exception):
    """The file is not what its inventory expects; `place` and `text` say where and why."""

    def __init__(self, place: Place, zh: str, en: str) -> None:
        super().__init__(en)
        self.place = place
        self.text = Text(zh, en)


@dataclass(frozen=True)
class Document:
    """A file's text, and what the checklist says of it.

    Attributes:
        path: Path from the root.
        text: The text of the file.
        kind: The kind that its items are of, where the file does not say.
        at: Keys that lead to the part that lists the items.
    """

    path: str
    text: str
    kind: str = "item"
    at: tuple[str, ...] = ()

    @cached_property
    def tree(self) -> Tree:
        """The file as JSON or YAML.

        Raises:
            InventoryError: it is neither.
        """
        try:
            return parse(self.text)
        except YamlError as error:
            raise InventoryError(Place(self.path, error.line), error.zh, error.en) from None

    def place(self, *location: str | int) -> Place:
        """Where an entry stands, or the nearest one above it."""
        return Place(self.path, self.tree.line(location))

    def mapping(self, value: Any, *location: str | int) -> dict[str, Any]:
        """`value`, which must be a mapping.

        Raises:
            InventoryError: it is something else.
        """
        if isinstance(value, dict):
            return value
        name = ".".join(str(part) for part in location) or "-"
        raise InventoryError(
            self.place(*location),
            f"`{name}` 应为键值对，实际是 {type(value).__name__}",
            f"`{name}` must be a mapping, found {type(value).__name__}",
        )

    def entries(self) -> Iterator[tuple[Location, str, dict[str, Any]]]:
        """Location, name and content of every entry of the part that lists the items.

        Raises:
            InventoryError: there is no such part, or it is not a mapping of mappings.
        """
        found: Any = self.tree.data
        for depth, key in enumerate(self.at):
            here = self.mapping(found, *self.at[:depth])
            if key not in here:
                raise InventoryError(
                    self.place(*self.at[:depth]),
                    f"没有键 `{key}`（清单的 `at` 要它）",
                    f"no key `{key}`, which `at` in the checklist names",
                )
            found = here[key]
        for name, entry in self.mapping(found, *self.at).items():
            location = (*self.at, name)
            yield location, str(name), self.mapping(entry, *location)
