"""Versions, the lines they form, and pages: what several files of policy data refer to."""

from typing import Annotated, Final, TypeAlias

from pydantic import Field

VERSION_PATTERN: Final = r"^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)$"
LINE_PATTERN: Final = r"^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)$"

Version: TypeAlias = Annotated[
    str, Field(pattern=VERSION_PATTERN, description="MAJOR.MINOR.PATCH (Semantic Versioning 2.0.0)")
]
LineName: TypeAlias = Annotated[
    str, Field(pattern=LINE_PATTERN, description="the first two numbers of its versions")
]
DocPath: TypeAlias = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9][a-z0-9/-]*\.md(#[a-z0-9-]+)?$",
        description="a page below each language's folder, and if need be a section",
    ),
]


def number(version: str) -> tuple[int, ...]:
    """A version or a line as numbers, which order as Semantic Versioning does."""
    return tuple(int(part) for part in version.split("."))


def line_of(version: str) -> str:
    """The line of a version: its first two numbers."""
    return version.rpartition(".")[0]
