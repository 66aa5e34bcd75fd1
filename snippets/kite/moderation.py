"""What an operator does to a broadcast. Each function commits first and cuts then.

In this order a failure leaves the safe half: the encoder cannot come back, and the error says
that the broadcast may still be running.
"""

import re
import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from kite import broadcasts, keys, rooms, users
from kite.context import Kite
from kite.errors import KiteError
from kite.events import BanPayload, EmergencyPayload, EndReason
from kite.models import Bannable, Broadcast, Fact, Room, StreamKey, Token, User, now
from kite.schemas import Emergency

EMERGENCY = "emergency"
"""Name of the fact that everything is stopped."""


def ban_room(kite: Kite, room_id: str, reason: str, until: datetime | None = None) -> Room:
    """Refuse publishing and playing from now on, cut the broadcast, remove its HLS files.

    Banning a banned room replaces reason and end. RTMP players stay connected but receive nothing.

    Raises:
        KiteError: FORBIDDEN, ROOM_NOT_FOUND; MEDIA_UNREACHABLE if the ban holds but the cut failed.
    """
    with kite.change("room.ban", "room.banned") as change:
        room = rooms.get(change.session, room_id, lock=True)
        _ban(room, reason, until)
        change.emit(BanPayload(room=room_id, reason=reason, until=until))
        change.note(room=room_id)
    try:
        if _cut(kite, room_id, "banned"):
            kite.media.publishing()  # nginx has one worker: its answer comes after the disconnect
    finally:  # also when nginx is down: it would serve the files again after its next start
        _remove_hls(kite.settings.data_dir / "hls", room_id)
    return rooms.show(kite.privileged(), room_id)


def unban_room(kite: Kite, room_id: str) -> Room:
    """Lift a ban; does nothing if there is none.

    Raises:
        KiteError: FORBIDDEN or ROOM_NOT_FOUND.
    """
    with kite.change("room.ban", "room.unbanned") as change:
        room = rooms.get(change.session, room_id, lock=True)
        if _unban(room):
            change.emit(BanPayload(room=room_id))
        else:
            change.quiet = True
        change.note(room=room_id)
    return room


def ban_user(kite: Kite, name: str, reason: str, until: datetime | None = None) -> User:
    """Refuse the tokens, the sign-in and the stream keys of an account; cut its broadcasts.

    Raises:
        KiteError: FORBIDDEN, also for an account of a higher role; USER_NOT_FOUND, LAST_OWNER;
            MEDIA_UNREACHABLE if the ban holds but a cut failed.
    """
    with kite.change("user.ban", "user.banned") as change:
        user = users.get(change.session, name, lock=True)
        users.require_above(kite, user)
        users.keep_an_owner(change.session, user)
        _ban(user, reason, until)
        change.emit(BanPayload(user=name, reason=reason, until=until))
        change.note(user=name)
        live = _live(change.session, user)
    _cut_all(kite, live, "banned")
    return user


def delete_user(kite: Kite, name: str) -> None:
    """Delete an account with its tokens and stream keys, and cut its broadcasts.

    Raises:
        KiteError: FORBIDDEN, USER_NOT_FOUND, LAST_OWNER; MEDIA_UNREACHABLE if the account is gone
            but a cut failed.
    """
    with kite.change("user.write", "user.deleted") as change:
        user = users.get(change.session, name, lock=True)
        users.keep_an_owner(change.session, user)
        live = _live(change.session, user)
        for table in (Token, StreamKey):  # one by one, so that each is in the audit log
            for owned in change.session.scalars(select(table).where(table.user_id == user.id)):
                change.session.delete(owned)
        change.session.flush()  # before the account, whose deletion takes them along
        change.session.delete(user)
        change.note(user=name)
    _cut_all(kite, live, "key_revoked")


def unban_user(kite: Kite, name: str) -> User:
    """Lift a ban; does nothing if there is none.

    Raises:
        KiteError: FORBIDDEN or USER_NOT_FOUND.
    """
    with kite.change("user.ban", "user.unbanned") as change:
        user = users.get(change.session, name, lock=True)
        users.require_above(kite, user)
        if _unban(user):
            change.emit(BanPayload(user=name))
        else:
            change.quiet = True
        change.note(user=name)
    return user


def stop(kite: Kite, room_id: str) -> Room:
    """Cut the running broadcast. The encoder may connect again at once.

    Raises:
        KiteError: FORBIDDEN, ROOM_NOT_FOUND, ROOM_NOT_LIVE, or MEDIA_UNREACHABLE.
    """
    kite.actor.require("broadcast.stop")
    rooms.show(kite.privileged(), room_id)
    if not _cut(kite, room_id, "stopped"):
        raise KiteError("ROOM_NOT_LIVE", f"The room “{room_id}” has no broadcast.")
    return rooms.show(kite.privileged(), room_id)


