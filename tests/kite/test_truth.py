"""The machine-readable files say what the source says, and the examples in them are right."""

import difflib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from kite import truth
from kite.doctor import CHECKS
from kite.errors import CATALOGUE
from kite.events import TYPES
from kite.permissions import ACTIONS
from kite.settings import Settings

FOLDER = Path(truth.__file__).parent


@pytest.mark.parametrize("name", truth.FILES)
def test_committed_file_is_fresh(name: str) -> None:
    path = FOLDER / name
    committed = path.read_text(encoding="utf-8") if path.exists() else ""
    made = truth.text(name)
    assert made == truth.text(name)
    diff = difflib.unified_diff(committed.splitlines(), made.splitlines(), "committed", "source")
    assert committed == made, "run scripts/generate:\n" + "\n".join(list(diff)[:60])


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    document = truth.FILES["openapi.json"]()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_operations_are_complete() -> None:
    for route, operation in operations():
        assert operation["tags"], route
        assert operation["operationId"], route
        if route not in {"GET /healthz", "GET /readyz", "POST /v1/sign-in"}:
            assert operation["security"] == [{"token": []}], route
        assert ("413" in operation["responses"]) is ("requestBody" in operation), route


def test_examples_fit_their_schemas() -> None:
    document = truth.FILES["openapi.json"]()
    checked = 0
    for route, operation in operations():
        holders = [operation.get("requestBody", {}), *operation["responses"].values()]
        for content in [c for holder in holders for c in holder.get("content", {}).values()]:
            if "example" in content:
                schema = content["schema"] | {"components": document["components"]}
                Draft202012Validator(schema).validate(content["example"])
                assert "…" not in _plain(content["example"]), route
                checked += 1
        body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        assert not body or "example" in body, route
        success = next(a for status, a in operation["responses"].items() if status < "300")
        answer = success.get("content", {}).get("application/json", {})
        assert not answer or "example" in answer, route
    assert checked > 40


def test_examples_of_parameters_fit() -> None:
    """Each parameter, and each field of a request body, has one of its own."""
    document = truth.FILES["openapi.json"]()
    shared = document["components"]["schemas"]
    fields = [p["schema"] for _, operation in operations() for p in operation.get("parameters", ())]
    for name in ("RoomCreate", "RoomPatch", "Ban", "KeyCreate", "KeyRotate", "PlayLinkCreate"):
        fields += shared[name]["properties"].values()
    for name in ("SignIn", "UserCreate", "UserPatch", "TokenCreate", "WebhookCreate"):
        fields += shared[name]["properties"].values()
    for field in [*fields, *shared["EmergencyStop"]["properties"].values()]:
        schema = field | {"components": document["components"]}
        examples = field.get("examples") or field["anyOf"][0]["examples"]
        for example in examples:
            Draft202012Validator(schema, format_checker=FormatChecker()).validate(example)


def _plain(example: object) -> list[object]:
    """The values in an example."""
    match example:
        case dict():
            return [found for value in example.values() for found in _plain(value)]
        case list():
            return [found for value in example for found in _plain(value)]
        case _:
            return [example]


def test_event_examples_fit() -> None:
    for kind, entry in truth.events().items():
        Draft202012Validator(entry["schema"]).validate(entry["example"])
        TYPES[kind].model_validate(entry["example"])
        assert "…" not in _plain(entry["example"]), kind
        assert entry["when"].endswith("."), kind


def test_nothing_is_missing() -> None:
    assert truth.events().keys() == TYPES.keys()
    assert truth.permissions()["actions"].keys() == ACTIONS.keys()
    assert truth.errors().keys() == CATALOGUE.keys()
    assert list(truth.doctor()) == [*(check.code for check in CHECKS), "plugins"]
    assert truth.settings_schema()["properties"].keys() == Settings.model_fields.keys()


def test_every_text_is_there_in_both_languages() -> None:
    texts = [*truth.doctor().items(), *truth.metrics().items()]
    texts += truth.permissions()["actions"].items()
    for name, entry in texts:
        assert re.search("[A-Za-z]", entry["en"]), name
        assert re.search("[\u4e00-\u9fff]", entry["zh"]), name
    for name, field in truth.settings_schema()["properties"].items():
        assert field["description"], name
        assert re.search("[\u4e00-\u9fff]", field["x-kite"]["zh"]), name


def test_every_command_says_what_it_does() -> None:
    commands = truth.cli()
    assert {"kite", "kite up", "kite room ban", "kite token create"} <= commands.keys()
    for words, command in commands.items():
        assert command["help"], words
        for parameter in command["parameters"]:
            known = (
                parameter["kind"] == "argument"
                or parameter.get("help")
                or (parameter.get("choices"))
            )
            assert known, (words, parameter)


def test_files_hold_no_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Made elsewhere, by somebody with settings of his own, they are the same."""
    before = [truth.text(name) for name in truth.FILES]
    monkeypatch.setenv("KITE_API_PORT", "9999")
    monkeypatch.setenv("HOME", "/home/somebody")
    assert [truth.text(name) for name in truth.FILES] == before
    assert str(FOLDER) not in "".join(before)
    assert all(json.loads(content) for content in before)
