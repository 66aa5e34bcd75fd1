"""Back up, restore and upgrade: one tar.gz with the data, the settings and a manifest.

The data are always an SQLite file, whichever database they come from or go to. So a backup of the
one kind restored into the other is also the way to move.
"""

import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import func, inspect, select, update

from kite import __version__, database, processes, transfer
from kite.database import REVISION, Database, database_path, failures
from kite.errors import KiteError
from kite.models import Broadcast, Lease, Recording, now
from kite.settings import Settings
from kite.settings_load import Loaded

FORMAT_VERSION = 1
"""Version of the archive layout; raised when an older Kite could not restore the archive."""

MANIFEST, DATABASE, SETTINGS = "manifest.json", "kite.db", "kite.toml"
MAX_TEXT_BYTES = 1 << 20
"""Largest manifest or settings file that is read into memory."""


class Manifest(BaseModel):
    """First member of the archive.

    Attributes:
        format_version: Layout of the archive.
        schema_version: Revision of the database tables, as a number.
        kite_version: Kite that made the backup.
        created_at: When, UTC.
        sha256: File name to checksum, for every other member.
        recordings: How many recordings there were; their files are not in the archive.
        recordings_bytes: How large those files are together.
    """

    model_config = ConfigDict(extra="ignore")

    format_version: int
    schema_version: Annotated[int, Field(ge=1)]
    kite_version: Annotated[str, Field(pattern=r"^[0-9A-Za-z.+-]{1,40}$")]
    created_at: datetime
    sha256: dict[str, str]
    recordings: int = 0
    recordings_bytes: int = 0


def back_up(loaded: Loaded, target: Path) -> Manifest:
    """Write a backup to ``target`` in one step, readable only by its owner; Kite may be running.

    The settings go along as a TOML file with every value that is not a default, whether it came
    from a file or from the environment, but without the password of the database.

    Raises:
        KiteError: DATABASE_MISSING, DATABASE_UNUSABLE, DATABASE_VERSION or FILE_UNUSABLE.
    """
    live = database.open_database(loaded.settings)
    try:
        return _write_archive(loaded, live, REVISION, target)
    finally:
        live.engine.dispose()


def restore(settings: Settings, source: Path, *, force: bool) -> Manifest:
    """Put the data of a backup in place, in one step. Kite must not run.

    A backup made by an older Kite is upgraded. The settings of the backup are written to
    ``restored-kite.toml`` in the data directory and not used: addresses and ports may differ on
    another machine.

    Raises:
        KiteError: BACKUP_INVALID, BACKUP_NEWER, KITE_RUNNING, RESTORE_TARGET_NOT_EMPTY,
            DATABASE_UNUSABLE, DATABASE_VERSION or FILE_UNUSABLE. Nothing is changed then.
    """
    with tempfile.TemporaryDirectory(prefix="kite-restore-") as name:
        folder = Path(name)
        manifest = _unpack(source, folder)
        with failures(), _opened(folder / DATABASE) as copy:
            database.migrate(copy, REVISION)
        _refuse_running(settings)
        if not force:
            _refuse_occupied(settings)
        _write_atomically(settings.data_dir / "restored-kite.toml", folder / SETTINGS)
        (_put_file if settings.uses_sqlite else _put_rows)(settings, folder / DATABASE)
    return manifest


def upgrade(loaded: Loaded, target: str, saved: Path | None = None) -> Path | None:
    """Bring the tables to revision ``target`` after a backup of what they are now.

    Args:
        loaded: The settings.
        target: A revision; an older one takes away what the older Kite does not know.
        saved: Where the backup goes; ``backups/`` in the data directory if None. Kite deletes none
            of them: there is one for each upgrade, and only the operator knows when it was right.

    Returns:
        The backup; None if there was nothing to do.

    Raises:
        KiteError: KITE_RUNNING, DATABASE_MISSING, DATABASE_UNUSABLE, DATABASE_VERSION or
            FILE_UNUSABLE. Nothing is changed then.
    """
    settings = loaded.settings
    live = database.reach(settings)
    try:
        with failures():
            found = database.revision(live)
        database.require(found, *database.revisions())
        if found == target:
            return None
        _refuse_running(settings)
        name = f"before-{target}-{now():%Y%m%dT%H%M%SZ}.tar.gz"
        saved = saved or settings.data_dir / "backups" / name
        _write_archive(loaded, live, found, saved)
        with failures():
            database.migrate(live, target)
    finally:
        live.engine.dispose()
    return saved


