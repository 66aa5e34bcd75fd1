"""The product changes and its documents do not: each makes the build fail, and the message is enough."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from mutations.model import Mutation, Tree

OPENAPI = "snippets/kite/openapi.json"
SETTINGS = "snippets/kite/settings.schema.json"
ERRORS = "snippets/kite/errors.json"
EVENTS = "snippets/kite/events.json"
COMMANDS = "snippets/kite/cli.json"
METRICS = "snippets/kite/metrics.json"
CHECKS = "snippets/kite/doctor.json"
PERMISSIONS = "snippets/kite/permissions.json"


def _edit(
    tree: Tree, path: str, about: str, change: Callable[[Any], None], *words: str
) -> Mutation:
    data = json.loads(tree.texts[path])
    change(data)
    text = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    return Mutation(about, {path: text}, frozenset((path,)), words)


def _names(tree: Tree, path: str, *keys: str) -> list[str]:
    data = json.loads(tree.texts[path])
    for key in keys:
        data = data[key]
    names = list(data)
    tree.random.shuffle(names)
    return names


def new_endpoint(tree: Tree) -> Iterator[Mutation]:
    """An endpoint that no page documents."""
    for path in _names(tree, OPENAPI, "paths"):

        def change(data: Any, path: str = path) -> None:
            method = next(iter(data["paths"][path]))
            data["paths"][f"{path}/planted"] = {"post": data["paths"][path][method]}

        yield _edit(tree, OPENAPI, f"POST {path}/planted", change, f"POST {path}/planted")


def endpoint_gone(tree: Tree) -> Iterator[Mutation]:
    """An endpoint is gone; its page is a ghost."""
    for path in _names(tree, OPENAPI, "paths"):

        def change(data: Any, path: str = path) -> None:
            del data["paths"][path]

        mutation = _edit(tree, OPENAPI, f"no {path}", change, path)
        yield Mutation(mutation.about, mutation.changes, frozenset(), (path,))


def new_required_parameter(tree: Tree) -> Iterator[Mutation]:
    """A query parameter that every call needs from now on."""
    for path in _names(tree, OPENAPI, "paths"):

        def change(data: Any, path: str = path) -> None:
            operation = next(iter(data["paths"][path].values()))
            operation.setdefault("parameters", []).append(
                {"name": "planted", "in": "query", "required": True, "schema": {"type": "string"}}
            )

        mutation = _edit(tree, OPENAPI, f"{path}?planted", change, "planted", "parameter")
        yield replace(mutation, places=frozenset())  # a page without parameters owes a section now


def field_gone(tree: Tree) -> Iterator[Mutation]:
    """A field of an answer or of a body has another name."""
    for schema in _names(tree, OPENAPI, "components", "schemas"):
        fields = json.loads(tree.texts[OPENAPI])["components"]["schemas"][schema]
        names = list(fields.get("properties", {}))
        if schema in ("Problem", "FieldProblem") or not names:
            continue
        name = tree.random.choice(names)

        def change(data: Any, schema: str = schema, name: str = name) -> None:
            properties = data["components"]["schemas"][schema]["properties"]
            properties[f"{name}_planted"] = properties.pop(name)

        yield _edit(tree, OPENAPI, f"{schema}.{name} renamed", change, f"{name}_planted")


def more_values(tree: Tree) -> Iterator[Mutation]:
    """A field or parameter of the API takes or gives one more value."""
    for schema in _names(tree, OPENAPI, "components", "schemas"):
        known = json.loads(tree.texts[OPENAPI])["components"]["schemas"][schema]
        for name, field in known.get("properties", {}).items():
            if "enum" in field:

                def change(data: Any, schema: str = schema, name: str = name) -> None:
                    values = data["components"]["schemas"][schema]["properties"][name]
                    values["enum"] = [*values["enum"], "planted"]

                yield _edit(tree, OPENAPI, f"{schema}.{name}: planted", change, "planted")


def now_required(tree: Tree) -> Iterator[Mutation]:
    """A field of a body that could be left out cannot any more."""
    for schema in _names(tree, OPENAPI, "components", "schemas"):
        known = json.loads(tree.texts[OPENAPI])["components"]["schemas"][schema]
        optional = sorted(set(known.get("properties", {})) - set(known.get("required", ())))
        if not schema.endswith(("Create", "Patch", "Ban", "Stop")) or not optional:
            continue
        name = tree.random.choice(optional)

        def change(data: Any, schema: str = schema, name: str = name) -> None:
            entry = data["components"]["schemas"][schema]
            entry["required"] = [*entry.get("required", ()), name]

        yield _edit(tree, OPENAPI, f"{schema}.{name} required", change, name)


def setting_renamed(tree: Tree) -> Iterator[Mutation]:
    """A setting has another name."""
    for name in _names(tree, SETTINGS, "properties"):

        def change(data: Any, name: str = name) -> None:
            data["properties"][f"{name}_planted"] = data["properties"].pop(name)

        yield _edit(tree, SETTINGS, f"{name} renamed", change, f"{name}_planted")


def new_setting(tree: Tree) -> Iterator[Mutation]:
    """One more setting."""
    for name in _names(tree, SETTINGS, "properties"):

        def change(data: Any, name: str = name) -> None:
            data["properties"][f"planted_{name}"] = data["properties"][name]

        yield _edit(tree, SETTINGS, f"planted_{name}", change, f"planted_{name}")


def another_default(tree: Tree) -> Iterator[Mutation]:
    """A setting has another default."""
    for name in _names(tree, SETTINGS, "properties"):
        default = json.loads(tree.texts[SETTINGS])["properties"][name].get("default")
        other: Any = {str: "planted", bool: default is False, list: ["planted"]}.get(type(default))
        if isinstance(default, int) and not isinstance(default, bool):
            other = default + 1
        if other is None:
            continue

        def change(data: Any, name: str = name, other: Any = other) -> None:
            data["properties"][name]["default"] = other

        yield _edit(tree, SETTINGS, f"default of {name}", change, f"`{name}`")


def another_bound(tree: Tree) -> Iterator[Mutation]:
    """A setting takes other values than before."""
    for name in _names(tree, SETTINGS, "properties"):
        found = json.loads(tree.texts[SETTINGS])["properties"][name]
        key = next((key for key in ("maximum", "minimum", "enum") if key in found), None)
        if key is None or (key == "minimum" and found[key] < 1):
            continue

        def change(data: Any, name: str = name, key: str = key) -> None:
            entry = data["properties"][name]
            entry[key] = [*entry[key], "planted"] if key == "enum" else entry[key] + 3

        yield _edit(tree, SETTINGS, f"{key} of {name}", change, f"`{name}`")


def another_unit(tree: Tree) -> Iterator[Mutation]:
    """A setting is counted in another unit."""
    for name in _names(tree, SETTINGS, "properties"):
        unit = json.loads(tree.texts[SETTINGS])["properties"][name]["x-kite"].get("unit")
        if unit not in ("s", "min", "d", "ms", "MB", "GB"):
            continue

        def change(data: Any, name: str = name, unit: str = unit) -> None:
            data["properties"][name]["x-kite"]["unit"] = "h" if unit != "h" else "s"

        yield _edit(tree, SETTINGS, f"unit of {name}", change, f"`{name}`")


def new_error_code(tree: Tree) -> Iterator[Mutation]:
    """One more error code."""
    for code in _names(tree, ERRORS):

        def change(data: Any, code: str = code) -> None:
            data[f"PLANTED_{code}"] = data[code]

        yield _edit(tree, ERRORS, f"PLANTED_{code}", change, f"PLANTED_{code}")


def error_code_gone(tree: Tree) -> Iterator[Mutation]:
    """An error code is gone; its row and what mentions it are ghosts."""
    for code in _names(tree, ERRORS):

        def change(data: Any, code: str = code) -> None:
            del data[code]

        mutation = _edit(tree, ERRORS, f"no {code}", change, code)
        yield Mutation(mutation.about, mutation.changes, frozenset(), (code,))


def another_status(tree: Tree) -> Iterator[Mutation]:
    """An error code comes with another status, or may now be retried."""
    for code in _names(tree, ERRORS):
        key = tree.random.choice(("status", "retry"))

        def change(data: Any, code: str = code, key: str = key) -> None:
            entry = data[code]
            entry[key] = not entry[key] if key == "retry" else (entry[key] or 500) + 1

        yield _edit(tree, ERRORS, f"{key} of {code}", change, code)


def new_event_field(tree: Tree) -> Iterator[Mutation]:
    """An event carries one more field, or there is one more event."""
    for name in _names(tree, EVENTS):

        def field(data: Any, name: str = name) -> None:
            data[name]["schema"]["properties"]["planted"] = {"type": "string"}

        def event(data: Any, name: str = name) -> None:
            data[f"{name}.planted"] = data[name]

        yield _edit(tree, EVENTS, f"{name}: planted", field, "planted")
        yield _edit(tree, EVENTS, f"{name}.planted", event, f"{name}.planted")


def new_command(tree: Tree) -> Iterator[Mutation]:
    """A command, or an option of one, that no page documents."""
    for name in _names(tree, COMMANDS):

        def option(data: Any, name: str = name) -> None:
            planted = {"kind": "option", "names": ["--planted"], "help": "x"}
            data[name]["parameters"].append(planted)

        def command(data: Any, name: str = name) -> None:
            data[f"{name}-planted"] = {"help": "x", "parameters": []}

        yield _edit(tree, COMMANDS, f"{name} --planted", option, "--planted")
        yield _edit(tree, COMMANDS, f"{name}-planted", command, f"{name}-planted")


def command_renamed(tree: Tree) -> Iterator[Mutation]:
    """A command has another name; pages mention the old one."""
    for name in _names(tree, COMMANDS):

        def change(data: Any, name: str = name) -> None:
            data[f"{name}x"] = data.pop(name)

        yield _edit(tree, COMMANDS, f"{name} renamed", change, f"{name}x")


def new_metric(tree: Tree) -> Iterator[Mutation]:
    """A metric, a check or a permission that no page documents."""
    for path, keys in ((METRICS, ()), (CHECKS, ()), (PERMISSIONS, ("actions",))):
        for name in _names(tree, path, *keys):

            def change(data: Any, name: str = name, keys: tuple[str, ...] = keys) -> None:
                for key in keys:
                    data = data[key]
                data[f"planted{name}"] = data[name]

            yield _edit(tree, path, f"planted{name}", change, f"planted{name}")


def another_permission(tree: Tree) -> Iterator[Mutation]:
    """A role may do what it could not, or the other way."""
    for name in _names(tree, PERMISSIONS, "actions"):

        def change(data: Any, name: str = name) -> None:
            allowed = data["actions"][name]["allowed"]
            allowed["operator"] = not allowed["operator"]

        yield _edit(tree, PERMISSIONS, f"operator: {name}", change, name)


def broken_facts(tree: Tree) -> Iterator[Mutation]:
    """A file of facts is empty, cut off or gone: checking nothing is no pass."""
    for path in (OPENAPI, SETTINGS, ERRORS, EVENTS, COMMANDS, METRICS, CHECKS, PERMISSIONS):
        text = tree.texts[path]
        for new in (None, "", "{}", text[: len(text) // 2]):
            yield Mutation(f"{path}: cut to {new and len(new)}", {path: new}, frozenset((path,)))


DEFECTS: Final[Sequence[Callable[[Tree], Iterator[Mutation]]]] = (
    new_endpoint,
    endpoint_gone,
    new_required_parameter,
    field_gone,
    more_values,
    now_required,
    setting_renamed,
    new_setting,
    another_default,
    another_bound,
    another_unit,
    new_error_code,
    error_code_gone,
    another_status,
    new_event_field,
    new_command,
    command_renamed,
    new_metric,
    another_permission,
    broken_facts,
)
