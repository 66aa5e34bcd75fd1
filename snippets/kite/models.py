"""Database tables (SQLAlchemy 2, typed; SQLite and PostgreSQL). All times are UTC.

``migrations/`` builds the same tables step by step; a test holds the two against each other.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    String,
    TypeDecorator,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

MAX_ID = 2**31 - 1
"""The largest id PostgreSQL gives, and takes in a comparison."""

NEVER_REUSE_IDS = {"sqlite_autoincrement": True}
"""Without it SQLite gives the id of a deleted last row to the next one, and logs name ids."""

SECRET = {"secret": True}
"""Marks a column that no log, audit entry or answer may show."""

NOT_AUDITED = {"audited": False}
"""Marks a column that changes by itself, not by somebody's will."""


class UtcDateTime(TypeDecorator[datetime]):
    """A UTC time with its zone: the database stores none, so it is put back on reading."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC without a zone."""
        del dialect
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Read UTC with its zone."""
        del dialect
        return value.replace(tzinfo=UTC) if value else None


def now() -> datetime:
    """The current UTC time, without microseconds: no reader needs them."""
    return datetime.now(UTC).replace(microsecond=0)


class Base(DeclarativeBase):
    """Base of all tables. Changes of the rows of ``AUDITED`` ones are recorded by ``audit``."""


class Bannable:
    """What a room and a user have in common: a ban with a reason and, if wanted, an end."""

    banned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    banned_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ban_reason: Mapped[str | None] = mapped_column(String(200))

    @property
    def banned(self) -> bool:
        """Whether the ban holds now."""
        return self.banned_at is not None and (
            self.banned_until is None or self.banned_until > now()
        )


class User(Bannable, Base):
    """An account: a member of the staff, or a holder of stream keys and tokens (role viewer)."""

    __tablename__ = "users"
    __table_args__ = NEVER_REUSE_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(32), unique=True)
    role: Mapped[str] = mapped_column(String(10))
    password_hash: Mapped[str | None] = mapped_column(String(200), info=SECRET)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Token(Base):
    """A bearer token, made by hand or by a sign-in. Only its SHA-256 is kept."""

    __tablename__ = "tokens"
    __table_args__ = NEVER_REUSE_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    digest: Mapped[str] = mapped_column(String(64), info=SECRET)
    hint: Mapped[str] = mapped_column(String(12), index=True)
    role: Mapped[str] = mapped_column(String(10), default="owner", server_default="owner")
    scopes: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    user: Mapped[User | None] = relationship(lazy="joined")


class Broadcast(Base):
    """One publisher's time in a room. Open (``ended_at`` is None), it is the claim on the room.

    The claim is not a fact: nginx may end without telling, so ``broadcasts.reconcile`` compares it
    with nginx's own statistics. ``client`` is nginx's connection number, which starts again from 1
    when nginx does.
    """

    __tablename__ = "broadcasts"
    __table_args__ = (
        Index(
            "one_publisher",
            "room_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        NEVER_REUSE_IDS,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[str] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"), index=True)
    key_id: Mapped[int]
    client: Mapped[str] = mapped_column(String(20))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str | None] = mapped_column(String(20))
    bytes_in: Mapped[int] = mapped_column(BigInteger, default=0)
    bitrate_kbps: Mapped[int] = mapped_column(default=0)
    viewers: Mapped[int] = mapped_column(default=0)
    peak_viewers: Mapped[int] = mapped_column(default=0)
    video: Mapped[str | None] = mapped_column(String(60))
    audio: Mapped[str | None] = mapped_column(String(60))

    @property
    def seconds(self) -> int:
        """How long it took, or takes until now."""
        took = (self.ended_at or now()) - self.started_at
        return max(0, int(took.total_seconds()))  # below 0 if the clock was set back meanwhile


class Room(Bannable, Base):
    """A place one encoder publishes to and any number of players watch."""

    __tablename__ = "rooms"

    id: Mapped[str] = mapped_column(String(63), primary_key=True)
    title: Mapped[str] = mapped_column(String(100))
    category: Mapped[str] = mapped_column(String(40), default="", server_default="")
    visibility: Mapped[str] = mapped_column(String(10), default="public", server_default="public")
    scheduled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    record: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    broadcast: Mapped[Broadcast | None] = relationship(
        primaryjoin=lambda: (Room.id == Broadcast.room_id) & Broadcast.ended_at.is_(None),
        lazy="joined",
        viewonly=True,
        uselist=False,
    )

    @property
    def state(self) -> str:
        """``banned``, ``live`` or ``idle``; a ban is shown even while the cut is under way."""
        if self.banned:
            return "banned"
        return "live" if self.broadcast else "idle"

    @property
    def live_since(self) -> datetime | None:
        """Start of the running broadcast."""
        return self.broadcast.started_at if self.broadcast else None


class StreamKey(Base):
    """A secret that allows publishing to one room. Only its SHA-256 is kept.

    For a while after a rotation the secret before it is accepted too (``previous_until``).
    """

    __tablename__ = "stream_keys"
    __table_args__ = NEVER_REUSE_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[str] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    digest: Mapped[str] = mapped_column(String(64), info=SECRET)
    hint: Mapped[str] = mapped_column(String(12))
    previous_digest: Mapped[str | None] = mapped_column(String(64), info=SECRET)
    previous_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=NOT_AUDITED)
    user: Mapped[User | None] = relationship(lazy="joined")


class Recording(Base):
    """A file with one broadcast, or a part of one. ``state``: recording, ready or deleting."""

    __tablename__ = "recordings"
    __table_args__ = NEVER_REUSE_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[str] = mapped_column(ForeignKey("rooms.id"), index=True)
    broadcast_id: Mapped[int | None]
    file: Mapped[str] = mapped_column(String(120), unique=True)
    state: Mapped[str] = mapped_column(String(10))
    bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Webhook(Base):
    """An address that receives events. Its secret signs them, so it is kept as it is."""

    __tablename__ = "webhooks"
    __table_args__ = NEVER_REUSE_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(String(500))
    secret: Mapped[str] = mapped_column(String(60), info=SECRET)
    events: Mapped[list[str]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class Event(Base):
    """Something that happened, written in the transaction that made it happen (the outbox)."""

    __tablename__ = "events"
    __table_args__ = NEVER_REUSE_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(String(40))
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    data: Mapped[dict[str, Any]] = mapped_column(JSON)


class Delivery(Base):
    """The task to hand one event to one webhook or one plugin.

    ``state``: pending, delivered or dead. ``due_at`` is the next attempt; whoever attempts moves it
    first, so two control processes never attempt at the same time.
    """

    __tablename__ = "deliveries"
    __table_args__ = (Index("due", "state", "due_at"), NEVER_REUSE_IDS)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    webhook_id: Mapped[int | None] = mapped_column(ForeignKey("webhooks.id", ondelete="CASCADE"))
    plugin: Mapped[str | None] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(10), default="pending")
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    status: Mapped[int | None]
    error: Mapped[str | None] = mapped_column(String(200))
    event: Mapped[Event] = relationship(lazy="joined")
    webhook: Mapped[Webhook | None] = relationship(lazy="joined")


class AuditEntry(Base):
    """Who changed what, from what, to what. The database itself refuses to change an entry."""

    __tablename__ = "audit"
    __table_args__ = NEVER_REUSE_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    actor: Mapped[str] = mapped_column(String(60))
    action: Mapped[str] = mapped_column(String(40))
    target: Mapped[str] = mapped_column(String(80), index=True)
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    request_id: Mapped[str] = mapped_column(String(16))


class Fact(Base):
    """A value of this installation: the secret of the play links, an emergency stop."""

    __tablename__ = "facts"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(200))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class Lease(Base):
    """Which control process does a background task now, and until when unless it renews."""

    __tablename__ = "leases"

    task: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(String(40))
    until: Mapped[datetime] = mapped_column(UtcDateTime)


class Viewer(Base):
    """An HLS player seen lately: a hash, never an address."""

    __tablename__ = "viewers"

    room_id: Mapped[str] = mapped_column(
        ForeignKey("rooms.id", ondelete="CASCADE"), primary_key=True
    )
    viewer: Mapped[str] = mapped_column(String(32), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


AUDITED: tuple[type[Base], ...] = (User, Token, Room, StreamKey, Recording, Webhook)
"""Tables whose every change is recorded."""
