"""A guide shows the steps of a session in the order in which the session runs them, all of them."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from pydantic import Field

from rollcall.bound import BoundPage
from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Place, Severity, Text, met, unmet
from rollcall.names import matches
from rollcall.page import Include
from rollcall.project import Project
from rollcall.snapshot import UnreadableError
from rollcall.steps import Step, steps_of

ID: Final = "step-order"
LEVEL: Final = Level.PROVEN
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("步骤和测试跑的顺序不一样", "steps differ from what the test ran")
EXPLANATION: Final = Text(
    "只看选项 `pages` 里的页面和 `sessions` 里的脚本。一个脚本的几段，在页面上出现的先后"
    "要和脚本里一样；页面展示的前后两段之间，同一部分的每一段都要在这一页上。"
    "后面用不着的一段，在脚本里它的上一行写 `# aside`；讲到别的页面去了，写 `# part: 名字`。"
    "这样，从上到下照着复制的读者，做的就是测试做过的事。",
    "Only pages named in the option `pages` and scripts named in `sessions`. The regions of a "
    "script come on a page in the order of the script, and between two that the page shows, every "
    "region of the same part is on the page too. A region that nothing later needs has `# aside` "
    "above it in the script; where another page's story begins, the script says `# part: NAME`. "
    "So a reader who copies the blocks from top to bottom does what the test did.",
)


class Options(Strict):
    """Which pages are guides, and which snippets are sessions."""

    pages: tuple[str, ...] = Field((), description="paths or globs below each language's folder")
    sessions: tuple[str, ...] = Field((), description="paths or globs below a snippet folder")


def check(project: Project, options: Options) -> Iterator[Outcome]:
    """One outcome per guide and session, at the first include that is out of order or misses one."""
    for page in project.pages:
        if not any(matches(page.key, pattern) for pattern in options.pages):
            continue
        files: dict[str, list[Include]] = {}
        for include in page.page.includes:
            if include.region and any(matches(include.file, name) for name in options.sessions):
                files.setdefault(include.file, []).append(include)
        for file, includes in files.items():
            yield from _session(project, page, file, includes)


def _session(
    project: Project, page: BoundPage, file: str, includes: Sequence[Include]
) -> Iterator[Outcome]:
    path = project.snippet(file)
    if path is None:
        return  # `snippet-include` reports it
    try:
        steps = steps_of(project.snapshot.read(path))
    except UnreadableError:
        return
    shown: dict[str, Include] = {}
    for include in includes:
        if include.region in steps:
            shown.setdefault(include.region, include)
    because = project.source.place("rules", ID)
    for before, after in pairwise(shown):
        message = _problem(path, steps, shown, steps[before], steps[after])
        if message is not None:
            subject, at = f"{page.path}→{file}:{after}", Place(page.path, shown[after].line)
            yield unmet(subject, at, because, message, hint=_HINT, cell=page.cell)
            return
    yield met(f"{page.path}→{file}", Place(page.path, includes[0].line), because, page.cell)


_HINT: Final = Text(
    "改页面或脚本的顺序；后面用不着的一段在脚本里标 `# aside`，另一页的开头标 `# part: 名字`",
    "reorder the page or the script; mark what nothing later needs `# aside`, "
    "and where another page's story begins `# part: NAME`",
)


def _problem(
    path: str, steps: dict[str, Step], shown: dict[str, Include], before: Step, after: Step
) -> Text | None:
    """What is wrong between two steps that follow each other on the page."""
    if after.index < before.index:
        return Text(
            f"`{after.name}` 在 `{before.name}` 之后，但 {path} 先跑的是它",
            f"`{after.name}` comes after `{before.name}`, but {path} runs it first",
        )
    left = [
        step.name
        for step in steps.values()
        if before.index < step.index < after.index
        and step.part == before.part == after.part
        and not step.aside
        and step.name not in shown
    ]
    if not left:
        return None
    names = ", ".join(f"`{name}`" for name in left)
    return Text(
        f"`{before.name}` 和 `{after.name}` 之间，{path} 还跑了 {names}，这一页没有",
        f"between `{before.name}` and `{after.name}`, {path} also runs {names}; "
        "the page does not show it",
    )
