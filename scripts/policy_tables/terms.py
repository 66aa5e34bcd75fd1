"""Plans, warranty, scope and contract, as pages show them."""

from collections.abc import Callable, Mapping
from typing import Final

from policy_tables.policy import Policy, table
from policy_tables.words import duration, numbered, said, stop
from rollcall.model import Text
from rollcall.policy.contract import Contract
from rollcall.policy.published import Published
from rollcall.policy.warranty import Exclusions, Warranty

_PILLARS: Final = {
    "response": Text("响应", "Response"),
    "resolution": Text("解决", "Resolution"),
    "optimisation": Text("优化", "Optimisation"),
}
_UPDATES: Final = {
    "bugfix": Text("缺陷修复", "Bug fixes"),
    "security": Text("安全修复", "Security fixes"),
    "feature": Text("功能更新", "Feature updates"),
}
_TOPICS: Final = {
    "content": Text("服务内容", "Services"),
    "response": Text("响应的定义", "What a response is"),
    "term": Text("服务期限", "Term"),
    "liability": Text("责任划分", "Liability"),
    "response-times": Text("响应时间承诺", "Response times"),
    "escalation": Text("问题升级机制", "Escalation"),
    "scope": Text("服务范围边界", "Scope"),
    "optimisation": Text("定期技术优化", "Periodic optimisation"),
    "sla": Text("SLA 保障条款", "SLA"),
}


def plans(policy: Policy, language: str) -> str:
    """The plans and whom each suits."""
    header = said(
        "计划|适合|另外收费|能报障的联系人", "Plan|Suits|Paid for|Contacts who may file", language
    )
    yes, no = said("是", "yes", language), said("否，随源码授权", "no, with the licence", language)
    rows = (
        (
            plan.name.get(language),
            plan.suits.get(language),
            yes if plan.paid else no,
            said(f"{plan.contacts} 人", f"{plan.contacts}", language),
        )
        for plan in policy.matrix().ranked_plans
    )
    return table(header.split("|"), rows)


def entitlements(policy: Policy, language: str) -> str:
    """How much of what each plan holds."""
    matrix = policy.matrix()
    names = [plan.name.get(language) for plan in matrix.ranked_plans]
    header = (said("权益", "Entitlement", language), said("单位", "Unit", language), *names)
    note = said("备注", "Note", language)
    rows = (
        (
            item.name.get(language),
            item.unit.get(language),
            *(str(item.plans[plan.id]) for plan in matrix.ranked_plans),
            item.note.get(language) if item.note else "—",
        )
        for item in matrix.plans.data.entitlements
    )
    return table((*header, note), rows)


def updates(policy: Policy, language: str) -> str:
    """What updates cost in each plan."""
    matrix = policy.matrix()
    names = [plan.name.get(language) for plan in matrix.ranked_plans]
    rows = []
    for kind, prices in matrix.plans.data.updates.items():
        cells = []
        for plan in matrix.ranked_plans:
            found = prices[plan.id]
            free = said("免费", "free", language)
            price = free if found.price == 0 else str(found.price)
            cells.append(price if isinstance(found.price, int) else found.price.get(language))
        notes = dict.fromkeys(prices[plan.id].text.get(language) for plan in matrix.ranked_plans)
        rows.append((_UPDATES[kind].get(language), *cells, said("；", "; ", language).join(notes)))
    first, last = said("更新", "Update", language), said("说明", "Note", language)
    return table((first, *names, last), rows)


def plan_changes(policy: Policy, language: str) -> str:
    """How a customer moves between plans."""
    data = policy.matrix().plans.data
    header = said("变更|规则", "Change|Rule", language)
    up, down = said("升级", "Upgrade", language), said("降级", "Downgrade", language)
    rows = [
        (up, stop(data.upgrade.get(language), language)),
        (down, stop(data.downgrade.get(language), language)),
    ]
    return table(header.split("|"), rows)


def _warranty(policy: Policy) -> Warranty:
    return policy.read("warranty.yml", Warranty)


def _plan(policy: Policy, name: str, language: str) -> str:
    return next(p.name.get(language) for p in policy.matrix().ranked_plans if p.id == name)


