"""What a section itself says, subsections left out: its blocks, with wrapped lines put together.

The unit that languages are compared by. A block is a paragraph, a list item, a table row or a code
block; the section's own heading is none. How lines are wrapped leaves every block as it is.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from textwrap import dedent
from typing import Final

from rollcall.bound import BoundPage
from rollcall.generated import parts
from rollcall.inline import split_row
from rollcall.page import Fence, Section

TOP: Final = ""  # the name of what stands above the first named section

_MARK: Final = re.compile(r"[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]+(?=\S)")
_CONTAINER: Final = re.compile(r"[ \t]*(?:!!!|\?\?\?\+?|===[!+]?)[ \t]")
_INCLUDE: Final = re.compile(r"[ \t]*-{1,4}8<-{1,4}(?:[ \t]|$)")
_DIRECTIVE: Final = re.compile(r"[ \t]*:::[ \t]")
_QUOTE: Final = re.compile(r"[ \t>]*")
_RULE: Final = re.compile(r"[ \t]*(?:=+|-+|\*{3,}|_{3,})[ \t]*$")
_WIDE: Final = "\u2014\u2018-\u201d\u2026\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef"
_BLANKS: Final = re.compile(rf"(?<=[{_WIDE}])\s+|(?<!\s)\s+(?=[{_WIDE}])")


class Kind(StrEnum):
    """What a block is."""

    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"
    CODE = "code"


@dataclass(slots=True)
class Block:
    """A block as written, on the line it begins; of a row, also the cells."""

    line: int
    kind: Kind
    text: str
    cells: tuple[str, ...] = ()
    generated: bool = False

    @property
    def plain(self) -> str:
        """The text without blanks beside Han characters, runs of blanks, the common indent of code.

        Two blocks with the same plain text differ in nothing that is worth a look.
        """
        if self.kind is Kind.CODE:
            return "\n".join(line.rstrip() for line in dedent(self.text).splitlines())
        written = "|".join(self.cells) if self.kind is Kind.ROW else self.text
        return " ".join(_BLANKS.sub("", written).split())


@dataclass(slots=True)
class Passage:
    """A section's own text.

    `line` is that of its heading, of the page's title above the first section; `tables` are lists
    of rows, the header first.
    """

    name: str
    line: int
    heading: str
    blocks: list[Block] = field(default_factory=list)
    tables: list[list[Block]] = field(default_factory=list)

    @property
    def prose(self) -> list[Block]:
        """Paragraphs and list items."""
        return [block for block in self.blocks if block.kind in (Kind.PARAGRAPH, Kind.ITEM)]


def passages(page: BoundPage) -> Mapping[str, Passage]:
    """The passages of a page by the names that languages share, in the order of the page.

    Text below a heading without a name belongs to the section around it; so does a level-1 title.
    """
    title = next((section for section in page.page.sections if section.level == 1), None)
    found = {TOP: Passage(TOP, title.line if title else 1, title.title if title else "")}
    waiting = [
        (s, n) for n, s in sorted(page.named.items(), key=_line, reverse=True) if s.level > 1
    ]
    around: list[tuple[Section, str]] = []
    table_lines = {table.line for table in page.page.tables}
    for block in _blocks(page):
        while waiting and waiting[-1][0].line < block.line:
            _enter(waiting.pop(), around, found)
        while around and around[-1][0].end <= block.line:
            around.pop()
        passage = found[around[-1][1] if around else TOP]
        passage.blocks.append(block)
        if block.line in table_lines:
            passage.tables.append([])
        if block.kind is Kind.ROW:
            passage.tables[-1].append(block)
    while waiting:
        _enter(waiting.pop(), around, found)
    return found


def _line(item: tuple[str, Section]) -> int:
    return item[1].line


def _enter(
    heading: tuple[Section, str], around: list[tuple[Section, str]], found: dict[str, Passage]
) -> None:
    section, name = heading
    around.append(heading)
    found[name] = Passage(name, section.line, section.title)


def _blocks(page: BoundPage) -> list[Block]:
    """Every block of a page, in order."""
    fences = [_code(fence) for fence in page.page.fences]
    blocks = sorted([*fences, *_text_blocks(page)], key=lambda block: block.line)
    for part in parts(page.page):
        for block in blocks:
            block.generated |= part.start < block.line < part.end
    return blocks


def _code(fence: Fence) -> Block:
    return Block(fence.line, Kind.CODE, f"{fence.language}\n{fence.code}")


def _text_blocks(page: BoundPage) -> Iterator[Block]:
    """Everything but code: rows and titles of containers stand alone, other lines may go on."""
    alone = dict(_standing_alone(page))
    block: Block | None = None
    last = 0
    for item in page.page.text:
        number, line = item.line, item.text
        goes_on = number == last + 1 and number not in alone and not _MARK.match(line)
        if block and goes_on and not _INCLUDE.match(block.text):
            block.text += "\n" + _QUOTE.sub("", line, count=1)
            last = number
            continue
        if block:
            yield block
        block = alone[number] if number in alone else _begin(number, line)
        last = 0 if number in alone else number
    if block:
        yield block


def _standing_alone(page: BoundPage) -> Iterator[tuple[int, Block | None]]:
    """Lines that no paragraph holds; `None` for those that say nothing of their own."""
    named = {section.line for section in page.named.values()}
    for item in page.page.text:
        if _RULE.match(item.text):
            yield item.line, None
        elif _CONTAINER.match(item.text):
            yield item.line, Block(item.line, Kind.PARAGRAPH, item.text.strip())
    for section in page.page.sections:
        unnamed = section.line not in named and section.level > 1
        yield section.line, Block(section.line, Kind.PARAGRAPH, section.title) if unnamed else None
    written = {item.line: item.text for item in page.page.text}
    for table in page.page.tables:
        yield table.line + 1, None
        for row in (table.line, *range(table.line + 2, table.line + 2 + len(table.rows))):
            yield row, Block(row, Kind.ROW, written[row], split_row(written[row]))


def _begin(number: int, line: str) -> Block:
    if _INCLUDE.match(line) or _DIRECTIVE.match(line):
        return Block(number, Kind.CODE, line.strip())
    mark = _MARK.match(line)
    kind = Kind.ITEM if mark else Kind.PARAGRAPH
    return Block(number, kind, line[mark.end() :] if mark else _QUOTE.sub("", line, count=1))
