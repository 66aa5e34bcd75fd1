"""One file that opens anywhere: the matrix, every finding and what was counted. No request leaves it."""

from collections.abc import Iterator
from html import escape
from typing import Final

from rollcall.levels import NAMES, Grade, grades, shown
from rollcall.model import Outcome, Report, Text
from rollcall.reporters.text import summary

ID: Final = "html"

_STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;"
    "color:#1b1f24;background:#fff}table{border-collapse:collapse;margin:1rem 0}"
    "th,td{border:1px solid #d0d7de;padding:.3rem .6rem;text-align:left;vertical-align:top}"
    ".ok{background:#dafbe1}.gap{background:#ffebe9}code{font-family:ui-monospace,monospace}"
    "@media(prefers-color-scheme:dark){body{color:#e6edf3;background:#0d1117}"
    "th,td{border-color:#30363d}.ok{background:#12361f}.gap{background:#4c1518}}"
)


def render(report: Report, language: str) -> str:
    """The whole report as one HTML document."""
    title = Text("点名报告", "Roll call report").get(language)
    return "\n".join(
        [
            f'<!doctype html>\n<html lang="{language}">\n<head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{title}</title><style>{_STYLE}</style></head>\n<body>",
            f"<h1>{title}</h1>\n<p>{escape(summary(report).get(language))}</p>",
            *_matrix(grades(report), language),
            *_findings(report, language),
            *_counts(report, language),
            "</body>\n</html>\n",
        ]
    )


def _matrix(found: tuple[Grade, ...], language: str) -> Iterator[str]:
    levels = list(found[0].counts) if found else []
    heads = ["类型", "语言", "级别"] if language == "zh" else ["Type", "Language", "Level"]
    heads += [NAMES[level].get(language) for level in levels]
    yield f"<h2>{Text('类型 × 语言', 'Type × language').get(language)}</h2>\n<table><tr>"
    yield "".join(f"<th>{escape(head)}</th>" for head in heads) + "</tr>"
    for grade in found:
        reached = NAMES[grade.level].get(language) if grade.level else "–"
        anchor = escape(f"{grade.cell.type}-{grade.cell.language}")
        held = f'<a href="#{anchor}">{reached}</a>' if grade.gaps else reached
        cells = [escape(grade.cell.type), escape(grade.cell.language), held]
        yield "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells)
        for level, counts in grade.counts.items():
            state = "gap" if level in grade.gaps else "ok"
            yield f'<td class="{state}">{shown(counts)}</td>'
        yield "</tr>"
    yield "</table>"


def _findings(report: Report, language: str) -> Iterator[str]:
    cells = list(dict.fromkeys(outcome.cell for outcome in report.findings))
    for cell in sorted(cells, key=str):
        anchor = f' id="{escape(cell.type)}-{escape(cell.language)}"' if cell else ""
        name = str(cell) if cell else Text("不属于哪一格", "Outside any cell").get(language)
        found = [outcome for outcome in report.findings if outcome.cell == cell]
        yield f"<h2{anchor}>{escape(name)} ({len(found)})</h2>\n<ul>"
        for outcome in found:
            yield _finding(outcome, language)
        yield "</ul>"


def _finding(outcome: Outcome, language: str) -> str:
    hint = f"<br>{escape(outcome.hint.get(language))}" if outcome.hint else ""
    because = (
        "" if outcome.because == outcome.at else f" ← <code>{escape(str(outcome.because))}</code>"
    )
    return (
        f"<li><code>{escape(str(outcome.at))}</code> [{escape(outcome.rule)}] "
        f"{escape(outcome.message.get(language))}{because}{hint}</li>"
    )


def _counts(report: Report, language: str) -> Iterator[str]:
    if report.scope.items:
        yield f"<h2>{Text('产品清单', 'Inventory').get(language)}</h2>\n<table>"
        for kind, count in report.scope.items:
            yield f"<tr><td><code>{escape(kind)}</code></td><td>{count}</td></tr>"
        yield "</table>"
