"""The pages of commands say about each command what ``cli.json`` says, in both languages."""

import re
from typing import Any

import pytest

from kite import truth
from tests.requests.pages import LANGUAGES, ROOT, code, codes, section, table

PAGES = ("commands", "commands-live", "commands-accounts")
YES_NO = {"zh": {True: "是", False: "否"}, "en": {True: "yes", False: "no"}}


def sections(language: str) -> dict[str, str]:
    """The text under the heading of each command, by its words."""
    found: dict[str, str] = {}
    for page in PAGES:
        path = ROOT / "docs" / language / "admin" / f"{page}.md"
        parts = re.split(r"^(#{2,3} .*)$", path.read_text(encoding="utf-8"), flags=re.M)
        for heading, text in zip(parts[1::2], parts[2::2], strict=True):
            if match := re.fullmatch(r"### `(kite[a-z -]*)` \{#([a-z-]+)\}", heading):
                assert match[2] == match[1].replace(" ", "-")
                assert match[1] not in found
                found[match[1]] = text
    return found


def row(parameter: dict[str, Any], language: str) -> tuple[list[str], str, str]:
    """Names, required and default, as the tables show them."""
    default = parameter.get("default")
    shown = str(default).lower() if isinstance(default, bool) else default
    return (
        parameter["names"],
        YES_NO[language][parameter.get("required", False)],
        "—" if default is None else f"`{shown}`",
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_is_there(language: str) -> None:
    shown = sections(language)
    commands = truth.cli()
    assert shown.keys() == commands.keys()
    for words, text in shown.items():
        parameters = commands[words]["parameters"]
        rows = table(text)
        expected = [row(parameter, language) for parameter in parameters]
        assert [(codes(cells[0]), *cells[1:3]) for cells in rows] == expected, words
        for parameter, cells in zip(parameters, rows, strict=True):
            bounds = {str(parameter[key]) for key in ("minimum", "maximum") if key in parameter}
            assert all(bound in cells[3] for bound in bounds), (words, cells)
            assert set(parameter.get("choices", ())) <= set(codes(cells[3])), (words, cells)


@pytest.mark.parametrize("language", LANGUAGES)
def test_overview_names_every_command(language: str) -> None:
    page = ROOT / "docs" / language / "admin" / "commands.md"
    rows = table(section(page, "all-commands"))
    assert [code(cells[0]) for cells in rows] == list(sections(language))
