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

from kite import backup, keys, rooms
from kite.context import Kite, open_kite
from kite.errors import KiteError
from kite.settings import Settings
from kite.settings_load import Loaded

Members = dict[str, bytes]


def loaded(settings: Settings) -> Loaded:
    sources = dict.fromkeys(Settings.model_fields, "default")
    return Loaded(settings, sources | {"data_dir": "env KITE_DATA_DIR", "api_port": "kite.toml"})


@pytest.fixture
def archive(kite: Kite, tmp_path: Path) -> Path:
    """A backup of an installation with one room and one key."""
    with kite.sessions.begin() as session:
        rooms.create(session, "demo", "第一道光")
        keys.create(session, "demo")
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
    with open_kite(fresh).sessions() as session:
        assert rooms.get(session, "demo").title == "第一道光"
        assert len(keys.page(session, "demo", 10, 0)) == 1
    names = {path.name for path in fresh.data_dir.iterdir()}
    assert names == {"kite.db", "restored-kite.toml"}
    text = (fresh.data_dir / "restored-kite.toml").read_text(encoding="utf-8")
    assert "api_port = 8080\n" in text
    assert "rtmp_port" not in text


def test_archive_is_private_and_has_three_members(archive: Path) -> None:
    assert archive.stat().st_mode & 0o777 == 0o600
    members = read(archive)
    assert list(members) == ["manifest.json", "kite.db", "kite.toml"]
    manifest = json.loads(members["manifest.json"])
    assert manifest["sha256"]["kite.db"] == sha256(members["kite.db"]).hexdigest()


def test_backup_while_somebody_writes(kite: Kite, tmp_path: Path) -> None:
    with kite.sessions() as session:
        rooms.create(session, "open", "not committed")
        backup.back_up(loaded(kite.settings), tmp_path / "b.tar.gz")
        session.rollback()
    write(tmp_path / "check.tar.gz", read(tmp_path / "b.tar.gz"))
    fresh = Settings(data_dir=tmp_path / "fresh")
    backup.restore(fresh, tmp_path / "check.tar.gz", force=False)
    with open_kite(fresh).sessions() as session:
        assert rooms.page(session, 10, "") == []


def test_nobody_is_live_after_a_restore(kite: Kite, fresh: Settings, tmp_path: Path) -> None:
    target = tmp_path / "live.tar.gz"
    with kite.sessions.begin() as session:
        rooms.create(session, "demo", "demo")
        key, _ = keys.create(session, "demo")
        assert rooms.claim(session, "demo", "7", key.id)
    backup.back_up(loaded(kite.settings), target)
    backup.restore(fresh, target, force=False)
    with open_kite(fresh).sessions() as session:
        assert rooms.get(session, "demo").state == "idle"
    with kite.sessions() as session:
        assert rooms.get(session, "demo").state == "live"


def test_existing_database_is_kept_without_force(archive: Path, kite: Kite) -> None:
    with kite.sessions.begin() as session:
        rooms.remove(session, "demo")
    assert code(kite.settings, archive) == "RESTORE_TARGET_NOT_EMPTY"
    with open_kite(kite.settings).sessions() as session:
        assert rooms.page(session, 10, "") == []
    backup.restore(kite.settings, archive, force=True)
    with open_kite(kite.settings).sessions() as session:
        assert rooms.get(session, "demo")


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
    changed = with_manifest(read(archive), **{version: 2, "kite_version": "9.9.9"})
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
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 2")
    with pytest.raises(KiteError, match="DATABASE_VERSION"):
        backup.back_up(loaded(kite.settings), tmp_path / "b.tar.gz")
    path.write_bytes(b"x" * 5000)
    with pytest.raises(KiteError, match="DATABASE_UNUSABLE"):
        backup.back_up(loaded(kite.settings), tmp_path / "b.tar.gz")
    path.unlink()
    with pytest.raises(KiteError, match="DATABASE_MISSING"):
        backup.back_up(loaded(kite.settings), tmp_path / "b.tar.gz")
    assert not (tmp_path / "b.tar.gz").exists()
