"""The matrix of plans and severities, and what its clocks mean on the wall."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from policy_tables.policy import Policy, table
from policy_tables.words import duration, elapsed, listed, moment, promised, said, stop
from rollcall.model import Text
from rollcall.policy.matrix import Matrix
from rollcall.policy.targets import NoPromise

# Problems whose deadlines the page works out: plan, severity, filed (local), zone, its name.
_EXAMPLES: Final = (
    ("basic", "S1", "2026-11-28 03:00", "Asia/Shanghai", Text("北京", "Beijing")),
    ("standard", "S1", "2026-11-28 03:00", "Asia/Shanghai", Text("北京", "Beijing")),
    ("standard", "S2", "2026-09-30 16:00", "Asia/Shanghai", Text("北京", "Beijing")),
    ("enterprise", "S2", "2026-09-30 23:30", "Asia/Shanghai", Text("北京", "Beijing")),
    ("enterprise", "S3", "2026-11-27 20:00", "America/Los_Angeles", Text("洛杉矶", "Los Angeles")),
    ("custom", "S4", "2026-11-28 21:00", "Europe/London", Text("伦敦", "London")),
)
_NAMES: Final = {
    "first_response": Text("首次响应", "First response"),
    "update": Text("更新间隔", "Update interval"),
    "workaround": Text("绕过", "Workaround"),
    "fix": Text("修复", "Fix"),
}


def times(promise: str, policy: Policy, language: str) -> str:
    """One promise: a row a plan, a column a severity."""
    matrix = policy.matrix()
    rows = []
    for plan in matrix.ranked_plans:
        cells = []
        for level in matrix.levels:
            _, row = matrix.rows[plan.id, level.id]
            cells.append(promised(getattr(row, promise), matrix.clock(row), language))
        rows.append((plan.name.get(language), *cells))
    return table(_header(matrix, language), rows)


def hours(policy: Policy, language: str) -> str:
    """When the times of each cell run."""
    matrix = policy.matrix()
    calendars = matrix.calendars.data.calendars
    rows = (
        (
            plan.name.get(language),
            *(
                calendars[matrix.rows[plan.id, level.id][1].calendar].name.get(language)
                for level in matrix.levels
            ),
        )
        for plan in matrix.ranked_plans
    )
    return table(_header(matrix, language), rows)


def worst(policy: Policy, language: str) -> str:
    """The longest that a first response can take on the wall."""
    matrix = policy.matrix()
    rows = []
    for plan in matrix.ranked_plans:
        found = (matrix.rows[plan.id, level.id][1] for level in matrix.levels)
        walls = [matrix.wall(row, "first_response") for row in found]
        rows.append((plan.name.get(language), *(elapsed(wall or 0, language) for wall in walls)))
    return table(_header(matrix, language), rows)


def _header(matrix: Matrix, language: str) -> tuple[str, ...]:
    return said("计划", "Plan", language), *(level.id for level in matrix.levels)


def examples(policy: Policy, language: str) -> str:
    """Worked examples: filed when, answered by when, here and there."""
    matrix = policy.matrix()
    names = {plan.id: plan.name.get(language) for plan in matrix.ranked_plans}
    header = said(
        "计划与级别|报障时间|首次响应期限|最晚回复（北京）|最晚回复（当地）",
        "Plan and severity|Filed|First response|Due, Beijing|Due, local",
        language,
    )
    rows = []
    for plan, severity, filed, zone, city in _EXAMPLES:
        _, row = matrix.rows[plan, severity]
        clock = matrix.clock(row)
        start = datetime.fromisoformat(filed).replace(tzinfo=ZoneInfo(zone))
        due = clock.deadline(start, matrix.service(row, "first_response") or 0)
        place = f"{moment(start, language)}{said('，', ', ', language)}{city.get(language)}"
        within = promised(row.first_response, clock, language)
        here, there = (due.astimezone(ZoneInfo(name)) for name in ("Asia/Shanghai", zone))
        both = (moment(when, language) for when in (here, there))
        rows.append((f"{names[plan]} {severity}", place, within, *both))
    return table(header.split("|"), rows)


def kinds(policy: Policy, language: str) -> str:
    """Which promises bind and which are aimed at."""
    matrix = policy.matrix()
    header = said("承诺|约束力", "Promise|Binding", language)
    words = {
        "sla": Text("SLA：超时计入达标率", "SLA: a miss counts against attainment"),
        "target": Text(
            "目标：没达到不补偿，但要说明原因", "Target: no remedy if missed, but a reason is given"
        ),
    }
    rows = []
    for promise, name in _NAMES.items():
        cells = (getattr(row, promise) for row in matrix.targets.data.targets)
        found = {cell.kind for cell in cells if not isinstance(cell, NoPromise)}
        said_of = " / ".join(words[kind].get(language) for kind in sorted(found))
        rows.append((name.get(language), said_of))
    return table(header.split("|"), rows)


def credits_(policy: Policy, language: str) -> str:
    """What is due when binding times are missed."""
    matrix = policy.matrix()
    names = {plan.id: plan.name.get(language) for plan in matrix.ranked_plans}
    header = said(
        "计划|级别|承诺|达标率低于|统计周期|服务期顺延|不计入",
        "Plan|Severity|Promise|Attainment below|Window|Term extended by|Not counted",
        language,
    )
    rows = (
        (
            names[credit.plan],
            credit.severity,
            _NAMES[credit.promise].get(language),
            f"{credit.below}%",
            credit.window.get(language),
            duration(f"{credit.days} d", language),
            credit.exclusions.get(language),
        )
        for credit in matrix.targets.data.credits
    )
    return table(header.split("|"), rows)


def pauses(policy: Policy, language: str) -> str:
    """What stops a running clock."""
    matrix = policy.matrix()
    return listed(stop(pause.get(language), language) for pause in matrix.targets.data.pauses)


def known_answer(policy: Policy, language: str) -> str:
    """How long help with a known answer takes."""
    known = policy.matrix().targets.data.known_answer
    time = duration(known.within, language)
    mark = said("，目标 ", ", target ", language)
    return stop(f"{known.text.get(language)}{mark}{time}", language)


def validity(policy: Policy, language: str) -> str:
    """The period for which the matrix is published."""
    data = policy.matrix().targets.data
    zh = f"本页的时间从 {data.valid_from} 起有效，到 {data.valid_to} 为止"
    en = f"The times of this page are valid from {data.valid_from} until {data.valid_to}"
    return stop(said(zh, en, language), language)


TABLES: Final[Mapping[str, Callable[[Policy, str], str]]] = {
    **{f"targets-{name.replace('_', '-')}": partial(times, name) for name in _NAMES},
    "target-hours": hours,
    "target-worst": worst,
    "target-examples": examples,
    "target-kinds": kinds,
    "target-credits": credits_,
    "target-pauses": pauses,
    "known-answer": known_answer,
    "target-validity": validity,
}
