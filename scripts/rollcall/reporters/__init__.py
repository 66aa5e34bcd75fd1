"""The output formats: one module a format, listed here."""

from collections.abc import Sequence
from typing import Final, Protocol

from rollcall.model import Report
from rollcall.reporters import (
    concise,
    github,
    html,
    json_v1,
    junit,
    markdown,
    sarif,
    text,
)


class Reporter(Protocol):
    """What a reporter module offers."""

    @property
    def ID(self) -> str:  # noqa: N802
        """The name that `--output-format` takes."""

    def render(self, report: Report, language: str, /) -> str:
        """The report as text in a language (`zh` or `en`), ending in a newline."""


REPORTERS: Final[Sequence[Reporter]] = [
    text,
    concise,
    json_v1,
    sarif,
    junit,
    github,
    html,
    markdown,
]
