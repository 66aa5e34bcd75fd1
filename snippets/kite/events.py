"""What happens in Kite that a webhook or a plugin may want to know, with the payload of each."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from kite.models import Delivery, Event, Webhook, now

EndReason = Literal["finished", "stopped", "banned", "key_revoked", "emergency", "lost"]
"""Why a broadcast ended: the encoder left; somebody cut it; or nginx did not say that it ended."""


class Payload(BaseModel):
    """Base of the payloads: the ``data`` of an event."""


class RoomPayload(Payload):
    """A room was created, changed or deleted; the values after that."""

    room: str
    title: str
    category: str
    visibility: Literal["public", "private"]


class BanPayload(Payload):
    """A room or a user was banned or unbanned."""

    room: str | None = None
    user: str | None = None
    reason: str | None = None
    until: datetime | None = None


class StartPayload(Payload):
    """A broadcast began."""

    room: str
    broadcast: int
    key: int
    started_at: datetime


class EndPayload(StartPayload):
    """A broadcast ended."""

    ended_at: datetime
    seconds: int
    reason: EndReason
    bytes_in: int
    peak_viewers: int


class RecordingPayload(Payload):
    """A recording is ready to download, or was deleted."""

    room: str
    recording: int
    broadcast: int | None
    bytes: int


class EmergencyPayload(Payload):
    """Everything was stopped, or publishing is allowed again."""

    reason: str
    stopped: int


class TestPayload(Payload):
    """Sent on request, to try a webhook."""

    webhook: int


TYPES: Mapping[str, type[Payload]] = MappingProxyType(
    {
        "room.created": RoomPayload,
        "room.updated": RoomPayload,
        "room.deleted": RoomPayload,
        "room.banned": BanPayload,
        "room.unbanned": BanPayload,
        "user.banned": BanPayload,
        "user.unbanned": BanPayload,
        "broadcast.started": StartPayload,
        "broadcast.ended": EndPayload,
        "recording.ready": RecordingPayload,
        "recording.deleted": RecordingPayload,
        "emergency.stopped": EmergencyPayload,
        "emergency.lifted": EmergencyPayload,
        "webhook.test": TestPayload,
    }
)
"""Every event type and what its ``data`` holds."""


def emit(session: Session, kind: str, payload: Payload, plugins: tuple[str, ...]) -> Event:
    """Write an event, and a delivery for each webhook that wants it and each plugin.

    A test goes to the webhook it names, and to nobody else.

    Raises:
        KeyError: A type that is not in ``TYPES``, or a payload of another type; a defect.
    """
    if type(payload) is not TYPES[kind]:
        raise KeyError(f"{kind} carries {TYPES[kind].__name__}, not {type(payload).__name__}")
    event = Event(type=kind, occurred_at=now(), data=payload.model_dump(mode="json"))
    session.add(event)
    if isinstance(payload, TestPayload):
        session.add(Delivery(event=event, webhook_id=payload.webhook, due_at=event.occurred_at))
        return event
    for webhook in session.scalars(select(Webhook)):
        if not webhook.events or kind in webhook.events:
            session.add(Delivery(event=event, webhook_id=webhook.id, due_at=event.occurred_at))
    for name in plugins:
        session.add(Delivery(event=event, plugin=name, due_at=event.occurred_at))
    return event
