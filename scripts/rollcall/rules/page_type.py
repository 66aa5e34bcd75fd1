"""Every page belongs to a document type: a page that none claims is checked by nobody."""

from collections.abc import Iterator
from typing import Final

from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Place, Severity, Text, closest, met, unmet
from rollcall.project import Project

ID: Final = "page-type"
LEVEL: Final = Level.LISTED
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("页面不属于任何文档类型", "a page belongs to no document type")
EXPLANATION: Final = Text(
    "没有类型认领的页面，谁也不会检查它缺了什么。文件名写错时也是这个结果。",
    "A page that no document type claims is held to nothing. A misspelt file name ends here too.",
)


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per page."""
    known = {kind.path for d in project.checklist.document_types.values() for kind in d.pages}
    for page in project.pages:
        if page.cell is not None:
            yield met(page.path, Place(page.path), page.because, page.cell)
            continue
        guess = closest(page.key, known)
        yield unmet(
            page.path,
            Place(page.path),
            page.because,
            Text(
                f"没有文档类型认领 `{page.key}`{guess.zh}",
                f"no document type claims `{page.key}`{guess.en}",
            ),
            hint=Text(
                "改名，或在清单的 pages 里加上它", "rename it, or list it under `pages` of a type"
            ),
        )
