"""Recordings: from the first frame, through every crash, to the end of their time."""

import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from kite import collector, nginx, recordings
from kite.context import Kite
from kite.errors import KiteError
from kite.models import AuditEntry, Broadcast, Event, Recording, Room, now
from tests.kite.conftest import Api
from tests.kite.pg import Postgres
from tests.kite.split import Split, split
from tests.kite.stack import probe, publish_command, wait_for

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Split]:
    with split(tmp_path_factory.mktemp("split") / "data") as running:
        yield running


def record(parts: Split, room: str, *, on: bool = True) -> str:
    """Make a room; returns its stream key."""
    stream_key: str = parts.make_room(room)["stream_key"]
    switch(parts, room, on=on)
    return stream_key


def switch(parts: Split, room: str, *, on: bool) -> None:
    parts.request("PATCH", f"/v1/rooms/{room}", {"record": on}).raise_for_status()


def listed(parts: Split, room: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = parts.request("GET", f"/v1/recordings?room={room}").json()[
        "items"
    ]
    return found


def ready(parts: Split, room: str) -> dict[str, Any]:
    """The newest recording of a room, once there is no other state."""

    def look() -> dict[str, Any] | None:
        found = listed(parts, room)
        return found[0] if found and {r["state"] for r in found} == {"ready"} else None

    return wait_for(look, f"the recording of {room}")


def publish(parts: Split, stream_key: str, seconds: int) -> None:
    """Publish so many seconds to the end."""
    command = publish_command(f"{parts.rtmp}/{stream_key}", seconds)
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, timeout=60)


def download(parts: Split, recording: int, **headers: str) -> httpx.Response:
    url = f"{parts.api}/v1/recordings/{recording}/file"
    sent = {"Authorization": f"Bearer {parts.token}", **headers}
    return httpx.get(url, headers=sent, trust_env=False, timeout=10)


def incoming(parts: Split, room: str) -> list[Path]:
    return list((parts.data_dir / "recordings" / "incoming").glob(f"{room}-*.flv"))


@contextmanager
def begun(parts: Split, room: str) -> Iterator[threading.Event]:
    """Set once nginx has begun a file: Kite may have removed it before a test looks for the first time."""
    seen, over = threading.Event(), threading.Event()

    def look() -> None:
        while not seen.is_set() and not over.wait(0.005):
            if incoming(parts, room):
                seen.set()

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()


