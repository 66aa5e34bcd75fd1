"""SARIF 2.1.0 (OASIS, 2020), as code-scanning services take it.

Every result has exactly one physical location: services reject an upload where one is missing.
Waived requirements stay, marked as suppressed, so that they are not re-opened.
"""

import hashlib
import json
from typing import Any, Final
from urllib.parse import quote

from rollcall.model import Outcome, Place, Report, Severity, Status

ID: Final = "sarif"
_LEVELS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def render(report: Report, language: str) -> str:
    """One run; a clean report is a valid document without results."""
    shown = [o for o in report.outcomes if o.status is not Status.MET]
    run = {
        "tool": {
            "driver": {
                "name": "rollcall",
                "rules": [
                    {"id": rule.id, "shortDescription": {"text": rule.summary.get(language)}}
                    for rule in report.rules
                ],
            }
        },
        "originalUriBaseIds": {"ROOT": {"description": {"text": "folder of the checklist"}}},
        "results": [_result(outcome, language) for outcome in shown],
    }
    document = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _result(outcome: Outcome, language: str) -> dict[str, Any]:
    message = outcome.message.get(language)
    if outcome.hint is not None:
        message = f"{message}\n{outcome.hint.get(language)}"
    key = hashlib.sha256(
        f"{outcome.rule}\n{outcome.subject}".encode("utf-8", "replace")
    ).hexdigest()
    result: dict[str, Any] = {
        "ruleId": outcome.rule,
        "level": _LEVELS[outcome.severity],
        "message": {"text": message},
        "locations": [{"physicalLocation": _location(outcome.at)}],
        "relatedLocations": [
            {"physicalLocation": _location(outcome.because), "message": {"text": "required by"}}
        ],
        "partialFingerprints": {"subject/v1": key},
    }
    if outcome.status is Status.WAIVED:
        result["suppressions"] = [{"kind": "external", "justification": "waiver"}]
    return result


def _location(place: Place) -> dict[str, Any]:
    return {
        "artifactLocation": {"uri": quote(place.path, errors="replace"), "uriBaseId": "ROOT"},
        "region": {"startLine": place.line or 1},
    }
