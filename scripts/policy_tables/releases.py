"""What is released, supported and known, as pages show it."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from itertools import pairwise
from statistics import median
from typing import Final, TypeAlias

from policy_tables.policy import Policy, table
from rollcall.model import Text
from rollcall.policy.releases import (
    KnownIssue,
    KnownIssues,
    Release,
    ReleasePolicy,
    Releases,
    ReleaseType,
    Type,
)
from rollcall.policy.texts import Both

Table: TypeAlias = Callable[[Policy, str], str]

NAMES: Final[Mapping[Type, Text]] = {
    "security": Text("安全修复", "security fix"),
    "bugfix": Text("缺陷修复", "bug fix"),
    "feature": Text("功能更新", "feature release"),
    "breaking": Text("大版本", "major release"),
}
PHASES: Final = {"active": Text("活跃期", "Active"), "maintenance": Text("维护期", "Maintenance")}
SEVERITIES: Final = {
    "critical": Text("严重（9.0 起）", "Critical (from 9.0)"),
    "high": Text("高（7.0 起）", "High (from 7.0)"),
    "medium": Text("中（4.0 起）", "Medium (from 4.0)"),
    "low": Text("低（0.1 起）", "Low (from 0.1)"),
}


PLANS: Final = "../support/plans.md#updates"
"""Where the price of each update is, plan by plan."""


def _head(zh: str, en: str, language: str) -> list[str]:
    return Text(zh, en).get(language).split(" | ")


def _list(items: Iterable[Both], language: str) -> str:
    return "\n".join(f"- {item.get(language)}" for item in items) + "\n"


def _price(kind: ReleaseType, language: str) -> str:
    if kind.price == "free":
        return Text("免费，不看质保期和支持计划", "Free, whatever the warranty or plan").get(
            language
        )
    plan = Text("[支持计划]({})", "[support plan]({})").get(language).format(PLANS)
    if kind.price == "free-in-warranty":
        return Text(f"质保期内免费，之后看{plan}", f"Free within the warranty, then by {plan}").get(
            language
        )
    return Text(f"看{plan}", f"By {plan}").get(language)


def types(policy: Policy, language: str) -> str:
    """The kinds of release."""
    data = policy.read("release-policy.yml", ReleasePolicy)
    head = _head(
        "类型 | 版本号变哪位 | 里面有什么 | 收费",
        "Type | Number raised | What is in it | Price",
        language,
    )
    rows = (
        (
            kind.name.get(language),
            kind.number.get(language),
            kind.contains.get(language),
            _price(kind, language),
        )
        for kind in data.types.values()
    )
    return table(head, rows)


def cadence(policy: Policy, language: str) -> str:
    """How often what comes, and how often it came."""
    data = policy.read("release-policy.yml", ReleasePolicy)
    releases = policy.read("releases.yml", Releases).releases
    head = _head(
        "类型 | 目标 | 从哪天算起 | 已发布", "Type | Target | Counted from | Released", language
    )
    rows = []
    for claim in data.cadence:
        days = sorted(r.date for r in releases if r.type == claim.of)
        gaps = [(b - a).days for a, b in pairwise(days)]
        so_far = Text(f"{len(days)} 个", f"{len(days)}").get(language)
        if len(gaps) >= 3:
            middle = f"{median(gaps):g}"
            so_far += Text(f"，间隔中位数 {middle} 天", f", {middle} days apart (median)").get(
                language
            )
        days_said = Text(f"{claim.every_days} 天内", f"Within {claim.every_days} days").get(
            language
        )
        rows.append(
            (NAMES[claim.of].get(language), days_said, claim.counted_from.get(language), so_far)
        )
    return table(head, rows)


def fix_times(policy: Policy, language: str) -> str:
    """Days until a vulnerability is fixed, by severity."""
    data = policy.read("release-policy.yml", ReleasePolicy)
    head = _head(
        "严重程度（CVSS 基础分） | 修复版本", "Severity (CVSS base score) | Fixed release", language
    )
    rows = (
        (
            SEVERITIES[time.severity].get(language),
            Text(f"确认后 {time.days} 天内", f"Within {time.days} days of confirming it").get(
                language
            ),
        )
        for time in data.fix_times
    )
    return table(head, rows)


def phases(policy: Policy, language: str) -> str:
    """What comes in which part of a line's life."""
    data = policy.read("release-policy.yml", ReleasePolicy)
    head = _head("阶段 | 至少 | 还会发布", "Phase | At least | What still comes", language)
    comma = Text("、", ", ").get(language)
    rows = (
        (
            PHASES[phase.id].get(language),
            Text(f"{phase.months} 个月", f"{phase.months} months").get(language),
            comma.join(NAMES[kind].get(language) for kind in phase.comes),
        )
        for phase in data.phases
    )
    return table(head, rows)


def notice(policy: Policy, language: str) -> str:
    """How long ahead what is said."""
    days = policy.read("release-policy.yml", ReleasePolicy).notice
    return _list(
        (
            Both(
                zh=f"停止支持：至少提前 {days.end_of_life} 天公布。",
                en=f"End of support: published at least {days.end_of_life} days ahead.",
            ),
            Both(
                zh=f"不兼容的改动：至少提前 {days.breaking} 天，并且先在 {days.deprecation_releases} 个功能更新里标为弃用。",
                en=f"Breaking changes: at least {days.breaking} days ahead, and deprecated in "
                f"{days.deprecation_releases} feature release before.",
            ),
        ),
        language,
    )


