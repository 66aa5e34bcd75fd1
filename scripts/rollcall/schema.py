"""The JSON Schema of `checklist.yml`, made from the types that read it."""

from typing import Any

from rollcall.checklist import Checklist
from rollcall.rules import RULES


def schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a checklist, with each rule's id and options."""
    document: dict[str, Any] = _closed(Checklist.model_json_schema())
    document["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    document["title"] = "checklist.yml"
    document["properties"]["rules"] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            rule.ID: {
                "type": "object",
                "description": rule.SUMMARY.en,
                "additionalProperties": False,
                "properties": {
                    "severity": {"enum": ["error", "warning", "info", "off"]},
                    "options": rule.Options.model_json_schema(),
                },
            }
            for rule in RULES
        },
    }
    return document


def _closed(node: Any) -> Any:
    """Where keys follow a pattern, no other keys are allowed: `load` refuses them too."""
    if isinstance(node, list):
        return [_closed(item) for item in node]
    if not isinstance(node, dict):
        return node
    closed = {key: _closed(value) for key, value in node.items()}
    return closed | {"additionalProperties": False} if "patternProperties" in node else closed
