"""Front matter follows the typed schema of the checklist; unknown keys are findings."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from rollcall.bound import BoundPage
from rollcall.checklist import FrontMatterField, Strict
from rollcall.model import Level, Outcome, Place, Severity, Text, did_you_mean, met, unmet
from rollcall.project import Project

ID: Final = "front-matter"
LEVEL: Final = Level.COMPLETE
SEVERITY: Final = Severity.ERROR
SUMMARY: Final = Text("front matter 不合要求", "front matter is not as required")
EXPLANATION: Final = Text(
    "清单的 `front_matter` 给出每个键的类型、是否必填、范围。没声明的键也是问题：多半是拼错了。",
    "`front_matter` in the checklist gives each key's type, bounds and whether it is required. A key "
    "that is not declared is a finding: it is usually a misspelling.",
)

_TYPES: Final[Mapping[str, tuple[type, Text]]] = {
    "text": (str, Text("文字", "text")),
    "integer": (int, Text("整数", "an integer")),
    "boolean": (bool, Text("true 或 false", "true or false")),
    "date": (date, Text("日期 YYYY-MM-DD", "a date YYYY-MM-DD")),
    "list": (list, Text("列表", "a list")),
    "mapping": (dict, Text("键值对", "a mapping")),
}


class Options(Strict):
    """This rule has no options."""


def check(project: Project, _options: Options) -> Iterator[Outcome]:
    """One outcome per page that is right, else one per wrong key."""
    for page in project.pages:
        fields = dict(project.checklist.front_matter)
        if page.cell is not None:
            fields |= project.document(page.cell).front_matter
        problems = list(_problems(page, fields))
        because = project.source.place("front_matter")
        if not problems:
            yield met(page.path, Place(page.path), because, page.cell)
        for key, line, message in problems:
            yield unmet(
                f"{page.path}:{key}", Place(page.path, line), because, message, cell=page.cell
            )


def _problems(
    page: BoundPage, fields: Mapping[str, FrontMatterField]
) -> Iterator[tuple[str, int, Text]]:
    front = page.page.front
    if front.error:
        line, text = front.error
        yield "", line, text
        return
    for key, value in front.data.items():
        line = front.lines.get((key,), 1)
        if key not in fields:
            guess = did_you_mean(key, list(fields))
            yield key, line, Text(f"未知的键 `{key}`{guess.zh}", f"unknown key `{key}`{guess.en}")
        elif problem := _value_problem(fields[key], value):
            yield key, line, Text(f"`{key}`：{problem.zh}", f"`{key}`: {problem.en}")
    for key, want in fields.items():
        if want.required and key not in front.data:
            yield key, 1, Text(f"缺少必填的键 `{key}`", f"missing key `{key}`")


def _value_problem(want: FrontMatterField, value: Any) -> Text | None:
    kind, name = _TYPES[want.type]
    is_bool_number = isinstance(value, bool) and kind is int
    if value is None:
        return Text("没有值", "has no value")
    if not isinstance(value, kind) or is_bool_number:
        shown = repr(value)[:40]
        return Text(f"应为{name.zh}，实际是 {shown}", f"expected {name.en}, found {shown}")
    blank = not value.strip() if isinstance(value, str) else value in ([], {})
    if want.required and blank:
        return Text("是空的", "is empty")
    items = value if isinstance(value, list) else [value]
    for item in items if want.values else ():
        if item not in want.values:
            guess = did_you_mean(str(item), want.values)
            return Text(f"不认识 `{item}`{guess.zh}", f"unknown value `{item}`{guess.en}")
    return _size_problem(want, value)


def _size_problem(want: FrontMatterField, value: Any) -> Text | None:
    if isinstance(value, bool | date | dict):
        return None
    size = value if isinstance(value, int) else len(value)
    if want.min is not None and size < want.min:
        return Text(f"最少 {want.min}，现在 {size}", f"at least {want.min}, found {size}")
    if want.max is not None and size > want.max:
        return Text(f"最多 {want.max}，现在 {size}", f"at most {want.max}, found {size}")
    return None
