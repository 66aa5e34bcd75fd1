"""Is Kite alive, and can it do its work? For supervisors and load balancers; without a token."""

from collections.abc import Callable
from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError

from kite import __version__, database
from kite.context import Kite
from kite.dependencies import KiteDep
from kite.errors import KiteError

Part = Literal["database", "media_server"]
"""What Kite cannot work without."""

NOT_READY = 503


class Health(BaseModel):
    """The service answers."""

    service: Literal["kite"] = "kite"
    status: Literal["ok"] = "ok"
    version: str


class Readiness(BaseModel):
    """Whether publishing and playing can work, and which parts fail; why is in ``kite doctor``."""

    ready: bool
    failing: list[Part]


router = APIRouter(tags=["health"])


@router.get("/healthz", summary="Is the service up?")
def health() -> Health:
    """Answer without a token as soon as requests are served."""
    return Health(version=__version__)


router.head("/healthz", include_in_schema=False)(health)


@router.get(
    "/readyz",
    summary="Can the service do its work?",
    responses={NOT_READY: {"model": Readiness, "description": "A part that is needed fails."}},
)
def ready(kite: KiteDep, response: Response) -> Readiness:
    """Ask the database and the media server. Needs no token, and says only which of them fails."""
    failing = [part for part, works in PARTS.items() if not works(kite)]
    if failing:
        response.status_code = NOT_READY
    return Readiness(ready=not failing, failing=failing)


def _database_works(kite: Kite) -> bool:
    try:
        return database.revision(kite.database) == database.REVISION
    except SQLAlchemyError:
        return False


def media_works(kite: Kite) -> bool:
    """Whether the media server answers."""
    try:
        kite.media.publishing()
    except KiteError:
        return False
    return True


PARTS: dict[Part, Callable[[Kite], bool]] = {
    "database": _database_works,
    "media_server": media_works,
}
