"""`warranty.yml` and `exclusions.yml`: what is put right free of charge, and what is not."""

from typing import Literal, TypeAlias

from pydantic import Field

from rollcall.checklist import Id, Strict
from rollcall.policy.texts import Both, ClauseId, DurationText

Pillar: TypeAlias = Literal["response", "resolution", "optimisation"]


class Covered(Strict):
    """Something the warranty covers."""

    id: Id
    pillar: Pillar
    text: Both
    clause: ClauseId


class Modified(Strict):
    """How a problem in source that the customer changed is judged."""

    text: Both
    baseline: Both = Field(description="reproduce it on the release as it was delivered")
    hash_list: Both = Field(description="which files differ from the release")
    paid: Both = Field(description="what becomes of a problem that only the change has")
    page: str = Field(pattern=r"^[a-z0-9/-]+\.md$", description="the page that shows how to tell")


class Claims(Strict):
    """How a claim is made and decided."""

    channel: Id
    decided_within: DurationText
    steps: tuple[Both, ...] = Field(min_length=2)
    dispute: Both
    clause: ClauseId


class After(Strict):
    """What happens when the warranty ends."""

    plans: tuple[Id, ...] = Field(min_length=1, description="plans to choose from")
    default: Id = Field(description="the plan without a choice")
    notice_days: int = Field(ge=1)
    text: Both


class Warranty(Strict):
    """The warranty."""

    start: Both
    months: int = Field(ge=1)
    plan: Id = Field(description="the plan whose times and entitlements hold meanwhile")
    coverage: tuple[Covered, ...] = Field(min_length=1)
    modified_source: Modified | None = None
    third_parties: Both
    claims: Claims
    after: After
    clause: ClauseId


class Excluded(Strict):
    """Something that neither warranty nor plans cover, and what can be done instead."""

    id: Id
    text: Both
    instead: Both


class Exclusions(Strict):
    """Everything that is out of scope."""

    exclusions: tuple[Excluded, ...] = Field(min_length=1)
    clause: ClauseId
