"""Severities form a ladder that two people climb to the same rung."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Severity, Text, met, unmet
from rollcall.policy import severities as data
from rollcall.policy.files import PolicyFile, read_policy
from rollcall.project import Project

ID: Final = "severity-ladder"
LEVEL: Final = Level.COMPLETE
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("级别定义不够用", "severities are not defined well enough")
EXPLANATION: Final = Text(
    "级别从 1 连续编号；每级有至少两个正例、一个反例，影响比例递减，绕过办法一级比一级容易；"
    "一个例子只属于一级。还要写清首次响应的定义、安全与数据问题归哪一级、怎么改级和降级、怎么通知。",
    "Ranks run from 1 without a gap; each severity has two examples and a counterexample, a falling "
    "share of those affected and an easier way round than the one before; an example belongs to one "
    "severity. Also needed: what a first response is, the severity of security and data problems, and "
    "how a severity changes and is told.",
)
_WORKAROUNDS: Final = ("none", "costly", "available", "not-needed")
_LEAST: Final = (("examples", 2), ("counterexamples", 1))


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per requirement of each severity and of the whole."""
    file = read_policy(project, "severities.yml", data.Severities)
    if file is None:
        return
    ranked = sorted(file.data.severities, key=lambda level: level.rank)
    for index, level in enumerate(file.data.severities):
        yield from _examples(file, index, level)
    for expected, level in enumerate(ranked, 1):
        text = Text(f"rank 应是 {expected}", f"rank should be {expected}")
        yield _judge(file, level, "rank", level.rank == expected, text)
    for worse, milder in pairwise(ranked):
        text = Text(f"影响比例要小于 {worse.id} 的", f"must affect a smaller share than {worse.id}")
        yield _judge(file, milder, "affected", milder.affected < worse.affected, text)
        order = _WORKAROUNDS.index(milder.workaround) > _WORKAROUNDS.index(worse.workaround)
        text = Text(f"绕过办法要比 {worse.id} 容易", f"needs an easier way round than {worse.id}")
        yield _judge(file, milder, "workaround", order, text)
    yield from _rules(file, ranked[0].id)


def _judge(
    file: PolicyFile[data.Severities], level: data.Severity, key: str, right: bool, text: Text
) -> Outcome:
    at = file.place("severities", file.data.severities.index(level), key)
    subject = f"severities.yml:{level.id} {key}"
    return met(subject, at, at) if right else unmet(subject, at, at, text)


def _examples(
    file: PolicyFile[data.Severities], index: int, level: data.Severity
) -> Iterator[Outcome]:
    for key, least in _LEAST:
        found = len(getattr(level, key))
        text = Text(
            f"{key} 至少 {least} 个，现在 {found} 个", f"{least} {key} needed, found {found}"
        )
        yield _judge(file, level, key, found >= least, text)
    known = {other.id for other in file.data.severities} - {level.id}
    others = Counter(
        words
        for other in file.data.severities
        for example in other.examples
        for words in (example.id, example.text.zh, example.text.en)
    )
    for number, example in enumerate(level.examples):
        at = file.place("severities", index, "examples", number)
        twice = any(others[w] > 1 for w in (example.id, example.text.zh, example.text.en))
        subject = f"severities.yml:{level.id} {example.id}"
        text = Text("这个例子出现了两次", "this example occurs twice")
        yield unmet(subject, at, at, text) if twice else met(subject, at, at)
    for number, counter in enumerate(level.counterexamples):
        at = file.place("severities", index, "counterexamples", number)
        subject = f"severities.yml:{level.id} counterexample {number + 1}"
        zh, en = f"`{counter.instead}` 不是另一个级别", f"`{counter.instead}` is no other severity"
        good = counter.instead in known
        yield met(subject, at, at) if good else unmet(subject, at, at, Text(zh, en))


def _rules(file: PolicyFile[data.Severities], worst: str) -> Iterator[Outcome]:
    whole = file.data
    first, safe = whole.first_response, whole.security_and_data
    human = first is not None and first.human and first.substantive and bool(first.not_enough)
    changes = {"reclassify": whole.reclassify, "downgrade": whole.downgrade}
    wanted = {
        "first_response": (
            human,
            Text(
                "要写明由人作出、有实质内容、什么不算",
                "must be human, substantive, and say what does not count",
            ),
        ),
        "security_and_data": (
            safe is not None and safe.severity == worst,
            Text(f"要归 {worst}", f"must be {worst}"),
        ),
        **{
            key: (
                change is not None and change.notice is not None and change.clock is not None,
                Text(
                    "要写明怎么通知、时钟怎么算", "must say how it is told and what the clock does"
                ),
            )
            for key, change in changes.items()
        },
    }
    for key, (right, text) in wanted.items():
        at = file.place(key)
        yield (
            met(f"severities.yml:{key}", at, at)
            if right
            else unmet(
                f"severities.yml:{key}", at, at, Text(f"`{key}`：{text.zh}", f"`{key}` {text.en}")
            )
        )
