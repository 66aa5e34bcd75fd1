"""The structure of one page: what `markdown` reads and requirements are about."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from rollcall.model import Text
from rollcall.yaml_tree import Location


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
    """A fenced code block; `code` is what stands between the fences, `info` what the first says."""

    line: int
    language: str
    code: str
    info: str = ""

    @property
    def end(self) -> int:
        """The line of the closing fence, or the next one where the block is empty."""
        return self.line + self.code.count("\n") + 2


@dataclass(frozen=True, slots=True)
class Comment:
    """An HTML comment that begins and ends on one line of text: what stands in it."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A pipe table: header cells, the cells of each row as read, and as written (`sources`)."""

    line: int
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    sources: tuple[tuple[str, ...], ...] = ()

    def row_line(self, index: int) -> int:
        """The line of a row, counted from 0."""
        return self.line + 2 + index


@dataclass(frozen=True, slots=True)
class Directive:
    """A `:::` block: the name whose documentation the site builds in there.

    `members` are the only ones of its members that it shows; `None` for all.
    """

    line: int
    target: str
    members: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Definition:
    """A paragraph that is one code span: the name that its section is about."""

    line: int
    code: str


@dataclass(frozen=True, slots=True)
class Prose:
    """A line of text a reader reads: code, comments, tags and link targets are taken out."""

    line: int
    text: str
    words: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line as written, comments taken out: not blank, not in a code block."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and all up to the next heading of its level or above (`end` is exclusive).

    `code` is the title where it is one code span.
    """

    id: str
    explicit: bool
    title: str
    level: int
    line: int
    end: int
    code: str | None = None


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The YAML at the head of a page, with the line of each key."""

    data: dict[str, Any] = field(default_factory=dict)
    lines: dict[Location, int] = field(default_factory=dict)
    error: tuple[int, Text] | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """The structure of one page; all lines are 1-based lines of its file.

    `problem` says where and why the page cannot be judged at all: a block that is never closed,
    nesting or numbers that no reader survives. `codes` are the inline code spans, with their lines.
    """

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
    directives: tuple[Directive, ...]
    anchors: frozenset[str]
    comments: tuple[Comment, ...] = ()
    problem: tuple[int, Text] | None = None
    definitions: tuple[Definition, ...] = ()
    codes: tuple[tuple[int, str], ...] = ()
    text: tuple[Line, ...] = ()

    def holds_anything(self, section: Section) -> bool:
        """Whether a section has any content: prose, code, a filled row, an image, an include."""
        return bool(
            self.words(section)
            or self.fences_in(section)
            or any(any(row) for table in self.tables_in(section) for row in table.rows)
            or any(link.is_image for link in _within(self.links, section))
            or _within(self.includes, section)
            or _within(self.directives, section)
        )

    def words(self, section: Section) -> int:
        """Words of prose in a section, subsections included, headings and tables not."""
        return sum(prose.words for prose in _within(self.prose, section))

    def fences_in(self, section: Section) -> tuple[Fence, ...]:
        """The code blocks of a section, subsections included, empty ones not."""
        return tuple(fence for fence in _within(self.fences, section) if fence.code.strip())

    def languages_lacking(self, section: Section, wanted: tuple[str, ...]) -> tuple[str, ...]:
        """Which of these languages no code block of a section is in."""
        shown = {fence.language for fence in self.fences_in(section)}
        return tuple(language for language in wanted if language not in shown)

    def tables_in(self, section: Section) -> tuple[Table, ...]:
        """The tables of a section, subsections included."""
        return _within(self.tables, section)

    def steps_in(self, section: Section) -> int:
        """Number of items of ordered lists in a section."""
        return sum(section.line < line < section.end for line in self.steps)


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
