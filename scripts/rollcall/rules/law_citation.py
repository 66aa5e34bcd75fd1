"""Pages and data cite laws by the numbers in force, and state nothing that is not verified."""

import re
from collections.abc import Iterator
from typing import Final

from rollcall.bound import BoundPage
from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Place, Severity, Text, met, unmet
from rollcall.policy.compliance import Compliance, Renumbered, Row
from rollcall.policy.files import PolicyFile, read_policy
from rollcall.project import Project

ID: Final = "law-citation"
LEVEL: Final = Level.COMPLETE
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("引用的法条号或说法不对", "a law is cited wrongly")
EXPLANATION: Final = Text(
    "改过条号的法律（`renumbered`）：条目写新条号，`was` 写旧条号，两者按表对应；页面上引用旧条号是问题，"
    "除非写明旧版的年份。没查证的条目的 `phrases` 不能和法律的名字写在页面的同一句。",
    "For laws with new numbers (`renumbered`), a row has the new number and, in `was`, the old one that "
    "belongs to it; a page may not cite an old number unless it names the year of the old text. What "
    "`phrases` of an unverified row say may not stand in one sentence with the name of the law.",
)
_DIGITS: Final = "零一二三四五六七八九"
_SENTENCE_END: Final = re.compile(r"[。！？]|[.!?](?=\s)")


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per row with `was`, one per page that is right, one per wrong citation."""
    file = read_policy(project, "compliance.yml", Compliance)
    if file is None:
        return
    moved = {law.law.zh: law for law in file.data.renumbered}
    for index, row in enumerate(file.data.rows):
        if row.law.zh in moved:
            yield _row(file, index, row, moved[row.law.zh])
    for page in project.pages:
        found = list(_page(page, file))
        yield from found
        if not found:
            yield met(page.path, Place(page.path), file.place("rows"), page.cell)


def _row(file: PolicyFile[Compliance], index: int, row: Row, law: Renumbered) -> Outcome:
    at = file.place("rows", index, "articles")
    because = file.place("renumbered", file.data.renumbered.index(law), "articles")
    right = tuple(law.articles.get(old, "?") for old in row.was)
    if row.was and right == row.articles:
        return met(f"{row.id}:articles", at, because)
    old, new = ", ".join(row.was), ", ".join(right)
    message = Text(f"`was` {old} 对应的新条号是 {new}", f"the new numbers of `was` {old} are {new}")
    if not row.was:
        message = Text(
            f"缺少 `was`：{law.since} 以前的条号",
            f"`was` is missing: the numbers before {law.since}",
        )
    return unmet(f"{row.id}:articles", at, because, message)


def _page(page: BoundPage, file: PolicyFile[Compliance]) -> Iterator[Outcome]:
    lines = sorted((*page.page.prose, *page.page.titles), key=lambda prose: prose.line)
    doubtful = [(n, row) for n, row in enumerate(file.data.rows) if row.source.status == "U"]
    for prose in lines:
        at = Place(page.path, prose.line)
        for index, law in enumerate(file.data.renumbered):
            because = file.place("renumbered", index)
            for number in _outdated(prose.text, law, file.data, page.language):
                name, new = law.law.get(page.language), law.articles[number]
                message = Text(
                    f"{name}第 {number} 条自 {law.since} 起是第 {new} 条",
                    f"{name}, Article {number} has been Article {new} since {law.since}",
                )
                yield unmet(f"{page.path}:{name} {number}", at, because, message, cell=page.cell)
        for index, row in doubtful:
            if said := _said(prose.text, row, page.language):
                message = Text(f"“{said}”没有查证", f"`{said}` is not verified")
                because = file.place("rows", index)
                yield unmet(f"{page.path}:{row.id}", at, because, message, cell=page.cell)


def _said(text: str, row: Row, language: str) -> str | None:
    """The first unverified phrase that stands in one sentence with the name of its law."""
    name = row.law.get(language)
    for sentence in _SENTENCE_END.split(text) if name in text else ():
        for phrase in row.phrases if name in sentence else ():
            if re.search(rf"(?<!\d){re.escape(phrase)}", sentence):
                return phrase
    return None


def _outdated(text: str, law: Renumbered, data: Compliance, language: str) -> Iterator[str]:
    """Numbers cited in `text` that this law has given away and that no row uses as a new one."""
    cited = [number for number in _cited(text, law.law.get(language)) if number in law.articles]
    if not cited:
        return
    now = {
        article
        for row in data.rows
        if row.law.zh == law.law.zh and row.source.status != "U"
        for article in row.articles
    }
    yield from (number for number in cited if number not in now)


def _cited(text: str, name: str) -> Iterator[str]:
    if name not in text:
        return
    law = re.escape(name)
    patterns = (
        rf"{law}》?(?P<gap>[^。；，,;]{{0,10}}?)第\s*(?P<n>[0-9]+|[一二三四五六七八九十]+)\s*条",
        rf"{law},?(?P<gap>[^.;,]{{0,20}}?)\bArticle\s+(?P<n>[0-9]+)",
        rf"\bArticle\s+(?P<n>[0-9]+)(?P<gap>[^.;,]{{0,12}}?) of (?:the )?(?:[A-Z][a-z]+ )?{law}",
    )
    for pattern in patterns:
        for match in re.finditer(pattern, text):
            if not re.search(r"\d{4}", match["gap"]):
                yield _number(match["n"])


def _number(text: str) -> str:
    """An article's number in digits; Chinese numerals up to 99."""
    if text.isdigit():
        return text
    tens, ten, ones = text.rpartition("十")
    high = (_DIGITS.find(tens) if tens else 1) if ten else 0
    return str(10 * high + (_DIGITS.find(ones) if ones else 0))
