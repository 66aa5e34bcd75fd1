"""`compliance.yml`, `retention.yml`, `incident-clocks.yml`: what law asks, where that was read."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from rollcall.checklist import Id, Strict
from rollcall.policy.texts import Both, Words
from rollcall.policy.versions import DocPath

Status: TypeAlias = Literal["V", "V2", "U"]
"""Read in the text itself or a mirror of it, read in somebody's account of it, or unverified."""

Region: TypeAlias = Literal["cn", "eu", "uk", "us", "in", "id", "vn", "sa", "br", "stores"]


class Renumbered(Strict):
    """Articles of a law that have other numbers since an amendment."""

    law: Both
    since: date
    articles: Mapping[str, str] = Field(description="old number → new number")


class Source(Strict):
    """Where a row was read."""

    title: Words
    status: Status
    verified_on: date


class Row(Strict):
    """One obligation: what the law asks, what Kite does for it, what the operator owes himself."""

    id: Id
    region: Region
    law: Both
    articles: tuple[str, ...] = Field((), description="numbers, as the law counts them now")
    was: tuple[str, ...] = Field((), description="the same articles before a renumbering")
    effective: date | None = Field(None, description="since when; None if not verified")
    topic: Both
    obligation: Both
    binds: Literal["operator", "vendor", "both"]
    feature: Both | None = Field(None, description="what Kite has for it; None: operator's duty")
    page: DocPath | None = None
    operator: Both
    source: Source
    phrases: tuple[Words, ...] = Field((), description="words no page may use while it is U")


class Compliance(Strict):
    """The matrix, and the laws whose articles moved."""

    renumbered: tuple[Renumbered, ...] = ()
    rows: tuple[Row, ...] = Field(min_length=1)


# -- retention.yml -------------------------------------------------------------------------------
class Minimum(Strict):
    """How long a region asks for a kind of data, by a row of the matrix."""

    region: Region
    days: int = Field(ge=1)
    row: Id


class Kept(Strict):
    """A kind of data: how long it must be kept, how long Kite keeps it by itself."""

    data: Both
    minimums: tuple[Minimum, ...] = Field(min_length=1)
    keep_days: int = Field(ge=1, description="what we advise: no less than any minimum")
    kite_days: int | None = Field(None, ge=0, description="by default; None: until deleted")
    how: Both | None = Field(None, description="how to keep it longer, where Kite keeps less")


class Retention(Strict):
    """Every kind of data with a legal minimum."""

    kinds: Mapping[Id, Kept] = Field(min_length=1)


# -- incident-clocks.yml -------------------------------------------------------------------------
Minutes: TypeAlias = Annotated[int, Field(ge=0, description="0 means at once")]


class IncidentClock(Strict):
    """How long after noticing an incident somebody must be told."""

    region: Region
    event: Both
    minutes: Minutes
    tell: Both
    row: Id


class IncidentClocks(Strict):
    """The clocks of every region, and the vendor's own, which must be faster."""

    vendor_minutes: int = Field(ge=1, description="until the vendor hands over what it knows")
    regions: tuple[Region, ...] = Field(min_length=1, description="regions that must have a clock")
    clocks: tuple[IncidentClock, ...] = Field(min_length=1)
