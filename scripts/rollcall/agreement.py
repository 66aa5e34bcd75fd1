"""Whether a table cell says what the product says: `5 秒` is 5 with the unit s, `是` is true."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from rollcall.inline import codes_in, plain
from rollcall.items import Fact, Item

_YES: Final = frozenset(("是", "yes", "true", "✓", "✔", "y", "必填", "required"))
_NO: Final = frozenset(("否", "no", "false", "—", "–", "-", "✗", "✘", "n", "", "optional"))
_ABSENT: Final = frozenset(("—", "–", "-", "无", "none", "n/a", "null", "not set", "没有", ""))
_EMPTY: Final = frozenset(("空", "empty", '""', "''", "[]", "空串", "空字符串", "empty string"))
_TYPES: Final = {
    "字符串": "string", "text": "string", "str": "string", "整数": "integer", "int": "integer",
    "数字": "number", "float": "number", "布尔": "boolean", "bool": "boolean", "列表": "array",
    "数组": "array", "list": "array", "tuple": "array", "对象": "object", "dict": "object",
    "空": "null", "none": "null",
}  # fmt: skip
_UNITS: Final = {
    "秒": "s", "sec": "s", "second": "s", "seconds": "s", "毫秒": "ms", "millisecond": "ms",
    "milliseconds": "ms", "分": "min", "分钟": "min", "minute": "min", "minutes": "min",
    "小时": "h", "hour": "h", "hours": "h", "天": "d", "日": "d", "day": "d", "days": "d",
    "%": "%", "percent": "%", "字节": "b", "byte": "b", "bytes": "b",
}  # fmt: skip
_IN_BASE: Final = {
    "ms": ("s", 0.001), "s": ("s", 1), "min": ("s", 60), "h": ("s", 3600), "d": ("s", 86400),
    "b": ("b", 1), "kb": ("b", 1e3), "mb": ("b", 1e6), "gb": ("b", 1e9), "tb": ("b", 1e12),
    "kib": ("b", 2**10), "mib": ("b", 2**20), "gib": ("b", 2**30),
}  # fmt: skip
_NO_BOUND: Final = 2**31 - 1  # what the number is stored in ends there: nothing a reader can use
_NUMBER: Final = re.compile(
    r"(?<![\w.])-?\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|(?<![\w.])-?\d+(?:\.\d+)?"
)
_QUANTITY: Final = re.compile(r"(-?\d[\d,]*(?:\.\d+)?)\s*([A-Za-z%\u4e00-\u9fff/]*)$")
_RANGE: Final = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*(?:–|—|-|~|～|至|到|to)\s*(\d[\d,]*(?:\.\d+)?)")
_OR: Final = re.compile(r"\s+or\s+|\s*或者?\s*|\s*[/|、,]\s*")


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell as written: its text as read, and its code spans."""

    source: str

    @property
    def text(self) -> str:
        """What a reader reads, code included."""
        return " ".join(plain(self.source, keep_code=True).split())

    @property
    def codes(self) -> tuple[str, ...]:
        """The code spans."""
        return codes_in(self.source)

    @property
    def only_codes(self) -> bool:
        """Whether there is nothing but code spans and what separates them."""
        rest = self.source
        for code in self.codes:
            rest = rest.replace(code, "", 1)
        return bool(self.codes) and not rest.strip(" `/、,，或|")


def agrees(fact: str, item: Item, cell: Cell) -> bool:
    """Whether `cell` says of `item` what the product says.

    Args:
        fact: `type`, `default`, `unit`, `range` (both bounds), `values`, or the name of any other
            fact, which is compared by what it is: truth, number, list, text.
        item: The item.
        cell: The cell of the column that holds the fact.
    """
    if fact in _BY_NAME:
        return _BY_NAME[fact](item.facts, cell)
    return same(item.facts.get(fact), item.facts, cell)


