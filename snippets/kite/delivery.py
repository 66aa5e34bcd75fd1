"""Deliver events to webhooks and plugins, and try again until it works or a day has passed.

At least once: an event is written in the transaction of the change itself, and a delivery is
pending until a receiver took it. If Kite is killed between that and noting it down, the receiver
gets the event a second time, with the same id.

In order: each receiver gets one event at a time, in the order of the event ids. An event that failed
is tried again later and does not hold up those behind it. Only when another control process takes
over may a receiver get two different events at once.
"""

import hmac
import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

import httpcore
from pydantic import BaseModel, HttpUrl
from sqlalchemy import CursorResult, delete, select

from kite import __version__, log, outbound
from kite.context import Kite
from kite.errors import KiteError
from kite.models import Delivery, Event, Webhook, now
from kite.plugin_api import PluginEvent

RETRY_SECONDS = (10, 60, 300, 1800, 7200, 21600, 21600, 21600)
"""Wait after each failed attempt; after the last one the delivery is dead. About 21 hours."""

JITTER = 0.2
"""Every wait is up to this much longer, so that not everything comes back at the same moment."""

LOST_SECONDS = 30
"""How long after its time limit an attempt counts as lost, with the process that made it."""

DELIVER_SECONDS = 0.5
"""How often something new to deliver is looked for."""

PURGE_SECONDS = 3600
"""How often old events are deleted."""

MAX_RECEIVERS = 32
"""Most receivers that are served at the same time."""

ERROR_LENGTH = 200
"""Most characters of an error that are kept."""


class Receiver(NamedTuple):
    """Who gets an event: a webhook or a plugin."""

    webhook_id: int | None
    plugin: str | None

    def __str__(self) -> str:
        """What logs call it."""
        return self.plugin or f"webhook:{self.webhook_id}"


class EventBody(BaseModel):
    """The body of a delivery. ``id`` is the same in every attempt and for every webhook."""

    id: int
    type: str
    occurred_at: datetime
    data: dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """How an attempt ended.

    Attributes:
        status: HTTP status of the answer, if there was one.
        error: Why it failed; None if it did not.
    """

    status: int | None = None
    error: str | None = None


@dataclass
class Deliverer:
    """Serves each receiver that has something due, in a thread of its own.

    The threads are daemons: what they have in hand when Kite ends is delivered after the next start.

    Attributes:
        schedule: Seconds to wait after each failed attempt.
    """

    schedule: Sequence[float] = RETRY_SECONDS
    _serving: dict[Receiver, threading.Thread] = field(default_factory=dict)

    def run(self, kite: Kite) -> None:
        """Start serving the receivers that have something due; returns at once."""
        self._serving = {r: thread for r, thread in self._serving.items() if thread.is_alive()}
        for receiver in _with_due(kite):
            if receiver not in self._serving and len(self._serving) < MAX_RECEIVERS:
                name = f"deliver-{receiver}"
                arguments = (kite, receiver)
                thread = threading.Thread(
                    target=self._serve, args=arguments, name=name, daemon=True
                )
                self._serving[receiver] = thread
                thread.start()

    def _serve(self, kite: Kite, receiver: Receiver) -> None:
        """Deliver one event after the other until nothing is due."""
        try:
            while delivery := claim(kite, receiver):
                settle(kite, delivery, attempt(kite, delivery), self.schedule)
        except Exception:  # the database, say; what was claimed becomes due again
            log.exception("delivery.interrupted", receiver=str(receiver))


# --8<-- [start:claim]
def claim(kite: Kite, receiver: Receiver) -> Delivery | None:
    """Take the next due delivery of a receiver; None if there is none.

    Its due time moves behind the end of the attempt. So nobody else takes it meanwhile, and if this
    process is killed, it becomes due again by itself.
    """
    lost = timedelta(seconds=kite.settings.webhook_timeout_seconds + LOST_SECONDS)
    with kite.database.writes.begin() as session:
        delivery = session.scalar(
            select(Delivery)
            .where(
                Delivery.webhook_id == receiver.webhook_id,
                Delivery.plugin == receiver.plugin,
                Delivery.state == "pending",
                Delivery.due_at <= now(),
            )
            .order_by(Delivery.event_id, Delivery.id)
            .limit(1)
            .with_for_update(of=Delivery, skip_locked=True)
        )
        if delivery is not None:
            delivery.attempts += 1
            delivery.due_at = now() + lost
    return delivery


