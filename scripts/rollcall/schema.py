"""The JSON Schema of `checklist.yml`, made from the types that read it."""

from typing import Any

from rollcall.checklist import Checklist
from rollcall.rules import RULES


def schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a checklist, with each rule's id and options."""
    document = Checklist.model_json_schema()
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
