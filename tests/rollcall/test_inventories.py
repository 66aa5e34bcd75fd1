"""Each inventory: what it takes from a file, where it stands, and what it refuses."""

from collections.abc import Mapping
from typing import Any

import pytest

from rollcall.inventories import INVENTORIES, Document, InventoryError
from rollcall.items import Item

OPENAPI = """\
{"openapi": "3.1.0",
 "security": [{"token": []}],
 "paths": {
  "/rooms/{room}": {
   "parameters": [{"name": "room", "in": "path", "required": true, "schema": {"type": "string"}}],
   "post": {
    "deprecated": true,
    "parameters": [{"name": "limit", "in": "query",
     "schema": {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}}],
    "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/New"}}}},
    "responses": {
     "201": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Room"}}}},
     "404": {"content": {"application/problem+json": {"examples": {"NO_ROOM": {}, "NO_SEAT": {}}}}},
     "500": {}}},
   "get": {"x-internal": true, "responses": {}}}},
 "components": {"schemas": {
  "New": {"required": ["title"], "properties": {
   "title": {"type": "string", "minLength": 1, "maxLength": 40},
   "kind": {"enum": ["a", "b"], "type": "string", "default": "a"},
   "at": {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]}}},
  "Room": {"properties": {
   "id": {"type": "string"},
   "urls": {"type": "object", "properties": {"hls": {"type": "string"}}},
   "keys": {"type": "array", "items": {"$ref": "#/components/schemas/Key"}}}},
  "Key": {"properties": {"hint": {"type": "string"}, "room": {"$ref": "#/components/schemas/Room"}}}}}}
"""


def collect(form: str, text: str, **more: Any) -> list[Item]:
    return list(INVENTORIES[form].collect(Document("product.json", text, **more)))


def names(items: list[Item]) -> list[str]:
    return [f"{item.kind} {item.id}" for item in items]


def facts(items: list[Item], name: str) -> Mapping[str, Any]:
    return next(item.facts for item in items if item.id == name)


def test_openapi_gives_operations_and_all_that_hangs_from_them() -> None:
    items = collect("openapi", OPENAPI)
    post = "POST /rooms/{room}"
    expected = [f"operation {post}"]
    expected += [f"parameter {post} {name}" for name in ("query.limit", "path.room")]
    expected += [f"parameter {post} body.{name}" for name in ("title", "kind", "at")]
    fields = ("id", "urls", "urls.hls", "keys", "keys[].hint", "keys[].room")
    assert names(items)[:12] == [*expected, *(f"response-field {post} {name}" for name in fields)]
    assert [n for n in names(items) if n.startswith("answer")] == [
        f"answer {post} {name}" for name in ("NO_ROOM", "NO_SEAT", "500")
    ]
    assert names(items)[-1] == "operation GET /rooms/{room}"
    assert len(items) < 60  # a schema that contains itself comes to an end


def test_openapi_facts_and_places() -> None:
    items = collect("openapi", OPENAPI)
    post = "POST /rooms/{room}"
    assert facts(items, f"{post} query.limit") == {
        "type": ("integer",),
        "default": 50,
        "min": 1,
        "max": 200,
        "in": "query",
        "required": False,
    }
    title = facts(items, f"{post} body.title")
    assert (title["required"], title["min"], title["max"]) == (True, 1, 40)
    assert facts(items, f"{post} body.kind")["values"] == ("a", "b")
    assert facts(items, f"{post} body.at")["type"] == ("string", "null")
    assert facts(items, post)["security"] == ("token",)
    by_id = {item.id: item for item in items}
    assert by_id[post].deprecated
    assert by_id[post].place.line == 6
    assert by_id[f"{post} body.title"].place.line == 18
    assert by_id["GET /rooms/{room}"].internal


def test_settings_have_units_and_other_names() -> None:
    text = """\
    {"required": ["port"], "properties": {
      "port": {"type": "integer", "minimum": 1, "x-kite": {"environment": "K_PORT", "unit": "s"}},
      "log": {"type": "object", "properties": {"level": {"enum": ["info"], "default": "info"}}},
      "allow": {"type": "array", "default": []},
      "old": {"type": "string", "deprecated": true}}}
    """
    items = collect("json-schema", text, kind="setting")
    assert names(items) == [f"setting {name}" for name in ("port", "log.level", "allow", "old")]
    assert items[0].aliases == ("K_PORT",)
    assert items[0].facts["unit"] == "s"
    assert items[0].facts["required"] is True
    assert items[2].facts["default"] == ()
    assert items[3].deprecated


