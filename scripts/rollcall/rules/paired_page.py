"""Every page exists in every language."""

from collections.abc import Iterator
from typing import Final

from rollcall.checklist import Strict
from rollcall.model import Cell, Level, Outcome, Place, Severity, Text, met, unmet
from rollcall.project import Project

ID: Final = "paired-page"
LEVEL: Final = Level.PAIRED
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("页面缺少另一种语言", "a page lacks its other language")
EXPLANATION: Final = Text(
    "两种语言的目录逐页对应，路径相同。清单点名的页面由 required-page 报，这里不重复。",
    "The folders of all languages hold the same paths. Pages that the checklist names are reported "
    "by required-page, not here.",
)


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per page and other language."""
    reported = {want.expected_path for want in project.wanted if want.missing}
    unread = {item.path for item in project.unreadable}
    short = {want.cell for want in project.wanted if want.missing and want.kind.is_glob}
    for page in project.pages:
        if page.cell is None:  # `page-type` reports it
            continue
        for language, setting in project.checklist.languages.items():
            path = project.path_in(page.key, language)
            if language == page.language or path in reported or path in unread:
                continue
            cell = Cell(page.cell.type, language)
            if cell in project.missing_documents or (cell in short and path not in project.by_path):
                continue
            because = Place(page.path)
            if path in project.by_path:
                yield met(path, Place(path), because, cell)
                continue
            message = Text(
                f"页面没有{setting.name}版：缺少 {path}",
                f"page has no {setting.name} version: {path} is missing",
            )
            hint = Text(f"翻译 {page.path}", f"translate {page.path}")
            yield unmet(path, because, because, message, hint=hint, cell=cell)
