"""The HTTP API, version 1: rooms, stream keys and access tokens."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from fastapi import Path as PathParameter

from kite import keys, moderation, rooms, tokens
from kite.dependencies import OperatorDep, operator
from kite.problems import responses
from kite.schemas import (
    Ban,
    KeySecret,
    KeyView,
    Page,
    RoomCreate,
    RoomPatch,
    RoomView,
    TokenCreate,
    TokenSecret,
    TokenView,
)

# Every route can answer these.
COMMON = (
    "TOKEN_MISSING",
    "TOKEN_INVALID",
    "TOKEN_REVOKED",
    "DATABASE_UNUSABLE",
    "INTERNAL",
)
Limit = Annotated[int, Query(ge=1, le=200, description="Most entries in the answer.")]
# The largest integer SQLite can compare with.
AfterId = Annotated[
    int, Query(ge=0, le=2**63 - 1, description="`next` of the part before; 0 starts.")
]
RoomId = Annotated[str, PathParameter(description="Id of the room.")]
EntryId = Annotated[int, PathParameter(ge=1, le=2**63 - 1)]
AfterRoom = Annotated[
    str, Query(max_length=63, description="`next` of the part before; empty starts.")
]

router = APIRouter(prefix="/v1", dependencies=[Depends(operator)])


def errors(*codes: str) -> dict[int | str, dict[str, Any]]:
    """The error answers of a route: its own codes and the common ones."""
    return responses(*COMMON, *codes)


# --8<-- [start:route]
@router.post(
    "/rooms",
    status_code=201,
    summary="Create a room",
    responses=errors("REQUEST_INVALID", "ROOM_EXISTS"),
)
def create_room(kite: OperatorDep, body: RoomCreate) -> RoomView:
    """Create an idle room. It needs a stream key before anyone can publish to it."""
    with kite.sessions.begin() as session:
        room = rooms.create(session, body.id, body.title)
    kite.record("room_created", room=room.id)
    return RoomView.of(room, kite.settings)


# --8<-- [end:route]


@router.get("/rooms", summary="List rooms", responses=errors("REQUEST_INVALID"))
def list_rooms(kite: OperatorDep, limit: Limit = 50, after: AfterRoom = "") -> Page[RoomView, str]:
    """List the rooms in the order of their ids."""
    with kite.sessions() as session:
        found = rooms.page(session, limit + 1, after)
    return Page[RoomView, str].of([RoomView.of(r, kite.settings) for r in found], limit, str)


@router.get("/rooms/{room}", summary="Show a room", responses=errors("ROOM_NOT_FOUND"))
def get_room(kite: OperatorDep, room: RoomId) -> RoomView:
    """Show one room with its state and its addresses."""
    return RoomView.of(moderation.current(kite, room), kite.settings)


@router.patch(
    "/rooms/{room}", summary="Change a room", responses=errors("REQUEST_INVALID", "ROOM_NOT_FOUND")
)
def patch_room(kite: OperatorDep, room: RoomId, body: RoomPatch) -> RoomView:
    """Change the title of a room."""
    with kite.sessions.begin() as session:
        changed = rooms.set_title(session, room, body.title)
    kite.record("room_changed", room=room)
    return RoomView.of(changed, kite.settings)


@router.delete(
    "/rooms/{room}",
    status_code=204,
    summary="Delete a room",
    responses=errors("ROOM_NOT_FOUND", "ROOM_LIVE"),
)
def delete_room(kite: OperatorDep, room: RoomId) -> Response:
    """Delete a room and its stream keys for good."""
    with kite.sessions.begin() as session:
        rooms.remove(session, room)
    kite.record("room_deleted", room=room)
    return Response(status_code=204)


@router.post(
    "/rooms/{room}/ban",
    summary="Ban a room",
    responses=errors("REQUEST_INVALID", "ROOM_NOT_FOUND", "MEDIA_UNREACHABLE"),
)
def ban_room(kite: OperatorDep, room: RoomId, body: Ban) -> RoomView:
    """Refuse publishing and playing from now on, cut the broadcast and remove its HLS files.

    Banning a banned room replaces the reason. After MEDIA_UNREACHABLE the ban holds, but a running
    broadcast may go on: send the request again.
    """
    return RoomView.of(moderation.ban(kite, room, body.reason), kite.settings)


@router.post("/rooms/{room}/unban", summary="Unban a room", responses=errors("ROOM_NOT_FOUND"))
def unban_room(kite: OperatorDep, room: RoomId) -> RoomView:
    """Lift a ban. Does nothing if there is none."""
    with kite.sessions.begin() as session:
        free = rooms.unban(session, room)
    kite.record("room_unbanned", room=room)
    return RoomView.of(free, kite.settings)


@router.post(
    "/rooms/{room}/stop",
    summary="Stop a broadcast",
    responses=errors("ROOM_NOT_FOUND", "ROOM_NOT_LIVE", "MEDIA_UNREACHABLE"),
)
def stop_room(kite: OperatorDep, room: RoomId) -> RoomView:
    """Cut the running broadcast. The encoder may connect again; ban or revoke to prevent that."""
    return RoomView.of(moderation.stop(kite, room), kite.settings)


@router.post(
    "/rooms/{room}/keys",
    status_code=201,
    summary="Create a stream key",
    responses=errors("ROOM_NOT_FOUND"),
)
def create_key(kite: OperatorDep, room: RoomId) -> KeySecret:
    """Create a stream key. The secret is in this answer and never shown again."""
    with kite.sessions.begin() as session:
        key, secret = keys.create(session, room)
    kite.record("key_created", room=room, key=key.id)
    return KeySecret.new(key, secret, kite.settings)


@router.get(
    "/rooms/{room}/keys",
    summary="List stream keys",
    responses=errors("REQUEST_INVALID", "ROOM_NOT_FOUND"),
)
def list_keys(
    kite: OperatorDep, room: RoomId, limit: Limit = 50, after: AfterId = 0
) -> Page[KeyView, int]:
    """List the keys of a room, revoked ones too, oldest first."""
    with kite.sessions() as session:
        found = keys.page(session, room, limit + 1, after)
    return Page[KeyView, int].of([KeyView.of(key) for key in found], limit, int)


@router.post(
    "/rooms/{room}/keys/{key_id}/rotate",
    summary="Rotate a stream key",
    responses=errors("REQUEST_INVALID", "ROOM_NOT_FOUND", "KEY_NOT_FOUND", "KEY_REVOKED"),
)
def rotate_key(kite: OperatorDep, room: RoomId, key_id: EntryId) -> KeySecret:
    """Give a key a new secret, shown only in this answer.

    The old secret is refused for new connections; a broadcast running with it goes on.
    """
    with kite.sessions.begin() as session:
        key, secret = keys.rotate(session, room, key_id)
    kite.record("key_rotated", room=room, key=key_id)
    return KeySecret.new(key, secret, kite.settings)


@router.post(
    "/rooms/{room}/keys/{key_id}/revoke",
    summary="Revoke a stream key",
    responses=errors("REQUEST_INVALID", "ROOM_NOT_FOUND", "KEY_NOT_FOUND", "MEDIA_UNREACHABLE"),
)
def revoke_key(kite: OperatorDep, room: RoomId, key_id: EntryId) -> KeyView:
    """Refuse a key for good and cut a broadcast that uses it.

    After MEDIA_UNREACHABLE the key is revoked, but the broadcast may go on: send it again.
    """
    return KeyView.of(moderation.revoke_key(kite, room, key_id))


@router.post(
    "/tokens",
    status_code=201,
    summary="Create an access token",
    responses=errors("REQUEST_INVALID"),
)
def create_token(kite: OperatorDep, body: TokenCreate) -> TokenSecret:
    """Create a token with full operator rights. The secret is shown only in this answer."""
    with kite.sessions.begin() as session:
        token, secret = tokens.create(session, body.name)
    kite.record("token_created", token=token.id)
    return TokenSecret.new(token, secret)


@router.get("/tokens", summary="List access tokens", responses=errors("REQUEST_INVALID"))
def list_tokens(kite: OperatorDep, limit: Limit = 50, after: AfterId = 0) -> Page[TokenView, int]:
    """List the tokens, revoked ones too, oldest first."""
    with kite.sessions() as session:
        found = tokens.page(session, limit + 1, after)
    return Page[TokenView, int].of([TokenView.of(token) for token in found], limit, int)


@router.delete(
    "/tokens/{token_id}",
    status_code=204,
    summary="Revoke an access token",
    responses=errors("REQUEST_INVALID", "TOKEN_NOT_FOUND", "LAST_TOKEN"),
)
def revoke_token(kite: OperatorDep, token_id: EntryId) -> Response:
    """Refuse a token from now on. The last valid token can be revoked only on the server."""
    with kite.sessions.begin() as session:
        tokens.revoke(session, token_id, keep_one=True)
    kite.record("token_revoked", token=token_id)
    return Response(status_code=204)