def test_recorded_from_the_first_frame_and_downloaded(parts: Split, tmp_path: Path) -> None:
    publish(parts, record(parts, "whole"), 4)
    shown = ready(parts, "whole")
    broadcast = parts.broadcast("whole")
    assert (shown["broadcast"], shown["room"]) == (broadcast["id"], "whole")
    assert not incoming(parts, "whole")
    answer = download(parts, shown["id"])
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "video/mp4"
    assert len(answer.content) == shown["bytes"]
    name = next(parts.data_dir.glob("recordings/whole-*.mp4")).name
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    saved = tmp_path / "saved.mp4"
    saved.write_bytes(answer.content)
    streams = probe(str(saved))
    assert streams.keys() == {"h264", "aac"}
    assert streams["h264"]["nb_frames"] == "40"  # 4 s of 10: not one is missing
    part = download(parts, shown["id"], Range="bytes=100-199")
    assert (part.status_code, part.content) == (206, answer.content[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{shown['bytes']}"
    beyond = download(parts, shown["id"], Range="bytes=999999999-")
    assert (beyond.status_code, beyond.json()["code"]) == (416, "RANGE_INVALID")
    for strange in ("bytes", "lines=1-2", "bytes=", "bytes=x-y"):
        assert download(parts, shown["id"], Range=strange).content == answer.content, strange
    assert parts.request("GET", f"/v1/recordings/{shown['id']}").json() == shown

    assert parts.request("DELETE", f"/v1/recordings/{shown['id']}").status_code == 204
    assert not list(parts.data_dir.glob("recordings/whole-*"))
    for method, path in (("GET", ""), ("GET", "/file"), ("DELETE", "")):
        gone = parts.request(method, f"/v1/recordings/{shown['id']}{path}")
        assert gone.json()["code"] == "RECORDING_NOT_FOUND"
    audit = parts.request("GET", f"/v1/audit?target=recording:{shown['id']}").json()["items"]
    actions = [(entry["action"], entry["actor"].partition(":")[0]) for entry in audit][::-1]
    assert actions == [
        ("recording.started", "system"),
        ("recording.ended", "system"),
        ("recording.ready", "system"),
        ("recording.deleted", "token"),
        ("recording.removed", "token"),
    ]
    assert emitted(parts.kite, shown["id"]) == ["recording.ready", "recording.deleted"]
    assert parts.request("DELETE", "/v1/rooms/whole").status_code == 204


def test_what_nobody_wants_is_not_kept(parts: Split) -> None:
    stream_key = record(parts, "unwanted", on=False)
    with begun(parts, "unwanted") as seen, parts.live(stream_key):
        wait_for(seen.is_set, "nginx writes at first")
        wait_for(lambda: not incoming(parts, "unwanted"), "the file is removed", 6)
        parts.playlist("unwanted")
        began = parts.broadcast("unwanted")["bytes_in"]
        wait_for(lambda: parts.broadcast("unwanted")["bytes_in"] > began, "a round later")
        assert not incoming(parts, "unwanted")
    wait_for(lambda: parts.room("unwanted")["state"] == "idle", "the end")
    assert listed(parts, "unwanted") == []


def test_switched_while_live(parts: Split) -> None:
    stream_key = record(parts, "switch", on=False)
    with begun(parts, "switch") as seen, parts.live(stream_key) as encoder:
        wait_for(seen.is_set, "nginx writes at first")
        wait_for(lambda: not incoming(parts, "switch"), "the file is removed", 6)
        switch(parts, "switch", on=True)
        (running,) = wait_for(lambda: listed(parts, "switch"), "it is recorded", 6)
        assert (running["state"], running["ended_at"], running["bytes"]) == ("recording", None, 0)
        for method, path in (("DELETE", ""), ("GET", "/file")):
            answer = parts.request(method, f"/v1/recordings/{running['id']}{path}")
            assert (answer.status_code, answer.json()["code"]) == (409, "RECORDING_RUNNING")
        switch(parts, "switch", on=False)
        assert ready(parts, "switch")["id"] == running["id"]
        assert encoder.poll() is None
        switch(parts, "switch", on=True)
        wait_for(lambda: len(listed(parts, "switch")) == 2, "a second one begins", 6)
        wait_for(lambda: incoming(parts, "switch")[0].stat().st_size > 10_000, "some pictures")
    assert ready(parts, "switch")["id"] > running["id"]
    found = parts.request("GET", f"/v1/recordings?limit=1&before={running['id'] + 1}").json()
    assert [entry["id"] for entry in found["items"]] == [running["id"]]


def test_service_is_away_for_the_end(parts: Split) -> None:
    stream_key = record(parts, "away")
    with parts.live(stream_key):
        wait_for(lambda: listed(parts, "away"), "it is recorded", 6)
        parts.kill("service")
    parts.run("service")
    shown = ready(parts, "away")
    assert download(parts, shown["id"]).status_code == 200


def test_service_is_gone_before_it_saw_the_file(parts: Split) -> None:
    stream_key = record(parts, "early")
    with parts.publish(stream_key):
        wait_for(lambda: incoming(parts, "early"), "nginx writes")
        parts.kill("service")
        wait_for(lambda: incoming(parts, "early")[0].stat().st_size > 20_000, "some seconds")
    parts.run("service")
    assert ready(parts, "early")["broadcast"] == parts.broadcast("early")["id"]


def test_nginx_is_killed(parts: Split) -> None:
    stream_key = record(parts, "killed")
    with parts.live(stream_key):
        wait_for(lambda: listed(parts, "killed"), "it is recorded", 6)
        wait_for(lambda: incoming(parts, "killed")[0].stat().st_size > 20_000, "some seconds")
        parts.kill("nginx")
    shown = ready(parts, "killed")
    assert shown["bytes"] > 10_000
    parts.run("nginx")


def test_with_postgresql(tmp_path: Path, postgres_server: Postgres) -> None:
    with split(tmp_path / "data", database_url=postgres_server.database()) as parts:
        publish(parts, record(parts, "pg"), 3)
        shown = ready(parts, "pg")
        assert parts.broadcast("pg")["reason"] == "finished"
        assert parts.request("DELETE", f"/v1/recordings/{shown['id']}").status_code == 204
        assert parts.request("DELETE", "/v1/rooms/pg").status_code == 204
        assert "event=task.failed" not in parts.logs()


def flv(path: Path, seconds: int = 1) -> Path:
    """A file as nginx writes it."""
    command = publish_command(str(path), seconds)
    command.remove("-re")
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return path


@pytest.fixture
def prepared(kite: Kite) -> Kite:
    """An installation with the recorded room ``demo``; nobody publishes."""
    nginx.prepare(kite.settings)
    with kite.database.writes.begin() as session:
        session.add(Room(id="demo", title="demo", record=True, created_at=now()))
    return kite


def row(kite: Kite, file: str, state: str, **values: Any) -> int:
    with kite.database.writes.begin() as session:
        given = {"started_at": now(), "ended_at": now(), **values}
        recording = Recording(room_id="demo", file=file, state=state, **given)
        session.add(recording)
        session.flush()
        return recording.id


def rows(kite: Kite) -> Mapping[str, str]:
    """File to state of every recording."""
    with kite.database.reads() as session:
        return {found.file: found.state for found in session.scalars(select(Recording))}


def files(kite: Kite) -> set[str]:
    base = nginx.recordings_dir(kite.settings)
    return {str(path.relative_to(base)) for path in base.rglob("*") if path.is_file()}


def emitted(kite: Kite, recording: int) -> list[str]:
    with kite.database.reads() as session:
        found = session.scalars(select(Event).order_by(Event.id))
        return [event.type for event in found if event.data.get("recording") == recording]


def go_on(kite: Kite) -> None:
    """What the next start does."""
    recordings.follow(kite, {})
    recordings.finish(kite)
    recordings.follow(kite, {})


@pytest.mark.parametrize("crash", ["part", "renamed", "ready", "no row", "no FLV"])
def test_cut_off_while_made_ready(prepared: Kite, crash: str) -> None:
    base, stem = nginx.recordings_dir(prepared.settings), "demo-1700000000"
    source = flv(nginx.incoming_dir(prepared.settings) / f"{stem}.flv")
    if crash in ("renamed", "ready", "no FLV"):
        mp4 = str(base / f"{stem}.mp4")
        command = ["ffmpeg", "-loglevel", "error", "-i", str(source), "-c", "copy", mp4]
        subprocess.run(command, check=True)
    if crash == "part":
        (base / f"{stem}.part").write_bytes(b"half")
    if crash == "ready":
        row(prepared, f"{stem}.mp4", "ready")
    elif crash != "no row":
        row(prepared, source.name, "recording")
    if crash == "no FLV":
        source.unlink()
    go_on(prepared)
    assert rows(prepared) == {f"{stem}.mp4": "ready"}
    assert files(prepared) == {f"{stem}.mp4"}
    assert probe(str(base / f"{stem}.mp4")).keys() == {"h264", "aac"}


def test_what_fits_into_no_mp4_stays_an_flv(prepared: Kite) -> None:
    (nginx.incoming_dir(prepared.settings) / "demo-1700000000.flv").write_bytes(b"?" * 5000)
    go_on(prepared)
    assert rows(prepared) == {"demo-1700000000.flv": "ready"}
    assert files(prepared) == {"demo-1700000000.flv"}


def test_kept_as_flv_and_cut_off(prepared: Kite) -> None:
    row(prepared, "demo-1700000000.flv", "recording")
    (nginx.recordings_dir(prepared.settings) / "demo-1700000000.flv").write_bytes(b"?" * 5000)
    go_on(prepared)
    assert rows(prepared) == {"demo-1700000000.flv": "ready"}


def test_one_file_that_cannot_be_removed_does_not_hold_up_the_others(prepared: Kite) -> None:
    row(prepared, "demo-1600000000.mp4", "deleting")
    (nginx.recordings_dir(prepared.settings) / "demo-1600000000.mp4").mkdir()
    flv(nginx.incoming_dir(prepared.settings) / "demo-1700000000.flv")
    recordings.follow(prepared, {})
    with pytest.raises(OSError, match="demo-1600000000"):
        recordings.finish(prepared)
    assert rows(prepared)["demo-1700000000.mp4"] == "ready"


def test_an_ffmpeg_that_hangs_leaves_the_flv(
    prepared: Kite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recordings, "REMUX_SECONDS", 0.001)
    flv(nginx.incoming_dir(prepared.settings) / "demo-1700000000.flv")
    go_on(prepared)
    assert rows(prepared) == {"demo-1700000000.flv": "ready"}
    assert files(prepared) == {"demo-1700000000.flv"}


def test_no_space_for_a_copy(prepared: Kite) -> None:
    flv(nginx.incoming_dir(prepared.settings) / "demo-1700000000.flv")
    settings = prepared.settings.model_copy(update={"min_free_disk_mb": 1_000_000_000})
    go_on(Kite(settings, prepared.database, prepared.media))
    assert rows(prepared) == {"demo-1700000000.flv": "ready"}


def test_nothing_was_recorded(prepared: Kite) -> None:
    (nginx.incoming_dir(prepared.settings) / "demo-1700000000.flv").write_bytes(b"FLV")
    row(prepared, "demo-1700000001.flv", "recording", ended_at=None)  # somebody removed its file
    go_on(prepared)
    assert rows(prepared) == {}
    assert files(prepared) == set()


@pytest.mark.parametrize("there", [True, False])
def test_cut_off_while_deleted(prepared: Kite, there: bool) -> None:
    number = row(prepared, "demo-1700000000.mp4", "deleting")
    if there:
        (nginx.recordings_dir(prepared.settings) / "demo-1700000000.mp4").write_bytes(b"x")
    with pytest.raises(KiteError) as caught:
        recordings.show(prepared, number)
    assert caught.value.code == "RECORDING_NOT_FOUND"
    assert recordings.page(prepared, None, 10, 0) == []
    recordings.finish(prepared)
    assert (rows(prepared), files(prepared)) == ({}, set())
    with prepared.database.reads() as session:
        entry = session.scalars(select(AuditEntry)).one()
    assert (entry.actor, entry.action) == ("system", "recording.removed")


def test_rooms_whose_names_look_like_files(prepared: Kite) -> None:
    with prepared.database.writes.begin() as session:
        session.add(Room(id="demo-1700000000", title="x", record=True, created_at=now()))
    flv(nginx.incoming_dir(prepared.settings) / "demo-1700000000-1700000001.flv")
    recordings.follow(prepared, {})
    with prepared.database.reads() as session:
        assert session.scalars(select(Recording)).one().room_id == "demo-1700000000"


def finished(kite: Kite, name: str, days: int, size: int) -> None:
    (nginx.recordings_dir(kite.settings) / name).write_bytes(b"x")
    at = now() - timedelta(days=days)
    row(kite, name, "ready", started_at=at, ended_at=at, bytes=size)


@pytest.mark.parametrize(
    ("limits", "kept"),
    [
        ({}, {"a.mp4", "b.mp4", "c.mp4"}),
        ({"recording_days": 7}, {"a.mp4", "b.mp4"}),
        ({"recording_max_gb": 1}, {"a.mp4"}),
        ({"recording_max_gb": 2}, {"a.mp4", "b.mp4"}),
    ],
)
def test_retention(prepared: Kite, limits: dict[str, int], kept: set[str]) -> None:
    finished(prepared, "c.mp4", 8, 800_000_000)  # the ids are not in the order of the times
    finished(prepared, "a.mp4", 1, 800_000_000)
    finished(prepared, "b.mp4", 6, 800_000_000)
    old = now() - timedelta(days=99)
    row(prepared, "running.flv", "recording", started_at=old, ended_at=None)
    settings = prepared.settings.model_copy(update=limits)
    recordings.retain(Kite(settings, prepared.database, prepared.media))
    assert rows(prepared) == {**dict.fromkeys(kept, "ready"), "running.flv": "recording"}
    assert files(prepared) == kept


def live(api: Api, room: str) -> Path:
    """A room that is live and recorded; returns nginx's file."""
    nginx.prepare(api.kite.settings)
    api.publish(room, api.make_room(room))
    api.client.patch(f"/v1/rooms/{room}", json={"record": True})
    api.nginx.recording.add(room)
    path = nginx.incoming_dir(api.kite.settings) / f"{room}-{int(now().timestamp())}.flv"
    path.write_bytes(b"?" * 5000)
    return path


def limited(kite: Kite, least_mb: int) -> Kite:
    settings = kite.settings.model_copy(update={"min_free_disk_mb": least_mb})
    return Kite(settings, kite.database, kite.media)


def test_full_disk_ends_the_recording_not_the_broadcast(
    api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    live(api, "demo")
    collector.collect(limited(api.kite, 1))
    assert api.nginx.recording == {"demo"}
    for _ in range(2):
        collector.collect(limited(api.kite, 1_000_000_000))
    assert api.nginx.recording == set()
    assert api.client.get("/v1/rooms/demo").json()["state"] == "live"
    said = [r.__dict__["fields"] for r in caplog.records if r.getMessage() == "recording.stopped"]
    assert [fields["code"] for fields in said] == ["DISK_LOW"]  # once, not every two seconds
    collector.collect(limited(api.kite, 1))
    assert api.nginx.recording == {"demo"}


def test_file_of_a_broadcast_nginx_was_not_asked_about_is_left_alone(api: Api) -> None:
    path = live(api, "demo")
    api.client.patch("/v1/rooms/demo", json={"record": False})
    recordings.follow(api.kite, {})  # it went live after the statistics were made
    assert path.exists()
    assert rows(api.kite) == {}
    with api.kite.database.reads() as session:
        broadcast = session.scalars(select(Broadcast)).one()
    recordings.follow(api.kite, {"demo": broadcast})
    assert not path.exists()


def test_no_file_outside_of_the_folder(api: Api) -> None:
    nginx.prepare(api.kite.settings)
    api.make_room()
    number = row(api.kite, "../kite.db", "ready")
    answer = api.client.get(f"/v1/recordings/{number}/file")
    assert answer.json()["code"] == "RECORDING_NOT_FOUND"
    assert api.client.delete(f"/v1/recordings/{number}").status_code == 204
    assert (api.kite.settings.data_dir / "kite.db").exists()
