"""What is documented carries every field that its kind owes."""

from collections.abc import Iterator, Mapping
from typing import Final

from pydantic import Field

from rollcall.checklist import Strict
from rollcall.evidence import Bound
from rollcall.items import Item
from rollcall.model import Level, Outcome, Place, Severity, Text, met, unmet
from rollcall.project import Project
from rollcall.sightings import Sighting

ID: Final = "item-fields"
LEVEL: Final = Level.COVERED
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("写了一项，但缺该有的内容", "a documented item lacks a field that it owes")
EXPLANATION: Final = Text(
    "`covers` 的 `fields` 是这一种要写的内容和它所在的列，`sections` 是那一页要有的章节。"
    "已弃用的项目，那一行或那一节必须写明（选项 `deprecated` 里的词）。",
    "`fields` in `covers` is what the kind owes and the column it stands in; `sections` are those "
    "that the page owes for it. A deprecated item must be called so in its row or section (words in "
    "option `deprecated`).",
)


class Options(Strict):
    """How pages say that something is deprecated."""

    deprecated: Mapping[str, tuple[str, ...]] = Field(
        {"zh": ("弃用", "废弃"), "en": ("deprecated",)},
        description="words that say that something is deprecated, per language",
    )


def check(project: Project, options: Options) -> Iterator[Outcome]:
    """One outcome per item and field, one per table without a column, one per section owed."""
    for bound in project.coverage:
        yield from _columns(project, bound)
        yield from _sections(bound, project)
        for item, sighting in bound.found:
            yield from _fields(project, bound, item, sighting)
            if item.deprecated:
                yield _deprecated(bound, item, sighting, options)


def _columns(project: Project, bound: Bound) -> Iterator[Outcome]:
    """A column that a table lacks is said once, not for every row."""
    tables = {
        (sighting.page.path, sighting.table.line): sighting
        for _, sighting in bound.found
        if sighting.table is not None and bound.cover.by == "row"
    }
    for (path, line), sighting in tables.items():
        for field, column in bound.cover.fields.items():
            labels = project.columns(column, bound.cell.language)
            subject, at = f"{path}:{bound.cover.kind}:{column}", Place(path, line)
            because = bound.because(project.source)
            if sighting.cell(labels) is not None:
                yield met(subject, at, because, bound.cell)
                continue
            if _owed(sighting, column):
                continue  # `section-needs` says so
            message = Text(
                f"表格没有列“{labels[0]}”，{bound.cover.kind} 的 {field} 没处写",
                f"the table has no column `{labels[0]}` for the {field} of each {bound.cover.kind}",
            )
            yield unmet(subject, at, because, message, cell=bound.cell)


def _owed(sighting: Sighting, column: str) -> bool:
    """Whether the section that holds the table owes the column anyway."""
    needs = (
        slot.need.needs.table
        for slot in sighting.page.slots
        if slot.section is not None and slot.section.line < sighting.line < slot.section.end
    )
    return any(need is not None and column in need.columns for need in needs)


def _sections(bound: Bound, project: Project) -> Iterator[Outcome]:
    pages = {sighting.page.path: sighting.page for _, sighting in bound.found}
    for path, page in pages.items():
        for section in bound.cover.sections:
            subject, because = f"{path}#{section}", bound.because(project.source)
            found = page.named.get(section)
            if found is not None:
                yield met(subject, Place(path, found.line), because, bound.cell)
            elif section not in {slot.need.id for slot in page.slots}:
                message = Text(
                    f"写 {bound.cover.kind} 的页面缺章节 #{section}",
                    f"a page that documents each {bound.cover.kind} lacks section #{section}",
                )
                yield unmet(subject, Place(path), because, message, cell=bound.cell)


def _fields(project: Project, bound: Bound, item: Item, sighting: Sighting) -> Iterator[Outcome]:
    for column in dict.fromkeys(bound.cover.fields.values()):  # one may hold several facts
        labels = project.columns(column, bound.cell.language)
        cell = sighting.cell(labels)
        subject = f"{bound.cell}:{item.kind}:{item.id}:{column}"
        at = Place(sighting.page.path, sighting.line)
        if cell is not None and cell.text:
            yield met(subject, at, item.place, bound.cell)
        elif cell is not None:
            message = Text(
                f"{item.kind} `{item.name}` 的“{labels[0]}”是空的",
                f"`{labels[0]}` of {item.kind} `{item.name}` is empty",
            )
            yield unmet(subject, at, item.place, message, cell=bound.cell)


def _deprecated(bound: Bound, item: Item, sighting: Sighting, options: Options) -> Outcome:
    words = options.deprecated.get(bound.cell.language, ())
    texts = [cell.text for cell in sighting.cells]
    if sighting.section is not None:
        start, end = sighting.section.line, sighting.section.end
        texts += [line.text for line in sighting.page.page.prose if start <= line.line < end]
    elif sighting.table is None:
        texts += [line.text for line in sighting.page.page.prose]
    subject = f"{bound.cell}:{item.kind}:{item.id}:deprecated"
    at = Place(sighting.page.path, sighting.line)
    if any(word.casefold() in text.casefold() for word in words for text in texts):
        return met(subject, at, item.place, bound.cell)
    shown = " / ".join(words)
    message = Text(
        f"{item.kind} `{item.name}` 已弃用，这里没有写明（{shown}）",
        f"{item.kind} `{item.name}` is deprecated and the page does not say so ({shown})",
    )
    return unmet(subject, at, item.place, message, cell=bound.cell)
