"""Warranty, entitlements, escalation and other times are as they were published."""

from collections.abc import Iterator
from typing import Final, TypeAlias

from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Place, Severity, Text, met, unmet
from rollcall.policy.commitments import Commitments
from rollcall.policy.escalation import Escalation
from rollcall.policy.files import PolicyFile, read_policy
from rollcall.policy.plans import Plans
from rollcall.policy.published import Published, Version
from rollcall.policy.warranty import Warranty
from rollcall.project import Project

ID: Final = "published-terms"
LEVEL: Final = Level.PROVEN
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("条件和公布的不一样", "a term differs from the published one")
EXPLANATION: Final = Text(
    "质保月数、权益数量、升级步骤的时间和 `commitments.yml` 里的时间，和 `published.yml` 最新一版对照。"
    "要改，就在那里加一个新版本、写明改了什么，并提前通知。",
    "Months of warranty, amounts of entitlements, times of escalation and of `commitments.yml` are "
    "held against the latest version in `published.yml`. To change one, add a version there that "
    "says what changed, and announce it ahead.",
)

# Subject, what was published, what it is now, where it stands, the location in the version.
_Term: TypeAlias = tuple[str, object, object, Place, tuple[str | int, ...]]


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per published term."""
    file = read_policy(project, "published.yml", Published)
    if file is None:
        return
    number = len(file.data.versions) - 1
    for subject, published, now, at, location in _terms(project, file.data.versions[number]):
        because = file.place("versions", number, *location)
        if published == now:
            yield met(subject, at, because)
        else:
            found = Text("没有了", "nothing") if now is None else Text(str(now), str(now))
            zh = f"公布的是 {published}，现在是 {found.zh}；要改就加一个版本"
            en = f"{published} was published, found {found.en}: add a version to change it"
            yield unmet(subject, at, because, Text(zh, en))


def _terms(project: Project, version: Version) -> Iterator[_Term]:
    if warranty := read_policy(project, "warranty.yml", Warranty):
        months, at = warranty.data.months, warranty.place("months")
        yield "warranty.yml:months", version.warranty_months, months, at, ("warranty_months",)
    if plans := read_policy(project, "plans.yml", Plans):
        yield from _entitlements(plans, version)
    if escalation := read_policy(project, "escalation.yml", Escalation):
        yield from _steps(escalation, version)
    if commitments := read_policy(project, "commitments.yml", Commitments):
        yield from _commitments(commitments, version)


def _entitlements(file: PolicyFile[Plans], version: Version) -> Iterator[_Term]:
    indexes = {item.id: index for index, item in enumerate(file.data.entitlements)}
    for name, amounts in version.entitlements.items():
        for plan, amount in amounts.items():
            index = indexes.get(name)
            now = None if index is None else file.data.entitlements[index].plans.get(plan)
            here = ("entitlements",) if index is None else ("entitlements", index, "plans", plan)
            subject = f"plans.yml:{name} {plan} published"
            yield subject, amount, now, file.place(*here), ("entitlements", name, plan)


def _steps(file: PolicyFile[Escalation], version: Version) -> Iterator[_Term]:
    for severity, times in version.escalation.items():
        steps = file.data.steps.get(severity, ())
        for index, time in enumerate(times):
            now = steps[index].after if index < len(steps) else None
            at = file.place("steps", severity, index)
            subject = f"escalation.yml:{severity} {index + 1} published"
            yield subject, time, now, at, ("escalation", severity, index)


def _commitments(file: PolicyFile[Commitments], version: Version) -> Iterator[_Term]:
    indexes = {item.id: index for index, item in enumerate(file.data.commitments)}
    for name, time in version.commitments.items():
        index = indexes.get(name)
        now = None if index is None else file.data.commitments[index].within
        here = ("commitments",) if index is None else ("commitments", index, "within")
        subject = f"commitments.yml:{name} published"
        yield subject, time, now, file.place(*here), ("commitments", name)
