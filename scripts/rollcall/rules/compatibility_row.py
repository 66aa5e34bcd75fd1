"""What was tested says with which version and when; what was not claims no result."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from pydantic import Field

from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Severity, Text, met, unmet
from rollcall.policy.compat import Compatibility, Row
from rollcall.policy.files import read_policy
from rollcall.project import Project

ID: Final = "compatibility-row"
LEVEL: Final = Level.COMPLETE
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("兼容性结论没有依据", "a result on compatibility has no ground")
EXPLANATION: Final = Text(
    "`compat.yml` 里写 `works` 或 `fails` 的行，要有版本和测试日期，日期在 `as_of` 之前、不超过 `max_days` 天。"
    "没测过的行不能有日期。比较的是文件里的 `as_of`，不是今天：没有人改动时，结论不会自己变。",
    "In `compat.yml` a row that says `works` or `fails` has a version and the day of the test, at most "
    "`max_days` before `as_of`; a row that was not tested has none. The day compared with is `as_of` in "
    "the file, not today: a verdict never changes by itself.",
)


class Options(Strict):
    """How old a test may be."""

    max_days: int = Field(180, description="days between a test and `as_of`")


def check(project: Project, options: Options) -> Iterator[Outcome]:
    """One outcome per row."""
    because = project.source.place("policy")
    file = read_policy(project, "compat.yml", Compatibility)
    if file is None:
        return
    for i, row in enumerate(file.data.rows):
        place = file.place("rows", i)
        problem = _problem(row, file.data.as_of, options.max_days)
        if problem is None:
            yield met(row.subject.en, place, because)
        else:
            yield unmet(row.subject.en, place, because, problem)


def _problem(row: Row, as_of: date, max_days: int) -> Text | None:
    name = row.subject
    if row.result == "not-tested":
        if row.tested is None:
            return None
        return Text(
            f"“{name.zh}”没测过，却有日期 {row.tested}",
            f"`{name.en}` was not tested but has the day {row.tested}",
        )
    if row.version is None or row.tested is None:
        return Text(
            f"“{name.zh}”有结论，缺版本或测试日期",
            f"`{name.en}` has a result without a version or the day of the test",
        )
    age = (as_of - row.tested).days
    if 0 <= age <= max_days:
        return None
    return Text(
        f"“{name.zh}”测于 {row.tested}，要在 {as_of} 之前 {max_days} 天内",
        f"`{name.en}` was tested on {row.tested}, expected within {max_days} days before {as_of}",
    )
