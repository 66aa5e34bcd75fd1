"""What every file of policy data is made of: texts in both languages, sources, durations."""

import re
from datetime import date
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field

from rollcall.checklist import Strict

CLAUSE_PATTERN: Final = r"^[A-Z]{2,4}-[0-9]{2}$"
DURATION_PATTERN: Final = r"^[1-9][0-9]* (min|h|d)$"

Words: TypeAlias = Annotated[str, Field(pattern=r"\S")]
ClauseId: TypeAlias = Annotated[
    str, Field(pattern=CLAUSE_PATTERN, description="a clause of contract.yml, such as SLA-01")
]
DurationText: TypeAlias = Annotated[
    str,
    Field(
        pattern=DURATION_PATTERN,
        description="time on a service clock: `30 min`, `4 h`, `1 d` (a day is one day of service)",
    ),
]
PromiseName: TypeAlias = Literal["first_response", "update", "workaround", "fix"]
Https: TypeAlias = Annotated[str, Field(pattern=r"^https://\S+$")]


class Both(Strict):
    """A text for readers of either language."""

    zh: Words
    en: Words

    def get(self, language: str) -> str:
        """The text in `language`; anything but `zh` gives English."""
        return self.zh if language == "zh" else self.en


class Reference(Strict):
    """Where a fact was read, and on which day."""

    title: Both
    url: Https
    checked: date = Field(description="the day it was read there")


def minutes(duration: str, day: int) -> int:
    """Minutes of a duration text; a `d` is `day` minutes, the length of a day of service."""
    amount, unit = re.split(" ", duration)
    return int(amount) * {"min": 1, "h": 60, "d": day}[unit]
