"""The texts of `rollcall list` and `rollcall explain`."""

import json
from collections.abc import Sequence
from unicodedata import east_asian_width

from rollcall.engine import WAIVER, WAIVER_EXPLANATION, WAIVER_SUMMARY
from rollcall.levels import NAMES, grades, shown
from rollcall.model import Cell, Report, Status, Text
from rollcall.project import Project
from rollcall.reporters.text import headline
from rollcall.rules import RULES, Rule


def width(text: str) -> int:
    """Columns a terminal gives to `text`: two for wide and full-width characters (UAX #11)."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def table(rows: Sequence[tuple[str, ...]]) -> str:
    """Rows as aligned columns; the last column is not padded."""
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [cell + " " * (wide - width(cell)) for cell, wide in zip(row, widths, strict=True)]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines) + "\n"


def types(project: Project, report: Report, lang: str) -> str:
    """Document types per language: pages found and open findings."""
    rows = [
        _header(
            lang,
            ("类型", "type"),
            ("标题", "title"),
            ("语言", "language"),
            ("页数", "pages"),
            ("问题", "findings"),
        )
    ]
    cells = report.by_cell()
    for type_id, document in project.checklist.document_types.items():
        for language in project.checklist.languages:
            cell = Cell(type_id, language)
            pages = sum(page.cell == cell for page in project.pages)
            unmet = cells[cell][Status.UNMET] if cell in cells else 0
            title = document.title.get(lang, type_id)
            rows.append((type_id, title, language, str(pages), str(unmet)))
    return table(rows)


def matrix(_project: Project, report: Report, lang: str) -> str:
    """Every cell with the level it has reached, and `met/asked` for each level."""
    found = grades(report)
    levels = list(found[0].counts) if found else []
    head = _header(lang, ("类型", "type"), ("语言", "language"), ("级别", "level"))
    rows = [(*head, *(NAMES[level].get(lang) for level in levels))]
    for grade in found:
        reached = NAMES[grade.level].get(lang) if grade.level else "–"
        rows.append((*_cell(grade.cell), reached, *map(shown, grade.counts.values())))
    return table(rows)


def pages(project: Project, _report: Report, lang: str) -> str:
    """Every page the checklist names, and every page found, per language."""
    rows = [
        _header(lang, ("类型", "type"), ("语言", "language"), ("路径", "path"), ("状态", "state"))
    ]
    there, missing = _word(lang, "有", "present"), _word(lang, "缺", "missing")
    for want in project.wanted:
        rows += [(*_cell(want.cell), page.path, there) for page in want.pages]
        if want.missing:
            rows.append((*_cell(want.cell), want.expected_path, missing))
    return table(rows)


def sections(project: Project, _report: Report, lang: str) -> str:
    """Every section that a page owes, with the line where it stands."""
    rows = [_header(lang, ("页面", "page"), ("章节", "section"), ("标题", "label"), ("行", "line"))]
    missing = _word(lang, "缺", "missing")
    for page in project.pages:
        for slot in page.slots:
            line = str(slot.section.line) if slot.section else missing
            label = project.labels(slot.need.id, page.language)[0]
            rows.append((page.path, slot.need.id, label, line))
    return table(rows)


def missing(_project: Project, report: Report, lang: str) -> str:
    """The open findings, one a line; says so when there are none."""
    lines = [headline(outcome, lang) for outcome in report.findings]
    return "\n".join(lines or [_word(lang, "什么都不缺", "nothing is missing")]) + "\n"


def rules(lang: str) -> str:
    """Every rule with its level and what a finding of it means."""
    rows = [_header(lang, ("规则", "rule"), ("级别", "level"), ("含义", "meaning"))]
    rows += [(rule.ID, rule.LEVEL.name.lower(), rule.SUMMARY.get(lang)) for rule in RULES]
    rows.append((WAIVER, "-", WAIVER_SUMMARY.get(lang)))
    return table(rows)


def explain(rule: Rule, lang: str) -> str:
    """A rule's level, severity, meaning, reason and options."""
    facts = f"{rule.LEVEL.name.lower()}, {rule.SEVERITY.value}"
    lines = [f"{rule.ID} ({facts})", rule.SUMMARY.get(lang), "", rule.EXPLANATION.get(lang)]
    options = rule.Options.model_json_schema().get("properties", {})
    if options:
        lines += ["", _word(lang, "选项：", "options:")]
    for name, option in options.items():
        default = json.dumps(option.get("default"), ensure_ascii=False)
        lines.append(f"  {name} = {default}  {option.get('description', '')}")
    return "\n".join(lines) + "\n"


def explain_waiver(lang: str) -> str:
    """What the engine itself holds waivers to."""
    return f"{WAIVER}\n{WAIVER_SUMMARY.get(lang)}\n\n{WAIVER_EXPLANATION.get(lang)}\n"


def _cell(cell: Cell) -> tuple[str, str]:
    return cell.type, cell.language


def _header(lang: str, *names: tuple[str, str]) -> tuple[str, ...]:
    return tuple(_word(lang, zh, en) for zh, en in names)


def _word(lang: str, zh: str, en: str) -> str:
    return Text(zh, en).get(lang)