def lines(policy: Policy, language: str) -> str:
    """Every release line with its dates."""
    data = policy.read("releases.yml", Releases)
    head = _head(
        "版本线 | 发布 | 功能和修复到 | 安全修复到 | 说明",
        "Line | Released | Features and fixes until | Security fixes until | Note",
        language,
    )
    rows = (
        (
            line.name,
            line.start.isoformat(),
            line.active_end.isoformat(),
            line.maintenance_end.isoformat(),
            line.exception.get(language) if line.exception else "—",
        )
        for line in data.lines
    )
    return table(head, rows)


def releases(policy: Policy, language: str) -> str:
    """Every version, newest first."""
    data = policy.read("releases.yml", Releases)
    head = _head(
        "版本 | 日期 | 类型 | 要不要升", "Version | Date | Type | Should you upgrade?", language
    )
    rows = (
        (
            f"[{release.version}]({release.page.removeprefix('releases/')})",
            release.date.isoformat(),
            NAMES[release.type].get(language),
            release.advice.get(language),
        )
        for release in data.releases
    )
    return table(head, rows)


def known_issues(policy: Policy, language: str) -> str:
    """Every known issue."""
    return _issues(policy.read("known-issues.yml", KnownIssues).issues, language)


def _issues(issues: Iterable[KnownIssue], language: str) -> str:
    head = _head(
        "编号 | 问题 | 你会看到 | 怎么办 | 受影响 | 修复于",
        "Number | Issue | What you see | What to do | Affected | Fixed in",
        language,
    )
    more = Text("详见", "See").get(language)
    rows = []
    for issue in issues:
        number = f"`{issue.id}`"
        link = f"[{more}]({_link(issue.page)})" if issue.page else ""
        rows.append(
            (
                number,
                issue.title.get(language),
                issue.symptom.get(language),
                f"{issue.workaround.get(language)}{Text('。', '. ').get(language)}{link}".strip(),
                Text("、", ", ").get(language).join(issue.affects),
                issue.fixed_in or "—",
            )
        )
    return table(head, rows)


def _link(page: str) -> str:
    """A page as pages in a folder of the first level link to it."""
    return f"../{page}"


# -- one version ---------------------------------------------------------------------------------
def _facts(release: Release, policy: Policy, language: str) -> str:
    line = release.version.rpartition(".")[0]
    data = policy.read("releases.yml", Releases)
    until = next(entry for entry in data.lines if entry.name == line)
    head = _head(
        "版本 | 发布 | 类型 | 安全修复到",
        "Version | Released | Type | Security fixes until",
        language,
    )
    row = (
        release.version,
        release.date.isoformat(),
        NAMES[release.type].get(language),
        until.maintenance_end.isoformat(),
    )
    return table(head, [row])


def _defaults(release: Release, _policy: Policy, language: str) -> str:
    head = _head(
        "哪一项 | 原来 | 现在 | 影响 | 想保持原样",
        "What | Before | Now | Effect | To keep the old one",
        language,
    )
    rows = (
        (f"`{d.name}`", *(text.get(language) for text in (d.old, d.new, d.effect, d.keep)))
        for d in release.changed_defaults
    )
    return table(head, rows)


def _fixed(release: Release, _policy: Policy, language: str) -> str:
    head = _head("你原来看到 | 原因和修复", "What you saw | Cause and repair", language)
    return table(head, ((f.symptom.get(language), f.cause.get(language)) for f in release.fixed))


def _known(release: Release, policy: Policy, language: str) -> str:
    issues = policy.read("known-issues.yml", KnownIssues).issues
    return _issues((issue for issue in issues if release.version in issue.affects), language)


def _documents(release: Release, _policy: Policy, language: str) -> str:
    head = _head("页面 | 变化", "Page | Change", language)
    words = {"added": Text("新增", "new"), "changed": Text("改写", "changed")}
    rows = (
        (f"[`{doc.page}`]({_link(doc.page)})", words[doc.change].get(language))
        for doc in release.documents
    )
    return table(head, rows)


def _checksums(release: Release, _policy: Policy, language: str) -> str:
    head = _head("内容 | 校验方式 | 值", "What | Kind | Value", language)
    return table(head, ((f"`{c.of}`", f"`{c.kind}`", f"`{c.value}`") for c in release.checksums))


def _texts(field: str) -> Callable[[Release, Policy, str], str]:
    def listed(release: Release, _policy: Policy, language: str) -> str:
        return _list(getattr(release, field), language)

    return listed


PARTS: Final[Mapping[str, Callable[[Release, Policy, str], str]]] = {
    "facts": _facts,
    "must-read": _texts("must_read"),
    "changed-defaults": _defaults,
    "added": _texts("added"),
    "changed": _texts("changed"),
    "fixed": _fixed,
    "security": _texts("security"),
    "known-issues": _known,
    "documents": _documents,
    "checksums": _checksums,
}


def of_versions(policy: Policy, language: str) -> Mapping[str, Callable[[], str]]:
    """The parts of every release note: `must-read:0.2.0` and so on."""
    if not policy.holds("releases.yml"):
        return {}
    versions = policy.read("releases.yml", Releases).releases
    return {
        f"{name}:{release.version}": partial(part, release, policy, language)
        for release in versions
        for name, part in PARTS.items()
    }


TABLES: Final[Mapping[str, Table]] = {
    "release-types": types,
    "release-cadence": cadence,
    "fix-times": fix_times,
    "release-phases": phases,
    "release-notice": notice,
    "release-lines": lines,
    "releases": releases,
    "known-issues": known_issues,
}
