"""Headings → sections: where each ends, and the id that the site gives it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pymdownx.slugs import slugify

from rollcall.page import Section

_NUMBERED: Final = re.compile(r"^.*_[0-9]{1,9}$")
_SLUG: Final = slugify(case="lower")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as it stands; `id` only where it is written down."""

    level: int
    line: int
    title: str
    id: str | None
    code: str | None = None


def sections_of(headings: Sequence[Heading], taken: set[str], end: int) -> Iterator[Section]:
    """Each heading with its id and the line of the next one of its level or above.

    As on the site: ids that are written down come first, the others are made different from them.
    """
    ends = [end] * len(headings)
    still_open: list[int] = []
    for index, heading in enumerate(headings):
        while still_open and headings[still_open[-1]].level >= heading.level:
            ends[still_open.pop()] = heading.line
        still_open.append(index)
    used = taken | {heading.id for heading in headings if heading.id is not None}
    tried: dict[str, int] = {}
    for heading, last in zip(headings, ends, strict=True):
        explicit = heading.id is not None
        name = heading.id if heading.id is not None else _unique(_slug(heading.title), used, tried)
        yield Section(
            name, explicit, heading.title, heading.level, heading.line, last, heading.code
        )


def _slug(title: str) -> str:
    """The site's slug. A `<` that opens no tag would cost it the square of the title's length."""
    head, mark, tail = title.rpartition(">")
    return str(_SLUG(head + mark + tail.replace("<", ""), "-"))


def _unique(name: str, used: set[str], tried: dict[str, int]) -> str:
    """`name`, or the first of `name_1`, `name_2`, … that is free: as Python-Markdown has it.

    `tried` remembers how far each name has come, so that many equal headings stay cheap.
    """
    found = name
    if not name or name in used:
        base, _, last = name.rpartition("_") if _NUMBERED.match(name) else (name, "", "0")
        number = tried.get(name, int(last)) + 1
        while f"{base}_{number}" in used:
            number += 1
        tried[name] = number
        found = f"{base}_{number}"
    used.add(found)
    return found
