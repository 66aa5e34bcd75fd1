"""Each language's version of a section shows the same code."""

from collections import Counter
from collections.abc import Iterator
from textwrap import dedent
from typing import Final, TypeAlias

from rollcall.bound import BoundPage
from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Place, Severity, Text, met, unmet
from rollcall.page import Fence, Section
from rollcall.project import Project

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

_Signature: TypeAlias = tuple[str, str]


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per section of the source language that has code, and other language."""
    source = project.checklist.source_language
    for page in project.pages:
        for language in project.checklist.languages:
            other = project.by_path.get(project.path_in(page.key, language))
            if other is None or not page.language == source != language:
                continue
            if not page.anonymous and not other.anonymous:  # else `section-id` comes first
                yield from _compare(_Side(page), _Side(other))


class _Side:
    """One language's page: its fences by the section that holds them, `""` above the first."""

    def __init__(self, page: BoundPage) -> None:
        self.page = page
        self.sections = page.named
        names = {section.line: name for name, section in page.named.items()}
        self.fences: dict[str, list[Fence]] = {}
        holding: list[Section] = []
        headings = sorted(page.named.values(), key=lambda section: section.line, reverse=True)
        for fence in page.page.fences:
            while headings and headings[-1].line < fence.line:
                holding.append(headings.pop())
            while holding and holding[-1].end <= fence.line:
                holding.pop()
            name = names[holding[-1].line] if holding else ""
            self.fences.setdefault(name, []).append(fence)

    def line(self, name: str) -> int:
        return self.sections[name].line if name else 1

    def has(self, name: str) -> bool:
        return not name or name in self.sections

    def lacks_code(self, name: str) -> bool:
        """Whether `empty-section` or `section-needs` already reports the section for its code."""
        slot = next((s for s in self.page.slots if s.need.id == name and s.section), None)
        if slot is None or slot.section is None:
            return False
        page, needs = self.page.page, slot.need.needs
        return (
            len(page.fences_in(slot.section)) < needs.code
            or bool(page.languages_lacking(slot.section, needs.code_in))
            or not page.holds_anything(slot.section)
        )

    def outside(self, other: "_Side") -> Counter[_Signature]:
        """The code of sections that `other` lacks, wherever it has put that code."""
        lost = (fences for name, fences in self.fences.items() if not other.has(name))
        return Counter(_signature(fence) for fences in lost for fence in fences)


def _compare(page: _Side, other: _Side) -> Iterator[Outcome]:
    for name in dict.fromkeys((*page.fences, *other.fences)):
        if not (page.has(name) and other.has(name)):
            continue  # `required-section` or `paired-section` reports it
        if not (page.lacks_code(name) or other.lacks_code(name)):
            yield _section(page, other, name)


def _section(page: _Side, other: _Side, name: str) -> Outcome:
    """Compare one section; what the translation lacks comes before what it has too much."""
    for has, lacks in ((page, other), (other, page)):
        fences = has.fences.get(name, [])
        missing = Counter(map(_signature, fences))
        missing -= Counter(map(_signature, lacks.fences.get(name, [])))
        missing -= lacks.outside(has)
        first = next((fence for fence in fences if missing[_signature(fence)]), None)
        if first is not None:
            because = Place(has.page.path, first.line)
            shown = first.code.strip().split("\n")[0][:60]
            message = Text(
                f"少了或改了 {missing.total()} 个代码块，{because} 有：`{shown}`",
                f"{missing.total()} code blocks missing or changed; {because} has `{shown}`",
            )
            at = Place(lacks.page.path, lacks.line(name))
            subject = f"{at.path}#{name}:code"
            return unmet(subject, at, because, message, cell=lacks.page.cell)
    at = Place(other.page.path, other.line(name))
    because = Place(page.page.path, page.line(name))
    return met(f"{at.path}#{name}:code", at, because, other.page.cell)


def _signature(fence: Fence) -> _Signature:
    """What must be equal: language and code without comment lines, blank lines, common indent."""
    lines = (line.rstrip() for line in dedent(fence.code).splitlines())
    kept = [line for line in lines if line and not line.lstrip().startswith(_COMMENTS)]
    return fence.language, "\n".join(kept)
