"""Broadcasts: when, how long, how many viewers, why it ended."""

from fastapi import APIRouter

from kite import broadcasts
from kite.api.common import Before, InRoom, Limit, errors
from kite.dependencies import CallerDep
from kite.schemas import BroadcastView, Page

router = APIRouter(tags=["broadcasts"])


@router.get("/broadcasts", summary="List broadcasts", responses=errors("REQUEST_INVALID"))
def list_broadcasts(
    kite: CallerDep, room: InRoom = None, limit: Limit = 50, before: Before = 0
) -> Page[BroadcastView, int]:
    """List the broadcasts, the running ones too, newest first."""
    found = broadcasts.page(kite, room, limit + 1, before)
    return Page[BroadcastView, int].of([BroadcastView.model_validate(b) for b in found], limit)
