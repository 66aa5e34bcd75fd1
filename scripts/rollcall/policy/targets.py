"""`targets.yml`: for each plan and severity, how long what may take, on which clock."""

from datetime import date
from typing import Final, Literal, TypeAlias, get_args

from pydantic import Field

from rollcall.checklist import Id, Strict
from rollcall.policy.texts import Both, ClauseId, DurationText, PromiseName

PROMISES: Final[tuple[PromiseName, ...]] = get_args(PromiseName)
Kind: TypeAlias = Literal["sla", "target"]


class Promise(Strict):
    """A time, and whether it binds (`sla`) or is aimed at (`target`)."""

    within: DurationText
    kind: Kind


class NoPromise(Strict):
    """Why there is no time here."""

    none: Both


class Target(Strict):
    """One cell of the matrix. Its times run only while its calendar is open."""

    plan: Id
    severity: str
    calendar: Id
    first_response: Promise | NoPromise
    update: Promise | NoPromise
    workaround: Promise | NoPromise
    fix: Promise | NoPromise
    clause: ClauseId


class KnownAnswer(Promise):
    """Help with a problem whose answer is written down already."""

    text: Both


class Credit(Strict):
    """What the customer gets for binding times that were missed."""

    plan: Id
    severity: str
    promise: PromiseName
    below: int = Field(
        ge=1, le=100, description="attainment (%) in the window under which it is due"
    )
    days: int = Field(ge=1, description="days by which the term of service is extended")
    window: Both
    exclusions: Both
    clause: ClauseId


class Targets(Strict):
    """The matrix for a period, and what is due when a binding time was missed."""

    valid_from: date
    valid_to: date
    targets: tuple[Target, ...] = Field(min_length=1)
    known_answer: KnownAnswer
    credits: tuple[Credit, ...] = ()
    pauses: tuple[Both, ...] = Field(min_length=1, description="what stops a running clock")
