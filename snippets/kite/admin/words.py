"""The words of the page in Chinese and English, from ``words.toml``, chosen for each request."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, cast

from babel.support import LazyProxy
from starlette_admin.i18n import get_locale

from kite.errors import KiteError

LANGUAGES = ("zh", "en")
_FILE: dict[str, Any] = tomllib.loads(
    files("kite.admin").joinpath("words.toml").read_text(encoding="utf-8")
)
ZH: Mapping[str, str] = _FILE["texts"]
"""What the program and the templates say: English to Chinese."""

COLUMNS: Mapping[str, tuple[str, str]] = _FILE["columns"]
"""Columns and fields of forms, by name: in English and Chinese."""

SCREENS: Mapping[str, tuple[str, str, str, str]] = _FILE["screens"]
"""Screens, by key: the menu in English and Chinese, and what one row is called."""

HINTS: Mapping[str, tuple[str, str]] = _FILE["hints"]
"""What forms say about a field, by screen and name: in English and Chinese."""

VALUES: Mapping[str, tuple[str, str, str]] = _FILE["values"]
"""Values of rows: in English and Chinese, and the colour."""

LENGTHS: Mapping[str, tuple[str, str]] = _FILE["lengths"]
"""Lengths of time to choose from: seconds to words; 0 is no end."""


def look_up(english: str) -> str:
    """The text in the reader's language.

    Raises:
        KeyError: A text that is not in ``ZH``; a defect, found by the tests.
    """
    return _chosen(english, ZH[english])


def t(english: str) -> str:
    """A text that is looked up each time it is shown."""
    return _later(english, ZH[english])


def column(name: str) -> str:
    """The label of a column, looked up each time it is shown."""
    return _later(*COLUMNS[name])


def screen(key: str) -> tuple[str, str]:
    """What the menu says, and what one row is called."""
    menu, menu_zh, row, row_zh = SCREENS[key]
    return _later(menu, menu_zh), _later(row, row_zh)


def hint(name: str) -> str | None:
    """What a form says about a field, if it says anything."""
    return _later(*HINTS[name]) if name in HINTS else None


def value(name: str) -> str:
    """A value of a row in the reader's language."""
    return _chosen(*VALUES[name][:2])


def lengths(*seconds: int) -> list[tuple[str, str]]:
    """Choices of a length of time."""
    return [(str(n), _chosen(*LENGTHS[str(n)])) for n in seconds]


def explain(error: KiteError) -> str:
    """What an error means and what to do, with what happened this time, which is in English."""
    text = error.info.zh if get_locale() == "zh" else error.info.en
    said = f"{text.title}. {text.cause} {text.fix} ({error.detail})"
    if get_locale() == "zh":
        said = f"{text.title}。{text.cause}{text.fix}（详情：{error.detail}）"
    if error.code == "MEDIA_UNREACHABLE":  # the core commits first and cuts then
        said += " " + look_up("A ban, a revocation or an emergency stop holds all the same.")
    return said


def _chosen(english: str, chinese: str) -> str:
    return chinese if get_locale() == "zh" else english


def _later(english: str, chinese: str) -> str:
    return cast("str", LazyProxy(_chosen, english, chinese, enable_cache=False))