def warranty_facts(policy: Policy, language: str) -> str:
    """When it starts, how long it lasts, which plan it equals, what comes after."""
    data = _warranty(policy)
    after = said("、", ", ", language).join(_plan(policy, p, language) for p in data.after.plans)
    header = said("项目|内容", "Item|Terms", language)
    rows = [
        (said("从什么时候算", "Starts", language), stop(data.start.get(language), language)),
        (
            said("多久", "Lasts", language),
            said(f"{data.months} 个月", f"{data.months} months", language),
        ),
        (said("等同的计划", "Equals the plan", language), _plan(policy, data.plan, language)),
        (
            said("到期提醒", "Reminder", language),
            said(
                f"提前 {data.after.notice_days} 天",
                f"{data.after.notice_days} days ahead",
                language,
            ),
        ),
        (said("到期后可选", "Afterwards", language), after),
        (said("没有选", "Without a choice", language), _plan(policy, data.after.default, language)),
    ]
    return table(header.split("|"), rows)


def coverage(policy: Policy, language: str) -> str:
    """What the warranty covers."""
    header = said("类别|保什么|条款", "Pillar|Covered|Clause", language)
    rows = (
        (_PILLARS[item.pillar].get(language), item.text.get(language), item.clause)
        for item in _warranty(policy).coverage
    )
    return table(header.split("|"), rows)


def modified(policy: Policy, language: str) -> str:
    """How a problem in modified source is judged."""
    rule = _warranty(policy).modified_source
    assert rule is not None  # rule warranty-scope  # noqa: S101
    parts = (rule.text, rule.baseline, rule.hash_list, rule.paid)
    return numbered(stop(part.get(language), language) for part in parts)


def claims(policy: Policy, language: str) -> str:
    """How a claim is made and decided."""
    data = _warranty(policy).claims
    lines = numbered(stop(step.get(language), language) for step in data.steps)
    time = duration(data.decided_within, language, business=True)
    zh = f"结论在申请材料齐全后 {time}内给出。{data.dispute.zh}"
    en = f"The decision comes within {time} of a complete claim. {data.dispute.en}"
    return f"{lines}\n{stop(said(zh, en, language), language)}\n"


def after(policy: Policy, language: str) -> str:
    """What happens when the warranty ends."""
    return stop(_warranty(policy).after.text.get(language), language)


def third_parties(policy: Policy, language: str) -> str:
    """What is done about faults of third parties."""
    return stop(_warranty(policy).third_parties.get(language), language)


def exclusions(policy: Policy, language: str) -> str:
    """What is out of scope, and what can be done instead."""
    header = said("不在范围内|可以怎么办", "Out of scope|What can be done instead", language)
    rows = (
        (item.text.get(language), item.instead.get(language))
        for item in policy.read("exclusions.yml", Exclusions).exclusions
    )
    return table(header.split("|"), rows)


def clauses(policy: Policy, language: str) -> str:
    """Every clause with its topic."""
    header = said(
        "条款|主题|标题|可以写进合同的话", "Clause|Topic|Title|Words for a contract", language
    )
    rows = (
        (
            clause.id,
            _TOPICS[clause.topic].get(language),
            clause.title.get(language),
            stop(clause.text.get(language), language),
        )
        for clause in policy.read("contract.yml", Contract).clauses
    )
    return table(header.split("|"), rows)


def versions(policy: Policy, language: str) -> str:
    """The published versions of the policy, the latest first."""
    header = said("公布日期|改了什么|质保", "Published|What changed|Warranty", language)
    rows = (
        (
            str(version.day),
            version.change.get(language),
            said(f"{version.warranty_months} 个月", f"{version.warranty_months} months", language),
        )
        for version in reversed(policy.read("published.yml", Published).versions)
    )
    return table(header.split("|"), rows)


TABLES: Final[Mapping[str, Callable[[Policy, str], str]]] = {
    "plans": plans,
    "entitlements": entitlements,
    "updates": updates,
    "plan-changes": plan_changes,
    "warranty-facts": warranty_facts,
    "warranty-coverage": coverage,
    "warranty-modified": modified,
    "warranty-claims": claims,
    "warranty-after": after,
    "third-parties": third_parties,
    "exclusions": exclusions,
    "clauses": clauses,
    "policy-versions": versions,
}
