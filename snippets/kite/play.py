"""Who may watch: signed play links, and the decision about one player.

A ticket is ``<expiry>-<signature>``: the time it ends (Unix seconds), and the HMAC-SHA256 (RFC 2104)
of room and expiry with the secret of this installation, in base64url (RFC 4648 §5) without padding.
"""

import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from secrets import token_hex

from sqlalchemy.orm import Session

from kite import rooms
from kite.context import Kite
from kite.errors import KiteError
from kite.models import Fact, now
from kite.plugin_api import PlayRequest
from kite.settings import within

SECRET = "play_secret"  # noqa: S105 - the name of the fact that holds it
"""Name of the fact with the secret that signs. Who deletes it ends every link."""


@dataclass(frozen=True)
class PlayLink:
    """Addresses that play one room until ``expires_at``; whoever has one can watch."""

    hls: str
    rtmp: str
    expires_at: datetime


def sign(kite: Kite, room_id: str, seconds: int | None = None) -> PlayLink:
    """Make a play link for a room, whether it is private or not.

    Args:
        kite: The installation.
        room_id: Room to watch.
        seconds: How long the link works; the setting ``play_link_seconds`` if None.

    Raises:
        KiteError: FORBIDDEN or ROOM_NOT_FOUND.
    """
    with kite.read("play.sign") as session:
        rooms.get(session, room_id)
    expires_at = now() + timedelta(seconds=seconds or kite.settings.play_link_seconds)
    ticket = _ticket(_make_secret(kite), room_id, int(expires_at.timestamp()))
    return PlayLink(
        hls=f"{kite.settings.play_base}/{ticket}/{room_id}.m3u8",
        rtmp=f"{kite.settings.publish_url}/{room_id}?ticket={ticket}",
        expires_at=expires_at,
    )


# --8<-- [start:authorise]
def authorise(kite: Kite, room_id: str, ticket: str, ip: str) -> None:
    """Let a player watch, or say why not. An edge needs no ticket: it checks those of its players.

    Raises:
        KiteError: ROOM_NOT_FOUND, ROOM_BANNED, PLAY_LINK_MISSING, PLAY_LINK_INVALID,
            PLAY_LINK_EXPIRED, PLUGIN_REFUSED or PLUGIN_FAILED.
    """
    with kite.database.reads() as session:
        room = rooms.get(session, room_id)
        if room.banned:
            raise KiteError("ROOM_BANNED", f"The room “{room_id}” is banned.")
        if within(ip, kite.settings.edge_addresses):
            return
        if room.visibility == "private":
            _check(session, room_id, ticket)
    kite.plugins.authorise_play(PlayRequest(room=room_id, ip=ip))


# --8<-- [end:authorise]


def _check(session: Session, room_id: str, ticket: str) -> None:
    if not ticket:
        raise KiteError("PLAY_LINK_MISSING", f"The room “{room_id}” is private.")
    secret = session.get(Fact, SECRET)
    expiry, _, _ = ticket.partition("-")
    digits = expiry.isascii() and expiry.isdecimal() and len(expiry) <= len("253402300799")
    genuine = _ticket(secret.value, room_id, int(expiry)) if secret and digits else ""
    # As bytes: compare_digest takes no text beyond ASCII.
    if not genuine or not hmac.compare_digest(genuine.encode(), ticket.encode()):
        raise KiteError("PLAY_LINK_INVALID", f"The play link is not one for “{room_id}”.")
    if int(expiry) <= now().timestamp():
        ended = datetime.fromtimestamp(int(expiry), UTC)
        raise KiteError("PLAY_LINK_EXPIRED", f"The play link ended at {ended:%Y-%m-%d %H:%M} UTC.")


def _ticket(secret: str, room_id: str, expiry: int) -> str:
    signature = hmac.digest(secret.encode(), f"{room_id}\n{expiry}".encode(), sha256)
    return f"{expiry}-{urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def _make_secret(kite: Kite) -> str:
    """The secret; made at its first use, by one of the processes that sign."""
    with kite.database.reads() as session:
        fact = session.get(Fact, SECRET)
    if fact is None:
        with kite.database.writes.begin() as session:  # writers take turns: look again
            fact = session.get(Fact, SECRET) or Fact(name=SECRET, value=token_hex(32))
            session.add(fact)
    return fact.value
