"""Render the nginx configuration from the settings."""

import os
import pwd
from pathlib import Path
from typing import Literal, get_args

from jinja2 import Environment, PackageLoader, StrictUndefined

from kite import __version__
from kite.errors import KiteError
from kite.settings import Settings

Role = Literal["all", "origin", "edge"]
"""What an nginx does: ``origin`` takes encoders and serves edges, ``edge`` serves players with what
it fetches from the origin, ``all`` takes encoders and serves edges and players."""

ROLES: tuple[Role, ...] = get_args(Role)


def nginx_dir(settings: Settings) -> Path:
    """Where nginx has its configuration, pid and temporary files."""
    return settings.data_dir / "nginx"


def recordings_dir(settings: Settings) -> Path:
    """Where finished recordings are; may be a link to another disk."""
    return settings.data_dir / "recordings"


def incoming_dir(settings: Settings) -> Path:
    """Where nginx writes a recording while it runs; on the same disk as the finished ones."""
    return recordings_dir(settings) / "incoming"


def config_path(settings: Settings) -> Path:
    """File “kite up” starts nginx with."""
    return nginx_dir(settings) / "nginx.conf"


def command(settings: Settings, config: Path) -> list[str]:
    """Command line that runs nginx in the foreground with its own prefix."""
    return [str(settings.nginx_binary), "-p", f"{nginx_dir(settings)}/", "-c", str(config)]


def render(settings: Settings, role: Role = "all") -> str:
    """Render nginx.conf for an nginx with this role.

    The settings allow only characters without a meaning in nginx.conf, so nothing is escaped here.
    """
    # Configuration, not HTML: escaping would damage it.
    environment = Environment(  # noqa: S701
        loader=PackageLoader("kite"),
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("nginx.conf.j2").render(
        settings.model_dump(),
        version=__version__,
        user=pwd.getpwuid(0).pw_name if os.geteuid() == 0 else "",
        role=role,
        control_services=[_authority(url) for url in settings.control_urls or [settings.api_base]],
        origin_authority=_authority(settings.origin_url),
        nginx_dir=nginx_dir(settings),
        logs_dir=settings.data_dir / "logs",
        hls_dir=settings.data_dir / "hls",
        incoming_dir=incoming_dir(settings),
    )


def prepare(settings: Settings) -> None:
    """Create the directories the configuration names.

    Raises:
        KiteError: DATA_DIR_UNUSABLE.
    """
    try:
        for directory in ("hls", "logs", "nginx/tmp", "recordings/incoming"):
            (settings.data_dir / directory).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise KiteError("DATA_DIR_UNUSABLE", f"{error.filename}: {error.strerror}.") from error


def write(settings: Settings, path: Path, role: Role = "all") -> None:
    """Write the rendered configuration to ``path`` in one step, and create the directories.

    Raises:
        KiteError: DATA_DIR_UNUSABLE or FILE_UNUSABLE.
    """
    prepare(settings)
    draft = path.with_name(f".{path.name}.draft")
    try:
        draft.write_text(render(settings, role), encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        raise KiteError("FILE_UNUSABLE", f"{path}: {error.strerror}.") from error


def _authority(url: str) -> str:
    return url.removeprefix("http://")
