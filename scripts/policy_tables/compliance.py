"""What law asks, how long data are kept and who must be told when, as pages show it."""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from policy_tables.policy import Policy, table
from rollcall.model import Text
from rollcall.policy.compliance import (
    Compliance,
    IncidentClock,
    IncidentClocks,
    Kept,
    Region,
    Retention,
    Row,
)

Table: TypeAlias = Callable[[Policy, str], str]
REGIONS: Final[Mapping[Region, Text]] = {
    "cn": Text("中国", "China"),
    "eu": Text("欧盟", "EU"),
    "uk": Text("英国", "UK"),
    "us": Text("美国", "US"),
    "in": Text("印度", "India"),
    "id": Text("印度尼西亚", "Indonesia"),
    "vn": Text("越南", "Vietnam"),
    "sa": Text("沙特", "Saudi Arabia"),
    "br": Text("巴西", "Brazil"),
    "stores": Text("应用商店", "App stores"),
}
STATUS: Final = {"V": Text("原文", "text"), "V2": Text("转述", "account")}
"""How a row was read; rows with status U are on no page."""


def _head(zh: str, en: str, language: str) -> list[str]:
    return Text(zh, en).get(language).split(" | ")


def _law(row: Row, language: str) -> str:
    said = row.law.get(language)
    if row.articles:
        numbers = Text("、", ", ").get(language).join(row.articles)
        word = "Article" if len(row.articles) == 1 else "Articles"
        said += Text(f"第 {numbers} 条", f", {word} {numbers}").get(language)
    if row.effective:
        day = row.effective.isoformat()
        said += Text(f"（{day} 起）", f" (since {day})").get(language)
    return said


def _matrix(rows: tuple[Row, ...], language: str, *, regions: bool) -> str:
    head = _head(
        "义务 | 依据 | Kite 有什么 | 你要做的 | 来源",
        "Obligation | Law | What Kite has | What you do | Source",
        language,
    )
    none = Text("没有，你的事", "Nothing, it is yours").get(language)
    cells = []
    for row in rows:
        topic = Text("{}：{}", "{}: {}").get(language)
        obligation = topic.format(f"**{row.topic.get(language)}**", row.obligation.get(language))
        law = _law(row, language)
        place = REGIONS[row.region].get(language)
        feature = row.feature.get(language) if row.feature else none
        cells.append(
            (
                obligation,
                Text(f"{place}：{law}", f"{place}: {law}").get(language) if regions else law,
                f"[{feature}](../{row.page})" if row.page else feature,
                row.operator.get(language),
                f"{row.source.title} ({STATUS[row.source.status].get(language)}, {row.source.verified_on})",
            )
        )
    return table(head, cells)


def _rows(policy: Policy, wanted: Callable[[Row], bool]) -> tuple[Row, ...]:
    data = policy.read("compliance.yml", Compliance)
    return tuple(row for row in data.rows if row.source.status != "U" and wanted(row))


def vendor(policy: Policy, language: str) -> str:
    """Chinese law that binds the vendor as well."""
    rows = _rows(policy, lambda row: row.region == "cn" and row.binds != "operator")
    return _matrix(rows, language, regions=False)


def china(policy: Policy, language: str) -> str:
    """Chinese law that binds the operator."""
    rows = _rows(policy, lambda row: row.region == "cn" and row.binds == "operator")
    return _matrix(rows, language, regions=False)


def overseas(policy: Policy, language: str) -> str:
    """The law of other countries, and what app stores ask."""
    return _matrix(_rows(policy, lambda row: row.region != "cn"), language, regions=True)


def retention(policy: Policy, language: str) -> str:
    """How long to keep what, and how long Kite keeps it."""
    data = policy.read("retention.yml", Retention)
    head = _head(
        "数据 | 法律要求 | 建议留 | Kite 默认 | 怎么留够",
        "Data | The law asks for | Keep for | Kite by default | How",
        language,
    )
    rows = (
        (
            kept.data.get(language),
            _minimums(kept, language),
            Text(f"{kept.keep_days} 天", f"{kept.keep_days} days").get(language),
            _kite(kept, language),
            kept.how.get(language) if kept.how else "—",
        )
        for kept in data.kinds.values()
    )
    return table(head, rows)


def _minimums(kept: Kept, language: str) -> str:
    longest: dict[Region, int] = {}
    for minimum in kept.minimums:
        longest[minimum.region] = max(minimum.days, longest.get(minimum.region, 0))
    days = Text("{} {} 天", "{} {} days").get(language)
    said = (days.format(REGIONS[region].get(language), count) for region, count in longest.items())
    return Text("，", ", ").get(language).join(said)


def _kite(kept: Kept, language: str) -> str:
    if kept.kite_days is None:
        return Text("一直留到删除", "Until deleted").get(language)
    if kept.kite_days == 0:
        return Text("不留", "Not kept").get(language)
    return Text(f"{kept.kite_days} 天", f"{kept.kite_days} days").get(language)


def clocks(policy: Policy, language: str) -> str:
    """How long after noticing who must be told."""
    data = policy.read("incident-clocks.yml", IncidentClocks)
    law = {row.id: row for row in policy.read("compliance.yml", Compliance).rows}
    head = _head(
        "地区 | 什么事 | 多久 | 告诉谁 | 依据",
        "Region | Event | Within | Tell | Law",
        language,
    )
    rows = (
        (
            REGIONS[clock.region].get(language),
            clock.event.get(language),
            _within(clock, language),
            clock.tell.get(language),
            _law(law[clock.row], language),
        )
        for clock in data.clocks
    )
    return table(head, rows)


def _within(clock: IncidentClock, language: str) -> str:
    if clock.minutes == 0:
        return Text("立即", "At once").get(language)
    hours, rest = divmod(clock.minutes, 60)
    if rest:
        return Text(f"{clock.minutes} 分钟", f"{clock.minutes} minutes").get(language)
    return Text(f"{hours} 小时", f"{hours} hour{'s' if hours > 1 else ''}").get(language)


def vendor_clock(policy: Policy, language: str) -> str:
    """The vendor's own promise."""
    minutes = policy.read("incident-clocks.yml", IncidentClocks).vendor_minutes
    return Text(
        f"你按最高级报障后，在你的支持计划覆盖的时间里，我们 {minutes} 分钟内把已知的事实给你："
        "受影响的版本、什么时候开始、可能泄露什么、怎么止住。",
        f"After you report it as the highest severity, within the hours of your support plan, we hand over "
        f"what we know within {minutes} minutes: versions affected, since when, what may have leaked, how "
        "to stop it.",
    ).get(language)


TABLES: Final[Mapping[str, Table]] = {
    "compliance-vendor": vendor,
    "compliance-china": china,
    "compliance-overseas": overseas,
    "retention": retention,
    "incident-clocks": clocks,
    "vendor-clock": vendor_clock,
}
