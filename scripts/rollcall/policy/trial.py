"""`trial.yml`: what a buyer tries before signing, with thresholds and drills."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from rollcall.checklist import Id, Strict
from rollcall.policy.texts import Both, Words


class Threshold(Strict):
    """A number that decides: below it the trial has failed."""

    area: Literal["stability", "documentation", "response"]
    check: Both
    operator: Literal["<", "<=", ">", ">=", "="]
    value: float
    unit: Words | None = Field(None, description="the same in both languages; without: a count")
    how: Both = Field(description="how it is measured, in one sentence")

    @property
    def limit(self) -> str:
        """Operator, value and unit as pages show them."""
        sign = {"<=": "≤", ">=": "≥"}.get(self.operator, self.operator)
        gap = "" if self.unit in ("%", None) else " "
        return f"{sign} {self.value:g}{gap}{self.unit or ''}"


class Drill(Strict):
    """Something that is done to the vendor, to see what he does."""

    do: Both
    expect: Both


class Trial(Strict):
    """The plan of a trial."""

    days: int = Field(ge=1)
    thresholds: Mapping[Id, Threshold] = Field(min_length=1)
    drills: Mapping[Id, Drill] = Field(min_length=1)
