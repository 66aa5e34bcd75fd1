"""A section holds what it owes: a table with its columns, ordered steps, code, enough prose."""

from collections.abc import Iterator
from typing import Final

from rollcall.bound import BoundPage, Slot
from rollcall.checklist import Strict, TableNeed
from rollcall.model import Level, Outcome, Place, Severity, Text, met, unmet
from rollcall.names import plain_label
from rollcall.page import Section, Table
from rollcall.project import Project

ID: Final = "section-needs"
LEVEL: Final = Level.COMPLETE
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("章节里缺少该有的东西", "a section lacks what it owes")
EXPLANATION: Final = Text(
    "清单用 `needs` 说明章节要有什么：`table`（列和最少行数，指定的列都填了才算一行）、"
    "`steps`（有序步骤）、`code`（代码块）、`code_in`（每种语言至少一个代码块）、"
    "`words`（正文字数：一个汉字算一个，一个英文词算一个）。",
    "`needs` says what a section holds: `table` (columns and least rows; a row counts when every "
    "named cell is filled), `steps` (ordered items), `code` (blocks), `code_in` (a block in each of "
    "these languages) and `words` (one per Han character, one per other word).",
)


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per need of a section that exists and is not empty."""
    for page in project.pages:
        for slot in page.slots:
            if slot.section is not None and page.page.holds_anything(slot.section):
                yield from _needs(project, page, slot, slot.section)


def _needs(project: Project, page: BoundPage, slot: Slot, section: Section) -> Iterator[Outcome]:
    needs = slot.need.needs
    counts = (
        ("words", needs.words, page.page.words(section), Text("字正文", "words of prose")),
        ("code", needs.code, len(page.page.fences_in(section)), Text("个代码块", "code blocks")),
        ("steps", needs.steps, page.page.steps_in(section), Text("个有序步骤", "ordered steps")),
    )
    for name, least, found, unit in counts:
        if least:
            problem = Text(
                f"至少要有 {least} {unit.zh}，现在是 {found}",
                f"needs at least {least} {unit.en}, found {found}",
            )
            yield _outcome(page, slot, section, name, None if found >= least else problem)
    if needs.code_in:
        lacking = page.page.languages_lacking(section, needs.code_in)
        missing = Text(f"缺少代码：{', '.join(lacking)}", f"needs code in {', '.join(lacking)}")
        yield _outcome(page, slot, section, "code-in", missing if lacking else None)
    if needs.table:
        problem_or_none = _table_problem(project, page, section, needs.table)
        yield _outcome(page, slot, section, "table", problem_or_none)


def _outcome(
    page: BoundPage, slot: Slot, section: Section, need: str, problem: Text | None
) -> Outcome:
    subject = f"{page.path}#{slot.need.id}:{need}"
    at = Place(page.path, section.line)
    if problem is None:
        return met(subject, at, slot.because, page.cell)
    message = Text(f"章节“{section.title}”{problem.zh}", f"section `{section.title}` {problem.en}")
    return unmet(subject, at, slot.because, message, cell=page.cell)


def _table_problem(
    project: Project, page: BoundPage, section: Section, need: TableNeed
) -> Text | None:
    """What is wrong with the best table of the section; `None` when one satisfies the need."""
    names = [project.columns(column, page.language) for column in need.columns]
    shown = " | ".join(labels[0] for labels in names)
    tables = page.page.tables_in(section)
    if not tables:
        return Text(f"要有一张表：{shown}", f"needs a table: {shown}")
    lacking, table, where = min(
        (_match(table, names) for table in tables), key=lambda found: len(found[0])
    )
    if lacking:
        columns = ", ".join(lacking)
        return Text(
            f"的表格（第 {table.line} 行）缺少列：{columns}",
            f"has a table (line {table.line}) without column: {columns}",
        )
    rows = sum(all(len(row) > i and row[i] for i in where) for row in table.rows)
    if rows >= need.min_rows:
        return None
    return Text(
        f"的表格（第 {table.line} 行）至少要有 {need.min_rows} 行把“{shown}”填满，现在 {rows} 行",
        f"needs {need.min_rows} table rows with `{shown}` filled (line {table.line}), found {rows}",
    )


def _match(table: Table, names: list[tuple[str, ...]]) -> tuple[list[str], Table, list[int]]:
    header = [plain_label(cell) for cell in table.header]
    lacking: list[str] = []
    where: list[int] = []
    for labels in names:
        spots = [header.index(label) for label in map(plain_label, labels) if label in header]
        if spots:
            where.append(spots[0])
        else:
            lacking.append(labels[0])
    return lacking, table, where
