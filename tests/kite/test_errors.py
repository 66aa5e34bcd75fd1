"""The catalogue, the source and the OpenAPI document say the same."""

import ast
import json
import logging
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kite import app, callbacks, play
from kite.errors import CATALOGUE, ENCODER, KiteError
from kite.log import LineFormatter
from tests.kite.conftest import Api

PACKAGE = Path(__file__).parents[2] / "snippets" / "kite"


def raised_codes() -> set[str]:
    """Every code in the source that reaches ``KiteError(…)``."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in PACKAGE.rglob("*.py")]
    givers = [giver for tree in trees for node in ast.walk(tree) for giver in code_givers(node)]
    constants = [node for giver in givers for node in ast.walk(giver)]
    return {
        node.value
        for node in constants
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isupper()
    }


def code_givers(node: ast.AST) -> list[ast.expr]:
    """Expressions a code comes from: given to KiteError or to _check, or assigned to ``code``."""
    match node:
        case ast.Call(func=ast.Name("KiteError"), args=[first, *_]):
            return [first]
        case ast.Call(func=ast.Name("_check"), args=[_, second]):
            return [second]
        case ast.Assign(targets=[ast.Name("code")], value=value):
            return [value]
        case _:
            return []


def test_catalogue_and_source_agree() -> None:
    assert raised_codes() == CATALOGUE.keys()


def test_unknown_code_is_a_defect() -> None:
    with pytest.raises(KeyError):
        KiteError("NO_SUCH_CODE", "x")


def test_texts_are_complete_and_in_their_language() -> None:
    for code, info in CATALOGUE.items():
        for text in (info.zh.title, info.zh.cause, info.zh.fix):
            assert any("\u4e00" <= c <= "\u9fff" for c in text), code
        for text in (info.en.title, info.en.cause, info.en.fix):
            assert not any("\u4e00" <= c <= "\u9fff" for c in text), code
        assert not info.en.title.endswith(".")
        assert info.en.fix.endswith(".")
        assert info.zh.fix.endswith("。")
        assert info.status == 0 or 400 <= info.status <= 599


def documented(function: Callable[..., object]) -> set[str]:
    """The codes a docstring names."""
    return set(re.findall(r"[A-Z]+_[A-Z_]+", function.__doc__ or ""))


def test_what_encoders_see_is_said_for_what_callbacks_answer() -> None:
    anything = {"INTERNAL", "DATABASE_UNUSABLE", "REQUEST_INVALID", "CALLBACK_FORBIDDEN"}
    publish, watch = documented(callbacks.authorise_publish), documented(play.authorise)
    seen = {code: info.encoder for code, info in CATALOGUE.items() if info.encoder}
    assert seen.keys() == publish | watch | anything
    assert {code for code, what in seen.items() if what == "player"} == watch - publish
    assert set(seen.values()) == ENCODER.keys()


def test_openapi_document_is_fresh() -> None:
    committed = (PACKAGE / "openapi.json").read_text(encoding="utf-8")
    printed = subprocess.run(
        [sys.executable, "-m", "kite", "openapi"], capture_output=True, text=True, check=True
    ).stdout
    assert committed == printed, "run: kite openapi > snippets/kite/openapi.json"


def test_served_openapi_document_is_the_printed_one(api: Api) -> None:
    assert api.anonymous.get("/v1/openapi.json").json() == app.openapi()


def test_openapi_names_bad_requests_only_where_input_is_checked() -> None:
    checked = {
        route["operationId"]
        for path in app.openapi()["paths"].values()
        for route in path.values()
        if "422" in route["responses"]
    }
    routes = {
        route["operationId"]: route
        for path in app.openapi()["paths"].values()
        for route in path.values()
    }
    for name, route in routes.items():
        parameters = {p["name"] for p in route.get("parameters", ())}
        takes_input = "requestBody" in route or bool(parameters - {"room"})
        assert (name in checked) is takes_input, name


def test_openapi_document_is_whole() -> None:
    document = app.openapi()
    assert document["openapi"].startswith("3.1.")
    text = json.dumps(document)
    for reference in set(_references(document)):
        part = document
        for step in reference.removeprefix("#/").split("/"):
            part = part[step]
    assert "HTTPValidationError" not in text
    for path, methods in document["paths"].items():
        for method, route in methods.items():
            assert route["summary"], (method, path)
            assert route["description"], (method, path)
    ids = [route["operationId"] for m in document["paths"].values() for route in m.values()]
    assert len(ids) == len(set(ids))


def _references(node: object) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if "$ref" in node else []
        return own + [found for value in node.values() for found in _references(value)]
    return [found for item in node for found in _references(item)] if isinstance(node, list) else []


def test_log_lines_cannot_be_forged() -> None:
    record = logging.LogRecord("kite", logging.INFO, "", 0, "event", (), None)
    record.__dict__["fields"] = {
        "room": 'x\nlevel=error event="fake" a=b',
        "ok": "demo-1",
        "no": "",
    }
    line = LineFormatter().format(record)
    assert "\n" not in line
    assert 'room="x\\nlevel=error event=\\"fake\\" a=b"' in line
    assert line.endswith('ok=demo-1 no=""')
