"""Pages use the words of the glossary, not others for the same thing."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from rollcall.bound import BoundPage
from rollcall.checklist import Strict
from rollcall.glossary import Avoided, Glossary, read_glossaries
from rollcall.inline import plain
from rollcall.model import InputError, Level, Outcome, Place, Severity, Text, met, unmet
from rollcall.passages import TOP, Kind, Passage
from rollcall.project import Project

ID: Final = "glossary-term"
LEVEL: Final = Level.PAIRED
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("用词和词表不一致", "a word is not the one of the glossary")
EXPLANATION: Final = Text(
    "清单的 `glossary` 是一张词表：同一样东西，每种语言用哪个词，不用哪些词。正文、标题、表格里写了不用的词就报，"
    "并给出该用的词。代码、front matter 和引号里的原话不管；专讲叫法的一节里写 "
    "`<!-- synonyms: 串流密钥 -->`，这一节（写在第一节之前就是整页）可以用这个词。没有 `glossary` 就不查。",
    "`glossary` in the checklist is a list of words: which one each language uses for a thing, and "
    "which it does not. One that is not used is reported in prose, headings and tables, with the one "
    "to write. Code, front matter and quoted words are left alone; a section that is about other "
    "names says `<!-- synonyms: streaming key -->` and may use them (above the first section: the "
    "whole page). Without `glossary` nothing is checked.",
)

_DECLARED: Final = "synonyms:"


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per page without a word to avoid, else one per word and section."""
    path, because = project.checklist.glossary, project.source.place("glossary")
    if path is None:
        return
    try:
        glossaries = read_glossaries(project.snapshot, project.checklist, path)
    except InputError as error:
        for place, text in error.problems:
            yield unmet(f"{path}:{text.en}", place, because, text)
        return
    for page in project.pages:
        glossary = glossaries[page.language]
        keys = glossary.within(project.snapshot.read(page.path))
        findings = list(_page(project, page, glossary, keys)) if keys else []
        yield from findings
        if not findings:
            yield met(f"{page.path}:words", Place(page.path), because, page.cell)


def _page(
    project: Project, page: BoundPage, glossary: Glossary, keys: frozenset[str]
) -> Iterator[Outcome]:
    passages = project.passages(page)
    declared = _declared(page, passages)
    for name, passage in passages.items():
        allowed = declared[name] | declared[TOP]
        said: set[str] = set()
        for line, text in _texts(passage):
            for found in glossary.find(text, keys):
                if found.word not in said and found.word.casefold() not in allowed:
                    said.add(found.word)
                    yield _finding(page, name, line, found)


def _texts(passage: Passage) -> Iterator[tuple[int, str]]:
    yield passage.line, passage.heading
    for block in passage.blocks:
        if block.kind is not Kind.CODE:
            yield block.line, plain(block.text.replace("\n", " "))


def _declared(page: BoundPage, passages: Mapping[str, Passage]) -> dict[str, set[str]]:
    """Per section, the words that a comment in it allows."""
    found: dict[str, set[str]] = {name: set() for name in passages}
    for comment in page.page.comments:
        if comment.text.startswith(_DECLARED):
            owner = max(
                (p for p in passages.values() if p.line <= comment.line),
                key=lambda passage: passage.line,
                default=passages[TOP],
            )
            words = re.split(r"[,，、]", comment.text.removeprefix(_DECLARED))
            found[owner.name].update(word.strip().casefold() for word in words)
    return found


def _finding(page: BoundPage, section: str, line: int, found: Avoided) -> Outcome:
    message = Text(
        f"“{found.word}”这里叫“{found.use}”", f"`{found.word}` is called `{found.use}` here"
    )
    subject = f"{page.path}#{section}:{found.word}"
    return unmet(subject, Place(page.path, line), found.place, message, cell=page.cell)
