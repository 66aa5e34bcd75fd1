"""What the routes share: parameters, the errors every route can answer."""

from typing import Annotated, Any

from fastapi import Path, Query

from kite.models import MAX_ID
from kite.problems import responses
from kite.rooms import ROOM_ID
from kite.schemas import NO_CONTROL, USER_NAME

COMMON = (
    "TOKEN_MISSING",
    "TOKEN_INVALID",
    "TOKEN_REVOKED",
    "TOKEN_EXPIRED",
    "USER_BANNED",
    "FORBIDDEN",
    "DATABASE_UNUSABLE",
    "INTERNAL",
)
"""What every route with a token can answer."""

Limit = Annotated[
    int, Query(ge=1, le=200, description="Most entries in the answer.", examples=[20])
]
AfterId = Annotated[
    int,
    Query(ge=0, le=MAX_ID, description="`next` of the part before; 0 starts.", examples=[20]),
]
Before = AfterId
InRoom = Annotated[
    str | None,
    Query(pattern=ROOM_ID, description="Only those of this room.", examples=["demo"]),
]
AfterText = Annotated[
    str,
    Query(
        max_length=63,
        pattern=NO_CONTROL,
        description="`next` of the part before; empty starts.",
        examples=["demo"],
    ),
]
RoomId = Annotated[str, Path(description="Id of the room.", examples=["demo"])]
EntryId = Annotated[
    int, Path(ge=1, le=MAX_ID, description="Its number, as the list shows it.", examples=[1])
]
UserName = Annotated[
    str, Path(pattern=USER_NAME, description="Name of the user.", examples=["mei"])
]


def errors(*codes: str) -> dict[int | str, dict[str, Any]]:
    """The error answers of a route: its own codes and the common ones."""
    return responses(*COMMON, *codes)
