"""The tables grow and shrink without losing a row, on both databases, and all of it or nothing."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from click.testing import CliRunner, Result
from sqlalchemy import inspect, text
from sqlalchemy.exc import DatabaseError, SQLAlchemyError

from kite import database, keys, rooms, tokens
from kite.cli import main
from kite.context import Kite, open_kite
from kite.credentials import digest
from kite.database import FIRST_REVISION, REVISION, Database
from kite.errors import KiteError
from kite.migrations.versions import __name__ as versions
from kite.models import Base, Broadcast, Fact, Room, StreamKey, Token, User, now
from kite.permissions import CLI
from kite.settings import Settings
from tests.kite.pg import Postgres

WRITTEN_BY_0_1 = Path(__file__).with_name("kite-0.1.sql")
"""Rooms demo (live then) and quiet (banned); keys 1, 2 (revoked), 3, and 4, which is gone; tokens 1,
2, and 3, which is gone."""

KEY, TOKEN = "kk_y_qOilya13tI-0V1MGt0rOwx2GRaGj7n", "kt_NzQHoUnOl_p7nAQJ-BDxaw8A39o1kvBH"


@pytest.fixture
def old(settings: Settings) -> Settings:
    """An installation with the database of Kite 0.1."""
    settings.data_dir.mkdir()
    with closing(sqlite3.connect(settings.data_dir / "kite.db")) as connection:
        connection.executescript(WRITTEN_BY_0_1.read_text(encoding="utf-8"))
    return settings


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.system)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without tables."""
    url = f"sqlite:///{tmp_path}/empty.db"
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres_server")
        assert isinstance(server, Postgres)
        url = server.database()
    opened = database.connect(url)
    yield opened
    opened.engine.dispose()


def dump(settings: Settings) -> list[str]:
    with closing(sqlite3.connect(settings.data_dir / "kite.db")) as connection:
        version = connection.execute("PRAGMA user_version").fetchone()
        return [*connection.iterdump(), str(version)]


def rows(settings: Settings, query: str) -> list[Any]:
    with closing(sqlite3.connect(settings.data_dir / "kite.db")) as connection:
        return connection.execute(query).fetchall()


def migrate(settings: Settings, target: str) -> None:
    opened = database.reach(settings)
    database.migrate(opened, target)
    opened.engine.dispose()


