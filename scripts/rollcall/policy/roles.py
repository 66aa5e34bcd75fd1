"""`roles.yml`: who on the vendor's side does what."""

from pydantic import Field

from rollcall.checklist import Id, Strict
from rollcall.policy.texts import Both


class Role(Strict):
    """One role; `contact` is a detail of organisation.yml."""

    id: Id
    name: Both
    duty: Both
    manager: bool = False
    contact: Id


class Roles(Strict):
    """Every role that a page or another file names."""

    roles: tuple[Role, ...] = Field(min_length=1)
