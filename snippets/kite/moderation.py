"""What an operator does to a broadcast. Each function commits first and cuts then.

In this order a failure leaves the safe half: the encoder cannot come back, and the error says
that the broadcast may still be running.
"""

import re
import time
from pathlib import Path

from kite import keys, rooms
from kite.context import Kite
from kite.errors import KiteError
from kite.models import Room, StreamKey, now


def ban(kite: Kite, room_id: str, reason: str) -> Room:
    """Refuse publishing and playing from now on, cut the broadcast, remove its HLS files.

    Banning a banned room replaces the reason. RTMP players stay connected but receive nothing more.

    Raises:
        KiteError: ROOM_NOT_FOUND; MEDIA_UNREACHABLE if the ban holds but the cut failed.
    """
    with kite.sessions.begin() as session:
        room = rooms.get(session, room_id)
        room.banned_at, room.ban_reason = now(), reason
    kite.record("room_banned", room=room_id)
    try:
        if _cut(kite, current(kite, room_id)):
            kite.media.publishing()  # nginx has one worker: its answer comes after the disconnect
    finally:  # also when nginx is down: it would serve the files again after its next start
        _remove_hls(kite.settings.data_dir / "hls", room_id)
    return current(kite, room_id)


def stop(kite: Kite, room_id: str) -> Room:
    """Cut the running broadcast. The encoder may connect again at once.

    Raises:
        KiteError: ROOM_NOT_FOUND, ROOM_NOT_LIVE, or MEDIA_UNREACHABLE.
    """
    if not _cut(kite, current(kite, room_id)):
        raise KiteError("ROOM_NOT_LIVE", f"The room “{room_id}” has no broadcast.")
    return current(kite, room_id)


def revoke_key(kite: Kite, room_id: str, key_id: int) -> StreamKey:
    """Refuse a key for good and cut a broadcast that uses it.

    Raises:
        KiteError: ROOM_NOT_FOUND, KEY_NOT_FOUND; MEDIA_UNREACHABLE if the key is revoked but the
            cut failed.
    """
    with kite.sessions.begin() as session:
        key = keys.revoke(session, room_id, key_id)
    kite.record("key_revoked", room=room_id, key=key_id)
    # Read again: a publisher that was faster than the commit has its claim by now, none follows.
    room = current(kite, room_id)
    if room.live_key_id == key_id:
        _cut(kite, room)
    return key


def current(kite: Kite, room_id: str) -> Room:
    """The room as it is now.

    Raises:
        KiteError: ROOM_NOT_FOUND.
    """
    with kite.sessions() as session:
        return rooms.get(session, room_id)


def _cut(kite: Kite, room: Room) -> bool:
    """Disconnect the publisher and end its claim; False if there was neither."""
    # Right after the publish callback nginx does not list the publisher yet: try until it does.
    deadline = time.monotonic() + (rooms.CLAIM_GRACE.total_seconds() if rooms.is_fresh(room) else 0)
    try:
        while not (dropped := kite.media.drop_publisher(room.id)) and time.monotonic() < deadline:
            time.sleep(0.1)
    except KiteError:
        if room.live_client:
            raise
        return False
    if room.live_client:
        with kite.sessions.begin() as session:
            rooms.release(session, room.id, room.live_client)
    if not (dropped or room.live_client):
        return False
    kite.record("broadcast_cut", room=room.id, client=room.live_client or "-")
    return True


def _remove_hls(folder: Path, room_id: str) -> None:
    """Remove the playlist and the segments, so that the last seconds cannot be watched either."""
    # Segments are <room>-<number>.ts; the full match keeps those of a room called <room>-1.
    name = re.compile(rf"{re.escape(room_id)}(-\d+\.ts|\.m3u8)")
    for path in folder.iterdir() if folder.is_dir() else ():
        if name.fullmatch(path.name):
            path.unlink(missing_ok=True)
