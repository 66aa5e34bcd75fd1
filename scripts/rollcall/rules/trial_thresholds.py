"""A trial measures stability, documents and response, each with a number that decides."""

from collections.abc import Iterator
from typing import Final, get_args

from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Severity, Text, met, unmet
from rollcall.policy.files import read_policy, refers
from rollcall.policy.matrix import read_matrix
from rollcall.policy.trial import Area, Trial
from rollcall.project import Project

ID: Final = "trial-thresholds"
LEVEL: Final = Level.COVERED
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("试用方案量不出好坏", "the trial does not tell good from bad")
EXPLANATION: Final = Text(
    "试用要有稳定性和文档两类的通过标准，每条一个数；还要演练响应，其中有最高级别。"
    "演练的时间取自 `targets.yml` 里试用期所按的计划，不另写。",
    "A trial has thresholds for stability and for the documents, a number each, and rehearses the "
    "response, the worst severity included. The times of the drills are those of the trial's plan "
    "in `targets.yml`.",
)


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per area, one per drill, one for the plan and one for the worst severity."""
    file = read_policy(project, "trial.yml", Trial)
    matrix = read_matrix(project)
    if file is None or matrix is None:
        return
    areas = {criterion.area for criterion in file.data.criteria}
    for area in get_args(Area):
        at = file.place("criteria")
        text = Text(f"没有 {area} 的通过标准", f"no threshold for {area}")
        subject = f"trial.yml:{area}"
        yield met(subject, at, at) if area in areas else unmet(subject, at, at, text)
    plans, levels = ([item.id for item in items] for items in (matrix.ranked_plans, matrix.levels))
    at = file.place("plan")
    yield refers("trial.yml:plan", file.data.plan, plans, at, at, Text("计划", "plan"))
    for index, drill in enumerate(file.data.drills):
        at = file.place("drills", index)
        subject = f"trial.yml:drill {index + 1}"
        yield refers(subject, drill.severity, levels, at, at, Text("级别", "severity"))
    at, worst = file.place("drills"), levels[0]
    text = Text(f"没有演练 {worst}", f"{worst} is not rehearsed")
    rehearsed = any(drill.severity == worst for drill in file.data.drills)
    subject = f"trial.yml:{worst} drill"
    yield met(subject, at, at) if rehearsed else unmet(subject, at, at, text)
