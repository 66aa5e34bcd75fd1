"""Each language's version of a section has the same number of steps and points."""

from collections.abc import Iterator
from typing import Final

from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Severity, Text, met, unmet
from rollcall.pairs import Side, pairs
from rollcall.passages import Block, Kind
from rollcall.project import Project

ID: Final = "paired-list"
LEVEL: Final = Level.PAIRED
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("两种语言的列表项数不一致", "lists differ in length between languages")
EXPLANATION: Final = Text(
    "同一节里的步骤和列表项，两边要一样多：少一步，照做的人就做不成。",
    "A section has as many steps and points in each language: whoever follows a list that lacks a "
    "step does not get there.",
)


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per section with a list."""
    for pair in pairs(project):
        ours, theirs = _items(pair.source), _items(pair.other)
        if not (ours or theirs):
            continue
        subject = f"{pair.subject}:list"
        at = pair.other.at(theirs[0].line) if theirs else pair.other.place
        because = pair.source.at(ours[0].line) if ours else pair.source.place
        if len(ours) == len(theirs):
            yield met(subject, at, because, pair.cell)
        else:
            zh = f"{because} 的这一节有 {len(ours)} 个列表项，这里有 {len(theirs)} 个"
            en = f"the section of {because} has {len(ours)} steps or points, here are {len(theirs)}"
            yield unmet(subject, at, because, Text(zh, en), cell=pair.cell)


def _items(side: Side) -> list[Block]:
    return [block for block in side.passage.blocks if block.kind is Kind.ITEM]
