"""Every item that the product ships is documented, in every language."""

from collections.abc import Iterator
from typing import Final

from rollcall.checklist import Cover, Strict
from rollcall.evidence import Bound
from rollcall.items import Item
from rollcall.model import Level, Outcome, Place, Severity, Text, closest, met, unmet
from rollcall.project import Project

ID: Final = "item-documented"
LEVEL: Final = Level.COVERED
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("产品里的一项没有写进文档", "an item of the product is not documented")
EXPLANATION: Final = Text(
    "清单的 `covers` 说明哪类文档写哪一种产品事实、写在哪。算数的只有：标题（`heading`）、指定列里的一行"
    "（`row`）、独占一段的名字（`definition`）、由源码生成的块（`directive`）、上级那一行的一格（`cell`）。"
    "正文里提到一句不算。",
    "`covers` says which document type documents which kind of item, and where. What counts is a "
    "heading (`heading`), a row with the name in the right column (`row`), a paragraph that is the "
    "name (`definition`), a block built from the source (`directive`) or a name in a cell of the "
    "parent's row (`cell`). A mention in running text does not.",
)
_WANTED: Final = {
    "row": Text("表里没有这一行", "no row of the table"),
    "heading": Text("没有它的标题", "no heading of its own"),
    "definition": Text("没有哪一页以它开头", "no page opens with it"),
    "directive": Text("没有生成它的 `:::` 块", "no `:::` block builds it"),
    "cell": Text("那一行没有列出它", "its parent's row does not list it"),
}


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per item, place that owes it, and language."""
    for bound in project.coverage:
        for item, sighting in bound.found:
            at = Place(sighting.page.path, sighting.line)
            yield met(_subject(bound, item), at, item.place, bound.cell)
        for item, at, there in bound.missing:
            yield _missing(bound, item, at, there)


def _subject(bound: Bound, item: Item) -> str:
    return f"{bound.cell}:{item.kind}:{item.id}"


def _missing(bound: Bound, item: Item, at: Place, there: tuple[str, ...]) -> Outcome:
    what, where = _WANTED[bound.cover.by], _where(bound.cover)
    of = f" {item.parent}" if item.parent else ""
    near = closest(item.name, there)
    message = Text(
        f"{item.kind} `{item.name}`{of} 没有写：{what.zh}{where.zh}{near.zh}",
        f"{item.kind} `{item.name}`{of} is not documented: {what.en}{where.en}{near.en}",
    )
    hint = Text(
        "在这里补上，每种语言都要；产品里不该有它就改产品",
        "add it here, in each language; if the product should not have it, mend the product",
    )
    return unmet(_subject(bound, item), at, item.place, message, hint=hint, cell=bound.cell)


def _where(cover: Cover) -> Text:
    section = f" #{cover.section}" if cover.section else ""
    column = f" | {cover.column} |" if cover.column else ""
    pages = f" {cover.pages}" if cover.pages else ""
    zh, en = f"（看了{pages}{section}{column}）", f" (looked in{pages}{section}{column})"
    return Text(zh, en) if pages or section or column else Text("", "")
