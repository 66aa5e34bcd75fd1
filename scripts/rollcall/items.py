"""What a product ships, one thing at a time: the model that every inventory yields."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from rollcall.model import Place

Fact: TypeAlias = str | int | float | bool | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Item:
    """An operation, a setting, an error code, …: something that the documents owe a word.

    Attributes:
        kind: What it is (`operation`, `parameter`, `setting`); `covers` names it.
        id: Its name among all items of its kind: `POST /v1/rooms body.title`.
        name: What a page calls it, below its parent: `title`.
        place: Where the product says so.
        facts: What is known of it: `type`, `default`, `required`, `min`, `max`, `values`, `unit`.
        parent: The id of the item that it belongs to, if it belongs to one.
        aliases: Other names that mean it: a setting's environment variable.
        internal: Not for customers: it is counted and owes nothing.
        deprecated: A page must say so.
    """

    kind: str
    id: str
    name: str
    place: Place
    facts: Mapping[str, Fact] = field(default_factory=dict)
    parent: str | None = None
    aliases: tuple[str, ...] = ()
    internal: bool = False
    deprecated: bool = False
