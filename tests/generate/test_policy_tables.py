"""Tables of policy data: all of them shown, in both languages alike, and safe in a cell."""

import re
from pathlib import Path

import pytest

from generated_blocks import blocks
from policy_tables import TABLES, renderers
from policy_tables.policy import Policy, table
from policy_tables.words import duration, elapsed
from rollcall.load import load
from rollcall.model import InputError
from rollcall.project import Project
from rollcall.snapshot import Snapshot
from tests.rollcall.helpers import POLICY, project

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def policy() -> Policy:
    snapshot = Snapshot(ROOT)
    return Policy(Project(load(snapshot, "checklist.yml"), snapshot))


def shown(language: str) -> list[tuple[str, str]]:
    """Every generated block of a language's pages, with its page."""
    pages = sorted((ROOT / "docs" / language).rglob("*.md"))
    return [
        (path.relative_to(ROOT / "docs" / language).as_posix(), block.name)
        for path in pages
        for block in blocks(path.read_text(encoding="utf-8").split("\n"))
    ]


def test_every_table_is_shown_and_in_both_languages_on_the_same_page() -> None:
    assert shown("zh") == shown("en")
    of_versions = {name for _, name in shown("zh") if ":" in name}  # made for each release
    assert {name for _, name in shown("zh")} - of_versions == {*TABLES, "rules", "rules-late"}


@pytest.mark.parametrize("name", TABLES)
def test_both_languages_have_the_same_shape(policy: Policy, name: str) -> None:
    zh, en = (renderers(policy, language)[name]() for language in ("zh", "en"))
    assert [line.count("|") for line in zh.split("\n")] == [
        line.count("|") for line in en.split("\n")
    ]
    assert zh != en
    assert not re.search("[\u4e00-\u9fff]", en)


def test_a_pipe_in_a_text_does_not_make_a_column() -> None:
    assert table(["a"], [["x | y\nz"]]).split("\n")[2] == "| x \\| y z |"


def test_invalid_data_is_an_error_with_its_place() -> None:
    broken = {**POLICY, "snippets/policy/roles.yml": "roles: 3\n"}
    with pytest.raises(InputError, match=re.escape("snippets/policy/roles.yml:1")):
        renderers(Policy(project(broken)), "zh")["roles"]()


@pytest.mark.parametrize(
    ("text", "business", "zh", "en"),
    [
        ("30 min", False, "30 分钟", "30 minutes"),
        ("30 min", True, "工作时间内 30 分钟", "30 minutes within business hours"),
        ("1 h", True, "1 个工作小时", "1 business hour"),
        ("2 d", True, "2 个工作日", "2 business days"),
        ("1 d", False, "1 天", "1 day"),
    ],
)
def test_times_are_said_in_words(text: str, business: bool, zh: str, en: str) -> None:
    assert duration(text, "zh", business=business) == zh
    assert duration(text, "en", business=business) == en


def test_times_on_the_wall_leave_out_what_is_zero() -> None:
    assert elapsed(24 * 60 + 30, "en") == "1 day 30 minutes"
    assert elapsed(25 * 60, "zh") == "1 天 1 小时"
