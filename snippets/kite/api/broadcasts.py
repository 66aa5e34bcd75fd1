"""Broadcasts: when, how long, how many viewers, why it ended."""

from typing import Annotated

from fastapi import APIRouter, Query

from kite import broadcasts
from kite.api.common import Limit, errors
from kite.dependencies import CallerDep
from kite.models import MAX_ID
from kite.rooms import ROOM_ID
from kite.schemas import BroadcastView, Page

router = APIRouter(tags=["broadcasts"])
Before = Annotated[int, Query(ge=0, le=MAX_ID, description="`next` of the part before; 0 starts.")]
InRoom = Annotated[str | None, Query(pattern=ROOM_ID, description="Only those of this room.")]


@router.get("/broadcasts", summary="List broadcasts", responses=errors("REQUEST_INVALID"))
def list_broadcasts(
    kite: CallerDep, room: InRoom = None, limit: Limit = 50, before: Before = 0
) -> Page[BroadcastView, int]:
    """List the broadcasts, the running ones too, newest first."""
    found = broadcasts.page(kite, room, limit + 1, before)
    return Page[BroadcastView, int].of([BroadcastView.model_validate(b) for b in found], limit)
