"""What routes ask FastAPI for: the installation and an authorised caller."""

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
    kite: KiteDep, sent: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)]
) -> None:
    """Let only callers with a valid token pass.

    Raises:
        KiteError: TOKEN_MISSING, TOKEN_INVALID or TOKEN_REVOKED.
    """
    with kite.sessions() as session:
        tokens.authenticate(session, sent.credentials if sent else "")
