"""Numbers in a text, with their units, so that `5 秒`, `5s` and `five seconds` are the same.

Chinese and English are read alike. Values are exact decimals in one unit a dimension: seconds,
months, bytes, bits a second. A number may have several readings: the first in `3 to 5 s` is 3 or 3 s.
Number words are read too, but marked as such: they may answer a number, never ask for one.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final, TypeAlias

from rollcall.units import Unit, unit_at, units_in

Reading: TypeAlias = tuple[str, str]  # value and unit, both normalised

_FOLD: Final = str.maketrans("０１２３４５６７８９％～〜‑−：．×\u00a0", "0123456789%~~--:.x ")
_NUMBERS: Final = (
    *(
        "zero|no|none|nothing",
        "one|first|once",
        "two|second|twice|both",
        "three|third",
        "four|fourth",
    ),
    *("five|fifth", "six|sixth", "seven|seventh", "eight|eighth", "nine|ninth", "ten|tenth"),
    *("eleven|eleventh", "twelve|twelfth", "thirteen", "fourteen", "fifteen", "sixteen"),
    *("seventeen", "eighteen", "nineteen", "twenty"),
)
_ENGLISH: Final = {
    word: str(value) for value, words in enumerate(_NUMBERS) for word in words.split("|")
} | {"half": "0.5", "thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "ninety": "90"}
_MONTHS: Final = (
    "January February March April May June July August September October November December"
)
_MONTH: Final = {name: str(number) for number, name in enumerate(_MONTHS.split(), 1)}
_ENGLISH_TENS: Final = {"hundred": 100, "thousand": 1000, "million": 10**6}
_DIGITS: Final = {han: value for value, han in enumerate("零一二三四五六七八九")} | {"两": 2}
_SPOKEN: Final = {"半": "0.5", "一半": "0.5", "没有": "0"}
_TENS: Final = {"十": 10, "百": 100, "千": 1000}

_TOKEN: Final = re.compile(
    r"(?P<always>\b(?:24 ?[x/] ?7|7 ?x ?24(?: ?小时)?)(?!\d))"
    r"|(?P<name>(?<![A-Za-z0-9_])[A-Za-z_]{1,40}(?:[-.][A-Za-z_]{1,40}){0,3}[-.]?\d[A-Za-z0-9_]*)"
    r"|(?P<number>\d{1,3}(?:,\d{3}){1,6}(?![\d,])(?:\.\d+)?|\d+(?:[.:]\d+)*)"
    r"|(?P<han>[零一二两三四五六七八九十百千万半]+|没有)"
    r"|(?P<month>\b(?-i:" + _MONTHS.replace(" ", "|") + r")\b)"
    r"|(?P<english>\b(?:an?|the|per|each|every|" + "|".join([*_ENGLISH, *_ENGLISH_TENS]) + r")\b)",
    re.IGNORECASE,
)
_ORDINAL: Final = re.compile(r"(?:st|nd|rd|th)(?![A-Za-z])")
_LETTERS: Final = re.compile(r"(?:(?!x\d)[A-Za-z_])*", re.IGNORECASE)
_ARTICLE: Final = re.compile(r"(?: an?(?= ))?")
_BEFORE_DIGITS: Final = re.compile(r"[-.]?\d")
_DIGIT: Final = re.compile(r"[0-9０-９]")
_MAX_DIGITS: Final = 24  # longer ones are compared as they are written


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as written, and what it may mean.

    `is_word` where no digit is written; `name` is what stands before the digits in `H.264`.
    """

    written: str
    readings: tuple[Reading, ...]
    is_word: bool
    name: str = ""

    def same_as(self, other: "Quantity") -> bool:
        """Whether some reading is common to both."""
        return any(reading in other.readings for reading in self.readings)

    def like(self, other: "Quantity") -> bool:
        """Whether the value, or else the unit, is the same: what was probably meant."""
        ours, theirs = ({part for reading in q.readings for part in reading} for q in (self, other))
        return bool(ours & theirs - {""})


class Answers:
    """What the numbers of one text answer of another."""

    def __init__(self, numbers: Iterable[Quantity]) -> None:
        found = list(numbers)
        self._readings = {reading for number in found for reading in number.readings}
        self._names = {number.name for number in found}

    def hold(self, number: Quantity) -> bool:
        """Whether a number is answered, or asks for no answer.

        A word asks for none; a name with digits (`H.264`) only that the same name has the same.
        """
        if number.is_word or any(reading in self._readings for reading in number.readings):
            return True
        return bool(number.name) and number.name not in self._names


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    value: str
    unit: Unit
    is_word: bool
    name: str = ""


