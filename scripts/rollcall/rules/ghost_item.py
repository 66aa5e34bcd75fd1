"""Nothing is documented that the product does not have."""

from collections.abc import Iterator
from typing import Final

from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Place, Severity, Text, did_you_mean, met, unmet
from rollcall.project import Project

ID: Final = "ghost-item"
LEVEL: Final = Level.COVERED
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("文档写了产品没有的东西", "something is documented that the product lacks")
EXPLANATION: Final = Text(
    "`covers` 找产品事实的地方（那张表的那一列、那一节的代码标题、`:::` 块），出现的每个名字产品里都要有。"
    "改了名的旧名字、删掉的设置，都在这里现形。",
    "Wherever `covers` looks for items (that column of that table, code-formatted headings of that "
    "section, `:::` blocks), each name must be one that the product has. Old names of renamed "
    "things and settings that are gone show up here.",
)


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per name that stands where items are documented."""
    broken = any(source.problem for source in project.product.sources)
    for bound in () if broken else project.coverage:
        because = bound.because(project.source)
        for item, sighting in bound.found:
            subject = f"{sighting.page.path}:{bound.cover.kind}:{item.name}"
            yield met(subject, Place(sighting.page.path, sighting.line), because, bound.cell)
        for name, sighting, known in bound.stray:
            guess = did_you_mean(name, known)
            message = Text(
                f"产品里没有 {bound.cover.kind} `{name}`{guess.zh}",
                f"the product has no {bound.cover.kind} `{name}`{guess.en}",
            )
            hint = Text("删掉这一项，或改成真名", "delete it, or give its real name")
            at = Place(sighting.page.path, sighting.line)
            subject = f"{sighting.page.path}:{bound.cover.kind}:{name}"
            yield unmet(subject, at, because, message, hint=hint, cell=bound.cell)
