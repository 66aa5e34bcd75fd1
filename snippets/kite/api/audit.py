"""The audit log."""

from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy import select

from kite.api.common import Limit, errors
from kite.dependencies import CallerDep
from kite.models import MAX_ID, AuditEntry
from kite.schemas import NO_CONTROL, AuditView, Page

router = APIRouter(tags=["audit"])


@router.get("/audit", summary="Read the audit log", responses=errors("REQUEST_INVALID"))
def list_audit(
    kite: CallerDep,
    target: Annotated[
        str | None,
        Query(
            max_length=80, pattern=NO_CONTROL, description="Only changes of this: `room:demo`."
        ),
    ] = None,
    limit: Limit = 50,
    before: Annotated[int, Query(ge=0, le=MAX_ID, description="`next` of the part before.")] = 0,
) -> Page[AuditView, int]:
    """List who changed what, newest first. Nobody can change or delete an entry."""
    query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit + 1)
    if target is not None:
        query = query.where(AuditEntry.target == target)
    if before:
        query = query.where(AuditEntry.id < before)
    with kite.read("audit.read") as session:
        found = session.scalars(query).all()
    return Page[AuditView, int].of([AuditView.model_validate(entry) for entry in found], limit)
