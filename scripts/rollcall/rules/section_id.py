"""Headings carry explicit ASCII ids, each once a page, so that links survive translation."""

import re
from collections.abc import Iterator
from typing import Final

from pydantic import Field

from rollcall.bound import BoundPage
from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Place, Severity, Text, met, unmet
from rollcall.page import Section
from rollcall.project import Project

ID: Final = "section-id"
LEVEL: Final = Level.COMPLETE
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("标题没有可用的 id", "a heading has no usable id")
EXPLANATION: Final = Text(
    "中文标题自动生成的锚点会随改字而变，两种语言也不一样。写 `## 回滚 {#rollback}`，链接就一直有效。",
    "The anchor made from a heading's text changes with the text and differs between languages. "
    "With `## Rollback {#rollback}` links stay good.",
)

_ASCII_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]*")


class Options(Strict):
    """Which headings need an id."""

    depth: int = Field(3, ge=2, le=6, description="deepest heading level that needs an explicit id")


def check(project: Project, options: Options) -> Iterator[Outcome]:
    """One outcome per heading from level 2 to `depth`."""
    for page in project.pages:
        bound = {slot.section.line for slot in page.slots if slot.section is not None}
        first: dict[str, int] = {}
        for section in page.page.sections:
            problem = _problem(section, section.line in bound, first, options.depth)
            if section.explicit:
                first.setdefault(section.id, section.line)
            if 2 <= section.level <= options.depth or problem:
                yield _outcome(page, section, problem)


def _problem(section: Section, bound: bool, first: dict[str, int], depth: int) -> Text | None:
    if section.explicit and section.id in first:
        return Text(
            f"id `{section.id}` 在第 {first[section.id]} 行已经用过",
            f"id `{section.id}` is already used on line {first[section.id]}",
        )
    if section.explicit and not _ASCII_ID.fullmatch(section.id):
        return Text(f"id `{section.id}` 不是 ASCII", f"id `{section.id}` is not ASCII")
    if not section.explicit and not bound and 2 <= section.level <= depth:
        return Text(f"标题“{section.title}”没有 id", f"heading `{section.title}` has no id")
    return None


def _outcome(page: BoundPage, section: Section, problem: Text | None) -> Outcome:
    subject = f"{page.path}#{section.id}"
    at = Place(page.path, section.line)
    if problem is None:
        return met(subject, at, page.because, page.cell)
    hint = Text(
        f"写成 `{'#' * section.level} {section.title} {{#english-id}}`，两种语言用同一个 id",
        f"write `{'#' * section.level} {section.title} {{#english-id}}`, the same in each language",
    )
    return unmet(subject, at, page.because, problem, hint=hint, cell=page.cell)
