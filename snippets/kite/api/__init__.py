"""The HTTP API, version 1: one module for each kind of thing."""

from fastapi import APIRouter

from kite.api import (
    audit,
    broadcasts,
    emergency,
    keys,
    play,
    recordings,
    rooms,
    tokens,
    users,
    webhooks,
)

PARTS = tuple(
    part.router
    for part in (
        rooms,
        keys,
        play,
        broadcasts,
        recordings,
        emergency,
        users,
        tokens,
        webhooks,
        audit,
    )
)
"""Every kind of thing, in the order of the reference."""

router = APIRouter(prefix="/v1")
"""Every route under ``/v1``."""

for part in PARTS:
    router.include_router(part)
