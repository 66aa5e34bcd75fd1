"""Markdown text → Page: the structure that requirements are about, in one pass over the lines.

This is not a renderer. It sees what MkDocs with Material sees at the level of lines: front
matter, headings with `{#id}`, fences, tables, ordered items, links, images, includes and prose.
Ids of headings without `{#id}` come from the site's own slug function, so anchors agree.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, TypeVar

from markdown.extensions.toc import unique
from pymdownx.slugs import slugify

from rollcall.model import Text
from rollcall.yaml_tree import Location, YamlError, parse

MAX_NESTING: Final = 50

_WORD: Final = re.compile(
    "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]"
    "|[^\\W_\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]+"
)
_HEADING: Final = re.compile(r"(#{1,6})(?!#)[ \t]*(\S.*)?$")
_ATTRIBUTES: Final = re.compile(r"[ \t]{0,8}\{:?([^{}\n]{1,300})\}[ \t]{0,8}$")
_ATTR_ID: Final = re.compile(r"(?:^|[\s:])#([^\s}]+)")
_FENCE: Final = re.compile(r"[ \t]*(?:[-*+>][ \t]+|\d{1,9}[.)][ \t]+)?(`{3,}|~{3,})(.*)$")
_STEP: Final = re.compile(r"[ \t]*\d{1,9}[.)][ \t]+\S")
_QUOTE: Final = re.compile(r"[ \t]*>[> \t]*")
_INCLUDE: Final = re.compile(r"[ \t]*-{1,4}8<-{1,4}[ \t]+(?:\"([^\"]+)\"|'([^']+)')[ \t]*$")
_BLOCK_INCLUDE: Final = re.compile(r"[ \t]*-{1,4}8<-{1,4}[ \t]*$")
_DIRECTIVE: Final = re.compile(r"[ \t]*:::[ \t]+(\S+)")
_CONTAINER: Final = re.compile(r"[ \t]*(?:!!!|\?\?\?\+?|===[!+]?)[ \t]")
_CODE: Final = re.compile(r"(?<!`)(`{1,4})(?!`)(.{0,500}?)(?<!`)\1(?!`)")
_IMAGE: Final = re.compile(r"!\[([^\]\n]{0,500})\]\(\s{0,8}<?([^()<>\s]{0,2000})")
_LINK: Final = re.compile(
    r"\]\(\s{0,8}<?([^()<>\[\]\s]{1,2000})>?(?:\s{1,8}[\"'][^\n]{0,500}?[\"'])?\s{0,8}\)"
)
_REFERENCE: Final = re.compile(r" {0,3}\[[^\]\n^]{1,300}\]:\s{1,8}<?([^\s<>]{1,2000})")
_HTML_LINK: Final = re.compile(
    r"<(a|img)\b[^<>]{0,500}?\b(?:href|src)=[\"']([^\"']{1,2000})[\"']", re.I
)
_HTML_ID: Final = re.compile(r"<\w[^<>]{0,500}?\b(?:id|name)=[\"']([^\"'\s]{1,200})[\"']", re.I)
_INLINE_ID: Final = re.compile(r"\{:?[^{}\n]{0,200}#([\w\-.:]{1,200})[^{}\n]{0,200}\}")
_TAG: Final = re.compile(r"</?[A-Za-z][^<>]{0,500}>")
_SLUG: Final = slugify(case="lower")


def count_words(text: str) -> int:
    """Words of prose: each Han, Kana or Hangul character is one, so is each other word.

    Punctuation, full-width or not, counts nothing.
    """
    return len(_WORD.findall(text))


@dataclass(frozen=True, slots=True)
class Link:
    """A link or an image: where it points, as written."""

    line: int
    target: str
    is_image: bool = False


@dataclass(frozen=True, slots=True)
class Include:
    """A snippet include: `file` and the named region, if any."""

    line: int
    file: str
    region: str | None


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced code block; `code` is what stands between the fences."""

    line: int
    language: str
    code: str


