"""What the command-line groups share: settings on demand, errors as text, output as JSON."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

import click
from pydantic import BaseModel, ValidationError
from sqlalchemy.exc import SQLAlchemyError

from kite import log
from kite.context import Kite, open_kite
from kite.database import describe
from kite.errors import KiteError
from kite.permissions import CLI
from kite.settings_load import Loaded, SettingsError, load


@dataclass(frozen=True)
class Terminal:
    """What a command works with.

    Attributes:
        config: Settings file given with ``--config``.
    """

    config: Path | None

    def load(self) -> Loaded:
        """Load the settings; see ``settings_load.load``."""
        return load(self.config)

    def kite(self) -> Kite:
        """Open the installation and its log; see ``context.open_kite``."""
        settings = self.load().settings
        log.configure(settings.log_level, settings.data_dir / "logs" / "kite.log")
        return open_kite(settings, CLI)


class Commands(click.Group):
    """A group whose expected failures end as text on standard error, never as a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; exit 1 after an error of Kite, 2 after a mistake in the settings."""
        try:
            return super().invoke(ctx)
        except SettingsError as error:
            for line in error.problems:
                click.echo(f"settings: {line}", err=True)
            ctx.exit(2)
        except ValidationError as error:
            _fail(ctx, KiteError("REQUEST_INVALID", _mistakes(error)))
        except SQLAlchemyError as error:
            _fail(ctx, KiteError("DATABASE_UNUSABLE", describe(error)))
        except KiteError as error:
            _fail(ctx, error)


FilePath = click.Path(dir_okay=False, path_type=Path)
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
pass_terminal: Callable[[Callable[..., None]], Callable[..., None]] = click.make_pass_decorator(
    Terminal
)


def show(view: BaseModel, as_json: bool, text: str) -> None:
    """Print ``view`` as JSON or else ``text``."""
    click.echo(view.model_dump_json(indent=2) if as_json else text)


def show_list(views: Sequence[BaseModel], as_json: bool, columns: Sequence[str]) -> None:
    """Print ``views`` as a JSON array or as a table with these attributes as columns."""
    if as_json:
        click.echo("[" + ",\n".join(view.model_dump_json(indent=2) for view in views) + "]")
        return
    rows = [list(columns), *([_cell(getattr(v, c)) for c in columns] for v in views)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(columns))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%SZ}"
    if isinstance(value, list):
        return ",".join(value) or "-"
    return "-" if value is None else str(value)


def _mistakes(error: ValidationError) -> str:
    return "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())


def _fail(ctx: click.Context, error: KiteError) -> NoReturn:
    click.echo(f"error[{error.code}]: {error.detail}", err=True)
    click.echo(f"fix: {error.info.en.fix}", err=True)
    ctx.exit(1)
