"""errors.md says about each code what `errors.toml` says, in both languages, and nothing else."""

import re

import pytest

from kite.errors import CATALOGUE, ErrorInfo
from tests.requests.pages import LANGUAGES, api_page, code, section, table

YES_NO = {"zh": {True: "是", False: "否"}, "en": {True: "yes", False: "no"}}


def expected(language: str, *, http: bool) -> dict[str, list[str]]:
    """Code to the other cells of its row."""

    def row(info: ErrorInfo) -> list[str]:
        text = getattr(info, language)
        cells = [YES_NO[language][info.retry], as_code(text.cause), as_code(text.fix)]
        return [str(info.status), *cells] if http else cells

    return {name: row(info) for name, info in CATALOGUE.items() if bool(info.status) is http}


def as_code(text: str) -> str:
    """The catalogue quotes commands and names; pages show them as code."""
    return re.sub(r"“([^”]*)”", r"`\1`", text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("section_id", "http"), [("error-codes", True), ("command-line", False)])
def test_table_is_the_catalogue(language: str, section_id: str, http: bool) -> None:
    rows = table(section(api_page(language, "errors"), section_id))
    shown = {code(row[0]): row[1:] for row in rows}
    assert shown == expected(language, http=http)
    assert len(shown) == len(rows)
    anchors = [f"`{name}`{{#{name}}}" for name in shown]
    assert [row[0] for row in rows] == anchors, "every code can be linked to"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("name", "section_id"),
    [("authentication", "failures"), ("callbacks", "what-the-broadcaster-sees")],
)
def test_codes_in_other_tables_exist(language: str, name: str, section_id: str) -> None:
    rows = table(section(api_page(language, name), section_id))
    named = [code(row[0]) for row in rows if row[0] != "—"]
    assert len(named) >= 3
    assert CATALOGUE.keys() >= set(named)
