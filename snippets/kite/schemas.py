"""What the API and ``--json`` take and show. Times are UTC in ISO 8601."""

from datetime import UTC, datetime
from typing import Annotated, Any, Generic, Literal, Self, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from kite import models
from kite.credentials import Secret
from kite.events import EndReason
from kite.permissions import Role
from kite.rooms import ROOM_ID
from kite.settings import Settings

# No control characters: these texts are shown on terminals.
NO_CONTROL = r"^[^\x00-\x1f\x7f-\x9f]*$"
Title = Annotated[
    str, Field(min_length=1, max_length=100, pattern=NO_CONTROL, examples=["First light"])
]
Category = Annotated[str, Field(max_length=40, pattern=NO_CONTROL, examples=["games"])]
Visibility = Annotated[
    Literal["public", "private"],
    Field(description="private: a player needs a signed play link.", examples=["private"]),
]
Reason = Annotated[
    str,
    Field(min_length=1, max_length=200, pattern=NO_CONTROL, examples=["Copyright complaint 17"]),
]
GivenRole = Annotated[Role, Field(examples=["moderator"])]
USER_NAME = r"^[a-z0-9][a-z0-9._-]{1,31}$"
UserName = Annotated[str, Field(pattern=USER_NAME, examples=["mei"])]
Password = Annotated[
    str,
    Field(min_length=12, max_length=128, examples=["correct horse battery"]),
]

FIRST_YEAR, LAST_YEAR = 2000, 2999
"""Times outside are mistakes, and at the ends of the calendar they cannot be calculated with."""


def _iso(time: object) -> object:
    if not (isinstance(time, str) and "T" in time.upper()):  # a number would be read as a Unix time
        raise ValueError("must be a time like 2026-01-31T20:00:00Z")
    return time


def _utc(time: datetime) -> datetime:
    if time.tzinfo is None:
        raise ValueError("needs a zone: 2026-01-31T20:00:00Z")
    if not FIRST_YEAR <= time.year <= LAST_YEAR:
        raise ValueError(f"must be in the years {FIRST_YEAR} to {LAST_YEAR}")
    return time.astimezone(UTC).replace(microsecond=0)


def _future(time: datetime) -> datetime:
    if time <= models.now():
        raise ValueError("must be in the future")
    return time


MAX_GRACE_SECONDS = 7 * 86400
"""How long the secret before a rotation can be accepted: a week."""

Time = Annotated[
    datetime,
    BeforeValidator(_iso),
    AfterValidator(_utc),
    Field(strict=False, examples=["2036-01-31T20:00:00Z"]),
]
Future = Annotated[Time, AfterValidator(_future)]
Item = TypeVar("Item", bound=BaseModel)
Cursor = TypeVar("Cursor", int, str)


class Body(BaseModel):
    """Base of the request bodies: a misspelt field is refused, and so is "5" for a number."""

    model_config = ConfigDict(extra="forbid", strict=True)


class View(BaseModel):
    """Base of the answers; read from the attributes of a table row."""

    model_config = ConfigDict(from_attributes=True)


def _drop_defaults(schema: dict[str, Any]) -> None:
    """A field that is not sent stays as it is: there is no default to show."""
    for field in schema["properties"].values():
        field.pop("default", None)


class _RoomFields(Body):
    category: Category = ""
    visibility: Visibility = "public"
    scheduled_at: Annotated[
        Time | None,
        Field(
            description="Publishing is refused until early_start_minutes before; null: any time."
        ),
    ] = None
    record: Annotated[
        bool, Field(description="Record every broadcast from its start.", examples=[True])
    ] = False


