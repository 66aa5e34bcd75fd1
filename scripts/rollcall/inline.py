"""One line of Markdown: its words, code spans, table cells, targets and what a reader sees of it.

Every pattern here is bounded or free of backtracking, so that a line of two megabytes of brackets
or backticks costs no more than its length.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from html import unescape
from typing import Final

from rollcall.page import Link

_WORD: Final = re.compile(
    "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]"
    "|[^\\W_\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]+"
)
_TICKS: Final = re.compile(r"(?<!\\)`+")
_ATTRIBUTES: Final = re.compile(r"[ \t]{0,8}\{:?([^{}\n]{1,300})\}[ \t]{0,8}$")
_IMAGE: Final = re.compile(
    r"!\[([^\[\]\n]{0,500})\]\(\s{0,8}(?:<([^<>\n]{1,2000})>|([^()<>\s]{0,2000}))"
)
_LINK: Final = re.compile(
    r"\]\(\s{0,8}(?:<([^<>\n]{1,2000})>|((?:[^()<>\[\]\s]|\([^()<>\[\]\s]{0,200}\)){1,2000}))"
    r"(?:\s{1,8}[\"'][^\n]{0,500}?[\"'])?\s{0,8}\)"
)
_REFERENCE: Final = re.compile(r" {0,3}\[[^\]\n^]{1,300}\]:\s{1,8}<?([^\s<>]{1,2000})")
_HTML_LINK: Final = re.compile(
    r"<(a|img)\b[^<>]{0,500}?\b(?:href|src)=[\"']([^\"']{1,2000})[\"']", re.I
)
_HTML_ID: Final = re.compile(r"<\w[^<>]{0,500}?\b(?:id|name)=[\"']([^\"'\s]{1,200})[\"']", re.I)
_IMAGE_MARK: Final = re.compile(r"!(?=\[)")
_HEADING_ATTRIBUTES: Final = re.compile(r" {1,8}\{:?([^{}\n]{1,300})\} {0,8}$")
_ATTRIBUTE_ID: Final = re.compile(r"(?:^|[\s:])#([^\s}]+)")
_INLINE_ID: Final = re.compile(r"\{:?[^{}\n]{0,200}#([\w\-.:]{1,200})[^{}\n]{0,200}\}")
_TAG: Final = re.compile(r"</?[A-Za-z][^<>]{0,500}>")
_ESCAPE: Final = re.compile(r"\\([\\`*_{}\[\]()>#+\-.!|])")
_UNDERSCORES: Final = re.compile(r"(?<![\w\\])_{1,3}(?=\S)|(?<=[^\s\\])_{1,3}(?!\w)")


def count_words(text: str) -> int:
    """Words of prose: each Han, Kana or Hangul character is one, so is each other word.

    Punctuation, full-width or not, counts nothing.
    """
    return len(_WORD.findall(text))


@lru_cache(maxsize=1 << 16)  # every rule asks again, and so does the next check of nearly the same
def code_spans(line: str) -> tuple[tuple[int, int], ...]:
    """Start and end of each code span: a run of backticks up to the next one as long."""
    return tuple(_code_spans(line))


def _code_spans(line: str) -> Iterator[tuple[int, int]]:
    runs = [match.span() for match in _TICKS.finditer(line)]
    partner: list[int | None] = [None] * len(runs)
    latest: dict[int, int] = {}
    for index in reversed(range(len(runs))):
        length = runs[index][1] - runs[index][0]
        partner[index] = latest.get(length)
        latest[length] = index
    index = 0
    while index < len(runs):
        closing = partner[index]
        if closing is None:
            index += 1
            continue
        yield runs[index][0], runs[closing][1]
        index = closing + 1


def codes(line: str) -> Iterator[str]:
    """What stands in each code span of a line, backticks and blanks at its ends off."""
    if "`" in line:
        for start, end in code_spans(line):
            yield line[start:end].strip("`").strip()


def replace_code(line: str, new: Callable[[str], str]) -> str:
    """The line with each code span replaced by what `new` makes of it, backticks included."""
    if "`" not in line:
        return line
    kept, at = [], 0
    for start, end in code_spans(line):
        kept += [line[at:start], new(line[start:end])]
        at = end
    return "".join((*kept, line[at:]))


def mask_code(line: str) -> str:
    """The line with code spans blotted out: of the same length, and of nothing that means anything."""
    return replace_code(line, lambda span: "x" * len(span))


@lru_cache(maxsize=1 << 15)
def split_row(line: str) -> tuple[str, ...]:
    """The cells of a table row; pipes that are escaped or in code do not split."""
    masked = mask_code(line.replace("\\|", "xx"))
    start, cells = 0, []
    for index, char in enumerate(masked):
        if char == "|":
            cells.append(line[start:index].strip())
            start = index + 1
    cells.append(line[start:].strip())
    if cells and not cells[0]:
        cells = cells[1:]
    if cells and not cells[-1]:
        cells = cells[:-1]
    return tuple(cells)


@lru_cache(maxsize=1 << 16)
def plain(text: str, *, keep_code: bool = False) -> str:
    """Text as read: link targets, tags and emphasis marks out; code out unless kept."""
    text = replace_code(text, (lambda span: f" {span.strip('`')} ") if keep_code else lambda _: " ")
    text = _ATTRIBUTES.sub("", _TAG.sub("", _LINK.sub("", _IMAGE_MARK.sub("", text))))
    return text.replace("**", "").replace("[", "").strip(" \t|>#*+")


def sole_code(text: str) -> str | None:
    """The content of the code span that is all there is of `text`, but for a `{#id}`."""
    text = _HEADING_ATTRIBUTES.sub("", text).strip()
    spans = list(code_spans(text))
    return text.strip("`").strip() if spans == [(0, len(text))] else None


def codes_in(text: str) -> tuple[str, ...]:
    """The content of every code span of `text`, in order."""
    return tuple(text[start:end].strip("`").strip() for start, end in code_spans(text))


def heading_parts(text: str) -> tuple[str, str | None]:
    """The title of a heading as read, and the id of its `{#id}` if it has one."""
    attributes = _HEADING_ATTRIBUTES.search(text)
    explicit = _ATTRIBUTE_ID.findall(attributes.group(1)) if attributes else []
    title = (text[: attributes.start()] if attributes else text).rstrip("# \t")
    return heading_text(title), explicit[-1] if explicit else None


def heading_text(text: str) -> str:
    """The text of a heading as the site's table of contents has it."""
    text = replace_code(text, lambda span: span.strip("`").strip())
    text = _TAG.sub("", _LINK.sub("", text)).replace("**", "").replace("[", "")
    return unescape(_ESCAPE.sub(r"\1", _UNDERSCORES.sub("", text))).strip(" \t*")


def targets(number: int, line: str) -> Iterator[Link]:
    """The links and images on a line, code spans not looked at."""
    text = replace_code(line, lambda _: "")
    if "](" in text:
        images = {match.end(1): match for match in _IMAGE.finditer(text)}
        for match in images.values():
            yield Link(number, match.group(2) or match.group(3), is_image=True)
        for match in _LINK.finditer(text):
            if match.start() not in images:
                yield Link(number, match.group(1) or match.group(2))
    if "]:" in text and (reference := _REFERENCE.match(text)):
        yield Link(number, reference.group(1))
    if "<" in text:
        for tag, target in _HTML_LINK.findall(text):
            yield Link(number, target, is_image=tag.lower() == "img")


def inline_ids(line: str) -> Iterator[str]:
    """Ids that a line gives to something other than a heading: `<a id="…">`, `{#id}`."""
    text = replace_code(line, lambda _: "") if "<" in line or "{" in line else ""
    yield from _HTML_ID.findall(text)
    yield from _INLINE_ID.findall(text)
