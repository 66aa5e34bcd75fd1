"""The questions nginx asks: may this client publish, has it stopped, may that one play.

nginx lets the client in on 2xx, redirects it on 3xx and cuts it on everything else, also when
nobody answers within ``netcall_timeout``. So a broken Kite refuses; it never lets anyone in.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.orm import Session
from starlette.requests import ClientDisconnect

from kite import broadcasts, keys, log, moderation, play, rooms, viewers
from kite.context import Kite
from kite.database import failures
from kite.dependencies import KiteDep, get_kite
from kite.errors import KiteError
from kite.models import Broadcast, Fact, Room, StreamKey, now
from kite.plugin_api import PublishRequest
from kite.settings import parse_address, within

MAX_FIELDS = 50
FORWARDING_HEADERS = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
HLS = "/callbacks/hls"
"""Asked so often that only refusals are worth a line in the log."""

REFUSALS = {
    "/callbacks/publish": "publish.refused",
    "/callbacks/play": "play.refused",
    HLS: "play.refused",
}
"""Event that a refusal is logged as; the end of a broadcast is not refused."""


@dataclass(frozen=True)
class Call:
    """A callback, reduced to what Kite uses.

    Attributes:
        room: Name after ``/live/``, without the arguments.
        client: nginx's number of the connection; starts again from 1 when nginx restarts.
        ip: Address of the encoder or player.
        key: Value of ``key`` after the ``?``; empty if there is none.
        ticket: Value of ``ticket``, likewise; for HLS the part of the path before the room.
    """

    room: str
    client: str
    ip: str
    key: str
    ticket: str

    def log_fields(self) -> dict[str, object]:
        """What may be logged: no key, and nothing that could be a key pasted in its place."""
        room = self.room if rooms.is_room_id(self.room) else "-"
        return {"room": room, "ip": parse_address(self.ip) or "-"}


def from_media_server(request: Request) -> None:
    """Accept media servers only, and nobody who came through a proxy on their machine.

    Raises:
        KiteError: CALLBACK_FORBIDDEN.
    """
    host = request.client.host if request.client else ""
    proxied = any(name in request.headers for name in FORWARDING_HEADERS)
    if proxied or not within(host, get_kite(request).settings.media_addresses):
        raise KiteError("CALLBACK_FORBIDDEN", "Callbacks come from the media server only.")


async def parse_call(request: Request) -> Call:
    """Read the form nginx posts.

    nginx appends the client's own arguments to the form unchecked, so a client can send
    ``?key=…&name=other``. A field given twice is therefore an attack, and refused.

    Raises:
        KiteError: REQUEST_INVALID.
    """
    try:
        body = (await request.body()).decode("utf-8", "replace")
    except ClientDisconnect as error:  # nginx waited for netcall_timeout and gave up
        raise KiteError("REQUEST_INVALID", "The caller hung up before it was heard.") from error
    pairs = parse_qsl(body, keep_blank_values=True)
    fields = dict(reversed(pairs))  # of two, the first: that is the one nginx wrote
    call = Call(*(fields.get(name, "") for name in ("name", "clientid", "addr", "key", "ticket")))
    whole = {"name", "clientid", "addr"} <= fields.keys()
    if not whole or len(fields) < len(pairs) or len(pairs) > MAX_FIELDS:
        detail = "The callback lacks a field, has one twice or has too many."
        refusal = KiteError("REQUEST_INVALID", detail)
        _log_refusal(refusal, call, request)
        raise refusal
    return call


CallDep = Annotated[Call, Depends(parse_call)]
router = APIRouter(
    prefix="/callbacks", include_in_schema=False, dependencies=[Depends(from_media_server)]
)


# --8<-- [start:authorise]
def authorise_publish(kite: Kite, call: Call) -> None:
    """Let ``call.client`` publish, or say why not.

    Everything is checked twice: before the plugins are asked, so that they see only publishers who
    could publish, and in the transaction that makes the claim, so that what was checked still holds.

    Raises:
        KiteError: EMERGENCY_STOP, ROOM_NOT_FOUND, KEY_MISSING, KEY_UNKNOWN, KEY_REVOKED,
            KEY_EXPIRED, USER_BANNED, ROOM_BANNED, ROOM_NOT_SCHEDULED, ROOM_ALREADY_LIVE,
            LIMIT_REACHED, PLUGIN_REFUSED, PLUGIN_FAILED, or MEDIA_UNREACHABLE when a claim cannot
            be checked.
    """
    with kite.database.reads() as session:
        room, key = _check(kite, session, call, lock=False)
        running = room.broadcast
    kite.plugins.authorise_publish(
        PublishRequest(room.id, key.id, key.user.name if key.user else None, call.ip)
    )
    # nginx itself checks for a second publisher only after this callback.
    if running and _is_stale(kite, running, call.client):
        broadcasts.end_lost(kite, running)
    with kite.change("broadcast.stop", "broadcast.started") as change:
        room, key = _check(kite, change.session, call, lock=True)
        broadcasts.start(change, room, key.id, call.client)
        key.last_used_at = now()
        change.note(**call.log_fields(), client=call.client)


# --8<-- [end:authorise]


def _check(kite: Kite, session: Session, call: Call, *, lock: bool) -> tuple[Room, StreamKey]:
    """The room and the key of a publisher who may publish, as far as the database knows."""
    if session.get(Fact, moderation.EMERGENCY):
        raise KiteError("EMERGENCY_STOP", "All broadcasts are stopped.")
    room = rooms.get(session, call.room, lock=lock)
    key = keys.authenticate(session, room.id, call.key)
    if room.banned:
        raise KiteError("ROOM_BANNED", f"The room “{room.id}” is banned.")
    early = timedelta(minutes=kite.settings.early_start_minutes)
    if room.scheduled_at and now() < room.scheduled_at - early:
        opens = f"{room.scheduled_at - early:%Y-%m-%d %H:%M} UTC"
        raise KiteError("ROOM_NOT_SCHEDULED", f"“{room.id}” can be published to from {opens}.")
    return room, key


def _is_stale(kite: Kite, running: Broadcast, client: str) -> bool:
    """Whether the claim on the room outlived its publisher (nginx crashed, Kite was down)."""
    if running.client == client:
        return True  # nginx restarted and counts its connections from 1 again
    if broadcasts.is_fresh(running, now()):
        return False
    return (running.room_id, running.client) not in kite.media.publishing()


@router.post("/publish")
def on_publish(kite: KiteDep, call: CallDep, request: Request) -> Response:
    """Answer ``on_publish``."""
    try:
        with failures():
            authorise_publish(kite, call)
    except KiteError as error:
        _log_refusal(error, call, request)
        raise
    return Response(status_code=204)


@router.post("/publish-done")
def on_publish_done(kite: KiteDep, call: CallDep) -> Response:
    """Answer ``on_publish_done``, which nginx also sends for a second publisher it refused."""
    broadcasts.end_one(kite, call.room, call.client, "finished")
    return Response(status_code=204)


@router.post("/play")
def on_play(kite: KiteDep, call: CallDep, request: Request) -> Response:
    """Answer ``on_play``."""
    try:
        with failures():
            play.authorise(kite, call.room, call.ticket, call.ip)
    except KiteError as error:
        _log_refusal(error, call, request)
        raise
    return Response(status_code=204)


@router.get("/hls")
def on_hls(kite: KiteDep, request: Request) -> Response:
    """Answer ``auth_request``, which passes on no status but 403; the header has the code."""
    sent = {name: request.headers.get(f"kite-{name}", "") for name in ("room", "ticket", "address")}
    call = Call(room=sent["room"], client="", ip=sent["address"], key="", ticket=sent["ticket"])
    try:
        with failures():
            play.authorise(kite, call.room, call.ticket, call.ip)
    except KiteError as error:
        _log_refusal(error, call, request)
        status = 503 if error.info.retry else 403
        return Response(status_code=status, headers={"X-Kite-Error": error.code})
    if not within(call.ip, kite.settings.edge_addresses):
        viewers.seen(kite, call.room, call.ip, request.headers.get("user-agent", ""))
    return Response(status_code=204)


def _log_refusal(error: KiteError, call: Call, request: Request) -> None:
    if event := REFUSALS.get(request.url.path):
        fields = call.log_fields()
        if error.code == "PLUGIN_REFUSED":
            fields["detail"] = error.detail  # the plugin's reason, which nobody else is told
        log.warning(event, code=error.code, **fields, request_id=request.state.request_id)
