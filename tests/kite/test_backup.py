"""Backups come back whole, and nothing else comes in."""

import io
import json
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import inspect, text

from kite import backup, broadcasts, database, keys, rooms, tokens, users
from kite.cli import main
from kite.context import Kite, open_kite
from kite.database import FIRST_REVISION, REVISION
from kite.errors import KiteError
from kite.models import Base, Lease, Recording, Viewer, Webhook, now
from kite.settings import Settings
from kite.settings_load import Loaded

Members = dict[str, bytes]


def loaded(settings: Settings) -> Loaded:
    sources = dict.fromkeys(Settings.model_fields, "default")
    return Loaded(settings, sources | {"data_dir": "env KITE_DATA_DIR", "api_port": "kite.toml"})


@pytest.fixture
def archive(kite: Kite, tmp_path: Path) -> Path:
    """A backup of an installation with one room and one key."""
    rooms.create(kite, "demo", {"title": "第一道光"})
    keys.create(kite, "demo")
    target = tmp_path / "backup.tar.gz"
    backup.back_up(loaded(kite.settings), target)
    return target


@pytest.fixture
def fresh(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "fresh")


def read(archive: Path) -> Members:
    with tarfile.open(archive) as tar:
        return {name: tar.extractfile(name).read() for name in tar.getnames()}  # type: ignore[union-attr]


def write(archive: Path, members: Members) -> None:
    with tarfile.open(archive, "w:gz") as tar:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))


def with_manifest(members: Members, **changes: object) -> Members:
    manifest = json.loads(members["manifest.json"]) | changes
    return members | {"manifest.json": json.dumps(manifest).encode()}


def with_database(members: Members, data: bytes) -> Members:
    """Replace the database and make the checksum fit."""
    sums = json.loads(members["manifest.json"])["sha256"] | {"kite.db": sha256(data).hexdigest()}
    return with_manifest(members | {"kite.db": data}, sha256=sums)


def code(settings: Settings, archive: Path, *, force: bool = False) -> str:
    with pytest.raises(KiteError) as caught:
        backup.restore(settings, archive, force=force)
    return caught.value.code


def test_round_trip(archive: Path, fresh: Settings) -> None:
    backup.restore(fresh, archive, force=False)
    restored = open_kite(fresh)
    assert rooms.show(restored, "demo").title == "第一道光"
    assert len(keys.page(restored, "demo", 10, 0)) == 1
    names = {path.name for path in fresh.data_dir.iterdir()}
    assert names <= {"kite.db", "kite.db-wal", "kite.db-shm", "restored-kite.toml"}
    text = (fresh.data_dir / "restored-kite.toml").read_text(encoding="utf-8")
    assert "api_port = 8080\n" in text
    assert "rtmp_port" not in text


def test_archive_is_private_and_has_three_members(archive: Path) -> None:
    assert archive.stat().st_mode & 0o777 == 0o600
    members = read(archive)
    assert list(members) == ["manifest.json", "kite.db", "kite.toml"]
    manifest = json.loads(members["manifest.json"])
    assert manifest["sha256"]["kite.db"] == sha256(members["kite.db"]).hexdigest()


def test_backup_while_somebody_writes(kite: Kite, fresh: Settings, tmp_path: Path) -> None:
    with kite.change("room.create", "room.created") as change:
        change.session.execute(text("INSERT INTO facts VALUES ('open', 'x', '2026-01-01')"))
        backup.back_up(loaded(kite.settings), tmp_path / "b.tar.gz")
    backup.restore(fresh, tmp_path / "b.tar.gz", force=False)
    with open_kite(fresh).database.reads() as session:
        assert session.execute(text("SELECT count(*) FROM facts")).scalar_one() == 0


def go_live(kite: Kite, room: str) -> None:
    with kite.change("broadcast.stop", "broadcast.started") as change:
        broadcasts.start(change, rooms.get(change.session, room, lock=True), 1, "7")


def test_nobody_is_live_after_a_restore(kite: Kite, fresh: Settings, tmp_path: Path) -> None:
    rooms.create(kite, "demo", {"title": "demo"})
    go_live(kite, "demo")
    backup.back_up(loaded(kite.settings), tmp_path / "live.tar.gz")
    backup.restore(fresh, tmp_path / "live.tar.gz", force=False)
    assert rooms.show(open_kite(fresh), "demo").state == "idle"
    assert rooms.show(kite, "demo").state == "live"


def test_existing_database_is_kept_without_force(archive: Path, kite: Kite) -> None:
    rooms.remove(kite, "demo")
    assert code(kite.settings, archive) == "RESTORE_TARGET_NOT_EMPTY"
    assert rooms.page(open_kite(kite.settings), 10, "") == []
    backup.restore(kite.settings, archive, force=True)
    assert rooms.show(open_kite(kite.settings), "demo")


