"""The parts of a page that a program writes: between `<!-- generated: NAME -->` and `<!-- /generated -->`.

The end mark may carry a seal, `<!-- /generated: 1a2b3c4d5e6f -->`, which the program makes of what it
writes: an edit by hand breaks it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from rollcall.page import Page

_OPENS: Final = re.compile(r"generated: (?P<name>\S+)$")
_CLOSES: Final = re.compile(r"/generated(?:: (?P<seal>\S+))?$")
_SEAL_LENGTH: Final = 12


@dataclass(frozen=True, slots=True)
class Part:
    """A generated part: its name, the lines of its two marks (from 1), and the seal it carries."""

    name: str
    start: int
    end: int
    seal: str | None


def parts(page: Page) -> list[Part]:
    """The generated parts of a page in order; one that is not closed is none."""
    found: list[Part] = []
    opened: tuple[str, int] | None = None
    for comment in page.comments:
        if mark := _OPENS.match(comment.text):
            opened = mark["name"], comment.line
        elif (mark := _CLOSES.match(comment.text)) and opened is not None:
            found.append(Part(*opened, comment.line, mark["seal"]))
            opened = None
    return found


def seal(lines: Sequence[str]) -> str:
    """The seal of what stands between two marks: the begin of its SHA-256, in hexadecimal."""
    text = "\n".join(lines).strip("\n")
    return sha256(text.encode()).hexdigest()[:_SEAL_LENGTH]
