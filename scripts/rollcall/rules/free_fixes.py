"""Bug and security fixes cost nothing, in every plan."""

from collections.abc import Iterator
from typing import Final, get_args

from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Severity, Text, met, unmet
from rollcall.policy.files import read_policy
from rollcall.policy.plans import Plans, Update
from rollcall.project import Project

ID: Final = "free-fixes"
LEVEL: Final = Level.COVERED
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("修缺陷、修漏洞要收钱，或没写价格", "a fix costs money, or has no price")
EXPLANATION: Final = Text(
    "缺陷和漏洞是卖方的错，每个计划都免费（`price: 0`）；功能更新收不收钱，每个计划也要写明。",
    "Bugs and vulnerabilities are the vendor's fault, so every plan has their fixes at `price: 0`; "
    "whether feature updates cost something is said for every plan as well.",
)
_FREE: Final = ("bugfix", "security")


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per kind of update and plan."""
    file = read_policy(project, "plans.yml", Plans)
    if file is None:
        return
    for kind in get_args(Update):
        for plan in file.data.plans:
            at = file.place("updates", kind, plan.id, "price")
            subject = f"plans.yml:{kind} {plan.id}"
            found = file.data.updates.get(kind, {}).get(plan.id)
            if found is None:
                text = Text(f"没写 {plan.id} 的 {kind} 多少钱", f"no price of {kind} in {plan.id}")
                yield unmet(subject, at, at, text)
            elif kind in _FREE and found.price != 0:
                text = Text(f"{plan.id} 的 {kind} 要免费", f"{kind} must be free in {plan.id}")
                yield unmet(subject, at, at, text)
            else:
                yield met(subject, at, at)
