"""Every operation of the API has its page in both languages, true to the OpenAPI document."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from kite.app import openapi
from kite.metrics import METRICS
from tests.requests.pages import LANGUAGES, ROOT, api_page, code, section, table
from tests.requests.pages import codes as inline_codes

DOCUMENT: dict[str, Any] = openapi()
METHODS = ("get", "post", "put", "patch", "delete")
OPERATIONS = {
    f"{method.upper()} {path}": operation
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
    if method in METHODS
}
WORDS = {"zh": {True: "是", False: "否"}, "en": {True: "yes", False: "no"}}
OR_NULL = {"zh": " 或 null", "en": " or null"}


def endpoint_pages(language: str) -> list[Path]:
    return sorted((ROOT / "docs" / language / "api" / "endpoints").glob("*.md"))


def operation_of(page: Path) -> str:
    """`METHOD /path`, the first line of the purpose."""
    return code(section(page, "purpose"))


PAGES = {
    (language, operation_of(page)): page
    for language in LANGUAGES
    for page in endpoint_pages(language)
}


def resolve(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in schema:
        return schema
    found: dict[str, Any] = DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found


def body_schema(operation: dict[str, Any]) -> dict[str, Any]:
    content = operation.get("requestBody", {}).get("content", {})
    if not content:
        return {}
    schema = content["application/json"]["schema"]
    return resolve(schema.get("anyOf", [schema])[0])  # a body that may be left out: it, or null


def kind(field: dict[str, Any], language: str) -> str:
    """Type of a field, as pages write it."""
    if "anyOf" not in field:
        named: str = resolve(field)["type"]
        return named
    first, other = field["anyOf"]
    assert other == {"type": "null"}
    return kind(first, language) + OR_NULL[language]


def parameters(
    operation: dict[str, Any], language: str
) -> dict[str, tuple[str, str, bool, object]]:
    """Name to place, type, required and default."""
    found = {
        p["name"]: (p["in"], kind(p["schema"], language), p["required"], p["schema"].get("default"))
        for p in operation.get("parameters", ())
    }
    schema = body_schema(operation)
    for name, field in schema.get("properties", {}).items():
        required = name in schema.get("required", ())
        found[name] = ("body", kind(field, language), required, field.get("default"))
    return found


def fields(schema: dict[str, Any], language: str, prefix: str = "") -> dict[str, str]:
    """Names and types of all fields of an answer: `play_urls.hls`, `items[].id`."""
    schema = resolve(schema)
    found: dict[str, str] = {}
    for name, field in schema.get("properties", {}).items():
        found[prefix + name] = kind(field, language)
        inner = resolve(field.get("anyOf", [field])[0])
        if inner.get("type") == "object":
            found |= fields(inner, language, f"{prefix}{name}.")
        elif inner.get("type") == "array":
            found |= fields(inner["items"], language, f"{prefix}{name}[].")
    return found


def open_fields(schema: dict[str, Any], prefix: str = "") -> set[str]:
    """Fields that hold an object of any form: `items[].before`."""
    schema = resolve(schema)
    found: set[str] = set()
    for name, field in schema.get("properties", {}).items():
        inner = resolve(field)
        if inner.get("type") == "array":
            found |= open_fields(inner["items"], f"{prefix}{name}[].")
        elif inner.get("type") == "object" and "properties" not in inner:
            found.add(prefix + name)
    return found


def success(operation: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Status and schema of the answer when all is well."""
    status = next(status for status in operation["responses"] if status.startswith("2"))
    content = operation["responses"][status].get("content", {})
    return status, content.get("application/json", {}).get("schema", {})


