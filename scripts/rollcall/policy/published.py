"""`published.yml`: what was promised in public, version by version, one line a cell.

A copy on purpose: a number that is loosened in targets.yml without a new version here is noticed.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, TypeAlias

from pydantic import Field

from rollcall.checklist import Id, Strict
from rollcall.policy.texts import Both, DurationText, PromiseName

Time: TypeAlias = Annotated[str, Field(pattern=r"^([1-9][0-9]* (min|h|d)|-)$")]


class Version(Strict):
    """The promises of a day: plan → severity → times, in the order of `PROMISES`, `-` for none."""

    day: date
    change: Both
    warranty_months: int = Field(ge=1)
    binding: tuple[PromiseName, ...] = Field((), description="promises of kind `sla` in every cell")
    credits: Mapping[Id, Mapping[str, tuple[int, int]]] = Field(
        {}, description="plan → severity → attainment (%), days"
    )
    weekly_hours: Mapping[Id, int] = Field({}, description="calendar → hours of service a week")
    entitlements: Mapping[Id, Mapping[Id, int]] = {}
    contacts: Mapping[Id, int] = Field({}, description="plan → people who may file")
    escalation: Mapping[str, tuple[DurationText, ...]] = {}
    escalation_answer: DurationText | None = None
    known_answer: DurationText | None = None
    claim_decided: DurationText | None = None
    covered: tuple[Id, ...] = Field((), description="what the warranty covers, by id")
    commitments: Mapping[Id, DurationText] = {}
    promises: Mapping[Id, Mapping[str, tuple[Time, Time, Time, Time]]]


class Published(Strict):
    """Every published version, the latest last."""

    versions: tuple[Version, ...] = Field(min_length=1)
