"""Webhooks and what was delivered to them."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from fastapi import APIRouter, Query, Response
from pydantic import AfterValidator, Field, HttpUrl

from kite import models, webhooks
from kite.api.common import AfterId, Before, EntryId, Limit, errors
from kite.dependencies import CallerDep
from kite.events import TYPES
from kite.models import MAX_ID
from kite.schemas import Body, Page, View

router = APIRouter(tags=["webhooks"])

SUBSCRIBABLE = sorted(TYPES.keys() - {"webhook.test"})
"""A test goes where it is asked for, so nobody subscribes to it."""


def _known(kind: str) -> str:
    if kind not in SUBSCRIBABLE:
        raise ValueError("no such event type")
    return kind


EventType = Annotated[str, AfterValidator(_known), Field(json_schema_extra={"enum": SUBSCRIBABLE})]
State = Literal["pending", "delivered", "dead"]


class WebhookCreate(Body):
    """A webhook to create."""

    url: Annotated[
        HttpUrl,
        Field(
            strict=False,
            description="http or https; public, or in a network of `webhook_allow`.",
            examples=["https://example.com/kite"],
            json_schema_extra={"maxLength": webhooks.URL_LENGTH},
        ),
    ]
    events: Annotated[
        list[EventType],
        Field(
            default_factory=list,
            max_length=40,
            description="Types it gets; empty: all.",
            examples=[["room.banned"]],
        ),
    ]


class WebhookView(View):
    """A webhook without its secret."""

    id: int
    url: str
    events: list[str]
    created_at: datetime


class WebhookSecret(WebhookView):
    """A webhook with its secret, which is shown this once."""

    secret: Annotated[str, Field(description="Key of the HMAC in `Kite-Signature`.")]


class DeliveryView(View):
    """One event on its way to one webhook or plugin."""

    id: int
    event: Annotated[int, Field(description="Id of the event, the `id` in the body.")]
    type: str
    webhook: int | None
    plugin: str | None
    state: State
    attempts: int
    due_at: Annotated[
        datetime,
        Field(description="Next attempt; during an attempt, when that counts as lost."),
    ]
    ended_at: datetime | None
    status: Annotated[int | None, Field(description="HTTP status of the last answer.")]
    error: Annotated[str | None, Field(description="Why the last attempt failed.")]

    @classmethod
    def of(cls, delivery: models.Delivery) -> Self:
        """Show ``delivery``."""
        own = cls.model_fields.keys() & models.Delivery.__table__.columns.keys()
        shown: dict[str, Any] = {name: getattr(delivery, name) for name in own}
        event = delivery.event
        return cls(**shown, event=event.id, type=event.type, webhook=delivery.webhook_id)


@router.post(
    "/webhooks",
    status_code=201,
    summary="Create a webhook",
    responses=errors("REQUEST_INVALID", "WEBHOOK_URL_FORBIDDEN"),
)
def create_webhook(kite: CallerDep, body: WebhookCreate) -> WebhookSecret:
    """Register an address for events. The secret is shown only in this answer."""
    return WebhookSecret.model_validate(webhooks.create(kite, body.url, body.events))


@router.get("/webhooks", summary="List webhooks", responses=errors("REQUEST_INVALID"))
def list_webhooks(kite: CallerDep, limit: Limit = 50, after: AfterId = 0) -> Page[WebhookView, int]:
    """List the webhooks, oldest first."""
    found = webhooks.page(kite, limit + 1, after)
    return Page[WebhookView, int].of([WebhookView.model_validate(row) for row in found], limit)


@router.delete(
    "/webhooks/{webhook_id}",
    status_code=204,
    summary="Delete a webhook",
    responses=errors("REQUEST_INVALID", "WEBHOOK_NOT_FOUND"),
)
def delete_webhook(kite: CallerDep, webhook_id: EntryId) -> Response:
    """Delete a webhook and its deliveries; what is pending is no longer sent."""
    webhooks.remove(kite, webhook_id)
    return Response(status_code=204)


@router.post(
    "/webhooks/{webhook_id}/test",
    status_code=202,
    summary="Test a webhook",
    responses=errors("REQUEST_INVALID", "WEBHOOK_NOT_FOUND"),
)
def test_webhook(kite: CallerDep, webhook_id: EntryId) -> DeliveryView:
    """Send `webhook.test` to this webhook; the list of deliveries shows how that went."""
    return DeliveryView.of(webhooks.test(kite, webhook_id))


@router.get("/deliveries", summary="List deliveries", responses=errors("REQUEST_INVALID"))
def list_deliveries(
    kite: CallerDep,
    state: Annotated[
        State | None, Query(description="Only those in this state.", examples=["dead"])
    ] = None,
    webhook: Annotated[
        int | None, Query(ge=1, le=MAX_ID, description="Only to this one.", examples=[1])
    ] = None,
    limit: Limit = 50,
    before: Before = 0,
) -> Page[DeliveryView, int]:
    """List what was or is to be delivered to webhooks and plugins, newest first."""
    found = webhooks.deliveries(kite, state, webhook, limit + 1, before)
    return Page[DeliveryView, int].of([DeliveryView.of(row) for row in found], limit)


@router.post(
    "/deliveries/{delivery_id}/replay",
    status_code=202,
    summary="Deliver again",
    responses=errors("REQUEST_INVALID", "DELIVERY_NOT_FOUND"),
)
def replay_delivery(kite: CallerDep, delivery_id: EntryId) -> DeliveryView:
    """Send the event again at once, with all attempts anew; also one that arrived or is waiting.

    The receiver gets the same event id. One that is being sent at this moment may arrive twice.
    """
    return DeliveryView.of(webhooks.replay(kite, delivery_id))
