"""errors.md says about each code what `errors.toml` says, in both languages, and nothing else."""

import re

import pytest

from kite import play
from kite.callbacks import authorise_publish
from kite.errors import CATALOGUE, ENCODER, ErrorInfo
from tests.requests.pages import LANGUAGES, api_page, code, codes, section, table

YES_NO = {"zh": {True: "是", False: "否"}, "en": {True: "yes", False: "no"}}
ROLES = ("broadcaster", "operator", "developer", "support")
WHO = {
    "zh": dict(zip(ROLES, ("主播", "运营或运维", "开发", "技术支持"), strict=True)),
    "en": dict(zip(ROLES, ROLES, strict=True)),
}


def expected(language: str, *, http: bool) -> dict[str, list[str]]:
    """Code to the other cells of its row."""

    def row(info: ErrorInfo) -> list[str]:
        text = getattr(info, language)
        solved = [YES_NO[language][info.retry], WHO[language][info.who]]
        said = [as_code(text.cause), as_code(text.fix)]
        seen = f"`{info.encoder}`" if info.encoder else "—"
        return [str(info.status), *solved, seen, *said] if http else [*solved, *said]

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
def test_what_encoders_see_is_the_catalogue(language: str) -> None:
    rows = table(section(api_page(language, "errors"), "encoder"))
    shown = {code(case): text for case, text in rows}
    assert shown == {case: as_code(texts[language]) for case, texts in ENCODER.items()}


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


@pytest.mark.parametrize("language", LANGUAGES)
def test_callbacks_page_has_every_refusal(language: str) -> None:
    """What the functions that decide say they raise, and the plugins and nginx besides."""
    page = api_page(language, "callbacks")
    publishers = table(section(page, "what-the-broadcaster-sees"))
    shown = {code(row[0]) for row in publishers if row[0] != "—"}
    assert shown == raised(authorise_publish.__doc__) | {"REQUEST_INVALID"}
    players = {
        name for row in table(section(page, "what-the-player-sees")) for name in codes(row[1])
    }
    assert players == raised(play.authorise.__doc__) | {"DATABASE_UNUSABLE"}


def raised(docstring: str | None) -> set[str]:
    """The error codes a docstring names."""
    return {name for name in re.findall(r"[A-Z_]+", docstring or "") if name in CATALOGUE}
