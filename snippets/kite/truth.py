"""What Kite is, for machines: one JSON file for each kind of fact, made from the source.

The manual, translators and programs read the files; a test holds each against its function.
Making them needs no installation and gives the same bytes each time.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

import click

from kite import app, examples
from kite import events as events_
from kite.cli import main
from kite.doctor import CHECKS
from kite.errors import CATALOGUE, ENCODER
from kite.metrics import METRICS
from kite.permissions import ACTIONS, ROLES, includes
from kite.plugins import VERDICT
from kite.settings import ENV_PREFIX, Settings

Facts = dict[str, Any]
TYPES: Mapping[str, str] = MappingProxyType(
    {"text": "string", "filename": "path", "file": "path", "integer range": "integer"}
)
"""How ``cli.json`` calls a type of click, where click has another word."""


def settings_schema() -> Facts:
    """JSON schema of the settings file; ``x-kite`` holds what the manual adds for each one."""
    schema = Settings.model_json_schema()
    for name, field in schema["properties"].items():
        own = {key: field.pop(key, None) for key in ("zh", "unit", "restart")}
        field["x-kite"] = {"environment": f"{ENV_PREFIX}{name.upper()}", **own}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | schema


def errors() -> Facts:
    """Every error, by code; ``encoder`` in words."""
    shown = {code: info.model_dump() for code, info in CATALOGUE.items()}
    for entry in shown.values():
        entry["encoder"] = dict(ENCODER[entry["encoder"]]) if entry["encoder"] else None
    return shown


def events() -> Facts:
    """Every event, by type: when it is sent, the schema of its ``data``, an example."""
    found = {}
    for kind, payload in events_.TYPES.items():
        schema = payload.model_json_schema()
        shared = schema.pop("$defs", {}) | {kind: schema}
        example = cast("Facts", examples.of({"$ref": f"#/{kind}"}, shared))
        text = " ".join((payload.__doc__ or "").split())
        found[kind] = {"when": text, "schema": schema, "example": example}
    return found


def permissions() -> Facts:
    """Every action with the roles that may do it."""
    return {
        "roles": list(ROLES),
        "actions": {
            name: {
                "role": action.role,
                "allowed": {role: includes(role, action.role) for role in ROLES},
                "en": action.en,
                "zh": action.zh,
            }
            for name, action in ACTIONS.items()
        },
    }


def metrics() -> Facts:
    """Every metric, by name."""
    shown = [asdict(metric) for metric in METRICS]
    return {metric.pop("name"): metric for metric in shown}


def doctor() -> Facts:
    """Every check of ``kite doctor``, in its order."""
    return {check.code: {"en": check.en, "zh": check.zh} for check in (*CHECKS, VERDICT)}


def cli() -> Facts:
    """Every command with its arguments and options, by its words."""
    found: Facts = {}

    def walk(command: click.Command, words: str) -> None:
        entry = {
            "help": command.help,
            "parameters": [_parameter(parameter) for parameter in command.params],
        }
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in sorted(command.list_commands(context)):
                if below := command.get_command(context, name):
                    walk(below, f"{words} {name}")
        if words == "kite" or not isinstance(command, click.Group):
            found[words] = entry

    walk(main, "kite")
    return found


def _parameter(parameter: click.Parameter) -> Facts:
    option = isinstance(parameter, click.Option)
    flag = isinstance(parameter, click.Option) and parameter.is_flag
    spoken = [*parameter.opts, *parameter.secondary_opts]
    facts = parameter.to_info_dict()
    bounds = parameter.type if isinstance(parameter.type, click.IntRange) else None
    shown = {
        "kind": "option" if option else "argument",
        "names": spoken if option else [parameter.human_readable_name],
        "metavar": parameter.metavar if option else None,
        "type": "flag" if flag else TYPES.get(parameter.type.name, parameter.type.name),
        "required": parameter.required,
        "flag": flag,
        "repeatable": parameter.multiple or parameter.nargs == -1,
        "default": None if facts["default"] is False else facts["default"],
        "choices": list(getattr(parameter.type, "choices", [])) or None,
        "minimum": bounds.min if bounds else None,
        "maximum": bounds.max if bounds else None,
        "help": parameter.help if option else None,
    }
    return {key: value for key, value in shown.items() if value is not None and value is not False}


FILES: Mapping[str, Callable[[], Facts]] = MappingProxyType(
    {
        "openapi.json": app.openapi,
        "settings.schema.json": settings_schema,
        "errors.json": errors,
        "events.json": events,
        "cli.json": cli,
        "metrics.json": metrics,
        "doctor.json": doctor,
        "permissions.json": permissions,
    }
)
"""Each file with the function that makes its content."""


def text(name: str) -> str:
    """The content of a file of ``FILES``."""
    return json.dumps(FILES[name](), indent=2, ensure_ascii=False, default=str) + "\n"


def stale(folder: Path) -> list[str]:
    """The files in ``folder`` that are missing or say something else."""
    return [
        name
        for name in FILES
        if not (folder / name).is_file() or (folder / name).read_text("utf-8") != text(name)
    ]