def test_a_catalogue_below_a_key() -> None:
    text = '{"actions": {"room.read": {"role": "viewer", "allowed": {"viewer": true}, "l": [1]}}}'
    (item,) = collect("catalogue", text, kind="permission", at=("actions",))
    assert (item.kind, item.id) == ("permission", "room.read")
    assert item.facts == {"role": "viewer", "allowed.viewer": True, "l": ("1",)}


def test_events_have_fields() -> None:
    text = '{"a.b": {"schema": {"properties": {"room": {"type": "string"}}}}, "c": {}}'
    items = collect("events", text)
    assert names(items) == ["event a.b", "event-field a.b room", "event c"]
    assert items[1].parent == "a.b"


def test_a_command_line() -> None:
    text = """\
    {"kite ban": {"parameters": [
      {"kind": "argument", "names": ["room"], "required": true},
      {"kind": "option", "names": ["-u", "--until"], "default": 5, "choices": ["a"]}]},
     "kite secret": {"hidden": true, "parameters": []}}
    """
    items = collect("command-line", text)
    assert [item.name for item in items] == ["kite ban", "ROOM", "--until", "kite secret"]
    assert items[1].facts["required"] is True
    assert items[2].aliases == ("-u",)
    assert items[2].facts == {"required": False, "default": 5, "values": ("a",)}
    assert items[3].internal


def test_python_names_are_read_and_never_run() -> None:
    text = "raise SystemExit\nA = 1\nclass B:\n    def c(self): ...\n    def _d(self): ...\nimport os\n"
    items = collect("python", text, at=("pkg",))
    assert [item.name.rpartition(".")[2] for item in items] == ["A", "B", "c"]
    assert [item.place.line for item in items] == [2, 3, 4]


def test_ready_made_items() -> None:
    text = """\
    {"version": 1, "items": [
      {"kind": "flag", "id": "x", "facts": {"default": ["a"]}, "path": "src/x.go", "line": 7},
      {"kind": "flag", "id": "x y", "name": "y", "parent": "x"}]}
    """
    items = collect("items", text)
    assert [str(item.place) for item in items] == ["src/x.go:7", "product.json:3"]
    assert items[0].facts == {"default": ("a",)}
    assert (items[1].name, items[1].parent) == ("y", "x")


@pytest.mark.parametrize(
    ("form", "text", "line", "part"),
    [
        ("openapi", "{", 2, "not YAML"),
        ("openapi", "{}", 1, "not an OpenAPI 3 document"),
        ("openapi", '{"openapi": "3.1.0",\n"paths": []}', 2, "`paths` must be a mapping"),
        ("json-schema", "[]", 1, "must be a mapping, found list"),
        ("json-schema", "{}", 1, "`properties` is wanted"),
        ("json-schema", '{"properties": {\n"a": 1}}', 2, "`properties.a` must be a mapping"),
        ("catalogue", "a: 1", 1, "`a` must be a mapping"),
        ("events", "a: []", 1, "`a` must be a mapping"),
        ("command-line", "a: {}", 1, "has no list `parameters`"),
        ("command-line", "a:\n  parameters:\n  - {}", 3, "no `names`"),
        ("python", "def", 1, "not Python"),
        ("items", "{}", 1, "missing key `version`"),
        ("items", '{"version": 2, "items": []}', 1, "version"),
    ],
)
def test_what_is_refused(form: str, text: str, line: int, part: str) -> None:
    with pytest.raises(InventoryError) as caught:
        collect(form, text, kind="x")
    assert caught.value.place.line == line
    assert part in caught.value.text.en
    assert caught.value.text.zh


def test_a_key_that_is_not_there() -> None:
    with pytest.raises(InventoryError, match="no key `actions`"):
        collect("catalogue", "a: {}", at=("actions",))
