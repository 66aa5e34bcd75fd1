"""JUnit XML: a suite a rule, a case a requirement, so that passes are seen too."""

import re
from typing import Final
from xml.etree import ElementTree

from rollcall.model import Outcome, Report, Status

ID: Final = "junit"
_FORBIDDEN: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(report: Report, language: str) -> str:
    """Unmet is a failure, broken an error, waived a skip."""
    root = ElementTree.Element("testsuites", name="rollcall")
    for rule, counts in report.by_rule().items():
        suite = ElementTree.SubElement(
            root,
            "testsuite",
            name=rule,
            tests=str(counts.total()),
            failures=str(counts[Status.UNMET]),
            errors=str(counts[Status.BROKEN]),
            skipped=str(counts[Status.WAIVED]),
        )
        for outcome in report.outcomes:
            if outcome.rule == rule:
                _case(suite, outcome, language)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _case(suite: ElementTree.Element, outcome: Outcome, language: str) -> None:
    case = ElementTree.SubElement(
        suite,
        "testcase",
        classname=_clean(f"{outcome.rule}.{outcome.cell or '-'}"),
        name=_clean(outcome.subject),
        file=_clean(outcome.at.path),
    )
    tags = {Status.UNMET: "failure", Status.BROKEN: "error", Status.WAIVED: "skipped"}
    if outcome.status in tags:
        message = _clean(outcome.message.get(language))
        result = ElementTree.SubElement(case, tags[outcome.status], message=message)
        result.text = _clean(f"{outcome.at}\nrequired by: {outcome.because}")


def _clean(text: str) -> str:
    """Characters that XML 1.0 cannot carry are shown as U+FFFD."""
    return _FORBIDDEN.sub("\ufffd", text)
