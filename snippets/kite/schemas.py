"""What the API and ``--json`` show and take. Times are UTC in ISO 8601."""

from datetime import datetime
from typing import Annotated, Generic, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from kite import models
from kite.credentials import Secret
from kite.rooms import ROOM_ID
from kite.settings import Settings

# No control characters: these texts are shown on terminals.
NO_CONTROL = r"^[^\x00-\x1f\x7f-\x9f]*$"
Title = Annotated[
    str, Field(min_length=1, max_length=100, pattern=NO_CONTROL, examples=["First light"])
]
Reason = Annotated[
    str,
    Field(min_length=1, max_length=200, pattern=NO_CONTROL, examples=["Copyright complaint 17"]),
]
Item = TypeVar("Item", "RoomView", "KeyView", "TokenView")
Cursor = TypeVar("Cursor", int, str)


class Body(BaseModel):
    """Base of the request bodies: a misspelt field is refused, not ignored."""

    model_config = ConfigDict(extra="forbid")


class RoomCreate(Body):
    """A room to create."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"id": "demo", "title": "First light"}]}
    )

    id: Annotated[str, Field(pattern=ROOM_ID, description="2–63 of a–z, 0–9 and -; never changes.")]
    title: Title


class RoomPatch(Body):
    """What can be changed about a room."""

    title: Title


class Ban(Body):
    """Why a room is banned; operators see it, encoders and players do not."""

    reason: Reason


class TokenCreate(Body):
    """A token to create."""

    name: Annotated[
        Title, Field(description="What it is for, to recognise it.", examples=["billing"])
    ]


class PlayUrls(BaseModel):
    """Where a room can be watched. No address holds a secret."""

    hls: str
    rtmp: str


class RoomView(BaseModel):
    """A room."""

    id: str
    title: str
    state: Literal["idle", "live", "banned"]
    ban_reason: str | None
    banned_at: datetime | None
    live_since: datetime | None
    created_at: datetime
    publish_url: Annotated[str, Field(description="Server field of the encoder; needs a key too.")]
    play_urls: PlayUrls

    @classmethod
    def of(cls, room: models.Room, settings: Settings) -> Self:
        """Show ``room`` with the addresses that follow from the settings."""
        play = PlayUrls(
            hls=f"{settings.play_base}/{room.id}.m3u8", rtmp=f"{settings.publish_url}/{room.id}"
        )
        fields = ("id", "title", "state", "ban_reason", "banned_at", "live_since", "created_at")
        shown = {name: getattr(room, name) for name in fields}
        return cls(**shown, publish_url=settings.publish_url, play_urls=play)


class CredentialView(BaseModel):
    """What stream keys and tokens have in common."""

    id: int
    hint: Annotated[str, Field(description="The first characters of the secret.")]
    state: Literal["valid", "revoked"]
    created_at: datetime
    revoked_at: datetime | None


class KeyView(CredentialView):
    """A stream key without its secret."""

    room: str
    last_used_at: datetime | None

    @classmethod
    def of(cls, key: models.StreamKey) -> Self:
        """Show ``key``."""
        return cls(room=key.room_id, last_used_at=key.last_used_at, **_credential(key))


class KeySecret(KeyView):
    """A stream key with its secret, which is shown this once."""

    secret: str
    publish_url: Annotated[str, Field(description="Server field of the encoder.")]
    stream_key: Annotated[str, Field(description="Stream key field of the encoder.")]

    @classmethod
    def new(cls, key: models.StreamKey, secret: Secret, settings: Settings) -> Self:
        """Show a key that was just created or rotated."""
        return cls(
            **KeyView.of(key).model_dump(),
            secret=secret.plain,
            publish_url=settings.publish_url,
            stream_key=f"{key.room_id}?key={secret.plain}",
        )


class TokenView(CredentialView):
    """An access token without its secret."""

    name: str

    @classmethod
    def of(cls, token: models.Token) -> Self:
        """Show ``token``."""
        return cls(name=token.name, **_credential(token))


class TokenSecret(TokenView):
    """An access token with its secret, which is shown this once."""

    secret: str

    @classmethod
    def new(cls, token: models.Token, secret: Secret) -> Self:
        """Show a token that was just created."""
        return cls(**TokenView.of(token).model_dump(), secret=secret.plain)


class Page(BaseModel, Generic[Item, Cursor]):
    """A part of a list. ``next`` is the ``after`` of the next part, null at the end."""

    items: list[Item]
    next: Cursor | None

    @classmethod
    def of(cls, shown: list[Item], limit: int, id_type: type[Cursor]) -> Self:
        """Cut ``shown``, read with one entry more than ``limit``, to ``limit`` entries."""
        more = len(shown) > limit
        return cls(items=shown[:limit], next=id_type(shown[limit - 1].id) if more else None)


class Health(BaseModel):
    """The service answers."""

    service: Literal["kite"] = "kite"
    status: Literal["ok"] = "ok"
    version: str


def _credential(row: models.StreamKey | models.Token) -> dict[str, object]:
    shown = {name: getattr(row, name) for name in ("id", "hint", "created_at", "revoked_at")}
    return {**shown, "state": "revoked" if row.revoked_at else "valid"}
