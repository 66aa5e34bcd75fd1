"""Words that promise without saying how much stand beside a number or a link, or do not stand."""

import re
from collections.abc import Iterator
from typing import Final

from pydantic import Field

from rollcall.checklist import Strict
from rollcall.model import Level, Outcome, Place, Severity, Text, met, unmet
from rollcall.page import Page
from rollcall.project import Project
from rollcall.sentences import sentences

ID: Final = "vague-words"
LEVEL: Final = Level.COMPLETE
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("承诺没有数字", "a promise without a number")
EXPLANATION: Final = Text(
    "“尽快”“及时”“专人跟进”这类词，读者读完还是不知道要等多久。同一句里要有数字，或链到写着数字的地方。"
    "代码和引号里的不算，“不及时”这样的否定也不算。",
    'After "ASAP", "best effort" or "in a timely manner" the reader still does not know how long to '
    "wait. The same sentence needs a number or a link to one. Code and what stands in quotes are not "
    "looked at.",
)

_WORDS: Final = (
    *("及时", "尽快", "尽早", "尽速", "第一时间", "专人跟进", "专人负责跟进", "提供技术支持"),
    *("秒级", "快速响应", "迅速响应", "随时响应", "全力保障", "全力支持"),
    *("ASAP", "as soon as possible", "best effort", "best-effort", "in a timely manner"),
    *("in a timely fashion", "without undue delay", "at the earliest", "promptly"),
)
_BEFORE: Final = "(?<![不没未无毫微纳以涉])(?<!没有)"  # 不及时, 毫秒级, 以及时间 are other words
_AFTER: Final = "(?![间刻长区段钟戳])"  # 及时间


class Options(Strict):
    """Which words promise nothing by themselves."""

    words: tuple[str, ...] = Field(_WORDS, min_length=1, description="words, case-insensitive")


def check(project: Project, options: Options) -> Iterator[Outcome]:
    """One outcome per word without a number; one per page without any."""
    pattern = re.compile("|".join(_pattern(word) for word in options.words), re.I)
    squeezed = [_squeezed(word) for word in options.words]
    because = project.source.place("rules", ID)
    for page in project.pages:
        text = project.snapshot.read(page.path)
        there = _squeezed(text)  # looked through in a tenth of the time that the pattern needs
        maybe = any(word in there for word in squeezed)
        found = list(_found(page.page, text, pattern)) if maybe else []
        if not found:
            yield met(page.path, Place(page.path), because, page.cell)
        for line, word in found:
            yield unmet(
                f"{page.path}:{word}",
                Place(page.path, line),
                because,
                Text(f"“{word}”没有数字", f"`{word}` without a number"),
                hint=Text(
                    "在这一句里写上多少时间、多少次，或链到写着数字的地方",
                    "say how long or how often in this sentence, or link to where it is said",
                ),
                cell=page.cell,
            )


def _found(page: Page, text: str, pattern: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    for sentence in sentences(page, text):
        for match in pattern.finditer(sentence.said):
            if not (sentence.has_number or sentence.has_link):
                yield sentence.line_of(match.start()), _plain(match.group())


def _pattern(word: str) -> str:
    """A word of Latin letters matches whole words only, over a line end too."""
    if word.isascii():
        return rf"(?<![A-Za-z0-9_]){re.escape(word)}(?![A-Za-z0-9_])".replace(r"\ ", r"\s+")
    return _BEFORE + r"\s?".join(map(re.escape, word)) + _AFTER


def _squeezed(text: str) -> str:
    """Without blanks and case: what the pattern matches, this contains."""
    return "".join(text.casefold().split())


def _plain(found: str) -> str:
    """A word as it is spelt, were it on one line."""
    return (" " if found.isascii() else "").join(found.split())
