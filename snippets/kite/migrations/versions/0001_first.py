"""The tables of Kite 0.1."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create rooms, stream keys and tokens."""
    op.create_table(
        "rooms",
        sa.Column("id", sa.String(63), primary_key=True),
        sa.Column("title", sa.String(100), nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("banned_at", sa.DateTime),
        sa.Column("ban_reason", sa.String(200)),
        sa.Column("live_client", sa.String(20)),
        sa.Column("live_key_id", sa.Integer),
        sa.Column("live_since", sa.DateTime),
    )
    op.create_table(
        "stream_keys",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "room_id", sa.String(63), sa.ForeignKey("rooms.id", ondelete="CASCADE"), nullable=False
        ),
        *_secret(),
        sa.Column("last_used_at", sa.DateTime),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_stream_keys_room_id", "stream_keys", ["room_id"])
    op.create_table(
        "tokens",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(100), nullable=False),
        *_secret(),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_tokens_hint", "tokens", ["hint"])


def _secret() -> list[sa.Column[Any]]:
    return [
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("hint", sa.String(12), nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("revoked_at", sa.DateTime),
    ]


def downgrade() -> None:
    """There is nothing before."""
    for table in ("tokens", "stream_keys", "rooms"):
        op.drop_table(table)
