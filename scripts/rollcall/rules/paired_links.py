"""Each language's version of a section links to the same places of the site."""

from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

from rollcall.bound import BoundPage
from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Place, Severity, Text, met, unmet
from rollcall.pairs import Pair, counterparts, pairs
from rollcall.passages import Block
from rollcall.project import Project
from rollcall.references import internal

ID: Final = "paired-links"
LEVEL: Final = Level.PAIRED
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("两种语言的站内链接不一致", "links within the site differ between languages")
EXPLANATION: Final = Text(
    "同一节里指向站内页面和章节的链接，两边要一样，次数和先后不论。站外链接可以按语言不同；"
    "指不到东西的链接由 link-target 和 anchor-target 报。",
    "A section links to the same pages and sections in each language, however often and in whatever "
    "order. Links to other sites may differ; links that lead nowhere are reported by link-target "
    "and anchor-target.",
)


class Options(Strict):
    """This rule has no options."""


_Targets: TypeAlias = Mapping[str, int]  # what is linked to, and the line of the first such link


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per section that agrees, else one per target that one side lacks."""
    links = {page.path: list(_links(project, page)) for page in project.pages}
    for pair in pairs(project):
        tables = list(pair.tables)
        ours = [*pair.source.passage.prose, *(row for table, _ in tables for row in table)]
        theirs = [*pair.other.passage.prose, *(row for _, table in tables for row in table)]
        here = _targets(links[pair.source.page.path], ours)
        there = _targets(links[pair.other.page.path], theirs)
        findings = list(_compare(pair, here, there))
        yield from findings
        if not findings:
            yield met(f"{pair.subject}:links", pair.other.place, pair.source.place, pair.cell)


def _links(project: Project, page: BoundPage) -> Iterator[tuple[int, str]]:
    """The line of each link, and what it leads to below the language's folder."""
    docs = project.checklist.languages[page.language].docs
    for reference in internal(project, page):
        key = reference.path.removeprefix(f"{docs}/")
        if key != reference.path and _leads_somewhere(project, key, reference.fragment):
            yield (
                reference.link.line,
                key + (f"#{reference.fragment}" if reference.fragment else ""),
            )


def _targets(links: list[tuple[int, str]], blocks: list[Block]) -> _Targets:
    """What some blocks link to."""
    ends = ((block.line, block.line + block.text.count("\n") + 1) for block in blocks)
    lines = {line for start, end in ends for line in range(start, end)}
    found: dict[str, int] = {}
    for line, target in links:
        if line in lines:
            found.setdefault(target, line)
    return found


def _leads_somewhere(project: Project, key: str, fragment: str) -> bool:
    """Whether there is such a place in every language: where it is missing, that is reported."""
    for language in project.checklist.languages:
        path = project.path_in(key, language)
        page = project.by_path.get(path)
        if page is None and not project.snapshot.is_file(path):
            return False
        if page is not None and fragment and fragment not in page.page.anchors:
            return False
    return True


def _compare(pair: Pair, here: _Targets, there: _Targets) -> Iterator[Outcome]:
    missing, extra = ([t for t in a if t not in b] for a, b in ((here, there), (there, here)))
    for target, other in counterparts(missing, extra, _same_page):
        source = pair.source.at(here[target]) if target is not None else pair.source.place
        place = pair.other.at(there[other]) if other is not None else pair.other.place
        yield _finding(pair, target, other, source, place)


def _same_page(target: str, other: str) -> bool:
    return target.partition("#")[0] == other.partition("#")[0]


def _finding(
    pair: Pair, target: str | None, other: str | None, because: Place, at: Place
) -> Outcome:
    zh, en = (f"，这里指向 `{other}`", f", here to `{other}`") if other else ("", "")
    message = Text(
        f"缺少 {because} 指向 `{target}` 的链接{zh}",
        f"the link of {because} to `{target}` is missing{en}",
    )
    if target is None:
        message = Text(
            f"指向 `{other}` 的链接在 {pair.source.page.path} 的这一节里没有",
            f"this section of {pair.source.page.path} has no link to `{other}`",
        )
    return unmet(f"{pair.subject}:{target or other}", at, because, message, cell=pair.cell)
