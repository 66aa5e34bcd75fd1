"""How far a cell has come, and where the site and the command show it."""

import json

from rollcall.levels import grades, shown
from rollcall.model import Level, Status
from tests.rollcall.helpers import CHECKLIST, EN, FILES, run

PRODUCT = CHECKLIST.replace(
    "document_types:\n  deploy:\n",
    "product:\n  all: {from: items, file: product.json}\ndocument_types:\n  deploy:\n"
    "    covers: [{kind: setting, by: row, section: rollback, column: port}]\n",
)
ITEMS = json.dumps({"version": 1, "items": [{"kind": "setting", "id": "a"}]})
ROW_EN = EN.replace("Undo it.", "Undo it.\n\n| Port |\n|---|\n| `a` |")
ROW_ZH = FILES["docs/zh/index.md"].replace("再撤销。", "再撤销。\n\n| 端口 |\n|---|\n| `a` |")


def levels(files: dict[str, str | None]) -> dict[str, Level | None]:
    report = run({**FILES, **files}, level=Level.PROVEN)
    return {str(grade.cell): grade.level for grade in grades(report)}


def test_a_clean_cell_has_reached_the_highest_level_that_ran() -> None:
    assert set(levels({}).values()) == {max(info for info in _ran() if info)}


def _ran() -> set[Level | None]:
    return {rule.level for rule in run(dict(FILES)).rules}


def test_a_gap_holds_its_level_and_all_above() -> None:
    missing = {"docs/en/index.md": EN.replace("## Rollback {#rollback}\n\nUndo it.\n", "")}
    assert levels({**missing})["deploy/en"] is Level.LISTED
    assert levels({**missing})["deploy/zh"] not in (Level.LISTED, Level.COMPLETE)
    assert levels({"docs/en/index.md": None, "docs/en/b.md": EN})["deploy/en"] is None


def test_an_item_that_is_not_documented_leaves_a_cell_complete() -> None:
    files = {"checklist.yml": PRODUCT, "product.json": ITEMS, "docs/zh/index.md": ROW_ZH}
    assert levels({**files})["deploy/en"] is Level.COMPLETE
    assert levels({**files, "docs/en/index.md": ROW_EN})["deploy/en"] not in (
        None,
        Level.LISTED,
        Level.COMPLETE,
    )


def test_levels_count_what_was_asked() -> None:
    report = run({**FILES, "checklist.yml": PRODUCT, "product.json": ITEMS})
    grade = next(grade for grade in grades(report) if str(grade.cell) == "deploy/en")
    assert grade.counts[Level.COVERED][Status.UNMET] == 1
    assert shown(grade.counts[Level.COVERED]).endswith("0/1")
    assert report.scope.items == (("setting", 1),)
