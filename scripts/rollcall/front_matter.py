"""The YAML at the head of a page."""

import re

from rollcall.model import Text
from rollcall.page import FrontMatter
from rollcall.yaml_tree import YamlError, parse


def read_front_matter(text: str) -> tuple[FrontMatter, int]:
    """The front matter and the index of the first line after it."""
    if not text.startswith("---\n"):
        return FrontMatter(), 0
    end = re.search(r"^(?:---|\.\.\.)[ \t]*$", text[4:], re.M)
    if end is None:
        problem = Text("front matter 没有结束的 `---`", "front matter has no closing `---`")
        return FrontMatter(error=(1, problem)), 0
    body = text[4 : 4 + end.start()]
    start = body.count("\n") + 2
    try:
        tree = parse(body, first_line=2)
    except YamlError as error:
        return FrontMatter(error=(error.line, Text(error.zh, error.en))), start
    if tree.data is None:
        return FrontMatter(), start
    if not isinstance(tree.data, dict):
        problem = Text("front matter 必须是键值对", "front matter must be a mapping")
        return FrontMatter(error=(2, problem)), start
    return FrontMatter(tree.data, tree.lines), start
