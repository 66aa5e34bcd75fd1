"""`advisories/*.yml`: a vulnerability of the product, as CSAF 2.0 and OSV need it."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field

from rollcall.checklist import Strict
from rollcall.policy.texts import Both, Https, Words
from rollcall.policy.versions import Version

ID_PATTERN: Final = r"^[A-Z][A-Z0-9]{1,15}-[0-9]{4}-[0-9]{4}$"
CVE_PATTERN: Final = r"^CVE-[0-9]{4}-[0-9]{4,19}$"  # CSAF 2.0, 3.2.3.2

Band: TypeAlias = Literal["none", "low", "medium", "high", "critical"]

BANDS: Final[Mapping[Band, float]] = {
    "none": 0.0,
    "low": 0.1,
    "medium": 4.0,
    "high": 7.0,
    "critical": 9.0,
}
"""Least base score of each band: CVSS 3.1 specification, section 5."""


class Weakness(Strict):
    """The kind of mistake, from the Common Weakness Enumeration."""

    id: str = Field(pattern=r"^CWE-[1-9][0-9]{0,5}$")
    name: Words


class Score(Strict):
    """How bad it is: CVSS 3.1, the newest that CSAF 2.0 can carry."""

    vector: str = Field(pattern=r"^CVSS:3\.1/")
    score: Annotated[float, Field(ge=0, le=10)]
    severity: Band


class Link(Strict):
    """Something else to read about it."""

    title: Words
    url: Https


class Advisory(Strict):
    """What was wrong, in which versions, what to do, and who found it."""

    id: str = Field(pattern=ID_PATTERN)
    title: Both
    summary: Both
    cve: str | None = Field(None, pattern=CVE_PATTERN)
    no_cve: Both | None = Field(None, description="why there is no CVE")
    weakness: Weakness
    cvss: Score
    affected: tuple[Version, ...] = Field(min_length=1)
    fixed: tuple[Version, ...] = ()
    no_fix: Both | None = Field(None, description="why none is planned; instead of `fixed`")
    workaround: Both
    published: date
    modified: date
    exploited: bool = Field(False, description="known to be used: published before the fix is out")
    credits: tuple[Words, ...] = ()
    references: tuple[Link, ...] = ()
