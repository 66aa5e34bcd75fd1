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

Limit = Annotated[int, Query(ge=1, le=200, description="Most entries in the answer.")]
AfterId = Annotated[int, Query(ge=0, le=MAX_ID, description="`next` of the part before; 0 starts.")]
Before = AfterId
InRoom = Annotated[str | None, Query(pattern=ROOM_ID, description="Only those of this room.")]
AfterText = Annotated[
    str,
    Query(
        max_length=63, pattern=NO_CONTROL, description="`next` of the part before; empty starts."
    ),
]
RoomId = Annotated[str, Path(description="Id of the room.")]
EntryId = Annotated[int, Path(ge=1, le=MAX_ID)]
UserName = Annotated[str, Path(pattern=USER_NAME, description="Name of the user.")]


def errors(*codes: str) -> dict[int | str, dict[str, Any]]:
    """The error answers of a route: its own codes and the common ones."""
    return responses(*COMMON, *codes)
