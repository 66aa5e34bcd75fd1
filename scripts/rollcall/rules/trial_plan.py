"""The trial plan can be failed: each area has a threshold, and each is a possible number."""

from collections.abc import Iterator
from typing import Final

from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Severity, Text, met, unmet
from rollcall.policy.files import read_policy
from rollcall.policy.trial import Threshold, Trial
from rollcall.project import Project

ID: Final = "trial-plan"
LEVEL: Final = Level.COMPLETE
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("试用计划没有通过线", "the trial plan has no pass line")
EXPLANATION: Final = Text(
    "`trial.yml`：稳定性、文档、响应三方面各要有一条通过线；一条任何结果都满足的线不算，"
    "例如“≥ 0 %”。",
    "In `trial.yml` stability, documentation and response each have a threshold; one that every result "
    "satisfies, such as at least 0 %, is none.",
)
AREAS: Final = ("stability", "documentation", "response")


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per area and per threshold."""
    because = project.source.place("policy")
    file = read_policy(project, "trial.yml", Trial)
    if file is None:
        return
    areas = {threshold.area for threshold in file.data.thresholds.values()}
    for area in AREAS:
        if area in areas:
            yield met(area, file.place("thresholds"), because)
        else:
            none = Text(f"`{area}` 没有通过线", f"`{area}` has no threshold")
            yield unmet(area, file.place("thresholds"), because, none)
    for key, threshold in file.data.thresholds.items():
        place = file.place("thresholds", key)
        if not _always(threshold):
            yield met(key, place, because)
            continue
        message = Text(
            f"“{threshold.check.zh}”{threshold.limit}：怎样都通过",
            f"`{threshold.check.en}` {threshold.limit}: every result passes",
        )
        yield unmet(key, place, because, message)


def _always(threshold: Threshold) -> bool:
    """Whether no result can miss it; what is counted here is never below 0."""
    if threshold.operator == ">=" and threshold.value <= 0:
        return True
    return threshold.unit == "%" and threshold.operator == "<=" and threshold.value >= 100
