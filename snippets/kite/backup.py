"""Back up and restore: one tar.gz with the database, the settings and a manifest."""

import io
import os
import sqlite3
import tarfile
import tempfile
import zlib
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kite import __version__, processes
from kite.database import database_path, failures, open_database
from kite.errors import KiteError
from kite.models import now
from kite.settings import Settings
from kite.settings_load import Loaded

FORMAT_VERSION = 1
"""Version of the archive layout; raised when an older Kite could not restore the archive."""

MANIFEST, DATABASE, SETTINGS = "manifest.json", "kite.db", "kite.toml"
MAX_MEMBER_BYTES = 1 << 30
"""Largest file in an archive, so that a crafted one cannot fill the memory."""
SCHEMA_VERSION = 2
"""What ``user_version`` holds at ``database.REVISION``."""

RELEASE_ALL = (
    "UPDATE broadcasts SET ended_at = datetime('now'), reason = 'lost' WHERE ended_at IS NULL"
)
"""Ends every broadcast, on a plain SQLite connection."""


class Manifest(BaseModel):
    """First member of the archive.

    Attributes:
        format_version: Layout of the archive.
        schema_version: Version of the database tables.
        kite_version: Kite that made the backup.
        created_at: When, UTC.
        sha256: File name to checksum, for every other member.
    """

    model_config = ConfigDict(extra="ignore")

    format_version: int
    schema_version: Annotated[int, Field(ge=1)]
    kite_version: Annotated[str, Field(pattern=r"^[0-9A-Za-z.+-]{1,40}$")]
    created_at: datetime
    sha256: dict[str, str]


def back_up(loaded: Loaded, target: Path) -> Manifest:
    """Write a backup to ``target`` in one step, readable only by its owner; Kite may be running.

    The settings go along as a TOML file with every value that is not a default, whether it came
    from a file or from the environment.

    Raises:
        KiteError: DATABASE_MISSING, DATABASE_UNUSABLE, DATABASE_VERSION or FILE_UNUSABLE.
    """
    open_database(loaded.settings)
    content = {
        DATABASE: _copy_database(database_path(loaded.settings)),
        SETTINGS: _settings_toml(loaded).encode(),
    }
    manifest = Manifest(
        format_version=FORMAT_VERSION,
        schema_version=SCHEMA_VERSION,
        kite_version=__version__,
        created_at=now(),
        sha256={name: sha256(data).hexdigest() for name, data in content.items()},
    )
    archive = _pack({MANIFEST: manifest.model_dump_json(indent=2).encode(), **content})
    _write_atomically(target, archive)
    return manifest


def restore(settings: Settings, source: Path, *, force: bool) -> Manifest:
    """Put the database of a backup in place, in one step. Kite must not run.

    The settings of the backup are written to ``restored-kite.toml`` in the data directory and not
    used: addresses and ports may differ on another machine.

    Raises:
        KiteError: BACKUP_INVALID, BACKUP_NEWER, KITE_RUNNING, RESTORE_TARGET_NOT_EMPTY or
            FILE_UNUSABLE. Nothing is changed then.
    """
    content = _unpack(source)
    manifest = _checked_manifest(content)
    path = database_path(settings)
    if processes.running(settings):
        raise KiteError("KITE_RUNNING", f"Kite is running on {settings.data_dir}.")
    if path.exists() and not force:
        raise KiteError("RESTORE_TARGET_NOT_EMPTY", f"{path} exists.")
    _write_atomically(settings.data_dir / "restored-kite.toml", content[SETTINGS])
    for journal in ("-journal", "-wal", "-shm"):
        # Left by a crash; SQLite would apply it to the restored file.
        Path(f"{path}{journal}").unlink(missing_ok=True)
    _write_atomically(path, content[DATABASE])
    return manifest


def _copy_database(path: Path) -> bytes:
    """A consistent copy, also while others write (SQLite online backup), of rooms all idle.

    Who publishes is a fact about this nginx now, and wrong wherever the backup is restored.
    """
    with failures(), tempfile.TemporaryDirectory(prefix="kite-backup-") as folder:
        copy = Path(folder) / DATABASE
        try:
            with closing(sqlite3.connect(path)) as live, closing(sqlite3.connect(copy)) as target:
                live.backup(target)
                with target:
                    target.execute(RELEASE_ALL)
        except sqlite3.Error as error:
            raise KiteError("DATABASE_UNUSABLE", f"The database answered: {error}.") from error
        return copy.read_bytes()


def _settings_toml(loaded: Loaded) -> str:
    values = loaded.settings.model_dump(mode="json")
    named = {name: values[name] for name, source in loaded.sources.items() if source != "default"}
    # The settings allow no quotes, backslashes or control characters: repr is valid TOML here.
    return "".join(f"{name} = {value!r}\n" for name, value in named.items())


def _pack(content: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, data in content.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(data), 0o600
            archive.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


def _unpack(source: Path) -> dict[str, bytes]:
    """Read the three members into memory. Nothing is extracted, so no path can escape."""
    content: dict[str, bytes] = {}
    try:
        with tarfile.open(source, mode="r:gz") as archive:
            for member in archive:
                known = member.name in {MANIFEST, DATABASE, SETTINGS} - content.keys()
                file = archive.extractfile(member) if known and member.isreg() else None
                if file is None or member.size > MAX_MEMBER_BYTES:
                    raise KiteError("BACKUP_INVALID", f"Unexpected entry {member.name!r}.")
                content[member.name] = file.read()
    except (tarfile.TarError, zlib.error, EOFError, ValueError) as error:
        raise KiteError("BACKUP_INVALID", f"{source} is not a readable tar.gz file.") from error
    except OSError as error:
        code = "FILE_UNUSABLE" if error.errno else "BACKUP_INVALID"  # gzip raises OSError too
        raise KiteError(code, f"{source}: {error.strerror or error}.") from error
    return content


def _checked_manifest(content: Mapping[str, bytes]) -> Manifest:
    try:
        manifest = Manifest.model_validate_json(content.get(MANIFEST, b""))
    except ValidationError as error:
        raise KiteError("BACKUP_INVALID", "The manifest is missing or damaged.") from error
    if manifest.format_version > FORMAT_VERSION or manifest.schema_version > SCHEMA_VERSION:
        raise KiteError("BACKUP_NEWER", f"Made by Kite {manifest.kite_version}.")
    sums = {name: sha256(data).hexdigest() for name, data in content.items() if name != MANIFEST}
    if sums != manifest.sha256 or sums.keys() != {DATABASE, SETTINGS}:
        raise KiteError("BACKUP_INVALID", "A checksum does not fit its file.")
    if _schema_version(content[DATABASE]) != manifest.schema_version:
        raise KiteError("BACKUP_INVALID", "The database does not fit the manifest.")
    return manifest


def _schema_version(database: bytes) -> int:
    """Version of the tables in a database held in memory; 0 if it is damaged or none at all."""
    if not database:
        return 0  # sqlite3 would answer with a MemoryError
    try:
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.deserialize(database)
            if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                return 0
            return int(connection.execute("PRAGMA user_version").fetchone()[0])
    except sqlite3.Error:
        return 0


def _write_atomically(target: Path, data: bytes) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".kite-") as folder:
            draft = Path(folder) / target.name
            draft.touch(mode=0o600)  # it may hold hashes of secrets
            with draft.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(target)
    except OSError as error:
        raise KiteError("FILE_UNUSABLE", f"{target}: {error.strerror}.") from error
