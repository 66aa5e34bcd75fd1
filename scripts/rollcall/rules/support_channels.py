"""Support can be reached in the ways and at the hours that its promises need."""

from collections.abc import Iterator
from typing import Final

from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Severity, Text, met, unmet
from rollcall.policy.channels import Channel, Channels
from rollcall.policy.files import PolicyFile, read_policy, refers
from rollcall.policy.matrix import Matrix, read_matrix
from rollcall.policy.organisation import Organisation
from rollcall.project import Project

ID: Final = "support-channels"
LEVEL: Final = Level.COVERED
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("渠道撑不起承诺", "the channels do not carry what is promised")
EXPLANATION: Final = Text(
    "最高级别在每个计划里至少有两个同步渠道，其中一个是电话，开放时段包含承诺的时段；"
    "记录只有一处，群和聊天不算记录；计划、级别、日历、地址都要存在。",
    "The worst severity has in every plan two synchronous channels, one of them a phone, open "
    "whenever the promise runs; there is one place of record, never a chat or group; plans, "
    "severities, calendars and addresses exist.",
)
_NO_RECORD: Final = ("chat", "group", "phone")


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per name a channel uses, per plan's worst severity, one for the record."""
    file = read_policy(project, "channels.yml", Channels)
    organisation = read_policy(project, "organisation.yml", Organisation)
    matrix = read_matrix(project)
    if file and organisation and matrix:
        for index, channel in enumerate(file.data.channels):
            yield from _names(file, index, channel, matrix, organisation.data)
        yield from _record(file, matrix)
        for plan in matrix.ranked_plans:
            yield from _worst(file, matrix, plan.id)


def _names(
    file: PolicyFile[Channels],
    index: int,
    channel: Channel,
    matrix: Matrix,
    organisation: Organisation,
) -> Iterator[Outcome]:
    where, here = f"channels.yml:{channel.id}", ("channels", index)
    at = file.place(*here, "address")
    details = list(organisation.details)
    yield refers(f"{where} address", channel.address, details, at, at, Text("机构信息", "detail"))
    plans = [plan.id for plan in matrix.ranked_plans]
    for plan, calendar in channel.plans.items():
        at = file.place(*here, "plans", plan)
        calendars = list(matrix.calendars.data.calendars)
        yield refers(f"{where} {plan}", plan, plans, at, at, Text("计划", "plan"))
        yield refers(f"{where} {plan} hours", calendar, calendars, at, at, Text("日历", "calendar"))
    levels = [level.id for level in matrix.levels]
    for severity in channel.severities:
        at = file.place(*here, "severities")
        yield refers(f"{where} {severity}", severity, levels, at, at, Text("级别", "severity"))


def _record(file: PolicyFile[Channels], matrix: Matrix) -> Iterator[Outcome]:
    records = [(i, c) for i, c in enumerate(file.data.channels) if c.record]
    at = file.place("channels")
    if len(records) == 1:
        yield met("channels.yml:record", at, at)
    else:
        text = Text(
            f"记录要有且只有一处，现在 {len(records)} 处",
            f"one channel is the record, found {len(records)}",
        )
        yield unmet("channels.yml:record", at, at, text)
    for index, channel in records:
        if channel.kind in _NO_RECORD:
            at = file.place("channels", index, "record")
            text = Text(f"`{channel.kind}` 不能当记录", f"a {channel.kind} cannot be the record")
            yield unmet(f"channels.yml:{channel.id} record", at, at, text)
        for key, wanted in (
            ("plans", [plan.id for plan in matrix.ranked_plans]),
            ("severities", [level.id for level in matrix.levels]),
        ):
            missing = [name for name in wanted if name not in getattr(channel, key)]
            at, names = file.place("channels", index, key), ", ".join(missing)
            zh, en = f"记录渠道不收 {names}", f"the channel of record does not take {names}"
            subject = f"channels.yml:{channel.id} {key}"
            yield unmet(subject, at, at, Text(zh, en)) if missing else met(subject, at, at)


def _worst(file: PolicyFile[Channels], matrix: Matrix, plan: str) -> Iterator[Outcome]:
    worst = matrix.levels[0].id
    found = matrix.row(plan, worst)
    if found is None:
        return
    needed = matrix.clock(found[1])
    because = matrix.place(found[0], "calendar")
    open_then = [
        channel
        for channel in file.data.channels
        if channel.synchronous
        and worst in channel.severities
        and (clock := matrix.clocks.get(channel.plans.get(plan, ""))) is not None
        and needed.within(clock)
    ]
    phones = [index for index, channel in enumerate(file.data.channels) if channel.kind == "phone"]
    subject, at = f"channels.yml:{plan} {worst}", file.place("channels")
    if not any(channel.kind == "phone" for channel in open_then):
        at = file.place("channels", phones[0], "plans", plan) if phones else at
        zh = f"{plan} 的 {worst} 在承诺的时段里没有电话"
        en = f"{plan} {worst} has no phone during its hours"
        yield unmet(subject, at, because, Text(zh, en))
    elif len(open_then) == 1:
        zh = f"{plan} 的 {worst} 在承诺的时段里只有一个同步渠道"
        en = f"{plan} {worst} has one synchronous channel during its hours, two are needed"
        yield unmet(subject, at, because, Text(zh, en))
    else:
        yield met(subject, at, because)
