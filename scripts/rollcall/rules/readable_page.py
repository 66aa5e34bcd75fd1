"""Every page can be read: UTF-8 text of sane size, blocks closed, no link out of the tree."""

from collections.abc import Iterator
from typing import Final

from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Place, Severity, Text, met, unmet
from rollcall.project import Project

ID: Final = "readable-page"
LEVEL: Final = Level.LISTED
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("页面无法读取", "a page cannot be read")
EXPLANATION: Final = Text(
    "页面必须是 UTF-8 文本，不超过 2 MB，代码块要闭合，链接不能指到目录树之外。"
    "读不了的页面什么都证明不了，所以它不会被悄悄跳过。",
    "A page must be UTF-8 text of at most 2 MB, with its code blocks closed and no link that leads "
    "out of the tree. A page that cannot be read proves nothing, so it is never skipped silently.",
)


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per page file."""
    unread = {item.path for item in project.unreadable}
    for item in project.unreadable:
        place = Place(item.path, item.line)
        because = project.source.place("languages", item.language, "docs")
        message = Text(f"页面读不了：{item.reason.zh}", f"unreadable page: {item.reason.en}")
        yield unmet(item.path, place, because, message)
    for page in project.pages:
        if page.path not in unread:
            yield met(page.path, Place(page.path), page.because, page.cell)
