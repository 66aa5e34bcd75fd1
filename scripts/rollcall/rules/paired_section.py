"""The same sections, by id, stand on each language's version of a page."""

from collections.abc import Iterator
from typing import Final

from rollcall.bound import BoundPage
from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Place, Severity, Text, met, unmet
from rollcall.page import Section
from rollcall.project import Project

ID: Final = "paired-section"
LEVEL: Final = Level.PAIRED
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("章节缺少另一种语言", "a section lacks its other language")
EXPLANATION: Final = Text(
    "按显式 id 比较两种语言的章节。上级章节整节缺失时只报上级；必需章节由 required-section 报。",
    "Sections are compared by explicit id. Where a whole section is missing its subsections are not "
    "reported; required sections are reported by required-section.",
)


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per section with an id and other language."""
    for page in project.pages:
        for language in project.checklist.languages:
            other = project.by_path.get(project.path_in(page.key, language))
            if other is not None and language != page.language:
                yield from _compare(page, other)


def _compare(page: BoundPage, other: BoundPage) -> Iterator[Outcome]:
    """What `page` has and `other` lacks."""
    there = other.named
    owed = {slot.need.id for slot in other.slots if slot.need.demanded or slot.need.only_with}
    covered_until = 0
    unnamed = len(other.anonymous)  # each of these may be the section; section-id reports it
    previous: Section | None = None
    misnamed = [slot.lookalike for slot in page.slots]  # required-section reports these
    for name, section in page.named.items():
        if section.line < covered_until or section.level == 1 or section in misnamed:
            continue
        because = Place(page.path, section.line)
        found = there.get(name)
        if found is not None:
            previous = found
            subject = f"{other.path}#{name}"
            yield met(subject, Place(other.path, found.line), because, other.cell)
            continue
        covered_until = section.end
        if name in owed:
            continue
        if unnamed:
            unnamed -= 1
            continue
        at = Place(other.path, previous.line if previous else None)
        yield _missing(page, other, name, section, at)


def _missing(page: BoundPage, other: BoundPage, name: str, section: Section, at: Place) -> Outcome:
    message = Text(
        f"缺少章节 #{name}：{page.path} 有“{section.title}”",
        f"section #{name} is missing: {page.path} has `{section.title}`",
    )
    because = Place(page.path, section.line)
    return unmet(f"{other.path}#{name}", at, because, message, cell=other.cell)
