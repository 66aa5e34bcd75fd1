"""What 0.1 promises to keep, held against what this source offers.

`promise.json` is what 0.1.0 offers. Entries may be added to Kite, none of these may go. Making it
anew breaks the promise, so only a new minor version does: remove the file, run these tests once.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from kite.app import openapi
from kite.doctor import CHECKS
from kite.errors import CATALOGUE
from kite.settings import Settings

FILE = Path(__file__).with_name("promise.json")


def offered() -> dict[str, list[str]]:
    """What a program outside Kite can rely on, as sorted names."""
    document = openapi()
    return {
        "error codes": sorted(f"{code} {info.status}" for code, info in CATALOGUE.items()),
        "settings": sorted(Settings.model_fields),
        "doctor checks": sorted(check.code for check in CHECKS),
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
    assert not gone, f"{kind} that 0.1 promises to keep"