def _write_archive(loaded: Loaded, live: Database, revision: str, target: Path) -> Manifest:
    with tempfile.TemporaryDirectory(prefix="kite-backup-") as name:
        folder = Path(name)
        with failures():
            _copy(live, revision, folder / DATABASE)
            counts = _finish(folder / DATABASE, revision)
        (folder / SETTINGS).write_text(_settings_toml(loaded), encoding="utf-8")
        manifest = Manifest(
            format_version=FORMAT_VERSION,
            schema_version=int(revision),
            kite_version=__version__,
            created_at=now(),
            sha256={member: _sha256(folder / member) for member in (DATABASE, SETTINGS)},
            recordings=counts[0],
            recordings_bytes=counts[1],
        )
        (folder / MANIFEST).write_text(manifest.model_dump_json(indent=2), encoding="utf-8")
        try:
            _pack(folder)
        except OSError as error:
            raise KiteError("FILE_UNUSABLE", f"{name}: {error.strerror}.") from error
        _write_atomically(target, folder / "archive")
    return manifest


def _copy(live: Database, revision: str, file: Path) -> None:
    """A consistent copy, also while others write."""
    if live.is_sqlite:
        path = str(live.engine.url.database)
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(file)) as target:
            source.backup(target)
        return
    with _opened(file) as target_database:
        database.migrate(target_database, revision)
        with (
            live.engine.connect().execution_options(isolation_level="REPEATABLE READ") as source,
            target_database.engine.begin() as connection,
        ):
            transfer.copy_rows(source, connection)


def _finish(file: Path, revision: str) -> tuple[int, int]:
    """End every broadcast in a copy; returns number and bytes of the recordings.

    Who publishes is a fact about this nginx now, and wrong wherever the backup is restored.
    """
    counts = (0, 0)
    with _opened(file) as copy:
        if revision == REVISION:
            with copy.writes.begin() as session:
                lost = {"ended_at": now(), "reason": "lost"}
                session.execute(update(Broadcast).where(Broadcast.ended_at.is_(None)).values(lost))
                for table in transfer.TRANSIENT:
                    session.execute(table.delete())
                total = select(func.count(), func.coalesce(func.sum(Recording.bytes), 0))
                number, size = session.execute(total.select_from(Recording)).one()
                counts = (int(number), int(size))
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")  # one file, not three
        connection.execute("VACUUM")  # deleted rows go along no further
    return counts


def _put_file(settings: Settings, copy: Path) -> None:
    path = database_path(settings)
    # Left by a crash; SQLite would apply them to the restored file.
    journals = [Path(f"{path}{suffix}") for suffix in ("-journal", "-wal", "-shm")]
    _write_atomically(path, copy, journals)


def _put_rows(settings: Settings, copy: Path) -> None:
    """Replace everything in one transaction: another one sees all of the backup or nothing of it."""
    with (
        failures(),
        _opened(copy) as source,
        _opened(settings.database) as live,
        live.engine.begin() as target,
        source.engine.connect() as rows,
    ):
        database.move(target, "base")
        database.move(target, REVISION)
        transfer.copy_rows(rows, target)


def _refuse_occupied(settings: Settings) -> None:
    """Refuse to replace a database.

    Raises:
        KiteError: RESTORE_TARGET_NOT_EMPTY.
    """
    if settings.uses_sqlite:
        if (path := database_path(settings)).exists():
            raise KiteError("RESTORE_TARGET_NOT_EMPTY", f"{path} exists.")
        return
    with failures(), _opened(settings.database) as live:
        if database.revision(live):
            raise KiteError("RESTORE_TARGET_NOT_EMPTY", "The database holds tables of Kite.")


def _refuse_running(settings: Settings) -> None:
    """Refuse while a part of Kite runs here, or a control process works anywhere on the database.

    Raises:
        KiteError: KITE_RUNNING.
    """
    if processes.running(settings):
        raise KiteError("KITE_RUNNING", f"Kite is running on {settings.data_dir}.")
    if settings.uses_sqlite:
        return
    with failures(), _opened(settings.database) as live, live.reads() as session:
        if inspect(live.engine).has_table(Lease.__tablename__):
            until = session.scalar(select(func.max(Lease.until)))
            if until and until > now():
                detail = "A control service works on the database, or ended seconds ago."
                raise KiteError("KITE_RUNNING", detail)


