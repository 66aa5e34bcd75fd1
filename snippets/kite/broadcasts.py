"""Broadcasts: the claim of the one publisher of a room, its numbers, and how it ends."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from kite import paging
from kite.context import Change, Kite
from kite.errors import KiteError
from kite.events import EndPayload, EndReason, StartPayload
from kite.models import Broadcast, Room, now

CLAIM_GRACE = timedelta(seconds=3)
"""A claim younger than this is believed: nginx lists a publisher only after the callback."""

CLOCK_SLACK = timedelta(seconds=10)
"""How far the clocks of two control services may differ."""


def start(change: Change, room: Room, key_id: int, client: str) -> Broadcast:
    """Make ``client`` the publisher of a room that was read with its lock held.

    Raises:
        KiteError: ROOM_ALREADY_LIVE, or LIMIT_REACHED.
    """
    limit = change.kite.settings.max_broadcasts
    if running(change.session, room.id):
        raise KiteError("ROOM_ALREADY_LIVE", f"“{room.id}” is live from another client.")
    if limit and count_running(change.session) >= limit:
        raise KiteError("LIMIT_REACHED", f"{limit} broadcasts run; max_broadcasts allows no more.")
    broadcast = Broadcast(room_id=room.id, key_id=key_id, client=client, started_at=now())
    change.session.add(broadcast)
    change.session.flush()
    change.emit(StartPayload(**_common(broadcast)), "broadcast.started")
    return broadcast


def end(change: Change, broadcast: Broadcast, reason: EndReason) -> None:
    """End a broadcast that is still open; a reason given by ``announce`` before counts."""
    broadcast.ended_at, broadcast.reason = now(), broadcast.reason or reason
    broadcast.viewers = broadcast.bitrate_kbps = 0
    payload = EndPayload(
        **_common(broadcast),
        ended_at=broadcast.ended_at,
        seconds=broadcast.seconds,
        reason=broadcast.reason,
        bytes_in=broadcast.bytes_in,
        peak_viewers=broadcast.peak_viewers,
    )
    change.emit(payload, "broadcast.ended")


def running(session: Session, room_id: str) -> Broadcast | None:
    """The open broadcast of a room."""
    query = select(Broadcast).where(Broadcast.room_id == room_id, Broadcast.ended_at.is_(None))
    return session.scalar(query)


def count_running(session: Session) -> int:
    """How many broadcasts run."""
    return session.scalar(select(func.count()).where(Broadcast.ended_at.is_(None))) or 0


def page(kite: Kite, room_id: str | None, limit: int, before: int) -> Sequence[Broadcast]:
    """Up to ``limit`` broadcasts, newest first, those with ids below ``before`` (0: from the top).

    Raises:
        KiteError: FORBIDDEN.
    """
    with kite.read("broadcast.read") as session:
        wanted = [Broadcast.room_id == room_id] if room_id is not None else []
        return paging.newest(session, Broadcast, limit, before, *wanted)


def is_fresh(broadcast: Broadcast, at: datetime) -> bool:
    """Whether the claim was too young at that time for nginx to know the publisher.

    One from far in the future is not: the clock was set back, and it would be believed for hours.
    """
    return -CLOCK_SLACK < at - broadcast.started_at < CLAIM_GRACE


def end_one(kite: Kite, room_id: str, client: str, reason: EndReason) -> bool:
    """End the broadcast of ``client``; False if another client, or nobody, publishes."""
    return _end(kite, reason, Broadcast.room_id == room_id, Broadcast.client == client)


def end_lost(kite: Kite, broadcast: Broadcast) -> None:
    """End a broadcast whose publisher is gone; does nothing if it has ended."""
    _end(kite, "lost", Broadcast.id == broadcast.id)


def announce(kite: Kite, broadcast: Broadcast, reason: EndReason) -> None:
    """Note why a broadcast is about to be cut: nginx tells its end before the cut is answered."""
    _note_cut(kite, broadcast, reason, failed=False)


def withdraw(kite: Kite, broadcast: Broadcast, reason: EndReason) -> None:
    """Take back what ``announce`` noted: the cut failed, and the broadcast will end by itself."""
    _note_cut(kite, broadcast, reason, failed=True)


def end_all(kite: Kite) -> None:
    """End every broadcast: nginx is not running, so nobody publishes."""
    with kite.database.reads() as session:
        claimed = session.scalars(select(Broadcast).where(Broadcast.ended_at.is_(None))).all()
    for broadcast in claimed:
        end_lost(kite, broadcast)


def _note_cut(kite: Kite, broadcast: Broadcast, reason: EndReason, *, failed: bool) -> None:
    name = "broadcast.cut_failed" if failed else "broadcast.cut"
    before, after = ({"cut": reason}, {}) if failed else ({}, {"cut": reason})
    with kite.privileged().change("broadcast.stop", name) as change:
        running = change.session.get(Broadcast, broadcast.id, with_for_update=True)
        if running is None or running.ended_at:
            change.quiet = True  # it ended by itself meanwhile
            return
        running.reason = None if failed else reason
        change.audit(f"room:{broadcast.room_id}", before, after)
        change.note(room=broadcast.room_id, client=broadcast.client, reason=reason)


def _end(kite: Kite, reason: EndReason, *which: ColumnElement[bool]) -> bool:
    with kite.privileged().change("broadcast.stop", "broadcast.ended") as change:
        query = select(Broadcast).where(*which, Broadcast.ended_at.is_(None)).with_for_update()
        broadcast = change.session.scalar(query)
        if broadcast is None:
            change.quiet = True
            return False
        end(change, broadcast, reason)
        room, client = broadcast.room_id, broadcast.client
        change.note(room=room, client=client, reason=broadcast.reason)
    return True


def _common(broadcast: Broadcast) -> dict[str, object]:
    return {
        "room": broadcast.room_id,
        "broadcast": broadcast.id,
        "key": broadcast.key_id,
        "started_at": broadcast.started_at,
    }