# --8<-- [end:claim]


def attempt(kite: Kite, delivery: Delivery) -> Outcome:
    """Hand the event over once."""
    if delivery.webhook:
        return _post(kite, delivery, delivery.webhook)
    return _notify(kite, delivery)


def settle(kite: Kite, delivery: Delivery, outcome: Outcome, schedule: Sequence[float]) -> None:
    """Note how an attempt ended, unless the delivery was replayed or deleted meanwhile."""
    with kite.database.writes.begin() as session:
        row = session.get(Delivery, delivery.id, with_for_update={"of": Delivery})
        if row is None or row.state != "pending" or row.attempts != delivery.attempts:
            return
        row.status, row.error = outcome.status, outcome.error
        if outcome.error is None:
            row.state, row.ended_at = "delivered", now()
        elif row.attempts > len(schedule):
            row.state, row.ended_at = "dead", now()
        else:
            wait = schedule[row.attempts - 1] * random.uniform(1, 1 + JITTER)  # noqa: S311
            row.due_at = now() + timedelta(seconds=round(wait))
    if outcome.error is not None:
        log.warning(
            "delivery.dead" if row.state == "dead" else "delivery.failed",
            delivery=row.id,
            receiver=str(Receiver(row.webhook_id, row.plugin)),
            attempts=row.attempts,
            error=outcome.error,
        )


# --8<-- [start:signature]
def signature(secret: str, timestamp: int, body: bytes) -> str:
    """The ``Kite-Signature`` header: a receiver computes it again and compares.

    It must refuse a ``t`` more than five minutes away, or a recorded request could be sent to it
    again.
    """
    signed = f"{timestamp}.".encode() + body
    return f"t={timestamp},v1={hmac.new(secret.encode(), signed, sha256).hexdigest()}"


# --8<-- [end:signature]


def purge(kite: Kite) -> None:
    """Delete events older than ``event_days``, with their deliveries."""
    limit = now() - timedelta(days=kite.settings.event_days)
    with kite.database.writes.begin() as session:
        done = session.execute(delete(Event).where(Event.occurred_at < limit))
    if isinstance(done, CursorResult) and done.rowcount:
        log.info("events.purged", count=done.rowcount)


def _with_due(kite: Kite) -> list[Receiver]:
    due = (Delivery.state == "pending", Delivery.due_at <= now())
    query = select(Delivery.webhook_id, Delivery.plugin).where(*due).distinct()
    with kite.database.reads() as session:
        return [Receiver(webhook_id, plugin) for webhook_id, plugin in session.execute(query)]


def _post(kite: Kite, delivery: Delivery, webhook: Webhook) -> Outcome:
    event = delivery.event
    shown = EventBody(id=event.id, type=event.type, occurred_at=event.occurred_at, data=event.data)
    body = shown.model_dump_json().encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"Kite/{__version__}",
        "Kite-Event": event.type,
        "Kite-Delivery": str(delivery.id),
        "Kite-Signature": signature(webhook.secret, int(time.time()), body),
    }
    seconds = kite.settings.webhook_timeout_seconds
    allow = kite.settings.webhook_allow
    try:
        status = outbound.post(HttpUrl(webhook.url), body, headers, seconds, allow)
    except httpcore.TimeoutException:
        return Outcome(error=f"No answer within {seconds} s.")
    except (KiteError, OSError, httpcore.NetworkError, httpcore.ProtocolError) as error:
        return Outcome(error=str(error)[:ERROR_LENGTH])
    return Outcome(status, None if 200 <= status <= 299 else f"HTTP status {status}.")


def _notify(kite: Kite, delivery: Delivery) -> Outcome:
    event = delivery.event
    handed = PluginEvent(event.id, event.type, event.occurred_at, event.data)
    try:
        kite.plugins.notify(delivery.plugin or "", handed, kite.settings.webhook_timeout_seconds)
    except KiteError as error:
        return Outcome(error=str(error)[:ERROR_LENGTH])
    return Outcome()
