"""No paragraph of a translation is still that of the source."""

import re
from collections.abc import Iterator
from typing import Final

from rollcall.checklist import Strict
from rollcall.inline import count_words, plain
from rollcall.model import Level, Outcome, Severity, Text, met, unmet
from rollcall.pairs import Pair, pairs
from rollcall.passages import Block
from rollcall.project import Project

ID: Final = "untranslated-text"
LEVEL: Final = Level.PAIRED
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("译文里有一段没有翻译", "a paragraph of the translation is not translated")
EXPLANATION: Final = Text(
    "同一节里，译文的一段和源文的一段一字不差，至少 5 个词；或者译文的语言不用汉字，正文里却连着 8 个以上汉字。"
    "代码、链接的文字不算。",
    "Within a section, a paragraph of the translation is word for word one of the source, of at least "
    "5 words; or the language does not use Han characters and a paragraph has 8 or more of them in "
    "a row. Code and texts of links do not count.",
)
_LEAST: Final = 5
_HAN: Final = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\u3000-\u303f\uff00-\uffef]{8,}")
_LINK: Final = re.compile(r"\[[^\[\]]{1,300}\]\([^()\s]{1,1000}\)|\{[^{}]{1,300}\}")
_WITH_HAN: Final = ("zh", "ja", "ko", "yue")


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per paragraph that is not translated, else one per section."""
    for pair in pairs(project):
        source = {_said(block) for block in pair.source.passage.prose}
        found = [b for b in pair.other.passage.prose if _left(_said(b), source, pair)]
        for block in found:
            shown = " ".join(_said(block).split())[:40]
            yield unmet(
                f"{pair.subject}:{shown}",
                pair.other.at(block.line),
                pair.source.place,
                Text(f"没有翻译：{shown}", f"not translated: {shown}"),
                cell=pair.cell,
            )
        if not found:
            yield met(f"{pair.subject}:text", pair.other.place, pair.source.place, pair.cell)


def _said(block: Block) -> str:
    return plain(_LINK.sub(" ", block.text))


def _left(text: str, source: set[str], pair: Pair) -> bool:
    if text in source and count_words(text) >= _LEAST:
        return True
    return not pair.other.page.language.startswith(_WITH_HAN) and _HAN.search(text) is not None
