"""`calendars.yml`: when service runs: zone, weekly hours, holidays with their source."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from rollcall.checklist import Id, Strict
from rollcall.policy.texts import Both, Reference

Day: TypeAlias = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def _forwards(span: str) -> str:
    start, end = span.split("-")
    if start >= end:
        raise PydanticCustomError("backwards", "the end is not after the start")
    return span


Span: TypeAlias = Annotated[
    str,
    Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"),
    AfterValidator(_forwards),
]


class Holiday(Strict):
    """Days on which the calendar is closed, both ends included."""

    name: Both
    first: date
    last: date


class PublishedYear(Strict):
    """A year whose holidays were published."""

    source: Reference
    holidays: tuple[Holiday, ...]
    extra: tuple[date, ...] = Field((), description="days of rest that are worked as a weekday")


class AwaitedYear(Strict):
    """A year whose holidays are not published yet: a declared placeholder, counted as one."""

    awaited: Both


class Calendar(Strict):
    """Hours of service. `always` is round the clock, every day, and has no weeks or years."""

    name: Both
    zone: str = Field(description="IANA zone, such as Asia/Shanghai")
    always: bool = False
    weekly: Mapping[Day, tuple[Span, ...]] = {}
    years: Mapping[int, PublishedYear | AwaitedYear] = {}


class Calendars(Strict):
    """Every calendar by its id."""

    calendars: Mapping[Id, Calendar] = Field(min_length=1)
