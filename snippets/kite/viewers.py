"""HLS players: who asked for a playlist in the last seconds, without keeping who that is.

HLS has no connection to count, only requests. Kite counts different pairs of address and user agent
that asked within ``WINDOW``. So two players behind one address with the same program count once, and
a player that changes its address counts twice for half a minute. Behind a CDN or a caching proxy,
Kite sees only what that asks: unless playlists pass through it and ``proxy_addresses`` names it, the
number is that of the nodes, not of the players. RTMP players are counted by nginx, exactly.
"""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

from kite.context import Kite
from kite.models import Fact, Room, Viewer, now

WINDOW = timedelta(seconds=30)
"""Who asked this long ago still watches: players ask again for every segment."""

FLUSH_SECONDS = 2.0
SALT = "viewer_salt"
"""Name of the fact without which no hash can be traced back to an address; a new one every day."""


def seen(kite: Kite, room_id: str, address: str, agent: str) -> None:
    """Note that a player asked for a playlist; kept in memory until ``flush``."""
    kite.seen.add((room_id, address, agent[:200]))


def flush(kite: Kite) -> None:
    """Write down who was seen. Every control process does that for the players it was asked about."""
    taken = set()
    while kite.seen:
        taken.add(kite.seen.pop())
    if not taken:
        return
    if kite.database.is_sqlite:
        insert: Any = sqlite.insert
    else:
        from sqlalchemy.dialects import postgresql  # who needs none of it starts sooner without

        insert = postgresql.insert
    with kite.database.writes.begin() as session:
        salt, at = _salt(session), now()
        exist = set(session.scalars(select(Room.id).where(Room.id.in_({who[0] for who in taken}))))
        hashed = sorted((room, _hash(salt, *who)) for room, *who in taken if room in exist)
        if hashed:
            rows = [{"room_id": room, "viewer": viewer, "seen_at": at} for room, viewer in hashed]
            upsert = insert(Viewer).on_conflict_do_update(
                index_elements=["room_id", "viewer"], set_={"seen_at": at}
            )
            session.execute(upsert, rows)


def count(session: Session) -> dict[str, int]:
    """HLS players of each room now; forgets the others."""
    recent = Viewer.seen_at.between(now() - WINDOW, now() + WINDOW)  # the clock may go back
    session.execute(delete(Viewer).where(~recent))
    numbers = select(Viewer.room_id, func.count()).group_by(Viewer.room_id)
    return {room: number for room, number in session.execute(numbers)}  # noqa: C416 - rows, not pairs


def _salt(session: Session) -> str:
    fact = session.get(Fact, SALT)
    if fact is None or fact.set_at.date() != now().date():
        fact = session.merge(Fact(name=SALT, value=secrets.token_hex(16), set_at=now()))
    return fact.value


def _hash(salt: str, address: str, agent: str) -> str:
    return hashlib.sha256(f"{salt} {address} {agent}".encode("utf-8", "replace")).hexdigest()[:32]