def revoke_key(kite: Kite, room_id: str, key_id: int) -> StreamKey:
    """Refuse a key for good and cut a broadcast that uses it.

    Raises:
        KiteError: FORBIDDEN, ROOM_NOT_FOUND, KEY_NOT_FOUND; MEDIA_UNREACHABLE if the key is revoked
            but the cut failed.
    """
    with kite.change("key.revoke", "key.revoked") as change:
        key = keys.get(change.session, room_id, key_id, lock=True)
        key.revoked_at = key.revoked_at or now()
        running = broadcasts.running(change.session, room_id)
        change.note(room=room_id, key=key_id)
    if running and running.key_id == key_id:
        _cut(kite, room_id, "key_revoked")
    return key


def emergency_stop(kite: Kite, reason: str) -> int:
    """Refuse every publisher until ``lift_emergency``, and cut every broadcast; their number.

    Raises:
        KiteError: FORBIDDEN; MEDIA_UNREACHABLE if publishing is refused but a cut failed.
    """
    with kite.change("emergency.stop", "emergency.stopped") as change:
        before = change.session.get(Fact, EMERGENCY)
        shown = {EMERGENCY: before.value} if before else {}
        change.session.merge(Fact(name=EMERGENCY, value=reason, set_at=now()))
        query = select(Broadcast.room_id).where(Broadcast.ended_at.is_(None))
        live = change.session.scalars(query).all()
        change.audit("installation", shown, {EMERGENCY: reason})
        change.emit(EmergencyPayload(reason=reason, stopped=len(live)))
        change.note(stopped=len(live))
    _cut_all(kite, live, "emergency")
    return len(live)


def lift_emergency(kite: Kite) -> None:
    """Allow publishing again; does nothing if nothing was stopped. Bans stay.

    Raises:
        KiteError: FORBIDDEN.
    """
    with kite.change("emergency.lift", "emergency.lifted") as change:
        fact = change.session.get(Fact, EMERGENCY)
        if fact is None:
            change.quiet = True
            return
        change.session.delete(fact)
        change.audit("installation", {EMERGENCY: fact.value}, {})
        change.emit(EmergencyPayload(reason=fact.value, stopped=0))


def emergency(kite: Kite) -> Emergency:
    """Whether everything is stopped, why and since when.

    Raises:
        KiteError: FORBIDDEN.
    """
    with kite.read("room.read") as session:
        fact = session.get(Fact, EMERGENCY)
    if fact is None:
        return Emergency(stopped=False)
    return Emergency(stopped=True, reason=fact.value, since=fact.set_at)


def _live(session: Session, user: User) -> Sequence[str]:
    """Rooms that are published to with a key of this account."""
    held = select(StreamKey.id).where(StreamKey.user_id == user.id)
    publishing = select(Broadcast.room_id).where(Broadcast.key_id.in_(held))
    return session.scalars(publishing.where(Broadcast.ended_at.is_(None))).all()


def _ban(row: Bannable, reason: str, until: datetime | None) -> None:
    row.banned_at, row.ban_reason, row.banned_until = now(), reason, until


def _unban(row: Bannable) -> bool:
    """Lift a ban; False if there is none, not even one that is over."""
    if row.banned_at is None:
        return False
    row.banned_at = row.ban_reason = row.banned_until = None
    return True


def _cut_all(kite: Kite, room_ids: Iterable[str], reason: EndReason) -> None:
    """Cut several broadcasts; when one fails the others are cut before the error is raised."""
    failed: KiteError | None = None
    for room_id in room_ids:
        try:
            _cut(kite, room_id, reason)
        except KiteError as error:
            failed = error
    if failed:
        raise failed


def _cut(kite: Kite, room_id: str, reason: EndReason) -> bool:
    """Disconnect the publisher and end its broadcast; False if there was neither."""
    with kite.database.reads() as session:
        broadcast = broadcasts.running(session, room_id)
    # Right after the publish callback nginx does not list the publisher yet: try until it does.
    fresh = broadcast is not None and broadcasts.is_fresh(broadcast, now())
    deadline = time.monotonic() + (broadcasts.CLAIM_GRACE.total_seconds() if fresh else 0)
    if broadcast:
        broadcasts.announce(kite, broadcast, reason)
    try:
        while not (dropped := kite.media.drop_publisher(room_id)) and time.monotonic() < deadline:
            time.sleep(0.1)
    except KiteError:
        if broadcast:
            broadcasts.withdraw(kite, broadcast, reason)
            raise
        return False
    if broadcast:
        broadcasts.end_one(kite, room_id, broadcast.client, reason)
    return bool(dropped or broadcast)


def _remove_hls(folder: Path, room_id: str) -> None:
    """Remove the playlist and the segments, so that the last seconds cannot be watched either."""
    # Segments are <room>-<number>.ts; the full match keeps those of a room called <room>-1.
    name = re.compile(rf"{re.escape(room_id)}(-\d+\.ts|\.m3u8)")
    for path in folder.iterdir() if folder.is_dir() else ():
        if name.fullmatch(path.name):
            path.unlink(missing_ok=True)