@contextmanager
def _opened(where: Path | str) -> Iterator[Database]:
    """The database at this URL or in this SQLite file; closed at the end."""
    opened = database.connect(f"sqlite:///{where}" if isinstance(where, Path) else where)
    try:
        yield opened
    finally:
        opened.engine.dispose()


def _settings_toml(loaded: Loaded) -> str:
    lines = []
    for name, value in loaded.shown().items():
        if loaded.sources[name] == "default":
            continue
        line = f"{name} = {json.dumps(value, ensure_ascii=False)}\n"  # valid TOML too
        if value != loaded.settings.model_dump(mode="json")[name]:
            line = f"# The password is not in a backup.\n# {line}"
        lines.append(line)
    return "".join(lines)


def _pack(folder: Path) -> None:
    with tarfile.open(folder / "archive", mode="w:gz") as archive:
        for name in (MANIFEST, DATABASE, SETTINGS):
            member = tarfile.TarInfo(name)
            member.size, member.mode = (folder / name).stat().st_size, 0o600
            with (folder / name).open("rb") as file:
                archive.addfile(member, file)


def _unpack(source: Path, folder: Path) -> Manifest:
    """Write the three members to ``folder``, under names of our own, so no path can escape."""
    try:
        with tarfile.open(source, mode="r:gz") as archive:
            for member in archive:
                target = folder / member.name
                known = member.name in {MANIFEST, DATABASE, SETTINGS} and not target.exists()
                file = archive.extractfile(member) if known and member.isreg() else None
                if file is None or (member.size > MAX_TEXT_BYTES and member.name != DATABASE):
                    raise KiteError("BACKUP_INVALID", f"Unexpected entry {member.name!r}.")
                with target.open("xb") as output:
                    shutil.copyfileobj(file, output)
    except (tarfile.TarError, zlib.error, EOFError, ValueError) as error:
        raise KiteError("BACKUP_INVALID", f"{source} is not a readable tar.gz file.") from error
    except OSError as error:
        code = "FILE_UNUSABLE" if error.errno else "BACKUP_INVALID"  # gzip raises OSError too
        raise KiteError(code, f"{source}: {error.strerror or error}.") from error
    return _checked_manifest(folder)


def _checked_manifest(folder: Path) -> Manifest:
    found = {path.name for path in folder.iterdir()}
    if found != {MANIFEST, DATABASE, SETTINGS}:
        raise KiteError("BACKUP_INVALID", "The manifest, the database or the settings are missing.")
    try:
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except ValidationError as error:
        raise KiteError("BACKUP_INVALID", "The manifest is damaged.") from error
    if manifest.format_version > FORMAT_VERSION or manifest.schema_version > int(REVISION):
        raise KiteError("BACKUP_NEWER", f"Made by Kite {manifest.kite_version}.")
    if manifest.sha256 != {name: _sha256(folder / name) for name in (DATABASE, SETTINGS)}:
        raise KiteError("BACKUP_INVALID", "A checksum does not fit its file.")
    if _schema_version(folder / DATABASE) != manifest.schema_version:
        raise KiteError("BACKUP_INVALID", "The database does not fit the manifest.")
    return manifest


def _schema_version(file: Path) -> int:
    """Version of the tables in a file; 0 if it is damaged or none of SQLite."""
    try:
        with closing(sqlite3.connect(file)) as connection:
            if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                return 0
            return int(connection.execute("PRAGMA user_version").fetchone()[0])
    except sqlite3.Error:
        return 0


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return file_digest(content, "sha256").hexdigest()


def _write_atomically(target: Path, source: Path, remove: Iterable[Path] = ()) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".kite-") as folder:
            draft = Path(folder) / target.name
            draft.touch(mode=0o600)  # it may hold hashes of secrets
            shutil.copyfile(source, draft)
            with draft.open("rb+") as file:
                os.fsync(file.fileno())
            for stale in remove:  # not before the new file is whole
                stale.unlink(missing_ok=True)
            draft.replace(target)
    except OSError as error:
        raise KiteError("FILE_UNUSABLE", f"{target}: {error.strerror}.") from error