def has_digits(text: str) -> bool:
    """Whether a text may hold a number that asks for a counterpart."""
    return _DIGIT.search(text) is not None


@lru_cache(maxsize=1 << 15)
def quantities(text: str, header: str = "", *, as_written: bool = False) -> tuple[Quantity, ...]:
    """Every number of a text, in order.

    A number without a unit may mean any unit that the text names, as the first in `3 to 5 s`, or
    that the `header` of its column names; `as_written`, quicker to read, leaves that out.
    """
    text = text.translate(_FOLD)
    tokens: list[_Token] = []
    for match in _TOKEN.finditer(text):
        if not tokens or match.start() >= tokens[-1].unit.end:  # else it is the unit of the last
            tokens += _token(match, text)
    if as_written:
        return tuple(_quantity(token, text, []) for token in tokens)
    units = (token.unit for token in tokens if not token.unit.is_none)
    named = {
        (unit.dimension, unit.factor): unit for unit in (*units, *units_in(text), *units_in(header))
    }
    return tuple(_quantity(token, text, list(named.values())) for token in tokens)


def _quantity(token: _Token, text: str, named: list[Unit]) -> Quantity:
    units = [token.unit, *(named if token.unit.is_none and not token.name else ())]
    readings = dict.fromkeys(_reading(token.value, unit) for unit in units)
    written = text[token.start : token.unit.end].strip()
    return Quantity(written, tuple(readings), token.is_word, token.name)


def _token(match: re.Match[str], text: str) -> Iterator[_Token]:
    start, end = match.span()
    written = match[0]
    if match.lastgroup == "always":
        yield _Token(start, "24/7", Unit(end, "", Decimal(1)), False)
    elif match.lastgroup == "name":
        name = written.lower()
        yield _Token(start, name, Unit(end, "", Decimal(1)), False, _BEFORE_DIGITS.split(name)[0])
    elif match.lastgroup == "number":
        yield _number(written.replace(",", ""), start, end, text)
    elif match.lastgroup == "month":
        yield _Token(start, _MONTH[written], Unit(end, "", Decimal(1)), True)
    elif match.lastgroup == "han":
        if value := _han(written):
            yield _Token(start, value, unit_at(text, end), True)
    else:
        word = written.lower()
        unit = unit_at(text, _ARTICLE.match(text, end).end())  # type: ignore[union-attr]  # it may be empty
        if word in _ENGLISH or word in _ENGLISH_TENS:
            value = _ENGLISH.get(word) or str(_ENGLISH_TENS[word])
            yield _Token(start, value, unit, True)
        elif not unit.is_none:  # a second, each hour
            yield _Token(start, "1", unit, True)


def _number(value: str, start: int, end: int, text: str) -> _Token:
    """A number in digits; letters that are no unit are part of it: `1080p`, `3xx`."""
    if ":" in value:
        value = value.lstrip("0")
    is_year = len(value) == 4 and value[:2] in ("19", "20")
    unit = unit_at(text, end, year=is_year)
    if unit.end > end:
        return _Token(start, value, unit, False)
    if ordinal := _ORDINAL.match(text, end):
        return _Token(start, value, Unit(ordinal.end(), "", Decimal(1)), False)
    letters = _LETTERS.match(text, end)
    rest = letters[0] if letters else ""
    return _Token(start, value + rest.lower(), Unit(end + len(rest), "", Decimal(1)), False)


def _reading(value: str, unit: Unit) -> Reading:
    """Value and unit in the base unit of the dimension; what is no plain number stays as it is."""
    if unit.is_none or len(value) > _MAX_DIGITS or not re.fullmatch(r"\d+(?:\.\d+)?", value):
        return (value.lstrip("0") or "0") if value.isdigit() else value, unit.dimension
    return f"{(Decimal(value) * unit.factor).normalize():f}", unit.dimension


def _han(written: str) -> str:
    """The value of a Chinese numeral as it is spoken: 十二, 两百, 三千五; `""` if it is none."""
    if written in _SPOKEN:
        return _SPOKEN[written]
    if written.isdigit() or len(written) > 8:
        return ""
    total, digit = 0, 0
    for char in written:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _TENS:
            total += (digit or 1) * _TENS[char]
            digit = 0
        elif char == "万":
            total, digit = ((total + digit) or 1) * 10**4, 0
        else:
            return ""
    return str(total + digit)
