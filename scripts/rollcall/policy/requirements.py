"""`requirements.yml`: what the documents have to answer, by the ids that pages cite."""

from pydantic import Field

from rollcall.checklist import Strict
from rollcall.policy.texts import Both


class Requirement(Strict):
    """One need."""

    id: str = Field(pattern=r"^[A-Z]{3}-[0-9]{2}$")
    seed: str
    need: Both
    artefact: str


class Requirements(Strict):
    """Every need."""

    requirements: tuple[Requirement, ...] = Field(min_length=1)
