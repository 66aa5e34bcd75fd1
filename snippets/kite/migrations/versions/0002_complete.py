"""Kite 0.2: users, broadcasts, recordings, webhooks, audit; more about rooms, keys and tokens.

Kite is stopped meanwhile, so nobody is live.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0002"
down_revision = "0001"

NEW_TABLES = (
    "viewers",
    "leases",
    "facts",
    "audit",
    "deliveries",
    "events",
    "webhooks",
    "recordings",
    "broadcasts",
    "users",
)
SQLITE_VERSIONS = {"0001": 1, "0002": 2}
"""What Kite 0.1 reads from ``user_version`` to know whether it can use the file."""

CLOSE = (
    "UPDATE rooms SET banned_at = NULL, ban_reason = NULL WHERE banned_until <= :now",
    "UPDATE rooms SET banned_at = :now, ban_reason = 'private in Kite 0.2' "
    "WHERE banned_at IS NULL AND visibility = 'private'",
    "UPDATE rooms SET banned_at = :now, ban_reason = 'emergency stop' "
    "WHERE banned_at IS NULL AND EXISTS (SELECT 1 FROM facts WHERE name = 'emergency')",
    # The scopes may be the JSON value null: only the text tells it from a list.
    "UPDATE tokens SET revoked_at = :now WHERE revoked_at IS NULL AND (role <> 'owner' "
    "OR CAST(scopes AS TEXT) LIKE '[%' OR expires_at IS NOT NULL OR user_id IS NOT NULL)",
    "UPDATE stream_keys SET revoked_at = :now WHERE revoked_at IS NULL AND (expires_at IS NOT NULL "
    "OR user_id IN (SELECT id FROM users WHERE banned_at IS NOT NULL))",
)
"""See ``_close_what_would_open``."""


def upgrade() -> None:
    """Add what 0.2 has."""
    _create_people()
    _create_media()
    _create_events()
    with op.batch_alter_table("rooms") as rooms:
        for claim in ("live_client", "live_key_id", "live_since"):
            rooms.drop_column(claim)
        rooms.add_column(sa.Column("banned_until", sa.DateTime))
        rooms.add_column(sa.Column("category", sa.String(40), nullable=False, server_default=""))
        rooms.add_column(
            sa.Column("visibility", sa.String(10), nullable=False, server_default="public")
        )
        rooms.add_column(sa.Column("scheduled_at", sa.DateTime))
        rooms.add_column(
            sa.Column("record", sa.Boolean, nullable=False, server_default=sa.text("false"))
        )
    with _alter("stream_keys") as keys:
        keys.add_column(_user_id("stream_keys"))
        keys.add_column(sa.Column("previous_digest", sa.String(64)))
        keys.add_column(sa.Column("previous_until", sa.DateTime))
        keys.add_column(sa.Column("expires_at", sa.DateTime))
    with _alter("tokens") as tokens:
        tokens.add_column(sa.Column("role", sa.String(10), nullable=False, server_default="owner"))
        tokens.add_column(sa.Column("scopes", sa.JSON))
        tokens.add_column(_user_id("tokens"))
        tokens.add_column(sa.Column("expires_at", sa.DateTime))
    _protect_audit()
    _note_version("0002")


def downgrade() -> None:
    """Go back to 0.1; what only 0.2 knows is lost, and nobody is live."""
    _close_what_would_open()
    _unprotect_audit()
    with _alter("tokens") as tokens:
        tokens.drop_constraint("fk_tokens_user_id", type_="foreignkey")
        for column in ("role", "scopes", "user_id", "expires_at"):
            tokens.drop_column(column)
    with _alter("stream_keys") as keys:
        keys.drop_constraint("fk_stream_keys_user_id", type_="foreignkey")
        for column in ("user_id", "previous_digest", "previous_until", "expires_at"):
            keys.drop_column(column)
    with op.batch_alter_table("rooms") as rooms:
        for column in ("banned_until", "category", "visibility", "scheduled_at", "record"):
            rooms.drop_column(column)
        rooms.add_column(sa.Column("live_client", sa.String(20)))
        rooms.add_column(sa.Column("live_key_id", sa.Integer))
        rooms.add_column(sa.Column("live_since", sa.DateTime))
    for table in NEW_TABLES:
        op.drop_table(table)
    _note_version("0001")


@contextmanager
def _alter(table: str) -> Iterator[BatchOperations]:
    """Change a table with a counter: SQLite makes a new table, whose counter would start again."""
    connection = op.get_bind()
    sqlite = _is_sqlite()
    row: dict[str, Any] = {"table": table}
    if sqlite:
        counter = sa.text("SELECT seq FROM sqlite_sequence WHERE name = :table")
        row["last"] = connection.execute(counter, row).scalar()
    with op.batch_alter_table(table, table_kwargs={"sqlite_autoincrement": True}) as batch:
        yield batch
    if sqlite and row["last"]:
        connection.execute(sa.text("DELETE FROM sqlite_sequence WHERE name = :table"), row)
        connection.execute(sa.text("INSERT INTO sqlite_sequence VALUES (:table, :last)"), row)


def _close_what_would_open() -> None:
    """Take away what 0.1, which knows less, would let pass.

    In 0.1 every token is an owner's, nothing ends by itself, and anybody may watch any room.
    """
    now = sa.bindparam("now", datetime.now(UTC).replace(tzinfo=None, microsecond=0), sa.DateTime)
    for change in CLOSE:
        op.get_bind().execute(sa.text(change).bindparams(now))


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _id() -> sa.Column[Any]:
    return sa.Column("id", sa.Integer, primary_key=True)


def _user_id(table: str) -> sa.Column[Any]:
    reference = sa.ForeignKey("users.id", ondelete="CASCADE", name=f"fk_{table}_user_id")
    return sa.Column("user_id", sa.Integer, reference)


def _room_id(*, cascade: bool = True, primary_key: bool = False) -> sa.Column[Any]:
    reference = sa.ForeignKey("rooms.id", ondelete="CASCADE" if cascade else None)
    return sa.Column("room_id", sa.String(63), reference, nullable=False, primary_key=primary_key)


def _required(
    name: str, kind: sa.types.TypeEngine[Any] | type[sa.types.TypeEngine[Any]]
) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _create_people() -> None:
    op.create_table(
        "users",
        _id(),
        sa.Column("name", sa.String(32), nullable=False, unique=True),
        _required("role", sa.String(10)),
        sa.Column("password_hash", sa.String(200)),
        _required("created_at", sa.DateTime),
        _required("failed_sign_ins", sa.Integer),
        sa.Column("locked_until", sa.DateTime),
        sa.Column("banned_at", sa.DateTime),
        sa.Column("banned_until", sa.DateTime),
        sa.Column("ban_reason", sa.String(200)),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "audit",
        _id(),
        _required("at", sa.DateTime),
        _required("actor", sa.String(60)),
        _required("action", sa.String(40)),
        _required("target", sa.String(80)),
        _required("before", sa.JSON),
        _required("after", sa.JSON),
        _required("request_id", sa.String(16)),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_target", "audit", ["target"])
    op.create_table(
        "facts",
        sa.Column("name", sa.String(40), primary_key=True),
        _required("value", sa.String(200)),
        _required("set_at", sa.DateTime),
    )
    op.create_table(
        "leases",
        sa.Column("task", sa.String(40), primary_key=True),
        _required("holder", sa.String(40)),
        _required("until", sa.DateTime),
    )


def _create_media() -> None:
    op.create_table(
        "broadcasts",
        _id(),
        _room_id(),
        _required("key_id", sa.Integer),
        _required("client", sa.String(20)),
        _required("started_at", sa.DateTime),
        sa.Column("ended_at", sa.DateTime),
        sa.Column("reason", sa.String(20)),
        _required("bytes_in", sa.BigInteger),
        _required("bitrate_kbps", sa.Integer),
        _required("viewers", sa.Integer),
        _required("peak_viewers", sa.Integer),
        sa.Column("video", sa.String(60)),
        sa.Column("audio", sa.String(60)),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_broadcasts_room_id", "broadcasts", ["room_id"])
    running = sa.text("ended_at IS NULL")
    op.create_index(
        "one_publisher",
        "broadcasts",
        ["room_id"],
        unique=True,
        sqlite_where=running,
        postgresql_where=running,
    )
    op.create_table(
        "recordings",
        _id(),
        _room_id(cascade=False),
        sa.Column("broadcast_id", sa.Integer),
        sa.Column("file", sa.String(120), nullable=False, unique=True),
        _required("state", sa.String(10)),
        _required("bytes", sa.BigInteger),
        _required("started_at", sa.DateTime),
        sa.Column("ended_at", sa.DateTime),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_recordings_room_id", "recordings", ["room_id"])
    op.create_table(
        "viewers",
        _room_id(primary_key=True),
        sa.Column("viewer", sa.String(32), primary_key=True),
        _required("seen_at", sa.DateTime),
    )
    op.create_index("ix_viewers_seen_at", "viewers", ["seen_at"])


def _create_events() -> None:
    op.create_table(
        "webhooks",
        _id(),
        _required("url", sa.String(500)),
        _required("secret", sa.String(60)),
        _required("events", sa.JSON),
        _required("created_at", sa.DateTime),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "events",
        _id(),
        _required("type", sa.String(40)),
        _required("occurred_at", sa.DateTime),
        _required("data", sa.JSON),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "deliveries",
        _id(),
        sa.Column(
            "event_id", sa.Integer, sa.ForeignKey("events.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("webhook_id", sa.Integer, sa.ForeignKey("webhooks.id", ondelete="CASCADE")),
        sa.Column("plugin", sa.String(60)),
        _required("state", sa.String(10)),
        _required("attempts", sa.Integer),
        _required("due_at", sa.DateTime),
        sa.Column("ended_at", sa.DateTime),
        sa.Column("status", sa.Integer),
        sa.Column("error", sa.String(200)),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_deliveries_event_id", "deliveries", ["event_id"])
    op.create_index("due", "deliveries", ["state", "due_at"])


def _protect_audit() -> None:
    """Let the database itself refuse to change or delete an entry."""
    if _is_sqlite():
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_no_{change.lower()} BEFORE {change} ON audit "
                "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()"
    )


def _unprotect_audit() -> None:
    if _is_sqlite():
        for change in ("update", "delete"):
            op.execute(f"DROP TRIGGER audit_no_{change}")
        return
    op.execute("DROP TRIGGER audit_append_only ON audit")
    op.execute("DROP FUNCTION refuse_audit_change")


def _note_version(revision: str) -> None:
    if _is_sqlite():
        op.execute(f"PRAGMA user_version = {SQLITE_VERSIONS[revision]}")
