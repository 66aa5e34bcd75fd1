"""Turn every failure of a request into ``application/problem+json`` (RFC 9457)."""

from collections.abc import Sequence
from typing import Any, cast

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kite import examples
from kite.database import describe
from kite.errors import CATALOGUE, FieldProblem, KiteError, Problem, problem

MEDIA_TYPE = "application/problem+json"
MAX_BODY_BYTES = 1_000_000
"""No request needs more."""

MAX_FIELDS = 20
MAX_PATH = 100
"""An answer names no more wrong fields, and no longer ones: it must not outgrow the request."""


def responses(*codes: str) -> dict[int | str, dict[str, Any]]:
    """Describe the error answers of a route for OpenAPI; ``components`` holds what they refer to."""
    described: dict[int | str, dict[str, Any]] = {}
    for status in dict.fromkeys(CATALOGUE[code].status for code in codes):
        named = [code for code in codes if CATALOGUE[code].status == status]
        content = {
            "schema": {"$ref": "#/components/schemas/Problem"},
            "examples": {code: {"$ref": f"#/components/examples/{code}"} for code in named},
        }
        described[status] = {"description": ", ".join(named), "content": {MEDIA_TYPE: content}}
    return described


def complete(document: dict[str, Any]) -> None:
    """Add the problem schema and an example for each code to an OpenAPI document.

    FastAPI adds a 422 of its own to every route with a parameter, also where any text is accepted,
    as for the id of a room. Those go; ``responses`` describes the real ones.
    """
    for path in document["paths"].values():
        for operation in path.values():
            answers = operation["responses"]
            if "requestBody" in operation:
                answers["413"] = responses("REQUEST_TOO_LARGE")[413]
            if "422" in answers and MEDIA_TYPE not in answers["422"]["content"]:
                del answers["422"]
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    shared = document["components"]
    for unused in ("HTTPValidationError", "ValidationError"):
        shared["schemas"].pop(unused, None)
    shared["schemas"] |= {**schema.pop("$defs"), "Problem": schema}
    examples.add(document)
    shared["examples"] = {code: _example(code) for code, info in CATALOGUE.items() if info.status}


def _example(code: str) -> dict[str, Any]:
    info = CATALOGUE[code].en
    shown = problem(KiteError(code, info.cause), "/v1/rooms/demo", "5f0c7d2be1a94c36")
    return {"summary": info.title, "value": shown.model_dump(exclude_none=True)}


def answer(
    request: Request, error: KiteError, errors: list[FieldProblem] | None = None
) -> Response:
    """Make the response for ``error`` and note its code for the request log."""
    request.state.code = error.code
    body = problem(error, request.url.path, request.state.request_id)
    body.errors = errors
    headers = {"WWW-Authenticate": "Bearer"} if body.status == 401 else {}
    text = body.model_dump_json(exclude_none=True)
    return Response(text, body.status, headers, MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Register the handlers with the application."""
    app.add_exception_handler(KiteError, _kite_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(StarletteHTTPException, _http)
    app.add_exception_handler(SQLAlchemyError, _database)
    app.add_middleware(BodyLimit)


class BodyLimit:
    """Reads no more of a request than any request needs."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; reading too much of its body raises REQUEST_TOO_LARGE."""
        read = 0

        async def limited() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > MAX_BODY_BYTES:
                raise HTTPException(CATALOGUE["REQUEST_TOO_LARGE"].status)
            return message

        await self.app(scope, limited, send)


def _kite_error(request: Request, error: Exception) -> Response:
    return answer(request, cast("KiteError", error))


def _invalid(request: Request, error: Exception) -> Response:
    found = cast("RequestValidationError", error).errors()[:MAX_FIELDS]
    fields = [FieldProblem(field=_path(e["loc"]), message=str(e["msg"])) for e in found]
    named = ", ".join(field.field for field in fields)
    return answer(request, KiteError("REQUEST_INVALID", f"Not accepted: {named}."), fields)


def _path(steps: Sequence[str | int]) -> str:
    """Where in the request; the name of an unknown field may be anything, and of any length."""
    named = ".".join(map(str, steps)).encode("utf-8", "replace").decode()
    return named if len(named) <= MAX_PATH else named[:MAX_PATH] + "…"


def _http(request: Request, error: Exception) -> Response:
    raised = cast("StarletteHTTPException", error)
    path = request.url.path
    if raised.status_code == CATALOGUE["NOT_FOUND"].status:
        return answer(request, KiteError("NOT_FOUND", f"There is nothing at {path}."))
    if raised.status_code == CATALOGUE["METHOD_NOT_ALLOWED"].status:
        detail = f"{path} does not take {request.method}."
        response = answer(request, KiteError("METHOD_NOT_ALLOWED", detail))
        response.headers["Allow"] = ", ".join(_allowed(request))
        return response
    if raised.status_code == CATALOGUE["REQUEST_TOO_LARGE"].status:
        return answer(request, KiteError("REQUEST_TOO_LARGE", "The body is larger than 1 MB."))
    return answer(request, KiteError("REQUEST_INVALID", f"{raised.detail}."))


def _allowed(request: Request) -> list[str]:
    """Methods the path takes: all of them (RFC 9110 §10.2.1), where Starlette names one route's."""
    found: set[str] = set()
    path = request.url.path.removeprefix("/v1")  # the routes of a part do not know where it is
    scope = {"type": "http", "method": request.method, "path": path}
    for route in request.app.state.routes:
        if route.matches(scope)[0] is Match.PARTIAL:
            found |= route.methods
    return sorted(found)


def _database(request: Request, error: Exception) -> Response:
    return answer(request, KiteError("DATABASE_UNUSABLE", describe(error)))