def same(value: Fact, facts: Mapping[str, Fact], cell: Cell) -> bool:
    """Whether a cell says a value, whatever of the usual forms it has."""
    text = cell.text.casefold()
    if isinstance(value, bool):
        return text in (_YES if value else _NO)
    if value is None:
        return text in _ABSENT
    if value in ("", ()):
        return text in _EMPTY | _ABSENT or cell.codes in (("[]",), ('""',))
    if isinstance(value, tuple):
        return (cell.codes or tuple(_OR.split(cell.text))) == value or set(cell.codes) == set(value)
    if isinstance(value, int | float):
        return _same_number(value, _unit(facts.get("unit")), cell.text)
    return value in (*cell.codes, cell.text, *(code.strip("\"'") for code in cell.codes))


def _same_number(value: float, unit: str | None, text: str) -> bool:
    found = _QUANTITY.fullmatch(text)
    if found is None:
        return False
    number, written = float(found.group(1).replace(",", "")), _unit(found.group(2))
    if written is None or written == unit:
        return number == value
    base, factor = _IN_BASE.get(written, (written, 1))
    own, scale = _IN_BASE.get(unit or written, (unit or written, 1))
    return base == own and abs(number * factor - value * scale) < 1e-9


def _unit(written: Fact) -> str | None:
    if not isinstance(written, str) or not written.strip():
        return None
    name = written.strip().casefold()
    return _UNITS.get(name, name)


def _type(facts: Mapping[str, Fact], cell: Cell) -> bool:
    wanted = facts.get("type")
    names = wanted if isinstance(wanted, tuple) else (str(wanted),)
    found = {_TYPES.get(part, part) for part in _OR.split(cell.text.casefold()) if part}
    owed = {_TYPES.get(name.casefold(), name.casefold()) for name in names}
    formatted = (
        {str(facts["format"]).casefold() if name == "string" else name for name in owed}
        if ("format" in facts)
        else owed
    )
    return found in (owed, formatted)


def _has_unit(facts: Mapping[str, Fact], cell: Cell) -> bool:
    wanted = _unit(facts.get("unit"))
    words = re.findall(r"[A-Za-z%/]+|[\u4e00-\u9fff]+", cell.text)
    found = {_unit(word) for word in words}
    known = found & {*_UNITS.values(), *_IN_BASE}
    return wanted in found if wanted else not known


def _range(facts: Mapping[str, Fact], cell: Cell) -> bool:
    """Every bound is there; a range that ends at the upper bound begins at the lower one."""
    least, most = facts.get("min"), facts.get("max")
    if isinstance(most, int | float) and most >= _NO_BOUND:
        most = None
    found = {float(number.replace(",", "")) for number in _NUMBER.findall(cell.text)}
    ranges = [
        tuple(float(end.replace(",", "")) for end in pair) for pair in _RANGE.findall(cell.text)
    ]
    found |= {end for pair in ranges for end in pair}
    if isinstance(most, int | float) and float(most) not in found:
        return False
    if isinstance(least, int | float) and least > 1 and float(least) not in found:
        return False
    whole = [pair for pair in ranges if isinstance(most, int | float) and pair[1] == float(most)]
    return not whole or not isinstance(least, int | float) or whole[0][0] == float(least)


def _values(facts: Mapping[str, Fact], cell: Cell) -> bool:
    """Every value is there as code; a cell of nothing but code has no other."""
    values = facts.get("values")
    if not isinstance(values, tuple):
        return True
    found = {code.strip("\"'") for code in cell.codes}
    return set(values) == found if cell.only_codes else set(values) <= found


_BY_NAME: Final = {"type": _type, "unit": _has_unit, "range": _range, "values": _values}


def shown(fact: str, item: Item) -> str:
    """What the product says, for a message."""
    facts = item.facts
    if fact == "range":
        least, most = facts.get("min"), facts.get("max")
        return f"{'' if least is None else least}–{'' if most is None else most}"
    value = facts.get(fact)
    if isinstance(value, tuple):
        return ", ".join(value) or "[]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "—" if value is None else str(value) or '""'
