"""JSON Schema → facts: what a field of a request, a setting or a payload may be."""

from collections.abc import Mapping
from typing import Any, Final

from rollcall.items import Fact

_LEAST: Final = ("minimum", "minLength", "minItems")
_MOST: Final = ("maximum", "maxLength", "maxItems")
_MAX_DEPTH: Final = 20


def resolve(schema: Mapping[str, Any], root: Any) -> Mapping[str, Any]:
    """The schema that a local `$ref` means; a reference that leads nowhere gives `{}`."""
    for _ in range(_MAX_DEPTH):
        target = schema.get("$ref")
        if not isinstance(target, str) or not target.startswith("#/"):
            return schema
        found: Any = root
        for part in target[2:].split("/"):
            key = part.replace("~1", "/").replace("~0", "~")
            found = found.get(key) if isinstance(found, Mapping) else None
        schema = found if isinstance(found, Mapping) else {}
    return {}


def alternatives(schema: Mapping[str, Any], root: Any) -> list[Mapping[str, Any]]:
    """The schema without references, or each of those that it allows."""
    schema = resolve(schema, root)
    listed = schema.get("anyOf") or schema.get("oneOf")
    if not isinstance(listed, list):
        return [schema]
    return [resolve(part, root) for part in listed if isinstance(part, Mapping)]


def facts_of(schema: Mapping[str, Any], root: Any) -> dict[str, Fact]:
    """Type, format, bounds, values and default, as far as the schema says them."""
    parts = alternatives(schema, root)
    merged: dict[str, Any] = {}
    for part in (*reversed(parts), resolve(schema, root)):
        merged |= part
    facts: dict[str, Fact] = {}
    types = tuple(dict.fromkeys(name for part in parts for name in _types(part)))
    if types:
        facts["type"] = types
    if isinstance(merged.get("format"), str):
        facts["format"] = merged["format"]
    if "default" in merged:
        facts["default"] = _plain(merged["default"])
    for name, keys in (("min", _LEAST), ("max", _MOST)):
        bounds = [merged[key] for key in keys if isinstance(merged.get(key), int | float)]
        if bounds:
            facts[name] = bounds[0]
    values = [value for part in parts for value in _values(part)]
    if values:
        facts["values"] = tuple(values)
    return facts


def _types(schema: Mapping[str, Any]) -> list[str]:
    found = schema.get("type")
    if isinstance(found, str):
        return [found]
    return [name for name in found if isinstance(name, str)] if isinstance(found, list) else []


def _values(schema: Mapping[str, Any]) -> list[str]:
    listed = schema.get("enum")
    if not isinstance(listed, list):
        listed = [schema["const"]] if "const" in schema else []
    return [str(value) for value in listed if value is not None]


def _plain(value: Any) -> Fact:
    if isinstance(value, list):
        return tuple(str(item) for item in value)
    return value if isinstance(value, str | int | float | bool) else None
