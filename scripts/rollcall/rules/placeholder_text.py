"""No page holds text that only stands in for text."""

import re
from collections.abc import Iterator
from typing import Final

from pydantic import Field

from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Place, Severity, Text, met, unmet
from rollcall.project import Project

ID: Final = "placeholder-text"
LEVEL: Final = Level.COMPLETE
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("页面里有占位文字", "a page holds placeholder text")
EXPLANATION: Final = Text(
    "`TODO`、`TBD`、`coming soon`、`敬请期待` 这类文字等于没写，读者却要点进来才知道。代码里的不算。",
    "`TODO`, `TBD` and `coming soon` stand where text is missing, and the reader learns it only "
    "after the click. Code is not looked at.",
)

_MARKS: Final = (
    *("TODO", "TBD", "FIXME", "XXX", "lorem ipsum", "coming soon", "to be written"),
    *("待补充", "待完善", "待补", "待填写", "敬请期待", "此处填写", "稍后补充"),
)


class Options(Strict):
    """Which marks count as placeholders."""

    marks: tuple[str, ...] = Field(_MARKS, min_length=1, description="marks, case-insensitive")


def check(project: Project, options: Options) -> Iterator[Outcome]:
    """One outcome per line with a mark; one per page without any."""
    alternatives = "|".join(_pattern(mark) for mark in options.marks)
    pattern = re.compile(alternatives, re.I)
    because = project.source.place("rules", ID)
    for page in project.pages:
        lines = sorted((*page.page.prose, *page.page.titles), key=lambda prose: prose.line)
        found = [(prose.line, match) for prose in lines if (match := pattern.search(prose.text))]
        if not found:
            yield met(page.path, Place(page.path), because, page.cell)
        for line, match in found:
            mark = match.group()
            yield unmet(
                f"{page.path}:{mark}",
                Place(page.path, line),
                because,
                Text(f"占位文字“{mark}”", f"placeholder text `{mark}`"),
                hint=Text("写上内容，或删掉这一段", "write it, or take the passage out"),
                cell=page.cell,
            )


def _pattern(mark: str) -> str:
    """A mark of Latin letters matches whole words only."""
    escaped = re.escape(mark)
    return rf"(?<![A-Za-z0-9_]){escaped}(?![A-Za-z0-9_])" if mark.isascii() else escaped
