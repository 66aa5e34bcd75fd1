"""Inline code in two languages: the same, but for what a reader is to put in its place.

`kite room show 直播间` and `kite room show <room>` are the same code: `<…>` and Han characters
stand for something that each language names in its own way.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from rollcall.inline import codes

_MAX_LENGTH: Final = 200  # longer ones are compared as they are written
_MAX_PLACES: Final = 4
_MAX_COMPARED: Final = 500
_HAN: Final = "\u3400-\u9fff\u3000-\u303f\uff00-\uffef"
_PLACE: Final = re.compile(rf"<[^<>]{{1,80}}>|…|[{_HAN}]+")


def spans(text: str) -> tuple[str, ...]:
    """The inline code of a text, each once."""
    return tuple(dict.fromkeys(" ".join(code.split()) for code in codes(text.replace("\n", " "))))


def same_code(one: str, other: str) -> bool:
    """Whether two spans differ at most in blanks and placeholders."""
    one, other = "".join(one.split()), "".join(other.split())
    if one == other:
        return True
    return any(
        pattern is not None and pattern.fullmatch(text) is not None
        for pattern, text in ((_pattern(one), other), (_pattern(other), one))
    )


def is_in(span: str, others: Iterable[str]) -> bool:
    """Whether one of `others` is the same code; one that is all placeholder asks for none."""
    return not bare(span) or any(same_code(span, other) for other in others)


def lacking(ours: Iterable[str], theirs: Iterable[str]) -> Iterator[str]:
    """Spans that the other side lacks."""
    there = dict.fromkeys(theirs)
    every = list(there)[:_MAX_COMPARED]
    with_places = [span for span in there if len(bare(span)) < len(span)][:_MAX_COMPARED]
    for span in ours:
        candidates = every if len(bare(span)) < len(span) else with_places
        if span not in there and not is_in(span, candidates):
            yield span


def bare(span: str) -> str:
    """A span without its placeholders."""
    return _PLACE.sub("", span)


@lru_cache(maxsize=4096)
def _pattern(span: str) -> re.Pattern[str] | None:
    """What may stand in the other language; `None` without placeholders, or with too many."""
    parts = _PLACE.split(span)
    many = len(parts) > _MAX_PLACES + 1 or len(span) > _MAX_LENGTH
    if many or len(parts) == 1 or not any(parts):  # what is all placeholder would be like anything
        return None
    return re.compile(".{1,80}?".join(map(re.escape, parts)))
