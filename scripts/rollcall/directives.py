"""Lines that put something else in their place: snippet includes, and the options of `:::` blocks."""

import re
from itertools import takewhile

from rollcall.page import Include
from rollcall.yaml_tree import YamlError, parse


def members_shown(lines: list[str], number: int) -> tuple[str, ...] | None:
    """The names that the options below a directive restrict it to; `None` for all."""
    block = list(takewhile(lambda line: line.startswith("    "), lines[number : number + 20]))
    try:
        data = parse("\n".join(block)).data
    except YamlError:
        return None
    options = data.get("options") if isinstance(data, dict) else None
    members = options.get("members") if isinstance(options, dict) else None
    return tuple(map(str, members)) if isinstance(members, list) else None


def include_of(number: int, written: str) -> Include:
    """`file.py`, `file.py:region`; line ranges (`file.py:1:3`) name no region."""
    file, _, rest = written.partition(":")
    region = rest if rest and not re.fullmatch(r"[\d:,]*", rest) else None
    return Include(number, file, region)
