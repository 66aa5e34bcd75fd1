"""What every file of policy data is made of: texts in both languages, ids, links to clauses."""

from datetime import date
from typing import Annotated, Final, TypeAlias

from pydantic import Field

from rollcall.checklist import Strict

CLAUSE_PATTERN: Final = r"^[A-Z]{2,4}-[0-9]{2}$"

Words: TypeAlias = Annotated[str, Field(min_length=1, pattern=r"\S")]
ClauseId: TypeAlias = Annotated[
    str, Field(pattern=CLAUSE_PATTERN, description="id of a clause in contract.yml, such as SUP-01")
]
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
