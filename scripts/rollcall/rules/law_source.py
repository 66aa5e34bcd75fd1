"""Every row of the compliance matrix says where and when it was read; nothing unverified is shown."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from pydantic import Field

from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Severity, Text, met, unmet
from rollcall.policy.compliance import Compliance, Row
from rollcall.policy.files import read_policy
from rollcall.project import Project

ID: Final = "law-source"
LEVEL: Final = Level.COMPLETE
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("合规条目没有可信的来源", "a compliance row has no source to rely on")
EXPLANATION: Final = Text(
    "`compliance.yml` 的编号不重复；查证日期不在将来，也不早于 `max_age_days` 天前；状态是 U（没查证）的条目"
    "要写 `phrases`，规则 law-citation 不让页面写这些话。",
    "Ids in `compliance.yml` are unique; a row was verified no later than today and no more than "
    "`max_age_days` ago; a row with status U (not verified) has `phrases`, which law-citation keeps "
    "off the pages.",
)


class Options(Strict):
    """Options of this rule."""

    max_age_days: int = Field(180, ge=1, description="days after which a row is read again")


def check(project: Project, options: Options) -> Iterator[Outcome]:
    """One outcome per row that is right, else one per problem."""
    file = read_policy(project, "compliance.yml", Compliance)
    if file is None:
        return
    because = project.source.place("policy")
    seen: set[str] = set()
    for index, row in enumerate(file.data.rows):
        found = list(_problems(row, project, options.max_age_days))
        if row.id in seen:
            found.append((("id",), Text(f"编号 `{row.id}` 用过了", f"id `{row.id}` is used twice")))
        seen.add(row.id)
        if not found:
            yield met(row.id, file.place("rows", index), because)
        for location, text in found:
            at = file.place("rows", index, *location)
            yield unmet(f"{row.id}:{text.en}", at, because, text)


def _problems(row: Row, project: Project, days: int) -> Iterator[tuple[tuple[str, ...], Text]]:
    read, today = row.source.verified_on, project.today
    if read > today:
        yield ("source", "verified_on"), Text("查证日期在将来", f"{read} is in the future")
    if row.source.status != "U" and today - read > timedelta(days=days):
        yield (
            ("source", "verified_on"),
            Text(f"{read} 查的，超过 {days} 天：重新查", f"read on {read}, over {days} days ago"),
        )
    if row.source.status == "U" and not row.phrases:
        yield (
            ("source", "status"),
            Text("没查证的条目要写 `phrases`", "a row that is not verified needs `phrases`"),
        )
