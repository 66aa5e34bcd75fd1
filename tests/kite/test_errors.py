"""The catalogue, the source and the OpenAPI document say the same."""

import ast
import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest

from kite import app
from kite.errors import CATALOGUE, KiteError
from kite.log import LineFormatter
from tests.kite.conftest import Api

PACKAGE = Path(__file__).parents[2] / "snippets" / "kite"


def raised_codes() -> set[str]:
    """Every code in the source that reaches ``KiteError(…)``."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in PACKAGE.glob("*.py")]
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
    room_only = {"get_room", "delete_room", "unban_room", "stop_room", "create_key"}
    ids = {r["operationId"] for path in app.openapi()["paths"].values() for r in path.values()}
    assert ids - checked == room_only | {"health"}


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
    assert len(ids) == len(set(ids)) == 16


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
