"""A required section is not empty."""

from collections.abc import Iterator
from typing import Final

from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Place, Severity, Text, met, unmet
from rollcall.project import Project

ID: Final = "empty-section"
LEVEL: Final = Level.COMPLETE
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("必需的章节是空的", "a required section is empty")
EXPLANATION: Final = Text(
    "只有标题不算写了。正文、代码、填了内容的表格行、图片、代码引用都算内容；"
    "注释和 `rollcall new` 的骨架文字不算。",
    "A heading alone is not content. Prose, code, a filled table row, an image or an include is; "
    "comments and the skeleton text of `rollcall new` are not.",
)


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per required section that exists."""
    for page in project.pages:
        for slot in page.slots:
            if slot.section is None:
                continue
            subject = f"{page.path}#{slot.need.id}"
            at = Place(page.path, slot.section.line)
            if page.page.holds_anything(slot.section):
                yield met(subject, at, slot.because, page.cell)
                continue
            title = slot.section.title
            yield unmet(
                subject,
                at,
                slot.because,
                Text(f"章节“{title}”是空的", f"section `{title}` is empty"),
                hint=Text(
                    "写上内容；标题和注释不算", "write it; headings and comments do not count"
                ),
                cell=page.cell,
            )
