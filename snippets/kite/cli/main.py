"""The ``kite`` command."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from kite import __version__, backup, bundle, database, doctor, nginx, plugins, supervisor, tokens
from kite.cli.emergency import emergency
from kite.cli.keys import key
from kite.cli.plugins import plugin
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


for group in (room, key, user, token, emergency, plugin):
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
    settings = terminal.load().settings
    results = doctor.examine(settings, plugins.checks(settings))
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


@main.command("settings")
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
    if manifest.recordings:
        size = manifest.recordings_bytes // doctor.MEGABYTE
        click.echo(f"Not in it: {manifest.recordings} recordings, {size} MB; copy them yourself.")


@main.command()
@click.argument("file", type=FilePath)
@click.option("--force", is_flag=True, help="Replace the database that exists.")
@pass_terminal
def restore(terminal: Terminal, file: Path, force: bool) -> None:
    """Restore the backup FILE.

    Kite must be stopped. An existing database is kept unless --force is given. A backup of a
    SQLite database can be restored into PostgreSQL, and the other way round.
    """
    settings = terminal.load().settings
    manifest = backup.restore(settings, file, force=force)
    click.echo(f"Restored the backup of {manifest.created_at:%Y-%m-%d %H:%M:%S} UTC.")
    click.echo(f"Its settings are in {settings.data_dir}/restored-kite.toml; compare them.")


@main.command()
@click.option("--to", "target", type=click.Choice(database.revisions()), default=database.REVISION)
@pass_terminal
def upgrade(terminal: Terminal, target: str) -> None:
    """Bring the database to the tables of this Kite.

    Kite must be stopped. A backup is made first. An older revision given with --to is for going
    back to an older Kite: what that one does not know is lost.
    """
    saved = backup.upgrade(terminal.load(), target)
    if saved is None:
        click.echo(f"The database has revision {target} already.")
        return
    click.echo(f"Backup of the database before: {saved}")
    click.echo(f"The database has revision {target} now.")


@main.command("support-bundle")
@click.argument("file", type=FilePath)
@click.option("--mask-ips/--no-mask-ips", default=True, help="Replace IP addresses by numbers.")
@pass_terminal
def support_bundle(terminal: Terminal, file: Path, mask_ips: bool) -> None:
    """Write what a supporter needs to FILE (tar.gz).

    Secrets are masked. Kite need not run, and the database may be broken.
    """
    for name in bundle.write(terminal.load(), file, mask_people=mask_ips):
        click.echo(f"  {name}")
    click.echo(f"Wrote {file}. Secrets are masked; look into it before you send it.")


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
