"""Accounts: staff who sign in with a password, and holders of stream keys and tokens."""

from collections.abc import Sequence
from datetime import timedelta
from threading import BoundedSemaphore
from typing import cast

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kite import paging
from kite.context import Kite
from kite.errors import KiteError
from kite.models import Token, User, now
from kite.permissions import Role, includes

HASHER = PasswordHasher()
"""Argon2id with the parameters of RFC 9106 §4, second choice (64 MiB), the library's default."""

NOBODY = (
    "$argon2id$v=19$m=65536,t=3,p=4$c29tZSBzYWx0IG9mIG91cnM$"
    "7oP2vqe3JDAJqXuYTjOU3OUW4d8dHVdKjpAlcVvSvSw"
)
"""Checked for unknown names, so that the time of the answer does not tell which names exist."""

HASHING = BoundedSemaphore(4)
"""Passwords checked at the same time: each takes 64 MiB and a thread the callbacks need too."""

SIGN_IN = "sign-in"
"""Name of the tokens that a sign-in makes."""

MAX_FAILURES = 5
LOCK = timedelta(minutes=5)
"""After ``MAX_FAILURES`` wrong passwords in a row an account takes none for this long."""


def create(kite: Kite, name: str, role: Role, password: str | None) -> User:
    """Create an account; without a password it cannot sign in.

    Raises:
        KiteError: FORBIDDEN, also for a role with more rights than one's own; USER_EXISTS.
    """
    kite.actor.require("user.write")
    hashed = _hash(password)  # slow: before the transaction
    with kite.change("user.write", "user.created") as change:
        kite.actor.require_all(role)
        user = User(name=name, role=role, password_hash=hashed)
        change.session.add(user)
        try:
            change.session.flush()
        except IntegrityError as error:
            raise KiteError("USER_EXISTS", f"The user “{name}” exists already.") from error
        change.note(user=name, role=role)
    return user


def page(kite: Kite, limit: int, after: int) -> Sequence[User]:
    """Up to ``limit`` accounts, oldest first, those with ids above ``after``.

    Raises:
        KiteError: FORBIDDEN.
    """
    with kite.read("user.read") as session:
        return paging.oldest(session, User, limit, after)


def get(session: Session, name: str, *, lock: bool = False) -> User:
    """Find an account.

    Raises:
        KiteError: USER_NOT_FOUND.
    """
    query = select(User).where(User.name == name)
    user = session.scalar(query.with_for_update() if lock else query)
    if user is None:
        raise KiteError("USER_NOT_FOUND", "There is no user with this name.")
    return user


def update(kite: Kite, name: str, role: Role | None = None, password: str | None = None) -> User:
    """Give an account another role, another password, or both; what is None stays.

    A new password ends what is signed in with the old one.

    Raises:
        KiteError: FORBIDDEN, also for a role with more rights than one's own; USER_NOT_FOUND,
            LAST_OWNER.
    """
    kite.actor.require("user.write")
    hashed = _hash(password)  # slow: before the transaction
    with kite.change("user.write", "user.updated") as change:
        user = get(change.session, name, lock=True)
        kite.actor.require_all(role or cast("Role", user.role))
        if role and role != "owner":
            keep_an_owner(change.session, user)
        user.role = role or user.role
        if hashed is not None:
            user.password_hash = hashed
            user.failed_sign_ins, user.locked_until = 0, None
            for token in change.session.scalars(_signed_in(user)):
                token.revoked_at = now()
        change.note(user=name)
    return user


def check_password(kite: Kite, name: str, password: str) -> User:
    """The account with this name and password.

    The slow comparison is made outside of the transaction that counts wrong passwords, so guessing
    does not block the callbacks. An account locked meanwhile answers so even to the right password.

    Raises:
        KiteError: SIGN_IN_FAILED, SIGN_IN_LOCKED, SIGN_IN_BUSY or USER_BANNED.
    """
    by_name = select(User).where(User.name == name)
    with kite.database.reads() as session:
        known = session.scalar(by_name)
    stored = known.password_hash if known and known.password_hash else NOBODY
    fits = _fits(stored, password) and stored != NOBODY
    with kite.database.writes.begin() as session:
        user = session.scalar(by_name.with_for_update())
        if user and user.locked_until and user.locked_until > now():
            detail = f"Too many wrong passwords; try again after {user.locked_until:%H:%M:%S} UTC."
            raise KiteError("SIGN_IN_LOCKED", detail)
        if user:
            user.failed_sign_ins = 0 if fits else user.failed_sign_ins + 1
            locked = user.failed_sign_ins and user.failed_sign_ins % MAX_FAILURES == 0
            user.locked_until = now() + LOCK if locked else None
    if user is None or not fits:
        raise KiteError("SIGN_IN_FAILED", "The name or the password is wrong.")
    if user.banned:
        raise KiteError("USER_BANNED", f"The user “{user.name}” is banned.")
    return user


def role(user: User) -> Role:
    """The role of an account, typed."""
    return cast("Role", user.role)


def require_above(kite: Kite, user: User) -> None:
    """Refuse to act against an account of a higher role than one's own.

    Raises:
        KiteError: FORBIDDEN.
    """
    if not includes(kite.actor.role, user.role):
        raise KiteError("FORBIDDEN", f"“{user.name}” has a higher role than you.")


def keep_an_owner(session: Session, user: User) -> None:
    """Refuse to take the last owner who can sign in; one who is banned cannot.

    Raises:
        KiteError: LAST_OWNER.
    """
    owners = session.scalars(select(User).where(User.role == "owner"))
    if [owner.id for owner in owners if owner.password_hash and not owner.banned] == [user.id]:
        raise KiteError("LAST_OWNER", f"“{user.name}” is the only owner who can sign in.")


def _signed_in(user: User) -> Select[Token]:
    by_password = Token.user_id == user.id, Token.name == SIGN_IN
    return select(Token).where(*by_password, Token.revoked_at.is_(None))


def _hash(password: str | None) -> str | None:
    return HASHER.hash(password) if password is not None else None


def _fits(stored: str, password: str) -> bool:
    if not HASHING.acquire(blocking=False):
        raise KiteError("SIGN_IN_BUSY", "Other sign-ins are being checked.")
    try:
        return HASHER.verify(stored, password)
    except VerificationError:
        return False
    finally:
        HASHING.release()
