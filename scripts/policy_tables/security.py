"""Who protects what, as it is by default, what is stored, and which advisories there are."""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from policy_tables.policy import Policy, table
from rollcall.model import Text
from rollcall.policy.advisory import Advisory
from rollcall.policy.security import Maintenance, Security

Table: TypeAlias = Callable[[Policy, str], str]
DAYS: Final = {
    "mon": Text("周一", "Mon"),
    "tue": Text("周二", "Tue"),
    "wed": Text("周三", "Wed"),
    "thu": Text("周四", "Thu"),
    "fri": Text("周五", "Fri"),
    "sat": Text("周六", "Sat"),
    "sun": Text("周日", "Sun"),
}


def _data(policy: Policy) -> Security:
    return policy.read("security.yml", Security)


def _head(zh: str, en: str, language: str) -> list[str]:
    return Text(zh, en).get(language).split(" | ")


def duties(policy: Policy, language: str) -> str:
    """Who does what for each thing to protect."""
    head = _head(
        "保护什么 | 厂商 | 你 | 云和 CDN",
        "What to protect | Vendor | You | Cloud and CDN",
        language,
    )
    rows = (
        (text.get(language) for text in (duty.what, duty.vendor, duty.operator, duty.cloud))
        for duty in _data(policy).duties
    )
    return table(head, rows)


def defaults(policy: Policy, language: str) -> str:
    """Every measure, whether it is on after the installation, and the session that shows it."""
    head = _head(
        "措施 | 默认开 | 现状 | 怎么测的", "Measure | On by default | State | Shown by", language
    )
    marks = {True: Text("是", "Yes"), False: Text("否", "No")}
    rows = (
        (
            default.measure.get(language),
            marks[default.on].get(language),
            default.state.get(language),
            f"`{default.test}`",
        )
        for default in _data(policy).defaults
    )
    return table(head, rows)


def ports(policy: Policy, language: str) -> str:
    """The ports, who comes in and what he has to show."""
    head = _head(
        "端口 | 谁来连 | 监听 | 要出示什么 | 对谁开放",
        "Port | Who connects | Listens on | What he has to show | Open to",
        language,
    )
    rows = (
        (
            str(port.number),
            port.who.get(language),
            f"`{port.listens}`",
            port.secret.get(language),
            port.open_to.get(language),
        )
        for port in _data(policy).ports
    )
    return table(head, rows)


def abuse(policy: Policy, language: str) -> str:
    """Ways of misuse and what helps."""
    head = _head(
        "场景 | 怎么看出来 | Kite 里用什么 | 你另外要做",
        "Scenario | How it shows | What Kite has | What you add",
        language,
    )
    rows = []
    for item in _data(policy).abuse:
        kite = item.kite.get(language)
        rows.append(
            (
                item.scenario.get(language),
                item.sign.get(language),
                f"[{kite}](../{item.page})" if item.page else kite,
                item.operator.get(language),
            )
        )
    return table(head, rows)


def stored(policy: Policy, language: str) -> str:
    """What Kite keeps, where, for how long, and how it goes."""
    head = _head(
        "数据 | 在哪 | 个人信息 | 留多久 | 怎么删",
        "Data | Where | Personal | Kept | How it goes",
        language,
    )
    marks = {True: Text("是", "Yes"), False: Text("否", "No")}
    rows = (
        (
            item.data.get(language),
            item.where,
            marks[item.personal].get(language),
            item.kept.get(language),
            item.remove.get(language),
        )
        for item in _data(policy).stored
    )
    return table(head, rows)


def evidence(policy: Policy, language: str) -> str:
    """Promises of security and the tests that hold them."""
    head = _head("说法 | 哪些测试在查", "Promise | Tests that hold it", language)
    rows = (
        (item.promise.get(language), " ".join(f"`{test}`" for test in item.tests))
        for item in _data(policy).evidence
    )
    return table(head, rows)


def maintenance(policy: Policy, language: str) -> str:
    """The windows for planned work."""
    data = policy.read("maintenance.yml", Maintenance)
    head = _head(
        "地区 | 日子 | 当地时间 | 时区 | 提前通知 | 退路",
        "Region | Days | Local time | Time zone | Notice | Way back",
        language,
    )
    comma = Text("、", ", ").get(language)
    back = Text("回滚", "Roll back").get(language)
    rows = (
        (
            window.name.get(language),
            comma.join(DAYS[day].get(language) for day in window.days),
            f"{window.start}–{window.end}",
            f"`{window.timezone}`",
            Text(f"{window.notice_hours} 小时", f"{window.notice_hours} hours").get(language),
            f"[{back}](../{window.rollback})",
        )
        for window in data.windows.values()
    )
    return table(head, rows)


def freezes(policy: Policy, language: str) -> str:
    """Days without planned work."""
    data = policy.read("maintenance.yml", Maintenance)
    head = _head("封网 | 从 | 到", "Freeze | From | To", language)
    rows = (
        (freeze.name.get(language), freeze.start.isoformat(), freeze.end.isoformat())
        for freeze in data.freezes
    )
    return table(head, rows)


def advisories(policy: Policy, language: str) -> str:
    """Every advisory, or the sentence that there is none."""
    found = policy.read_all("advisories/*.yml", Advisory)
    if not found:
        return Text("还没有发布过安全通告。", "No advisory has been published.").get(language)
    head = _head(
        "编号 | 问题 | 严重程度 | 受影响 | 已修复 | 文件",
        "Id | Issue | Severity | Affected | Fixed | Files",
        language,
    )
    comma = Text("、", ", ").get(language)
    rows = (
        (
            f"`{item.id}`",
            item.title.get(language),
            f"{item.cvss.severity} {item.cvss.score}",
            comma.join(item.affected),
            comma.join(item.fixed) or "—",
            f"[CSAF](csaf/{item.published.year}/{item.id.lower()}.json) [OSV](osv/x_{item.id}.json)",
        )
        for item in sorted(found, key=lambda advisory: advisory.published, reverse=True)
    )
    return table(head, rows)


TABLES: Final[Mapping[str, Table]] = {
    "security-duties": duties,
    "security-defaults": defaults,
    "security-ports": ports,
    "security-abuse": abuse,
    "stored-data": stored,
    "security-evidence": evidence,
    "maintenance-windows": maintenance,
    "maintenance-freezes": freezes,
    "advisories": advisories,
}
