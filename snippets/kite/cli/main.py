"""The ``kite`` command."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from kite import __version__, backup, database, doctor, nginx, supervisor, tokens
from kite.cli.emergency import emergency
from kite.cli.keys import key
from kite.cli.rooms import room
from kite.cli.tokens import token
from kite.cli.users import user
from kite.terminal import Commands, Terminal, as_json, pass_terminal

FilePath = click.Path(dir_okay=False, path_type=Path)


@click.group(cls=Commands)
@click.version_option(__version__, prog_name="kite")
@click.option("--config", type=FilePath, help="Settings file (TOML); default ./kite.toml.")
@click.pass_context
def main(ctx: click.Context, config: Path | None) -> None:
    """Kite (纸鸢直播): a small live-streaming server.

    Settings come from the environment (KITE_…), then the settings file, then the defaults.
    """
    ctx.obj = Terminal(config)


for group in (room, key, user, token, emergency):
    main.add_command(group)


@main.command()
@pass_terminal
def init(terminal: Terminal) -> None:
    """Create data directory, database, token.

    What exists is kept; the first token is printed once.
    """
    if not _init(terminal):
        settings = terminal.load().settings
        click.echo(f"{settings.data_dir} exists already; nothing to create.")


@main.command()
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


@main.command()
@pass_terminal
def serve(terminal: Terminal) -> None:
    """Run the API service alone.

    For systemd: nginx is a unit of its own there.
    """
    from kite import app  # takes longer to import than most commands take to run

    app.serve(terminal.load().settings)


@main.command("doctor")
@as_json
@pass_terminal
def doctor_command(terminal: Terminal, as_json: bool) -> None:
    """Check what a deployment needs.

    Exit 1 if a check fails; warnings do not count.
    """
    results = doctor.examine(terminal.load().settings)
    if as_json:
        click.echo(json.dumps([asdict(r) for r in results], indent=2, ensure_ascii=False))
    for result in () if as_json else results:
        click.echo(f"{result.status:<4} {result.code} {result.message}")
        if result.fix:
            click.echo(f"     fix: {result.fix}")
    if any(result.status == "fail" for result in results):
        raise SystemExit(1)


@main.command("render-nginx")
@click.option("--output", type=FilePath, help="Write to this file instead of standard output.")
@pass_terminal
def render_nginx(terminal: Terminal, output: Path | None) -> None:
    """Render nginx.conf from the settings."""
    settings = terminal.load().settings
    if output:
        nginx.write(settings, output)
    else:
        click.echo(nginx.render(settings), nl=False)


@main.command("settings")
@as_json
@pass_terminal
def settings_command(terminal: Terminal, as_json: bool) -> None:
    """Show the settings and their sources."""
    loaded = terminal.load()
    values = loaded.settings.model_dump(mode="json")
    if as_json:
        shown = {n: {"value": v, "source": loaded.sources[n]} for n, v in values.items()}
        click.echo(json.dumps(shown, indent=2))
        return
    width = max(map(len, values))
    for name, value in values.items():
        click.echo(f"{name:<{width}}  {json.dumps(value)}  ({loaded.sources[name]})")


@main.command()
def openapi() -> None:
    """Print the OpenAPI document."""
    from kite import app  # see serve

    click.echo(json.dumps(app.openapi(), indent=2, ensure_ascii=False))


@main.command("backup")
@click.argument("file", type=FilePath)
@pass_terminal
def backup_command(terminal: Terminal, file: Path) -> None:
    """Write a backup to FILE (tar.gz).

    It holds the database and the settings; Kite may be running.
    """
    manifest = backup.back_up(terminal.load(), file)
    click.echo(f"Backed up Kite {manifest.kite_version} (schema {manifest.schema_version}): {file}")


@main.command()
@click.argument("file", type=FilePath)
@click.option("--force", is_flag=True, help="Replace the database that exists.")
@pass_terminal
def restore(terminal: Terminal, file: Path, force: bool) -> None:
    """Restore the backup FILE.

    Kite must be stopped. An existing database is kept unless --force is given.
    """
    settings = terminal.load().settings
    manifest = backup.restore(settings, file, force=force)
    click.echo(f"Restored the backup of {manifest.created_at:%Y-%m-%d %H:%M:%S} UTC.")
    click.echo(f"Its settings are in {settings.data_dir}/restored-kite.toml; compare them.")


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
