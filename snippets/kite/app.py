"""Put the HTTP service together and run it."""

import os
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from kite import (
    __version__,
    admin,
    api,
    callbacks,
    collector,
    database,
    health,
    log,
    metrics,
    problems,
    processes,
)
from kite.context import Kite, open_kite
from kite.errors import KiteError
from kite.media import Media
from kite.settings import Settings
from kite.worker import Worker

DESCRIPTION = "Rooms, stream keys and access tokens of a live-streaming server."


def create_app(kite: Kite) -> FastAPI:
    """Make the HTTP service of one installation."""
    app = _Service(
        title="Kite",
        version=__version__,
        description=DESCRIPTION,
        openapi_url="/v1/openapi.json",
        docs_url=None,  # the interactive pages load scripts from other hosts
        redoc_url=None,
        redirect_slashes=False,  # nginx takes a redirect of a callback for a redirect of the stream
        generate_unique_id_function=lambda route: route.name,
        lifespan=_lifespan,
    )
    app.state.kite = kite
    app.state.metrics = metrics.Metrics(kite)
    problems.install(app)
    app.middleware("http")(trace)
    app.include_router(api.router)
    app.include_router(callbacks.router)
    app.include_router(health.router)
    app.include_router(metrics.router)
    admin.mount(app, kite)
    parts = (*api.PARTS, callbacks.router, health.router, metrics.router)
    known = [*app.routes, *(route for part in parts for route in part.routes)]
    app.state.routes = [route for route in known if isinstance(route, Route)]
    return app


def openapi() -> dict[str, Any]:
    """The OpenAPI 3.1 document, independent of any installation."""
    return create_app(
        Kite(Settings.model_construct(), database.connect("sqlite://"), Media(""))
    ).openapi()


class _Service(FastAPI):
    """The service, with an OpenAPI document that holds what its error answers refer to."""

    def openapi(self) -> dict[str, Any]:
        """Make the document once."""
        if self.openapi_schema is None:
            problems.complete(super().openapi())
        return super().openapi()


async def trace(request: Request, handle: Callable[[Request], Awaitable[Response]]) -> Response:
    """Give a request its id, log it as one line, and answer INTERNAL to what nobody caught."""
    request_id = request.state.request_id = secrets.token_hex(8)
    request.state.code = "-"
    began = time.perf_counter()
    try:
        response = await handle(request)
    except Exception:
        log.exception("defect", request_id=request_id)
        response = problems.answer(
            request, KiteError("INTERNAL", "Kite met a case it cannot handle.")
        )
    response.headers["X-Request-Id"] = request_id
    seconds = time.perf_counter() - began
    request.app.state.metrics.count(request, response.status_code, seconds)
    routine = request.url.path == callbacks.HLS and response.status_code < 400
    (log.debug if routine else log.info)(
        "request",
        method=request.method,
        path=request.url.path,
        status=response.status_code,
        code=request.state.code,
        ms=round(seconds * 1000),
        request_id=request_id,
    )
    return response


def serve(settings: Settings) -> None:
    """Run the HTTP service until SIGINT or SIGTERM.

    Raises:
        KiteError: DATABASE_MISSING, DATABASE_UNUSABLE, DATABASE_VERSION or PORT_IN_USE.
    """
    kite = open_kite(settings)
    processes.refuse_taken(settings, ("api_port",))
    log.configure(settings.log_level)
    # No proxy headers: the callbacks must see the real client. No access log: trace() writes one.
    uvicorn.run(
        create_app(kite),
        host=settings.api_host,
        port=settings.api_port,
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=3,
    )


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Before serving, catch up with nginx; while serving, run the background tasks."""
    await run_in_threadpool(reconcile, app.state.kite)
    pid_file = processes.pid_files(app.state.kite.settings)["kite"]
    pid_file.write_text(f"{os.getpid()}\n", encoding="ascii")
    worker = Worker(app.state.kite)
    worker.start()
    yield
    await run_in_threadpool(worker.stop)
    # Here and not after uvicorn.run(): uvicorn ends the process with the signal it got.
    pid_file.unlink(missing_ok=True)


def reconcile(kite: Kite) -> None:
    """Catch up with nginx; what the callbacks missed is put right before anything is served."""
    with suppress(KiteError):  # nginx is silent: the worker asks again
        collector.collect(kite)
