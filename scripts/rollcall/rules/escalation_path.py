"""A problem that is not solved moves up, step by step, to someone who can decide."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Severity, Text, met, unmet
from rollcall.policy.channels import Channels
from rollcall.policy.escalation import Escalation, Step
from rollcall.policy.files import PolicyFile, read_policy, refers
from rollcall.policy.matrix import Matrix, read_matrix
from rollcall.policy.roles import Roles
from rollcall.policy.texts import minutes
from rollcall.project import Project

ID: Final = "escalation-path"
LEVEL: Final = Level.COVERED
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("升级路径走不通", "the path of escalation leads nowhere")
EXPLANATION: Final = Text(
    "每个级别的升级步骤时间递增，第一步不晚于最快的首次响应，最后一步是管理者；越严重越早走完。"
    "每步有角色、渠道和备用渠道；付费计划的客户可以自己要求升级；每个角色都有事做。",
    "The steps of each severity come at growing times, the first no later than the fastest first "
    "response, the last with a manager; worse severities get there sooner. Every step has a role, a "
    "channel and another channel; customers of paid plans can ask for it; no role is idle.",
)
_DAY: Final = 8 * 60


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per step and property of each severity's path, per paid plan, per role."""
    file = read_policy(project, "escalation.yml", Escalation)
    roles = read_policy(project, "roles.yml", Roles)
    channels = read_policy(project, "channels.yml", Channels)
    matrix = read_matrix(project)
    if file and roles and channels and matrix:
        for severity, steps in file.data.steps.items():
            yield from _names(file, severity, steps, roles.data, channels.data)
            yield from _order(file, severity, steps, roles.data)
        yield from _levels(file, matrix)
        yield from _customer(file, matrix)
        yield from _idle(file, roles, matrix)


def _after(step: Step) -> int:
    return minutes(step.after, _DAY)


def _names(
    file: PolicyFile[Escalation],
    severity: str,
    steps: tuple[Step, ...],
    roles: Roles,
    channels: Channels,
) -> Iterator[Outcome]:
    known = [role.id for role in roles.roles]
    ways = {channel.id: channel for channel in channels.channels}
    for index, step in enumerate(steps):
        place, where = (
            file.place("steps", severity, index),
            f"escalation.yml:{severity} {index + 1}",
        )
        yield refers(f"{where} role", step.role, known, place, place, Text("角色", "role"))
        for key in ("channel", "backup"):
            name = getattr(step, key)
            yield refers(f"{where} {key}", name, ways, place, place, Text("渠道", "channel"))
        if step.channel == step.backup:
            same = Text("备用渠道就是主渠道", "the backup is the channel itself")
            yield unmet(f"{where} backup differs", place, place, same)


def _order(
    file: PolicyFile[Escalation], severity: str, steps: tuple[Step, ...], roles: Roles
) -> Iterator[Outcome]:
    where = f"escalation.yml:{severity}"
    for index, (before, after) in enumerate(pairwise(steps), 1):
        at = file.place("steps", severity, index)
        subject = f"{where} step {index + 1} after step {index}"
        zh, en = f"不晚于上一步（{before.after}）", f"not after the step before ({before.after})"
        later = _after(after) > _after(before)
        yield met(subject, at, at) if later else unmet(subject, at, at, Text(zh, en))
    at = file.place("steps", severity, max(0, len(steps) - 1))
    managers = {role.id for role in roles.roles if role.manager}
    if steps and steps[-1].role in managers:
        yield met(f"{where} manager", at, at)
    else:
        text = Text("最后一步不是管理者", "the last step is no manager")
        yield unmet(f"{where} manager", at, at, text)


def _levels(file: PolicyFile[Escalation], matrix: Matrix) -> Iterator[Outcome]:
    """Every severity has steps, starts no later than the fastest response, ends in order."""
    before: tuple[str, int] | None = None
    for level in matrix.levels:
        subject, at = f"escalation.yml:{level.id}", file.place("steps", level.id)
        steps = file.data.steps.get(level.id, ())
        if not steps:
            none = Text(f"{level.id} 没有升级步骤", f"{level.id} has no steps")
            yield unmet(subject, file.place("steps"), at, none)
            continue
        rows = [
            found[1] for plan in matrix.ranked_plans if (found := matrix.row(plan.id, level.id))
        ]
        times = [time for row in rows if (time := matrix.service(row, "first_response"))]
        first = file.place("steps", level.id, 0)
        zh, en = (
            f"第一步晚于最快的首次响应（{min(times, default=0)} 分钟）",
            f"starts after the fastest first response ({min(times, default=0)} min)",
        )
        early = not times or _after(steps[0]) <= min(times)
        yield met(subject, first, at) if early else unmet(subject, first, at, Text(zh, en))
        last = file.place("steps", level.id, len(steps) - 1)
        if before and _after(steps[-1]) < before[1]:
            zh, en = (
                f"比更严重的 {before[0]} 先到最后一步",
                f"gets to its end before {before[0]}, which is worse",
            )
            yield unmet(f"{subject} after {before[0]}", last, at, Text(zh, en))
        before = level.id, _after(steps[-1])
    for severity in file.data.steps:
        at = file.place("steps", severity)
        known = [level.id for level in matrix.levels]
        yield refers(
            f"escalation.yml:{severity} known", severity, known, at, at, Text("级别", "severity")
        )


def _customer(file: PolicyFile[Escalation], matrix: Matrix) -> Iterator[Outcome]:
    at = file.place("customer", "plans")
    for index, plan in enumerate(matrix.plans.data.plans):
        if plan.paid:
            because = matrix.plans.place("plans", index)
            subject = f"escalation.yml:customer {plan.id}"
            zh, en = f"{plan.id} 的客户不能要求升级", f"customers of {plan.id} cannot ask for it"
            there = plan.id in file.data.customer.plans
            yield met(subject, at, because) if there else unmet(subject, at, because, Text(zh, en))


def _idle(
    file: PolicyFile[Escalation], roles: PolicyFile[Roles], matrix: Matrix
) -> Iterator[Outcome]:
    used = {step.role for steps in file.data.steps.values() for step in steps}
    used |= {item.role for item in matrix.plans.data.entitlements if item.role}
    for index, role in enumerate(roles.data.roles):
        at = roles.place("roles", index)
        idle = Text(
            f"没有哪一步、哪项权益用到 `{role.id}`", f"no step, no entitlement has `{role.id}`"
        )
        good = role.id in used
        subject = f"roles.yml:{role.id}"
        yield met(subject, at, at) if good else unmet(subject, at, at, idle)
