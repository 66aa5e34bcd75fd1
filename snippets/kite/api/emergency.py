"""The emergency stop of everything."""

from fastapi import APIRouter

from kite import moderation
from kite.api.common import errors
from kite.dependencies import CallerDep
from kite.schemas import Emergency, EmergencyStop

router = APIRouter(prefix="/emergency-stop", tags=["emergency"])


@router.get("", summary="Show the emergency stop", responses=errors())
def get_emergency(kite: CallerDep) -> Emergency:
    """Whether every publisher is refused, since when and why."""
    return moderation.emergency(kite)


@router.post(
    "", summary="Stop everything", responses=errors("REQUEST_INVALID", "MEDIA_UNREACHABLE")
)
def stop_everything(kite: CallerDep, body: EmergencyStop) -> Emergency:
    """Refuse every publisher from now on and cut every broadcast.

    After MEDIA_UNREACHABLE nobody can publish anew, but running broadcasts may go on: send it again.
    """
    moderation.emergency_stop(kite, body.reason)
    return moderation.emergency(kite.privileged())


@router.delete("", summary="Lift the emergency stop", responses=errors())
def lift_emergency(kite: CallerDep) -> Emergency:
    """Allow publishing again. Does nothing if nothing was stopped; bans stay."""
    moderation.lift_emergency(kite)
    return moderation.emergency(kite.privileged())
