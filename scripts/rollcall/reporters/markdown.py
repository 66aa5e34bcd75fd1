"""The matrix as Markdown, for the page of the site that shows it, and for summaries of CI."""

from collections.abc import Callable
from typing import Final

from rollcall.levels import NAMES, grades, shown
from rollcall.model import Outcome, Report, Text
from rollcall.reporters.text import summary

ID: Final = "markdown"


def render(report: Report, language: str) -> str:
    """The matrix and every finding; places are plain text."""
    return matrix(report, language, lambda outcome: f"`{outcome.at}`")


def matrix(report: Report, language: str, link: Callable[[Outcome], str]) -> str:
    """The matrix and every finding, each with a link to where to act."""
    found = grades(report)
    levels = list(found[0].counts) if found else []
    heads = [
        Text("类型", "Type").get(language),
        Text("语言", "Language").get(language),
        Text("级别", "Level").get(language),
        *(NAMES[level].get(language) for level in levels),
    ]
    lines = [summary(report).get(language), "", _row(heads), _row(["---"] * len(heads))]
    for grade in found:
        reached = NAMES[grade.level].get(language) if grade.level else "–"
        counts = [shown(counts) for counts in grade.counts.values()]
        lines.append(_row([grade.cell.type, grade.cell.language, f"**{reached}**", *counts]))
    lines += ["", Text("没有缺口。", "No gaps.").get(language)] if not report.findings else [""]
    lines += [
        f"- {link(outcome)} [{outcome.rule}] {_plain(outcome.message.get(language))}"
        for outcome in report.findings
    ]
    return "\n".join(lines) + "\n"


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _plain(text: str) -> str:
    """A message that cannot become markup, whatever it quotes from a page."""
    return "".join(f"\\{char}" if char in "\\*_[]<>#|" else char for char in " ".join(text.split()))
