"""A reader can run what a page shows: each variable is set there, explained there, or in the FAQ's table."""

import re
from functools import cache
from pathlib import Path
from typing import Final

import pytest
import yaml

from docs.theme.expected import is_expected
from tests.snippets import session

LANGUAGES: Final = ("zh", "en")
INCLUDE: Final = re.compile(r'--8<-- "([^":]+):?([^"]*)"')
ASSIGNED: Final = re.compile(r"\b(\w+)=|\bfor (\w+) in|\bread (?:-\w+ )*(?:\"[^\"]*\" )?(\w+)")
USED: Final = re.compile(r"\$\{?([A-Za-z_]\w*)")
QUOTED: Final = re.compile(r"'[^']*'")
SHELL: Final = {"HOME", "PATH", "PIPESTATUS", "PWD"}
"""What every terminal has."""
TYPED: Final = ("sessions/", "deploy/production.sh", "deploy/quickstart-install.sh")
"""Where code comes from that a reader copies; of other scripts a page explains parts that nobody types."""


def expected() -> list[str]:
    """The names that the frame of a page shows under its title."""
    text = (session.ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    found = re.search(r"^  expected: (\[.*\])$", text, re.MULTILINE)
    assert found
    names: list[str] = yaml.safe_load(found[1])
    return names


@cache
def regions(script: str) -> dict[str, str]:
    """The shown parts of a session, by name."""
    text = (session.ROOT / "snippets" / script).read_text(encoding="utf-8")
    parts = session.parse(text)
    return {part.name: part.code for part in parts if isinstance(part, session.Region)}


def shown(text: str) -> str:
    """All shell code of a page that a reader copies."""
    code = []
    for script, region in INCLUDE.findall(text):
        if script.endswith(".sh") and region and script.startswith(TYPED):
            code.append(regions(script).get(region, ""))
    return "\n".join(code)


def unexplained(page: Path) -> set[str]:
    """The variables in the commands of a page that a reader has no way to know."""
    text = page.read_text(encoding="utf-8")
    code, prose = shown(text), INCLUDE.sub("", text)
    assigned = {name for found in ASSIGNED.findall(code) for name in found if name}
    used = set(USED.findall(QUOTED.sub("", code)))
    known = assigned | SHELL | set(expected())
    return {name for name in used - known if not re.search(rf"\b{name}\b", prose)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_command_needs_a_variable_that_its_reader_cannot_know(language: str) -> None:
    docs = session.ROOT / "docs" / language
    found = {str(page.relative_to(docs)): unexplained(page) for page in sorted(docs.rglob("*.md"))}
    assert {page: names for page, names in found.items() if names} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_explains_every_name_in_the_frame(language: str) -> None:
    text = (session.ROOT / "docs" / language / "faq" / "index.md").read_text(encoding="utf-8")
    table = text.partition("{#commands}")[2].partition("\n## ")[0]
    rows = "\n".join(line.split("|")[1] for line in table.splitlines() if line.startswith("| `"))
    assert sorted(re.findall(r"`([^`]+)`", rows)) == sorted(expected())


@pytest.mark.parametrize(
    ("name", "shell", "python", "wanted"),
    [
        ("KITE_TOKEN", 'curl -H "Authorization: Bearer $KITE_TOKEN"', "", True),
        (
            "KITE_TOKEN",
            'read -rsp "Token: " KITE_TOKEN && export KITE_TOKEN\necho $KITE_TOKEN',
            "",
            False,
        ),
        ("LINK", "LINK=$(kite room play-link demo)\ncurl $LINK", "", False),
        ("jq", "kite room list --json | jq '.[]'", "", True),
        ("jq", "apt-get install curl jq", "", False),
        ("test.flv", "ffmpeg -i test.flv -c copy out.flv", "", True),
        (
            "test.flv",
            "ffmpeg -f lavfi -i sine \\\n  test.flv\nffmpeg -i test.flv -c copy out.flv",
            "",
            False,
        ),
        ("httpx", "", "import httpx\n", True),
        ("httpx", "", "import os\n", False),
    ],
)
def test_what_the_frame_of_a_page_names(name: str, shell: str, python: str, wanted: bool) -> None:
    assert is_expected(name, shell + "\n", python) == wanted
