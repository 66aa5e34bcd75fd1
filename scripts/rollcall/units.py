"""Units and magnitudes as they are written behind a number, in Chinese and English."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

# How a unit is written (an ASCII one ends where its letters end), its dimension, and how many of
# the dimension's base unit it is. A year is 12 months; what a day of work is, nobody converts.
_UNITS: Final[tuple[tuple[str, str, int | str], ...]] = (
    (r"ms|milliseconds?|毫秒", "s", "0.001"),
    (r"us|µs|microseconds?|微秒", "s", "0.000001"),
    (r"s|secs?|seconds?|秒钟?", "s", 1),
    (r"mins?|minutes?|分钟|分(?= ?\d+ ?秒)", "s", 60),
    (r"h|hrs?|hours?|个?小时", "s", 3600),
    (r"(?:business|working)[ -]days?|个?工作日", "workday", 1),
    (r"d|days?|天", "s", 86400),
    (r"weeks?|个?星期|周(?!岁|年|末|期)", "s", 7 * 86400),
    (r"months?|个月", "month", 1),
    (r"quarters?|个?季度", "month", 3),
    (r"years?|年", "month", 12),
    (r"[kK]bps|[kK]bit/s|[kK]b/s", "bit/s", 10**3),
    (r"Mbps|Mbit/s|Mb/s|兆(?:比特)?(?:/秒|每秒)?", "bit/s", 10**6),
    (r"Gbps|Gbit/s|Gb/s", "bit/s", 10**9),
    (r"KiB", "B", 2**10),
    (r"MiB", "B", 2**20),
    (r"GiB", "B", 2**30),
    (r"[kK]B|kilobytes?", "B", 10**3),
    (r"MB|megabytes?", "B", 10**6),
    (r"GB|gigabytes?", "B", 10**9),
    (r"TB|terabytes?", "B", 10**12),
    (r"B|bytes?|个?字节", "B", 1),
    (r"fps|frames per second|frames?|帧(?:/秒|每秒)?", "", 1),  # as other things that are counted
    (r"kHz", "Hz", 1000),
    (r"Hz|赫兹?", "Hz", 1),
    (r"px|pixels?|像素", "px", 1),
    (r"%|percent|per cent", "%", 1),
    (r"成(?!功|为|对|员|本|立|熟)", "%", 10),
)
_ANY: Final = "|".join(rf"(?P<u{n}>{pattern})" for n, (pattern, _, _) in enumerate(_UNITS))
_ALONE: Final = r"(?:(?<![A-Za-z])|(?![A-Za-z]))"
_UNIT: Final = re.compile(rf" ?-?(?:{_ANY}){_ALONE}")
# A single letter is a unit behind a number or in brackets: `Time (s)`.
_NAMED: Final = re.compile(
    rf"(?<![A-Za-z'’])(?!(?<![(（])[A-Za-z](?![A-Za-z]))(?:{_ANY}){_ALONE}", re.I
)

_HAN_MAGNITUDES: Final = {"千": 10**3, "百万": 10**6, "千万": 10**7, "万": 10**4, "亿": 10**8}
_MAGNITUDES: Final = _HAN_MAGNITUDES | {
    "k": 10**3,
    "hundred": 100,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
}
_MAGNITUDE: Final = re.compile(
    r" ?(百万|千万|[千万亿]|k(?![A-Za-z])|(?:hundred|thousand|[mb]illion)\b)"
)


@dataclass(frozen=True, slots=True)
class Unit:
    """What follows a number: its dimension, `""` for none, and what to multiply the number by."""

    end: int
    dimension: str
    factor: Decimal

    @property
    def is_none(self) -> bool:
        """Whether the number stands alone."""
        return not self.dimension and self.factor == 1


def unit_at(text: str, at: int, *, year: bool = False) -> Unit:
    """The unit, magnitude included, that begins at `at`; with `year`, no time follows but a date."""
    factor, dimension = Decimal(1), ""
    if magnitude := _MAGNITUDE.match(text, at):
        factor, at = Decimal(_MAGNITUDES[magnitude[1].lower()]), magnitude.end()
    unit = _UNIT.match(text, at)
    if unit is None:
        return Unit(at, dimension, factor)
    _, dimension, size = _UNITS[int((unit.lastgroup or "u0")[1:])]
    if dimension == "month" and year:
        return Unit(at, "", factor)
    return Unit(unit.end(), dimension, factor * Decimal(size))


def units_in(text: str) -> Iterator[Unit]:
    """Units that a text names, with a number or without: `Day 1`, the header of a column."""
    for match in _NAMED.finditer(text):
        _, dimension, size = _UNITS[int((match.lastgroup or "u0")[1:])]
        if dimension:
            yield Unit(match.end(), dimension, Decimal(size))
