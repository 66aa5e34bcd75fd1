"""The regions of a session, in the order in which it runs them.

A session is a script whose regions are the steps that pages show. Comment lines of their own speak
of the next region (`# aside`) or of all that follow (`# part: NAME`).
"""

import re
from dataclasses import dataclass
from typing import Final

_LINE: Final = re.compile(
    r"^[ \t]*# (?:-{1,4}8<-{1,4} \[start:([\w-]+)\]|(aside)\b.*|part: ([\w-]+))[ \t]*$", re.M
)


@dataclass(frozen=True, slots=True)
class Step:
    """A region: its place in the order, its part, and whether a page may leave it out."""

    name: str
    index: int
    part: str = ""
    aside: bool = False


def steps_of(text: str) -> dict[str, Step]:
    """Region name → step, in order; a name that comes again keeps its first place."""
    found: dict[str, Step] = {}
    part, aside = "", False
    for name, is_aside, new_part in _LINE.findall(text):
        if name:
            found.setdefault(name, Step(name, len(found), part, aside))
            aside = False
        elif is_aside:
            aside = True
        else:
            part = new_part
    return found
