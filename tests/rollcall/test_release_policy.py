"""The real data of releases, security and law: what is planted is caught at its line, the harmless is not."""

import re
from datetime import date
from pathlib import Path

import pytest

from rollcall.model import Outcome
from tests.rollcall.helpers import CHECKLIST, FILES, run

ROOT = Path(__file__).parents[2]
FOLDER = "snippets/policy"
OURS = (
    *("policy-file", "release-line", "changelog", "release-cadence", "release-breaking"),
    *("known-issue", "security-contact", "maintenance-window", "law-source", "law-citation"),
    *("retention", "incident-clock"),
)
MINE = (
    *("release-policy", "releases", "known-issues", "security", "maintenance"),
    *("compliance", "retention", "incident-clocks"),
)
TEXTS = {name: (ROOT / FOLDER / f"{name}.yml").read_text(encoding="utf-8") for name in MINE}
BASE = {
    **FILES,
    "checklist.yml": f"{CHECKLIST}policy: {FOLDER}\n",
    "CHANGELOG.md": (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"),
    **{f"{FOLDER}/{name}.yml": text for name, text in TEXTS.items()},
}
DAY = date(2026, 11, 28)


def findings(name: str = "releases", text: str | None = None, **more: str) -> list[Outcome]:
    tree = BASE | {f"{FOLDER}/{name}.yml": TEXTS[name] if text is None else text} | more
    return list(run(tree, select=OURS, today=DAY).findings)


def lines(name: str, pattern: str) -> list[int]:
    """The lines of a file that match, 1-based."""
    return [n for n, line in enumerate(TEXTS[name].split("\n"), 1) if re.search(pattern, line)]


def changed(name: str, number: int, pattern: str, new: str) -> str:
    """The file with one line changed."""
    text = TEXTS[name].split("\n")
    text[number - 1], count = re.subn(pattern, new, text[number - 1], count=1)
    assert count == 1
    return "\n".join(text)


def planted(name: str, pattern: str, new: str) -> list[tuple[str, int, str, str]]:
    """The same defect on lines where it can be planted, six of them at most."""
    found = [(name, number, pattern, new) for number in lines(name, pattern)[:6]]
    assert found, f"{name}: {pattern}"
    return found


DEFECTS = [
    *planted("releases", r"eol: 20\d\d", "eol: 2026"),
    *planted("releases", r"maintenance_end: 20\d\d", "maintenance_end: 2025"),
    *planted("releases", r"announced: 2026", "announced: 2029"),
    *planted("releases", r"^    date: 2026-11-21", "    date: 2026-11-20"),
    *planted("release-policy", r"kind: target", "kind: measured"),
    *planted("known-issues", r"affects: \[0\.\d", "affects: [0.7"),
    *planted("known-issues", r"fixed_in: 0\.2", "fixed_in: 0.1"),
    *planted("security", r"expires: 2027", "expires: 2026"),
    *planted("maintenance", r"timezone: \w+/", "timezone: Nowhere/"),
    *planted("maintenance", r"^    notice_hours: 72", "    notice_hours: 24"),
    *planted("maintenance", r'^    end: "\d\d', '    end: "21'),
    *planted("compliance", r'^    was: \["2\d"', '    was: ["18"'),
    *planted("compliance", r"verified_on: 2026-11", "verified_on: 2026-12"),
    *planted("compliance", r"(?<!U, )verified_on: 2026-11", "verified_on: 2026-01"),
    *planted("retention", r"^    keep_days: \d+", "    keep_days: 30"),
    *planted("retention", r"row: \w+-", "row: xx-"),
    *planted("incident-clocks", r"minutes: (?=[1-9]\d{2})", "minutes: 0x1 #"),
    *planted("incident-clocks", r"row: \w+-", "row: xx-"),
]


@pytest.mark.parametrize(("name", "number", "pattern", "new"), DEFECTS)
def test_a_planted_defect_is_caught_near_its_line(
    name: str, number: int, pattern: str, new: str
) -> None:
    found = findings(name, changed(name, number, pattern, new))
    places = [o.at.line or 0 for o in found if o.at.path == f"{FOLDER}/{name}.yml"]
    assert places
    assert min(abs(line - number) for line in places) <= 4  # `end` of a window is said at its start


def test_the_data_is_clean() -> None:
    assert findings() == []


@pytest.mark.parametrize("name", MINE)
def test_rewording_is_harmless(name: str) -> None:
    """Other words in every text, comments, blank lines and the order of keys in a flow mapping."""
    text = TEXTS[name]
    text = re.sub(r"\{zh: (\"[^\"]*\"|[^,\"]+), en:", r"{en: x, zh: \1, xx:", text)
    text = re.sub(r", xx: (\"[^\"\n]*\"|[^\n{}]*)\}", "}", text)
    text = "# reworded\n\n" + text
    assert [o.message.en for o in findings(name, text)] == []


def test_a_patch_release_is_harmless() -> None:
    release = (
        "releases:\n  - version: 0.2.1\n    date: 2026-11-27\n    type: bugfix\n"
        "    page: releases/0-2-1.md\n    advice: {zh: 升, en: Upgrade}\n"
    )
    log = BASE["CHANGELOG.md"].replace(
        "## [0.2.0]", "## [0.2.1] - 2026-11-27\n\n### Fixed\n\n- A defect.\n\n## [0.2.0]"
    )
    text = TEXTS["releases"].replace("releases:\n", release, 1)
    assert findings("releases", text, **{"CHANGELOG.md": log}) == []
    assert findings("releases", text) != []


def test_another_issue_row_and_clock_are_harmless() -> None:
    issue = (
        "  - {id: KI-099, kind: limit, title: {zh: 慢, en: Slow}, symptom: {zh: 慢, en: Slow}, "
        "workaround: {zh: 等, en: Wait}, affects: [0.2.0]}\n"
    )
    assert findings("known-issues", TEXTS["known-issues"] + issue) == []
    clock = (
        "  - {region: eu, event: {zh: 别的, en: Something else}, minutes: 1440, "
        "tell: {zh: 谁, en: Somebody}, row: eu-complaints}\n"
    )
    assert findings("incident-clocks", TEXTS["incident-clocks"] + clock) == []
