"""`trial.yml`: what a customer measures before buying, and when the trial passes."""

from typing import Literal, TypeAlias

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from rollcall.checklist import Id, Strict
from rollcall.policy.texts import Both

Area: TypeAlias = Literal["stability", "documents"]


class Criterion(Strict):
    """One measure and its threshold: exactly one of `at_most` and `at_least`."""

    id: Id
    area: Area
    measure: Both
    at_most: float | None = Field(None, ge=0)
    at_least: float | None = Field(None, gt=0, description="0 would be no threshold")
    unit: Both
    how: Both

    @model_validator(mode="after")
    def _one_threshold(self) -> "Criterion":
        if (self.at_most is None) == (self.at_least is None):
            raise PydanticCustomError("one_threshold", "give exactly one of at_most and at_least")
        return self


class Drill(Strict):
    """A problem filed as a rehearsal; its time is that of the trial's plan in targets.yml."""

    severity: str
    when: Both
    how: Both


class Trial(Strict):
    """The trial."""

    days: int = Field(ge=1)
    plan: Id = Field(description="the plan whose times hold meanwhile")
    criteria: tuple[Criterion, ...] = ()
    drills: tuple[Drill, ...] = ()
