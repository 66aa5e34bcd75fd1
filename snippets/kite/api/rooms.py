"""Rooms: create, show, change, ban, stop and delete them."""

from fastapi import APIRouter, Response

from kite import moderation, rooms
from kite.api.common import AfterText, Limit, RoomId, errors
from kite.dependencies import CallerDep
from kite.schemas import Ban, Page, RoomCreate, RoomPatch, RoomView

router = APIRouter(tags=["rooms"])
TITLE_ERRORS = ("REQUEST_INVALID", "PLUGIN_REFUSED", "PLUGIN_FAILED")


# --8<-- [start:route]
@router.post(
    "/rooms",
    status_code=201,
    summary="Create a room",
    responses=errors("ROOM_EXISTS", *TITLE_ERRORS),
)
def create_room(kite: CallerDep, body: RoomCreate) -> RoomView:
    """Create an idle room. It needs a stream key before anyone can publish to it."""
    room = rooms.create(kite, body.id, body.model_dump(exclude={"id"}))
    return RoomView.of(room, kite.settings)


# --8<-- [end:route]


@router.get("/rooms", summary="List rooms", responses=errors("REQUEST_INVALID"))
def list_rooms(kite: CallerDep, limit: Limit = 50, after: AfterText = "") -> Page[RoomView, str]:
    """List the rooms in the order of their ids."""
    found = rooms.page(kite, limit + 1, after)
    return Page[RoomView, str].of([RoomView.of(room, kite.settings) for room in found], limit)


@router.get("/rooms/{room}", summary="Show a room", responses=errors("ROOM_NOT_FOUND"))
def get_room(kite: CallerDep, room: RoomId) -> RoomView:
    """Show one room with its state and its addresses."""
    return RoomView.of(rooms.show(kite, room), kite.settings)


@router.patch(
    "/rooms/{room}", summary="Change a room", responses=errors("ROOM_NOT_FOUND", *TITLE_ERRORS)
)
def patch_room(kite: CallerDep, room: RoomId, body: RoomPatch) -> RoomView:
    """Change what is sent; the rest stays."""
    changed = rooms.update(kite, room, body.model_dump(exclude_unset=True))
    return RoomView.of(changed, kite.settings)


@router.delete(
    "/rooms/{room}",
    status_code=204,
    summary="Delete a room",
    responses=errors("ROOM_NOT_FOUND", "ROOM_LIVE", "ROOM_HAS_RECORDINGS"),
)
def delete_room(kite: CallerDep, room: RoomId) -> Response:
    """Delete a room, its stream keys and the numbers of its broadcasts for good."""
    rooms.remove(kite, room)
    return Response(status_code=204)


@router.post(
    "/rooms/{room}/ban",
    summary="Ban a room",
    responses=errors("REQUEST_INVALID", "ROOM_NOT_FOUND", "MEDIA_UNREACHABLE"),
)
def ban_room(kite: CallerDep, room: RoomId, body: Ban) -> RoomView:
    """Refuse publishing and playing from now on, cut the broadcast and remove its HLS files.

    Banning a banned room replaces reason and end. After MEDIA_UNREACHABLE the ban holds, but a
    running broadcast may go on: send the request again.
    """
    return RoomView.of(moderation.ban_room(kite, room, body.reason, body.until), kite.settings)


@router.post("/rooms/{room}/unban", summary="Unban a room", responses=errors("ROOM_NOT_FOUND"))
def unban_room(kite: CallerDep, room: RoomId) -> RoomView:
    """Lift a ban. Does nothing if there is none."""
    return RoomView.of(moderation.unban_room(kite, room), kite.settings)


@router.post(
    "/rooms/{room}/stop",
    summary="Stop a broadcast",
    responses=errors("ROOM_NOT_FOUND", "ROOM_NOT_LIVE", "MEDIA_UNREACHABLE"),
)
def stop_room(kite: CallerDep, room: RoomId) -> RoomView:
    """Cut the running broadcast. The encoder may connect again; ban or revoke to prevent that."""
    return RoomView.of(moderation.stop(kite, room), kite.settings)
