"""Every `#fragment` of a link exists on the page it leads to."""

from collections.abc import Iterator
from typing import Final

from rollcall.bound import BoundPage
from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Place, Severity, Text, closest, met, unmet
from rollcall.project import Project
from rollcall.references import internal

ID: Final = "anchor-target"
LEVEL: Final = Level.COMPLETE
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("链接的锚点不存在", "a link's anchor does not exist")
EXPLANATION: Final = Text(
    "`page.md#rollback` 里的 `rollback` 要是那一页的标题 id 或显式锚点。"
    "那一节本身已报缺失时，这里不再重复。",
    "In `page.md#rollback`, `rollback` is an id on that page. An anchor of a section that is itself "
    "reported as missing is not reported again.",
)


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per link with a fragment to a page that exists."""
    missing = {page.path: _reported_missing(project, page) for page in project.pages}
    for page in project.pages:
        because = project.source.place("languages", page.language, "docs")
        for reference in internal(project, page):
            target = project.by_path.get(reference.path)
            if not reference.fragment or target is None:
                continue
            if reference.fragment in missing[target.path]:
                continue
            subject = f"{page.path}→{reference.subject}"
            at = Place(page.path, reference.link.line)
            if reference.fragment in target.page.anchors or target.page.directives:
                yield met(subject, at, because, page.cell)
                continue
            guess = closest(reference.fragment, target.page.anchors)
            message = Text(
                f"{target.path} 里没有锚点 `#{reference.fragment}`{guess.zh}",
                f"{target.path} has no anchor `#{reference.fragment}`{guess.en}",
            )
            yield unmet(subject, at, because, message, cell=page.cell)


def _reported_missing(project: Project, target: BoundPage) -> set[str]:
    """Ids that `required-section` or `paired-section` reports on the target page."""
    own = {slot.need.id for slot in target.slots if slot.section is None}
    others = (
        project.by_path.get(project.path_in(target.key, language))
        for language in project.checklist.languages
    )
    present = {section.id for section in target.page.sections}
    paired = {s.id for other in others if other for s in other.page.sections if s.explicit}
    return own | (paired - present)
