"""Every page that a document type names exists, in every language."""

from collections.abc import Iterator
from typing import Final

from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Place, Severity, Text, met, unmet
from rollcall.project import Project, WantedPage, stem

ID: Final = "required-page"
LEVEL: Final = Level.LISTED
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("缺少必需的页面", "a required page is missing")
EXPLANATION: Final = Text(
    "清单点名的页面必须存在；用通配符写的一族页面至少要有 `min` 页。",
    "A page named by the checklist exists; a family of pages, written as a glob, has at least "
    "`min` members.",
)


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per page kind and language."""
    for want in project.wanted:
        if want.cell in project.missing_documents:
            continue
        if want.missing:
            yield _missing(want)
        else:
            yield met(want.expected_path, Place(want.expected_path), want.because, want.cell)


def _missing(want: WantedPage) -> Outcome:
    title = want.kind.title[want.cell.language]
    path = want.expected_path
    if want.kind.is_glob:
        count = len(want.pages)
        message = Text(
            f"《{title}》只有 {count} 页，至少要 {want.kind.min} 页：{path}",
            f"`{title}` has {count} pages, at least {want.kind.min} are required: {path}",
        )
        name = "NAME"
    else:
        message = Text(f"缺少页面《{title}》：{path}", f"page `{title}` is missing: {path}")
        name = stem(want.kind.path)
    command = f"rollcall new {want.cell.type} --page {name}"
    hint = Text(f"运行 `{command}` 生成骨架", f"run `{command}` for a skeleton")
    return unmet(path, want.because, want.because, message, hint=hint, cell=want.cell)
