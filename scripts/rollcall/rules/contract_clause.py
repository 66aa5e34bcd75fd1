"""Every promise names a clause that exists, and the clauses settle all nine topics."""

from collections.abc import Iterator
from typing import Any, Final

from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Place, Severity, Text, met, unmet
from rollcall.policy.contract import TOPICS, Contract
from rollcall.policy.files import read_policy, refers
from rollcall.policy.registry import KINDS
from rollcall.project import Project

ID: Final = "contract-clause"
LEVEL: Final = Level.COVERED
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("承诺没有合同条款", "a promise has no clause of the contract")
EXPLANATION: Final = Text(
    "每条承诺写明合同条款号，条款要存在、不重复；九个主题一个都不能缺："
    "服务内容、响应定义、期限、责任、响应时间、升级、范围、定期优化、SLA。",
    "Every promise gives the id of a clause that exists, once. Nine topics are settled: services, "
    "what a response is, term, liability, response times, escalation, scope, periodic optimisation, "
    "SLA.",
)


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per promise, per clause and per topic."""
    file = read_policy(project, "contract.yml", Contract)
    if file is None:
        return
    ids = [clause.id for clause in file.data.clauses]
    for index, name in enumerate(ids):
        at = file.place("clauses", index)
        twice = Text(f"条款号 `{name}` 重复", f"clause `{name}` occurs twice")
        first = ids.index(name) == index
        subject = f"contract.yml:{name}" if first else f"contract.yml:{name} twice"
        yield met(subject, at, at) if first else unmet(subject, at, at, twice)
    topics = {clause.topic for clause in file.data.clauses}
    for topic in TOPICS:
        at = file.place("clauses")
        none = Text(f"没有条款讲 `{topic}`", f"no clause settles `{topic}`")
        subject = f"contract.yml:{topic}"
        yield met(subject, at, at) if topic in topics else unmet(subject, at, at, none)
    for name, clause, at in _named(project):
        yield refers(name, clause, ids, at, at, Text("条款", "clause"))


def _named(project: Project) -> Iterator[tuple[str, str, Place]]:
    """Every `clause` of every file: a name for the promise, the id, where it stands."""
    for kind in KINDS:
        if "*" in kind.path or (file := read_policy(project, kind.path, kind.model)) is None:
            continue
        for location, value in _walk(file.data.model_dump(), ()):
            name = ".".join(map(str, location[:-1])) or "whole"
            yield f"{kind.path}:{name} clause", value, file.place(*location)


def _walk(node: Any, here: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "clause" and isinstance(value, str):
                yield (*here, key), value
            else:
                yield from _walk(value, (*here, key))
    elif isinstance(node, list | tuple):
        for index, value in enumerate(node):
            yield from _walk(value, (*here, index))