@dataclass(frozen=True, slots=True)
class Table:
    """A pipe table: header cells and the cells of each row."""

    line: int
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Prose:
    """A line of text a reader reads: code, comments, tags and link targets are taken out."""

    line: int
    text: str
    words: int


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and all up to the next heading of its level or above (`end` is exclusive)."""

    id: str
    explicit: bool
    title: str
    level: int
    line: int
    end: int


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The YAML at the head of a page, with the line of each key."""

    data: dict[str, Any] = field(default_factory=dict)
    lines: dict[Location, int] = field(default_factory=dict)
    error: tuple[int, Text] | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """The structure of one page; all lines are 1-based lines of its file."""

    path: str
    front: FrontMatter
    sections: tuple[Section, ...]
    prose: tuple[Prose, ...]
    titles: tuple[Prose, ...]
    fences: tuple[Fence, ...]
    tables: tuple[Table, ...]
    steps: tuple[int, ...]
    links: tuple[Link, ...]
    includes: tuple[Include, ...]
    directives: tuple[int, ...]
    anchors: frozenset[str]
    problem: tuple[int, Text] | None = None

    def holds_anything(self, section: Section) -> bool:
        """Whether a section has any content: prose, code, a filled row, an image, an include."""
        return bool(
            self.words(section)
            or self.fences_in(section)
            or any(any(row) for table in self.tables_in(section) for row in table.rows)
            or any(link.is_image for link in _within(self.links, section))
            or _within(self.includes, section)
            or any(section.line < line < section.end for line in self.directives)
        )

    def words(self, section: Section) -> int:
        """Words of prose in a section, subsections included, headings and tables not."""
        return sum(prose.words for prose in _within(self.prose, section))

    def fences_in(self, section: Section) -> tuple[Fence, ...]:
        """The code blocks of a section, subsections included, empty ones not."""
        return tuple(fence for fence in _within(self.fences, section) if fence.code.strip())

    def tables_in(self, section: Section) -> tuple[Table, ...]:
        """The tables of a section, subsections included."""
        return _within(self.tables, section)

    def steps_in(self, section: Section) -> int:
        """Number of items of ordered lists in a section."""
        return sum(section.line < line < section.end for line in self.steps)

    def section_at(self, line: int) -> Section | None:
        """The innermost section that holds a line."""
        holding = [section for section in self.sections if section.line <= line < section.end]
        return holding[-1] if holding else None


class _Placed(Protocol):
    @property
    def line(self) -> int: ...


_T = TypeVar("_T", bound=_Placed)


def _within(items: Sequence[_T], section: Section) -> tuple[_T, ...]:
    """The items (sorted by line) that stand below a section's heading."""
    first = bisect_right(items, section.line, key=_line_of)
    return tuple(items[first : bisect_left(items, section.end, lo=first, key=_line_of)])


def _line_of(item: _Placed) -> int:
    return item.line


def split_row(line: str) -> tuple[str, ...]:
    """The cells of a table row; pipes that are escaped or in code do not split."""
    masked = _CODE.sub(lambda match: "x" * len(match.group()), line.replace("\\|", "xx"))
    start, cells = 0, []
    for index, char in enumerate(masked):
        if char == "|":
            cells.append(line[start:index].strip())
            start = index + 1
    cells.append(line[start:].strip())
    if cells and not cells[0]:
        cells = cells[1:]
    if cells and not cells[-1]:
        cells = cells[:-1]
    return tuple(cells)


def read_page(path: str, text: str) -> Page:
    """Read the structure of a page. Never raises on any text: what is wrong is in the Page."""
    front, start = _front_matter(text)
    return _Reader(path, front, text.split("\n"), start).read()


def _front_matter(text: str) -> tuple[FrontMatter, int]:
    """The front matter and the index of the first line after it."""
    if not text.startswith("---\n"):
        return FrontMatter(), 0
    end = re.search(r"^(?:---|\.\.\.)[ \t]*$", text[4:], re.M)
    if end is None:
        problem = Text("front matter 没有结束的 `---`", "front matter has no closing `---`")
        return FrontMatter(error=(1, problem)), 0
    body = text[4 : 4 + end.start()]
    start = body.count("\n") + 2
    try:
        tree = parse(body, first_line=2)
    except YamlError as error:
        return FrontMatter(error=(error.line, Text(error.zh, error.en))), start
    if tree.data is None:
        return FrontMatter(), start
    if not isinstance(tree.data, dict):
        problem = Text("front matter 必须是键值对", "front matter must be a mapping")
        return FrontMatter(error=(2, problem)), start
    return FrontMatter(tree.data, tree.lines), start


@dataclass(slots=True)
class _Heading:
    level: int
    line: int
    title: str
    id: str
    explicit: bool


