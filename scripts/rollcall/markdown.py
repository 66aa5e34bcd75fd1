"""Markdown text → Page, in one pass over the lines.

This is not a renderer. It sees what MkDocs with Material sees at the level of lines: front
matter, headings with `{#id}`, fences, tables, ordered items, links, images, includes and prose.
Ids of headings without `{#id}` come from the site's own slug function, so anchors agree.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rollcall.directives import include_of, members_shown
from rollcall.front_matter import read_front_matter
from rollcall.headings import Heading, sections_of
from rollcall.inline import (
    codes_in,
    count_words,
    heading_parts,
    inline_ids,
    mask_code,
    plain,
    sole_code,
    split_row,
    targets,
)
from rollcall.model import Text
from rollcall.page import (
    Comment,
    Definition,
    Directive,
    Fence,
    FrontMatter,
    Include,
    Line,
    Link,
    Page,
    Prose,
    Table,
)

MAX_NESTING: Final = 50
MAX_PARTS: Final = 5_000

_HEADING: Final = re.compile(r"(#{1,6})(?!#)[ \t]*(\S.*)?$")
_FENCE: Final = re.compile(r"[ \t]*(?:[-*+>][ \t]+|\d{1,9}[.)][ \t]+)?(`{3,}|~{3,})(.*)$")
_STEP: Final = re.compile(r"[ \t]*\d{1,9}[.)][ \t]+\S")
_STEP_MARK: Final = re.compile(r"^[ \t]*\d{1,9}[.)](?=[ \t])")
_QUOTE: Final = re.compile(r"[ \t]*>[> \t]*")
_INCLUDE: Final = re.compile(r"[ \t]*-{1,4}8<-{1,4}[ \t]+(?:\"([^\"]+)\"|'([^']+)')[ \t]*$")
_BLOCK_INCLUDE: Final = re.compile(r"[ \t]*-{1,4}8<-{1,4}[ \t]*$")
_DIRECTIVE: Final = re.compile(r"[ \t]*:::[ \t]+(\S+)")
_CONTAINER: Final = re.compile(r"[ \t]*(?:!!!|\?\?\?\+?|===[!+]?)[ \t]")


@lru_cache(maxsize=1 << 12)  # a preview judges all pages again when one has changed
def read_page(path: str, text: str) -> Page:
    """Read the structure of a page. Never raises on any text: what is wrong is in the Page."""
    front, start = read_front_matter(text)
    return _Reader(path, front, text.split("\n"), start).read()


@dataclass(slots=True)
class _Table:
    line: int
    header: tuple[str, ...]
    rows: list[tuple[str, ...]]
    sources: list[tuple[str, ...]]

    @property
    def next_line(self) -> int:
        return self.line + len(self.rows) + 2


class _Reader:
    """The pass: one object a page, thrown away with it."""

    def __init__(self, path: str, front: FrontMatter, lines: list[str], start: int) -> None:
        self.path = path
        self.front = front
        self.lines = lines
        self.start = start
        self.text: list[Line] = []
        self.headings: list[Heading] = []
        self.prose: list[Prose] = []
        self.titles: list[Prose] = []
        self.fences: list[Fence] = []
        self.tables: list[_Table] = []
        self.steps: list[int] = []
        self.links: list[Link] = []
        self.includes: list[Include] = []
        self.directives: list[Directive] = []
        self.definitions: list[Definition] = []
        self.codes: list[tuple[int, str]] = []
        self.anchors: set[str] = set()
        self.comments: list[Comment] = []
        self.problem: tuple[int, Text] | None = None

    def read(self) -> Page:
        lines = iter(enumerate(self.lines[self.start :], self.start + 1))
        for number, raw in lines:
            line = self.without_comments(number, raw, lines) if "<!--" in raw else raw
            fence = _FENCE.match(line)
            if fence and "`" not in fence.group(2):
                self.fence(number, fence.group(1), fence.group(2), lines)
            elif _BLOCK_INCLUDE.match(line):
                self.block_include(lines)
            elif line.strip():
                self.text.append(Line(number, line))
                self.text_line(number, line)
            if self.problem or len(self.headings) > MAX_PARTS:
                break
        return self.page()

    def without_comments(self, number: int, line: str, lines: Iterator[tuple[int, str]]) -> str:
        """The line without its comments; one that goes on takes lines up to its end."""
        kept: list[str] = []
        start = 0
        masked = mask_code(line)
        while (opening := masked.find("<!--", start)) >= 0:
            kept.append(line[start:opening])
            start = line.find("-->", opening + 4) + 3
            if start < 3:
                line, start = self.comment_end(number, lines)
                masked = mask_code(line)
            else:
                self.comments.append(Comment(number, line[opening + 4 : start - 3].strip()))
        return "".join(kept) + line[start:]

    def comment_end(self, number: int, lines: Iterator[tuple[int, str]]) -> tuple[str, int]:
        for _, line in lines:
            if (closing := line.find("-->")) >= 0:
                return line, closing + 3
        self.problem = number, Text("注释没有结束的 `-->`", "this comment is never closed")
        return "", 0

    def fence(self, number: int, marker: str, info: str, lines: Iterator[tuple[int, str]]) -> None:
        closing = re.compile(rf"[ \t>]*{re.escape(marker[0])}{{{len(marker)},}}[ \t]*$")
        code: list[str] = []
        in_block = False
        for line_number, line in lines:
            if closing.match(line):
                break
            code.append(line)
            if _BLOCK_INCLUDE.match(line):
                in_block = not in_block
            elif not self.include(line_number, line) and in_block and line.strip():
                self.includes.append(include_of(line_number, line.strip()))
        else:
            self.problem = number, Text("代码块没有结束标记", "this code block is never closed")
        self.fences.append(Fence(number, _language(info), "\n".join(code), info.strip()))

    def include(self, number: int, line: str) -> bool:
        match = _INCLUDE.match(line)
        if match is None:
            return False
        self.includes.append(include_of(number, match.group(1) or match.group(2)))
        return True

    def block_include(self, lines: Iterator[tuple[int, str]]) -> None:
        for number, line in lines:
            if _BLOCK_INCLUDE.match(line):
                return
            if line.strip():
                self.includes.append(include_of(number, line.strip()))

    def text_line(self, number: int, line: str) -> None:
        quote = _QUOTE.match(line)
        if self.include(number, line):
            return
        if directive := _DIRECTIVE.match(line):
            members = members_shown(self.lines, number)
            self.directives.append(Directive(number, directive.group(1), members))
        elif quote and quote.group().count(">") > MAX_NESTING:
            zh, en = f"引用嵌套超过 {MAX_NESTING} 层", f"quotes nested over {MAX_NESTING} levels"
            self.problem = number, Text(zh, en)
        elif line[0] == "#" and (heading := _HEADING.match(line)):
            self.heading(number, len(heading.group(1)), heading.group(2) or "")
        elif self.is_setext(number, line):
            self.heading(number, 1 if self.lines[number].startswith("=") else 2, line)
        elif "|" in line and self.table_row(number, line):
            self.targets(number, line)
        elif not (self.headings and _is_underline(line) and self.headings[-1].line == number - 1):
            self.prose_line(number, line)

    def is_setext(self, number: int, line: str) -> bool:
        """A one-line paragraph underlined by `===` or `---` (`number` indexes the line after)."""
        after = self.lines[number] if number < len(self.lines) else ""
        before = self.lines[number - 2] if number - 2 >= self.start else ""
        first = not before.strip() or (bool(self.headings) and self.headings[-1].line == number - 1)
        text = line[0] not in " \t|->*+" and not _STEP.match(line)
        return first and text and _is_underline(after)

    def heading(self, number: int, level: int, text: str) -> None:
        title, explicit = heading_parts(text)
        self.headings.append(Heading(level, number, title, explicit, sole_code(text)))
        self.titles.append(Prose(number, plain(text), count_words(title)))
        self.targets(number, text)

    def table_row(self, number: int, line: str) -> bool:
        sources = tuple(split_row(line))
        cells = tuple(plain(cell, keep_code=True) for cell in sources)
        last = self.tables[-1] if self.tables else None
        if last is not None and last.next_line == number:
            last.rows.append(cells)
            last.sources.append(sources)
        elif last is not None and last.line + 1 == number:
            return True
        elif number < len(self.lines) and _is_delimiter(self.lines[number]):
            self.tables.append(_Table(number, cells, [], []))
        else:
            return False
        self.titles.append(Prose(number, plain(" ".join(split_row(line))), 0))
        return True

    def prose_line(self, number: int, line: str) -> None:
        if _STEP.match(line):
            self.steps.append(number)
        elif line[0] == "`" and (code := sole_code(line)) and self.stands_alone(number):
            self.definitions.append(Definition(number, code))
        self.targets(number, line)
        if not _CONTAINER.match(line):
            line = _STEP_MARK.sub("", line)
            text = plain(line)
            whole = plain(line, keep_code=True) if "`" in line else text
            self.prose.append(Prose(number, text, count_words(whole)))

    def stands_alone(self, number: int) -> bool:
        """Whether the lines before and after (of the file, `number` being 1-based) are blank."""
        after = self.lines[number] if number < len(self.lines) else ""
        return not self.lines[number - 2].strip() and not after.strip()

    def targets(self, number: int, line: str) -> None:
        self.links += targets(number, line)
        if "`" in line:
            self.codes += [(number, code) for code in codes_in(line)]
        self.anchors.update(inline_ids(line))

    def page(self) -> Page:
        sections = tuple(sections_of(self.headings, self.anchors, len(self.lines) + 1))
        return Page(
            path=self.path,
            text=tuple(self.text),
            front=self.front,
            sections=sections,
            prose=tuple(self.prose),
            titles=tuple(self.titles),
            fences=tuple(self.fences),
            tables=tuple(
                Table(t.line, t.header, tuple(t.rows), tuple(t.sources)) for t in self.tables
            ),
            steps=tuple(self.steps),
            links=tuple(self.links),
            includes=tuple(self.includes),
            directives=tuple(self.directives),
            definitions=tuple(self.definitions),
            codes=tuple(self.codes),
            anchors=frozenset(self.anchors.union(section.id for section in sections)),
            comments=tuple(self.comments),
            problem=self.problem or self.too_many(),
        )

    def too_many(self) -> tuple[int, Text] | None:
        """More of a kind than a page for people holds: it would only cost time."""
        kinds = (
            (self.headings, Text("个标题", "headings")),
            (self.links, Text("个链接", "links")),
            (self.fences, Text("个代码块", "code blocks")),
            (self.tables, Text("张表格", "tables")),
            (self.includes, Text("处代码引用", "includes")),
        )
        for found, name in kinds:
            if len(found) > MAX_PARTS:
                zh, en = f"超过 {MAX_PARTS} {name.zh}", f"over {MAX_PARTS} {name.en}"
                return found[MAX_PARTS].line, Text(zh, en)
        return None


def _is_underline(line: str) -> bool:
    stripped = line.rstrip()
    return len(stripped) >= 1 and (
        set(stripped) == {"="} or (set(stripped) == {"-"} and len(stripped) > 1)
    )


def _is_delimiter(line: str) -> bool:
    stripped = line.strip()
    return "-" in stripped and "|" in stripped and set(stripped) <= set("|-: \t")


def _language(info: str) -> str:
    info = info.strip()
    if info.startswith("{"):
        named = re.search(r"\.([\w+-]+)", info)
        return named.group(1) if named else ""
    return info.split()[0].split("{")[0] if info else ""
