"""OpenAPI 3: operations, and below each its parameters, the fields it answers and its errors."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from rollcall.inventories.document import Document, InventoryError
from rollcall.inventories.schemas import alternatives, facts_of, resolve
from rollcall.items import Fact, Item
from rollcall.yaml_tree import Location

FROM: Final = "openapi"
_METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_MAX_DEPTH: Final = 6


def collect(document: Document) -> Iterator[Item]:
    """Items of four kinds.

    `operation` (`POST /v1/rooms`), `parameter` (path, query, header, cookie and fields of the body),
    `response-field` (of the first answer that is a success, as `items[].id`) and `answer` (a named
    example of an answer of 400 or more, or else its status).

    Raises:
        InventoryError: not an OpenAPI 3 document, or `paths` is not a mapping of mappings.
    """
    root = document.mapping(document.tree.data)
    if not str(root.get("openapi", "")).startswith("3."):
        raise InventoryError(document.place(), "不是 OpenAPI 3", "not an OpenAPI 3 document")
    for path, methods in document.mapping(root.get("paths", {}), "paths").items():
        for method, operation in document.mapping(methods, "paths", path).items():
            if method in _METHODS:
                here = ("paths", path, method)
                shared = methods.get("parameters", [])
                operation = document.mapping(operation, *here)
                yield from _operation(document, root, f"{method.upper()} {path}", operation, shared)


def _operation(
    document: Document,
    root: Mapping[str, Any],
    name: str,
    operation: Mapping[str, Any],
    shared: list[Any],
) -> Iterator[Item]:
    method, _, path = name.partition(" ")
    here: Location = ("paths", path, method.lower())
    internal = operation.get("x-internal") is True
    deprecated = operation.get("deprecated") is True
    security = operation.get("security", root.get("security", []))
    schemes = tuple(scheme for choice in security for scheme in choice)
    yield Item(
        kind="operation",
        id=name,
        name=name,
        place=document.place(*here),
        facts={"security": schemes},
        internal=internal,
        deprecated=deprecated,
    )
    if not internal:
        yield from _parameters(document, root, name, operation, shared)
        yield from _body(document, root, name, operation)
        yield from _answers(document, root, name, operation)


def _parameters(
    document: Document,
    root: Mapping[str, Any],
    parent: str,
    operation: Mapping[str, Any],
    shared: list[Any],
) -> Iterator[Item]:
    method, _, path = parent.partition(" ")
    here: Location = ("paths", path, method.lower(), "parameters")
    own = operation.get("parameters", [])
    for index, raw in enumerate((*own, *shared)):
        parameter = resolve(raw, root)
        schema = parameter.get("schema", {})
        facts: dict[str, Fact] = {
            **facts_of(schema, root),
            "in": str(parameter.get("in", "")),
            "required": parameter.get("required") is True,
        }
        yield Item(
            kind="parameter",
            id=f"{parent} {facts['in']}.{parameter.get('name')}",
            name=str(parameter.get("name")),
            place=document.place(*here, index),
            facts=facts,
            parent=parent,
            internal=schema.get("x-internal") is True,
            deprecated=parameter.get("deprecated") is True,
        )


def _body(
    document: Document, root: Mapping[str, Any], parent: str, operation: Mapping[str, Any]
) -> Iterator[Item]:
    body = resolve(operation.get("requestBody", {}), root)
    schema = _json(body)
    for part in alternatives(schema, root) if schema is not None else ():
        required = part.get("required", [])
        for name, field in part.get("properties", {}).items():
            facts: dict[str, Fact] = {
                **facts_of(field, root),
                "in": "body",
                "required": name in required,
            }
            yield Item(
                kind="parameter",
                id=f"{parent} body.{name}",
                name=name,
                place=_schema_place(document, schema, name),
                facts=facts,
                parent=parent,
                internal=field.get("x-internal") is True,
                deprecated=field.get("deprecated") is True,
            )


def _answers(
    document: Document, root: Mapping[str, Any], parent: str, operation: Mapping[str, Any]
) -> Iterator[Item]:
    method, _, path = parent.partition(" ")
    here: Location = ("paths", path, method.lower(), "responses")
    answers = document.mapping(operation.get("responses", {}), *here)
    success = next((status for status in answers if str(status).startswith("2")), None)
    if success is not None:
        schema = _json(resolve(answers[success], root))
        for name, place, facts in _fields(document, root, schema, "", 0):
            yield Item("response-field", f"{parent} {name}", name, place, facts, parent)
    for status, answer in answers.items():
        if str(status) < "400":
            continue
        content = resolve(answer, root).get("content", {})
        named = [code for body in content.values() for code in body.get("examples", {})]
        for code in named or [str(status)]:
            place = document.place(*here, status)
            facts = {"status": int(status)} if str(status).isdecimal() else {}
            yield Item("answer", f"{parent} {code}", code, place, facts, parent)


def _fields(
    document: Document, root: Mapping[str, Any], schema: Any, prefix: str, depth: int
) -> Iterator[tuple[str, Any, dict[str, Fact]]]:
    """Name, place and facts of every field: `play_urls.hls`, `items[].id`."""
    if schema is None or depth > _MAX_DEPTH:
        return
    for name, field in resolve(schema, root).get("properties", {}).items():
        yield prefix + name, _schema_place(document, schema, name), facts_of(field, root)
        for part in alternatives(field, root):
            if part.get("type") == "object":
                yield from _fields(document, root, part, f"{prefix}{name}.", depth + 1)
            elif part.get("type") == "array":
                inner = part.get("items", {})
                yield from _fields(document, root, inner, f"{prefix}{name}[].", depth + 1)


def _json(holder: Mapping[str, Any]) -> Any:
    """The schema of the JSON that a request or an answer carries; `None` where it carries none."""
    for kind, content in holder.get("content", {}).items():
        if "json" in kind and isinstance(content, Mapping):
            return content.get("schema", {})
    return None


def _schema_place(document: Document, schema: Any, name: str) -> Any:
    """Where a property stands: in the named schema, if the schema is a reference to one."""
    listed = schema.get("anyOf", [schema]) if isinstance(schema, Mapping) else []
    for part in listed:
        target = part.get("$ref", "") if isinstance(part, Mapping) else ""
        if target.startswith("#/"):
            return document.place(*target[2:].split("/"), "properties", name)
    return document.place("paths")
