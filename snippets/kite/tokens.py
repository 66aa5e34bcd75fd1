"""Access tokens: who may call the API, and with which rights."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kite import paging, users
from kite.context import Kite
from kite.credentials import Secret, hint, matches, new_secret
from kite.errors import KiteError
from kite.models import Token, now
from kite.permissions import ACTIONS, ROLES, Actor, Role

TOKEN_PREFIX = "kt_"  # noqa: S105 - a public prefix, not a secret
SIGN_IN_SECONDS = 12 * 3600
"""How long a sign-in lasts: a working day."""


def create(
    kite: Kite,
    name: str,
    role: Role = "owner",
    scopes: Sequence[str] | None = None,
    expires_at: datetime | None = None,
) -> tuple[Token, Secret]:
    """Create a token; the secret is known only to the caller.

    A token never has more rights than its maker: neither a higher role nor other scopes, and it
    belongs to the same account.

    Raises:
        KiteError: FORBIDDEN, or REQUEST_INVALID for a scope that is not an action.
    """
    for number, scope in enumerate(scopes or (), 1):
        if scope not in ACTIONS:  # not named: it may be anything, a secret too
            raise KiteError("REQUEST_INVALID", f"Scope {number} is not an action.")
    with kite.change("token.write", "token.created") as change:
        kite.actor.require_all(role, scopes)
        token = Token(name=name, role=role, user_id=kite.actor.user_id, expires_at=expires_at)
        token.scopes = list(scopes) if scopes is not None else None
        secret = _add(change.session, token)
        change.note(token=token.id, role=role)
    return token, secret


def sign_in(kite: Kite, name: str, password: str) -> tuple[Token, Secret]:
    """Check a password and create a token that lasts ``SIGN_IN_SECONDS``.

    Raises:
        KiteError: SIGN_IN_FAILED, SIGN_IN_LOCKED, SIGN_IN_BUSY or USER_BANNED.
    """
    user = users.check_password(kite, name, password)
    own = kite.acting_as(Actor(f"user:{name}", users.role(user), user_id=user.id), kite.request_id)
    with own.privileged().change("token.write", "user.signed_in") as change:
        token = Token(name=users.SIGN_IN, role=user.role, user_id=user.id)
        token.expires_at = now() + timedelta(seconds=SIGN_IN_SECONDS)
        secret = _add(change.session, token)
        change.note(token=token.id, user=name)
    return token, secret


def page(kite: Kite, limit: int, after: int) -> Sequence[Token]:
    """Up to ``limit`` tokens, oldest first, those with ids above ``after``.

    Raises:
        KiteError: FORBIDDEN.
    """
    with kite.read("token.read") as session:
        return paging.oldest(session, Token, limit, after)


def revoke(kite: Kite, token_id: int, *, keep_one: bool) -> Token:
    """Refuse a token from now on; does nothing if it is revoked already.

    Args:
        kite: The installation. Everybody may revoke the token he comes with.
        token_id: Id of the token.
        keep_one: Whether to refuse to revoke the last token of an owner that has no end.

    Raises:
        KiteError: FORBIDDEN, TOKEN_NOT_FOUND or LAST_TOKEN.
    """
    own = kite.actor.token_id == token_id
    caller = kite.privileged() if own else kite
    with caller.change("token.write", "token.revoked") as change:
        token = change.session.get(Token, token_id, with_for_update={"of": Token})
        if token is None:
            raise KiteError("TOKEN_NOT_FOUND", f"There is no token {token_id}.")
        if keep_one and _is_last(change.session, token):
            raise KiteError("LAST_TOKEN", f"Token {token_id} is the only lasting one of an owner.")
        token.revoked_at = token.revoked_at or now()
        change.note(token=token_id)
    return token


def authenticate(session: Session, plain: str) -> Token:
    """Find the token that has this secret.

    Raises:
        KiteError: TOKEN_MISSING, TOKEN_INVALID, TOKEN_REVOKED, TOKEN_EXPIRED or USER_BANNED.
    """
    if not plain:
        raise KiteError("TOKEN_MISSING", "The request carries no bearer token.")
    candidates = session.scalars(select(Token).where(Token.hint == hint(plain)))
    token = next((token for token in candidates if matches(plain, token.digest)), None)
    if token is None:
        raise KiteError("TOKEN_INVALID", "The bearer token is not one of this server.")
    if token.revoked_at:
        raise KiteError("TOKEN_REVOKED", f"Token {token.id} is revoked.")
    if not is_valid(token):
        raise KiteError("TOKEN_EXPIRED", f"Token {token.id} expired at {token.expires_at}.")
    if token.user and token.user.banned:
        raise KiteError("USER_BANNED", f"The user “{token.user.name}” is banned.")
    return token


def actor(token: Token) -> Actor:
    """Whom a token stands for: never more than the role its account has now."""
    roles: tuple[Role, ...] = (token.role,)  # type: ignore[assignment] # checked when made
    if token.user:
        roles += (users.role(token.user),)
    least = min(roles, key=ROLES.index)
    scopes = frozenset(token.scopes) if token.scopes is not None else None
    name = f"user:{token.user.name}" if token.user else f"token:{token.id}"
    return Actor(name, least, scopes, token.user_id, token.id)


def is_valid(token: Token) -> bool:
    """Neither revoked nor expired."""
    return token.revoked_at is None and (token.expires_at is None or token.expires_at > now())


def _add(session: Session, token: Token) -> Secret:
    """Give a new token its secret, and write it as a whole, for one audit entry."""
    secret = new_secret(TOKEN_PREFIX)
    token.digest, token.hint = secret.digest, secret.hint
    session.add(token)
    session.flush()
    session.refresh(token)  # with its account, which views show
    return secret


def _is_last(session: Session, token: Token) -> bool:
    """Whether it is the only one for everything: unlimited, of an owner, without an end.

    One with an end is not: a sign-in can always be signed out, and does not keep the API reachable.
    """
    lasting = select(Token).where(Token.revoked_at.is_(None), Token.expires_at.is_(None))
    full = [
        found.id
        for found in session.scalars(lasting)
        if found.scopes is None
        and actor(found).role == "owner"
        and not (found.user and found.user.banned)
    ]
    return full == [token.id]
