"""Database tables (SQLAlchemy 2, typed). All times are UTC."""

from datetime import UTC, datetime

from sqlalchemy import DateTime, Dialect, ForeignKey, String, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

SCHEMA_VERSION = 1
"""Version of these tables, kept in SQLite's ``user_version``; raised with every change of them."""

NEVER_REUSE_IDS = {"sqlite_autoincrement": True}
"""Without it SQLite gives the id of a deleted last row to the next one, and logs name ids."""


class UtcDateTime(TypeDecorator[datetime]):
    """A UTC time with its zone: SQLite stores none, so it is put back on reading."""

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
    """Base of all tables."""


class Room(Base):
    """A place one encoder publishes to and any number of players watch.

    ``live_client`` is nginx's connection number of the publisher, None when nobody publishes. It is
    a claim, not a fact: nginx may end without telling, so a new publisher makes Kite check it.
    """

    __tablename__ = "rooms"

    id: Mapped[str] = mapped_column(String(63), primary_key=True)
    title: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    banned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ban_reason: Mapped[str | None] = mapped_column(String(200))
    live_client: Mapped[str | None] = mapped_column(String(20))
    live_key_id: Mapped[int | None]
    live_since: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def state(self) -> str:
        """``banned``, ``live`` or ``idle``; a ban is shown even while the cut is under way."""
        if self.banned_at:
            return "banned"
        return "live" if self.live_client else "idle"


class StreamKey(Base):
    """A secret that allows publishing to one room. Only its SHA-256 is kept."""

    __tablename__ = "stream_keys"
    __table_args__ = NEVER_REUSE_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[str] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(String(64))
    hint: Mapped[str] = mapped_column(String(12))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Token(Base):
    """A bearer token with full operator rights. Only its SHA-256 is kept."""

    __tablename__ = "tokens"
    __table_args__ = NEVER_REUSE_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    digest: Mapped[str] = mapped_column(String(64))
    hint: Mapped[str] = mapped_column(String(12), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
