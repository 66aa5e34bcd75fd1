"""Every page that a document type names exists, in every language."""

from collections.abc import Iterator
from typing import Final

from rollcall.bound import WantedPage
from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Place, Severity, Text, met, unmet
from rollcall.names import stem
from rollcall.project import Project

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
            yield _missing(project, want)
        else:
            yield met(want.expected_path, Place(want.expected_path), want.because, want.cell)


def _missing(project: Project, want: WantedPage) -> Outcome:
    title = want.kind.title[want.cell.language]
    path = want.expected_path
    if want.kind.is_glob:
        elsewhere = _only_elsewhere(project, want)
        message = Text(
            f"《{title}》只有 {want.count} 页，至少要 {want.kind.min} 页：{path}"
            + (f"；别的语言有，这里没有：{elsewhere}" if elsewhere else ""),
            f"`{title}` has {want.count} pages, at least {want.kind.min} are required: {path}"
            + (f"; other languages have what is missing here: {elsewhere}" if elsewhere else ""),
        )
        name = "NAME"
    else:
        message = Text(f"缺少页面《{title}》：{path}", f"page `{title}` is missing: {path}")
        name = stem(want.kind.path)
    command = f"rollcall new {want.cell.type} --page {name}"
    hint = Text(f"运行 `{command}` 生成骨架", f"run `{command}` for a skeleton")
    return unmet(path, want.because, want.because, message, hint=hint, cell=want.cell)


def _only_elsewhere(project: Project, want: WantedPage) -> str:
    """The paths at which this language lacks pages of a family that others have: the likely losses."""
    here = {page.key for page in want.pages}
    keys = {page.key for page in project.pages if page.kind is want.kind} - here
    root = want.expected_path.removesuffix(want.kind.path)
    shown = [f"`{root}{key}`" for key in sorted(keys)[:5]]
    return ", ".join(shown) + (" …" if len(keys) > len(shown) else "")
