"""What is claimed about the rhythm of releases agrees with the dates of the releases."""

from collections.abc import Iterator
from itertools import pairwise
from statistics import median
from typing import Final

from pydantic import Field

from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Severity, Text, met, unmet
from rollcall.policy.files import read_policy
from rollcall.policy.releases import Cadence, ReleasePolicy, Releases
from rollcall.project import Project

ID: Final = "release-cadence"
LEVEL: Final = Level.COMPLETE
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text(
    "发版节奏的说法和实际不符", "the claimed rhythm of releases is not the real one"
)
EXPLANATION: Final = Text(
    "取同类的最近 `releases` 个版本，算相邻日期之差的中位数。`measured`（实测）要和它相差不超过 "
    "`tolerance`，间隔不足 `gaps` 个就不能写实测；`target`（目标）在间隔足够时不能比中位数还短。",
    "Of the last `releases` releases of a type, the median of the days between them is taken. "
    "`measured` must lie within `tolerance` of it, and cannot be claimed with fewer than `gaps` "
    "intervals; a `target` may not promise more than the median once there are enough.",
)


class Options(Strict):
    """Options of this rule."""

    releases: int = Field(6, ge=2, description="how many of the last releases are looked at")
    gaps: int = Field(3, ge=1, description="least number of intervals that make a median")
    tolerance: float = Field(0.25, ge=0, description="share by which a measured claim may differ")


def check(project: Project, options: Options) -> Iterator[Outcome]:
    """One outcome per claim."""
    policy = read_policy(project, "release-policy.yml", ReleasePolicy)
    file = read_policy(project, "releases.yml", Releases)
    if file is None or policy is None:
        return
    for index, claim in enumerate(policy.data.cadence):
        at = policy.place("cadence", index, "every_days")
        problem = _problem(claim, _gaps(claim, file.data, options.releases), options)
        because = file.place("releases")
        subject = f"cadence of {claim.of}"
        yield unmet(subject, at, because, problem) if problem else met(subject, at, because)


def _gaps(claim: Cadence, data: Releases, newest: int) -> list[int]:
    same = {"bugfix": ("bugfix", "security")}.get(claim.of, (claim.of,))
    days = sorted(release.date for release in data.releases if release.type in same)[-newest:]
    return [(after - before).days for before, after in pairwise(days)]


def _problem(claim: Cadence, gaps: list[int], options: Options) -> Text | None:
    if len(gaps) < options.gaps:
        if claim.kind == "target":
            return None
        return Text(
            f"只有 {len(gaps)} 个间隔，算不出中位数：写 `kind: target`",
            f"only {len(gaps)} intervals, too few to measure: say `kind: target`",
        )
    real = median(gaps)
    too_short = real > claim.every_days
    differs = abs(real - claim.every_days) > options.tolerance * max(real, 1)
    if too_short if claim.kind == "target" else differs:
        return Text(
            f"写的是 {claim.every_days} 天，最近的中位数是 {real:g} 天",
            f"says {claim.every_days} days, but the median of late is {real:g}",
        )
    return None
