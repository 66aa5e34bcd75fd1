"""The page for operators at ``/admin``: starlette-admin's screens over Kite's functions.

Nothing is stored for a sign-in except its token, so any number of control processes can serve it.
"""

import logging
import secrets
from importlib.resources import files

from fastapi import FastAPI
from jinja2 import Environment
from jinja2.ext import Extension
from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette_admin import BaseAdmin, CustomView, I18nConfig
from starlette_admin.flash import flash
from starlette_admin.i18n import format_datetime, get_locale, get_timezone, get_tzinfo
from starlette_admin.routing import route
from starlette_admin.theme import ClassMap, DefaultTheme

from kite import __version__, log, moderation, recordings
from kite.admin.fields import TIME_FORMAT
from kite.admin.guard import LANGUAGE_COOKIE, Flash, Guard, SignIn
from kite.admin.screen import Screen, Secrets
from kite.admin.screens import SCREENS
from kite.admin.words import LANGUAGES, VALUES, explain, lengths, look_up, t, value
from kite.context import Kite
from kite.database import describe
from kite.errors import KiteError
from kite.models import Broadcast, Room
from kite.schemas import EmergencyStop

UNKNOWN = HTTPException(500)
TEMPLATES = str(files("kite.admin").joinpath("templates"))


def mount(app: FastAPI, kite: Kite) -> None:
    """Add the page to the HTTP service."""
    # Its messages hold what was typed into forms; what matters is in Kite's own log.
    logging.getLogger("starlette_admin").setLevel(logging.CRITICAL)
    page = Page()
    for table in SCREENS:
        page.add_view(Screen(table))
    page.mount_to(app)
    mounted = app.routes[-1]
    assert isinstance(mounted, Mount)  # noqa: S101 - just added
    mounted.app = _apart(page.app)
    page.app.state.kite = kite
    page.app.state.render = page.render
    app.add_route("/admin", lambda _: RedirectResponse("/admin/"), include_in_schema=False)


def _apart(page: ASGIApp) -> ASGIApp:
    """Give the page a scope of its own: it enters itself as ``app``, which the caller still needs."""

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        await page(dict(scope), receive, send)

    return handle


class Page(BaseAdmin):
    """The library's page with Kite's guard in place of its signed cookies."""

    def __init__(self) -> None:
        super().__init__(
            title="Kite",
            templates_dir=TEMPLATES,
            secret_key=secrets.token_hex(),  # unused, see the two functions below
            auth_provider=SignIn(),
            index_view=Overview(),
            theme=Theme(),
            i18n_config=I18nConfig(
                language_cookie_name=LANGUAGE_COOKIE, language_switcher=list(LANGUAGES)
            ),
        )
        environment: Environment = self.templates.env
        environment.add_extension(Nonce)
        environment.globals |= {
            "t": look_up,
            "value": value,
            "colours": {name: colour for name, (_, _, colour) in VALUES.items()},
            "lengths": lengths,
            "languages": {"zh": "中文", "en": "English"},
            "zone": get_timezone,
            "since": lambda at: format_datetime(at, TIME_FORMAT, get_tzinfo()),
            "version": __version__,
        }

    def _init_flash(self) -> None:
        self.middlewares += [Middleware(Guard, failed=self.failed), Middleware(Flash)]

    def _init_csrf(self) -> None:
        """Leave the library's out: its cookies need a key that all control processes share."""

    async def _render_error(self, request: Request, exc: Exception = UNKNOWN) -> Response:
        return await self.failed(request, exc)

    @route("/recordings/file", name="recording")
    async def _file(self, request: Request) -> Response:
        """The file of a recording."""
        row = await self._find_view_by_key("recordings").find_by_pk(
            request, request.query_params.get("pk")
        )
        if row is None:
            raise HTTPException(404)
        path = await run_in_threadpool(recordings.file, request.state.kite, row.id)
        return FileResponse(path, filename=path.name)

    def render(self, template: str, **context: object) -> str:
        """Fill in one of Kite's templates."""
        return self.templates.env.get_template(template).render(context)

    async def failed(self, request: Request, error: Exception) -> Response:
        """The page for what went wrong, or for the secrets that were made."""
        if isinstance(error, Secrets):
            shown = {"title": look_up(error.title), "shown": error.shown}
            return self.templates.TemplateResponse(request, "secrets.html", shown)
        known = _known(request, error)
        request.state.code = known.code
        if _is_button(request) and known.info.status != 403:
            return JSONResponse({"msg": explain(known)}, 400)  # the form the library's script shows
        text = known.info.zh if get_locale() == "zh" else known.info.en
        context = {"title": text.title, "error": known, "text": text}
        return self.templates.TemplateResponse(
            request, "error.html", context, status_code=known.info.status
        )


