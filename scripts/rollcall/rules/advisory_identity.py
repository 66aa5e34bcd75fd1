"""An advisory's file, id, year and CVE name the same thing, once."""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Severity, Text, met, unmet
from rollcall.policy.advisory import Advisory
from rollcall.policy.files import read_all
from rollcall.project import Project

ID: Final = "advisory-identity"
LEVEL: Final = Level.COMPLETE
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("通告的编号不对", "an advisory is named wrongly")
EXPLANATION: Final = Text(
    "文件名是编号的小写（CSAF 2.0 第 5.1 节按编号给文件命名）；编号里的年份是公布的年份；"
    "有 `cve`，或用 `no_cve` 说明为什么没有，不能都有也不能都没有。",
    "The file is named by the id in lower case (CSAF 2.0, section 5.1, names files by ids); the year "
    "in the id is that of publication; there is a `cve`, or a `no_cve` that says why not, and never "
    "both.",
)


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per advisory that is right, else one per problem."""
    because = project.source.place("policy")
    for file in read_all(project, "advisories/*.yml", Advisory):
        problems = list(_problems(file.data, PurePosixPath(file.path).stem))
        if not problems:
            yield met(file.path, file.place("id"), because)
        for key, text in problems:
            yield unmet(f"{file.path}:{key}", file.place(key), because, text)


def _problems(advisory: Advisory, stem: str) -> Iterator[tuple[str, Text]]:
    if stem != advisory.id.lower():
        name = f"{advisory.id.lower()}.yml"
        yield "id", Text(f"文件名应为 {name}", f"the file should be called {name}")
    if advisory.id.split("-")[1] != str(advisory.published.year):
        year = advisory.published.year
        yield "published", Text(f"编号的年份不是 {year}", f"the id has another year than {year}")
    if (advisory.cve is None) == (advisory.no_cve is None):
        key = "id" if advisory.cve is None else "cve"
        yield key, Text("`cve` 和 `no_cve` 要写且只写一个", "give `cve` or `no_cve`, and one only")
