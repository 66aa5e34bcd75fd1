"""Every operation of the API has its page in both languages, true to the OpenAPI document."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.requests.pages import LANGUAGES, ROOT, api_page, code, section, table

DOCUMENT: dict[str, Any] = json.loads(
    (ROOT / "snippets/kite/openapi.json").read_text(encoding="utf-8")
)
METHODS = ("get", "post", "put", "patch", "delete")
OPERATIONS = {
    f"{method.upper()} {path}": operation
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
    if method in METHODS
}
WORDS = {"zh": {True: "是", False: "否"}, "en": {True: "yes", False: "no"}}


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
    return resolve(content["application/json"]["schema"]) if content else {}


def parameters(operation: dict[str, Any]) -> dict[str, tuple[str, str, bool, object]]:
    """Name to place, type, required and default."""
    found = {
        p["name"]: (p["in"], p["schema"]["type"], p["required"], p["schema"].get("default"))
        for p in operation.get("parameters", ())
    }
    schema = body_schema(operation)
    for name, field in schema.get("properties", {}).items():
        required = name in schema.get("required", ())
        found[name] = ("body", field["type"], required, field.get("default"))
    return found


def fields(schema: dict[str, Any], prefix: str = "") -> set[str]:
    """Names of all fields of an answer: `play_urls.hls`, `items[].id`."""
    schema = resolve(schema)
    found: set[str] = set()
    for name, field in schema.get("properties", {}).items():
        found.add(prefix + name)
        inner = resolve(field)
        if inner.get("type") == "object":
            found |= fields(inner, f"{prefix}{name}.")
        elif inner.get("type") == "array":
            found |= fields(inner["items"], f"{prefix}{name}[].")
    return found


def success(operation: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Status and schema of the answer when all is well."""
    status = next(status for status in operation["responses"] if status.startswith("2"))
    content = operation["responses"][status].get("content", {})
    return status, content["application/json"]["schema"] if content else {}


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
    for method, path, link in table(section(index, "endpoints")):
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
        for name, (where, kind, required, default) in parameters(OPERATIONS[operation]).items()
    }


def show(default: object) -> str:
    return json.dumps(default)


@pytest.mark.parametrize(("language", "operation"), PAGES, ids=lambda value: value)
def test_response(language: str, operation: str) -> None:
    status, schema = success(OPERATIONS[operation])
    text = section(PAGES[language, operation], "response")
    assert code(text) == status
    rows = table(re.sub(r"```.*?```", "", text, flags=re.S))
    assert {code(row[0]) for row in rows} == fields(schema)


@pytest.mark.parametrize(("language", "operation"), PAGES, ids=lambda value: value)
def test_errors(language: str, operation: str) -> None:
    rows = table(section(PAGES[language, operation], "errors"))
    shown = {code(row[0]): row[1] for row in rows}
    if operation == "GET /healthz":
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
    assert f".{method.lower()}(" in python


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
            assert paths(json.loads(found[1])) == fields(schema), page.stem


def paths(value: object, prefix: str = "") -> set[str]:
    """The field names of a JSON document, as `fields` writes them."""
    found: set[str] = set()
    if isinstance(value, dict):
        for name, inner in value.items():
            found |= {prefix + name} | paths(inner, f"{prefix}{name}.")
    elif isinstance(value, list):
        for inner in value:
            found |= paths(inner, prefix[:-1] + "[].")
    return found
