"""Every relative link leads to a file of its language's folder."""

import posixpath
from collections.abc import Iterator
from typing import Final

from rollcall.bound import BoundPage
from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Place, Severity, Text, closest, met, unmet
from rollcall.project import Project
from rollcall.references import Reference, internal

ID: Final = "link-target"
LEVEL: Final = Level.COMPLETE
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("链接指向不存在的文件", "a link leads nowhere")
EXPLANATION: Final = Text(
    "相对链接要指到同一语言目录里真实存在的文件，写 `.md` 路径，不写网址。"
    "目标页面本身已报缺失时，这里不再重复。",
    "A relative link names an existing file in the folder of its language, by its `.md` path. A "
    "link to a page that is itself reported as missing is not reported again.",
)


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per relative link."""
    for page in project.pages:
        docs = project.checklist.languages[page.language].docs
        because = project.source.place("languages", page.language, "docs")
        for reference in internal(project, page):
            if reference.link.is_image or reference.path in project.absent:
                continue
            subject = f"{page.path}→{reference.subject}"
            at = Place(page.path, reference.link.line)
            problem = _problem(project, page, reference, docs)
            if problem is None:
                yield met(subject, at, because, page.cell)
            else:
                yield unmet(subject, at, because, problem, cell=page.cell)


def _problem(project: Project, page: BoundPage, reference: Reference, docs: str) -> Text | None:
    written, path = reference.subject, reference.path
    if written.startswith("/"):
        return Text(
            f"绝对路径 `{written}`：改用相对路径", f"absolute path `{written}`: use a relative one"
        )
    if not path.startswith(f"{docs}/"):
        return Text(f"`{written}` 指到了 {docs} 之外", f"`{written}` leads out of {docs}")
    if path in project.by_path or (not path.endswith(".md") and project.snapshot.is_file(path)):
        return None
    if project.snapshot.is_dir(path):
        return Text(
            f"`{written}` 是文件夹：写明 `{written.rstrip('/')}/index.md`",
            f"`{written}` is a folder: name `{written.rstrip('/')}/index.md`",
        )
    here = posixpath.dirname(page.path)
    known = [
        posixpath.relpath(other.path, here)
        for other in project.pages
        if other.language == page.language
    ]
    tail = closest(written.partition("#")[0], known)
    return Text(
        f"链接目标不存在：`{written}`{tail.zh}", f"link target does not exist: `{written}`{tail.en}"
    )
