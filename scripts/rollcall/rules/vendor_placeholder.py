"""What only the vendor knows is a declared placeholder: counted, never forgotten."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from pydantic import Field

from rollcall.checklist import Strict
from rollcall.model import (
    Level,
    Outcome,
    Place,
    Severity,
    Status,
    Text,
    did_you_mean,
    met,
    unmet,
)
from rollcall.policy.files import PolicyFile, read_policy, refers
from rollcall.policy.organisation import Detail, Organisation
from rollcall.policy.roles import Roles
from rollcall.project import Project

ID: Final = "vendor-placeholder"
LEVEL: Final = Level.COMPLETE
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("厂商要填的内容不对", "something that the vendor has to fill in is wrong")
EXPLANATION: Final = Text(
    "公司名、电话这类内容声明在 `organisation.yml`，页面上显示一个写着“厂商填写”的方括号。没填的计入“豁免”，不算问题；"
    "页面上没声明过的、填了假值的（example.com、12345）才是问题。上线前把 `filled` 设为 true，没填的也算问题。",
    "A company's name or phone is declared in `organisation.yml`; pages show a bracket in its place. "
    "What is not filled in counts as waived, not as a finding; one that nobody declared, or a sham value "
    "(example.com, 12345), is. Before going live set `filled` to true: then each empty one is one.",
)
_ON_PAGE: Final = re.compile(r"〔厂商填写：([^〕\n]{1,60})〕|\[vendor: ([^\]\n]{1,60})\]")
_SHAM: Final = re.compile(r"example\.(?:com|org|net)|1234|xxx|待补|待填|TODO|TBD", re.I)


class Options(Strict):
    """When a placeholder is a finding."""

    filled: bool = Field(False, description="whether every detail must have its value by now")


def check(project: Project, options: Options) -> Iterator[Outcome]:
    """One outcome per detail, and one per placeholder on a page."""
    file = read_policy(project, "organisation.yml", Organisation)
    if file is None:
        return
    for name, detail in file.data.details.items():
        yield _detail(file, name, detail, options.filled)
    yield from _contacts(project, file)
    for page in project.pages:
        declared = {
            detail.name.get(page.language)
            for detail in file.data.details.values()
            if detail.value is None
        }
        for number, line in enumerate(project.snapshot.read(page.path).split("\n"), 1):
            for found in _ON_PAGE.finditer(line):
                name = found.group(1) or found.group(2)
                subject, at = f"{page.path}:{name}", Place(page.path, number)
                because = file.place("details")
                if name in declared:
                    yield met(subject, at, because, page.cell)
                    continue
                guess = did_you_mean(name, sorted(declared))
                zh = f"没有声明过，或已经填了：{name}{guess.zh}"
                en = f"not declared, or filled in already: {name}{guess.en}"
                yield unmet(subject, at, because, Text(zh, en), cell=page.cell)


def _contacts(project: Project, file: PolicyFile[Organisation]) -> Iterator[Outcome]:
    """How to reach a role is a detail of the organisation."""
    roles = read_policy(project, "roles.yml", Roles)
    if roles is None:
        return
    for index, role in enumerate(roles.data.roles):
        at, because = roles.place("roles", index, "contact"), file.place("details")
        subject, what = f"roles.yml:{role.id} contact", Text("联系方式", "contact")
        yield refers(subject, role.contact, list(file.data.details), at, because, what)


def _detail(file: PolicyFile[Organisation], name: str, detail: Detail, filled: bool) -> Outcome:
    at = file.place("details", name)
    subject = f"organisation.yml:{name}"
    if detail.value is None:
        empty = unmet(subject, at, at, Text("厂商还没填", "the vendor has not filled it in yet"))
        return empty if filled else replace(empty, status=Status.WAIVED)
    if _SHAM.search(detail.value.zh) or _SHAM.search(detail.value.en):
        return unmet(subject, at, at, Text("填的是假值", "a sham value"))
    return met(subject, at, at)