def codes(operation: dict[str, Any]) -> dict[str, str]:
    """Error code to status, as the OpenAPI document lists them."""
    return {
        name: status
        for status, answer in operation["responses"].items()
        for content in answer.get("content", {}).values()
        for name in content.get("examples", {})
        if int(status) >= 400
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_operation_has_exactly_one_page(language: str) -> None:
    pages = [operation_of(page) for page in endpoint_pages(language)]
    assert sorted(pages) == sorted(OPERATIONS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_overview_lists_every_operation(language: str) -> None:
    index = api_page(language, "index")
    for method, path, link, _ in table(section(index, "endpoints")):
        operation = f"{code(method)} {code(path)}"
        target = re.search(r"\((\S+\.md)\)", link)
        assert target
        assert index.parent / target[1] == PAGES[language, operation]
    assert len(table(section(index, "endpoints"))) == len(OPERATIONS)


@pytest.mark.parametrize(("language", "operation"), PAGES, ids=lambda value: value)
def test_parameters(language: str, operation: str) -> None:
    rows = table(section(PAGES[language, operation], "parameters"))
    words = WORDS[language]
    shown = {code(row[0]): tuple(row[1:5]) for row in rows}
    assert shown == {
        name: (where, kind, words[required], "—" if default is None else f"`{show(default)}`")
        for name, (where, kind, required, default) in parameters(
            OPERATIONS[operation], language
        ).items()
    }


def show(default: object) -> str:
    return json.dumps(default)


@pytest.mark.parametrize(("language", "operation"), PAGES, ids=lambda value: value)
def test_response(language: str, operation: str) -> None:
    status, schema = success(OPERATIONS[operation])
    text = section(PAGES[language, operation], "response")
    assert code(text) == status
    rows = table(re.sub(r"```.*?```", "", text, flags=re.S))
    assert {code(row[0]): row[1] for row in rows} == fields(schema, language)


@pytest.mark.parametrize(("language", "operation"), PAGES, ids=lambda value: value)
def test_errors(language: str, operation: str) -> None:
    rows = table(section(PAGES[language, operation], "errors"))
    shown = {code(row[0]): row[1] for row in rows}
    if operation in ("GET /healthz", "GET /readyz"):
        assert shown == {"METHOD_NOT_ALLOWED": "405"}
    else:
        assert shown == codes(OPERATIONS[operation])


@pytest.mark.parametrize(("language", "operation"), PAGES, ids=lambda value: value)
def test_examples_are_of_this_operation(language: str, operation: str) -> None:
    """The curl example names the path and the method; both examples are the page's own."""
    page = PAGES[language, operation]
    name = page.stem
    text = section(page, "request")
    assert f'"sessions/api/endpoints.sh:{name}"' in text
    assert f'"requests/endpoints.py:{name}"' in text
    method, _, path = operation.partition(" ")
    shell = region("sessions/api/endpoints.sh", name)
    pattern = re.sub(r"\\{\w+\\}", r"[\\w-]+", re.escape(path))
    assert re.search(rf"127\.0\.0\.1:8080{pattern}(\?\S+)?[\"\s]", shell + "\n")
    sent = re.search(r"-X (\w+)", shell)
    assert (sent[1] if sent else "POST" if "--json" in shell else "GET") == method
    python = region("requests/endpoints.py", name)
    assert f".{method.lower()}(" in python or f'.stream("{method}"' in python


@pytest.mark.parametrize("language", LANGUAGES)
def test_metrics_are_the_product(language: str) -> None:
    rows = table(section(PAGES[language, "GET /metrics"], "metrics"))
    assert [
        (code(name), kind, inline_codes(labels), text) for name, kind, labels, text in rows
    ] == [
        (metric.name, metric.type, list(metric.labels), getattr(metric, language))
        for metric in METRICS
    ]


def region(file: str, name: str) -> str:
    text = (ROOT / "snippets" / file).read_text(encoding="utf-8")
    found = re.search(rf"\[start:{name}\]\n(.*?)\n\s*# --8<-- \[end:{name}\]", text, re.S)
    assert found, f"{file} has no region {name}"
    return found[1]


def test_captured_answers_have_the_documented_fields() -> None:
    """The answers on the pages come from a run; they have every field and no other."""
    stored = (ROOT / "snippets/sessions/api/endpoints.out").read_text(encoding="utf-8")
    for (language, operation), page in PAGES.items():
        _, schema = success(OPERATIONS[operation])
        found = re.search(rf"\[start:{page.stem}\]\n(.*?)\n# --8<-- \[end", stored, re.S)
        assert found
        if schema and language == "zh":
            shown = paths(json.loads(found[1]), open_fields(schema))
            assert shown == fields(schema, language).keys(), page.stem


def paths(value: object, opaque: set[str], prefix: str = "") -> set[str]:
    """The field names of a JSON document, as `fields` writes them; not inside `opaque` ones."""
    found: set[str] = set()
    if prefix[:-1] in opaque:
        return found
    if isinstance(value, dict):
        for name, inner in value.items():
            found |= {prefix + name} | paths(inner, opaque, f"{prefix}{name}.")
    elif isinstance(value, list):
        for inner in value:
            found |= paths(inner, opaque, prefix[:-1] + "[].")
    return found
