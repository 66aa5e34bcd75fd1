"""`organisation.yml`: who the vendor is. What only the vendor knows is a declared placeholder."""

from collections.abc import Mapping

from pydantic import Field

from rollcall.checklist import Id, Strict
from rollcall.policy.texts import Both


class Detail(Strict):
    """One fact about the vendor: its name on pages and, once filled, its value."""

    name: Both = Field(description="what is to be filled in, as the placeholder on pages says it")
    value: Both | None = Field(None, description="the fact; without it pages show a placeholder")

    def shown(self, language: str) -> str:
        """The value, or the placeholder that stands on pages until the vendor fills it in."""
        if self.value is not None:
            return self.value.get(language)
        name = self.name.get(language)
        return f"〔厂商填写：{name}〕" if language == "zh" else f"[vendor: {name}]"


class Organisation(Strict):
    """Everything that differs from vendor to vendor and is no policy."""

    details: Mapping[Id, Detail] = Field(min_length=1)
