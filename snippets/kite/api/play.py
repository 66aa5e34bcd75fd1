"""Play links: addresses that play a private room for a while."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from kite import play
from kite.api.common import RoomId, errors
from kite.dependencies import CallerDep
from kite.schemas import Body, PlayLinkView

router = APIRouter(tags=["rooms"])


class PlayLinkCreate(Body):
    """A play link to sign."""

    expires_in_seconds: Annotated[
        int | None,
        Field(
            ge=60,
            le=7 * 86400,
            description="null: the setting play_link_seconds.",
            examples=[3600],
        ),
    ] = None


@router.post(
    "/rooms/{room}/play-links",
    status_code=201,
    summary="Sign a play link",
    responses=errors("REQUEST_INVALID", "ROOM_NOT_FOUND"),
)
def create_play_link(
    kite: CallerDep, room: RoomId, body: PlayLinkCreate | None = None
) -> PlayLinkView:
    """Sign addresses that play the room until they expire. Nothing is stored.

    An HLS player is refused at the expiry, an RTMP player only when it connects after it.
    """
    body = body or PlayLinkCreate()
    return PlayLinkView.model_validate(play.sign(kite, room, body.expires_in_seconds))
