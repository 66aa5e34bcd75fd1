"""YAML text → plain data plus the line of every key and item.

Built on PyYAML's event stream, so depth is bounded here and no constructor of the document's
choosing is ever called. Aliases are refused (an alias can expand without bound), duplicate keys
are errors, tags are errors unless the caller says the file is another tool's.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, TypeAlias

import yaml

MAX_DEPTH: Final = 40
_WORDS: Final = frozenset(("on", "off", "yes", "no"))
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Location: TypeAlias = tuple[str | int, ...]


class YamlError(Exception):
    """The text is not acceptable YAML; `line` is 1-based."""

    def __init__(self, line: int, zh: str, en: str) -> None:
        super().__init__(en)
        self.line = line
        self.zh = zh
        self.en = en


@dataclass(frozen=True, slots=True)
class Tree:
    """`data` is dicts, lists and scalars; `lines` maps a path such as `("nav", 0)` to its line."""

    data: Any
    lines: dict[Location, int]

    def line(self, location: Location) -> int:
        """The line of `location`, or of the nearest thing above it that has one."""
        while location and location not in self.lines:
            location = location[:-1]
        return self.lines.get(location, 1)


@lru_cache(maxsize=1 << 11)  # front matter and facts of the last check are mostly those of the next
def parse(text: str, *, first_line: int = 1, foreign_tags: bool = False) -> Tree:
    """Read one YAML document.

    Args:
        text: the document.
        first_line: the line of the file on which `text` starts (front matter starts on 2).
        foreign_tags: accept unknown tags and give their bare value, as for `mkdocs.yml`.

    Raises:
        YamlError: not YAML, nested too deep, a duplicate key, an alias, a tag.
    """
    return _Builder(first_line, foreign_tags).build(text)


class _Builder:
    def __init__(self, first_line: int, foreign_tags: bool) -> None:
        self.offset = first_line
        self.foreign_tags = foreign_tags
        self.lines: dict[Location, int] = {}
        self.scalars = yaml.SafeLoader("")
        self.root: Any = None
        # One frame a collection that is still open: its value, its location, the pending key.
        self.stack: list[tuple[dict[Any, Any] | list[Any], Location]] = []
        self.keys: list[Any] = []

    def build(self, text: str) -> Tree:
        try:
            documents = 0
            for event in yaml.parse(text, Loader=_LOADER):
                documents += isinstance(event, yaml.DocumentStartEvent)
                if documents > 1:
                    raise self.error(event, "只能有一个 YAML 文档", "more than one YAML document")
                self.take(event)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = self.offset + (mark.line if mark else 0)
            problem = error.problem or "not YAML"
            raise YamlError(line, f"YAML 语法错误：{problem}", f"not YAML: {problem}") from None
        except yaml.YAMLError as error:
            problem = str(error).splitlines()[0]
            raise YamlError(
                self.offset, f"YAML 语法错误：{problem}", f"not YAML: {problem}"
            ) from None
        return Tree(self.root, self.lines)

    def line(self, event: yaml.Event) -> int:
        return self.offset + (event.start_mark.line if event.start_mark else 0)

    def error(self, event: yaml.Event, zh: str, en: str) -> YamlError:
        return YamlError(self.line(event), zh, en)

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.AliasEvent):
            raise self.error(event, "不支持 YAML 别名（*name）", "aliases (*name) are not accepted")
        if isinstance(event, yaml.ScalarEvent):
            self.put(event, self.scalar(event))
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self.check_tag(event, event.tag)
            if len(self.stack) >= MAX_DEPTH:
                raise self.error(
                    event, f"嵌套超过 {MAX_DEPTH} 层", f"nested deeper than {MAX_DEPTH} levels"
                )
            value: dict[Any, Any] | list[Any]
            value = {} if isinstance(event, yaml.MappingStartEvent) else []
            location = self.put(event, value)
            self.stack.append((value, location))
            self.keys.append(_NO_KEY)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self.stack.pop()
            self.keys.pop()

    def put(self, event: yaml.Event, value: Any) -> Location:
        line = self.line(event)
        if not self.stack:
            self.root = value
            self.lines[()] = line
            return ()
        parent, above = self.stack[-1]
        if isinstance(parent, list):
            parent.append(value)
            location: Location = (*above, len(parent) - 1)
            self.lines[location] = line
            return location
        if self.keys[-1] is _NO_KEY:
            self.start_key(event, parent, value, above)
            return above
        key, self.keys[-1] = self.keys[-1], _NO_KEY
        parent[key] = value
        return (*above, key)

    def start_key(self, event: yaml.Event, parent: dict[Any, Any], key: Any, above: Any) -> None:
        if isinstance(key, dict | list):
            raise self.error(event, "键必须是文字", "a key must be plain text")
        key = key if isinstance(key, str) else str(getattr(event, "value", key))
        if key in parent:
            first = self.lines.get((*above, key), 0)
            raise self.error(
                event,
                f"重复的键 `{key}`（第 {first} 行已有）",
                f"duplicate key `{key}` (see line {first})",
            )
        self.keys[-1] = key
        self.lines[(*above, key)] = self.line(event)

    def scalar(self, event: yaml.ScalarEvent) -> Any:
        if event.tag is not None and event.tag != "!":
            self.check_tag(event, event.tag)
            return event.value
        if event.value.lower() in _WORDS:
            return event.value  # YAML 1.1 would make these true or false: `severity: off`
        tag: str = self.scalars.resolve(yaml.ScalarNode, event.value, event.implicit)  # type: ignore[no-untyped-call]
        node = yaml.ScalarNode(tag, event.value)
        try:
            return self.scalars.construct_object(node)
        except (ValueError, yaml.YAMLError):
            raise self.error(
                event, f"无法读取的值 `{event.value}`", f"unreadable value `{event.value}`"
            ) from None

    def check_tag(self, event: yaml.Event, tag: str | None) -> None:
        if tag is not None and not self.foreign_tags:
            raise self.error(event, f"不支持标签 {tag}", f"tags are not accepted: {tag}")


_NO_KEY: Final = object()
