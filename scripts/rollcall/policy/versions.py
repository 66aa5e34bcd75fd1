"""Versions, the lines they form, and pages: what several files of policy data refer to."""

import re
from typing import Annotated, Final, TypeAlias

from pydantic import Field

VERSION_PATTERN: Final = r"^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)$"
LINE_PATTERN: Final = r"^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)$"
PAGE_PATTERN: Final = r"^[a-z0-9][a-z0-9/-]*\.md(#[a-z0-9-]+)?$"

Version: TypeAlias = Annotated[
    str, Field(pattern=VERSION_PATTERN, description="MAJOR.MINOR.PATCH (Semantic Versioning 2.0.0)")
]
LineName: TypeAlias = Annotated[
    str, Field(pattern=LINE_PATTERN, description="the first two numbers of its versions")
]
DocPath: TypeAlias = Annotated[
    str,
    Field(
        pattern=PAGE_PATTERN,
        description="a page below each language's folder, and if need be a section",
    ),
]


def number(version: str) -> tuple[int, ...]:
    """A version or a line as numbers, which order as Semantic Versioning does."""
    return tuple(int(part) for part in version.split("."))


def line_of(version: str) -> str:
    """The line of a version: its first two numbers."""
    return version.rpartition(".")[0]


def is_page(text: str) -> bool:
    """Whether a value of policy data has the form of a page."""
    return re.match(PAGE_PATTERN, text) is not None
