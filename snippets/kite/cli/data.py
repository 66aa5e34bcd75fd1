"""``kite backup``, ``restore`` and ``upgrade``: the database as a whole."""

from pathlib import Path

import click

from kite import backup, database
from kite.terminal import FilePath, Terminal, pass_terminal

MEGABYTE = 1_000_000


@click.command("backup")
@click.argument("file", type=FilePath)
@pass_terminal
def backup_command(terminal: Terminal, file: Path) -> None:
    """Write a backup to FILE (tar.gz).

    It holds the database and the settings; Kite may be running.
    """
    manifest = backup.back_up(terminal.load(), file)
    click.echo(f"Backed up Kite {manifest.kite_version} (schema {manifest.schema_version}): {file}")
    if manifest.recordings:
        size = manifest.recordings_bytes // MEGABYTE
        click.echo(f"Not in it: {manifest.recordings} recordings, {size} MB; copy them yourself.")


@click.command()
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


@click.command()
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
