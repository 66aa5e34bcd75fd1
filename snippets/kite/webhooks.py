"""Webhooks: addresses that receive events, and what was delivered to them."""

from collections.abc import Sequence
from secrets import token_urlsafe

from pydantic import HttpUrl
from sqlalchemy import select
from sqlalchemy.orm import Session

from kite import outbound, paging
from kite.context import Kite
from kite.credentials import SECRET_BYTES
from kite.errors import KiteError
from kite.events import TestPayload
from kite.models import Delivery, Webhook, now

SECRET_PREFIX = "whsec_"  # noqa: S105 - a public prefix, not a secret
URL_LENGTH = 500


def create(kite: Kite, url: HttpUrl, events: Sequence[str]) -> Webhook:
    """Register an address for the events of these types, or for all if there are none.

    Raises:
        KiteError: FORBIDDEN or WEBHOOK_URL_FORBIDDEN.
    """
    kite.actor.require("webhook.write")  # before anything is resolved
    if len(str(url)) > URL_LENGTH:
        raise KiteError("WEBHOOK_URL_FORBIDDEN", f"It has more than {URL_LENGTH} characters.")
    outbound.check(url, kite.settings.webhook_allow)
    with kite.change("webhook.write", "webhook.created") as change:
        secret = SECRET_PREFIX + token_urlsafe(SECRET_BYTES)
        webhook = Webhook(url=str(url), secret=secret, events=list(dict.fromkeys(events)))
        change.session.add(webhook)
        change.session.flush()
        change.note(webhook=webhook.id)
    return webhook


def page(kite: Kite, limit: int, after: int) -> Sequence[Webhook]:
    """Up to ``limit`` webhooks, oldest first, those with ids above ``after``.

    Raises:
        KiteError: FORBIDDEN.
    """
    with kite.read("webhook.read") as session:
        return paging.oldest(session, Webhook, limit, after)


def remove(kite: Kite, webhook_id: int) -> None:
    """Delete a webhook with its deliveries; an attempt that is under way still ends.

    Raises:
        KiteError: FORBIDDEN or WEBHOOK_NOT_FOUND.
    """
    with kite.change("webhook.write", "webhook.deleted") as change:
        change.session.delete(_get(change.session, webhook_id))
        change.note(webhook=webhook_id)


def test(kite: Kite, webhook_id: int) -> Delivery:
    """Send ``webhook.test`` to this webhook alone.

    Raises:
        KiteError: FORBIDDEN or WEBHOOK_NOT_FOUND.
    """
    with kite.change("webhook.write", "webhook.test") as change:
        _get(change.session, webhook_id)
        change.emit(TestPayload(webhook=webhook_id))
        change.note(webhook=webhook_id)
        change.session.flush()
        newest = select(Delivery).where(Delivery.webhook_id == webhook_id)
        return change.session.scalars(newest.order_by(Delivery.id.desc()).limit(1)).one()


def deliveries(
    kite: Kite, state: str | None, webhook_id: int | None, limit: int, before: int
) -> Sequence[Delivery]:
    """Up to ``limit`` deliveries, newest first, those with ids below ``before`` unless that is 0.

    Raises:
        KiteError: FORBIDDEN.
    """
    wanted = [Delivery.state == state] if state is not None else []
    wanted += [Delivery.webhook_id == webhook_id] if webhook_id is not None else []
    with kite.read("webhook.read") as session:
        return paging.newest(session, Delivery, limit, before, *wanted)


def replay(kite: Kite, delivery_id: int) -> Delivery:
    """Deliver again, from the first attempt, whatever the state.

    Raises:
        KiteError: FORBIDDEN or DELIVERY_NOT_FOUND.
    """
    with kite.change("webhook.replay", "delivery.replayed") as change:
        delivery = change.session.get(Delivery, delivery_id, with_for_update={"of": Delivery})
        if delivery is None:
            raise KiteError("DELIVERY_NOT_FOUND", f"There is no delivery {delivery_id}.")
        change.audit(f"delivery:{delivery_id}", {"state": delivery.state}, {"state": "pending"})
        delivery.state, delivery.attempts, delivery.due_at = "pending", 0, now()
        delivery.ended_at = delivery.status = delivery.error = None
        change.note(delivery=delivery_id, of=delivery.event_id)
    return delivery


def _get(session: Session, webhook_id: int) -> Webhook:
    webhook = session.get(Webhook, webhook_id, with_for_update=True)
    if webhook is None:
        raise KiteError("WEBHOOK_NOT_FOUND", f"There is no webhook {webhook_id}.")
    return webhook
