"""Every scenario and region is there, with the numbers that its users feel."""

from collections.abc import Iterator, Sequence, Set
from datetime import date
from typing import Final

from pydantic import Field

from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Place, Severity, Text, met, unmet
from rollcall.policy.files import read_policy
from rollcall.policy.metrics import Metric
from rollcall.policy.regions import Region, Regions
from rollcall.policy.scenarios import Scenarios
from rollcall.project import Project

ID: Final = "scenario-coverage"
LEVEL: Final = Level.COMPLETE
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("场景或地区缺指标", "a scenario or region lacks metrics")
EXPLANATION: Final = Text(
    "四个场景和四个地区都要在，各有至少 `least` 个指标，其中要有接通率、时延，以及丢包或卡顿。"
    "地区的网络、运营商、法规三个话题各要有一条事实或一个要问的问题；场景的页面要存在。",
    "Four scenarios and four regions are there, each with at least `least` metrics, among them the "
    "connect rate, the latency, and packet loss or stalls. Each region has a fact or a question on "
    "network, carrier and regulation; each scenario has its page.",
)


class Options(Strict):
    """What must be there."""

    scenarios: tuple[str, ...] = Field(
        ("show", "one-to-one", "game-voice", "voice-room"), description="ids of scenarios"
    )
    regions: tuple[str, ...] = Field(
        ("sea", "me", "latam", "eu-na"), description="ids of groups of countries"
    )
    least: int = Field(3, description="least number of metrics")


def check(project: Project, options: Options) -> Iterator[Outcome]:
    """One outcome per scenario and region that is complete, else one per gap."""
    if scenarios := read_policy(project, "scenarios.yml", Scenarios):
        found = scenarios.data.scenarios
        yield from _absent(project, scenarios.place("scenarios"), options.scenarios, tuple(found))
        for key, scenario in found.items():
            gaps = [*_metric_gaps(scenario.metrics, options.least)]
            gaps += _page_gaps(project, scenario.page)
            yield from _outcomes(project, scenarios.place("scenarios", key), key, gaps)
    if regions := read_policy(project, "regions.yml", Regions):
        yield from _absent(
            project, regions.place("regions"), options.regions, tuple(regions.data.regions)
        )
        for key, region in regions.data.regions.items():
            topics = {fact.topic for fact in region.facts}
            topics |= {question.topic for question in region.questions}
            gaps = [*_metric_gaps(region.metrics, options.least), *_topic_gaps(topics)]
            gaps += _read_gaps(region, project.today)
            yield from _outcomes(project, regions.place("regions", key), key, gaps)


def _read_gaps(region: Region, today: date) -> Iterator[Text]:
    for fact in region.facts:
        if fact.source.checked > today:
            zh = f"的来源“{fact.source.title.zh}”查证于 {fact.source.checked}，这一天还没到"
            en = f"has a source checked on {fact.source.checked}, yet to come: {fact.source.title.en}"
            yield Text(zh, en)


def _absent(
    project: Project, place: Place, wanted: Sequence[str], found: Sequence[str]
) -> Iterator[Outcome]:
    for key in wanted:
        if key not in found:
            message = Text(f"缺少 `{key}`", f"`{key}` is missing")
            yield unmet(key, place, project.source.place("policy"), message)


def _outcomes(project: Project, place: Place, key: str, gaps: Sequence[Text]) -> Iterator[Outcome]:
    because = project.source.place("policy")
    if not gaps:
        yield met(key, place, because)
    for gap in gaps:
        message = Text(f"`{key}` {gap.zh}", f"`{key}` {gap.en}")
        yield unmet(f"{key}:{gap.en}", place, because, message)


def _metric_gaps(metrics: Sequence[Metric], least: int) -> Iterator[Text]:
    if len(metrics) < least:
        yield Text(
            f"有 {len(metrics)} 个指标，至少要 {least} 个",
            f"has {len(metrics)} metrics, at least {least} are needed",
        )
    kinds = {metric.kind for metric in metrics}
    for wanted in (("connect-rate",), ("latency",), ("packet-loss", "stall")):
        if not kinds.intersection(wanted):
            shown = " / ".join(wanted)
            yield Text(f"缺 `{shown}` 的指标", f"has no metric of kind `{shown}`")


def _topic_gaps(topics: Set[str]) -> Iterator[Text]:
    for topic in ("network", "carrier", "regulation"):
        if topic not in topics:
            yield Text(
                f"在 `{topic}` 上没有事实，也没有问题",
                f"has neither fact nor question on `{topic}`",
            )


def _page_gaps(project: Project, page: str) -> list[Text]:
    paths = [project.path_in(page, language) for language in project.checklist.languages]
    return [
        Text(f"的页面 {path} 不存在", f"has no page {path}")
        for path in paths
        if path not in project.by_path and path not in project.absent
    ]
