"""Stream keys: who may publish to a room."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kite import paging, rooms, users
from kite.context import Kite
from kite.credentials import Secret, matches, new_secret
from kite.errors import KiteError
from kite.models import StreamKey, now

KEY_PREFIX = "kk_"


def create(
    kite: Kite, room_id: str, user: str | None = None, expires_at: datetime | None = None
) -> tuple[StreamKey, Secret]:
    """Create a key; the secret is known only to the caller.

    Args:
        kite: The installation.
        room_id: Room to publish to.
        user: Name of the account that holds the key; a ban of the account refuses it.
        expires_at: From then on it is refused; None for never.

    Raises:
        KiteError: FORBIDDEN, ROOM_NOT_FOUND or USER_NOT_FOUND.
    """
    with kite.change("key.create", "key.created") as change:
        rooms.get(change.session, room_id, lock=True)
        secret = new_secret(KEY_PREFIX)
        key = StreamKey(room_id=room_id, digest=secret.digest, hint=secret.hint, created_at=now())
        key.user = users.get(change.session, user) if user else None
        key.expires_at = expires_at
        change.session.add(key)
        change.session.flush()
        change.note(room=room_id, key=key.id)
    return key, secret


def get(session: Session, room_id: str, key_id: int, *, lock: bool = False) -> StreamKey:
    """Find a key of a room.

    Raises:
        KiteError: ROOM_NOT_FOUND or KEY_NOT_FOUND.
    """
    rooms.get(session, room_id, lock=lock)
    key = session.get(StreamKey, key_id)
    if key is None or key.room_id != room_id:
        raise KiteError("KEY_NOT_FOUND", f"The room “{room_id}” has no key {key_id}.")
    return key


def page(kite: Kite, room_id: str, limit: int, after: int) -> Sequence[StreamKey]:
    """Up to ``limit`` keys of a room, oldest first, those with ids above ``after``.

    Raises:
        KiteError: FORBIDDEN or ROOM_NOT_FOUND.
    """
    with kite.read("key.read") as session:
        rooms.get(session, room_id)
        return paging.oldest(session, StreamKey, limit, after, StreamKey.room_id == room_id)


def rotate(
    kite: Kite, room_id: str, key_id: int, grace: timedelta = timedelta(0)
) -> tuple[StreamKey, Secret]:
    """Give a key a new secret.

    The old secret is accepted for ``grace`` more. A broadcast that is running with it goes on until
    it ends: rotating is housekeeping. To cut at once, revoke the key.

    Raises:
        KiteError: FORBIDDEN, ROOM_NOT_FOUND, KEY_NOT_FOUND, or KEY_REVOKED: a revoked key stays
            revoked.
    """
    with kite.change("key.rotate", "key.rotated") as change:
        key = get(change.session, room_id, key_id, lock=True)
        if key.revoked_at:
            detail = f"Key {key_id} of “{room_id}” is revoked; create a new one."
            raise KiteError("KEY_REVOKED", detail)
        secret = new_secret(KEY_PREFIX)
        key.previous_digest = key.digest if grace else None
        key.previous_until = now() + grace if grace else None
        key.digest, key.hint = secret.digest, secret.hint
        change.note(room=room_id, key=key_id)
    return key, secret


def authenticate(session: Session, room_id: str, plain: str) -> StreamKey:
    """Find the key of a room that has this secret, or had it and is within its grace.

    Raises:
        KiteError: KEY_MISSING, KEY_UNKNOWN, KEY_REVOKED, KEY_EXPIRED or USER_BANNED.
    """
    if not plain:
        raise KiteError("KEY_MISSING", "The encoder sent no stream key.")
    candidates = session.scalars(select(StreamKey).where(StreamKey.room_id == room_id))
    key = next((key for key in candidates if _fits(key, plain)), None)
    if key is None:
        raise KiteError("KEY_UNKNOWN", "The stream key is not a key of this room.")
    if key.revoked_at:
        raise KiteError("KEY_REVOKED", f"Stream key {key.id} is revoked.")
    if key.expires_at and key.expires_at <= now():
        raise KiteError("KEY_EXPIRED", f"Stream key {key.id} expired at {key.expires_at}.")
    if key.user and key.user.banned:
        raise KiteError("USER_BANNED", f"The holder of stream key {key.id} is banned.")
    return key


def _fits(key: StreamKey, plain: str) -> bool:
    within_grace = key.previous_until is not None and key.previous_until > now()
    old = key.previous_digest if within_grace else None
    return matches(plain, key.digest) | (old is not None and matches(plain, old))
