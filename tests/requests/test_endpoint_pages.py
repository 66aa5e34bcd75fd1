"""Every operation of the API has its page in both languages, true to the OpenAPI document."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kite.app import openapi
from kite.metrics import METRICS
from kite.rooms import ROOM_ID
from kite.schemas import NO_CONTROL, USER_NAME
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


def inner(schema: dict[str, Any]) -> dict[str, Any]:
    """A field without the null it may also be."""
    return resolve(resolve(schema).get("anyOf", [schema])[0])


@dataclass(frozen=True)
class Parameter:
    """What the OpenAPI document says about a parameter, or about a field of a body."""

    where: str
    required: bool
    schema: dict[str, Any]

    def row(self, language: str) -> tuple[str, ...]:
        """The cells of its row between name and meaning."""
        default = self.schema.get("default")
        return (
            self.where,
            kind(self.schema, language),
            WORDS[language][self.required],
            "—" if default is None else f"`{json.dumps(default)}`",
            f"`{self.example()}`",
        )

    def example(self) -> str:
        """As it is sent: as JSON in a body, as it is elsewhere."""
        found = (resolve(self.schema).get("examples") or inner(self.schema)["examples"])[0]
        sent = isinstance(found, str) and self.where != "body"
        return str(found) if sent else json.dumps(found, ensure_ascii=False)

    def bounds(self, language: str) -> set[str]:
        """What its meaning must say about the values it takes."""
        schema = inner(self.schema)
        numbers = ("minimum", "maximum", "minLength", "maxLength", "maxItems")
        said = {str(int(schema[name])) for name in numbers if name in schema}
        if "pattern" in schema:
            said.add(PATTERNS[schema["pattern"]][language])
        options = schema.get("enum") or schema.get("items", {}).get("enum", ())
        return said | {f"`{option}`" for option in options}


PATTERNS = {
    NO_CONTROL: {"zh": "不含控制字符", "en": "without control characters"},
    ROOM_ID: {
        "zh": "2–63 个字符，只能用小写字母、数字和 `-`，不能以 `-` 开头",
        "en": "2–63 lower-case letters, digits and `-`, not starting with `-`",
    },
    USER_NAME: {
        "zh": "2–32 个字符，小写字母、数字和 `.`、`_`、`-`，以字母或数字开头",
        "en": "2–32 lower-case letters, digits, `.`, `_` and `-`, starting with a letter or digit",
    },
}


def parameters(operation: dict[str, Any]) -> dict[str, Parameter]:
    """What an operation takes, by name."""
    found = {
        p["name"]: Parameter(p["in"], p["required"], p["schema"])
        for p in operation.get("parameters", ())
    }
    schema = body_schema(operation)
    for name, field in schema.get("properties", {}).items():
        found[name] = Parameter("body", name in schema.get("required", ()), field)
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
    known = parameters(OPERATIONS[operation])
    rows = table(section(PAGES[language, operation], "parameters")) if known else []
    shown = {code(row[0]): tuple(row[1:6]) for row in rows}
    assert shown == {name: parameter.row(language) for name, parameter in known.items()}
    for row in rows:
        unsaid = [said for said in known[code(row[0])].bounds(language) if said not in row[6]]
        assert unsaid == [], row[0]


@pytest.mark.parametrize(("language", "operation"), PAGES, ids=lambda value: value)
def test_response(language: str, operation: str) -> None:
    status, schema = success(OPERATIONS[operation])
    text = section(PAGES[language, operation], "response")
    assert code(text) == status
    rows = table(re.sub(r"```.*?```", "", text, flags=re.S))
    assert {code(row[0]): row[1] for row in rows} == fields(schema, language)
    for row in rows:
        known = choices(schema, code(row[0]))
        assert known <= set(inline_codes(row[2])), row[0]


def choices(schema: dict[str, Any], path: str) -> set[str]:
    """The values a field of an answer can have, if they are few: `items[].state`."""
    found = schema
    for name in path.split("."):
        found = inner(resolve(found)["properties"][name.removesuffix("[]")])
        if name.endswith("[]"):
            found = inner(found["items"])
    return set(found.get("enum", ()))


@pytest.mark.parametrize(("language", "operation"), PAGES, ids=lambda value: value)
def test_examples_are_of_this_operation(language: str, operation: str) -> None:
    """Each example is the page's own, and names the method; curl and JavaScript name the path too."""
    page = PAGES[language, operation]
    name = page.stem
    text = section(page, "request")
    assert f'"sessions/api/endpoints.sh:{name}"' in text
    assert f'"requests/endpoints.py:{name}"' in text
    assert f'"requests/endpoints.mjs:{name}"' in text
    method, _, path = operation.partition(" ")
    shell = region("sessions/api/endpoints.sh", name)
    pattern = re.sub(r"\\{\w+\\}", r"[\\w-]+", re.escape(path))
    assert re.search(rf"127\.0\.0\.1:8080{pattern}(\?\S+)?[\"\s]", shell + "\n")
    sent = re.search(r"-X (\w+)", shell)
    assert (sent[1] if sent else "POST" if "--json" in shell else "GET") == method
    python = region("requests/endpoints.py", name)
    assert f".{method.lower()}(" in python or f'.stream("{method}"' in python
    javascript = region("requests/endpoints.mjs", name)
    fixed = rf'fetch\("http://127\.0\.0\.1:8080{pattern}"'  # without the client: a plain GET
    called = rf'call\("{method}", ["`]{pattern}[?"`]'
    assert re.search(fixed if "fetch(" in javascript else called, javascript)
    shared = {"files": "writeFile(", "client": "call("}
    needed = [name for name, call in shared.items() if call in javascript] + [name]
    assert re.findall(r'"requests/endpoints\.mjs:(\S+)"', text) == needed


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_definition_to_download_is_the_product_and_needs_no_network(language: str) -> None:
    index = api_page(language, "index")
    [name] = re.findall(r"\]\((\S+\.json)\)", section(index, "openapi"))
    text = (index.parent / name).read_text(encoding="utf-8")
    assert json.loads(text) == DOCUMENT
    assert set(re.findall(r'"\$ref": "(.)', text)) == {"#"}


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
    found = re.search(rf"\[start:{name}\]\n(.*?)\n\s*(?:#|//) --8<-- \[end:{name}\]", text, re.S)
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
