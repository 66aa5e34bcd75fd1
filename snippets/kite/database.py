"""Open the database, bring its tables up to date, and turn its failures into Kite's errors."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from kite.errors import KiteError
from kite.settings import Settings

if TYPE_CHECKING:
    from alembic.config import Config

Sessions = sessionmaker[Session]
"""Makes one session for each piece of work."""

REVISION = "0002"
"""Revision of the tables (the newest file in ``migrations/versions``) that this Kite works with."""

FIRST_REVISION = "0001"
"""Revision of the tables of Kite 0.1, which did not write it down."""

BUSY_SECONDS = 2
"""How long a writer waits for another process, after the same time for its turn in its own.

Together clearly shorter than nginx's ``netcall_timeout``: a callback that waited longer could claim
the room for a publisher nginx has already turned away.
"""

WRITERS = 0x6B697465
"""Number of the advisory lock writers take in PostgreSQL; SQLite has one such lock anyway."""


class Writes:
    """Transactions that change something, one at a time.

    The threads of this process take turns here: where they only try again and again, as SQLite makes
    them, some wait ten times as long as others. Other processes are kept out by the database.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine.execution_options(immediate=True)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        self._turn = threading.Lock()

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """A session, committed at the end unless an error goes through.

        Raises:
            KiteError: DATABASE_UNUSABLE: its turn did not come in time.
        """
        if not self._turn.acquire(timeout=BUSY_SECONDS):
            raise KiteError("DATABASE_UNUSABLE", f"Too many changes wait; {BUSY_SECONDS} s passed.")
        try:
            with self._sessions.begin() as session:
                yield session
        finally:
            self._turn.release()


