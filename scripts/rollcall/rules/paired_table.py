"""Each language's version of a section has tables of the same shape."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Final, TypeAlias

from rollcall.checklist import Strict
from rollcall.inline import plain
from rollcall.model import Level, Outcome, Severity, Text, met, unmet
from rollcall.pairs import Pair, Side, pairs, shape
from rollcall.passages import Block
from rollcall.project import Project
from rollcall.spans import bare, is_in, spans

ID: Final = "paired-table"
LEVEL: Final = Level.PAIRED
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("两种语言的表格对不上", "tables differ between languages")
EXPLANATION: Final = Text(
    "同一节里表格的张数、列数、行数要一样；第一格里有代码的行，两边是同一段代码。多出或少掉的一行按名字报。一边空着、另一边有字的格子也算。",
    "A section has the same number of tables in each language, with the same columns and rows; where "
    "the first cell of a row holds code, it is the same code. A row too many or missing is named. "
    "So is a cell that is empty in one language and not in the other.",
)

_Table: TypeAlias = list[Block]
_MANY: Final = 1000  # rows; to find which one is missing costs up to their square


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per section with a table."""
    for pair in pairs(project):
        if pair.source.passage.tables or pair.other.passage.tables:
            yield from _section(pair)


def _section(pair: Pair) -> Iterator[Outcome]:
    ours, theirs = pair.source.passage.tables, pair.other.passage.tables
    if any(_is_reported(side) for side in (pair.source, pair.other)):
        return
    if len(ours) != len(theirs):
        message = Text(
            f"{pair.source.place} 有 {len(ours)} 张表，这里有 {len(theirs)} 张",
            f"{pair.source.place} has {len(ours)} tables, here are {len(theirs)}",
        )
        yield _unmet(pair, "tables", pair.other.passage.line, pair.source.passage.line, message)
        return
    findings = [found for a, b in zip(ours, theirs, strict=True) for found in _table(pair, a, b)]
    yield from findings
    if not findings:
        yield met(f"{pair.subject}:table", pair.other.place, pair.source.place, pair.cell)


def _is_reported(side: Side) -> bool:
    """Whether `section-needs` already misses the only table of a section."""
    slots = (slot for slot in side.page.slots if slot.need.id == side.passage.name)
    return not side.passage.tables and any(slot.need.needs.table for slot in slots)


def _table(pair: Pair, ours: _Table, theirs: _Table) -> Iterator[Outcome]:
    """The first thing that differs: columns, then rows, then the code of a name, and blank cells."""
    (rows, columns), (other_rows, other_columns) = shape(ours), shape(theirs)
    if columns != other_columns:
        message = Text(
            f"{pair.source.at(ours[0].line)} 的表有 {columns} 列，这里有 {other_columns} 列",
            f"the table of {pair.source.at(ours[0].line)} has {columns} columns, here are {other_columns}",
        )
        yield _unmet(pair, "columns", theirs[0].line, ours[0].line, message)
    elif rows != other_rows and max(rows, other_rows) > _MANY:
        message = Text(
            f"{pair.source.at(ours[0].line)} 的表有 {rows} 行，这里有 {other_rows} 行",
            f"the table of {pair.source.at(ours[0].line)} has {rows} rows, here are {other_rows}",
        )
        yield _unmet(pair, "rows", theirs[0].line, ours[0].line, message)
    elif rows != other_rows:
        yield from _rows(pair, ours, theirs)
    else:
        yield from _names(pair, ours, theirs)
        yield from _blanks(pair, ours, theirs)


def _rows(pair: Pair, ours: _Table, theirs: _Table) -> Iterator[Outcome]:
    """Each row that stands on one side only, at the line where the other side lacks it."""
    matcher = SequenceMatcher(None, _marks(ours), _marks(theirs), autojunk=False)
    for _, start, end, other_start, other_end in matcher.get_opcodes():
        kept = min(end - start, other_end - other_start)
        for row in ours[start + kept : end]:
            yield _missing(row, pair.source, pair.other, _line(theirs, other_start + kept))
        for row in theirs[other_start + kept : other_end]:
            yield _missing(row, pair.other, pair.source, _line(ours, start + kept))


def _marks(table: _Table) -> list[tuple[str, ...]]:
    """What tells rows apart in any language: the code without its placeholders, and the digits."""
    return [(*map(bare, spans(row.text)), *re.findall(r"\d+", row.text)) for row in table]


def _line(table: _Table, index: int) -> int:
    """The line of the row before which another one is missing, or of the last."""
    return table[min(index, len(table) - 1)].line


def _missing(row: Block, has: Side, lacks: Side, line: int) -> Outcome:
    name = _name(row)
    because = has.at(row.line)
    message = Text(
        f"表里少了一行“{name}”：{because} 有", f"a row is missing: `{name}`, as in {because}"
    )
    subject = f"{lacks.page.path}#{lacks.passage.name}:{name}"
    return unmet(subject, lacks.at(line), because, message, cell=lacks.page.cell)


def _name(row: Block) -> str:
    return plain(row.cells[0], keep_code=True)[:60] if row.cells else ""


def _names(pair: Pair, ours: _Table, theirs: _Table) -> Iterator[Outcome]:
    """Rows whose first cells hold other code; if only the order differs, the first of them."""
    differing = [
        (row, other) for row, other in zip(ours, theirs, strict=True) if not _same_name(row, other)
    ]
    moved = all(any(_same_name(row, other) for _, other in differing) for row, _ in differing)
    for row, other in differing[:1] if moved else differing:
        because = pair.source.at(row.line)
        zh, en = (
            ("（顺序不同）", " (the order differs)") if moved and len(differing) > 1 else ("", "")
        )
        message = Text(
            f"{because} 的这一行是“{_name(row)}”，这里是“{_name(other)}”{zh}",
            f"this row of {because} is `{_name(row)}`, here it is `{_name(other)}`{en}",
        )
        yield _unmet(pair, _name(row), other.line, row.line, message)


def _same_name(row: Block, other: Block) -> bool:
    ours, theirs = (spans(r.cells[0]) if r.cells else () for r in (row, other))
    return all(is_in(span, theirs) for span in ours) and all(is_in(span, ours) for span in theirs)


def _blanks(pair: Pair, ours: _Table, theirs: _Table) -> Iterator[Outcome]:
    """Cells that say nothing in one language and something in the other."""
    for row, other in zip(ours, theirs, strict=True):
        for number, (cell, there) in enumerate(zip(row.cells, other.cells, strict=False), start=1):
            if bool(cell.strip()) == bool(there.strip()):
                continue
            has, lacks = (pair.source, pair.other) if cell.strip() else (pair.other, pair.source)
            full, empty = (row, other) if cell.strip() else (other, row)
            because, said = has.at(full.line), plain(cell or there, keep_code=True)[:60]
            message = Text(
                f"“{_name(empty)}”这一行第 {number} 格是空的：{because} 写着“{said}”",
                f"cell {number} of row `{_name(empty)}` is empty: {because} says `{said}`",
            )
            subject = f"{lacks.page.path}#{lacks.passage.name}:{_name(empty)}:{number}"
            yield unmet(subject, lacks.at(empty.line), because, message, cell=lacks.page.cell)


def _unmet(pair: Pair, what: str, line: int, because: int, message: Text) -> Outcome:
    at, reason = pair.other.at(line), pair.source.at(because)
    return unmet(f"{pair.subject}:{what}", at, reason, message, cell=pair.cell)
