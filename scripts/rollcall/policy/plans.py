"""`plans.yml`: what a customer buys, and how he moves between plans."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from pydantic import Field

from rollcall.checklist import Id, Strict
from rollcall.policy.texts import Both, ClauseId

Update: TypeAlias = Literal["bugfix", "security", "feature"]


class Entitlement(Strict):
    """One thing beyond target times that a plan may hold: how much of it each plan has."""

    id: Id
    name: Both
    unit: Both
    plans: Mapping[Id, int] = Field(description="plan → amount; 0 is not included")
    note: Both | None = None
    clause: ClauseId
    role: Id | None = Field(None, description="the role of roles.yml that does it")


class Plan(Strict):
    """One plan; the higher the rank, the more it holds."""

    id: Id
    rank: int = Field(ge=1)
    name: Both
    suits: Both
    paid: bool
    contacts: int = Field(ge=1, description="people of the customer who may file and escalate")


class UpdatePrice(Strict):
    """What an update costs while a plan or the warranty runs: 0, or how it is priced."""

    price: int | Both
    text: Both
    clause: ClauseId


class Plans(Strict):
    """The plans, what updates cost in each of them, and the way from one to another."""

    plans: tuple[Plan, ...] = Field(min_length=1)
    updates: Mapping[Update, Mapping[Id, UpdatePrice]] = Field(
        description="kind of update → plan → price"
    )
    entitlements: tuple[Entitlement, ...]
    upgrade: Both
    downgrade: Both
    clause: ClauseId
