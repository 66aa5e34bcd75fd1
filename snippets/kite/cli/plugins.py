"""``kite plugin``: what extends this installation."""

import click
from pydantic import BaseModel

from kite import plugins
from kite.terminal import Commands, Terminal, as_json, pass_terminal, show_list


class PluginView(BaseModel):
    """An installed plugin."""

    name: str
    state: str
    version: str
    distribution: str
    hooks: list[str]
    problem: str | None


@click.group(cls=Commands)
def plugin() -> None:
    """Show what extends Kite."""


@plugin.command("list")
@as_json
@pass_terminal
def list_plugins(terminal: Terminal, as_json: bool) -> None:
    """List the installed plugins, broken ones too."""
    found = plugins.installed(terminal.load().settings)
    columns = ("name", "state", "version", "distribution", "hooks", "problem")
    show_list([_view(installed) for installed in found], as_json, columns)


def _view(installed: plugins.Installed) -> PluginView:
    return PluginView(
        name=installed.name,
        state=installed.state,
        version=installed.version,
        distribution=installed.distribution,
        hooks=list(installed.host.hooks) if installed.host else [],
        problem=installed.problem or None,
    )
