"""Which permission an endpoint needs, and which role has it: pages against the product."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from kite import database, tokens
from kite.app import create_app
from kite.context import open_kite
from kite.permissions import ACTIONS, ROLES, includes
from kite.settings import Settings
from tests.kite.conftest import InProcess
from tests.requests.pages import LANGUAGES, api_page, code, section, table
from tests.requests.test_endpoint_pages import OPERATIONS, PAGES, body_schema, resolve

NEEDS = {
    "zh": re.compile(r"^需要权限 `([\w.]+)`：角色 (\w+)(?: 或更高)?。", re.M),
    "en": re.compile(r"^Needs the permission `([\w.]+)`: role (\w+)(?: or higher)?\.", re.M),
}


@pytest.fixture(scope="module")
def powerless(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of an owner whose token is limited to nothing: every answer names what it lacks."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("permissions") / "data")
    database.create(settings)
    kite = open_kite(settings)
    _, secret = tokens.create(kite, "powerless", scopes=[])
    headers = {"Authorization": f"Bearer {secret.plain}"}
    transport = InProcess(create_app(kite), "127.0.0.1")
    yield httpx.Client(transport=transport, base_url="http://kite", headers=headers)
    kite.database.engine.dispose()


@pytest.mark.parametrize("operation", OPERATIONS)
def test_permission_of_each_endpoint(powerless: httpx.Client, operation: str) -> None:
    method, _, path = operation.partition(" ")
    described = OPERATIONS[operation]
    for parameter in described.get("parameters", ()):
        if parameter["in"] == "path":
            value = "7" if parameter["schema"]["type"] == "integer" else "demo"
            path = path.replace(f"{{{parameter['name']}}}", value)
    found = {language: NEEDS[language].search(purpose(language, operation)) for language in NEEDS}
    if "security" not in described:
        assert found == {"zh": None, "en": None}
        return
    body = sample(body_schema(described)) if "requestBody" in described else None
    answer = powerless.request(method, path, json=body).json()
    assert answer["code"] == "FORBIDDEN"
    lacking = re.match(r"“(.*?)” needs the role (\w+)", answer["detail"])
    assert lacking
    for language, match in found.items():
        assert match, f"{language} page of {operation} names no permission"
        assert match.groups() == lacking.groups()


def purpose(language: str, operation: str) -> str:
    return section(PAGES[language, operation], "purpose")


def sample(schema: dict[str, Any]) -> dict[str, object]:
    """A body with what is required."""
    properties = schema.get("properties", {})
    return {name: value(properties[name]) for name in schema.get("required", ())}


def value(field: dict[str, Any]) -> object:
    field = resolve(field)
    if "examples" in field:
        return field["examples"][0]
    return field["enum"][0] if "enum" in field else "demo"


@pytest.mark.parametrize("language", LANGUAGES)
def test_overview_names_the_permission_of_each_endpoint(language: str) -> None:
    for method, path, _, permission in table(section(api_page(language, "index"), "endpoints")):
        found = NEEDS[language].search(purpose(language, f"{code(method)} {code(path)}"))
        assert permission == (f"`{found[1]}`" if found else "—")


@pytest.mark.parametrize("language", LANGUAGES)
def test_table_of_roles_is_the_product(language: str) -> None:
    rows = table(section(api_page(language, "authentication"), "roles"))
    assert [(code(row[0]), *row[1:]) for row in rows] == [
        (name, getattr(action, language), *("✓" * includes(role, action.role) for role in ROLES))
        for name, action in ACTIONS.items()
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_open_paths_are_named(language: str) -> None:
    """authentication.md lists what needs no token, and nothing else."""
    text = section(api_page(language, "authentication"), "use-a-token")
    named = set(re.findall(r"`(/[\w./-]+)`", text))
    paths = {
        name.split()[1] for name, described in OPERATIONS.items() if "security" not in described
    }
    assert named == paths | {"/v1/openapi.json"}