class RoomCreate(_RoomFields):
    """A room to create."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"id": "demo", "title": "First light"}]}
    )

    id: Annotated[
        str,
        Field(
            pattern=ROOM_ID, description="2–63 of a–z, 0–9 and -; never changes.", examples=["demo"]
        ),
    ]
    title: Title


class RoomPatch(_RoomFields):
    """What can be changed about a room; a field that is not sent stays."""

    model_config = ConfigDict(json_schema_extra=_drop_defaults)

    title: Title = ""


class Ban(Body):
    """Why and how long; operators see it, encoders and players do not."""

    reason: Reason
    until: Annotated[Future | None, Field(description="End of the ban; null: until lifted.")] = None


class KeyCreate(Body):
    """A stream key to create."""

    user: Annotated[
        UserName | None, Field(description="Account that holds the key; its ban refuses the key.")
    ] = None
    expires_at: Annotated[Future | None, Field(description="null: never.")] = None


class KeyRotate(Body):
    """How to rotate a stream key."""

    grace_seconds: Annotated[
        int,
        Field(
            ge=0,
            le=MAX_GRACE_SECONDS,
            description="How long the old secret is accepted too.",
            examples=[3600],
        ),
    ] = 0


class TokenCreate(Body):
    """A token to create."""

    name: Annotated[
        Title, Field(description="What it is for, to recognise it.", examples=["billing"])
    ]
    role: GivenRole = "owner"
    scopes: Annotated[
        list[str] | None,
        Field(
            max_length=40,
            description="Actions it is limited to; null: all of its role.",
            examples=[["room.read", "play.sign"]],
        ),
    ] = None
    expires_at: Annotated[Future | None, Field(description="null: never.")] = None


class SignIn(Body):
    """Name and password of an account."""

    user: UserName
    password: Annotated[str, Field(max_length=128, examples=["correct horse battery"])]


class UserCreate(Body):
    """An account to create."""

    name: UserName
    role: GivenRole
    password: Annotated[
        Password | None, Field(description="null: cannot sign in; holds keys and tokens only.")
    ] = None


class UserPatch(Body):
    """What can be changed about an account; a field that is not sent stays."""

    model_config = ConfigDict(json_schema_extra=_drop_defaults)

    role: GivenRole = "viewer"
    password: Password = ""


class EmergencyStop(Body):
    """Why everything is stopped."""

    reason: Reason


class PlayUrls(BaseModel):
    """Where a room can be watched. No address holds a secret."""

    hls: str
    rtmp: str


class PlayLinkView(View):
    """Addresses that play one room for a while; whoever has one can watch."""

    hls: str
    rtmp: str
    expires_at: datetime


class _Bannable(View):
    """What shows its ban; one that is over is none."""

    @model_validator(mode="after")
    def _end(self) -> Self:
        until = getattr(self, "banned_until", None)
        if until and until <= models.now():
            for name in ("banned_at", "banned_until", "ban_reason"):
                setattr(self, name, None)
        return self


class RoomView(_Bannable):
    """A room."""

    id: str
    title: str
    category: str
    visibility: Visibility
    scheduled_at: datetime | None
    record: bool
    state: Literal["idle", "live", "banned"]
    ban_reason: str | None
    banned_at: datetime | None
    banned_until: datetime | None
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
        own = cls.model_fields.keys() - {"publish_url", "play_urls"}
        shown: dict[str, Any] = {name: getattr(room, name) for name in own}
        return cls(**shown, publish_url=settings.publish_url, play_urls=play)


class KeyView(View):
    """A stream key without its secret."""

    id: int
    hint: Annotated[str, Field(description="The first characters of the secret.")]
    state: Literal["valid", "expired", "revoked"]
    created_at: datetime
    revoked_at: datetime | None
    room: str
    user: str | None
    expires_at: datetime | None
    previous_until: Annotated[
        datetime | None, Field(description="Until then the secret before the rotation counts too.")
    ]
    last_used_at: datetime | None

    @classmethod
    def of(cls, key: models.StreamKey) -> Self:
        """Show ``key``."""
        own = ("id", "hint", "created_at", "revoked_at", "expires_at", "previous_until")
        shown: dict[str, Any] = {name: getattr(key, name) for name in (*own, "last_used_at")}
        user = key.user.name if key.user else None
        return cls(**shown, room=key.room_id, user=user, state=_state(key))


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


class TokenView(View):
    """An access token without its secret."""

    id: int
    name: str
    hint: Annotated[str, Field(description="The first characters of the secret.")]
    state: Literal["valid", "expired", "revoked"]
    role: Role
    scopes: list[str] | None
    user: str | None
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None

    @classmethod
    def of(cls, token: models.Token) -> Self:
        """Show ``token``."""
        own = cls.model_fields.keys() & models.Token.__table__.columns.keys()
        shown: dict[str, Any] = {name: getattr(token, name) for name in own}
        return cls(**shown, user=token.user.name if token.user else None, state=_state(token))


class TokenSecret(TokenView):
    """An access token with its secret, which is shown this once."""

    secret: str

    @classmethod
    def new(cls, token: models.Token, secret: Secret) -> Self:
        """Show a token that was just created."""
        return cls(**TokenView.of(token).model_dump(), secret=secret.plain)


class UserView(_Bannable):
    """An account. Nobody is ever shown a password or its hash."""

    id: int
    name: str
    role: Role
    created_at: datetime
    locked_until: datetime | None
    banned: bool
    banned_at: datetime | None
    banned_until: datetime | None
    ban_reason: str | None


class BroadcastView(View):
    """One publisher's time in a room."""

    id: int
    room: Annotated[str, Field(validation_alias="room_id")]
    key: Annotated[int, Field(validation_alias="key_id")]
    started_at: datetime
    ended_at: datetime | None
    seconds: Annotated[int, Field(description="Length so far, or in the end.")]
    reason: EndReason | None
    bytes_in: int
    bitrate_kbps: Annotated[
        int, Field(description="Of the last seconds the media server measured.")
    ]
    viewers: int
    peak_viewers: int
    video: str | None
    audio: str | None


class Emergency(View):
    """Whether everything is stopped."""

    stopped: bool
    reason: str | None = None
    since: datetime | None = None


class AuditView(View):
    """One change: who, what, from what, to what."""

    id: int
    at: datetime
    actor: str
    action: str
    target: str
    before: dict[str, Any]
    after: dict[str, Any]
    request_id: str


class Page(BaseModel, Generic[Item, Cursor]):
    """A part of a list. ``next`` is the cursor of the next part, null at the end."""

    items: list[Item]
    next: Cursor | None

    @classmethod
    def of(cls, shown: list[Item], limit: int) -> Self:
        """Cut ``shown``, read with one entry more than ``limit``, to ``limit`` entries."""
        more = len(shown) > limit
        return cls(items=shown[:limit], next=shown[limit - 1].id if more else None)  # type: ignore[attr-defined]


def _state(row: models.StreamKey | models.Token) -> Literal["valid", "expired", "revoked"]:
    if row.revoked_at:
        return "revoked"
    return "expired" if row.expires_at and row.expires_at <= models.now() else "valid"
