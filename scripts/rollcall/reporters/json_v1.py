"""Version 1 of the JSON report: counts per rule and per cell, and every outcome."""

import json
from collections import Counter
from typing import Any, Final

from rollcall.levels import grades
from rollcall.model import Outcome, Place, Report, Status

ID: Final = "json"
VERSION: Final = 1


def render(report: Report, language: str) -> str:
    """The whole report. Fields are only ever added within a version."""
    scope = report.scope
    document = {
        "version": VERSION,
        "scope": {
            "types": scope.types,
            "languages": scope.languages,
            "pages": scope.pages,
            "sections": scope.sections,
            "items": dict(scope.items),
        },
        "counts": _counts(Counter(outcome.status for outcome in report.outcomes)),
        "rules": {rule: _counts(counts) for rule, counts in report.by_rule().items()},
        "cells": [
            {
                "type": grade.cell.type,
                "language": grade.cell.language,
                "level": grade.level.name.lower() if grade.level else None,
                **_counts(sum(grade.counts.values(), Counter[Status]())),
            }
            for grade in grades(report)
        ],
        "outcomes": [_outcome(outcome, language) for outcome in report.outcomes],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _counts(counts: Counter[Status]) -> dict[str, int]:
    return {status.value: counts[status] for status in Status}


def _outcome(outcome: Outcome, language: str) -> dict[str, Any]:
    return {
        "rule": outcome.rule,
        "status": outcome.status.value,
        "severity": outcome.severity.value,
        "subject": outcome.subject,
        "cell": str(outcome.cell) if outcome.cell else None,
        "at": _place(outcome.at),
        "because": _place(outcome.because),
        "message": outcome.message.get(language) or None,
        "hint": outcome.hint.get(language) if outcome.hint else None,
    }


def _place(place: Place) -> dict[str, Any]:
    return {"path": place.path, "line": place.line}
