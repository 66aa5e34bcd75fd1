"""Every snippet include names an existing file and, if it names one, an existing region."""

from collections.abc import Iterator
from typing import Final

from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Place, Severity, Text, did_you_mean, met, unmet
from rollcall.page import Include
from rollcall.project import Project
from rollcall.snapshot import UnreadableError

ID: Final = "snippet-include"
LEVEL: Final = Level.COMPLETE
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("引用的代码片段不存在", "an included snippet does not exist")
EXPLANATION: Final = Text(
    '`--8<-- "deploy/install.sh:packages"` 要求 snippets 里有这个文件，文件里有 '
    "`[start:packages]` 标记。",
    '`--8<-- "deploy/install.sh:packages"` asks for that file in a snippet folder, with a '
    "`[start:packages]` mark in it.",
)


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per include."""
    because = project.source.place("snippets")
    for page in project.pages:
        for include in page.page.includes:
            written = include.file + (f":{include.region}" if include.region else "")
            subject = f"{page.path}→{written}"
            at = Place(page.path, include.line)
            problem = _problem(project, include)
            if problem is None:
                yield met(subject, at, because, page.cell)
            else:
                yield unmet(subject, at, because, problem, cell=page.cell)


def _problem(project: Project, include: Include) -> Text | None:
    path = project.snippet(include.file)
    if path is None:
        folders = ", ".join(project.checklist.snippets) or "-"
        return Text(
            f"代码片段不存在：`{include.file}`（在 {folders} 里找过）",
            f"snippet does not exist: `{include.file}` (looked in {folders})",
        )
    if include.region is None:
        return None
    try:
        regions = project.regions(path)
    except UnreadableError as error:
        return Text(f"{path}：{error.reason.zh}", f"{path}: {error.reason.en}")
    if include.region in regions:
        return None
    guess = did_you_mean(include.region, regions)
    return Text(
        f"{path} 里没有区段 `{include.region}`{guess.zh}",
        f"{path} has no region `{include.region}`{guess.en}",
    )
