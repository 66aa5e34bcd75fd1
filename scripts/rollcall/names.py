"""How names are compared: page paths with patterns, headings and header cells with labels."""

import re
from functools import cache
from pathlib import PurePosixPath
from unicodedata import category, normalize


def matches(key: str, pattern: str) -> bool:
    """Whether a page path matches a checklist path: `*` within a folder, `**` across folders."""
    return _pattern(pattern).fullmatch(key) is not None


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", pattern)
    marks = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(marks.get(part, re.escape(part)) for part in parts))


@cache
def plain_label(text: str) -> str:
    """A heading or header cell reduced for comparison.

    NFKC (full-width to half-width), lower case, spaces folded, punctuation at both ends dropped.
    """
    folded = " ".join(normalize("NFKC", text).casefold().split())
    start, end = 0, len(folded)
    while start < end and category(folded[start])[0] in "PZS":
        start += 1
    while end > start and category(folded[end - 1])[0] in "PZS":
        end -= 1
    return folded[start:end]


def stem(path: str) -> str:
    """The name by which `rollcall new --page` knows a page: its path without folder and suffix."""
    return PurePosixPath(path).stem
