"""The audit log."""

from typing import Annotated

from fastapi import APIRouter, Query

from kite import paging
from kite.api.common import Before, Limit, errors
from kite.dependencies import CallerDep
from kite.models import AuditEntry
from kite.schemas import NO_CONTROL, AuditView, Page

router = APIRouter(tags=["audit"])


@router.get("/audit", summary="Read the audit log", responses=errors("REQUEST_INVALID"))
def list_audit(
    kite: CallerDep,
    target: Annotated[
        str | None,
        Query(
            max_length=80,
            pattern=NO_CONTROL,
            description="Only changes of this.",
            examples=["room:demo"],
        ),
    ] = None,
    limit: Limit = 50,
    before: Before = 0,
) -> Page[AuditView, int]:
    """List who changed what, newest first. Nobody can change or delete an entry."""
    wanted = [AuditEntry.target == target] if target is not None else []
    with kite.read("audit.read") as session:
        found = paging.newest(session, AuditEntry, limit + 1, before, *wanted)
    return Page[AuditView, int].of([AuditView.model_validate(entry) for entry in found], limit)
