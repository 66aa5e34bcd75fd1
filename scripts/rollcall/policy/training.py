"""`training.yml`: who learns what, in how many hours, and how it is tested."""

from collections.abc import Mapping

from pydantic import Field

from rollcall.checklist import Id, PagePath, Strict
from rollcall.policy.texts import Both, Words


class Unit(Strict):
    """One lesson."""

    title: Both
    minutes: int = Field(ge=10, le=480)
    goal: Both
    material: tuple[PagePath, ...] = Field(min_length=1, description="pages to read")
    hands_on: Both
    passed: Both = Field(description="what must be seen to pass")


class Role(Strict):
    """A kind of learner and the units on the way."""

    name: Both
    units: tuple[Id, ...] = Field(min_length=1)


class Drill(Strict):
    """A fault that is caused on the real stack."""

    fault: Both
    signal: Words = Field(description="the doctor's check or the error code that must be found")
    page: PagePath = Field(description="the page that leads from the signal to the repair")
    minutes: int = Field(ge=1, le=60, description="time to find the cause")


class Training(Strict):
    """The curriculum."""

    roles: Mapping[Id, Role] = Field(min_length=1)
    units: Mapping[Id, Unit] = Field(min_length=1)
    drills: Mapping[Id, Drill] = Field(min_length=1)
