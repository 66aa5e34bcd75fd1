"""What a cell may say for a value, and what it may not."""

import pytest

from rollcall.agreement import Cell, agrees, shown
from rollcall.items import Fact, Item
from rollcall.model import Place


def item(**facts: Fact) -> Item:
    return Item("setting", "x", "x", Place("p"), facts)


def says(cell: str, fact: str, **facts: Fact) -> bool:
    return agrees(fact, item(**facts), Cell(cell))


@pytest.mark.parametrize(
    ("cell", "value", "unit"),
    [
        ("5", 5, None),
        ("`5`", 5, "s"),
        ("5 s", 5, "s"),
        ("5 秒", 5, "s"),
        ("5 seconds", 5, "s"),
        ("5 分钟", 300, "s"),
        ("1 h", 60, "min"),
        ("1 GB", 1000, "MB"),
        ("10,000", 10000, None),
        ("是", True, None),
        ("yes", True, None),
        ("✓", True, None),
        ("否", False, None),
        ("—", False, None),
        ("空", "", None),
        ("empty", (), None),
        ("`[]`", (), None),
        ("—", None, None),
        ("`null`", None, None),
        ("`info`", "info", None),
        ('`"info"`', "info", None),
        ("`a`, `b`", ("a", "b"), None),
        ("`b` `a`", ("a", "b"), None),
    ],
)
def test_the_same_value(cell: str, value: Fact, unit: str | None) -> None:
    assert says(cell, "default", default=value, unit=unit)


@pytest.mark.parametrize(
    ("cell", "value", "unit"),
    [
        ("6", 5, None),
        ("5 分钟", 5, "s"),
        ("5 minutes", 5, "s"),
        ("5 MB", 5, "s"),
        ("about 5", 5, None),
        ("", 5, None),
        ("否", True, None),
        ("—", True, None),
        ("是", False, None),
        ("`info`", "", None),
        ("`debug`", "info", None),
        ("0", None, None),
        ("空", 0, None),
        ("`a`", ("a", "b"), None),
        ("`a`, `b`, `c`", ("a", "b"), None),
    ],
)
def test_another_value(cell: str, value: Fact, unit: str | None) -> None:
    assert not says(cell, "default", default=value, unit=unit)


@pytest.mark.parametrize(
    ("cell", "types", "same"),
    [
        ("string", ("string",), True),
        ("string 或 null", ("string", "null"), True),
        ("string or null", ("string", "null"), True),
        ("整数", ("integer",), True),
        ("list", ("array",), True),
        ("string", ("string", "null"), False),
        ("integer", ("string",), False),
        ("", ("string",), False),
    ],
)
def test_types(cell: str, types: tuple[str, ...], same: bool) -> None:
    assert says(cell, "type", type=types) is same


def test_a_format_may_stand_for_its_type() -> None:
    assert says("path", "type", type=("string",), format="path")
    assert says("string", "type", type=("string",), format="path")
    assert not says("uri", "type", type=("string",), format="path")


@pytest.mark.parametrize(
    ("cell", "same"),
    [
        ("1–200", True),
        ("from 1 to 200 entries", True),
        ("最多 200 个", True),
        ("1–300", False),
        ("2–200", False),
        ("任意", False),
        ("1–2000", False),
    ],
)
def test_ranges(cell: str, same: bool) -> None:
    assert says(cell, "range", min=1, max=200) is same


def test_a_lower_bound_above_one_is_owed_and_storage_limits_are_not() -> None:
    assert not says("up to 200", "range", min=10, max=200)
    assert says("10–200", "range", min=10, max=200)
    assert says("any", "range", min=1, max=2**31 - 1)
    assert says("any", "range")


@pytest.mark.parametrize(
    ("cell", "same"),
    [
        ("`a` / `b`", True),
        ("`a` is open, `b` is shut, see `c`", True),
        ("`a` / `b` / `c`", False),
        ("`a`", False),
        ("a or b", False),
    ],
)
def test_allowed_values(cell: str, same: bool) -> None:
    assert says(cell, "values", values=("a", "b")) is same


@pytest.mark.parametrize(
    ("cell", "unit", "same"),
    [
        ("1–60 s", "s", True),
        ("1–60 秒", "s", True),
        ("1–60", "s", False),
        ("1–60 min", "s", False),
        ("1–60", None, True),
        ("1–60 s", None, False),
        ("路径", None, True),
    ],
)
def test_units(cell: str, unit: str | None, same: bool) -> None:
    assert says(cell, "unit", unit=unit) is same


def test_what_a_message_shows() -> None:
    assert shown("default", item(default=True)) == "true"
    assert shown("default", item(default=("a", "b"))) == "a, b"
    assert shown("default", item(default="")) == '""'
    assert shown("default", item()) == "—"
    assert shown("range", item(min=1, max=5)) == "1–5"
