"""Read tables out of documentation pages."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("zh", "en")


def api_page(language: str, name: str) -> Path:
    """A page of the API reference."""
    return ROOT / "docs" / language / "api" / f"{name}.md"


def section(page: Path, section_id: str) -> str:
    """The text under the H2 with this id."""
    text = page.read_text(encoding="utf-8")
    found = re.search(rf"^## [^\n]*{{#{section_id}}}\n(.*?)(?=^## |\Z)", text, re.M | re.S)
    assert found, f"{page} has no section {section_id}"
    return found[1]


def table(text: str) -> list[list[str]]:
    """The cells of the rows of the first table, as written; no header."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def tables(text: str) -> list[list[list[str]]]:
    """The rows of every table, as `table` returns them."""
    return [table(block) for block in re.findall(r"(?:^\|[^\n]*\n)+", text, re.M)]


def codes(cell: str) -> list[str]:
    """Every inline code of a cell."""
    return re.findall(r"`([^`]+)`", cell)


def code(cell: str) -> str:
    """The first inline code of a cell."""
    found = re.search(r"`([^`]+)`", cell)
    assert found, f"no code in {cell!r}"
    return found[1]
