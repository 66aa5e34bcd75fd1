"""The trial, as pages show it."""

from collections.abc import Callable, Mapping
from typing import Final

from policy_tables.policy import Policy, table
from policy_tables.words import promised, said, stop
from rollcall.model import Text
from rollcall.policy.trial import Trial

_AREAS: Final = {
    "stability": Text("稳定性", "Stability"),
    "documents": Text("文档", "Documents"),
}


def facts(policy: Policy, language: str) -> str:
    """How long it takes and which plan's times hold."""
    trial = policy.read("trial.yml", Trial)
    plan = next(p.name for p in policy.matrix().ranked_plans if p.id == trial.plan)
    zh = f"试用 {trial.days} 天，期间按{plan.zh}的时间响应"
    en = f"A trial takes {trial.days} days, and is served in the times of {plan.en}"
    return stop(said(zh, en, language), language)


def criteria(policy: Policy, language: str) -> str:
    """What is measured, and when it passes."""
    header = said("方面|量什么|通过|怎么量", "Area|Measure|Passes at|How", language)
    rows = []
    for item in policy.read("trial.yml", Trial).criteria:
        sign, value = ("≤", item.at_most) if item.at_least is None else ("≥", item.at_least)
        limit = f"{sign} {value:g} {item.unit.get(language)}"
        texts = (item.measure.get(language), limit, item.how.get(language))
        rows.append((_AREAS[item.area].get(language), *texts))
    return table(header.split("|"), rows)


def drills(policy: Policy, language: str) -> str:
    """What is rehearsed, and how soon the first response has to come."""
    trial, matrix = policy.read("trial.yml", Trial), policy.matrix()
    header = said("级别|什么时候报|怎么报|首次响应", "Severity|Filed|How|First response", language)
    rows = []
    for drill in trial.drills:
        _, row = matrix.rows[trial.plan, drill.severity]
        within = promised(row.first_response, matrix.clock(row), language)
        texts = (drill.when.get(language), drill.how.get(language))
        rows.append((drill.severity, *texts, within))
    return table(header.split("|"), rows)


TABLES: Final[Mapping[str, Callable[[Policy, str], str]]] = {
    "trial-facts": facts,
    "trial-criteria": criteria,
    "trial-drills": drills,
}
