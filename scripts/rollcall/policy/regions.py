"""`regions.yml`: what differs abroad. A fact has a source and a day; the rest is a question."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from rollcall.checklist import Id, Strict
from rollcall.policy.metrics import Metric
from rollcall.policy.texts import Both, Reference, Words


class Fact(Strict):
    """Something that was read, and where."""

    topic: Literal["network", "carrier", "regulation"]
    text: Both
    source: Reference


class Question(Strict):
    """Something that nobody here has verified: whoever deploys there asks it."""

    topic: Literal["network", "carrier", "regulation"]
    text: Both


class Region(Strict):
    """A group of countries that are planned for together."""

    name: Both
    languages: Both = Field(description="languages in which support is asked for there")
    time_zones: tuple[Words, ...] = Field(min_length=1, description="IANA names")
    facts: tuple[Fact, ...] = ()
    questions: tuple[Question, ...] = ()
    beyond_cdn: tuple[Both, ...] = Field(min_length=1, description="when a CDN is not enough")
    metrics: tuple[Metric, ...] = ()


class Regions(Strict):
    """Every region by its id."""

    regions: Mapping[Id, Region] = Field(min_length=1)
