"""The warranty covers three things, excludes others, and no thing is both."""

from collections.abc import Iterator
from typing import Final, get_args

from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Severity, Text, met, unmet
from rollcall.policy.channels import Channels
from rollcall.policy.files import PolicyFile, read_policy, refers
from rollcall.policy.plans import Plans
from rollcall.policy.warranty import Exclusions, Pillar, Warranty
from rollcall.project import Project

ID: Final = "warranty-scope"
LEVEL: Final = Level.COVERED
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("质保范围自相矛盾或有缺口", "the warranty contradicts itself or has a gap")
EXPLANATION: Final = Text(
    "质保要含响应、解决、优化三类；保的和不保的不能是同一件事；改过源码怎么判断、由哪一页教，要写明；"
    "等同的计划、到期后的计划、申请渠道都要存在。",
    "The warranty covers response, resolution and optimisation; nothing is both covered and "
    "excluded; it says how a problem in modified source is judged and which page shows that; the "
    "plans it names and the channel of claims exist.",
)


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per pillar, per thing covered, per name, one for modified source."""
    file = read_policy(project, "warranty.yml", Warranty)
    exclusions = read_policy(project, "exclusions.yml", Exclusions)
    plans = read_policy(project, "plans.yml", Plans)
    channels = read_policy(project, "channels.yml", Channels)
    if file and exclusions and plans and channels:
        yield from _pillars(file)
        yield from _disjoint(file, exclusions)
        yield from _modified(project, file)
        yield from _names(file, plans.data, channels.data)


def _pillars(file: PolicyFile[Warranty]) -> Iterator[Outcome]:
    at = file.place("coverage")
    covered = {item.pillar for item in file.data.coverage}
    for pillar in get_args(Pillar):
        text = Text(f"没有 {pillar} 这一类", f"nothing covers {pillar}")
        subject = f"warranty.yml:{pillar}"
        yield met(subject, at, at) if pillar in covered else unmet(subject, at, at, text)


def _disjoint(file: PolicyFile[Warranty], exclusions: PolicyFile[Exclusions]) -> Iterator[Outcome]:
    out: dict[str, int] = {}
    for number, item in enumerate(exclusions.data.exclusions):
        out |= dict.fromkeys((item.id, item.text.zh, item.text.en), number)
    for index, covered in enumerate(file.data.coverage):
        at = file.place("coverage", index)
        subject = f"warranty.yml:{covered.id}"
        names = (covered.id, covered.text.zh, covered.text.en)
        clash = next((out[name] for name in names if name in out), None)
        if clash is None:
            yield met(subject, at, at)
            continue
        because = exclusions.place("exclusions", clash)
        excluded = exclusions.data.exclusions[clash].id
        text = Text(f"质保范围里有被排除的 `{excluded}`", f"covers `{excluded}`, which is excluded")
        yield unmet(subject, at, because, text)


def _modified(project: Project, file: PolicyFile[Warranty]) -> Iterator[Outcome]:
    at, subject = file.place("modified_source"), "warranty.yml:modified_source"
    modified = file.data.modified_source
    if modified is None:
        text = Text("没写改过源码怎么判断", "does not say how modified source is judged")
        yield unmet(subject, at, at, text)
        return
    for language in project.checklist.languages:
        path = project.path_in(modified.page, language)
        here = file.place("modified_source", "page")
        good = path in project.by_path
        text = Text(f"没有这一页 {path}", f"no page {path}")
        yield (
            met(f"{subject} {path}", here, at)
            if good
            else unmet(f"{subject} {path}", here, at, text)
        )


def _names(file: PolicyFile[Warranty], plans: Plans, channels: Channels) -> Iterator[Outcome]:
    warranty, known = file.data, [plan.id for plan in plans.plans]
    plan, channel = Text("计划", "plan"), Text("渠道", "channel")
    after = [(("after", "plans", i), name) for i, name in enumerate(warranty.after.plans)]
    for location, name in (
        (("plan",), warranty.plan),
        (("after", "default"), warranty.after.default),
        *after,
    ):
        at = file.place(*location)
        subject = f"warranty.yml:{'.'.join(map(str, location))}"
        yield refers(subject, name, known, at, at, plan)
    ways = [way.id for way in channels.channels]
    at = file.place("claims", "channel")
    yield refers("warranty.yml:claims.channel", warranty.claims.channel, ways, at, at, channel)
