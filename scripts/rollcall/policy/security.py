"""`security.yml`, `maintenance.yml`: who protects what, as it is by default, and where to report."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from rollcall.checklist import Id, Strict
from rollcall.policy.texts import Both, Https, Words
from rollcall.policy.versions import DocPath

Party: TypeAlias = Literal["vendor", "operator", "both", "none"]
Clock: TypeAlias = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class Duty(Strict):
    """One thing to protect, and who does which part of it."""

    what: Both
    vendor: Both
    operator: Both
    cloud: Both


class Default(Strict):
    """A measure as it is right after the installation."""

    measure: Both
    on: bool
    state: Both
    test: Words = Field(description="the test or session that shows it, as a path")


class Port(Strict):
    """A port of Kite and whether the world may reach it."""

    number: int = Field(ge=1, le=65535)
    who: Both
    listens: Words
    secret: Both = Field(description="what a caller has to show")
    open_to: Both


class Abuse(Strict):
    """A way people misuse a live stream, and what helps."""

    scenario: Both
    sign: Both
    kite: Both
    operator: Both
    page: DocPath | None = None


class Stored(Strict):
    """Data that Kite keeps about people or their use of it."""

    data: Both
    where: Words
    personal: bool
    kept: Both
    remove: Both


class Contact(Strict):
    """`security.txt` (RFC 9116) without what is computed."""

    contacts: tuple[str, ...] = Field(min_length=1)
    expires: datetime
    languages: tuple[str, ...] = Field(min_length=1)
    canonical: Https
    policy: Https


class Evidence(Strict):
    """A promise of security and the tests that hold it."""

    promise: Both
    tests: tuple[Words, ...] = Field(min_length=1)


class Security(Strict):
    """Everything the security pages show as tables."""

    duties: tuple[Duty, ...] = Field(min_length=1)
    defaults: tuple[Default, ...] = Field(min_length=1)
    ports: tuple[Port, ...] = Field(min_length=1)
    abuse: tuple[Abuse, ...] = Field(min_length=1)
    stored: tuple[Stored, ...] = Field(min_length=1)
    evidence: tuple[Evidence, ...] = Field(min_length=1)
    contact: Contact
    publisher: Https = Field(description="namespace of the publisher in CSAF documents")


# -- maintenance.yml -----------------------------------------------------------------------------
class Window(Strict):
    """A time in which planned work may be done."""

    name: Both
    days: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...] = Field(min_length=1)
    start: Clock
    end: Clock
    timezone: Words
    notice_hours: int = Field(ge=1)
    rollback: DocPath


class Freeze(Strict):
    """Days without planned work."""

    name: Both
    start: date
    end: date


class Peak(Strict):
    """The hours of most viewers, in local time."""

    start: Clock
    end: Clock


class Maintenance(Strict):
    """When planned work is done on systems that the vendor runs or works on."""

    notice_hours: int = Field(ge=1, description="least notice of any window")
    peak: Peak
    windows: Mapping[Id, Window] = Field(min_length=1)
    freezes: tuple[Freeze, ...] = ()
