"""What a metric of the experience is made of: nothing that is needed to measure it again is left out."""

from typing import Literal

from pydantic import Field

from rollcall.checklist import Strict
from rollcall.policy.texts import Both, Reference, Words


class Span(Strict):
    """The two points between which a metric is measured."""

    start: Both = Field(alias="from", description="where the measurement begins")
    end: Both = Field(alias="to", description="where it ends")


class Metric(Strict):
    """One number with everything that is needed to measure it again."""

    name: Both
    kind: Literal[
        "connect-rate", "latency", "packet-loss", "stall", "quality", "concurrency", "other"
    ] = Field(description="what it says about the experience")
    operator: Literal["<", "<=", ">", ">=", "="]
    value: float
    unit: Words = Field(description="the same in both languages, such as `ms` or `%`")
    statistic: Literal["best", "p50", "p95", "p99", "avg"]
    window: Both = Field(description="over what time it is taken")
    region: Both
    network: Both
    measured: Span
    exclusions: tuple[Both, ...] = Field(min_length=1, description="what is not counted")
    type: Literal["sla", "slo", "reference"] = Field(
        description="sla: owed by contract; slo: a goal of the operator; reference: to compare with"
    )
    basis: Literal["measured", "derived", "published", "proposed", "claimed"] = Field(
        description="how the value came about; `published` needs a source, `claimed` is advertising"
    )
    in_product: bool = Field(description="whether the product alone can reach it")
    source: Reference | None = None

    @property
    def target(self) -> str:
        """Operator, value and unit as pages show them."""
        sign = {"<=": "≤", ">=": "≥"}.get(self.operator, self.operator)
        gap = "" if self.unit == "%" else " "
        return f"{sign} {self.value:g}{gap}{self.unit}"
