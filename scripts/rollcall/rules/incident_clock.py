"""Every region has its clocks, and the vendor's own is no slower than any of them."""

from collections.abc import Iterator
from typing import Final

from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Severity, Text, did_you_mean, met, unmet
from rollcall.policy.compliance import Compliance, IncidentClock, IncidentClocks, Row
from rollcall.policy.files import read_policy
from rollcall.project import Project

ID: Final = "incident-clock"
LEVEL: Final = Level.COMPLETE
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("事件时限不完整", "the clocks of incidents are not complete")
EXPLANATION: Final = Text(
    "`incident-clocks.yml`：`regions` 的每个地区至少有一个时限；每个时限对应 `compliance.yml` 里已查证的、"
    "同一地区的条目；厂商交出事实的时间 `vendor_minutes` 不慢于任何一个时限（0 是立即，不比）。",
    "`incident-clocks.yml`: each of `regions` has a clock; each clock names a row of `compliance.yml` "
    "that is verified and of its region; `vendor_minutes`, until the vendor hands over what it knows, "
    "is no longer than any clock (0 means at once and is not compared).",
)


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per region, and one per clock."""
    file = read_policy(project, "incident-clocks.yml", IncidentClocks)
    law = read_policy(project, "compliance.yml", Compliance)
    if file is None or law is None:
        return
    data = file.data
    timed = {clock.region for clock in data.clocks}
    for index, region in enumerate(data.regions):
        at, because = file.place("regions", index), file.place("regions")
        lacks = Text(f"{region} 没有时限", f"{region} has no clock")
        known = region in timed
        yield met(region, at, because) if known else unmet(region, at, because, lacks)
    rows = {row.id: row for row in law.data.rows}
    for index, clock in enumerate(data.clocks):
        because = law.place("rows")
        problems = list(_problems(clock, rows, data.vendor_minutes))
        subject = f"{clock.region}: {clock.event.en}"
        if not problems:
            yield met(subject, file.place("clocks", index), because)
        for key, text in problems:
            yield unmet(f"{subject}:{key}", file.place("clocks", index, key), because, text)


def _problems(
    clock: IncidentClock, rows: dict[str, Row], vendor: int
) -> Iterator[tuple[str, Text]]:
    row = rows.get(clock.row)
    if row is None:
        guess = did_you_mean(clock.row, list(rows))
        yield "row", Text(f"没有条目 `{clock.row}`{guess.zh}", f"no row `{clock.row}`{guess.en}")
    elif row.source.status == "U" or row.region != clock.region:
        yield (
            "row",
            Text(
                f"`{row.id}` 没查证，或不是 {clock.region} 的",
                f"`{row.id}` is not verified, or not of {clock.region}",
            ),
        )
    if 0 < clock.minutes < vendor:
        yield (
            "minutes",
            Text(
                f"{clock.minutes} 分钟，厂商要 {vendor} 分钟才给出事实",
                f"{clock.minutes} minutes, but the vendor takes {vendor}",
            ),
        )
