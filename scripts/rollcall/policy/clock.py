"""Service time against wall-clock time: when a calendar is open, and how long a promise can take.

Times are minutes since 1970-01-01 UTC. Only years whose holidays are published are counted.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate
from typing import Final, TypeAlias, get_args
from zoneinfo import ZoneInfo

from rollcall.policy.calendars import Calendar, Day, PublishedYear

Span: TypeAlias = tuple[int, int]

DAY: Final = 24 * 60
_DAYS: Final[tuple[Day, ...]] = get_args(Day)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=ZoneInfo("UTC"))


@dataclass(frozen=True, slots=True)
class Clock:
    """The hours of one calendar. Without spans it never stops."""

    zone: ZoneInfo
    spans: tuple[Span, ...]
    day: int

    @property
    def always(self) -> bool:
        """Whether it runs round the clock."""
        return not self.spans

    def worst(self, minutes: int) -> int:
        """The longest wall-clock time that `minutes` of service can take.

        That is for a problem filed at a closing: the one before the longest holiday, mostly.
        """
        if self.always:
            return minutes
        served = tuple(accumulate((end - start for start, end in self.spans), initial=0))
        closings = ((end, served[index + 1]) for index, (_, end) in enumerate(self.spans))
        waits = [
            self._reach(served, done + minutes) - end
            for end, done in closings
            if done + minutes <= served[-1]
        ]
        return max(waits, default=minutes * (self.spans[-1][1] - self.spans[0][0]) // served[-1])

    def deadline(self, filed: datetime, minutes: int) -> datetime:
        """When `minutes` of service are over that start to run at `filed` (with a zone).

        Raises:
            ValueError: that is after the last day of the calendar.
        """
        start = int((filed - _EPOCH).total_seconds()) // 60
        if self.always:
            return filed + timedelta(minutes=minutes)
        served = tuple(accumulate((end - begin for begin, end in self.spans), initial=0))
        before = sum(max(0, min(end, start) - begin) for begin, end in self.spans)
        if before + minutes > served[-1]:
            raise ValueError(f"{filed} + {minutes} min is after the last day of the calendar")
        return _EPOCH + timedelta(minutes=self._reach(served, before + minutes))

    def _reach(self, served: Sequence[int], total: int) -> int:
        """The moment at which `total` minutes of service are over."""
        index = bisect_left(served, total) - 1
        return self.spans[index][0] + total - served[index]

    def within(self, other: "Clock") -> bool:
        """Whether `other` is open whenever this one is."""
        if other.always or self.always:
            return other.always
        starts = [start for start, _ in other.spans]
        for start, end in self.spans:
            index = bisect_left(starts, start + 1) - 1
            if index < 0 or other.spans[index][1] < end:
                return False
        return True


def clock_of(calendar: Calendar) -> Clock:
    """The clock of a calendar.

    Raises:
        ValueError: its zone is unknown, or it is neither `always` nor ever open.
    """
    try:
        zone = ZoneInfo(calendar.zone)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"unknown zone {calendar.zone}") from None
    if calendar.always:
        return Clock(zone, (), DAY)
    spans = tuple(_merged(_spans(calendar, zone)))
    if not spans:
        raise ValueError("never open in a year whose holidays are published")
    return Clock(zone, spans, max(_length(calendar, day) for day in _DAYS))


def weekly_hours(calendar: Calendar) -> int:
    """Whole hours of service in a week without holidays."""
    if calendar.always:
        return 7 * 24
    return sum(_length(calendar, day) for day in _DAYS) // 60


def _length(calendar: Calendar, day: Day) -> int:
    """Minutes of service on a day of the week."""
    ends = [span.split("-") for span in calendar.weekly.get(day, ())]
    return sum(_minute(end) - _minute(start) for start, end in ends)


def _minute(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


def _spans(calendar: Calendar, zone: ZoneInfo) -> Iterator[Span]:
    for year, published in sorted(calendar.years.items()):
        if isinstance(published, PublishedYear):
            day = date(year, 1, 1)
            while day.year == year:
                yield from _on(calendar, published, day, zone)
                day += timedelta(days=1)


def _on(calendar: Calendar, year: PublishedYear, day: date, zone: ZoneInfo) -> Iterator[Span]:
    if any(holiday.first <= day <= holiday.last for holiday in year.holidays):
        return
    weekday = _DAYS[day.weekday()]
    if day in year.extra and not calendar.weekly.get(weekday):
        weekday = "mon"
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    for span in calendar.weekly.get(weekday, ()):
        start, end = (midnight + timedelta(minutes=_minute(text)) for text in span.split("-"))
        yield tuple(int((moment - _EPOCH).total_seconds()) // 60 for moment in (start, end))  # type: ignore[misc]


def _merged(spans: Iterator[Span]) -> Iterator[Span]:
    """Spans that touch, as one."""
    last: Span | None = None
    for start, end in spans:
        if last is not None and last[1] >= start:
            last = last[0], end
        else:
            if last is not None:
                yield last
            last = start, end
    if last is not None:
        yield last
