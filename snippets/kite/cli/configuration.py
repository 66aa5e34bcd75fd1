"""``kite settings``, ``render-nginx`` and ``openapi``: what follows from the settings and the code."""

import json
from pathlib import Path

import click

from kite import nginx
from kite.terminal import FilePath, Terminal, as_json, pass_terminal


@click.command("settings")
@as_json
@pass_terminal
def settings_command(terminal: Terminal, as_json: bool) -> None:
    """Show the settings and their sources."""
    loaded = terminal.load()
    values = loaded.shown()
    if as_json:
        shown = {n: {"value": v, "source": loaded.sources[n]} for n, v in values.items()}
        click.echo(json.dumps(shown, indent=2))
        return
    width = max(map(len, values))
    for name, value in values.items():
        click.echo(f"{name:<{width}}  {json.dumps(value)}  ({loaded.sources[name]})")


@click.command("render-nginx")
@click.option("--output", type=FilePath, help="Write to this file instead of standard output.")
@click.option(
    "--role",
    type=click.Choice(nginx.ROLES),
    default="all",
    show_default=True,
    help="origin: encoders and edges; edge: players; all: everybody.",
)
@pass_terminal
def render_nginx(terminal: Terminal, output: Path | None, role: nginx.Role) -> None:
    """Render nginx.conf from the settings."""
    settings = terminal.load().settings
    if output:
        nginx.write(settings, output, role)
    else:
        click.echo(nginx.render(settings, role), nl=False)


@click.command()
def openapi() -> None:
    """Print the OpenAPI document."""
    from kite import app  # takes longer to import than the other commands take to run

    click.echo(json.dumps(app.openapi(), indent=2, ensure_ascii=False))
