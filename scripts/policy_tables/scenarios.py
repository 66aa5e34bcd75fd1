"""Metrics of scenarios and regions, and what is known about a region."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Final

from policy_tables.policy import Policy, table
from rollcall.model import Text
from rollcall.policy.metrics import Metric
from rollcall.policy.regions import Regions
from rollcall.policy.scenarios import Scenarios

SCENARIOS: Final = ("show", "one-to-one", "game-voice", "voice-room")
REGIONS: Final = ("sea", "me", "latam", "eu-na")
METRICS: Final = Text(
    "指标 | 目标 | 统计 | 测量 | 条件 | 性质",
    "Metric | Target | Statistic | Measured | Conditions | Kind",
)
STATISTICS: Final = {
    "best": Text("最好的一次", "best case"),
    "p50": Text("p50", "p50"),
    "p95": Text("p95", "p95"),
    "p99": Text("p99", "p99"),
    "avg": Text("平均", "mean"),
}
TYPES: Final = {
    "sla": Text("合同承诺", "contract"),
    "slo": Text("你的目标", "your goal"),
    "reference": Text("只作参考", "reference only"),
}
BASES: Final = {
    "measured": Text("这里量过", "measured here"),
    "derived": Text("算出来的", "worked out"),
    "published": Text("公开资料", "published"),
    "proposed": Text("起步值", "to start with"),
    "claimed": Text("宣传里的说法", "as advertised"),
}
TOPICS: Final = {
    "network": Text("网络", "Network"),
    "carrier": Text("运营商", "Carrier"),
    "regulation": Text("法规", "Regulation"),
}


def metrics(found: tuple[Metric, ...], language: str) -> str:
    """Metrics with everything that is needed to measure them again."""
    return table(METRICS.get(language).split(" | "), (_row(metric, language) for metric in found))


def _row(metric: Metric, language: str) -> Iterator[str]:
    name = metric.name.get(language)
    yield name[:1].upper() + name[1:]
    yield metric.target.replace(" ", "&nbsp;")
    yield STATISTICS[metric.statistic].get(language)
    start, end = metric.measured.start.get(language), metric.measured.end.get(language)
    window = metric.window.get(language)
    yield Text(f"{start} → {end}；{window}", f"{start} → {end}; {window}").get(language)
    where = f"{metric.region.get(language)}, {metric.network.get(language)}"
    separator = Text("、", ", ").get(language)
    excluded = separator.join(item.get(language) for item in metric.exclusions)
    zh = f"{metric.region.zh}，{metric.network.zh}；不算：{excluded}"
    yield Text(zh, f"{where}; without {excluded}").get(language)
    kind, basis = TYPES[metric.type], BASES[metric.basis]
    said = Text(f"{kind.zh}，{basis.zh}", f"{kind.en}, {basis.en}").get(language)
    if metric.source:
        title = metric.source.title.get(language)
        said += Text("：", ": ").get(language) + _link(title, metric.source.url)
    yield said


def _link(title: str, url: str) -> str:
    return f"[{title}]({url})"


def scenario(key: str, policy: Policy, language: str) -> str:
    """The metrics of a scenario."""
    return metrics(policy.read("scenarios.yml", Scenarios).scenarios[key].metrics, language)


def region(key: str, policy: Policy, language: str) -> str:
    """The metrics of a region."""
    return metrics(policy.read("regions.yml", Regions).regions[key].metrics, language)


def known(key: str, policy: Policy, language: str) -> str:
    """What is known about a region, with source and day, and what has to be asked."""
    found = policy.read("regions.yml", Regions).regions[key]
    header = Text("话题 | 性质 | 内容", "Topic | Kind | What").get(language).split(" | ")
    rows: list[tuple[str, str, str]] = []
    for fact in found.facts:
        title = fact.source.title.get(language)
        read = f"{fact.source.checked:%Y-%m}"
        origin = Text(
            f"（{_link(title, fact.source.url)}，{read} 查阅）",
            f" ({_link(title, fact.source.url)}, read {read})",
        ).get(language)
        kind = Text("事实", "fact").get(language)
        rows.append((TOPICS[fact.topic].get(language), kind, fact.text.get(language) + origin))
    ask = Text("要问", "ask").get(language)
    rows += [
        (TOPICS[question.topic].get(language), ask, question.text.get(language))
        for question in found.questions
    ]
    return table(header, rows)


def languages(policy: Policy, language: str) -> str:
    """Languages and time zones of every region."""
    header = Text(
        "地区 | 语言 | 时区 | 什么时候普通 CDN 不够",
        "Region | Languages | Time zones | When a CDN is not enough",
    )
    separator = Text("；", "; ").get(language)
    rows = (
        (
            region.name.get(language),
            region.languages.get(language),
            ", ".join(f"`{zone}`" for zone in region.time_zones),
            separator.join(item.get(language) for item in region.beyond_cdn),
        )
        for region in policy.read("regions.yml", Regions).regions.values()
    )
    return table(header.get(language).split(" | "), rows)


TABLES: Final[Mapping[str, Callable[[Policy, str], str]]] = {
    "region-languages": languages,
    **{f"scenario-{key}": partial(scenario, key) for key in SCENARIOS},
    **{f"region-{key}": partial(region, key) for key in REGIONS},
    **{f"region-{key}-known": partial(known, key) for key in REGIONS},
}
