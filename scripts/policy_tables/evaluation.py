"""Tables for learners: paths, units, fault drills, hours of coaching."""

from collections.abc import Callable, Mapping
from typing import Final

from policy_tables.policy import Policy, table
from rollcall.model import Text
from rollcall.policy.plans import Plans
from rollcall.policy.training import Training


def coaching(policy: Policy, language: str) -> str:
    """Hours of one-to-one coaching in each plan."""
    plans = policy.read("plans.yml", Plans)
    row = next(item for item in plans.entitlements if item.id == "one-to-one")
    header = [Text("内容", "What").get(language), *(p.name.get(language) for p in plans.plans)]
    name = f"{row.name.get(language)} ({row.unit.get(language)})"
    return table(header, [[name, *(str(row.plans[plan.id]) for plan in plans.plans)]])


def roles(policy: Policy, language: str) -> str:
    """Paths: role, hours, units in order."""
    training = policy.read("training.yml", Training)
    header = Text("角色 | 小时 | 单元（按顺序）", "Role | Hours | Units, in order").get(language)
    arrow = " → "
    rows = (
        (
            role.name.get(language),
            f"{sum(training.units[unit].minutes for unit in role.units) / 60:g}",
            arrow.join(training.units[unit].title.get(language) for unit in role.units),
        )
        for role in training.roles.values()
    )
    return table(header.split(" | "), rows)


def units(policy: Policy, language: str) -> str:
    """Every unit: minutes, goal, material, hands-on, how it is passed."""
    training = policy.read("training.yml", Training)
    minutes = Text("（{} 分钟）", " ({} minutes)")
    header = Text(
        "单元 | 目标 | 教材 | 动手 | 通过",
        "Unit | Goal | Material | Hands-on | Passed when",
    )
    rows = (
        (
            unit.title.get(language) + minutes.get(language).format(unit.minutes),
            unit.goal.get(language),
            "<br>".join(_link(policy, page, language) for page in unit.material),
            unit.hands_on.get(language),
            unit.passed.get(language),
        )
        for unit in training.units.values()
    )
    return table(header.get(language).split(" | "), rows)


def drills(policy: Policy, language: str) -> str:
    """Every fault drill: what breaks, what must be found, in how many minutes."""
    training = policy.read("training.yml", Training)
    header = Text(
        "故障 | 应当找到 | 从哪页查起 | 限时（分钟）",
        "Fault | What must be found | Page to start from | Limit (minutes)",
    )
    rows = (
        (
            drill.fault.get(language),
            f"`{drill.signal}`",
            _link(policy, drill.page, language),
            str(drill.minutes),
        )
        for drill in training.drills.values()
    )
    return table(header.get(language).split(" | "), rows)


def _link(policy: Policy, page: str, language: str) -> str:
    """A link from a page of the training folder."""
    return f"[{policy.title(page, language)}](../{page})"


TABLES: Final[Mapping[str, Callable[[Policy, str], str]]] = {
    "training-coaching": coaching,
    "training-roles": roles,
    "training-units": units,
    "training-drills": drills,
}
