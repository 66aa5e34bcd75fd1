"""Each language's version of a section names the same things in inline code."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Severity, Text, met, unmet
from rollcall.pairs import Pair, counterparts, pairs
from rollcall.passages import Block, Kind
from rollcall.project import Project
from rollcall.spans import lacking, spans

ID: Final = "paired-inline-code"
LEVEL: Final = Level.PAIRED
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("两种语言的行内代码不一致", "inline code differs between languages")
EXPLANATION: Final = Text(
    "同一节的正文里、表格的同一行里，反引号中的命令、设置名和值两边要一样，次数和先后不论。"
    "`<直播间>` 和 `<room>` 这样的占位可以翻译；每行第一格由 paired-table 管。",
    "The prose of a section, and each row of its tables, holds the same commands, names and values "
    "in backticks, however often and in whatever order. Placeholders such as `<room>` may be "
    "translated. The first cell of a row is the business of paired-table.",
)


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per section that agrees, else one per span that one side lacks."""
    for pair in pairs(project):
        findings = list(_compare(pair, pair.source.passage.prose, pair.other.passage.prose))
        for tables in pair.tables:
            for row, other in zip(*tables, strict=True):
                findings += _compare(pair, [row], [other])
        yield from findings
        if not findings:
            yield met(f"{pair.subject}:inline-code", pair.other.place, pair.source.place, pair.cell)


def _compare(pair: Pair, ours: list[Block], theirs: list[Block]) -> Iterator[Outcome]:
    here, there = _spans(ours), _spans(theirs)
    missing = list(lacking(here, there))
    extra = list(lacking(there, here))
    for span, other in counterparts(missing, extra, _alike):
        if span is not None:
            index = here[span]
            aligned = theirs[index].line if len(ours) == len(theirs) else pair.other.passage.line
            line = theirs[there[other]].line if other is not None else aligned
            yield _lacks(pair, span, other, ours[index].line, line)
        elif other is not None:
            index = there[other]
            because = ours[index].line if len(ours) == len(theirs) else pair.source.passage.line
            yield _adds(pair, other, because, theirs[index].line)


def _spans(blocks: list[Block]) -> dict[str, int]:
    """Each span and the first block that holds it; of a row, all cells but the first."""
    found: dict[str, int] = {}
    for index, block in enumerate(blocks):
        text = "|".join(block.cells[1:]) if block.kind is Kind.ROW else block.text
        for span in spans(text):
            found.setdefault(span, index)
    return found


def _alike(span: str, other: str) -> bool:
    return bool(get_close_matches(span, [other], cutoff=0.5))


def _lacks(pair: Pair, span: str, other: str | None, because: int, line: int) -> Outcome:
    place = pair.source.at(because)
    zh, en = (f"，这里是 `{other}`", f", here it is `{other}`") if other else ("", "")
    message = Text(f"缺少 {place} 的代码 `{span}`{zh}", f"`{span}` of {place} is missing{en}")
    return unmet(f"{pair.subject}:{span}", pair.other.at(line), place, message, cell=pair.cell)


def _adds(pair: Pair, span: str, because: int, line: int) -> Outcome:
    place = pair.source.at(because)
    message = Text(
        f"代码 `{span}` 在 {pair.source.page.path} 的这一节里没有",
        f"`{span}` is not in this section of {pair.source.page.path}",
    )
    return unmet(f"{pair.subject}:{span}", pair.other.at(line), place, message, cell=pair.cell)
