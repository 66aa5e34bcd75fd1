"""Each language's version of a section gives the same numbers, in the same units."""

import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from typing import Final, TypeAlias

from rollcall.checklist import Strict
from rollcall.inline import plain
from rollcall.model import Level, Outcome, Severity, Text, met, unmet
from rollcall.pairs import Pair, counterparts, pairs
from rollcall.passages import TOP, Block
from rollcall.project import Project
from rollcall.quantities import Answers, Quantity, has_digits, quantities

ID: Final = "paired-numbers"
LEVEL: Final = Level.PAIRED
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("两种语言的数字或单位不一致", "numbers or units differ between languages")
EXPLANATION: Final = Text(
    "逐段、逐格比较数字和单位：`5s`、`5 秒`、`5 seconds` 相同，30 分钟和半小时相同。"
    "一边写数字、另一边写“三个”这样的字也可以；只有字没有数字的不比较。代码、链接地址和列表序号不算。",
    "Numbers and their units are compared paragraph by paragraph and cell by cell: `5s` and "
    "`5 seconds` are the same, so are 30 minutes and half an hour. A number may stand as a word on "
    "one side; words alone are not compared. Code, link targets and the marks of lists are no "
    "numbers.",
)

_Placed: TypeAlias = tuple[int, Quantity]
_SHOWN: Final = 4
_LINK: Final = re.compile(r"\[([^\[\]]{1,300})\]\([^()\s]{1,1000}\)")


class Options(Strict):
    """This rule has no options."""


@dataclass(frozen=True, slots=True)
class _Text:
    """Something to compare, and the header of its column if it is a cell."""

    line: int
    written: str
    header: str = ""


@dataclass(frozen=True, slots=True)
class _Side:
    """The texts of one language that are compared with those of the other."""

    texts: list[_Text]
    titles: Set[str]

    def numbers(self, *, as_written: bool = False) -> list[_Placed]:
        """Every number with its line; a link by the title of a page is a name, not a statement."""
        return [
            (text.line + _lines_before(text.written, quantity.written), quantity)
            for text in self.texts
            for quantity in quantities(
                plain(_LINK.sub(self.named, text.written)), text.header, as_written=as_written
            )
        ]

    def named(self, link: re.Match[str]) -> str:
        """Nothing for a link whose text is a page's title, else the link."""
        return "" if " ".join(link[1].split()) in self.titles else link[0]

    @property
    def line(self) -> int | None:
        """Where the first text stands."""
        return self.texts[0].line if self.texts else None


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per section that agrees, else one per paragraph or cell that does not."""
    titles = {language: _titles(project, language) for language in project.checklist.languages}
    for pair in pairs(project):
        source, other = (titles[side.page.language] for side in (pair.source, pair.other))
        findings = [
            finding
            for ours, theirs in _groups(pair)
            if any(has_digits(text.written) for text in (*ours, *theirs))
            if (finding := _compare(pair, _Side(ours, source), _Side(theirs, other)))
        ]
        yield from findings
        if not findings:
            subject = f"{pair.subject}:numbers"
            yield met(subject, pair.other.place, pair.source.place, pair.cell)


def _titles(project: Project, language: str) -> Set[str]:
    pages = [page.page for page in project.pages if page.language == language]
    headings = {section.title for page in pages for section in page.sections if section.level == 1}
    return headings | {str(page.front.data.get("title")) for page in pages}


def _groups(pair: Pair) -> Iterator[tuple[list[_Text], list[_Text]]]:
    """What is compared with what: headings, paragraphs, cells."""
    source, other = pair.source.passage, pair.other.passage
    if source.name != TOP:  # a title is what customers of that language say
        yield [_Text(source.line, source.heading)], [_Text(other.line, other.heading)]
    for ours, theirs in pair.prose:
        yield _texts(ours), _texts(theirs)
    for table, there in pair.tables:
        for row, translated in zip(table, there, strict=True):
            yield from _row(_cells(row, table[0]), _cells(translated, there[0]))


def _texts(blocks: Iterable[Block]) -> list[_Text]:
    return [_Text(block.line, block.text) for block in blocks]


def _cells(row: Block, header: Block) -> list[_Text]:
    titles = (*header.cells, *[""] * len(row.cells))  # a row may be longer than its header
    return [_Text(row.line, cell, title) for cell, title in zip(row.cells, titles, strict=False)]


def _row(ours: list[_Text], theirs: list[_Text]) -> Iterator[tuple[list[_Text], list[_Text]]]:
    if len(ours) == len(theirs):
        yield from (([cell], [other]) for cell, other in zip(ours, theirs, strict=True))
    else:
        yield ours, theirs


def _lines_before(text: str, written: str) -> int:
    """How far into a wrapped paragraph a number stands."""
    lines = text.split("\n")
    return next((n for n, line in enumerate(lines) if written.split()[0] in line), 0)


def _compare(pair: Pair, ours: _Side, theirs: _Side) -> Outcome | None:
    if not list(_differences(ours.numbers(as_written=True), theirs.numbers(as_written=True))):
        return None
    here, there = ours.numbers(), theirs.numbers()
    differences = list(_differences(here, there))
    if not differences:
        return None
    shown = [_say(pair, source, other, there) for source, other in differences]
    if (more := len(shown) - _SHOWN) > 0:
        shown[_SHOWN:] = [Text(f"另有 {more} 处", f"{more} more")]
    source, other = differences[0]
    line = other[0] if other else theirs.line or pair.other.passage.line
    because = source[0] if source else ours.line or pair.source.passage.line
    written = (source or other or here[0])[1].written
    return unmet(
        f"{pair.subject}:{written}",
        pair.other.at(line),
        pair.source.at(because),
        Text("；".join(text.zh for text in shown), "; ".join(text.en for text in shown)),
        cell=pair.cell,
    )


def _differences(
    here: list[_Placed], there: list[_Placed]
) -> Iterator[tuple[_Placed | None, _Placed | None]]:
    """Numbers without a counterpart, each with the one that probably stands in its place."""
    ours, theirs = (Answers(number for _, number in side) for side in (here, there))
    missing = [item for item in here if not theirs.hold(item[1])]
    extra = [item for item in there if not ours.hold(item[1])]
    return counterparts(missing, extra, lambda one, other: one[1].like(other[1]))


def _say(pair: Pair, source: _Placed | None, other: _Placed | None, there: list[_Placed]) -> Text:
    if source is None and other is not None:
        written, page = other[1].written, pair.source.page.path
        return Text(f"`{written}` 在 {page} 里没有", f"`{written}` is not in {page}")
    line, number = source or there[0]
    place, written = pair.source.at(line), number.written
    if other is not None:
        found = other[1].written
        return Text(
            f"{place} 是 `{written}`，这里是 `{found}`",
            f"{place} has `{written}`, here it is `{found}`",
        )
    near = next((f"`{item.written}`" for _, item in there if item.like(number)), None)
    zh, en = (f"；最接近的是 {near}", f"; the nearest is {near}") if near else ("", "")
    return Text(f"缺少 {place} 的 `{written}`{zh}", f"`{written}` of {place} is missing{en}")
