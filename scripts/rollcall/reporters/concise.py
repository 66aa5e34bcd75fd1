"""One line a finding, for editors and grep; the last line is the count."""

from typing import Final

from rollcall.model import Report
from rollcall.reporters.text import headline, summary

ID: Final = "concise"


def render(report: Report, language: str) -> str:
    """`path:line: severity[rule-id]: message` per finding, then the summary."""
    lines = [headline(outcome, language) for outcome in report.findings]
    return "\n".join([*lines, summary(report).get(language)]) + "\n"
