"""GitHub workflow commands: annotations on the changed files, then the count.

GitHub shows ten of each level a step, so the most serious come first and the full list stays in
the log of the text format.
"""

from typing import Final

from rollcall.model import Outcome, Report, Severity
from rollcall.reporters.text import summary

ID: Final = "github"
_COMMANDS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(report: Report, language: str) -> str:
    """`::error file=…,line=…,title=rule::message` per finding."""
    findings = sorted(report.findings, key=lambda outcome: -outcome.severity.rank)
    lines = [_command(outcome, language) for outcome in findings]
    total = _escape(summary(report).get(language))
    return "\n".join([*lines, f"::notice title=rollcall::{total}"]) + "\n"


def _command(outcome: Outcome, language: str) -> str:
    message = outcome.message.get(language)
    if outcome.hint is not None:
        message = f"{message}\n{outcome.hint.get(language)}"
    at = f"file={_escape_property(outcome.at.path)},line={outcome.at.line or 1}"
    command = _COMMANDS[outcome.severity]
    return f"::{command} {at},title={_escape_property(outcome.rule)}::{_escape(message)}"


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape(text).replace(":", "%3A").replace(",", "%2C")
