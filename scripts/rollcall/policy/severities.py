"""`severities.yml`: how bad a problem is, decided by what it does to the broadcast business."""

from typing import Literal, TypeAlias

from pydantic import Field

from rollcall.checklist import Id, Strict
from rollcall.policy.texts import Both, ClauseId

Workaround: TypeAlias = Literal["none", "costly", "available", "not-needed"]


class Example(Strict):
    """A problem that has this severity."""

    id: Id
    text: Both


class Counterexample(Strict):
    """A problem that is often filed at this severity and has another."""

    text: Both
    instead: str = Field(description="the severity it has, by id")
    why: Both


class Severity(Strict):
    """One severity; rank 1 is the worst."""

    id: str = Field(pattern=r"^S[1-9]$")
    rank: int = Field(ge=1)
    name: Both
    criteria: Both
    workaround: Workaround = Field(description="what way round it there is")
    affected: int = Field(ge=0, le=100, description="at least this share (%) of rooms or viewers")
    owner: Both = Field(description="who owns it by name, and from when")
    examples: tuple[Example, ...] = ()
    counterexamples: tuple[Counterexample, ...] = ()


class FirstResponse(Strict):
    """What counts as the first response, and what does not."""

    human: bool = Field(description="a named person writes it")
    substantive: bool = Field(description="it says what is understood, what is next, and when")
    text: Both
    not_enough: tuple[Both, ...] = ()
    clause: ClauseId


class Override(Strict):
    """Problems that have a severity whatever their reach."""

    severity: str
    text: Both


class Change(Strict):
    """How a severity changes after filing."""

    text: Both
    notice: Both | None = Field(None, description="how the other side is told, and by when")
    clock: Both | None = Field(None, description="what becomes of the running times")


class Severities(Strict):
    """The ladder of severities and the rules of its use."""

    severities: tuple[Severity, ...] = Field(min_length=1)
    unsure: Both
    first_response: FirstResponse | None = None
    security_and_data: Override | None = None
    reclassify: Change | None = None
    downgrade: Change | None = None
