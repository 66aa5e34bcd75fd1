"""Stream keys of a room."""

from datetime import timedelta

from fastapi import APIRouter

from kite import keys, moderation
from kite.api.common import AfterId, EntryId, Limit, RoomId, errors
from kite.dependencies import CallerDep
from kite.schemas import KeyCreate, KeyRotate, KeySecret, KeyView, Page

router = APIRouter(prefix="/rooms/{room}/keys", tags=["keys"])
KEY_ERRORS = ("REQUEST_INVALID", "ROOM_NOT_FOUND", "KEY_NOT_FOUND")


@router.post(
    "",
    status_code=201,
    summary="Create a stream key",
    responses=errors("REQUEST_INVALID", "ROOM_NOT_FOUND", "USER_NOT_FOUND"),
)
def create_key(kite: CallerDep, room: RoomId, body: KeyCreate | None = None) -> KeySecret:
    """Create a stream key. The secret is in this answer and never shown again."""
    body = body or KeyCreate()
    return KeySecret.new(*keys.create(kite, room, body.user, body.expires_at), kite.settings)


@router.get("", summary="List stream keys", responses=errors("REQUEST_INVALID", "ROOM_NOT_FOUND"))
def list_keys(
    kite: CallerDep, room: RoomId, limit: Limit = 50, after: AfterId = 0
) -> Page[KeyView, int]:
    """List the keys of a room, revoked ones too, oldest first."""
    found = keys.page(kite, room, limit + 1, after)
    return Page[KeyView, int].of([KeyView.of(key) for key in found], limit)


@router.post(
    "/{key_id}/rotate",
    summary="Rotate a stream key",
    responses=errors(*KEY_ERRORS, "KEY_REVOKED"),
)
def rotate_key(
    kite: CallerDep, room: RoomId, key_id: EntryId, body: KeyRotate | None = None
) -> KeySecret:
    """Give a key a new secret, shown only in this answer.

    The old secret is refused for new connections, at once or after `grace_seconds`; a broadcast
    running with it goes on.
    """
    grace = timedelta(seconds=body.grace_seconds if body else 0)
    return KeySecret.new(*keys.rotate(kite, room, key_id, grace), kite.settings)


@router.post(
    "/{key_id}/revoke",
    summary="Revoke a stream key",
    responses=errors(*KEY_ERRORS, "MEDIA_UNREACHABLE"),
)
def revoke_key(kite: CallerDep, room: RoomId, key_id: EntryId) -> KeyView:
    """Refuse a key for good and cut a broadcast that uses it.

    After MEDIA_UNREACHABLE the key is revoked, but the broadcast may go on: send it again.
    """
    return KeyView.of(moderation.revoke_key(kite, room, key_id))
