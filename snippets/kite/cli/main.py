"""The ``kite`` command. The module of a command is imported when the command is wanted."""

from importlib import import_module
from pathlib import Path

import click

from kite import __version__
from kite.terminal import Commands, FilePath, Terminal

COMMANDS = {
    "backup": "data:backup_command",
    "doctor": "check:doctor_command",
    "emergency": "emergency:emergency",
    "init": "run:init",
    "key": "keys:key",
    "openapi": "configuration:openapi",
    "plugin": "plugins:plugin",
    "render-nginx": "configuration:render_nginx",
    "restore": "data:restore",
    "room": "rooms:room",
    "serve": "run:serve",
    "settings": "configuration:settings_command",
    "support-bundle": "check:support_bundle",
    "token": "tokens:token",
    "up": "run:up",
    "upgrade": "data:upgrade",
    "user": "users:user",
}
"""Where each command is: module of ``kite.cli`` and name in it."""


class MainCommands(Commands):
    """The commands of ``COMMANDS``, imported on demand: all of them take longer than most run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in the order of ``kite --help``."""
        del ctx
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, or None if there is none of this name."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        found: click.Command = getattr(import_module(f"kite.cli.{module}"), name)
        return found


@click.group(cls=MainCommands)
@click.version_option(__version__, prog_name="kite")
@click.option("--config", type=FilePath, help="Settings file (TOML); default ./kite.toml.")
@click.pass_context
def main(ctx: click.Context, config: Path | None) -> None:
    """Kite (纸鸢直播): a small live-streaming server.

    Settings come from the environment (KITE_…), then the settings file, then the defaults.
    """
    ctx.obj = Terminal(config)