def test_left_over_journal_does_not_damage_the_restored_file(archive: Path, kite: Kite) -> None:
    journal = kite.settings.data_dir / "kite.db-journal"
    journal.write_bytes(b"left by a crash")
    backup.restore(kite.settings, archive, force=True)
    assert not journal.exists()


Change = Callable[[Members], Members]
INVALID: dict[str, Change] = {
    "empty": lambda m: {},
    "no manifest": lambda m: {"kite.db": m["kite.db"], "kite.toml": m["kite.toml"]},
    "no database": lambda m: {name: m[name] for name in ("manifest.json", "kite.toml")},
    "no settings": lambda m: {name: m[name] for name in ("manifest.json", "kite.db")},
    "manifest not JSON": lambda m: m | {"manifest.json": b"{"},
    "manifest not UTF-8": lambda m: m | {"manifest.json": b"\xff"},
    "manifest without version": lambda m: m | {"manifest.json": b"{}"},
    "control characters": lambda m: with_manifest(m, kite_version="\x1b[2J"),
    "changed database": lambda m: m | {"kite.db": m["kite.db"] + b"x"},
    "changed settings": lambda m: m | {"kite.toml": b"api_port = 1\n"},
    "traversal": lambda m: m | {"../evil": b"x"},
    "absolute": lambda m: m | {"/tmp/evil": b"x"},
    "extra file": lambda m: m | {"readme": b"x"},
    "no SQLite file": lambda m: with_database(m, b"x" * 5000),
    "empty SQLite file": lambda m: with_database(m, b""),
    "truncated SQLite file": lambda m: with_database(m, m["kite.db"][:5000]),
    "other schema": lambda m: with_manifest(m, schema_version=0),
}


@pytest.mark.parametrize("change", INVALID)
def test_tampered_archives(archive: Path, fresh: Settings, change: str) -> None:
    write(archive, INVALID[change](read(archive)))
    assert code(fresh, archive) == "BACKUP_INVALID"
    assert not fresh.data_dir.exists()


@pytest.mark.parametrize("version", ["format_version", "schema_version"])
def test_newer_archives(archive: Path, fresh: Settings, version: str) -> None:
    changed = with_manifest(read(archive), **{version: 99, "kite_version": "9.9.9"})
    write(archive, changed)
    with pytest.raises(KiteError, match=r"BACKUP_NEWER: Made by Kite 9\.9\.9"):
        backup.restore(fresh, archive, force=False)
    assert not fresh.data_dir.exists()


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE]
)
def test_links_and_special_files(archive: Path, fresh: Settings, kind: bytes) -> None:
    with tarfile.open(archive, "w:gz") as tar:
        info = tarfile.TarInfo("kite.db")
        info.type, info.linkname = kind, "/etc/passwd"
        tar.addfile(info)
    assert code(fresh, archive) == "BACKUP_INVALID"


def test_same_member_twice(archive: Path, fresh: Settings) -> None:
    members = read(archive)
    with tarfile.open(archive, "w:gz") as tar:
        for name in ("manifest.json", "kite.db", "kite.db", "kite.toml"):
            info = tarfile.TarInfo(name)
            info.size = len(members[name])
            tar.addfile(info, io.BytesIO(members[name]))
    assert code(fresh, archive) == "BACKUP_INVALID"


def test_damaged_files(archive: Path, fresh: Settings) -> None:
    whole = archive.read_bytes()
    middle = len(whole) // 2
    for damaged in (
        b"",
        b"not gzip",
        whole[:middle],
        whole[:middle] + b"\0" * 50 + whole[middle + 50 :],
    ):
        archive.write_bytes(damaged)
        assert code(fresh, archive) == "BACKUP_INVALID"


def test_missing_file_and_unwritable_target(archive: Path, fresh: Settings, tmp_path: Path) -> None:
    assert code(fresh, tmp_path / "none") == "FILE_UNUSABLE"
    assert code(fresh, tmp_path) == "FILE_UNUSABLE"
    (tmp_path / "file").touch()
    assert code(Settings(data_dir=tmp_path / "file" / "data"), archive) == "FILE_UNUSABLE"


def test_backup_needs_a_sound_database(kite: Kite, tmp_path: Path) -> None:
    path = kite.settings.data_dir / "kite.db"
    with kite.database.writes.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0099'"))
    with pytest.raises(KiteError, match="DATABASE_VERSION"):
        backup.back_up(loaded(kite.settings), tmp_path / "b.tar.gz")
    kite.database.engine.dispose()
    path.write_bytes(b"x" * 5000)
    with pytest.raises(KiteError, match="DATABASE_UNUSABLE"):
        backup.back_up(loaded(kite.settings), tmp_path / "b.tar.gz")
    path.unlink()
    with pytest.raises(KiteError, match="DATABASE_MISSING"):
        backup.back_up(loaded(kite.settings), tmp_path / "b.tar.gz")
    assert not (tmp_path / "b.tar.gz").exists()


