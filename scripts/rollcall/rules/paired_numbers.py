"""Each language's version of a section gives the same numbers, in the same units."""

from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

from rollcall.checklist import Strict
from rollcall.inline import plain
from rollcall.model import Level, Outcome, Severity, Text, met, unmet
from rollcall.pairs import Pair, counterparts, pairs
from rollcall.passages import Block
from rollcall.project import Project
from rollcall.quantities import Quantity, has_digits, quantities

ID: Final = "paired-numbers"
LEVEL: Final = Level.PAIRED
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("两种语言的数字或单位不一致", "numbers or units differ between languages")
EXPLANATION: Final = Text(
    "逐段、逐格比较数字和单位：`5s`、`5 秒`、`5 seconds` 相同，30 分钟和半小时相同。"
    "一边写数字、另一边写“三个”这样的字也可以；只有字没有数字的不比较。代码、链接地址和列表序号不算。",
    "Numbers and their units are compared paragraph by paragraph and cell by cell: `5s` and "
    "`5 seconds` are the same, so are 30 minutes and half an hour. A number may stand as a word on "
    "one side; words alone are not compared. Code, link targets and the marks of lists are no "
    "numbers.",
)

_Placed: TypeAlias = tuple[int, Quantity]
_Texts: TypeAlias = list[tuple[int, str]]
_SHOWN: Final = 4


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per section that agrees, else one per paragraph or cell that does not."""
    for pair in pairs(project):
        findings = [
            finding
            for ours, theirs in _groups(pair)
            if any(has_digits(text) for _, text in (*ours, *theirs))
            if (finding := _compare(pair, ours, theirs))
        ]
        yield from findings
        if not findings:
            subject = f"{pair.subject}:numbers"
            yield met(subject, pair.other.place, pair.source.place, pair.cell)


def _groups(pair: Pair) -> Iterator[tuple[_Texts, _Texts]]:
    """What is compared with what: headings, paragraphs, cells; each text with its line."""
    source, other = pair.source.passage, pair.other.passage
    yield [(source.line, source.heading)], [(other.line, other.heading)]
    for ours, theirs in pair.prose:
        yield _texts(ours), _texts(theirs)
    for row, there in pair.rows:
        if len(row.cells) == len(there.cells):
            for cell, translated in zip(row.cells, there.cells, strict=True):
                yield [(row.line, cell)], [(there.line, translated)]
        else:
            yield _texts([row]), _texts([there])


def _texts(blocks: Iterable[Block]) -> _Texts:
    return [(block.line, block.text) for block in blocks]


def _read(texts: _Texts) -> list[_Placed]:
    return [
        (line + _lines_before(text, quantity.written), quantity)
        for line, text in texts
        for quantity in quantities(plain(text.replace("\n", " ")))
    ]


def _lines_before(text: str, written: str) -> int:
    """How far into a wrapped paragraph a number stands."""
    lines = text.split("\n")
    return next((n for n, line in enumerate(lines) if written.split()[0] in line), 0)


def _compare(pair: Pair, ours: _Texts, theirs: _Texts) -> Outcome | None:
    here, there = _read(ours), _read(theirs)
    differences = list(_differences(here, there))
    if not differences:
        return None
    shown = [_say(pair, ours_one, theirs_one, there) for ours_one, theirs_one in differences]
    if (more := len(shown) - _SHOWN) > 0:
        shown[_SHOWN:] = [Text(f"另有 {more} 处", f"{more} more")]
    source, other = differences[0]
    line = other[0] if other else (theirs or [(pair.other.passage.line, "")])[0][0]
    because = source[0] if source else (ours or [(pair.source.passage.line, "")])[0][0]
    written = (source or other or here[0])[1].written
    return unmet(
        f"{pair.subject}:{written}",
        pair.other.at(line),
        pair.source.at(because),
        Text("；".join(text.zh for text in shown), "; ".join(text.en for text in shown)),
        cell=pair.cell,
    )


def _differences(
    here: list[_Placed], there: list[_Placed]
) -> Iterator[tuple[_Placed | None, _Placed | None]]:
    """Numbers without a counterpart, each with the one that probably stands in its place."""
    missing = [item for item in here if not item[1].is_in(number for _, number in there)]
    extra = [item for item in there if not item[1].is_in(number for _, number in here)]
    return counterparts(missing, extra, lambda ours, theirs: ours[1].like(theirs[1]))


def _say(pair: Pair, source: _Placed | None, other: _Placed | None, there: list[_Placed]) -> Text:
    if source is None and other is not None:
        written, page = other[1].written, pair.source.page.path
        return Text(f"`{written}` 在 {page} 里没有", f"`{written}` is not in {page}")
    line, number = source or there[0]
    place, written = pair.source.at(line), number.written
    if other is not None:
        found = other[1].written
        return Text(
            f"{place} 是 `{written}`，这里是 `{found}`",
            f"{place} has `{written}`, here it is `{found}`",
        )
    near = next((f"`{item.written}`" for _, item in there if item.like(number)), None)
    zh, en = (f"；最接近的是 {near}", f"; the nearest is {near}") if near else ("", "")
    return Text(f"缺少 {place} 的 `{written}`{zh}", f"`{written}` of {place} is missing{en}")
