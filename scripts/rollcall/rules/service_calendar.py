"""Every calendar of service has a zone, hours, and holidays of known source for the whole period."""

from collections.abc import Iterator
from typing import Final

from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Place, Severity, Text, met, unmet
from rollcall.policy.calendars import AwaitedYear, Calendar, PublishedYear
from rollcall.policy.clock import clock_of
from rollcall.policy.matrix import Matrix, read_matrix
from rollcall.project import Project

ID: Final = "service-calendar"
LEVEL: Final = Level.COMPLETE
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("服务日历不能用来计时", "a calendar of service cannot tell the time")
EXPLANATION: Final = Text(
    "每个日历要有 IANA 时区；不是全天的，还要有每周时间和目标有效期内每一年的节假日，"
    "写明出处和核对日期，或声明“尚未公布”。日期要落在那一年里。",
    "Every calendar has an IANA zone; one that is not round the clock also has weekly hours and the "
    "holidays of every year in which the targets are valid, with source and date of the check, or "
    "says that they are awaited. Days belong to their year.",
)


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per calendar that is right, else one per problem."""
    matrix = read_matrix(project)
    for name, calendar in matrix.calendars.data.calendars.items() if matrix else ():
        problems = list(_problems(matrix, name, calendar)) if matrix else []
        at = matrix.calendars.place("calendars", name) if matrix else Place("")
        if not problems:
            yield met(f"calendars.yml:{name}", at, at)
        for place, text in problems:
            yield unmet(f"calendars.yml:{name}: {text.en}", place, at, text)


def _problems(matrix: Matrix, name: str, calendar: Calendar) -> Iterator[tuple[Place, Text]]:
    here = ("calendars", name)
    place = matrix.calendars.place
    if calendar.always and (calendar.weekly or calendar.years):
        zh, en = "全天的日历不写每周时间和年份", "one that is always open has no weeks or years"
        yield place(*here), Text(zh, en)
    try:
        clock_of(calendar)
    except ValueError as error:
        zh = f"没有这个时区，或已公布的年份里从不开放：{calendar.zone}"
        yield place(*here, "zone"), Text(zh, str(error))
    targets = matrix.targets.data
    for year in range(targets.valid_from.year, targets.valid_to.year + 1):
        if not calendar.always and year not in calendar.years:
            zh, en = f"没有 {year} 年的节假日", f"no holidays of {year}"
            yield place(*here, "years"), Text(zh, en)
    for year, holidays in calendar.years.items():
        if not isinstance(holidays, AwaitedYear):
            for key, index, text in _days(year, holidays):
                yield place(*here, "years", str(year), key, index), text


def _days(year: int, published: PublishedYear) -> Iterator[tuple[str, int, Text]]:
    for index, holiday in enumerate(published.holidays):
        if not (holiday.first.year == holiday.last.year == year):
            yield "holidays", index, Text(f"不在 {year} 年里", f"not in {year}")
        elif holiday.first > holiday.last:
            yield "holidays", index, Text("结束早于开始", "ends before it starts")
    for index, day in enumerate(published.extra):
        if day.year != year:
            yield "extra", index, Text(f"不在 {year} 年里", f"not in {year}")
        elif any(holiday.first <= day <= holiday.last for holiday in published.holidays):
            yield "extra", index, Text("这一天又放假又上班", "both a holiday and a working day")
