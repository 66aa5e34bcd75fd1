"""Every release line is looked after as long as the policy says, and leads on to the latest."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Final

from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Severity, Text, met, unmet
from rollcall.policy.files import PolicyFile, read_policy
from rollcall.policy.releases import ReleaseLine, ReleasePolicy, Releases
from rollcall.policy.versions import line_of, number
from rollcall.project import Project

ID: Final = "release-line"
LEVEL: Final = Level.COMPLETE
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text(
    "版本线的支持期和政策不符", "a release line is not looked after as the policy says"
)
EXPLANATION: Final = Text(
    "`releases.yml` 的每条版本线：开始 ≤ 活跃期结束 ≤ 维护期结束 ≤ 停止支持；各阶段不短于 "
    "`release-policy.yml`（短了要写 `exception`）；停止支持要提前公布；还在支持的旧线要有升级页；"
    "每个版本属于一条线，每条线有版本。",
    "Each line of `releases.yml`: start ≤ active end ≤ maintenance end ≤ end of life; no phase shorter "
    "than in `release-policy.yml` without an `exception`; the end announced in time; a supported line "
    "that is not the latest has an upgrade page; every release has its line and every line a "
    "release.".replace("≤", "<="),
)


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per line that is right, else one per problem; one per release without a line."""
    file = read_policy(project, "releases.yml", Releases)
    policy = read_policy(project, "release-policy.yml", ReleasePolicy)
    if file is None or policy is None:
        return
    because = policy.place("phases")
    latest = max((line.name for line in file.data.lines), key=number)
    released = {line_of(release.version) for release in file.data.releases}
    for index, line in enumerate(file.data.lines):
        found = list(_dates(line, policy.data))
        if line.name != latest and line.eol >= project.today and line.upgrade is None:
            found.append(("name", Text("没有升级页 `upgrade`", "has no `upgrade` page")))
        if line.name not in released:
            found.append(("name", Text("没有任何版本", "has no release")))
        if not found:
            yield met(f"line {line.name}", file.place("lines", index), because)
        for key, text in found:
            said = Text(f"版本线 {line.name} {text.zh}", f"line {line.name} {text.en}")
            yield unmet(f"line {line.name}: {key}", file.place("lines", index, key), because, said)
    yield from _without_line(file)


def _dates(line: ReleaseLine, policy: ReleasePolicy) -> Iterator[tuple[str, Text]]:
    order = ("start", "active_end", "maintenance_end", "eol")
    for before, after in pairwise(order):
        if getattr(line, after) < getattr(line, before):
            yield after, Text(f"`{after}` 早于 `{before}`", f"has `{after}` before `{before}`")
    spans = {
        "active": (line.start, line.active_end),
        "maintenance": (line.active_end, line.maintenance_end),
    }
    for phase in policy.phases:
        start, end = spans[phase.id]
        if start <= end < _later(start, phase.months) and line.exception is None:
            zh = f"的 `{phase.id}` 阶段不足 {phase.months} 个月，也没有 `exception`"
            en = f"has fewer than {phase.months} months of `{phase.id}` and no `exception`"
            yield f"{phase.id}_end", Text(zh, en)
    if (line.eol - line.announced).days < policy.notice.end_of_life:
        days = policy.notice.end_of_life
        yield (
            "announced",
            Text(f"停止支持要提前 {days} 天公布", f"ends less than {days} days ahead"),
        )


def _later(start: date, months: int) -> date:
    year, month = divmod(start.month - 1 + months, 12)
    day = min(start.day, 28)  # every month has it; a line is not faulted for a day
    return date(start.year + year, month + 1, day)


def _without_line(file: PolicyFile[Releases]) -> Iterator[Outcome]:
    names = {line.name for line in file.data.lines}
    for index, release in enumerate(file.data.releases):
        at, because = file.place("releases", index, "version"), file.place("lines")
        if line_of(release.version) in names:
            yield met(release.version, at, because)
            continue
        message = Text(
            f"`lines` 里没有 {line_of(release.version)}",
            f"`lines` has no {line_of(release.version)}",
        )
        yield unmet(release.version, at, because, message)
