"""Open the database, bring its tables up to date, and turn its failures into Kite's errors."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from kite.errors import KiteError
from kite.settings import Settings

Sessions = sessionmaker[Session]
"""Makes one session for each piece of work."""

REVISION = "0002"
"""Revision of the tables (the newest file in ``migrations/versions``) that this Kite works with."""

FIRST_REVISION = "0001"
"""Revision of the tables of Kite 0.1, which did not write it down."""

BUSY_SECONDS = 3
"""How long a writer waits for another one.

Clearly shorter than nginx's ``netcall_timeout``: a callback that waited longer could claim the room
for a publisher nginx has already turned away.
"""


@dataclass(frozen=True)
class Database:
    """An open database.

    Attributes:
        engine: Its connections.
        reads: Sessions that only read.
        writes: Sessions that change something; in SQLite they take the one write lock at once, so
            that what was read holds until the commit.
    """

    engine: Engine
    reads: Sessions
    writes: Sessions

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
    writer = engine.execution_options(immediate=True)
    return Database(
        engine,
        sessionmaker(engine, expire_on_commit=False),
        sessionmaker(writer, expire_on_commit=False),
    )


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
    open_database(settings)


def open_database(settings: Settings) -> Database:
    """Open an existing database whose tables are up to date.

    Raises:
        KiteError: DATABASE_MISSING, DATABASE_UNUSABLE or DATABASE_VERSION.
    """
    with failures():
        database = reach(settings)
        found = revision(database)
    if found != REVISION:
        detail = f"The tables have revision {found or 'none'}; this Kite needs {REVISION}."
        raise KiteError("DATABASE_VERSION", detail)
    return database


def reach(settings: Settings) -> Database:
    """Open an existing database, of whatever revision.

    Raises:
        KiteError: DATABASE_MISSING.
    """
    if settings.uses_sqlite and not (path := database_path(settings)).is_file():
        raise KiteError("DATABASE_MISSING", f"There is no database at {path}.")
    return connect(settings.database)


def revision(database: Database) -> str:
    """Revision of the tables; empty if there are none."""
    with database.engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
        if found is None and inspect(connection).has_table("rooms"):
            return FIRST_REVISION
        return found or ""


def migrate(database: Database, target: str) -> None:
    """Bring the tables up, or down, to revision ``target`` in one transaction."""
    config = Config()
    config.set_main_option("script_location", str(files("kite").joinpath("migrations")))
    found = revision(database)
    with database.writes.kw["bind"].begin() as connection:
        config.attributes["connection"] = connection
        if found == FIRST_REVISION:
            command.stamp(config, FIRST_REVISION)
        move = command.upgrade if target >= found else command.downgrade
        move(config, target)


@contextmanager
def failures() -> Iterator[None]:
    """Turn whatever the database layer raises into DATABASE_UNUSABLE."""
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        raise KiteError("DATABASE_UNUSABLE", describe(error)) from error


def describe(error: Exception) -> str:
    """One sentence about a database failure, without the statement and its values."""
    said = str(getattr(error, "orig", None) or error).strip().splitlines() or ["nothing"]
    return f"The database answered: {said[0]}."


def _prepare_sqlite(connection: Any, record: Any) -> None:
    """Enforce foreign keys, let readers read while one writes, leave BEGIN to ``_begin_sqlite``."""
    del record
    connection.isolation_level = None
    with closing(connection.cursor()) as cursor:
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA journal_mode = WAL")


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate", False)
    connection.execute(text("BEGIN IMMEDIATE" if immediate else "BEGIN"))
