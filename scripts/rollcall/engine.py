"""check(plan, snapshot) → Report: the sole loop. Stamps id and severity, waives, sorts."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from rollcall.checklist import Checklist, Plan, Waiver
from rollcall.model import (
    InputError,
    Level,
    Outcome,
    Report,
    RuleInfo,
    Severity,
    Status,
    Text,
    met,
    unmet,
)
from rollcall.project import Project
from rollcall.rules import RULES, Rule, options_of
from rollcall.snapshot import Snapshot

WAIVER: Final = "waiver"
WAIVER_SUMMARY: Final = Text("豁免已过期，或没有用上", "a waiver has expired or waives nothing")
WAIVER_EXPLANATION: Final = Text(
    "豁免写在清单的 `waivers` 里，要有 rule、subject、reason、owner、expires。"
    "过期的豁免不再起作用；没有用上的豁免也是问题。",
    "A waiver in `waivers` of the checklist has rule, subject, reason, owner and expires. One "
    "that has expired waives nothing; one that waives nothing is a finding.",
)


def check(
    plan: Plan,
    snapshot: Snapshot,
    *,
    level: Level | None = None,
    select: Collection[str] = (),
    ignore: Collection[str] = (),
    today: date | None = None,
    rules: Sequence[Rule] = RULES,
) -> Report:
    """Judge a tree by a checklist: `judge`, after binding the one to the other.

    `plan` is the checklist, as `load` gives it; `today` is the day that waivers and dates are judged
    on, the current one by default; the rest is as for `judge`.

    Raises:
        InputError: there is nothing to check.
    """
    return judge(
        Project(plan, snapshot, today), level=level, select=select, ignore=ignore, rules=rules
    )


def judge(
    project: Project,
    *,
    level: Level | None = None,
    select: Collection[str] = (),
    ignore: Collection[str] = (),
    rules: Sequence[Rule] = RULES,
) -> Report:
    """Judge what is bound, on the day that the project was bound for.

    Args:
        project: the tree, bound to its checklist.
        level: run the rules of this level and below; the checklist's own level by default.
        select: only these rule ids (all when empty); `ignore` is taken away from them.
        ignore: rule ids to leave out.
        rules: the registry.

    Raises:
        InputError: there is nothing to check.
    """
    plan = Plan(project.checklist, project.source)
    demanded = plan.checklist.demanded if level is None else level
    chosen = [rule for rule in rules if _runs(rule, plan.checklist, demanded, select, ignore)]
    raw = [outcome for rule in chosen for outcome in _judge(rule, project)]
    wanted = (not select or WAIVER in select) and WAIVER not in ignore
    outcomes = list(_waive(raw, plan, {rule.ID for rule in chosen}, wanted, project.today))
    return Report(
        outcomes=tuple(sorted(outcomes, key=_order)),
        scope=project.scope,
        rules=tuple(RuleInfo(rule.ID, rule.SUMMARY, rule.LEVEL) for rule in chosen)
        + ((RuleInfo(WAIVER, WAIVER_SUMMARY),) if wanted else ()),
    )


def _runs(
    rule: Rule,
    checklist: Checklist,
    level: Level,
    select: Collection[str],
    ignore: Collection[str],
) -> bool:
    setting = checklist.rules.get(rule.ID)
    off = setting is not None and setting.severity == "off"
    chosen = not select or rule.ID in select
    return level >= rule.LEVEL and chosen and rule.ID not in ignore and not off


def _judge(rule: Rule, project: Project) -> Iterator[Outcome]:
    """One rule over the project; a rule that raises is a `broken` outcome, the rest go on."""
    setting = project.checklist.rules.get(rule.ID)
    severity = setting.severity if setting and setting.severity else rule.SEVERITY
    try:
        for outcome in rule.check(project, options_of(project.checklist, rule)):
            yield replace(outcome, rule=rule.ID, severity=Severity(severity))
    except InputError:
        raise
    except Exception as error:  # a defect of one rule must not hide the others
        because = project.source.place("rules", rule.ID)
        what = f"{type(error).__name__}: {error}"
        message = Text(f"规则本身出错：{what}", f"the rule itself failed: {what}")
        yield Outcome(Status.BROKEN, rule.ID, because, because, message, rule=rule.ID)


def _waive(
    outcomes: Sequence[Outcome], plan: Plan, ran: set[str], wanted: bool, today: date
) -> Iterator[Outcome]:
    waivers = plan.checklist.waivers
    by_key = {(waiver.rule, waiver.subject): waiver for waiver in waivers}
    used: set[tuple[str, str]] = set()
    for outcome in outcomes:
        key = (outcome.rule, outcome.subject)
        waiver = by_key.get(key)
        if waiver is None or outcome.status is not Status.UNMET:
            yield outcome
            continue
        used.add(key)
        yield replace(outcome, status=Status.WAIVED) if waiver.expires >= today else outcome
    for index, waiver in enumerate(waivers if wanted else ()):
        if waiver.rule in ran:
            yield _judge_waiver(waiver, index, plan, (waiver.rule, waiver.subject) in used, today)


def _judge_waiver(waiver: Waiver, index: int, plan: Plan, used: bool, today: date) -> Outcome:
    place = plan.source.place("waivers", index)
    name = f"{waiver.rule} {waiver.subject}"
    if used and waiver.expires >= today:
        return replace(met(name, place, place), rule=WAIVER)
    if not used:
        message = Text(f"这条豁免没有用上：`{name}`", f"this waiver waives nothing: `{name}`")
        hint = Text(
            "问题已解决，删掉它；或核对 rule 和 subject", "delete it, or check its rule and subject"
        )
    else:
        message = Text(
            f"豁免已于 {waiver.expires} 过期：`{name}`",
            f"this waiver expired on {waiver.expires}: `{name}`",
        )
        hint = Text(
            f"请 {waiver.owner} 解决，或写明新的理由和日期",
            f"{waiver.owner}: mend it, or give a new reason and date",
        )
    return replace(unmet(name, place, place, message, hint=hint), rule=WAIVER)


def _order(outcome: Outcome) -> tuple[str, int, str, str]:
    return (outcome.at.path, outcome.at.line or 0, outcome.rule, outcome.subject)
