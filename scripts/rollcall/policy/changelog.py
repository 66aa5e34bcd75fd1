"""A changelog in the format of Keep a Changelog 1.1.0, as its entries and their lines."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final

UNRELEASED: Final = "Unreleased"
KINDS: Final = ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")
"""The types of change that the format knows."""

_ENTRY: Final = re.compile(r"## +\[?([^\]\s]+)\]?(?: +- +(.+?))?(?: +\[YANKED\])?\s*$")
_KIND: Final = re.compile(r"### +(.+?)\s*$")


@dataclass(slots=True)
class Change:
    """One `### Type` part of an entry."""

    kind: str
    line: int
    text: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Entry:
    """One version of a changelog; `day` is None where the date is missing or not ISO 8601."""

    version: str
    day: date | None
    line: int
    changes: list[Change] = field(default_factory=list)


def entries(text: str) -> Iterator[Entry]:
    """Every version, from the top of the file down."""
    entry: Entry | None = None
    for number, line in enumerate(text.splitlines(), 1):
        if head := _ENTRY.match(line):
            if entry:
                yield entry
            entry = Entry(head[1], _day(head[2] or ""), number)
        elif entry and (kind := _KIND.match(line)):
            entry.changes.append(Change(kind[1], number))
        elif entry and entry.changes and line.strip():
            entry.changes[-1].text.append(line)
    if entry:
        yield entry


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None
    except ValueError:
        return None
