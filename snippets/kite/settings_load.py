"""Load the settings, report every mistake at once, and remember where each value came from."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from kite import masking
from kite.settings import ENV_PREFIX, Settings

# KITE_CONFIG names the file; KITE_TOKEN is what people export for their own API calls.
NOT_SETTINGS = frozenset({"KITE_CONFIG", "KITE_TOKEN"})
DEFAULT_FILE = Path("kite.toml")


class SettingsError(Exception):
    """The settings cannot be used; ``problems`` holds one line for each mistake."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Loaded:
    """Settings in effect, and for each name where its value came from.

    Attributes:
        settings: The checked values.
        sources: Setting name to ``default``, ``env KITE_…`` or the path of the TOML file.
    """

    settings: Settings
    sources: Mapping[str, str]

    def shown(self) -> dict[str, Any]:
        """Every value as JSON has it, without the password of the database."""
        values = self.settings.model_dump(mode="json")
        return values | {"database_url": masking.secrets(values["database_url"])}


def load(config: Path | None = None) -> Loaded:
    """Load the settings from environment, TOML file and defaults.

    Args:
        config: TOML file; ``KITE_CONFIG`` if not given, else ``kite.toml`` if that exists.

    Raises:
        SettingsError: A file that cannot be read, an unknown name or a bad value; all at once.
    """
    path = _config_path(config)
    values = _read_toml(path) if path else {}
    sources = _sources(values, path)
    problems = _unknown_environment()
    try:
        settings = Settings(**values)
    except ValidationError as error:
        problems += [_line(e["loc"], e["msg"], sources) for e in error.errors()]
    if problems:
        raise SettingsError(problems)
    return Loaded(settings, sources)


def _config_path(config: Path | None) -> Path | None:
    if config:
        return config
    if named := os.environ.get("KITE_CONFIG"):
        return Path(named)
    return DEFAULT_FILE if DEFAULT_FILE.exists() else None


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError([f"{path}: {error.strerror}"]) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError([f"{path}: not TOML: {error}"]) from error


def _environment() -> dict[str, str]:
    """Setting name (lower case, without prefix) to the variable that sets it."""
    names = (name for name in os.environ if name.upper().startswith(ENV_PREFIX))
    found = {name.upper(): name for name in names}
    return {key[len(ENV_PREFIX) :].lower(): found[key] for key in found.keys() - NOT_SETTINGS}


def _unknown_environment() -> list[str]:
    unknown = (var for name, var in _environment().items() if name not in Settings.model_fields)
    return [f"{var}: no such setting (environment)" for var in sorted(unknown)]


def _sources(toml: Mapping[str, Any], path: Path | None) -> dict[str, str]:
    environment = _environment()
    sources = dict.fromkeys(Settings.model_fields, "default")
    sources |= dict.fromkeys(toml, str(path))
    sources |= {n: f"env {v}" for n, v in environment.items() if n in Settings.model_fields}
    return sources


def _line(loc: tuple[int | str, ...], message: str, sources: Mapping[str, str]) -> str:
    name = str(loc[0]) if loc else "settings"
    if message == "Extra inputs are not permitted":
        message = "no such setting"
    return f"{name}: {message.removeprefix('Value error, ')} ({sources.get(name, 'default')})"
