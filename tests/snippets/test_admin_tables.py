"""The operator manual's tables of permissions, metrics and log events are those of Kite."""

import re

import pytest

from kite.metrics import METRICS
from kite.permissions import ACTIONS, ROLES, includes
from tests.requests.pages import LANGUAGES, ROOT, code, section, table


@pytest.mark.parametrize("language", LANGUAGES)
def test_table_is_what_kite_permits(language: str) -> None:
    page = ROOT / "docs" / language / "admin" / "accounts.md"
    rows = table(section(page, "permissions"))
    shown = {code(row[0]): row[1:] for row in rows}
    marks = {True: "✓", False: "—"}
    expected = {
        name: [getattr(action, language), *(marks[includes(role, action.role)] for role in ROLES)]
        for name, action in ACTIONS.items()
    }
    assert shown == expected
    assert len(shown) == len(rows)


@pytest.mark.parametrize("language", LANGUAGES)
def test_columns_are_the_roles(language: str) -> None:
    page = ROOT / "docs" / language / "admin" / "accounts.md"
    header = next(line for line in section(page, "permissions").splitlines() if line[:1] == "|")
    assert tuple(cell.strip() for cell in header.strip("|").split("|"))[2:] == ROLES


@pytest.mark.parametrize("language", LANGUAGES)
def test_metrics_are_those_kite_has(language: str) -> None:
    page = ROOT / "docs" / language / "admin" / "numbers.md"
    rows = table(section(page, "metrics"))
    shown = [(code(row[0]), *row[1:]) for row in rows]
    assert shown == [(m.name, m.type, getattr(m, language)) for m in METRICS]


@pytest.fixture(scope="module")
def source() -> str:
    """The source of Kite."""
    files = (ROOT / "snippets" / "kite").rglob("*.py")
    return "".join(path.read_text(encoding="utf-8") for path in files)


@pytest.mark.parametrize("language", LANGUAGES)
def test_log_events_are_those_kite_has(language: str, source: str) -> None:
    page = ROOT / "docs" / language / "admin" / "audit.md"
    places = [row[1] for row in table(section(page, "what-is-logged"))]
    named = {name for cell in places for name in re.findall(r"`([a-z_]+\.[a-z_]+)`", cell)}
    changes = re.findall(r'change\(\s*"[a-z._]+",\s*"([a-z_]+\.[a-z_]+)"', source)
    lines = re.findall(r'log\.(?:info|warning|exception)\(\s*"([a-z_]+\.[a-z_]+)"', source)
    assert len(changes) > 20
    assert {*changes, *lines} <= named
    assert [name for name in named - {"kite.log"} if f'"{name}"' not in source] == []