class _Reader:
    """The pass: one object a page, thrown away with it."""

    def __init__(self, path: str, front: FrontMatter, lines: list[str], start: int) -> None:
        self.path = path
        self.front = front
        self.lines = lines
        self.start = start
        self.headings: list[_Heading] = []
        self.prose: list[Prose] = []
        self.titles: list[Prose] = []
        self.fences: list[Fence] = []
        self.tables: list[Table] = []
        self.steps: list[int] = []
        self.links: list[Link] = []
        self.includes: list[Include] = []
        self.directives: list[int] = []
        self.anchors: set[str] = set()
        self.used: set[str] = set()
        self.problem: tuple[int, Text] | None = None

    def read(self) -> Page:
        body = "\n".join(self.lines[self.start :])
        blank = _blank_comments(body)
        lines = iter(enumerate(_without_comments(body, blank), self.start + 1))
        for number, line in lines:
            fence = _FENCE.match(line)
            if fence and "`" not in fence.group(2):
                self.fence(number, fence.group(1), fence.group(2), lines)
            elif _BLOCK_INCLUDE.match(line):
                self.block_include(lines)
            elif line.strip():
                self.text_line(number, line)
        return self.page()

    def fence(self, number: int, marker: str, info: str, lines: Iterator[tuple[int, str]]) -> None:
        closing = re.compile(rf"[ \t>]*{re.escape(marker[0])}{{{len(marker)},}}[ \t]*$")
        code: list[str] = []
        for line_number, line in lines:
            if closing.match(line):
                break
            code.append(line)
            self.include(line_number, line)
        else:
            self.problem = (
                number,
                Text("代码块没有结束标记", "this code block is never closed"),
            )
        self.fences.append(Fence(number, _language(info), "\n".join(code)))

    def include(self, number: int, line: str) -> bool:
        match = _INCLUDE.match(line)
        if match is None:
            return False
        self.includes.append(_include(number, match.group(1) or match.group(2)))
        return True

    def block_include(self, lines: Iterator[tuple[int, str]]) -> None:
        for number, line in lines:
            if _BLOCK_INCLUDE.match(line):
                return
            if line.strip():
                self.includes.append(_include(number, line.strip()))

    def text_line(self, number: int, line: str) -> None:
        if self.include(number, line):
            return
        if _DIRECTIVE.match(line):
            self.directives.append(number)
            return
        quote = _QUOTE.match(line)
        if quote and quote.group().count(">") > MAX_NESTING:
            self.problem = (
                number,
                Text(f"引用嵌套超过 {MAX_NESTING} 层", f"quotes nested over {MAX_NESTING} levels"),
            )
            return
        if line[0] == "#" and (heading := _HEADING.match(line)):
            self.heading(number, len(heading.group(1)), heading.group(2) or "")
        elif self.is_setext(number, line):
            self.heading(number, 1 if self.lines[number].startswith("=") else 2, line)
        elif "|" in line and self.table_row(number, line):
            self.targets(number, line)
        elif not (self.headings and _is_underline(line) and self.headings[-1].line == number - 1):
            self.prose_line(number, line)

    def is_setext(self, number: int, line: str) -> bool:
        """A line of text underlined by `===` or `---` (`number` indexes the line after it)."""
        after = self.lines[number] if number < len(self.lines) else ""
        return line[0] not in " \t|->*+" and _is_underline(after) and not _STEP.match(line)

    def heading(self, number: int, level: int, text: str) -> None:
        attributes = _ATTRIBUTES.search(text)
        explicit = _ATTR_ID.search(attributes.group(1)) if attributes else None
        title = text[: attributes.start()] if attributes else text
        title = _plain(title.rstrip("# \t"))
        if explicit:
            identifier = explicit.group(1)
            self.used.add(identifier)
        else:
            identifier = unique(_SLUG(title, "-"), self.used)
        self.headings.append(_Heading(level, number, title, identifier, explicit is not None))
        self.titles.append(Prose(number, title, count_words(title)))
        self.anchors.add(identifier)
        self.targets(number, text)

    def table_row(self, number: int, line: str) -> bool:
        cells = split_row(line)
        if self.tables and self.tables[-1].line + len(self.tables[-1].rows) + 2 == number:
            table = self.tables.pop()
            row = tuple(_plain(cell, keep_code=True) for cell in cells)
            self.tables.append(Table(table.line, table.header, (*table.rows, row)))
        elif self.tables and self.tables[-1].line + 1 == number:
            return True
        elif number < len(self.lines) and _is_delimiter(self.lines[number]):
            header = tuple(_plain(cell, keep_code=True) for cell in cells)
            self.tables.append(Table(number, header, ()))
        else:
            return False
        self.titles.append(Prose(number, _plain(" ".join(cells)), 0))
        return True

    def prose_line(self, number: int, line: str) -> None:
        if _STEP.match(line):
            self.steps.append(number)
        self.targets(number, line)
        if _CONTAINER.match(line):
            return
        plain = _plain(line)
        self.prose.append(Prose(number, plain, count_words(_plain(line, keep_code=True))))

    def targets(self, number: int, line: str) -> None:
        text = _CODE.sub("", line) if "`" in line else line
        if "](" in text:
            images = {match.start(2): match.group(2) for match in _IMAGE.finditer(text)}
            self.links += [Link(number, target, True) for target in images.values()]
            for match in _LINK.finditer(text):
                if match.start(1) not in images:
                    self.links.append(Link(number, match.group(1)))
        if "]:" in text and (reference := _REFERENCE.match(text)):
            self.links.append(Link(number, reference.group(1)))
        if "<" in text:
            for tag, target in _HTML_LINK.findall(text):
                self.links.append(Link(number, target, tag.lower() == "img"))
            self.anchors.update(_HTML_ID.findall(text))
        if "{" in text:
            self.anchors.update(_INLINE_ID.findall(text))

    def page(self) -> Page:
        return Page(
            path=self.path,
            front=self.front,
            sections=tuple(_sections(self.headings, len(self.lines) + 1)),
            prose=tuple(self.prose),
            titles=tuple(self.titles),
            fences=tuple(self.fences),
            tables=tuple(self.tables),
            steps=tuple(self.steps),
            links=tuple(self.links),
            includes=tuple(self.includes),
            directives=tuple(self.directives),
            anchors=frozenset(self.anchors),
            problem=self.problem,
        )


