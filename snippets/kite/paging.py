"""Read a list part by part. The cursor is the id of the last row, so no row is shown twice."""

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from kite.models import Base

Row = TypeVar("Row", bound=Base)
Wanted = ColumnElement[bool]


def oldest(
    session: Session, table: type[Row], limit: int, after: int | str, *wanted: Wanted
) -> Sequence[Row]:
    """Up to ``limit`` rows in the order of their ids, those with ids above ``after``."""
    row_id = table.__table__.c.id
    query = select(table).where(row_id > after, *wanted).order_by(row_id).limit(limit)
    return session.scalars(query).all()


def newest(
    session: Session, table: type[Row], limit: int, before: int, *wanted: Wanted
) -> Sequence[Row]:
    """Up to ``limit`` rows, newest first, those with ids below ``before`` (0: from the top)."""
    row_id = table.__table__.c.id
    query = select(table).where(*wanted).order_by(row_id.desc()).limit(limit)
    return session.scalars(query.where(row_id < before) if before else query).all()
