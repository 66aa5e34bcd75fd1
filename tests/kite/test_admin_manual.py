"""The pages of the manual about the screens: every screen, field and button, as the product has them."""

from pathlib import Path

import pytest

from kite.admin import screens
from kite.admin.screen import Table
from kite.admin.words import COLUMNS, LANGUAGES, SCREENS, ZH
from tests.requests.pages import ROOT, section, tables

PAGES = ("screens", "screens-accounts")
FORMS = {
    "edit": {"zh": "编辑", "en": "Edit"},
    "delete": {"zh": "删除", "en": "Delete"},
}
"""Buttons of the library."""


def page_of(language: str, screen: str) -> Path:
    """The page with the section of a screen."""
    folder = ROOT / "docs" / language / "admin"
    mark = f"{{#screen-{screen}}}"
    (found,) = (p for name in PAGES if mark in (p := folder / f"{name}.md").read_text("utf-8"))
    return found


def buttons(table: Table, language: str) -> list[str]:
    """What the buttons of a row say."""
    own = [ZH[button.label] if language == "zh" else button.label for button in table.buttons]
    return own + [FORMS[name][language] for name in ("edit", "delete") if name in table.needs]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("table", screens.SCREENS, ids=lambda table: table.key)
def test_a_screen_is_shown_with_every_field_and_button(table: Table, language: str) -> None:
    page = page_of(language, table.key)
    text = section(page, f"screen-{table.key}")
    menu, menu_zh, _, _ = SCREENS[table.key]
    title = f"## {menu_zh if language == 'zh' else menu} {{#screen-{table.key}}}"
    assert title in page.read_text("utf-8")
    assert f"](../assets/admin-{table.key}-list.png)" in text
    fields, *rest = tables(text + "\n")
    index = LANGUAGES.index(language)
    wanted = {COLUMNS[name][1 - index] for name in (*table.fields.split(), *table.creates.split())}
    assert {row[0] for row in fields} == wanted
    assert [row[0] for row in (rest[0] if rest else [])] == buttons(table, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_can_be_changed_says_when(language: str) -> None:
    """Fields of the edit form, and no others, say when a change takes effect."""
    unchanged = {"zh": ("只读", "只在新建时填"), "en": ("Read only", "Given at creation only")}
    for table in screens.SCREENS:
        rows = tables(section(page_of(language, table.key), f"screen-{table.key}") + "\n")[0]
        said = {row[0] for row in rows if row[2] not in unchanged[language]}
        index = 1 - LANGUAGES.index(language)
        assert said == {COLUMNS[name][index] for name in table.edits.split()}, table.key
        given = {row[0] for row in rows if row[2] == unchanged[language][1]}
        only = set(table.creates.split()) - set(table.edits.split())
        assert given == {COLUMNS[name][index] for name in only}, table.key
