"""``kite init``, ``up`` and ``serve``: create an installation and run it."""

import click

from kite import __version__, database, nginx, supervisor, tokens
from kite.terminal import Terminal, pass_terminal


@click.command()
@pass_terminal
def init(terminal: Terminal) -> None:
    """Create data directory, database, token.

    What exists is kept; the first token is printed once.
    """
    if not _init(terminal):
        settings = terminal.load().settings
        click.echo(f"{settings.data_dir} exists already; nothing to create.")


@click.command()
@pass_terminal
def up(terminal: Terminal) -> None:
    """Run everything until Ctrl-C.

    Creates the data directory, the database and the first token if they are missing.
    """
    _init(terminal)
    kite = terminal.kite()
    settings = kite.settings

    def ready() -> None:
        click.echo(f"Kite {__version__} is running. Press Ctrl-C to stop.")
        click.echo(f"  API      {settings.api_base}/v1")
        click.echo(f"  Publish  {settings.publish_url}  (stream key: <room>?key=<secret>)")
        click.echo(f"  Play     {settings.play_base}/<room>.m3u8")
        click.echo(f"  Logs     {settings.data_dir}/logs")

    supervisor.up(kite, terminal.config, ready)
    click.echo("Kite has stopped.")


@click.command()
@pass_terminal
def serve(terminal: Terminal) -> None:
    """Run the API service alone.

    For systemd: nginx is a unit of its own there.
    """
    from kite import app  # takes longer to import than the rest of this module

    app.serve(terminal.load().settings)


def _init(terminal: Terminal) -> bool:
    """Create what is missing. The first token is made, and printed, once; False if it exists."""
    settings = terminal.load().settings
    database.create(settings)
    nginx.prepare(settings)
    kite = terminal.kite()
    if tokens.page(kite, 1, 0):
        return False
    _, secret = tokens.create(kite, "first token")
    click.echo(f"Created {settings.data_dir}")
    click.echo(f"First access token, shown only now: {secret.plain}")
    return True
