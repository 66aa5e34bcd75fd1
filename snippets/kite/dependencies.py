"""What routes ask FastAPI for: the installation, in the hands of an authorised caller or not."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from kite import tokens
from kite.context import Kite

BEARER = HTTPBearer(
    auto_error=False,
    scheme_name="token",
    description="Access token, made with `kite init`, `kite token create` or a sign-in.",
)


def get_kite(request: Request) -> Kite:
    """The installation this application was made for; what it logs names the request."""
    kite = request.app.state.kite
    assert isinstance(kite, Kite)  # noqa: S101 - set by create_app
    return kite.acting_as(kite.actor, request.state.request_id)


KiteDep = Annotated[Kite, Depends(get_kite)]


def caller(
    request: Request,
    kite: KiteDep,
    sent: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)],
) -> Kite:
    """Let only callers with a valid token pass; the installation, in their name and rights.

    Raises:
        KiteError: TOKEN_MISSING, TOKEN_INVALID, TOKEN_REVOKED, TOKEN_EXPIRED or USER_BANNED.
    """
    with kite.database.reads() as session:
        token = tokens.authenticate(session, sent.credentials if sent else "")
    return kite.acting_as(tokens.actor(token), request.state.request_id)


CallerDep = Annotated[Kite, Depends(caller)]
