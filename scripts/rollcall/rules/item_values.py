"""What is documented of an item is what the product says."""

from collections.abc import Iterator
from typing import Final

from rollcall.agreement import agrees, shown
from rollcall.checklist import Strict
from rollcall.evidence import Bound
from rollcall.items import Item
from rollcall.model import Level, Outcome, Place, Severity, Text, met, unmet
from rollcall.project import Project
from rollcall.sightings import Sighting

ID: Final = "item-values"
LEVEL: Final = Level.COVERED
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("文档里的值和产品不一致", "a documented value differs from the product's")
EXPLANATION: Final = Text(
    "`covers` 的 `agree` 列出要和产品一致的事实：类型、默认值、是否必填、单位、范围（`range`）、可选值"
    "（`values`）、状态码等。写法不同不要紧：“5 秒”就是 5、单位 s；“是”就是 true；空默认值写“空”、没有默认值写"
    "一横。两种语言各自和产品比。",
    "`agree` in `covers` lists the facts that must equal the product's: type, default, required, "
    "unit, bounds (`range`), allowed values (`values`), status and others. How it is written does "
    'not matter: "5 seconds" is 5 with the unit s, "yes" is true, an empty default is "empty", no '
    "default is a dash. Each language is compared with the product.",
)


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per item, fact to agree on, and language."""
    for bound in project.coverage:
        for item, sighting in bound.found:
            yield from _values(project, bound, item, sighting)


def _values(project: Project, bound: Bound, item: Item, sighting: Sighting) -> Iterator[Outcome]:
    for fact in bound.cover.agree:
        column = bound.cover.fields[fact]
        labels = project.columns(column, bound.cell.language)
        cell = sighting.cell(labels)
        if cell is None:
            continue  # `item-fields` says that the column is missing
        subject = f"{bound.cell}:{item.kind}:{item.id}:{fact}"
        at = Place(sighting.page.path, sighting.line)
        if agrees(fact, item, cell):
            yield met(subject, at, item.place, bound.cell)
            continue
        written, true = cell.text[:80], shown(fact, item)
        message = Text(
            f"{item.kind} `{item.name}` 的“{labels[0]}”写的是 `{written}`，产品的 {fact} 是 `{true}`",
            f"`{labels[0]}` of {item.kind} `{item.name}` says `{written}`; "
            f"the product's {fact} is `{true}`",
        )
        yield unmet(subject, at, item.place, message, cell=bound.cell)
