"""`compat.yml`: devices, systems and networks that were tested, and those that were not."""

from datetime import date
from typing import Literal

from pydantic import Field

from rollcall.checklist import Strict
from rollcall.policy.texts import Both, Words


class Row(Strict):
    """One device, program or network, and what is known about it."""

    kind: Literal["browser", "phone", "encoder", "player", "server", "network"]
    subject: Both
    version: Words | None = Field(None, description="the version that was tested")
    result: Literal["works", "fails", "not-tested"]
    tested: date | None = Field(None, description="the day of the test")
    what: Both = Field(description="what was done and seen; for `not-tested`, what to test")


class Compatibility(Strict):
    """The matrix as it stood on a day, usually the day of a release."""

    as_of: date
    rows: tuple[Row, ...] = Field(min_length=1)
