"""`release-policy.yml`, `releases.yml`, `known-issues.yml`: what is released, supported and known."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from rollcall.checklist import Strict
from rollcall.policy.texts import Both, Https, Words
from rollcall.policy.versions import DocPath, LineName, Version

Type: TypeAlias = Literal["security", "bugfix", "feature", "breaking"]
Days: TypeAlias = Annotated[int, Field(ge=1)]


# -- release-policy.yml --------------------------------------------------------------------------
class ReleaseType(Strict):
    """A kind of change: what it may hold, which number it raises, what it costs."""

    name: Both
    number: Both = Field(description="the number of the version that it raises")
    contains: Both
    price: Literal["free", "free-in-warranty", "by-plan"]


class Cadence(Strict):
    """How often something comes: a target, or a claim about the past."""

    of: Type
    every_days: Days
    kind: Literal["target", "measured"]
    counted_from: Both = Field(description="what the days are counted from")


class FixTime(Strict):
    """Days until a fixed release, by the severity of a vulnerability."""

    severity: Literal["critical", "high", "medium", "low"]
    days: Days


class Phase(Strict):
    """A part of a release line's life: how long at least, and what still comes."""

    id: Literal["active", "maintenance"]
    months: int = Field(ge=1)
    comes: tuple[Type, ...] = Field(min_length=1)


class Notice(Strict):
    """Least days between saying something and doing it."""

    end_of_life: Days
    breaking: Days
    deprecation_releases: int = Field(ge=1, description="feature releases from warning to removal")


class ReleasePolicy(Strict):
    """What a customer may expect of releases."""

    types: Mapping[Type, ReleaseType]
    cadence: tuple[Cadence, ...] = Field(min_length=1)
    fix_times: tuple[FixTime, ...] = Field(min_length=4)
    phases: tuple[Phase, ...] = Field(min_length=2)
    notice: Notice


# -- releases.yml --------------------------------------------------------------------------------
class ReleaseLine(Strict):
    """All versions with the same first two numbers, and until when they are looked after."""

    name: LineName
    start: date
    active_end: date
    maintenance_end: date
    eol: date
    announced: date = Field(description="the day these dates were published")
    upgrade: DocPath | None = Field(None, description="the page that leads to the latest line")
    exception: Both | None = Field(None, description="why a phase is shorter than the policy says")


class ChangedDefault(Strict):
    """A default that differs from the release before."""

    name: Words
    old: Both
    new: Both
    effect: Both
    keep: Both = Field(description="how to keep the old one")


class Fixed(Strict):
    """A repaired defect: what the user saw, and why."""

    symptom: Both
    cause: Both


class Document(Strict):
    """A page that came with the release or changed because of it."""

    page: DocPath
    change: Literal["added", "changed"]


class Checksum(Strict):
    """What identifies the delivered source, and how it is computed."""

    of: Words
    kind: Literal["git-tree", "sha256"]
    value: str = Field(pattern=r"^[0-9a-f]{40}([0-9a-f]{24})?$")


class Release(Strict):
    """One version, in the words of somebody who decides whether to install it."""

    version: Version
    date: date
    type: Type
    page: DocPath
    advice: Both = Field(description="should I upgrade?")
    must_read: tuple[Both, ...] = ()
    changed_defaults: tuple[ChangedDefault, ...] = ()
    added: tuple[Both, ...] = ()
    changed: tuple[Both, ...] = ()
    fixed: tuple[Fixed, ...] = ()
    security: tuple[Both, ...] = Field((), description="what changes security without an advisory")
    upgrade_time: Both | None = None
    migration: DocPath | None = Field(None, description="the page with the steps of this upgrade")
    removes: tuple[str, ...] = Field((), description="interfaces that are gone")
    deprecates: tuple[str, ...] = ()
    documents: tuple[Document, ...] = ()
    checksums: tuple[Checksum, ...] = ()


class Releases(Strict):
    """The lines and every version, newest first."""

    product: Words
    changelog: str = Field(pattern=r"^[A-Za-z0-9._/-]+\.md$", description="its path from the root")
    lines: tuple[ReleaseLine, ...] = Field(min_length=1)
    releases: tuple[Release, ...] = Field(min_length=1)


# -- known-issues.yml ----------------------------------------------------------------------------
class KnownIssue(Strict):
    """A limit or defect that we know, how it shows and what to do until it is gone."""

    id: str = Field(pattern=r"^KI-[0-9]{3}$")
    title: Both
    symptom: Both
    workaround: Both
    kind: Literal["defect", "limit"]
    affects: tuple[Version, ...] = Field(min_length=1)
    fixed_in: Version | None = None
    page: DocPath | None = None
    issue: Https | None = None


class KnownIssues(Strict):
    """Every known issue of every version."""

    issues: tuple[KnownIssue, ...]
