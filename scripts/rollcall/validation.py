"""What pydantic refuses in a YAML file, as places in it and texts in both languages."""

from collections.abc import Iterator
from typing import Any, Final, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from rollcall.checklist import FOLDER_PATTERN, ID_PATTERN, PATH_PATTERN
from rollcall.model import Place, Text, did_you_mean
from rollcall.yaml_tree import Tree

_EXPECTED: Final = {
    "greater_than_equal": Text("太小", "too small"),
    "too_short": Text("不能为空", "must not be empty"),
    "string_too_short": Text("太短", "too short"),
    "literal_error": Text("不是可用的值", "not one of the values allowed"),
    "enum": Text("不是可用的值", "not one of the values allowed"),
    "date_type": Text("应为日期 YYYY-MM-DD", "expected a date YYYY-MM-DD"),
    "date_from_datetime_parsing": Text("应为日期 YYYY-MM-DD", "expected a date YYYY-MM-DD"),
    "date_from_datetime_inexact": Text("应为日期 YYYY-MM-DD", "expected a date YYYY-MM-DD"),
    "string_type": Text("应为文字", "expected text"),
    "int_type": Text("应为整数", "expected an integer"),
    "int_parsing": Text("应为整数", "expected an integer"),
    "bool_type": Text("应为 true 或 false", "expected true or false"),
    "bool_parsing": Text("应为 true 或 false", "expected true or false"),
    "tuple_type": Text("应为列表", "expected a list"),
    "mapping_type": Text("应为键值对", "expected a mapping"),
    "dict_type": Text("应为键值对", "expected a mapping"),
    "backwards": Text("结束要晚于开始", "the end is not after the start"),
    "one_threshold": Text(
        "at_most 和 at_least 要写且只写一个", "give exactly one of at_most and at_least"
    ),
    "model_type": Text("应为键值对", "expected a mapping"),
    "model_attributes_type": Text("应为键值对", "expected a mapping"),
}


_PATTERNS: Final = {
    ID_PATTERN: Text("应为小写字母、数字和连字符", "expected lower-case letters, digits, hyphens"),
    FOLDER_PATTERN: Text("应为根目录下的文件夹，如 docs/zh", "expected a folder such as `docs/zh`"),
    PATH_PATTERN: Text("应为相对路径，如 deploy/*.md", "expected a path such as `deploy/*.md`"),
}


def problems_of(
    error: ValidationError, tree: Tree, path: str, model: type[BaseModel]
) -> tuple[tuple[Place, Text], ...]:
    """Every error of a file once, in the order of lines."""
    problems = dict.fromkeys(_problems(error, tree, path, model))
    return tuple(sorted(problems, key=lambda problem: problem[0].line or 0))


def _problems(
    error: ValidationError, tree: Tree, path: str, model: type[BaseModel]
) -> Iterator[tuple[Place, Text]]:
    """Every error, except that a list is too short only because its items are wrong."""
    errors = error.errors()
    deeper = {item["loc"][:end] for item in errors for end in range(len(item["loc"]))}
    for item in errors:
        if not (item["type"] == "too_short" and item["loc"] in deeper):
            yield problem_of(item, tree, path, model)


def problem_of(
    error: ErrorDetails, tree: Tree, path: str, model: type[BaseModel]
) -> tuple[Place, Text]:
    """One error: the line of its entry, what was expected, what was found, the nearest name."""
    location = _location(error["loc"])
    place = Place(path, tree.line(location))
    name = ".".join(str(part) for part in location)
    if error["type"] == "extra_forbidden":
        guess = did_you_mean(str(location[-1]), _fields_at(model, location[:-1]))
        return place, Text(f"未知的键 `{name}`{guess.zh}", f"unknown key `{name}`{guess.en}")
    if error["type"] == "missing":
        return place, Text(f"缺少必填的键 `{name}`", f"missing key `{name}`")
    plain = error["msg"][:1].lower() + error["msg"][1:]
    what = _EXPECTED.get(error["type"], Text(plain, plain))
    limits = error.get("ctx", {})
    what = _PATTERNS.get(limits.get("pattern", ""), what)
    limit = limits.get("expected", limits.get("ge"))
    wanted = Text("", "") if limit is None else Text(f"（要求 {limit}）", f" (wanted: {limit})")
    found = repr(error["input"])[:60]
    return place, Text(
        f"`{name}`：{what.zh}{wanted.zh}，实际是 {found}",
        f"`{name}`: {what.en}{wanted.en}, found {found}",
    )


def _location(parts: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """A location without the marks that pydantic adds for keys and for members of a union."""
    return tuple(
        part for part in parts if part != "[key]" and not str(part).startswith(("literal[", "enum"))
    )


def _fields_at(model: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """The keys that a model accepts at `location`, found by walking its annotations."""
    current: Any = model
    for part in location:
        fields = _model_in(current)
        if fields is not None and isinstance(part, str) and part in fields.model_fields:
            current = fields.model_fields[part].annotation
    found = _model_in(current)
    return list(found.model_fields) if found else []


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = (_model_in(part) for part in get_args(annotation))
    return next((model for model in inner if model is not None), None)
