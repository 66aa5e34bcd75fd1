"""The index by code is complete, the health check says what its program does, each page is reached."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kite.errors import CATALOGUE
from tests.requests.pages import LANGUAGES, ROOT, code, codes, section, table

PROGRAMS = ROOT / "snippets" / "troubleshoot"
DOCTOR = json.loads((ROOT / "snippets" / "kite" / "doctor.json").read_text(encoding="utf-8"))
NOT_SYMPTOMS = {"index.md", "by-code.md", "health-check.md", "send-us.md"}


def page(language: str, name: str) -> Path:
    return ROOT / "docs" / language / "troubleshoot" / f"{name}.md"


def items(program: str, name: str) -> list[str]:
    """The keys of a table in one of the programs, without running it."""
    text = (PROGRAMS / program).read_text(encoding="utf-8")
    found = re.search(rf"^{name}:.*?= {{\n(.*?)^}}", text, re.M | re.S)
    assert found
    return re.findall(r'^ +"(\w+)":', found[1], re.M)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_error_code_has_a_way_to_its_repair(language: str) -> None:
    rows = table(section(page(language, "by-code"), "codes"))
    assert [code(row[0]) for row in rows] == sorted(CATALOGUE)
    assert [row[0] for row in rows if "](" not in row[2]] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_doctor_check_has_a_way_to_its_repair(language: str) -> None:
    rows = table(section(page(language, "by-code"), "doctor-checks"))
    assert {code(row[0]): row[1] for row in rows} == {
        name: texts[language] for name, texts in DOCTOR.items()
    }
    assert len(rows) == len(DOCTOR) == 17
    assert [row[0] for row in rows if "](" not in row[2]] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_health_check_page_is_the_program(language: str) -> None:
    rows = table(section(page(language, "health-check"), "thresholds"))
    assert [code(row[0]) for row in rows] == items("health.py", "CHECKS")


@pytest.mark.parametrize("language", LANGUAGES)
def test_facts_on_the_page_are_those_of_the_program(language: str) -> None:
    rows = table(section(page(language, "send-us"), "facts"))
    assert [code(row[0]) for row in rows] == items("facts.py", "FACTS")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_symptom_is_in_the_entry(language: str) -> None:
    folder = ROOT / "docs" / language / "troubleshoot"
    symptoms = {path.name for path in folder.glob("*.md")} - NOT_SYMPTOMS
    rows = table(section(folder / "index.md", "all-symptoms"))
    linked = [re.findall(r"\]\(([\w-]+\.md)\)", row[1])[0] for row in rows]
    assert sorted(linked) == sorted(symptoms)


@pytest.mark.parametrize("language", LANGUAGES)
def test_codes_that_symptom_pages_name_exist(language: str) -> None:
    folder = ROOT / "docs" / language / "troubleshoot"
    named = {
        name
        for path in folder.glob("*.md")
        for name in codes(path.read_text(encoding="utf-8"))
        if re.fullmatch(r"[A-Z]+_[A-Z_]+", name) and name != "HEALTH_BACKUPS"
    }
    assert named <= set(CATALOGUE)
    assert len(named) > 50


@pytest.mark.parametrize("program", ["facts.py", "health.py"])
def test_wrong_usage_is_told(program: str) -> None:
    call = [sys.executable, str(PROGRAMS / program), "--nonsense"]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    assert done.returncode == {"facts.py": 2, "health.py": 3}[program]
    assert done.stderr.startswith("usage: ")
    assert done.stdout == ""
