"""What a page shows that is not prose: fenced blocks and includes, and why some of it is not run."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rollcall.generated import parts
from rollcall.page import Fence, Include, Page

DIAGRAMS: Final = frozenset({"mermaid"})

_MARKER: Final = re.compile(r"-{1,4}8<-{1,4}$")
_ATTRIBUTE: Final = re.compile(r"""\bno-run(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s}]*)))?""")
_COMMENT: Final = re.compile(r"no-run\b")


@dataclass(frozen=True, slots=True)
class Reason:
    """A `no-run`: where it stands, what it says (stripped), and whether MkDocs understands it."""

    line: int
    text: str
    readable: bool = True


@dataclass(frozen=True, slots=True)
class Shown:
    """A fenced block, or an include outside of one.

    `pasted` is the first line that is no include. A block that is `exempt` is a diagram, or stands
    between `<!-- generated: NAME -->` and `<!-- /generated -->`.
    """

    line: int
    includes: tuple[Include, ...]
    pasted: str | None = None
    reason: Reason | None = None
    exempt: bool = False


def shown_on(page: Page, lines: Sequence[str]) -> tuple[tuple[Shown, ...], tuple[Reason, ...]]:
    """The blocks of a page in order, and the `no-run` comments that belong to none of them.

    Args:
        page: the structure.
        lines: the page's own lines, the first of its file first.
    """
    written = {comment.line: comment for comment in page.comments if _COMMENT.match(comment.text)}
    generated = [(part.start, part.end) for part in parts(page)]
    taken: set[int] = set()
    blocks = []
    for line, includes, fence in _blocks(page):
        reason = _attribute(fence) if fence else None
        comment = written.get(_line_before(line, lines))
        if comment is not None:
            taken.add(comment.line)
            reason = reason or _reason(comment.line, comment.text, readable=True)
        pasted = _pasted(fence, includes) if fence else None
        drawn = fence is not None and fence.language in DIAGRAMS
        exempt = drawn or _within(line, generated)
        blocks.append(Shown(line, includes, pasted, reason, exempt))
    stray = (_reason(c.line, c.text, readable=True) for n, c in written.items() if n not in taken)
    return tuple(blocks), tuple(stray)


def _blocks(page: Page) -> Iterator[tuple[int, tuple[Include, ...], Fence | None]]:
    """Line, includes and fence of each block; an include outside of fences is a block of its own."""
    inside: set[int] = set()
    found: list[tuple[int, tuple[Include, ...], Fence | None]] = []
    lines = [include.line for include in page.includes]
    for fence in page.fences:
        within = page.includes[bisect_right(lines, fence.line) : bisect_left(lines, fence.end)]
        inside.update(include.line for include in within)
        found.append((fence.line, within, fence))
    found += [(item.line, (item,), None) for item in page.includes if item.line not in inside]
    yield from sorted(found, key=lambda block: block[0])


def _pasted(fence: Fence, includes: Sequence[Include]) -> str | None:
    own = {include.line for include in includes}
    for number, line in enumerate(fence.code.split("\n"), fence.line + 1):
        text = line.strip()
        if text and number not in own and not _MARKER.match(text):
            return text
    return None


def _attribute(fence: Fence) -> Reason | None:
    if "no-run" not in fence.info:
        return None
    return _reason(fence.line, fence.info, readable=fence.info.startswith("{"))


def _reason(line: int, text: str, *, readable: bool) -> Reason:
    match = _ATTRIBUTE.search(text)
    said = next((group for group in match.groups() if group), "") if match else ""
    return Reason(line, " ".join(said.split()), readable)


def _line_before(line: int, lines: Sequence[str]) -> int:
    """The nearest line above that is neither blank nor opens a block of includes; 0 for none."""
    before = line - 1
    while before and (not (text := lines[before - 1].strip(" \t>")) or _MARKER.match(text)):
        before -= 1
    return before


def _within(line: int, ranges: Sequence[tuple[int, int]]) -> bool:
    index = bisect_left(ranges, (line, 0)) - 1
    return index >= 0 and line < ranges[index][1]
