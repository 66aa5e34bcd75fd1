"""Record every change of an audited table: who, what, from what, to what.

The entries are written by the flush that writes the change, so no code can forget them, and in the
same transaction, so there is never one without the other.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import InstanceState, Session

from kite import masking
from kite.models import AUDITED, AuditEntry, Base


def entries(session: Session, action: str, actor: str, request_id: str) -> list[AuditEntry]:
    """The entries for what ``session`` is about to write, or has just flushed."""
    rows = [*session.new, *session.dirty, *session.deleted]
    found = []
    for row in rows:
        if not isinstance(row, AUDITED):
            continue
        before, after = _difference(inspect(row), gone=row in session.deleted)
        if before or after:
            found.append(
                AuditEntry(
                    action=action,
                    actor=actor,
                    request_id=request_id,
                    target=target(row),
                    before=before,
                    after=after,
                )
            )
    return found


def target(row: Base) -> str:
    """What an entry or a log line calls a row: ``room:demo``, ``stream_key:3``."""
    key = inspect(row).mapper.primary_key_from_instance(row)[0]
    return f"{row.__tablename__.removesuffix('s')}:{key}"


def _difference(
    state: InstanceState[Any], *, gone: bool
) -> tuple[dict[str, object], dict[str, object]]:
    """Columns that change, before and after; all of them for a row that comes or goes."""
    before: dict[str, object] = {}
    after: dict[str, object] = {}
    for column in state.mapper.column_attrs:
        history = state.attrs[column.key].history
        info = column.columns[0].info
        if not info.get("audited", True):
            continue
        secret = info.get("secret", False)
        if gone:
            before |= _shown(column.key, state.dict.get(column.key), secret=secret)
        elif history.has_changes():
            before |= _shown(column.key, (*history.deleted, None)[0], secret=secret)
            after |= _shown(column.key, (*history.added, None)[0], secret=secret)
    return before, after


def _shown(name: str, value: object, *, secret: bool) -> dict[str, object]:
    if value is None:
        return {}
    if secret:
        return {name: masking.MASK}
    return {name: f"{value:%Y-%m-%dT%H:%M:%SZ}" if isinstance(value, datetime) else value}
