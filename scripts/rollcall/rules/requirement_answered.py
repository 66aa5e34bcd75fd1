"""Each need of the customer is answered by a page, in every language."""

from collections.abc import Iterator
from typing import Any, Final

from pydantic import Field

from rollcall.bound import BoundPage
from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Place, Severity, Text, did_you_mean, met, unmet
from rollcall.policy.files import PolicyFile, read_policy
from rollcall.policy.requirements import Requirements
from rollcall.project import Project

ID: Final = "requirement-answered"
LEVEL: Final = Level.PAIRED
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("有一条需求没有页面回答", "a need is answered by no page")
EXPLANATION: Final = Text(
    "`requirements.yml` 列出读者的每一条需求；页面在 front matter 的 `answers` 里写明自己答了哪几条，"
    "两种语言写的要一样，编号要存在。选项 `demanded` 打开后，每条需求在每种语言里至少要有一页。",
    "`requirements.yml` lists what readers need; a page says in `answers` of its front matter which "
    "of them it answers, the same in each language, by ids that exist. With the option `demanded` "
    "each need must be answered by at least one page in each language.",
)


class Options(Strict):
    """Whether every need must be answered by now."""

    demanded: bool = Field(False, description="whether each need must have a page in each language")


def check(project: Project, options: Options) -> Iterator[Outcome]:
    """One outcome per id on a page, per pair of pages and, if demanded, per need and language."""
    file = read_policy(project, "requirements.yml", Requirements)
    if file is None:
        return
    known = [need.id for need in file.data.requirements]
    for page in project.pages:
        yield from _page(project, file, page, known)
    for index, name in enumerate(known if options.demanded else ()):
        at = file.place("requirements", index)
        for language in project.checklist.languages:
            pages = [p for p in project.pages if p.language == language]
            subject = f"requirements.yml:{name} {language}"
            none = Text(f"没有 {language} 页面回答 {name}", f"no page in {language} answers {name}")
            answered = any(name in _answers(page) for page in pages)
            yield met(subject, at, at) if answered else unmet(subject, at, at, none)


def _answers(page: BoundPage) -> list[Any]:
    found = page.page.front.data.get("answers", [])
    return found if isinstance(found, list) else []  # `front-matter` reports what is no list


def _page(
    project: Project, file: PolicyFile[Requirements], page: BoundPage, known: list[str]
) -> Iterator[Outcome]:
    mine, lines = _answers(page), page.page.front.lines
    because = file.place("requirements")
    for index, name in enumerate(mine):
        at = Place(page.path, lines.get(("answers", index), lines.get(("answers",), 1)))
        subject = f"{page.path}:{name}"
        if name in known:
            yield met(subject, at, because, page.cell)
            continue
        guess = did_you_mean(str(name), known)
        text = Text(f"没有需求 `{name}`{guess.zh}", f"no need `{name}`{guess.en}")
        yield unmet(subject, at, because, text, cell=page.cell)
    source = project.by_path.get(project.path_in(page.key, project.checklist.source_language))
    if source is None or source is page:
        return
    at = Place(page.path, lines.get(("answers",), 1))
    differ = sorted({str(name) for name in mine} ^ {str(name) for name in _answers(source)})
    here = Place(source.path, source.page.front.lines.get(("answers",), 1))
    names = ", ".join(differ)
    text = Text(f"两种语言写的不一样：{names}", f"the two languages differ: {names}")
    subject = f"{page.path}:answers"
    if differ:
        yield unmet(subject, at, here, text, cell=page.cell)
    elif mine:
        yield met(subject, at, here, page.cell)
