"""Stream keys: who may publish to a room."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from kite import rooms
from kite.credentials import Secret, matches, new_secret
from kite.errors import KiteError
from kite.models import StreamKey, now

KEY_PREFIX = "kk_"


def create(session: Session, room_id: str) -> tuple[StreamKey, Secret]:
    """Create a key; the secret is known only to the caller.

    Raises:
        KiteError: ROOM_NOT_FOUND.
    """
    rooms.get(session, room_id)
    secret = new_secret(KEY_PREFIX)
    key = StreamKey(room_id=room_id, digest=secret.digest, hint=secret.hint, created_at=now())
    session.add(key)
    session.flush()
    return key, secret


def get(session: Session, room_id: str, key_id: int) -> StreamKey:
    """Find a key of a room.

    Raises:
        KiteError: ROOM_NOT_FOUND or KEY_NOT_FOUND.
    """
    rooms.get(session, room_id)
    key = session.get(StreamKey, key_id)
    if key is None or key.room_id != room_id:
        raise KiteError("KEY_NOT_FOUND", f"The room “{room_id}” has no key {key_id}.")
    return key


def page(session: Session, room_id: str, limit: int, after: int) -> Sequence[StreamKey]:
    """Up to ``limit`` keys of a room, oldest first, those with ids above ``after``.

    Raises:
        KiteError: ROOM_NOT_FOUND.
    """
    rooms.get(session, room_id)
    query = select(StreamKey).where(StreamKey.room_id == room_id, StreamKey.id > after)
    return session.scalars(query.order_by(StreamKey.id).limit(limit)).all()


def rotate(session: Session, room_id: str, key_id: int) -> tuple[StreamKey, Secret]:
    """Give a key a new secret.

    The old secret is refused for new connections from now on. A broadcast that is running with it
    goes on until it ends: rotating is housekeeping. To cut at once, revoke the key.

    Raises:
        KiteError: ROOM_NOT_FOUND, KEY_NOT_FOUND, or KEY_REVOKED: a revoked key stays revoked.
    """
    key = get(session, room_id, key_id)
    if key.revoked_at:
        raise KiteError("KEY_REVOKED", f"Key {key_id} of “{room_id}” is revoked; create a new one.")
    secret = new_secret(KEY_PREFIX)
    key.digest, key.hint = secret.digest, secret.hint
    return key, secret


def revoke(session: Session, room_id: str, key_id: int) -> StreamKey:
    """Refuse a key for good; does nothing if it is revoked already.

    Raises:
        KiteError: ROOM_NOT_FOUND or KEY_NOT_FOUND.
    """
    key = get(session, room_id, key_id)
    key.revoked_at = key.revoked_at or now()
    return key


def authenticate(session: Session, room_id: str, plain: str) -> StreamKey:
    """Find the key of a room that has this secret.

    Raises:
        KiteError: KEY_MISSING, KEY_UNKNOWN or KEY_REVOKED.
    """
    if not plain:
        raise KiteError("KEY_MISSING", "The encoder sent no stream key.")
    candidates = session.scalars(select(StreamKey).where(StreamKey.room_id == room_id))
    key = next((key for key in candidates if matches(plain, key.digest)), None)
    if key is None:
        raise KiteError("KEY_UNKNOWN", "The stream key is not a key of this room.")
    if key.revoked_at:
        raise KiteError("KEY_REVOKED", f"Stream key {key.id} is revoked.")
    return key