WRITTEN_BY_0_1 = Path(__file__).with_name("kite-0.1.sql")


@pytest.fixture
def old(settings: Settings) -> Settings:
    """An installation with the database of Kite 0.1."""
    settings.data_dir.mkdir()
    with closing(sqlite3.connect(settings.data_dir / "kite.db")) as connection:
        connection.executescript(WRITTEN_BY_0_1.read_text(encoding="utf-8"))
    return settings


def test_upgrade_saves_the_database_first(old: Settings, fresh: Settings) -> None:
    saved = backup.upgrade(loaded(old), REVISION)
    assert saved is not None
    assert saved.parent == old.data_dir / "backups"
    assert saved.name.startswith(f"before-{REVISION}-")
    assert saved.stat().st_mode & 0o777 == 0o600
    assert rooms.show(open_kite(old), "demo").title == "第一道光"
    assert backup.upgrade(loaded(old), REVISION) is None
    manifest = json.loads(read(saved)["manifest.json"])
    assert (manifest["format_version"], manifest["schema_version"]) == (1, 1), "for Kite 0.1"
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(read(saved)["kite.db"])  # as Kite 0.1 does
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
    backup.restore(fresh, saved, force=False)
    assert rooms.show(open_kite(fresh), "demo").title == "第一道光", "old backups are upgraded"


def test_downgrade_saves_the_database_first(kite: Kite, fresh: Settings) -> None:
    users.create(kite, "ann", "owner", None)
    kite.database.engine.dispose()
    saved = backup.upgrade(loaded(kite.settings), FIRST_REVISION)
    assert saved is not None
    with pytest.raises(KiteError, match="DATABASE_VERSION"):
        open_kite(kite.settings)
    backup.restore(fresh, saved, force=False)
    with open_kite(fresh).read("user.read") as session:
        assert users.get(session, "ann")


