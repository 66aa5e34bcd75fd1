"""Every public question has a page that answers it, in both languages."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
QUESTIONS = yaml.safe_load(Path(__file__).with_name("questions.yml").read_text(encoding="utf-8"))
LANGUAGES = ("zh", "en")
WANTED = 138


def test_every_question_is_there_once_and_answered() -> None:
    asked = [(question["q"], question["from"]) for question in QUESTIONS]
    assert len(set(asked)) == len(asked) == WANTED
    assert [question for question in QUESTIONS if set(question) != {"q", "from", "answer"}] == []
    assert [question["q"] for question in QUESTIONS if not question["answer"]] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_exists(language: str) -> None:
    missing = []
    for question in QUESTIONS:
        page, _, section = question["answer"].partition("#")
        path = ROOT / "docs" / language / f"{page}.md"
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        if not text or (section and not re.search(rf"^#+ .*\{{#{section}\}}$", text, re.M)):
            missing.append(f"{question['q']}: {question['answer']}")
    assert missing == []
