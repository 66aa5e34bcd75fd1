"""Hold Kite's broadcasts against what nginx says: every two seconds, and at the start.

A callback can be lost: nginx was killed, Kite was down. The statistics cannot, so whatever the
callbacks missed is put right here, and nothing stays live for ever.
"""

import time
from collections.abc import Iterable, Mapping
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kite import broadcasts, log, recordings, viewers
from kite.context import Kite
from kite.errors import KiteError
from kite.media import Stream
from kite.models import Broadcast, now

EVERY_SECONDS = 2.0

CALLBACK_SECONDS = 1.0
"""How long nginx's own word of an end may be on its way after the statistics have forgotten the publisher."""


def collect(kite: Kite) -> None:
    """Write down what nginx measured, end what it does not know, cut what Kite does not know.

    A publisher without a broadcast was let in by somebody else, or its broadcast was ended while
    Kite was cut off from nginx. The encoder comes back and is checked.

    Raises:
        KiteError: MEDIA_UNREACHABLE: nginx is silent, which is not gone, so nothing changes.
    """
    asked_at = now()  # later claims are not in the answer
    try:
        streams = kite.media.streams()
    except KiteError as error:
        if not isinstance(error.__cause__, ConnectionRefusedError):
            raise
        streams = []  # nothing listens there: nginx does not run, so nobody publishes
    recordings.spare_disk(kite, [stream.room for stream in streams])
    with kite.database.writes.begin() as session:
        query = select(Broadcast).where(Broadcast.ended_at.is_(None)).order_by(Broadcast.id)
        claims = session.scalars(query.with_for_update()).all()
        live = _matched(claims, streams)
        players = viewers.count(session)
        for broadcast, stream in live.values():
            _measure(session, broadcast, stream, players.get(broadcast.room_id, 0))
    lost = [
        broadcast
        for broadcast in claims
        if broadcast.room_id not in live and not broadcasts.is_fresh(broadcast, asked_at)
    ]
    if lost:
        time.sleep(CALLBACK_SECONDS)  # most have just finished: those have ended by then
    for broadcast in lost:
        broadcasts.end_lost(kite, broadcast)
    for stream in streams:
        if stream.room not in live and stream.connected > broadcasts.CLAIM_GRACE:
            kite.media.drop_publisher(stream.room, stream.client)
            log.warning("publisher.cut", room=stream.room, client=stream.client)
    recordings.follow(kite, {room: broadcast for room, (broadcast, _) in live.items()})


def _matched(
    claims: Iterable[Broadcast], streams: Iterable[Stream]
) -> Mapping[str, tuple[Broadcast, Stream]]:
    """Room to broadcast and stream, where both are of the same publisher."""
    published = {stream.room: stream for stream in streams}
    return {
        claim.room_id: (claim, published[claim.room_id])
        for claim in claims
        if claim.room_id in published and _is_of(published[claim.room_id], claim)
    }


def _is_of(stream: Stream, claim: Broadcast) -> bool:
    # After a restart nginx gives the same numbers again; but who comes then makes a new claim. No
    # look at the times: a clock that was put right would end every broadcast.
    return stream.client == claim.client


def _measure(session: Session, broadcast: Broadcast, stream: Stream, hls_players: int) -> None:
    received = stream.bytes_in - _received_before(session, broadcast, stream)
    broadcast.bytes_in = max(broadcast.bytes_in, received)
    broadcast.bitrate_kbps = stream.bitrate_kbps
    broadcast.viewers = stream.viewers + hls_players
    broadcast.peak_viewers = max(broadcast.peak_viewers, broadcast.viewers)
    broadcast.video = stream.video or broadcast.video
    broadcast.audio = stream.audio or broadcast.audio


def _received_before(session: Session, broadcast: Broadcast, stream: Stream) -> int:
    """Bytes of earlier broadcasts: RTMP players that stay keep nginx's stream, and its counter."""
    began = now() - stream.age - timedelta(seconds=2)  # a claim is a little older than its stream
    if began >= broadcast.started_at - timedelta(seconds=4):
        return 0
    query = select(func.sum(Broadcast.bytes_in)).where(
        Broadcast.room_id == broadcast.room_id,
        Broadcast.started_at >= began,
        Broadcast.id < broadcast.id,
    )
    return session.scalar(query) or 0
