"""Every document type exists in every language."""

from collections.abc import Iterator
from typing import Final

from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Severity, Text, met, unmet
from rollcall.project import Project

ID: Final = "required-document"
LEVEL: Final = Level.LISTED
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("缺少一整类文档", "a whole document is missing")
EXPLANATION: Final = Text(
    "清单里的每类文档，每种语言都至少要有一页。整类缺失只报一次，不再逐页、逐节重复。",
    "Each document type of the checklist has at least one page in each language. A document that "
    "is missing is reported once, not again for each of its pages and sections.",
)


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per document type and language."""
    seen = set()
    for want in project.wanted:
        cell = want.cell
        if cell in seen:
            continue
        seen.add(cell)
        because = project.source.place("document_types", cell.type)
        if cell not in project.missing_documents:
            yield met(str(cell), because, because, cell)
            continue
        title = project.document(cell).title[cell.language]
        name = project.checklist.languages[cell.language].name
        yield unmet(
            str(cell),
            because,
            because,
            Text(
                f"缺少文档《{title}》（{name}）：{want.folder} 下没有任何属于 `{cell.type}` 的页面",
                f"document `{title}` ({name}) is missing: no page of `{cell.type}` in {want.folder}",
            ),
            hint=Text(
                f"运行 `rollcall new {cell.type}` 生成骨架",
                f"run `rollcall new {cell.type}` for a skeleton",
            ),
            cell=cell,
        )