def _blank_comments(text: str) -> str:
    """`text` with comments taken out, their line ends kept; one that never ends is left alone."""
    kept: list[str] = []
    start = 0
    while (opening := text.find("<!--", start)) >= 0:
        closing = text.find("-->", opening + 4)
        if closing < 0:
            break
        kept += (text[start:opening], "\n" * text.count("\n", opening, closing))
        start = closing + 3
    return "".join((*kept, text[start:]))


def _without_comments(body: str, blank: str) -> list[str]:
    """Lines with comments blanked, except inside fences, where `<!--` is code."""
    if body == blank:
        return body.split("\n")
    result: list[str] = []
    marker = ""
    for raw, clean in zip(body.split("\n"), blank.split("\n"), strict=True):
        fence = _FENCE.match(raw)
        inside = bool(marker)
        if fence and not inside and _FENCE.match(clean):
            marker = fence.group(1)
        elif fence and inside and fence.group(1).startswith(marker) and not fence.group(2).strip():
            marker = ""
        result.append(raw if inside else clean)
    return result


def _is_underline(line: str) -> bool:
    stripped = line.rstrip()
    return len(stripped) >= 1 and (
        set(stripped) == {"="} or (set(stripped) == {"-"} and len(stripped) > 1)
    )


def _is_delimiter(line: str) -> bool:
    stripped = line.strip()
    return "-" in stripped and "|" in stripped and set(stripped) <= set("|-: \t")


def _plain(text: str, *, keep_code: bool = False) -> str:
    """Text as read: link targets, tags and emphasis marks out; code out unless kept."""
    text = _CODE.sub(r" \2 " if keep_code else " ", text)
    text = _IMAGE.sub(r"\1", text)
    text = _LINK.sub("", text)
    text = _ATTRIBUTES.sub("", _TAG.sub("", text))
    return text.replace("**", "").replace("[", "").strip(" \t|>#*+")


def _language(info: str) -> str:
    info = info.strip()
    if info.startswith("{"):
        named = re.search(r"\.([\w+-]+)", info)
        return named.group(1) if named else ""
    return info.split()[0].split("{")[0] if info else ""


def _include(number: int, written: str) -> Include:
    """`file.py`, `file.py:region`; line ranges (`file.py:1:3`) name no region."""
    file, _, rest = written.partition(":")
    region = rest if rest and not re.fullmatch(r"[\d:,]*", rest) else None
    return Include(number, file, region)


def _sections(headings: list[_Heading], end: int) -> Iterator[Section]:
    """Each heading with the line of the next one of its level or above."""
    ends = [end] * len(headings)
    still_open: list[int] = []
    for index, heading in enumerate(headings):
        while still_open and headings[still_open[-1]].level >= heading.level:
            ends[still_open.pop()] = heading.line
        still_open.append(index)
    for heading, last in zip(headings, ends, strict=True):
        yield Section(
            heading.id, heading.explicit, heading.title, heading.level, heading.line, last
        )
