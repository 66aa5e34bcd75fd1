"""Hours of service never shrink: from a plan to a higher one, from a severity to a worse one."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Severity, Text, met, unmet
from rollcall.policy.matrix import Key, Matrix, read_matrix
from rollcall.project import Project

ID: Final = "support-hours"
LEVEL: Final = Level.COVERED
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("服务时段变窄了", "hours of service shrink")
EXPLANATION: Final = Text(
    "高一级的计划、更坏的级别，服务时段要包含低的那一个：每一分钟都比，节假日也算。"
    "否则花钱升级的人会在某个夜里发现没人。",
    "A higher plan, or a worse severity, is served whenever the lower one is: every minute is "
    "compared, holidays included. Otherwise someone who paid for more finds nobody there at night.",
)


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per pair of neighbouring cells."""
    matrix = read_matrix(project)
    if matrix is None:
        return
    plans = [plan.id for plan in matrix.ranked_plans]
    levels = [level.id for level in matrix.levels]
    for plan in plans:
        for worse, milder in pairwise(levels):
            yield from _compare(matrix, (plan, worse), (plan, milder))
    for lower, higher in pairwise(plans):
        for level in levels:
            yield from _compare(matrix, (higher, level), (lower, level))


def _compare(matrix: Matrix, wide: Key, narrow: Key) -> Iterator[Outcome]:
    one, other = matrix.row(*wide), matrix.row(*narrow)
    if one is None or other is None:
        return
    at, because = matrix.place(one[0], "calendar"), matrix.place(other[0], "calendar")
    subject = f"targets.yml:{' '.join(wide)} hours >= {' '.join(narrow)}"
    if one[1].calendar == other[1].calendar or matrix.clock(other[1]).within(matrix.clock(one[1])):
        yield met(subject, at, because)
        return
    zh = f"{wide[0]} {wide[1]} 的 `{one[1].calendar}` 不包含 {narrow[0]} {narrow[1]} 的 `{other[1].calendar}`"
    en = f"`{one[1].calendar}` of {wide[0]} {wide[1]} does not hold all of `{other[1].calendar}` of {narrow[0]} {narrow[1]}"
    yield unmet(subject, at, because, Text(zh, en))
