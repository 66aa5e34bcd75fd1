"""What a program wrote on a page is as the program wrote it."""

from collections.abc import Iterator
from typing import Final

from pydantic import Field

from rollcall.bound import BoundPage
from rollcall.checklist import Strict
from rollcall.generated import Part, parts, seal
from rollcall.model import Level, Outcome, Place, Severity, Text, met, unmet
from rollcall.project import Project

ID: Final = "generated-part"
LEVEL: Final = Level.PROVEN
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("生成的部分被手改过", "a generated part was edited by hand")
EXPLANATION: Final = Text(
    "`<!-- generated: 名字 -->` 到 `<!-- /generated: 封签 -->` 之间是程序写的，封签是这段内容 SHA-256 的前 12 位。"
    "对不上就是有人手改过：数字可能已经不是来源里的，下次生成也会把改动冲掉。",
    "A program wrote what stands between `<!-- generated: NAME -->` and `<!-- /generated: SEAL -->`; the seal is "
    "the first 12 digits of its SHA-256. One that does not fit means an edit by hand: a number may no longer "
    "be that of its source, and the next generation takes the edit away.",
)


class Options(Strict):
    """Whether every generated part has to carry a seal."""

    sealed: bool = Field(False, description="a generated part without a seal is a finding too")


def check(project: Project, options: Options) -> Iterator[Outcome]:
    """One outcome per generated part that carries a seal, or has to."""
    for page in project.pages:
        found = [part for part in parts(page.page) if part.seal or options.sealed]
        lines = project.snapshot.read(page.path).split("\n") if found else []
        for part in found:
            yield _outcome(project, page, part, seal(lines[part.start : part.end - 1]))


def _outcome(project: Project, page: BoundPage, part: Part, wanted: str) -> Outcome:
    subject, at = f"{page.path}→{part.name}", Place(page.path, part.start)
    because = project.source.place("rules", ID)
    if part.seal == wanted:
        return met(subject, at, because, page.cell)
    if part.seal is None:
        message = Text(
            f"生成的部分 `{part.name}` 没有封签", f"the generated part `{part.name}` has no seal"
        )
    else:
        message = Text(
            f"生成的部分 `{part.name}` 被手改过：封签是 {part.seal}，内容是 {wanted}",
            f"the generated part `{part.name}` was edited by hand: its seal is {part.seal}, its content makes {wanted}",
        )
    hint = Text(
        "改它的来源，再重新生成；在这里改，下次生成就没了",
        "change what it is made from and generate it again; the next generation takes an edit here away",
    )
    return unmet(subject, at, because, message, hint=hint, cell=page.cell)
