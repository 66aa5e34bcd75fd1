"""Every page that policy data names exists in each language, with the section named."""

from collections.abc import Iterator
from typing import Any, Final

from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Severity, Text, did_you_mean, met, unmet
from rollcall.policy.files import PolicyFile, judge, policy_files
from rollcall.policy.registry import kind_of
from rollcall.policy.versions import is_page
from rollcall.project import Project
from rollcall.snapshot import UnreadableError

ID: Final = "policy-page"
LEVEL: Final = Level.COMPLETE
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("售后数据指向不存在的页面", "policy data name a page that does not exist")
EXPLANATION: Final = Text(
    "售后数据里写的页面（如 `deploy/upgrade.md#rollback`）在每种语言的文件夹里都有，带 # 的还要有那个 id。",
    "A page in policy data, such as `deploy/upgrade.md#rollback`, is there below the folder of each "
    "language, and so is the id behind the #.",
)
_ELSEWHERE: Final = frozenset(("warranty.yml",))
"""Files whose pages another rule (warranty-scope) looks at."""


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per page named."""
    try:
        names = policy_files(project)
    except UnreadableError:
        return
    for name in names:
        kind = None if name in _ELSEWHERE else kind_of(name)
        file = judge(project, name, kind.model) if kind else None
        if isinstance(file, PolicyFile):
            yield from _file(project, file)


def _file(project: Project, file: PolicyFile[Any]) -> Iterator[Outcome]:
    for location, target in _pages(file.data, ()):
        at = file.place(*location)
        subject = f"{file.path}:{'.'.join(str(part) for part in location)}"
        path, _, anchor = target.partition("#")
        found = [
            problem
            for language in project.checklist.languages
            if (problem := _problem(project, project.path_in(path, language), anchor))
        ]
        yield unmet(subject, at, at, found[0]) if found else met(subject, at, at)


def _pages(data: Any, location: tuple[str | int, ...]) -> Iterator[tuple[Any, str]]:
    """Every page named in `data`, with its location."""
    if isinstance(data, str):
        if is_page(data):
            yield location, data
    elif isinstance(data, tuple):
        for index, item in enumerate(data):
            yield from _pages(item, (*location, index))
    elif isinstance(data, Strict):
        for name in type(data).model_fields:
            yield from _pages(getattr(data, name), (*location, name))
    elif isinstance(data, dict):
        for name, item in data.items():
            yield from _pages(item, (*location, name))


def _problem(project: Project, path: str, anchor: str) -> Text | None:
    page = project.by_path.get(path)
    if path in project.absent:  # reported as missing already
        return None
    if page is None:
        near = [other for other in project.by_path if other.split("/")[:2] == path.split("/")[:2]]
        guess = did_you_mean(path, near)
        return Text(f"没有页面 {path}{guess.zh}", f"no page {path}{guess.en}")
    if anchor and anchor not in page.page.anchors:
        guess = did_you_mean(anchor, sorted(page.page.anchors))
        return Text(f"{path} 没有 #{anchor}{guess.zh}", f"{path} has no #{anchor}{guess.en}")
    return None
