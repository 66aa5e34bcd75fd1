"""A page that says `24×7` is about something that is served round the clock."""

import re
from collections.abc import Iterator
from typing import Final

from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Place, Severity, Text, met, unmet
from rollcall.policy.matrix import Matrix, read_matrix
from rollcall.policy.targets import Target
from rollcall.project import Project
from rollcall.sentences import sentences

ID: Final = "round-the-clock"
LEVEL: Final = Level.PROVEN
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("页面说 7×24，数据不是", "a page says 24x7 and the data does not")
EXPLANATION: Final = Text(
    "句子里说 7×24、全天候，并点名计划或级别：数据里至少有一个点到的组合是全天服务；没点名，就至少要有一格全天服务。"
    "否定句、问句和引号里的不算。",
    "Where a sentence says 24x7 or round the clock and names plans or severities, at least one of "
    "the combinations it names is served round the clock; where it names none, some cell is. "
    "Negations, questions and quotations are not looked at.",
)

_CLAIM: Final = re.compile(
    r"(?<!\d)7\s?[×xX*]\s?24(?!\d)|(?<!\d)24\s?[×xX*/]\s?7(?!\d)|全天候"
    r"|\b(?:a)?round[ -]the[ -]clock\b",
    re.I,
)
_NOT: Final = re.compile(r"[不没无非别未？?]|\b(?:not|no|never|none|without|except)\b|n't", re.I)


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per sentence that claims it."""
    matrix = read_matrix(project)
    if matrix is None:
        return
    because = matrix.targets.place("targets")
    yield met("targets.yml:hours", because, because)
    for page in project.pages:
        text = project.snapshot.read(page.path)
        for sentence in sentences(page.page, text) if _CLAIM.search(text) else ():
            claim = _CLAIM.search(sentence.said)
            if claim is None or _NOT.search(sentence.said):
                continue
            at = Place(page.path, sentence.line_of(claim.start()))
            subject = f"{page.path}:{claim.group()}"
            named = _named(matrix, sentence.said)
            if any(row.plan in named[0] and row.severity in named[1] for row in _always(matrix)):
                yield met(subject, at, because, page.cell)
                continue
            message = Text(
                "数据里点到的计划和级别没有一格是全天服务",
                "no cell of the plans and severities named here is served round the clock",
            )
            yield unmet(subject, at, because, message, cell=page.cell)


def _always(matrix: Matrix) -> list[Target]:
    return [
        row
        for row in matrix.targets.data.targets
        if row.calendar in matrix.clocks and matrix.clocks[row.calendar].always
    ]


def _named(matrix: Matrix, text: str) -> tuple[set[str], set[str]]:
    """Plans and severities that a sentence names; all of them where it names none."""
    plans = {
        plan.id
        for plan in matrix.ranked_plans
        if plan.name.zh in text or re.search(rf"\b{re.escape(plan.name.en)}\b", text)
    }
    levels = {level.id for level in matrix.levels if re.search(rf"\b{level.id}\b", text, re.A)}
    return (
        plans or {plan.id for plan in matrix.ranked_plans},
        levels or {level.id for level in matrix.levels},
    )
