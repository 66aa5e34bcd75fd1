"""`published.yml`: what was promised in public, version by version, one line a cell.

A copy on purpose: a number that is loosened in targets.yml without a new version here is noticed.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, TypeAlias

from pydantic import Field

from rollcall.checklist import Id, Strict
from rollcall.policy.texts import Both, DurationText

Time: TypeAlias = Annotated[str, Field(pattern=r"^([1-9][0-9]* (min|h|d)|-)$")]


class Version(Strict):
    """The promises of a day: plan → severity → times, in the order of `PROMISES`, `-` for none."""

    day: date
    change: Both
    warranty_months: int = Field(ge=1)
    entitlements: Mapping[Id, Mapping[Id, int]] = {}
    escalation: Mapping[str, tuple[DurationText, ...]] = {}
    commitments: Mapping[Id, DurationText] = {}
    promises: Mapping[Id, Mapping[str, tuple[Time, Time, Time, Time]]]


class Published(Strict):
    """Every published version, the latest last."""

    versions: tuple[Version, ...] = Field(min_length=1)