def test_upgrade_refuses_what_it_must_not_touch(
    old: Settings, fresh: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (old.data_dir / "kite.db").read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr("kite.processes.running", lambda _: {"nginx": 1})
        with pytest.raises(KiteError, match="KITE_RUNNING"):
            backup.upgrade(loaded(old), REVISION)
    (old.data_dir / "backups").touch()  # the backup cannot be written
    with pytest.raises(KiteError, match="FILE_UNUSABLE"):
        backup.upgrade(loaded(old), REVISION)
    assert (old.data_dir / "kite.db").read_bytes() == before
    with pytest.raises(KiteError, match="DATABASE_MISSING"):
        backup.upgrade(loaded(fresh), REVISION)


def contents(kite: Kite) -> dict[str, list[tuple[object, ...]]]:
    """Every row that a backup must bring back."""
    with kite.database.reads() as session:
        return {
            table.name: sorted(map(tuple, session.execute(table.select())), key=str)
            for table in Base.metadata.sorted_tables
            if table.name not in {"leases", "viewers"}
        }


def fill(kite: Kite) -> None:
    """A row in every table, and a hole at the end of the ids."""
    rooms.create(kite, "demo", {"title": "第一道光"})
    users.create(kite, "ann", "owner", "a long password 12")
    with kite.database.writes.begin() as session:
        session.add(Webhook(url="https://example.com/hook", secret="whsec_x", events=[]))
    rooms.create(kite, "gone", {"title": "gone"})
    keys.create(kite, "demo")
    key, _ = keys.create(kite, "gone")
    assert key.id == 2
    rooms.remove(kite, "gone")
    tokens.create(kite, "all")
    tokens.create(kite, "some", scopes=["room.read"])
    go_live(kite, "demo")
    with kite.database.writes.begin() as session:
        session.add(Recording(room_id="demo", file="a.mp4", state="ready", bytes=5_000_000_000))
        session.add(Viewer(room_id="demo", viewer="x", seen_at=now()))
        session.add(Lease(task="x", holder="x", until=now()))
        session.execute(text("INSERT INTO facts VALUES ('play_secret', 'x', '2026-01-01')"))
    broadcasts.end_all(kite)


@pytest.mark.system
def test_from_sqlite_to_postgresql_and_back(
    kite: Kite, fresh: Settings, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("postgres_server").database()
    server = Settings(data_dir=tmp_path / "server", database_url=url)
    fill(kite)
    before = contents(kite)
    assert all(before.values()), "a table without rows tests nothing"
    first = backup.back_up(loaded(kite.settings), tmp_path / "1.tar.gz")
    assert (first.recordings, first.recordings_bytes) == (1, 5_000_000_000)
    backup.restore(server, tmp_path / "1.tar.gz", force=False)
    moved = open_kite(server)
    assert contents(moved) == before
    with moved.database.reads() as session:
        missing = "SELECT count(*) FROM tokens WHERE scopes IS NULL"
        assert session.execute(text(missing)).scalar_one() == 1
    assert code(server, tmp_path / "1.tar.gz") == "RESTORE_TARGET_NOT_EMPTY"
    assert keys.create(moved, "demo")[0].id == 3, "the id of a deleted key is not used again"
    changed = contents(moved)
    backup.back_up(loaded(server), tmp_path / "2.tar.gz")
    backup.restore(fresh, tmp_path / "2.tar.gz", force=False)
    returned = open_kite(fresh)
    assert contents(returned) == changed
    backup.restore(server, tmp_path / "1.tar.gz", force=True)
    assert contents(moved) == before
    moved.database.engine.dispose()


@pytest.mark.system
def test_restore_into_postgresql_is_all_or_nothing(
    archive: Path, kite: Kite, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("postgres_server").database()
    server = Settings(data_dir=tmp_path / "server", database_url=url)
    database.create(server)
    rooms.create(open_kite(server), "kept", {"title": "kept"})
    with closing(sqlite3.connect(tmp_path / "bad.db")) as connection:
        connection.executescript("")
    members = read(archive)
    (tmp_path / "bad.db").write_bytes(members["kite.db"])
    with closing(sqlite3.connect(tmp_path / "bad.db")) as connection:
        connection.execute("UPDATE rooms SET title = ?", ("x" * 500,))  # too long for the server
        connection.commit()
    write(archive, with_database(members, (tmp_path / "bad.db").read_bytes()))
    with pytest.raises(KiteError, match="DATABASE_UNUSABLE"):
        backup.restore(server, archive, force=True)
    assert rooms.show(open_kite(server), "kept")


@pytest.mark.system
def test_a_control_service_elsewhere_stops_a_restore(
    archive: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("postgres_server").database()
    server = Settings(data_dir=tmp_path / "server", database_url=url)
    database.create(server)
    running = open_kite(server)
    with running.database.writes.begin() as session:
        session.add(Lease(task="x", holder="x", until=now().replace(year=2099)))
    with pytest.raises(KiteError, match="KITE_RUNNING"):
        backup.restore(server, archive, force=True)
    with pytest.raises(KiteError, match="KITE_RUNNING"):
        backup.upgrade(loaded(server), FIRST_REVISION)


@pytest.mark.system
def test_tables_of_others_are_left_alone(
    archive: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("postgres_server").database()
    server = Settings(data_dir=tmp_path / "server", database_url=url)
    with database.connect(url).engine.begin() as connection:
        connection.execute(text("CREATE TABLE other (id int)"))
        connection.execute(text("INSERT INTO other VALUES (1)"))
    backup.restore(server, archive, force=False)
    backup.back_up(loaded(server), tmp_path / "again.tar.gz")
    backup.restore(server, archive, force=True)
    with database.connect(url).engine.connect() as connection:
        assert "other" in inspect(connection).get_table_names()
        assert connection.execute(text("SELECT id FROM other")).scalar_one() == 1


def test_the_password_of_the_database_is_not_in_the_archive(kite: Kite, tmp_path: Path) -> None:
    secret = "postgresql+psycopg://kite:p/ss@wo:rd@db.example.com/kite"
    sources = dict.fromkeys(Settings.model_fields, "default") | {"database_url": "kite.toml"}
    settings = kite.settings.model_copy(update={"database_url": secret})
    toml = backup._settings_toml(Loaded(settings, sources))
    assert "ss@" not in toml
    assert "rd@" not in toml
    assert toml.startswith("# The password is not in a backup.\n# database_url = ")
    assert "kite:***@db.example.com/kite" in toml


def test_the_command_says_what_is_not_in_it(kite: Kite, tmp_path: Path) -> None:
    def say() -> str:
        env = {"KITE_DATA_DIR": str(kite.settings.data_dir)}
        done = CliRunner().invoke(main, ["backup", str(tmp_path / "b.tar.gz")], env=env)
        assert done.exit_code == 0, done.output
        return done.output

    assert say().endswith(" (schema 2): " + f"{tmp_path}/b.tar.gz\n")
    rooms.create(kite, "demo", {"title": "demo"})
    with kite.database.writes.begin() as session:
        session.add(Recording(room_id="demo", file="a.mp4", state="ready", bytes=5_000_000))
    assert say().endswith("Not in it: 1 recordings, 5 MB; copy them yourself.\n")
