"""Every image exists in the tree; none is fetched from another host by the reader's browser."""

from collections.abc import Iterator
from typing import Final

from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Place, Severity, Text, met, unmet
from rollcall.project import Project
from rollcall.references import internal, is_external

ID: Final = "image-target"
LEVEL: Final = Level.COMPLETE
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("图片不存在，或来自别的主机", "an image is missing or from another host")
EXPLANATION: Final = Text(
    "图片要放在本语言的文档目录里。外站图片会让读者的浏览器去连别的主机，离线也看不到。",
    "Images live in the folder of their language. One from another host makes the reader's browser "
    "call that host, and is not there offline.",
)


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per image."""
    for page in project.pages:
        docs = project.checklist.languages[page.language].docs
        because = project.source.place("languages", page.language, "docs")
        for link in page.page.links:
            if link.is_image and is_external(link.target) and not link.target.startswith("data:"):
                message = Text(
                    f"图片来自别的主机：`{link.target}`",
                    f"image from another host: `{link.target}`",
                )
                at = Place(page.path, link.line)
                yield unmet(f"{page.path}→{link.target}", at, because, message, cell=page.cell)
        for reference in internal(project, page):
            if not reference.link.is_image:
                continue
            subject = f"{page.path}→{reference.subject}"
            at = Place(page.path, reference.link.line)
            name = reference.subject
            if not reference.path.startswith(f"{docs}/"):
                message = Text(f"图片 `{name}` 在 {docs} 之外", f"image `{name}` is not in {docs}")
            elif not project.snapshot.is_file(reference.path):
                message = Text(f"图片不存在：`{name}`", f"image does not exist: `{name}`")
            else:
                yield met(subject, at, because, page.cell)
                continue
            yield unmet(subject, at, because, message, cell=page.cell)
