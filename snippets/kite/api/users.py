"""Accounts, sign-in and sign-out."""

from fastapi import APIRouter, Response

from kite import moderation, tokens, users
from kite.api.common import AfterId, Limit, UserName, errors
from kite.dependencies import CallerDep, KiteDep
from kite.problems import responses
from kite.schemas import Ban, Page, SignIn, TokenSecret, UserCreate, UserPatch, UserView

router = APIRouter(tags=["users"])


@router.post(
    "/sign-in",
    status_code=201,
    summary="Sign in",
    responses=responses(
        "REQUEST_INVALID",
        "SIGN_IN_FAILED",
        "SIGN_IN_LOCKED",
        "SIGN_IN_BUSY",
        "USER_BANNED",
        "DATABASE_UNUSABLE",
        "INTERNAL",
    ),
)
def sign_in(kite: KiteDep, body: SignIn) -> TokenSecret:
    """Get an access token for a name and a password. It lasts 12 hours; revoke it to sign out."""
    return TokenSecret.new(*tokens.sign_in(kite, body.user, body.password))


@router.post(
    "/users",
    status_code=201,
    summary="Create a user",
    responses=errors("REQUEST_INVALID", "USER_EXISTS"),
)
def create_user(kite: CallerDep, body: UserCreate) -> UserView:
    """Create an account. Without a password it holds stream keys and tokens but cannot sign in."""
    return UserView.model_validate(users.create(kite, body.name, body.role, body.password))


@router.get("/users", summary="List users", responses=errors("REQUEST_INVALID"))
def list_users(kite: CallerDep, limit: Limit = 50, after: AfterId = 0) -> Page[UserView, int]:
    """List the accounts, oldest first."""
    found = users.page(kite, limit + 1, after)
    return Page[UserView, int].of([UserView.model_validate(user) for user in found], limit)


@router.patch(
    "/users/{user}",
    summary="Change a user",
    responses=errors("REQUEST_INVALID", "USER_NOT_FOUND", "LAST_OWNER"),
)
def patch_user(kite: CallerDep, user: UserName, body: UserPatch) -> UserView:
    """Change role or password; the rest stays. A new password also lifts a sign-in lock."""
    return UserView.model_validate(users.update(kite, user, **body.model_dump(exclude_unset=True)))


@router.delete(
    "/users/{user}",
    status_code=204,
    summary="Delete a user",
    responses=errors("REQUEST_INVALID", "USER_NOT_FOUND", "LAST_OWNER", "MEDIA_UNREACHABLE"),
)
def delete_user(kite: CallerDep, user: UserName) -> Response:
    """Delete an account with its tokens and stream keys for good, and cut his broadcasts.

    After MEDIA_UNREACHABLE the account is gone, but a running broadcast may go on: stop its room.
    """
    moderation.delete_user(kite, user)
    return Response(status_code=204)


@router.post(
    "/users/{user}/ban",
    summary="Ban a user",
    responses=errors("REQUEST_INVALID", "USER_NOT_FOUND", "LAST_OWNER", "MEDIA_UNREACHABLE"),
)
def ban_user(kite: CallerDep, user: UserName, body: Ban) -> UserView:
    """Refuse the sign-in, the tokens and the stream keys of a user, and cut his broadcasts.

    After MEDIA_UNREACHABLE the ban holds, but a running broadcast may go on: send it again.
    """
    return UserView.model_validate(moderation.ban_user(kite, user, body.reason, body.until))


@router.post(
    "/users/{user}/unban",
    summary="Unban a user",
    responses=errors("REQUEST_INVALID", "USER_NOT_FOUND"),
)
def unban_user(kite: CallerDep, user: UserName) -> UserView:
    """Lift a ban. Does nothing if there is none."""
    return UserView.model_validate(moderation.unban_user(kite, user))
