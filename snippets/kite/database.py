"""Open the database and turn its failures into Kite's errors."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from kite.errors import KiteError
from kite.models import SCHEMA_VERSION, Base
from kite.settings import Settings

Sessions = sessionmaker[Session]
"""Makes one session for each piece of work."""

BUSY_SECONDS = 3
"""How long a writer waits for another one (the API and the command line share the file).

Clearly shorter than nginx's ``netcall_timeout``: a callback that waited longer could claim the room
for a publisher nginx has already turned away.
"""


def database_path(settings: Settings) -> Path:
    """File of the SQLite database."""
    return Path(settings.database.removeprefix("sqlite:///"))


def create(settings: Settings) -> None:
    """Create the data directory and the tables; keeps what is there.

    Raises:
        KiteError: DATA_DIR_UNUSABLE, DATABASE_UNUSABLE or DATABASE_VERSION.
    """
    try:
        for directory in (settings.data_dir, database_path(settings).parent):
            directory.mkdir(parents=True, exist_ok=True, mode=0o750)
    except OSError as error:
        raise KiteError("DATA_DIR_UNUSABLE", f"{error.filename}: {error.strerror}.") from error
    engine = _engine(settings)
    with failures(), engine.begin() as connection:
        if connection.execute(text("PRAGMA user_version")).scalar_one() == 0:
            Base.metadata.create_all(connection)
            connection.execute(text(f"PRAGMA user_version = {SCHEMA_VERSION}"))
    engine.dispose()
    open_database(settings)


def open_database(settings: Settings) -> Sessions:
    """Open an existing database.

    Raises:
        KiteError: DATABASE_MISSING, DATABASE_UNUSABLE or DATABASE_VERSION.
    """
    path = database_path(settings)
    with failures():
        if not path.is_file():
            raise KiteError("DATABASE_MISSING", f"There is no database at {path}.")
        engine = _engine(settings)
        with engine.connect() as connection:
            version = connection.execute(text("PRAGMA user_version")).scalar_one()
    if version != SCHEMA_VERSION:
        raise KiteError(
            "DATABASE_VERSION",
            f"{path} has schema version {version}; this Kite reads version {SCHEMA_VERSION}.",
        )
    return sessionmaker(engine, expire_on_commit=False)


@contextmanager
def failures() -> Iterator[None]:
    """Turn whatever the database layer raises into DATABASE_UNUSABLE."""
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        raise KiteError("DATABASE_UNUSABLE", describe(error)) from error


def describe(error: Exception) -> str:
    """One sentence about a database failure, without the statement and its values."""
    return f"The database answered: {getattr(error, 'orig', None) or error}."


def _engine(settings: Settings) -> Engine:
    engine = create_engine(settings.database, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _enforce_foreign_keys)
    return engine


def _enforce_foreign_keys(connection: SqliteConnection, record: Any) -> None:
    del record
    with closing(connection.cursor()) as cursor:
        cursor.execute("PRAGMA foreign_keys = ON")
