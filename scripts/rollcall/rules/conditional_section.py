"""A section that goes with items stands if the product has such items, and only then."""

from collections.abc import Iterator
from typing import Final

from rollcall.bound import BoundPage, Slot
from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Place, Severity, Text, met, unmet
from rollcall.project import Project

ID: Final = "conditional-section"
LEVEL: Final = Level.COVERED
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text(
    "有无某类项目，和有无这一节对不上", "a section and its items do not go together"
)
EXPLANATION: Final = Text(
    "章节写了 `only_with: 种类`：产品有这种项目才要这一节，没有就不能有。写接口的页面，只看这个接口自己的。",
    "A section with `only_with: KIND` is owed if the product has items of that kind, and is wrong if "
    "it has none. On a page about one item, only what belongs to that item counts.",
)


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per section with `only_with`, page and language."""
    if any(source.problem for source in project.product.sources):
        return
    for page in project.pages:
        for slot in page.slots:
            if slot.need.only_with is not None:
                yield _judge(page, slot, slot.need.only_with, _count(project, page, slot))


def _count(project: Project, page: BoundPage, slot: Slot) -> int:
    """How many items of the kind there are: of the page's own subject, or in the product."""
    kind = slot.need.only_with or ""
    parents = {
        item.id
        for bound in project.coverage
        for item, sighting in bound.found
        if sighting.page is page and bound.cover.by == "definition"
    }
    items = project.product.items(kind)
    return sum(item.parent in parents for item in items) if parents else len(items)


def _judge(page: BoundPage, slot: Slot, kind: str, count: int) -> Outcome:
    subject = f"{page.path}#{slot.need.id}"
    at = Place(page.path, slot.section.line if slot.section else 1)
    if (slot.section is not None) == (count > 0):
        return met(subject, at, slot.because, page.cell)
    if slot.section is None:
        message = Text(
            f"缺少章节 #{slot.need.id}：产品有 {count} 项 {kind}",
            f"section #{slot.need.id} is missing: the product has {count} of kind {kind}",
        )
    else:
        message = Text(
            f"章节 #{slot.need.id} 多余：产品没有 {kind}",
            f"section #{slot.need.id} is not wanted: the product has no {kind}",
        )
    return unmet(subject, at, slot.because, message, cell=page.cell)
