"""Every plan says for every severity how long things take; nothing else does."""

from collections.abc import Iterator
from typing import Final

from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Severity, Text, met, unmet
from rollcall.policy.files import refers
from rollcall.policy.matrix import Matrix, read_matrix
from rollcall.policy.targets import Promise
from rollcall.project import Project

ID: Final = "support-matrix"
LEVEL: Final = Level.COMPLETE
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text(
    "计划 × 级别的矩阵不完整", "the matrix of plans and severities is not complete"
)
EXPLANATION: Final = Text(
    "`targets.yml` 里每个计划、每个级别有且只有一行，计划、级别、日历都要存在；补偿只能挂在 `sla` 上。"
    "少一格，客户就不知道那种问题要等多久。",
    "`targets.yml` has exactly one row for each plan and severity, and names plans, severities and "
    "calendars that exist; credits are for `sla` only. Where a cell is missing, a customer does not "
    "know how long he may have to wait.",
)


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per cell of the matrix, per name in it and per credit."""
    matrix = read_matrix(project)
    if matrix is not None:
        yield from _cells(matrix)
        yield from _names(matrix)
        yield from _ranks(matrix)
        yield from _credits(matrix)


def _cells(matrix: Matrix) -> Iterator[Outcome]:
    seen: dict[tuple[str, str], int] = {}
    for index, row in enumerate(matrix.targets.data.targets):
        first = seen.setdefault((row.plan, row.severity), index)
        if first != index:
            line = matrix.place(first).line
            twice = Text(f"重复，第 {line} 行已有", f"a second row, the first is on line {line}")
            at = matrix.place(index)
            yield unmet(f"targets.yml:{row.plan} {row.severity} twice", at, at, twice)
    for plan in matrix.ranked_plans:
        for level in matrix.levels:
            subject = f"targets.yml:{plan.id} {level.id}"
            position = matrix.plans.data.plans.index(plan)
            because = matrix.plans.place("plans", position)
            if (plan.id, level.id) in matrix.rows:
                yield met(subject, matrix.place(matrix.rows[plan.id, level.id][0]), because)
                continue
            missing = Text(
                f"`{plan.id}` 没有 {level.id} 这一行", f"`{plan.id}` has no row {level.id}"
            )
            yield unmet(subject, matrix.targets.place("targets"), because, missing)


def _names(matrix: Matrix) -> Iterator[Outcome]:
    known = (
        ("plan", [plan.id for plan in matrix.ranked_plans], Text("计划", "plan")),
        ("severity", [level.id for level in matrix.levels], Text("级别", "severity")),
        ("calendar", list(matrix.calendars.data.calendars), Text("日历", "calendar")),
    )
    for index, row in enumerate(matrix.targets.data.targets):
        for key, valid, what in known:
            at = matrix.place(index, key)
            subject = f"targets.yml:{row.plan} {row.severity} {key}"
            yield refers(subject, getattr(row, key), valid, at, at, what)


def _ranks(matrix: Matrix) -> Iterator[Outcome]:
    """Plans stand in one order, which the comparisons of other rules go by."""
    seen: dict[int, str] = {}
    for index, plan in enumerate(matrix.plans.data.plans):
        at, subject = matrix.plans.place("plans", index, "rank"), f"plans.yml:{plan.id} rank"
        first = seen.setdefault(plan.rank, plan.id)
        if first == plan.id:
            yield met(subject, at, at)
        else:
            zh, en = (
                f"rank {plan.rank} 和 `{first}` 重复",
                f"`{first}` has rank {plan.rank} already",
            )
            yield unmet(subject, at, at, Text(zh, en))


def _credits(matrix: Matrix) -> Iterator[Outcome]:
    for index, credit in enumerate(matrix.targets.data.credits):
        at = matrix.targets.place("credits", index)
        subject = f"targets.yml:credit {credit.plan} {credit.severity} {credit.promise}"
        found = matrix.rows.get((credit.plan, credit.severity))
        promise = getattr(found[1], credit.promise) if found else None
        if isinstance(promise, Promise) and promise.kind == "sla":
            yield met(subject, at, at)
        else:
            zh, en = "补偿要挂在 kind 是 sla 的承诺上", "a credit is for a promise of kind sla"
            yield unmet(subject, at, at, Text(zh, en))
