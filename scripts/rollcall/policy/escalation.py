"""`escalation.yml`: who is brought in when, by itself and at the customer's word."""

from collections.abc import Mapping

from pydantic import Field

from rollcall.checklist import Id, Strict
from rollcall.policy.texts import Both, ClauseId, DurationText


class Step(Strict):
    """A step: so long after filing, on the clock of the problem's plan and severity."""

    after: DurationText
    role: Id
    channel: Id
    backup: Id
    action: Both


class CustomerEscalation(Strict):
    """The customer's own right to have a problem brought higher."""

    plans: tuple[Id, ...]
    channel: Id
    answer: DurationText = Field(description="within which a manager answers")
    how: Both
    grounds: tuple[Both, ...] = Field(min_length=1)


class Escalation(Strict):
    """Steps per severity, and the customer's right."""

    steps: Mapping[str, tuple[Step, ...]] = Field(min_length=1)
    customer: CustomerEscalation
    clause: ClauseId
