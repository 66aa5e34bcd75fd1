"""Rooms: create, find, change and delete them."""

import re
from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kite import paging
from kite.context import Kite
from kite.errors import KiteError
from kite.events import RoomPayload
from kite.models import Recording, Room, StreamKey, now

ROOM_ID = r"^[a-z0-9][a-z0-9-]{1,62}$"
"""Room ids: 2–63 characters; they stand in URLs and file names, so nothing else is allowed."""


def is_room_id(text: str) -> bool:
    """Whether ``text`` has the form of a room id."""
    return re.fullmatch(ROOM_ID, text) is not None


def create(kite: Kite, room_id: str, values: Mapping[str, object]) -> Room:
    """Create an idle room.

    Args:
        kite: The installation.
        room_id: Its id, for good.
        values: Other columns by name; ``title`` at least.

    Raises:
        KiteError: FORBIDDEN, ROOM_EXISTS, or PLUGIN_REFUSED or PLUGIN_FAILED for the title.
    """
    kite.actor.require("room.create")
    values = _filtered(kite, values)
    with kite.change("room.create", "room.created") as change:
        room = Room(id=room_id, created_at=now(), **values)
        change.session.add(room)
        try:
            change.session.flush()
        except IntegrityError as error:
            raise KiteError("ROOM_EXISTS", f"The room “{room_id}” exists already.") from error
        change.session.refresh(room)
        change.emit(_payload(room))
        change.note(room=room_id)
    return room


def get(session: Session, room_id: str, *, lock: bool = False) -> Room:
    """Find a room; with ``lock``, nobody else changes it before this transaction ends.

    Raises:
        KiteError: ROOM_NOT_FOUND.
    """
    if not is_room_id(room_id):
        # Not named: it may be a stream key in the wrong place, and details are logged and shown.
        raise KiteError("ROOM_NOT_FOUND", "There is no room with this id.")
    room = session.get(Room, room_id, with_for_update={"of": Room} if lock else None)
    if room is None:
        raise KiteError("ROOM_NOT_FOUND", f"There is no room “{room_id}”.")
    return room


def show(kite: Kite, room_id: str) -> Room:
    """The room as it is now.

    Raises:
        KiteError: FORBIDDEN or ROOM_NOT_FOUND.
    """
    with kite.read("room.read") as session:
        return get(session, room_id)


def page(kite: Kite, limit: int, after: str) -> Sequence[Room]:
    """Up to ``limit`` rooms in the order of their ids, those behind ``after``.

    Raises:
        KiteError: FORBIDDEN.
    """
    with kite.read("room.read") as session:
        return paging.oldest(session, Room, limit, after)


# --8<-- [start:update]
def update(kite: Kite, room_id: str, values: Mapping[str, object]) -> Room:
    """Change the columns named in ``values``.

    Raises:
        KiteError: FORBIDDEN, ROOM_NOT_FOUND, PLUGIN_REFUSED or PLUGIN_FAILED.
    """
    kite.actor.require("room.update")
    values = _filtered(kite, values)
    with kite.change("room.update", "room.updated") as change:
        room = get(change.session, room_id, lock=True)
        for name, value in values.items():
            setattr(room, name, value)
        change.quiet = not change.session.is_modified(room)
        if not change.quiet:
            change.emit(_payload(room))
        change.note(room=room_id)
    return room


# --8<-- [end:update]


def remove(kite: Kite, room_id: str) -> None:
    """Delete a room with its stream keys and the numbers of its broadcasts.

    Raises:
        KiteError: FORBIDDEN, ROOM_NOT_FOUND, ROOM_LIVE during a broadcast, or ROOM_HAS_RECORDINGS.
    """
    with kite.change("room.delete", "room.deleted") as change:
        room = get(change.session, room_id, lock=True)
        if room.broadcast:
            raise KiteError("ROOM_LIVE", f"The room “{room_id}” has a running broadcast.")
        recordings = select(func.count()).where(Recording.room_id == room_id)
        if count := change.session.scalar(recordings):
            raise KiteError("ROOM_HAS_RECORDINGS", f"“{room_id}” has {count} recordings.")
        change.emit(_payload(room))
        for key in change.session.scalars(select(StreamKey).where(StreamKey.room_id == room_id)):
            change.session.delete(key)  # one by one, so that each is in the audit log
        change.session.flush()  # before the room, whose deletion takes its keys along
        change.session.delete(room)
        change.note(room=room_id)


def _filtered(kite: Kite, values: Mapping[str, object]) -> Mapping[str, object]:
    """The values with the title as the plugins change it; before the transaction: they are slow."""
    title = values.get("title")
    return (
        {**values, "title": kite.plugins.filter_text(title)} if isinstance(title, str) else values
    )


def _payload(room: Room) -> RoomPayload:
    return RoomPayload.model_validate(
        {
            "room": room.id,
            **{name: getattr(room, name) for name in ("title", "category", "visibility")},
        }
    )
