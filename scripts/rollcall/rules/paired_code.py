"""Each language's version of a section shows the same code."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from rollcall.checklist import Strict
from rollcall.markdown import Fence, Page
from rollcall.model import Level, Outcome, Place, Severity, Text, met, unmet
from rollcall.project import BoundPage, Project

ID: Final = "paired-code"
LEVEL: Final = Level.PAIRED
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("两种语言的代码块不一致", "code blocks differ between languages")
EXPLANATION: Final = Text(
    "命令、配置和程序在两种语言里必须一样，只有注释可以翻译。逐节比较。",
    "Commands, configurations and programs are the same in each language; only comments may be "
    "translated. Compared section by section.",
)

_COMMENTS: Final = ("#", "//", ";", "<!--")


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per section of the source language that has code, and other language."""
    source = project.checklist.source_language
    for page in project.pages:
        for language in project.checklist.languages:
            other = project.by_path.get(project.path_in(page.key, language))
            comparable = other is not None and not page.anonymous and not other.anonymous
            if page.language == source != language and other is not None and comparable:
                yield from _compare(page, other)


def _compare(page: BoundPage, other: BoundPage) -> Iterator[Outcome]:
    here, there = _by_section(page.page), _by_section(other.page)
    for name in dict.fromkeys((*here, *there)):
        ids = [{s.id: s.line for s in p.page.sections} | {"": 1} for p in (page, other)]
        if name in ids[0] and name in ids[1]:
            fences = here.get(name, []), there.get(name, [])
            yield _section((page, other), name, (ids[0][name], ids[1][name]), fences)


def _section(
    pages: tuple[BoundPage, BoundPage],
    name: str,
    lines: tuple[int, int],
    fences: tuple[list[Fence], list[Fence]],
) -> Outcome:
    """Compare one section; what the translation lacks comes before what it has too much."""
    counts = [Counter(map(_signature, side)) for side in fences]
    for has, lacks in ((0, 1), (1, 0)):
        missing = counts[has] - counts[lacks]
        first = next((fence for fence in fences[has] if missing[_signature(fence)]), None)
        if first is not None:
            because = Place(pages[has].path, first.line)
            shown = first.code.strip().split("\n")[0][:60]
            message = Text(
                f"少了或改了 {missing.total()} 个代码块，{because} 有：`{shown}`",
                f"{missing.total()} code blocks missing or changed; {because} has `{shown}`",
            )
            at = Place(pages[lacks].path, lines[lacks])
            subject = f"{at.path}#{name}:code"
            return unmet(subject, at, because, message, cell=pages[lacks].cell)
    at = Place(pages[1].path, lines[1])
    return met(f"{at.path}#{name}:code", at, Place(pages[0].path, lines[0]), pages[1].cell)


def _by_section(page: Page) -> dict[str, list[Fence]]:
    """Fences by the id of the innermost section with an explicit id; `""` above the first."""
    found: dict[str, list[Fence]] = {}
    for fence in page.fences:
        holding = [s for s in page.sections if s.explicit and s.line < fence.line < s.end]
        found.setdefault(holding[-1].id if holding else "", []).append(fence)
    return found


def _signature(fence: Fence) -> tuple[str, str]:
    lines = (line.strip() for line in fence.code.splitlines())
    kept = [line for line in lines if line and not line.startswith(_COMMENTS)]
    return fence.language, "\n".join(kept)
