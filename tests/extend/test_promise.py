"""What 0.2 promises to keep, held against what this source offers.

`promise.json` is what 0.2.0 offers. Entries may be added to Kite, none of these may go. Making it
anew breaks the promise, so only a new minor version does: remove the file, run these tests once.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from kite import truth
from kite.plugins import HOOKS

FILE = Path(__file__).with_name("promise.json")


def offered() -> dict[str, list[str]]:
    """What a program outside Kite can rely on, as sorted names."""
    document = truth.FILES["openapi.json"]()
    return {
        "error codes": sorted(f"{code} {info['status']}" for code, info in truth.errors().items()),
        "settings": sorted(truth.settings_schema()["properties"]),
        "doctor checks": sorted(truth.doctor()),
        "routes": sorted(
            f"{method.upper()} {path}"
            for path, methods in document["paths"].items()
            for method in methods
        ),
        "fields": sorted(
            f"{name}.{field}"
            for name, schema in document["components"]["schemas"].items()
            for field in schema.get("properties", {})
        ),
        "events": sorted(
            f"{kind}.{field}"
            for kind, event in truth.events().items()
            for field in event["schema"]["properties"]
        ),
        "metrics": sorted(
            f"{name}{{{','.join(metric['labels'])}}}" for name, metric in truth.metrics().items()
        ),
        "actions": sorted(
            f"{name} {role}"
            for name, action in truth.permissions()["actions"].items()
            for role, allowed in action["allowed"].items()
            if allowed
        ),
        "commands": sorted(
            f"{words} {name}"
            for words, command in truth.cli().items()
            for parameter in command["parameters"] or [{"names": [""]}]
            for name in parameter["names"]
        ),
        "plugin hooks": sorted(HOOKS),
    }


@pytest.fixture
def promised() -> dict[str, Any]:
    if not FILE.exists():
        FILE.write_text(json.dumps(offered(), indent=1) + "\n", encoding="utf-8")
    promised: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return promised


@pytest.mark.parametrize("kind", list(offered()))
def test_nothing_promised_is_gone(promised: dict[str, Any], kind: str) -> None:
    gone = set(promised[kind]) - set(offered()[kind])
    assert not gone, f"{kind} that 0.2 promises to keep"
