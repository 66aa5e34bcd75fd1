"""Generated parts of pages: what stands between `<!-- generated: NAME -->` and its end mark."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from rollcall.generated import seal
from rollcall.model import did_you_mean

_MARK: Final = re.compile(r"<!-- (?:generated: (?P<name>\S+)|(?P<end>/generated)(?:: \S+)?) -->$")
_FENCE: Final = re.compile(r"[ \t]*(?P<fence>`{3,}|~{3,})")

Render: TypeAlias = Callable[[], str]


class BlockError(Exception):
    """A mark that cannot be followed; `line` is 1-based."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line


@dataclass(frozen=True, slots=True)
class Block:
    """A generated part: its name, and the lines of its two marks (indexes into the page)."""

    name: str
    start: int
    end: int


def rewrite(text: str, renderers: Mapping[str, Render]) -> str:
    """The page with every generated part made anew; what stands outside is not touched.

    Raises:
        BlockError: an unknown name, a mark that is never closed, or an end that closes nothing.
    """
    lines = text.split("\n")
    out: list[str] = []
    done = 0
    for block in blocks(lines):
        if block.name not in renderers:
            guess = did_you_mean(block.name, sorted(renderers))
            raise BlockError(block.start + 1, f"unknown block `{block.name}`{guess.en}")
        made = ["", renderers[block.name]().strip("\n"), ""]
        out += [*lines[done : block.start + 1], *made, f"<!-- /generated: {seal(made)} -->"]
        done = block.end + 1
    return "\n".join([*out, *lines[done:]])


def blocks(lines: list[str]) -> Iterator[Block]:
    """The generated parts of a page, in order; marks inside code blocks are text.

    Raises:
        BlockError: a mark that is never closed, or an end that closes nothing.
    """
    start: int | None = None
    name = ""
    for index, line in _outside_code(lines):
        mark = _MARK.match(line)
        if mark is None:
            continue
        if mark["end"] and start is not None:
            yield Block(name, start, index)
            start = None
        elif mark["end"]:
            raise BlockError(index + 1, "this end closes no block")
        elif start is not None:
            raise BlockError(start + 1, f"block `{name}` is not closed before the next one")
        else:
            start, name = index, mark["name"]
    if start is not None:
        raise BlockError(start + 1, f"block `{name}` is never closed: add <!-- /generated -->")


def _outside_code(lines: list[str]) -> Iterator[tuple[int, str]]:
    fence = ""
    for index, line in enumerate(lines):
        found = _FENCE.match(line)
        if not fence and found:
            fence = found["fence"]
        elif fence and found and found["fence"].startswith(fence):
            fence = ""
        elif not fence:
            yield index, line
