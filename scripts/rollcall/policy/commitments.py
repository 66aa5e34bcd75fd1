"""`commitments.yml`: every other promise with a number: when a report comes, how far ahead to book."""

from typing import Final, Literal, TypeAlias, get_args

from pydantic import Field

from rollcall.checklist import Id, Strict
from rollcall.policy.texts import Both, ClauseId, DurationText

Group: TypeAlias = Literal[
    "closing",
    "data",
    "notice",
    "event-booking",
    "event-day",
    "health-check",
    "assessment",
    "launch-review",
    "quarterly",
    "incident-review",
]
GROUPS: Final[tuple[str, ...]] = get_args(Group)


class Commitment(Strict):
    """One promise; `business` says that its time runs in business hours."""

    id: Id
    group: Group
    what: Both
    within: DurationText
    business: bool = False
    clause: ClauseId


class Commitments(Strict):
    """Every one of them."""

    commitments: tuple[Commitment, ...] = Field(min_length=1)
