"""Planned work stands in a real time zone, is announced, and leaves peak hours and frozen days alone."""

from collections.abc import Iterator
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Severity, Text, met, unmet
from rollcall.policy.files import read_policy
from rollcall.policy.security import Maintenance, Window
from rollcall.project import Project

ID: Final = "maintenance-window"
LEVEL: Final = Level.COMPLETE
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("维护窗口不合规定", "a maintenance window breaks its own policy")
EXPLANATION: Final = Text(
    "`maintenance.yml` 的每个窗口：时区是 IANA 名字；提前通知不短于 `notice_hours`；不碰 `peak`（当地时间的"
    "高峰）；封网 `freezes` 的结束不早于开始。",
    "Each window of `maintenance.yml`: the time zone is an IANA name; notice is no shorter than "
    "`notice_hours`; it stays out of `peak`, the local rush hours; `freezes` do not end before they "
    "begin.",
)
_DAY: Final = 24 * 60


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per window or freeze that is right, else one per problem."""
    file = read_policy(project, "maintenance.yml", Maintenance)
    if file is None:
        return
    because = file.place("notice_hours")
    for name, window in file.data.windows.items():
        problems = list(_problems(window, file.data))
        if not problems:
            yield met(f"window {name}", file.place("windows", name), because)
        for key, text in problems:
            yield unmet(f"window {name}: {key}", file.place("windows", name, key), because, text)
    for index, freeze in enumerate(file.data.freezes):
        at, subject = file.place("freezes", index), f"freeze {freeze.start}"
        wrong = Text("结束早于开始", "ends before it begins")
        ordered = freeze.start <= freeze.end
        yield met(subject, at, because) if ordered else unmet(subject, at, because, wrong)


def _problems(window: Window, policy: Maintenance) -> Iterator[tuple[str, Text]]:
    try:
        ZoneInfo(window.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        name = window.timezone
        yield "timezone", Text(f"没有时区 `{name}`", f"no time zone `{name}`; as in Asia/Shanghai")
    if window.notice_hours < policy.notice_hours:
        yield (
            "notice_hours",
            Text(
                f"少于规定的 {policy.notice_hours} 小时", f"fewer than {policy.notice_hours} hours"
            ),
        )
    if _minutes(window.start, window.end) & _minutes(policy.peak.start, policy.peak.end):
        peak = f"{policy.peak.start}-{policy.peak.end}"
        yield "start", Text(f"碰到了高峰 {peak}", f"touches the peak {peak}")


def _minutes(start: str, end: str) -> set[int]:
    """The minutes of the day from `start` to `end`; past midnight if `end` is not later."""
    first, last = _minute(start), _minute(end)
    length = (last - first) % _DAY or _DAY
    return {(first + offset) % _DAY for offset in range(length)}


def _minute(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)
