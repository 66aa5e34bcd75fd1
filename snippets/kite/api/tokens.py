"""Access tokens."""

from fastapi import APIRouter, Response

from kite import tokens
from kite.api.common import AfterId, EntryId, Limit, errors
from kite.dependencies import CallerDep
from kite.schemas import Page, TokenCreate, TokenSecret, TokenView

router = APIRouter(prefix="/tokens", tags=["tokens"])


@router.post(
    "", status_code=201, summary="Create an access token", responses=errors("REQUEST_INVALID")
)
def create_token(kite: CallerDep, body: TokenCreate) -> TokenSecret:
    """Create a token with a role, and if wanted scopes and an end.

    It never has more rights than the one who makes it. The secret is shown only in this answer.
    """
    made = tokens.create(kite, body.name, body.role, body.scopes, body.expires_at)
    return TokenSecret.new(*made)


@router.get("", summary="List access tokens", responses=errors("REQUEST_INVALID"))
def list_tokens(kite: CallerDep, limit: Limit = 50, after: AfterId = 0) -> Page[TokenView, int]:
    """List the tokens, revoked ones too, oldest first."""
    found = tokens.page(kite, limit + 1, after)
    return Page[TokenView, int].of([TokenView.of(token) for token in found], limit)


@router.delete(
    "/{token_id}",
    status_code=204,
    summary="Revoke an access token",
    responses=errors("REQUEST_INVALID", "TOKEN_NOT_FOUND", "LAST_TOKEN"),
)
def revoke_token(kite: CallerDep, token_id: EntryId) -> Response:
    """Refuse a token from now on; everybody may revoke the one he comes with.

    The last valid token of an owner can be revoked only on the server.
    """
    tokens.revoke(kite, token_id, keep_one=True)
    return Response(status_code=204)
