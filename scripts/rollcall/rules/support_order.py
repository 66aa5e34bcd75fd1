"""Worse problems are answered sooner, higher plans never later: measured on the wall clock."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Severity, Text, met, unmet
from rollcall.policy.matrix import Key, Matrix, read_matrix
from rollcall.policy.targets import PROMISES, Promise
from rollcall.project import Project

ID: Final = "support-order"
LEVEL: Final = Level.COVERED
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("目标时间前后矛盾", "target times contradict each other")
EXPLANATION: Final = Text(
    "级别越高越早响应，计划越高越不晚，首次响应 ≤ 绕过 ≤ 修复，最高两级有更新间隔，权益不随计划变少；"
    "低一级的写了 sla，高一级的不能只是 target。"
    "工作时间按最坏情况折算：最长假期前最后一刻报障，要等多少个钟头。",
    "Worse severities are answered sooner, higher plans never later, first response ≤ workaround ≤ "
    "fix, the two worst severities have an update interval, higher plans hold no less, and what is an sla below is no mere target above. Hours of "
    "service count as their worst case: filed at the closing before the longest holiday.".replace(
        "≤", "<="
    ),
)
_NEVER: Final = 10**9


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per pair of cells that are compared, per row, per entitlement."""
    matrix = read_matrix(project)
    if matrix is None:
        return
    plans = [plan.id for plan in matrix.ranked_plans]
    levels = [level.id for level in matrix.levels]
    for plan in plans:
        for worse, milder in pairwise(levels):
            for promise in ("first_response", "update"):
                yield from _compare(matrix, (plan, worse), (plan, milder), promise)
        yield from _updates(matrix, plan)
        for level in levels:
            yield from _within_row(matrix, (plan, level))
    for lower, higher in pairwise(plans):
        for level in levels:
            for promise in PROMISES:
                yield from _compare(matrix, (higher, level), (lower, level), promise)
        yield from _entitlements(matrix, lower, higher)


def _compare(matrix: Matrix, fast: Key, slow: Key, promise: str) -> Iterator[Outcome]:
    """The first cell is not slower than the second, at worst."""
    one, other = matrix.row(*fast), matrix.row(*slow)
    if one is None or other is None:
        return
    at, because = matrix.place(one[0], promise), matrix.place(other[0], promise)
    subject = f"targets.yml:{' '.join(fast)} {promise} <= {' '.join(slow)}"
    yield from _binding(matrix, fast, slow, promise)
    mine = matrix.wall(one[1], promise)
    if mine is None and promise == "update" and fast[1] in _must_update(matrix):
        return  # that there is none is a finding of its own
    theirs = matrix.wall(other[1], promise)
    if (_NEVER if mine is None else mine) <= (_NEVER if theirs is None else theirs):
        yield met(subject, at, because)
        return
    zh = f"{fast[0]} {fast[1]} 的 {promise} 最坏 {_time(mine)}，比 {slow[0]} {slow[1]} 的 {_time(theirs)} 慢"
    en = f"{promise} of {fast[0]} {fast[1]} takes {_time(mine)} at worst, longer than {_time(theirs)} of {slow[0]} {slow[1]}"
    yield unmet(subject, at, because, Text(zh, en))


def _binding(matrix: Matrix, fast: Key, slow: Key, promise: str) -> Iterator[Outcome]:
    """What binds in the second cell binds in the first, which is the dearer or the worse one."""
    (index, one), (there, other) = matrix.rows[fast], matrix.rows[slow]
    mine, theirs = getattr(one, promise), getattr(other, promise)
    if isinstance(mine, Promise) and isinstance(theirs, Promise) and theirs.kind == "sla":
        at, because = matrix.place(index, promise), matrix.place(there, promise)
        subject = f"targets.yml:{' '.join(fast)} {promise} binds as {' '.join(slow)}"
        if mine.kind == "sla":
            yield met(subject, at, because)
        else:
            zh = f"{fast[0]} {fast[1]} 的 {promise} 只是 {mine.kind}，{slow[0]} {slow[1]} 的是 sla"
            en = f"{promise} of {fast[0]} {fast[1]} is only a {mine.kind}, that of {slow[0]} {slow[1]} an sla"
            yield unmet(subject, at, because, Text(zh, en))


def _time(minutes: int | None) -> str:
    if minutes is None:
        return "—"
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if hours and rest else f"{hours} h" if hours else f"{rest} min"


def _must_update(matrix: Matrix) -> list[str]:
    return [level.id for level in matrix.levels[:2]]


def _updates(matrix: Matrix, plan: str) -> Iterator[Outcome]:
    for level in _must_update(matrix):
        if found := matrix.row(plan, level):
            at = matrix.place(found[0], "update")
            subject = f"targets.yml:{plan} {level} update"
            if matrix.service(found[1], "update") is None:
                text = Text(f"{level} 要有更新间隔", f"{level} needs an update interval")
                yield unmet(subject, at, at, text)
            else:
                yield met(subject, at, at)


def _within_row(matrix: Matrix, key: Key) -> Iterator[Outcome]:
    found = matrix.row(*key)
    if found is None:
        return
    index, row = found
    times = [(name, matrix.service(row, name)) for name in ("first_response", "workaround", "fix")]
    for (before, soon), (after, late) in pairwise((n, t) for n, t in times if t is not None):
        at, because = matrix.place(index, after), matrix.place(index, before)
        subject = f"targets.yml:{' '.join(key)} {before} <= {after}"
        if soon <= late:
            yield met(subject, at, because)
        else:
            text = Text(f"{after} 比 {before} 还早", f"{after} comes before {before}")
            yield unmet(subject, at, because, text)


def _entitlements(matrix: Matrix, lower: str, higher: str) -> Iterator[Outcome]:
    for index, item in enumerate(matrix.plans.data.entitlements):
        at = matrix.plans.place("entitlements", index, "plans", higher)
        because = matrix.plans.place("entitlements", index, "plans", lower)
        subject = f"plans.yml:{item.id} {lower} <= {higher}"
        less, more = item.plans.get(lower), item.plans.get(higher)
        if less is None or more is None:
            which = higher if more is None else lower
            text = Text(
                f"`{item.id}` 没写 {which} 有多少", f"`{item.id}` does not say what {which} has"
            )
            yield unmet(subject, matrix.plans.place("entitlements", index), because, text)
        elif less <= more:
            yield met(subject, at, because)
        else:
            text = Text(f"{higher} 比 {lower} 少", f"{higher} holds less than {lower}")
            yield unmet(subject, at, because, text)
