"""Access tokens: who may call the API. One kind in this version, with full operator rights."""

from collections.abc import Sequence

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.orm import Session, aliased

from kite.credentials import Secret, hint, matches, new_secret
from kite.errors import KiteError
from kite.models import Token, now

TOKEN_PREFIX = "kt_"  # noqa: S105 - a public prefix, not a secret


def create(session: Session, name: str) -> tuple[Token, Secret]:
    """Create a token; the secret is known only to the caller."""
    secret = new_secret(TOKEN_PREFIX)
    token = Token(name=name, digest=secret.digest, hint=secret.hint, created_at=now())
    session.add(token)
    session.flush()
    return token, secret


def page(session: Session, limit: int, after: int) -> Sequence[Token]:
    """Up to ``limit`` tokens, oldest first, those with ids above ``after``."""
    query = select(Token).where(Token.id > after).order_by(Token.id).limit(limit)
    return session.scalars(query).all()


def revoke(session: Session, token_id: int, *, keep_one: bool) -> Token:
    """Refuse a token from now on; does nothing if it is revoked already.

    Args:
        session: Database session.
        token_id: Id of the token.
        keep_one: Whether to refuse to revoke the last valid token.

    Raises:
        KiteError: TOKEN_NOT_FOUND or LAST_TOKEN.
    """
    token = session.get(Token, token_id)
    if token is None:
        raise KiteError("TOKEN_NOT_FOUND", f"There is no token {token_id}.")
    other = aliased(Token)
    others = select(func.count()).where(other.revoked_at.is_(None), other.id != token_id)
    statement = update(Token).where(Token.id == token_id, Token.revoked_at.is_(None))
    if keep_one:
        # Counted inside the statement: two tokens revoking each other must not both succeed.
        statement = statement.where(others.scalar_subquery() > 0)
    result = session.execute(statement.values(revoked_at=now()))
    session.refresh(token)
    if isinstance(result, CursorResult) and result.rowcount == 0 and token.revoked_at is None:
        raise KiteError("LAST_TOKEN", f"Token {token_id} is the only valid token.")
    return token


def authenticate(session: Session, plain: str) -> Token:
    """Find the token that has this secret.

    Raises:
        KiteError: TOKEN_MISSING, TOKEN_INVALID or TOKEN_REVOKED.
    """
    if not plain:
        raise KiteError("TOKEN_MISSING", "The request carries no bearer token.")
    candidates = session.scalars(select(Token).where(Token.hint == hint(plain)))
    token = next((token for token in candidates if matches(plain, token.digest)), None)
    if token is None:
        raise KiteError("TOKEN_INVALID", "The bearer token is not one of this server.")
    if token.revoked_at:
        raise KiteError("TOKEN_REVOKED", f"Token {token.id} is revoked.")
    return token