def _is_button(request: Request) -> bool:
    """Whether a script asks, not the browser for a page."""
    return "/_api/" in request.url.path and "text/html" not in request.headers.get("accept", "")


def _known(request: Request, error: Exception) -> KiteError:
    """The entry of the catalogue for any failure."""
    match error:
        case KiteError():
            return error
        case SQLAlchemyError():
            return KiteError("DATABASE_UNUSABLE", describe(error))
        case HTTPException(status_code=403):
            return KiteError("FORBIDDEN", "The role does not include this page.")
        case HTTPException(status_code=405):
            return KiteError("METHOD_NOT_ALLOWED", f"Not {request.method}.")
        case HTTPException(status_code=404):
            return KiteError("NOT_FOUND", "There is no such page or entry.")
        case HTTPException() | ValidationError():
            return KiteError("REQUEST_INVALID", "The form or the address is not valid.")
        case _:
            log.exception("defect", request_id=request.state.request_id)
            return KiteError("INTERNAL", "Kite met a case it cannot handle.")


class Overview(CustomView):
    """The first page: what is live, and the emergency stop."""

    menu_label, icon, path, route_name = t("Overview"), "fa-solid fa-gauge", "/", "index"

    @route("")
    async def index(self, request: Request) -> Response:
        """Show the running broadcasts."""
        kite: Kite = request.state.kite
        running = await run_in_threadpool(_running, kite)
        emergency = await run_in_threadpool(moderation.emergency, kite)
        assert self._admin is not None  # noqa: S101 - set by the library
        context = {"title": self.menu_label, "running": running, "emergency": emergency}
        context["may"] = kite.actor.may
        return self._admin._template_response(request, "overview.html", context)

    @route("/emergency", methods=["POST"])
    async def emergency(self, request: Request) -> Response:
        """Stop everything, or lift that."""
        kite: Kite = request.state.kite
        form = await request.form()
        try:
            if "lift" in form:
                await run_in_threadpool(moderation.lift_emergency, kite)
            else:
                body = EmergencyStop.model_validate({"reason": form.get("reason")})
                await run_in_threadpool(moderation.emergency_stop, kite, body.reason)
        except KiteError as error:
            request.state.code = error.code
            flash(request, explain(error), "error")
        return RedirectResponse(request.url_for("admin:index"), status_code=303)


def _running(kite: Kite) -> list[tuple[Room, Broadcast]]:
    query = select(Room, Broadcast).join(Broadcast, Broadcast.room_id == Room.id)
    query = query.where(Broadcast.ended_at.is_(None)).order_by(Broadcast.viewers.desc(), Room.id)
    with kite.read("broadcast.read") as session:
        return [(room, broadcast) for room, broadcast in session.execute(query).unique()]


class Theme(DefaultTheme):
    """The library's theme; tables become cards on a phone."""

    package = "starlette_admin"

    def get_class_map(self) -> ClassMap:
        """Classes that differ."""
        return Classes()


class Classes(ClassMap):
    """Classes that differ from the library's."""

    classes = {  # noqa: RUF012 - declared so by the library
        "list.table": "table table-vcenter card-table table-mobile-md",
        "list.create_button": "btn btn-primary list-new",
        "detail.table": "table table-bordered table-vcenter",
        "form.cancel_button": "btn",
    }


class Nonce(Extension):
    """Put the nonce of the answer's policy into every script element of a template's source."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Change the source, in which there is nothing from outside yet."""
        del name, filename
        return source.replace("<script", '<script nonce="{{ request.state.nonce }}"')
