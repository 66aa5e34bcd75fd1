"""A metric of a scenario or region promises no more than its value can carry."""

from collections.abc import Iterator
from typing import Final

from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Place, Severity, Text, met, unmet
from rollcall.policy.files import read_policy
from rollcall.policy.metrics import Metric
from rollcall.policy.regions import Regions
from rollcall.policy.scenarios import Scenarios
from rollcall.project import Project

ID: Final = "scenario-metric"
LEVEL: Final = Level.COMPLETE
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("场景指标承诺过头", "a metric of a scenario promises too much")
EXPLANATION: Final = Text(
    "`scenarios.yml`、`regions.yml` 里的指标：最好的一次（`best`）只能作参考；产品做不到的不能作目标；"
    "合同承诺（`sla`）要量过；引用别人的数要有出处；百分数在 0 到 100 之间。",
    "In `scenarios.yml` and `regions.yml` a best case (`best`) is a reference only; what the product "
    "cannot do is no goal; a contract (`sla`) rests on a measurement; a published value has a source; "
    "a percentage lies between 0 and 100.",
)


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per metric that is right, else one per problem."""
    because = project.source.place("policy")
    for subject, place, metric in _metrics(project):
        problems = tuple(_problems(metric))
        if not problems:
            yield met(subject, place, because)
        for problem in problems:
            yield unmet(subject, place, because, problem)


def _metrics(project: Project) -> Iterator[tuple[str, Place, Metric]]:
    if scenarios := read_policy(project, "scenarios.yml", Scenarios):
        for key, scenario in scenarios.data.scenarios.items():
            for i, metric in enumerate(scenario.metrics):
                yield f"{key}:{i + 1}", scenarios.place("scenarios", key, "metrics", i), metric
    if regions := read_policy(project, "regions.yml", Regions):
        for key, region in regions.data.regions.items():
            for i, metric in enumerate(region.metrics):
                yield f"{key}:{i + 1}", regions.place("regions", key, "metrics", i), metric


def _problems(metric: Metric) -> Iterator[Text]:
    name = metric.name
    promised = metric.type != "reference"
    if metric.statistic == "best" and promised:
        yield Text(
            f"“{name.zh}”是最好的一次，只能是 `reference`，写的是 `{metric.type}`",
            f"`{name.en}` is a best case and can only be `reference`, not `{metric.type}`",
        )
    if not metric.in_product and promised:
        yield Text(
            f"“{name.zh}”产品单独做不到，只能是 `reference`，写的是 `{metric.type}`",
            f"`{name.en}` is beyond the product and can only be `reference`, not `{metric.type}`",
        )
    if metric.type == "sla" and metric.basis != "measured":
        yield Text(
            f"“{name.zh}”是合同承诺，`basis` 要是 `measured`，写的是 `{metric.basis}`",
            f"`{name.en}` is owed by contract: its `basis` is `{metric.basis}`, not `measured`",
        )
    if metric.basis == "claimed" and promised:
        yield Text(
            f"“{name.zh}”是宣传里的说法，只能是 `reference`，写的是 `{metric.type}`",
            f"`{name.en}` is advertising and can only be `reference`, not `{metric.type}`",
        )
    if metric.basis == "published" and metric.source is None:
        yield Text(
            f"“{name.zh}”引用了别人的数，缺 `source`",
            f"`{name.en}` is published and has no `source`",
        )
    if metric.unit == "%" and not 0 <= metric.value <= 100:
        yield Text(
            f"“{name.zh}”的百分数是 {metric.value:g}，应在 0 到 100 之间",
            f"`{name.en}` is {metric.value:g} %, expected 0 to 100",
        )
