"""A page carries every section that its kind requires."""

from collections.abc import Iterator
from typing import Final

from rollcall.bound import BoundPage, Slot
from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Place, Severity, Text, met, unmet
from rollcall.project import Project

ID: Final = "required-section"
LEVEL: Final = Level.COMPLETE
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("缺少必需的章节", "a required section is missing")
EXPLANATION: Final = Text(
    "章节按 id 认：`## 回滚 {#rollback}`。没有写 id 的标题，按清单里该语言的叫法认。",
    "A section is known by its id: `## Rollback {#rollback}`. A heading without an id is matched by "
    "the labels that the checklist has for the page's language.",
)


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per page and section it owes."""
    for page in project.pages:
        for slot in page.slots:
            subject = f"{page.path}#{slot.need.id}"
            if slot.section is not None:
                at = Place(page.path, slot.section.line)
                yield met(subject, at, slot.because, page.cell)
            elif slot.need.demanded:
                yield _missing(project, page, slot, subject)


def _missing(project: Project, page: BoundPage, slot: Slot, subject: str) -> Outcome:
    labels = project.labels(slot.need.id, page.language)
    lookalike = slot.lookalike
    hint = Text(
        f"加上 `## {labels[0]} {{#{slot.need.id}}}`", f"add `## {labels[0]} {{#{slot.need.id}}}`"
    )
    if lookalike is not None:
        hint = Text(
            f"第 {lookalike.line} 行的“{lookalike.title}”id 是 `{lookalike.id}`，应为 `{slot.need.id}`",
            f"line {lookalike.line}, `{lookalike.title}`, has id `{lookalike.id}` instead",
        )
    at = Place(page.path, lookalike.line if lookalike else _after(page, slot))
    message = Text(
        f"缺少章节“{labels[0]}”（#{slot.need.id}）",
        f"section `{labels[0]}` (#{slot.need.id}) is missing",
    )
    return unmet(subject, at, slot.because, message, hint=hint, cell=page.cell)


def _after(page: BoundPage, slot: Slot) -> int:
    """The line of the nearest earlier section that is there: where the new one belongs."""
    before = page.slots[: page.slots.index(slot)]
    lines = [other.section.line for other in before if other.section is not None]
    if lines:
        return lines[-1]
    return page.page.sections[0].line if page.page.sections else 1
