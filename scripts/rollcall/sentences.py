"""The sentences of a page as written, for rules that ask what is said together."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rollcall.inline import mask_code
from rollcall.page import Page

_START: Final = re.compile(r"[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]|[ \t]*(?:!!!|\?\?\?|===)")
_END: Final = re.compile(r"[。！？!?]+|(?<![.\s][a-zA-Z])(?<!vs)\.(?=[\s)\]”\"’]|$)")
_TARGET: Final = re.compile(r"\]\([^()\s]{0,500}\)")
_QUOTED: Final = re.compile(r"[“「『‘\"][^“”「」『』‘’\"\n]{0,80}[”」』’\"]")
_SPELT: Final = re.compile(
    r"[一二两三四五六七八九十百半][ ]?(?:个?(?:工作日|小时|钟头|月)|分钟|秒|天|日|周|次|年|倍)"
    r"|当天|次日|同一天|\b(?:same|next) (?:business )?day\b"
    r"|\b(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|half)[ \n]"
    r"(?:an? )?(?:second|minute|hour|(?:business |working )?day|week|month|year|time)s?\b",
    re.I,
)
_DIGIT: Final = re.compile(r"(?<![A-Za-z_])\d")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, or one row of a table, or one heading; `text` keeps line ends and marks."""

    line: int
    text: str

    @property
    def said(self) -> str:
        """The text with code, link targets and what stands in quotes blotted out."""
        masked = _TARGET.sub(_blot, mask_code(self.text))
        return _QUOTED.sub(_blot, masked)

    @property
    def has_number(self) -> bool:
        """Whether it says a number, in digits or in words, that is no part of a name."""
        text = _TARGET.sub("]", self.text)
        return bool(_DIGIT.search(text) or _SPELT.search(text))

    @property
    def has_link(self) -> bool:
        """Whether it links somewhere."""
        return "](" in self.text

    def line_of(self, position: int) -> int:
        """The line of the page on which a position of the text stands."""
        return self.line + self.text.count("\n", 0, position)


def _blot(match: re.Match[str]) -> str:
    return "x" * len(match.group())


def sentences(page: Page, text: str) -> Iterator[Sentence]:
    """Every sentence of a page whose whole text is `text`; code blocks and comments are none."""
    lines = text.split("\n")
    for first, last in _paragraphs(page, lines):
        yield from _split(first, "\n".join(lines[first - 1 : last]))
    for title in page.titles:
        yield Sentence(title.line, lines[title.line - 1])


def _paragraphs(page: Page, lines: list[str]) -> Iterator[tuple[int, int]]:
    """First and last line of each run of prose that belongs together."""
    first = last = 0
    for prose in page.prose:
        if first and prose.line == last + 1 and not _START.match(lines[prose.line - 1]):
            last = prose.line
            continue
        if first:
            yield first, last
        first = last = prose.line
    if first:
        yield first, last


def _split(line: int, text: str) -> Iterator[Sentence]:
    masked = _TARGET.sub(_blot, mask_code(text))
    start = 0
    for end in _END.finditer(masked):
        piece = text[start : end.end()]
        yield Sentence(line, piece)
        line += piece.count("\n")
        start = end.end()
    if text[start:].strip():
        yield Sentence(line, text[start:])
