"""What routes ask FastAPI for: the installation and an authorised caller."""

from dataclasses import replace
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from kite import tokens
from kite.context import Kite

BEARER = HTTPBearer(
    auto_error=False,
    scheme_name="token",
    description="Access token, made with `kite init` or `kite token create`.",
)


def get_kite(request: Request) -> Kite:
    """The installation this application was made for."""
    kite = request.app.state.kite
    assert isinstance(kite, Kite)  # noqa: S101 - set by create_app
    return kite


KiteDep = Annotated[Kite, Depends(get_kite)]


def operator(
    request: Request,
    kite: KiteDep,
    sent: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)],
) -> Kite:
    """Let only callers with a valid token pass; the installation, in their name.

    Raises:
        KiteError: TOKEN_MISSING, TOKEN_INVALID or TOKEN_REVOKED.
    """
    with kite.sessions() as session:
        token = tokens.authenticate(session, sent.credentials if sent else "")
    return replace(kite, actor=f"token:{token.id}", request_id=request.state.request_id)


OperatorDep = Annotated[Kite, Depends(operator)]