@dataclass(frozen=True)
class Database:
    """An open database.

    Attributes:
        engine: Its connections.
        reads: Sessions that only read.
        writes: Sessions that change something, one at a time, so that what was read holds until the
            commit: how many owners there are, how many broadcasts run, whether all is stopped.
    """

    engine: Engine
    reads: Sessions
    writes: Writes

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file, not a server."""
        return self.engine.dialect.name == "sqlite"


def database_path(settings: Settings) -> Path:
    """File of the SQLite database."""
    return Path(settings.database.removeprefix("sqlite:///"))


def connect(url: str) -> Database:
    """Prepare connections to the database at ``url``; none is made yet."""
    if url.startswith("sqlite"):
        engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        options = f"-c lock_timeout={BUSY_SECONDS}s"
        arguments = {"connect_timeout": BUSY_SECONDS, "options": options}
        engine = create_engine(url, connect_args=arguments, pool_pre_ping=True)
        event.listen(engine, "begin", _begin_postgresql)
    return Database(engine, sessionmaker(engine, expire_on_commit=False), Writes(engine))


def create(settings: Settings) -> None:
    """Create the data directory and the tables; keeps what is there.

    Raises:
        KiteError: DATA_DIR_UNUSABLE, DATABASE_UNUSABLE or DATABASE_VERSION.
    """
    folders = [settings.data_dir]
    if settings.uses_sqlite:
        folders.append(database_path(settings).parent)
    try:
        for directory in folders:
            directory.mkdir(parents=True, exist_ok=True, mode=0o750)
    except OSError as error:
        raise KiteError("DATA_DIR_UNUSABLE", f"{error.filename}: {error.strerror}.") from error
    with failures():
        database = connect(settings.database)
        if revision(database) == "":
            migrate(database, REVISION)
        database.engine.dispose()
    open_database(settings).engine.dispose()


def open_database(settings: Settings) -> Database:
    """Open an existing database whose tables are up to date.

    Raises:
        KiteError: DATABASE_MISSING, DATABASE_UNUSABLE or DATABASE_VERSION.
    """
    database = reach(settings)
    with failures():
        require(revision(database), REVISION)
    return database


def reach(settings: Settings) -> Database:
    """Open an existing database, of whatever revision.

    Raises:
        KiteError: DATABASE_MISSING.
    """
    if settings.uses_sqlite and not (path := database_path(settings)).is_file():
        raise KiteError("DATABASE_MISSING", f"There is no database at {path}.")
    return connect(settings.database)


def require(found: str, *wanted: str) -> None:
    """Refuse a database of a revision that is not wanted.

    Raises:
        KiteError: DATABASE_VERSION.
    """
    if found in wanted:
        return
    if found in ("", *revisions()):
        detail = f"The tables have revision {found or 'none'}; this Kite needs {wanted[-1]}."
    else:
        detail = f"The tables have revision {found}, of a newer Kite; this one knows {REVISION}."
    raise KiteError("DATABASE_VERSION", detail)


def revision(database: Database) -> str:
    """Revision of the tables; empty if there are none."""
    with database.engine.connect() as connection:
        return _revision(connection)


def revisions() -> tuple[str, ...]:
    """Every revision this Kite knows, oldest first: how the names of the files begin."""
    names = [file.name for file in files("kite").joinpath("migrations", "versions").iterdir()]
    return tuple(sorted(name.partition("_")[0] for name in names if name[:1].isdecimal()))


def migrate(database: Database, target: str) -> None:
    """Bring the tables up, or down, to revision ``target`` in one transaction: all of it or nothing.

    Raises:
        KiteError: DATABASE_VERSION: the tables are of a newer Kite.
    """
    if target == FIRST_REVISION:
        _set_journal(database, "DELETE")  # Kite 0.1 cannot restore a backup of the other mode
    with _without_foreign_keys(database) as connection:
        move(connection, target)
    if target == REVISION:
        _set_journal(database, "WAL")  # readers go on while one writes


def move(connection: Connection, target: str) -> None:
    """Do the work of ``migrate`` inside the transaction of ``connection``.

    Raises:
        KiteError: DATABASE_VERSION: the tables are of a newer Kite.
    """
    from alembic import command  # takes as long to import as most commands take to run

    found = _revision(connection)
    require(found, "", *revisions())
    config = _alembic()
    config.attributes["connection"] = connection
    if found == FIRST_REVISION:
        command.stamp(config, FIRST_REVISION)  # Kite 0.1 did not
    steps = ("base", *revisions())
    goes_up = steps.index(target) >= steps.index(found or "base")
    (command.upgrade if goes_up else command.downgrade)(config, target)


@contextmanager
def _without_foreign_keys(database: Database) -> Iterator[Connection]:
    """A transaction in which SQLite lets a referenced table be replaced.

    SQLite changes a table by making a new one and dropping the old, and with foreign keys on that
    deletes every row that refers to it. They can be switched only outside of a transaction, and are
    checked before the commit. PostgreSQL needs none of it.
    """
    with database.writes.engine.connect() as connection:
        if not database.is_sqlite:
            with connection.begin():
                yield connection
            return
        _pragma(connection, "foreign_keys = OFF")
        try:
            with connection.begin():
                yield connection
                if broken := connection.execute(text("PRAGMA foreign_key_check")).all():
                    raise SQLAlchemyError(f"rows of {broken[0][0]} refer to nothing")
        finally:
            _pragma(connection, "foreign_keys = ON")


def _set_journal(database: Database, mode: str) -> None:
    """How SQLite writes, which it notes in the file; needs the file for itself for a moment."""
    if database.is_sqlite:
        with database.engine.connect() as connection:
            _pragma(connection, f"journal_mode = {mode}")


def _pragma(connection: Connection, setting: str) -> None:
    """Outside of any transaction, where some of them have no effect."""
    raw: Any = connection.connection.driver_connection
    raw.execute(f"PRAGMA {setting}")


def _revision(connection: Connection) -> str:
    tables = inspect(connection)
    if tables.has_table("alembic_version"):
        found = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return str(found or "")
    return FIRST_REVISION if tables.has_table("rooms") else ""


def _alembic() -> "Config":
    from alembic.config import Config  # see move

    config = Config()
    config.set_main_option("script_location", str(files("kite").joinpath("migrations")))
    return config


@contextmanager
def failures() -> Iterator[None]:
    """Turn whatever the database layer raises into DATABASE_UNUSABLE."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, OSError) as error:
        raise KiteError("DATABASE_UNUSABLE", describe(error)) from error


def describe(error: Exception) -> str:
    """One sentence about a database failure, without the statement and its values."""
    said = str(getattr(error, "orig", None) or error).strip().splitlines() or ["nothing"]
    return f"The database answered: {said[0]}."


def _prepare_sqlite(connection: Any, record: Any) -> None:
    """Enforce foreign keys, and leave BEGIN to ``_begin_sqlite``."""
    del record
    connection.isolation_level = None
    with closing(connection.cursor()) as cursor:
        cursor.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: Connection) -> None:
    connection.execute(text("BEGIN IMMEDIATE" if _is_writer(connection) else "BEGIN"))


def _begin_postgresql(connection: Connection) -> None:
    if _is_writer(connection):
        connection.execute(text(f"SELECT pg_advisory_xact_lock({WRITERS})"))


def _is_writer(connection: Connection) -> bool:
    immediate: bool = connection.get_execution_options().get("immediate", False)
    return immediate
