"""`scenarios.yml`: what users do in each scenario, and the numbers that say whether it works."""

from collections.abc import Mapping

from pydantic import Field

from rollcall.checklist import Id, PagePath, Strict
from rollcall.policy.metrics import Metric
from rollcall.policy.texts import Both


class Scenario(Strict):
    """A way in which people use live streaming."""

    name: Both
    page: PagePath = Field(description="its page below each language's folder")
    metrics: tuple[Metric, ...] = ()


class Scenarios(Strict):
    """Every scenario by its id."""

    scenarios: Mapping[Id, Scenario] = Field(min_length=1)
