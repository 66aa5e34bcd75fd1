"""What front matter says in numbers, dates and fixed words is the same in each language."""

from collections.abc import Iterator
from typing import Final

from pydantic import Field

from rollcall.bound import BoundPage
from rollcall.checklist import FrontMatterField, Strict
from rollcall.model import Level, Outcome, Place, Severity, Text, met, unmet
from rollcall.page import FrontMatter
from rollcall.project import Project

ID: Final = "paired-front-matter"
LEVEL: Final = Level.PAIRED
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("两种语言的 front matter 不一致", "front matter differs between languages")
EXPLANATION: Final = Text(
    "整数、日期、真假，以及只许取固定值的键，两种语言要一样；选项 `keys` 列出还要一样的键。标题、描述、同义词各写各的。",
    "Integers, dates, truths and keys with fixed values are the same in each language; option "
    "`keys` names more. Titles, descriptions and synonyms are each language's own.",
)
_FIXED: Final = ("integer", "boolean", "date")


class Options(Strict):
    """More keys that are no matter of language."""

    keys: tuple[str, ...] = Field((), description="keys that must be equal besides")


def check(project: Project, options: Options) -> Iterator[Outcome]:
    """One outcome per page of the source language and other language, or per key that differs."""
    for page in project.pages:
        for language in project.checklist.languages:
            other = project.by_path.get(project.path_in(page.key, language))
            source = page.language == project.checklist.source_language
            if other is not None and source and language != page.language:
                yield from _compare(project, page, other, options)


def _compare(
    project: Project, page: BoundPage, other: BoundPage, options: Options
) -> Iterator[Outcome]:
    fields = dict(project.checklist.front_matter)
    if page.cell is not None:
        fields |= project.document(page.cell).front_matter
    mine, theirs = page.page.front, other.page.front
    wrong = False
    for key, field in fields.items():
        compared = _is_fixed(field) or key in options.keys
        if not compared or not (_valid(field, mine, key) and _valid(field, theirs, key)):
            continue  # what is missing or wrong is a finding of `front-matter`
        if mine.data[key] != theirs.data[key]:
            wrong = True
            at = Place(other.path, theirs.lines.get((key,), 1))
            because = Place(page.path, mine.lines.get((key,), 1))
            message = Text(
                f"`{key}`：{page.path} 是 {mine.data[key]}，这里是 {theirs.data[key]}",
                f"`{key}`: {page.path} has {mine.data[key]}, here it is {theirs.data[key]}",
            )
            yield unmet(f"{other.path}:{key}", at, because, message, cell=other.cell)
    if not wrong:
        yield met(other.path, Place(other.path), Place(page.path), other.cell)


def _valid(field: FrontMatterField, front: FrontMatter, key: str) -> bool:
    value = front.data.get(key)
    if value is None or (field.type == "integer" and not isinstance(value, int)):
        return False
    items = value if isinstance(value, list) else [value]
    return not field.values or all(item in field.values for item in items)


def _is_fixed(field: FrontMatterField) -> bool:
    return field.type in _FIXED or bool(field.values)