def test_migrations_make_the_tables_of_the_models(empty: Database) -> None:
    database.migrate(empty, REVISION)
    with empty.engine.connect() as connection:
        options = {"compare_type": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


def test_revisions_are_the_files() -> None:
    package = Path(database.__file__).parent / versions.replace(".", "/").removeprefix("kite/")
    files = sorted(path.name[:4] for path in package.glob("0*.py"))
    assert list(database.revisions()) == files
    assert (files[0], files[-1]) == (FIRST_REVISION, REVISION)


def test_there_and_back_again_leaves_nothing(empty: Database) -> None:
    for target in (REVISION, FIRST_REVISION, REVISION, "base"):
        database.migrate(empty, target)
    assert inspect(empty.engine).get_table_names() == ["alembic_version"]
    database.migrate(empty, REVISION)
    assert database.revision(empty) == REVISION


def test_a_database_of_0_1_is_upgraded_with_every_row(old: Settings) -> None:
    with pytest.raises(KiteError, match=r"DATABASE_VERSION.*0001.*needs 0002"):
        open_kite(old)
    migrate(old, REVISION)
    kite = open_kite(old, CLI)
    with kite.database.reads() as session:
        assert rooms.get(session, "demo").title == "第一道光"
        assert [room.state for room in (session.get_one(Room, i) for i in ("demo", "quiet"))] == [
            "idle",
            "banned",
        ]
        assert keys.authenticate(session, "demo", KEY).id == 1
        token = tokens.authenticate(session, TOKEN)
        assert (token.role, token.scopes) == ("owner", None)
        assert [key.revoked_at is None for key in session.query(StreamKey).order_by("id")] == [
            True,
            False,
            True,
        ]
    key, _ = keys.create(kite, "demo")
    made, _ = tokens.create(kite, "new")
    assert (key.id, made.id) == (5, 4), "ids of deleted rows are not used again"
    assert dump(old)[-1] == "(2,)", "Kite 0.1 would take the file for its own"
    rooms.remove(kite, "quiet")
    with kite.database.reads() as session:
        assert session.get(StreamKey, 3) is None, "deleting a room still takes its keys along"


COLUMNS_OF_0_1 = {
    "rooms": "id, title, created_at, banned_at, ban_reason",
    "stream_keys": "id, room_id, digest, hint, created_at, revoked_at, last_used_at",
    "tokens": "id, name, digest, hint, created_at, revoked_at",
    "sqlite_sequence": "name, seq",
}


def test_downgrade_gives_0_1_its_database_back(old: Settings) -> None:
    migrate(old, REVISION)
    migrate(old, FIRST_REVISION)
    assert dump(old)[-1] == "(1,)"
    for table, columns in COLUMNS_OF_0_1.items():
        query = f"SELECT {columns} FROM {table} ORDER BY 1"
        assert rows(old, query) == original(query), table
    query = "SELECT live_client, live_key_id, live_since FROM rooms"
    assert set(rows(old, query)) == {(None, None, None)}, "nobody is live"
    for table in ("rooms", "stream_keys", "tokens"):
        query = f"SELECT name, type, \"notnull\", pk FROM pragma_table_info('{table}')"
        assert set(rows(old, query)) == set(original(query))
        query = f'SELECT "table", "from", on_delete FROM pragma_foreign_key_list(\'{table}\')'
        assert rows(old, query) == original(query)
    migrate(old, REVISION)
    with open_kite(old).database.reads() as session:
        assert keys.authenticate(session, "demo", KEY)


def original(query: str) -> list[Any]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(WRITTEN_BY_0_1.read_text(encoding="utf-8"))
        return connection.execute(query).fetchall()


def test_downgrade_opens_nothing(empty: Database) -> None:
    """Kite 0.1 knows no roles, ends or private rooms: what they protect stays closed."""
    database.migrate(empty, REVISION)
    later = now().replace(year=2099)
    past = now().replace(year=2020)
    with empty.writes.begin() as session:
        session.add(User(id=1, name="ann", role="owner"))
        session.add(User(id=2, name="bob", role="viewer", banned_at=past))
        session.flush()
        common = {"digest": digest("x"), "hint": "x"}
        session.add(Token(id=1, name="kept", **common))
        session.add(Token(id=2, name="role", role="viewer", **common))
        session.add(Token(id=3, name="scopes", scopes=["room.read"], **common))
        session.add(Token(id=4, name="end", expires_at=later, **common))
        session.add(Token(id=5, name="account", user_id=1, **common))
        session.add(Room(id="open", title="open"))
        session.add(Room(id="private", title="private", visibility="private"))
        session.add(Room(id="over", title="over", banned_at=past, banned_until=past))
        session.flush()
        session.add(StreamKey(id=1, room_id="open", **common))
        session.add(StreamKey(id=2, room_id="open", expires_at=later, **common))
        session.add(StreamKey(id=3, room_id="open", user_id=2, **common))
        session.add(Broadcast(room_id="open", key_id=1, client="7"))
    database.migrate(empty, FIRST_REVISION)
    with empty.engine.connect() as connection:

        def left(query: str) -> list[Any]:
            return list(connection.execute(text(query)).scalars())

        assert left("SELECT id FROM tokens WHERE revoked_at IS NULL") == [1]
        assert left("SELECT id FROM stream_keys WHERE revoked_at IS NULL") == [1]
        assert sorted(left("SELECT id FROM rooms WHERE banned_at IS NULL")) == ["open", "over"]


def test_downgrade_in_an_emergency_keeps_every_room_closed(empty: Database) -> None:
    database.migrate(empty, REVISION)
    with empty.writes.begin() as session:
        session.add(Fact(name="emergency", value="test"))
        session.add(Room(id="open", title="open"))
    database.migrate(empty, FIRST_REVISION)
    with empty.engine.connect() as connection:
        found = connection.execute(text("SELECT ban_reason FROM rooms")).scalar_one()
    assert found == "emergency stop"


@pytest.mark.parametrize("change", ["UPDATE audit SET actor = 'x'", "DELETE FROM audit"])
def test_the_database_refuses_to_change_the_audit_log(empty: Database, change: str) -> None:
    database.migrate(empty, REVISION)
    entry = "INSERT INTO audit VALUES (1, '2026-01-01', 'a', 'b', 'c', '{}', '{}', '-')"
    with empty.engine.begin() as connection:
        connection.execute(text(entry))
    with pytest.raises(DatabaseError, match="append-only"), empty.engine.begin() as connection:
        connection.execute(text(change))


def test_a_migration_that_fails_changes_nothing(
    old: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = dump(old)
    with closing(sqlite3.connect(old.data_dir / "kite.db")) as connection:
        connection.execute("CREATE TABLE viewers (somebody_else TEXT)")  # the last one it makes
        connection.commit()
    with pytest.raises(DatabaseError, match="viewers"):
        migrate(old, REVISION)
    with closing(sqlite3.connect(old.data_dir / "kite.db")) as connection:
        connection.execute("DROP TABLE viewers")
        connection.commit()
    assert dump(old) == before


def test_rows_that_refer_to_nothing_stop_a_migration(old: Settings) -> None:
    with closing(sqlite3.connect(old.data_dir / "kite.db")) as connection:
        connection.execute("UPDATE stream_keys SET room_id = 'nowhere' WHERE id = 1")
        connection.commit()
    before = dump(old)
    with pytest.raises(SQLAlchemyError, match="stream_keys refer to nothing"):
        migrate(old, REVISION)
    assert dump(old) == before


def test_a_newer_database_is_left_alone(kite: Kite) -> None:
    with kite.database.writes.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0099'"))
    with pytest.raises(KiteError, match="of a newer Kite") as caught:
        open_kite(kite.settings)
    assert caught.value.code == "DATABASE_VERSION"
    with pytest.raises(KiteError, match="of a newer Kite"):
        database.migrate(kite.database, REVISION)


def kite_command(*args: str, **settings: object) -> Result:
    env = {f"KITE_{name.upper()}": str(value) for name, value in settings.items()}
    return CliRunner().invoke(main, [*args], env=env)


def test_the_command_upgrades_after_a_backup(old: Settings) -> None:
    for command in (["up"], ["serve"], ["init"], ["room", "list"], ["backup", "b.tar.gz"]):
        refused = kite_command(*command, data_dir=old.data_dir)
        assert refused.exit_code == 1
        assert refused.stderr.startswith("error[DATABASE_VERSION]: The tables have revision 0001")
        assert "kite upgrade" in refused.stderr
    done = kite_command("upgrade", data_dir=old.data_dir)
    assert done.exit_code == 0, done.output
    saved, said = done.output.splitlines()
    assert saved.startswith(f"Backup of the database before: {old.data_dir}/backups/before-0002-")
    assert said == "The database has revision 0002 now."
    upgraded = open_kite(old)
    assert rooms.show(upgraded, "demo").title == "第一道光"
    upgraded.database.engine.dispose()  # going back needs the file for itself
    again = kite_command("upgrade", data_dir=old.data_dir)
    assert again.output == "The database has revision 0002 already.\n"
    back = kite_command("upgrade", "--to", "0001", data_dir=old.data_dir)
    assert "/backups/before-0001-" in back.output
    assert dump(old)[-1] == "(1,)"
    assert kite_command("upgrade", "--to", "0099", data_dir=old.data_dir).exit_code == 2


def test_kite_0_1_can_restore_the_backup_made_before(old: Settings) -> None:
    """It looks into the file in memory, where SQLite takes none in WAL mode."""
    migrate(old, REVISION)
    migrate(old, FIRST_REVISION)
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize((old.data_dir / "kite.db").read_bytes())
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)


@pytest.mark.system
def test_two_upgrades_at_once_make_one(postgres_server: Postgres) -> None:
    url = postgres_server.database()
    opened = [database.connect(url) for _ in range(2)]
    with ThreadPoolExecutor() as pool:
        done = [pool.submit(database.migrate, one, REVISION) for one in opened]
    assert any(one.exception() is None for one in done)
    assert database.revision(opened[0]) == REVISION
    for one in opened:
        one.engine.dispose()
