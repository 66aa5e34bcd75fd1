"""Channels, hours, roles and escalation, as pages show them."""

from collections.abc import Callable, Mapping
from itertools import groupby
from typing import Final

from policy_tables.policy import Policy, table
from policy_tables.words import duration, listed, said, stop
from rollcall.model import Text
from rollcall.policy.calendars import PublishedYear
from rollcall.policy.channels import Channel, Channels
from rollcall.policy.escalation import Escalation
from rollcall.policy.organisation import Organisation
from rollcall.policy.roles import Roles

_DAYS: Final = {
    "mon": Text("周一", "Mon"),
    "tue": Text("周二", "Tue"),
    "wed": Text("周三", "Wed"),
    "thu": Text("周四", "Thu"),
    "fri": Text("周五", "Fri"),
    "sat": Text("周六", "Sat"),
    "sun": Text("周日", "Sun"),
}


def _channels(policy: Policy) -> tuple[Channel, ...]:
    return policy.read("channels.yml", Channels).channels


def _detail(policy: Policy, name: str, language: str) -> str:
    return policy.read("organisation.yml", Organisation).details[name].shown(language)


def _yes(value: bool, language: str) -> str:
    return said("是" if value else "否", "yes" if value else "no", language)


def addresses(policy: Policy, language: str) -> str:
    """How to reach each channel, and for which severities."""
    header = said("渠道|地址|能报的级别|语言", "Channel|Where|Severities|Languages", language)
    rows = (
        (
            channel.name.get(language),
            _detail(policy, channel.address, language),
            said("、", ", ", language).join(channel.severities),
            said("、", ", ", language).join(name.get(language) for name in channel.languages),
        )
        for channel in _channels(policy)
    )
    return table(header.split("|"), rows)


def uses(policy: Policy, language: str) -> str:
    """What each channel is for."""
    header = said(
        "渠道|双方同时在线|算记录|适合|不适合",
        "Channel|Both there|Is the record|Good for|Not for",
        language,
    )
    rows = (
        (
            channel.name.get(language),
            _yes(channel.synchronous, language),
            _yes(channel.record, language),
            channel.best_for.get(language),
            channel.not_for.get(language),
        )
        for channel in _channels(policy)
    )
    return table(header.split("|"), rows)


def hours(policy: Policy, language: str) -> str:
    """When each channel is staffed, by plan."""
    matrix = policy.matrix()
    calendars = matrix.calendars.data.calendars
    plans = matrix.ranked_plans
    header = (said("渠道", "Channel", language), *(plan.name.get(language) for plan in plans))
    rows = (
        (
            channel.name.get(language),
            *(
                calendars[channel.plans[plan.id]].name.get(language)
                if plan.id in channel.plans
                else "—"
                for plan in plans
            ),
        )
        for channel in _channels(policy)
    )
    return table(header, rows)


def private(policy: Policy, language: str) -> str:
    """What may be sent over each channel."""
    header = said("渠道|附件与个人信息", "Channel|Attachments and personal data", language)
    rows = (
        (c.name.get(language), stop(c.private.get(language), language)) for c in _channels(policy)
    )
    return table(header.split("|"), rows)


def weekly(policy: Policy, language: str) -> str:
    """The weekly hours of every calendar."""
    header = said("名称|时区|每周", "Name|Zone|Week", language)
    rows = []
    for calendar in policy.matrix().calendars.data.calendars.values():
        week = said("每天 00:00-24:00", "every day 00:00-24:00", language)
        if not calendar.always:
            parts = []
            for spans, days in groupby(calendar.weekly.items(), key=lambda item: item[1]):
                names = [_DAYS[day].get(language) for day, _ in days]
                run = names[0] if len(names) == 1 else f"{names[0]}–{names[-1]}"
                parts.append(f"{run} {', '.join(spans)}")
            week = said("；", "; ", language).join(parts)
        rows.append((calendar.name.get(language), calendar.zone, week))
    return table(header.split("|"), rows)


def holidays(policy: Policy, language: str) -> str:
    """The holidays of every year, and where they were read."""
    header = said("年份|假期|放假", "Year|Holiday|Closed", language)
    rows, notes = [], []
    for calendar in policy.matrix().calendars.data.calendars.values():
        for year, known in sorted(calendar.years.items()):
            if not isinstance(known, PublishedYear):
                notes.append(stop(known.awaited.get(language), language))
                continue
            for holiday in known.holidays:
                days = f"{holiday.first:%m-%d} – {holiday.last:%m-%d}"
                rows.append((str(year), holiday.name.get(language), days))
            extra = said("、", ", ", language).join(f"{day:%m-%d}" for day in known.extra)
            worked = said("调休，照常服务", "weekend days that are worked", language)
            rows.append((str(year), worked, extra))
            source = f"[{known.source.title.get(language)}]({known.source.url})"
            zh = f"{year} 年的来源：{source}，{known.source.checked} 核对"
            en = f"Source for {year}: {source}, checked {known.source.checked}"
            notes.append(stop(said(zh, en, language), language))
    return f"{table(header.split('|'), rows)}\n{listed(notes)}"


def roles(policy: Policy, language: str) -> str:
    """Who is who."""
    header = said("角色|做什么|怎么找", "Role|Does what|Contact", language)
    rows = (
        (role.name.get(language), role.duty.get(language), _detail(policy, role.contact, language))
        for role in policy.read("roles.yml", Roles).roles
    )
    return table(header.split("|"), rows)


def steps(policy: Policy, language: str) -> str:
    """Who is brought in when."""
    names = {role.id: role.name for role in policy.read("roles.yml", Roles).roles}
    ways = {channel.id: channel.name for channel in _channels(policy)}
    header = said(
        "级别|报障后|谁|渠道|备用渠道|做什么", "Severity|After|Who|Channel|Backup|Does", language
    )
    rows = (
        (
            severity,
            duration(step.after, language),
            names[step.role].get(language),
            ways[step.channel].get(language),
            ways[step.backup].get(language),
            step.action.get(language),
        )
        for severity, found in policy.read("escalation.yml", Escalation).steps.items()
        for step in found
    )
    return table(header.split("|"), rows)


def by_customer(policy: Policy, language: str) -> str:
    """How a customer escalates, and who may."""
    customer = policy.read("escalation.yml", Escalation).customer
    plans = [p.name.get(language) for p in policy.matrix().ranked_plans if p.id in customer.plans]
    joined = said("、", ", ", language).join(plans)
    time = duration(customer.answer, language)
    zh = f"{customer.how.zh}。售后经理在 {time}内回电。适用：{joined}"
    en = f"{customer.how.en}. The support manager calls back within {time}. For: {joined}"
    grounds = listed(stop(ground.get(language), language) for ground in customer.grounds)
    when = said("什么时候可以：", "When:", language)
    return f"{stop(said(zh, en, language), language)}\n\n{when}\n\n{grounds}"


TABLES: Final[Mapping[str, Callable[[Policy, str], str]]] = {
    "channel-addresses": addresses,
    "channel-uses": uses,
    "channel-hours": hours,
    "channel-private": private,
    "calendar-weeks": weekly,
    "calendar-holidays": holidays,
    "roles": roles,
    "escalation-steps": steps,
    "escalation-customer": by_customer,
}
