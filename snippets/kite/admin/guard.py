"""Who may use the page: sign-in by cookie, requests from other sites, security headers."""

import secrets
from collections.abc import Awaitable, Callable

from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.middleware.base import RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette_admin.auth import AdminUser, AuthProvider
from starlette_admin.exceptions import LoginFailed
from starlette_admin.flash import FlashMiddleware
from starlette_admin.helpers import index_url, safe_redirect_url
from starlette_admin.i18n import set_locale

from kite import tokens
from kite.admin.words import LANGUAGES, explain, look_up
from kite.context import Kite
from kite.credentials import Secret
from kite.errors import KiteError
from kite.models import Token
from kite.permissions import includes
from kite.schemas import SignIn as SignInBody

COOKIE = "kite_admin"
"""Holds the secret of the token that the sign-in made; so any control process can check it."""

LANGUAGE_COOKIE = "language"
LEAST_ROLE = "moderator"
SAFE = ("GET", "HEAD")
POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""The library writes style attributes, so inline styles stay allowed; inline scripts need the nonce."""

Failed = Callable[[Request, Exception], Awaitable[Response]]


class Guard:
    """Outermost part of the page: language, foreign requests, headers, and what went wrong."""

    def __init__(self, app: ASGIApp, failed: Failed) -> None:
        self.app = app
        self.failed = failed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        # Only the reader's own proxy can set this for the reader, and it only makes things stricter.
        if dict(scope["headers"]).get(b"x-forwarded-proto") == b"https":
            scope["scheme"] = "https"
        request = Request(scope, receive)
        set_locale(language(request))
        request.state.nonce = secrets.token_urlsafe(16)
        is_file = "/static/" in scope["path"]
        started = False

        async def secured(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = POLICY.format(nonce=request.state.nonce)
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "same-origin"  # “no-referrer” makes Origin “null”
                headers["Cache-Control"] = "max-age=86400" if is_file else "no-store"
            await send(message)

        try:
            refuse_foreign(request)
            await self.app(scope, receive, secured)
        except Exception as error:
            if started:
                raise
            await (await self.failed(request, error))(scope, receive, secured)


def refuse_foreign(request: Request) -> None:
    """Refuse a change that a page of another origin asked for, besides ``SameSite=Strict``.

    By Fetch Metadata, which browsers send to https and to this machine, or else by Origin (OWASP,
    Cross-Site Request Forgery Prevention).

    Raises:
        KiteError: CSRF_REFUSED.
    """
    if request.method in SAFE:
        return
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin", "")
    host = origin.partition("://")[2]
    own = site in ("same-origin", "none") if site else host == request.headers.get("host")
    if not own:
        raise KiteError("CSRF_REFUSED", "The browser did not say that this page sent the request.")


def language(request: Request) -> str:
    """The language the reader chose, or the first of the browser's that the page has."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen in LANGUAGES:
        return chosen
    wanted = [
        part.strip()[:2].lower() for part in request.headers.get("accept-language", "").split(",")
    ]
    return next((name for name in wanted if name in LANGUAGES), "en")


class Flash(FlashMiddleware):
    """Messages for the next page, signed with the reader's own secret.

    The library signs with one key for all, which the control processes would have to share.
    """

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(app, secret_key="")

    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        """Handle one request."""
        own = FlashMiddleware(self.app, request.cookies.get(COOKIE, ""))
        return await own.dispatch(request, call_next)


class SignIn(AuthProvider):
    """Sign-in with name and password, and the check of every request."""

    async def authenticate(self, request: Request) -> AdminUser | None:
        """Whose cookie it is; the installation in that name is kept for the views."""
        if "/static/" in request.scope["path"]:
            return None
        try:
            kite = await run_in_threadpool(_caller, request)
        except KiteError as error:
            if "/_api/" in request.url.path:  # a script cannot follow to the page for signing in
                raise KiteError("TOKEN_EXPIRED", error.detail) from error
            return None
        request.state.kite = kite
        return AdminUser(kite.actor.name.removeprefix("user:"))

    async def login(
        self, username: str, password: str, remember_me: bool, request: Request
    ) -> Response:
        """Check the password and give the browser the token."""
        del remember_me
        installation = _installation(request)
        try:
            token, secret = await run_in_threadpool(_sign_in, installation, username, password)
        except KiteError as error:
            request.state.code = error.code
            raise LoginFailed(explain(error)) from error
        own = installation.acting_as(tokens.actor(token), request.state.request_id)
        if not includes(own.actor.role, LEAST_ROLE):
            await run_in_threadpool(tokens.revoke, own, token.id, keep_one=False)
            request.state.code = "FORBIDDEN"
            raise LoginFailed(look_up("Not shown here: needs at least the role moderator."))
        index = index_url(request)
        wanted = safe_redirect_url(request.query_params.get("next") or index, request, index)
        answer = RedirectResponse(wanted, status_code=303)
        answer.set_cookie(
            COOKIE,
            secret.plain,
            max_age=tokens.SIGN_IN_SECONDS,
            path="/admin",
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="strict",
        )
        return answer

    async def logout(self, request: Request) -> Response:
        """Revoke the token."""
        kite: Kite = request.state.kite
        if kite.actor.token_id:
            await run_in_threadpool(tokens.revoke, kite, kite.actor.token_id, keep_one=False)
        answer = RedirectResponse(index_url(request), status_code=303)
        answer.delete_cookie(COOKIE, path="/admin")
        return answer


def _sign_in(installation: Kite, user: str, password: str) -> tuple[Token, Secret]:
    try:
        sent = SignInBody(user=user, password=password)
    except ValidationError as error:
        raise KiteError("SIGN_IN_FAILED", "The name or the password is wrong.") from error
    return tokens.sign_in(installation, sent.user, sent.password)


def _installation(request: Request) -> Kite:
    kite: Kite = request.app.state.kite
    return kite.acting_as(kite.actor, request.state.request_id)


def _caller(request: Request) -> Kite:
    installation = _installation(request)
    with installation.database.reads() as session:
        token = tokens.authenticate(session, request.cookies.get(COOKIE, ""))
        actor = tokens.actor(token)
    if token.user is None or not includes(actor.role, LEAST_ROLE):
        raise KiteError("FORBIDDEN", "The page is for signed-in members of the staff.")
    return installation.acting_as(actor, request.state.request_id)
