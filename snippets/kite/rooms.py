"""Rooms: create, find, change and delete them, and hold the claim of the one publisher."""

import re
from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy import CursorResult, Executable, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kite.errors import KiteError
from kite.models import Room, StreamKey, now

ROOM_ID = r"^[a-z0-9][a-z0-9-]{1,62}$"
"""Room ids: 2–63 characters; they stand in URLs and file names, so nothing else is allowed."""

CLAIM_GRACE = timedelta(seconds=3)
"""A claim younger than this is believed: nginx lists a publisher only after the callback."""


def is_room_id(text: str) -> bool:
    """Whether ``text`` has the form of a room id."""
    return re.fullmatch(ROOM_ID, text) is not None


def create(session: Session, room_id: str, title: str) -> Room:
    """Create an idle room.

    Raises:
        KiteError: ROOM_EXISTS.
    """
    room = Room(id=room_id, title=title, created_at=now())
    session.add(room)
    try:
        session.flush()
    except IntegrityError as error:
        raise KiteError("ROOM_EXISTS", f"The room “{room_id}” exists already.") from error
    return room


def get(session: Session, room_id: str) -> Room:
    """Find a room.

    Raises:
        KiteError: ROOM_NOT_FOUND.
    """
    room = session.get(Room, room_id)
    if room is None:
        # Anything else may be a stream key in the wrong place, and details are logged and shown.
        named = f"“{room_id}”" if is_room_id(room_id) else "with this id"
        raise KiteError("ROOM_NOT_FOUND", f"There is no room {named}.")
    return room


def page(session: Session, limit: int, after: str) -> Sequence[Room]:
    """Up to ``limit`` rooms in the order of their ids, those behind ``after``."""
    query = select(Room).where(Room.id > after).order_by(Room.id).limit(limit)
    return session.scalars(query).all()


def set_title(session: Session, room_id: str, title: str) -> Room:
    """Change the title.

    Raises:
        KiteError: ROOM_NOT_FOUND.
    """
    room = get(session, room_id)
    room.title = title
    return room


def unban(session: Session, room_id: str) -> Room:
    """Lift a ban; does nothing if there is none.

    Raises:
        KiteError: ROOM_NOT_FOUND.
    """
    room = get(session, room_id)
    room.banned_at = room.ban_reason = None
    return room


def remove(session: Session, room_id: str) -> None:
    """Delete a room and its stream keys.

    Raises:
        KiteError: ROOM_NOT_FOUND, or ROOM_LIVE during a broadcast.
    """
    get(session, room_id)
    # The condition stands in the statement: a publisher may claim the room at this moment.
    statement = delete(Room).where(Room.id == room_id, Room.live_client.is_(None))
    if not _changed(session, statement):
        raise KiteError("ROOM_LIVE", f"The room “{room_id}” has a running broadcast.")


def claim(session: Session, room_id: str, client: str, key_id: int) -> bool:
    """Make ``client`` the publisher; False if another client, a ban or a revocation was faster."""
    key = select(StreamKey.id).where(StreamKey.id == key_id, StreamKey.revoked_at.is_(None))
    statement = (
        update(Room)
        .where(Room.id == room_id, Room.live_client.is_(None), Room.banned_at.is_(None))
        .where(key.exists())
        .values(live_client=client, live_key_id=key_id, live_since=now())
    )
    return _changed(session, statement)


def release(session: Session, room_id: str, client: str) -> bool:
    """End the claim of ``client``; False if another client, or nobody, holds the room."""
    statement = (
        update(Room)
        .where(Room.id == room_id, Room.live_client == client)
        .values(live_client=None, live_key_id=None, live_since=None)
    )
    return _changed(session, statement)


def is_fresh(room: Room) -> bool:
    """Whether the claim is too young for nginx to know the publisher."""
    return room.live_since is not None and now() - room.live_since < CLAIM_GRACE


def release_stale(session: Session, publishing: Collection[tuple[str, str]]) -> list[str]:
    """End every claim nginx knows nothing about; returns the ids of those rooms.

    Args:
        session: Database session.
        publishing: Pairs of room and client that nginx reports as publishing.
    """
    claimed = session.scalars(select(Room).where(Room.live_client.is_not(None)))
    stale = [r for r in claimed if (r.id, r.live_client) not in publishing and not is_fresh(r)]
    return [r.id for r in stale if r.live_client and release(session, r.id, r.live_client)]


def release_all(session: Session) -> None:
    """End every claim: nginx is not running, so nobody publishes."""
    session.execute(update(Room).values(live_client=None, live_key_id=None, live_since=None))


def _changed(session: Session, statement: Executable) -> bool:
    result = session.execute(statement)
    session.expire_all()
    return isinstance(result, CursorResult) and result.rowcount == 1
