"""Warranty, entitlements, escalation, hours and other terms are as they were published."""

from collections.abc import Iterator
from typing import Final, TypeAlias

from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Place, Severity, Text, met, unmet
from rollcall.policy.calendars import Calendars
from rollcall.policy.clock import weekly_hours
from rollcall.policy.commitments import Commitments
from rollcall.policy.escalation import Escalation
from rollcall.policy.files import PolicyFile, read_policy
from rollcall.policy.plans import Plans
from rollcall.policy.published import Published, Version
from rollcall.policy.targets import Targets
from rollcall.policy.warranty import Warranty
from rollcall.project import Project

ID: Final = "published-terms"
LEVEL: Final = Level.PROVEN
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("条件和公布的不一样", "a term differs from the published one")
EXPLANATION: Final = Text(
    "质保、权益、联系人、补偿、每周服务时间、升级步骤和 `commitments.yml` 里的时间，和 `published.yml` 最新一版对照。"
    "要改，就在那里加一个新版本、写明改了什么，并提前通知。",
    "Warranty, entitlements, contacts, credits, weekly hours, times of escalation and of "
    "`commitments.yml` are held against the latest version in `published.yml`. To change one, add a "
    "version there that says what changed, and announce it ahead.",
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
        yield from _warranty(warranty, version)
    if plans := read_policy(project, "plans.yml", Plans):
        yield from _entitlements(plans, version)
        yield from _contacts(plans, version)
    if escalation := read_policy(project, "escalation.yml", Escalation):
        yield from _steps(escalation, version)
    if commitments := read_policy(project, "commitments.yml", Commitments):
        yield from _commitments(commitments, version)
    if targets := read_policy(project, "targets.yml", Targets):
        yield from _targets(targets, version)
    if calendars := read_policy(project, "calendars.yml", Calendars):
        for name, hours in version.weekly_hours.items():
            calendar = calendars.data.calendars.get(name)
            now = None if calendar is None else weekly_hours(calendar)
            at = calendars.place("calendars", name, "weekly")
            yield f"calendars.yml:{name} hours", hours, now, at, ("weekly_hours", name)


def _warranty(file: PolicyFile[Warranty], version: Version) -> Iterator[_Term]:
    months, at = file.data.months, file.place("months")
    yield "warranty.yml:months", version.warranty_months, months, at, ("warranty_months",)
    if version.claim_decided is not None:
        now, at = file.data.claims.decided_within, file.place("claims", "decided_within")
        yield "warranty.yml:claims", version.claim_decided, now, at, ("claim_decided",)
    covered = {item.id for item in file.data.coverage}
    for index, name in enumerate(version.covered):
        there = name if name in covered else None
        at = file.place("coverage")
        yield f"warranty.yml:{name} published", name, there, at, ("covered", index)


def _targets(file: PolicyFile[Targets], version: Version) -> Iterator[_Term]:
    if version.known_answer is not None:
        now, at = file.data.known_answer.within, file.place("known_answer", "within")
        yield "targets.yml:known answer", version.known_answer, now, at, ("known_answer",)
    found = {(item.plan, item.severity): i for i, item in enumerate(file.data.credits)}
    for plan, severities in version.credits.items():
        for severity, terms in severities.items():
            index = found.get((plan, severity))
            here = ("credits",) if index is None else ("credits", index)
            credit = None if index is None else file.data.credits[index]
            mine = None if credit is None else (credit.below, credit.days)
            subject = f"targets.yml:credit {plan} {severity}"
            yield subject, terms, mine, file.place(*here), ("credits", plan, severity)


def _contacts(file: PolicyFile[Plans], version: Version) -> Iterator[_Term]:
    indexes = {plan.id: index for index, plan in enumerate(file.data.plans)}
    for name, count in version.contacts.items():
        index = indexes.get(name)
        now = None if index is None else file.data.plans[index].contacts
        here = ("plans",) if index is None else ("plans", index, "contacts")
        yield f"plans.yml:{name} contacts", count, now, file.place(*here), ("contacts", name)


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
    if version.escalation_answer is not None:
        answer, place = file.data.customer.answer, file.place("customer", "answer")
        name = "escalation.yml:customer answer"
        yield name, version.escalation_answer, answer, place, ("escalation_answer",)
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
