"""What Kite does while its surroundings are broken, and that nothing is lost when they are not."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Barrier
from typing import Any

import httpx
import pytest

from kite import collector, doctor
from kite.credentials import new_secret
from kite.database import database_path
from kite.models import Room, StreamKey
from tests.kite.faults import (
    crowd,
    down,
    few_files,
    frozen,
    full,
    locked,
    small_disk,
    sound,
    stopped,
    wrong_clock,
)
from tests.kite.pg import Postgres
from tests.kite.rtmp import Publisher
from tests.kite.split import Split, split
from tests.kite.stack import wait_for

pytestmark = pytest.mark.system

DECISION_SECONDS = 10
"""nginx keeps the decision about a player so long (``proxy_cache_valid``)."""

Seen = tuple[int, str | None]


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Split]:
    with split(tmp_path_factory.mktemp("faults") / "data", log_level="info") as running:
        yield running


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Split]:
    """A Kite whose data directory is a disk with little space, and whose nginx takes few."""
    limits: dict[str, Any] = {"min_free_disk_mb": 16, "worker_connections": 64}
    with (
        small_disk(tmp_path_factory.mktemp("small") / "disk", 64) as disk,
        split(disk / "data", log_level="info", **limits) as running,
    ):
        yield running


def watch(parts: Split, url: str, agent: str = "in", seconds: float = 20) -> Seen:
    """Ask for a playlist as the player ``agent``: the status, and the code of a refusal."""
    url = url if "//" in url else f"{parts.hls}/{url}.m3u8"
    answer = httpx.get(url, headers={"User-Agent": agent}, trust_env=False, timeout=seconds)
    return answer.status_code, answer.headers.get("x-kite-error")


def publish(parts: Split, key: dict[str, Any]) -> Publisher:
    return Publisher(parts.loaded.rtmp_port, key["stream_key"])


def lets_in(parts: Split, key: dict[str, Any]) -> bool:
    """Whether a publisher is let in; it leaves at once."""
    with publish(parts, key) as publisher:
        return publisher.accepted


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def goes_on(parts: Split, before: dict[str, Any]) -> None:
    """Wait until the collector has measured more of the same broadcast."""

    def more() -> bool:
        return bool(still(parts, before)["bytes_in"] > before["bytes_in"])

    wait_for(more, "the same broadcast is measured")


def still(parts: Split, before: dict[str, Any]) -> dict[str, Any]:
    """The same broadcast as it is now: the start of the service has looked at it once."""
    found = parts.broadcast(before["room"])
    assert (found["id"], found["ended_at"]) == (before["id"], None)
    return found


def ended(parts: Split, room: str) -> str:
    reason: str = wait_for(lambda: parts.broadcast(room)["reason"], f"{room} ends")
    return reason


def check(parts: Split, name: str) -> doctor.Result:
    return next(result for result in doctor.examine(parts.loaded) if result.code == name)


def test_frozen_service(parts: Split) -> None:
    """Who is in stays in; nobody new comes in; what was missed is put right."""
    key, later, gone = (parts.make_room(room) for room in ("frozen", "later", "gone"))
    with parts.live(key["stream_key"]) as encoder, ThreadPoolExecutor(2) as pool:
        playlist = parts.data_dir / "hls" / "frozen.m3u8"
        segments = wait_for(lambda: playlist.is_file() and playlist.read_text(), "HLS begins")
        assert watch(parts, "frozen") == (200, None)
        decided = time.monotonic()
        leaving = publish(parts, gone)
        assert leaving.accepted
        before = parts.broadcast("frozen")
        with frozen(parts.parts["service"].pid):
            leaving.close()
            assert not lets_in(parts, later)  # after netcall_timeout, or proxy_read_timeout
            rest = decided + DECISION_SECONDS + 1 - time.monotonic()
            time.sleep(max(0.0, rest))  # nginx's own clock: nothing to poll
            asked = [pool.submit(watch, parts, "frozen", agent) for agent in ("in", "new")]
            assert [future.result() for future in asked] == [(200, None), (503, None)]
            assert playlist.read_text() != segments
            assert encoder.poll() is None
        assert ended(parts, "gone") in ("finished", "lost")
        assert watch(parts, "frozen", "new") == (200, None)
        wait_for(lambda: lets_in(parts, later), "publishers are let in")
        goes_on(parts, before)
    assert "event=defect" not in parts.logs()


def test_killed_service(parts: Split) -> None:
    key, later = parts.make_room("orphan"), parts.make_room("refused")
    with parts.live(key["stream_key"]) as encoder:
        parts.playlist("orphan")
        assert watch(parts, "orphan") == (200, None)
        before = parts.broadcast("orphan")
        with down(parts, "service"):
            assert not lets_in(parts, later)
            assert (watch(parts, "orphan"), watch(parts, "orphan", "new")) == (
                (200, None),
                (503, None),
            )
            assert check(parts, "callback-reachable").status == "warn"
            assert encoder.poll() is None
        assert watch(parts, "orphan", "new") == (200, None)
        assert lets_in(parts, later)
        goes_on(parts, before)


def test_killed_nginx(parts: Split) -> None:
    """What needs no media server works; what needs it says so."""
    key = parts.make_room("unmoved")
    with publish(parts, key) as publisher:
        assert publisher.accepted
        with down(parts, "nginx"):
            assert parts.room("unmoved")["id"] == "unmoved"
            ready = httpx.get(f"{parts.api}/readyz", trust_env=False)
            assert (ready.status_code, ready.json()["failing"]) == (503, ["media_server"])
            assert ended(parts, "unmoved") == "lost"
    assert httpx.get(f"{parts.api}/readyz", trust_env=False).status_code == 200
    assert lets_in(parts, key)


def test_locked_database(parts: Split) -> None:
    """Changes are refused within nginx's patience, reads go on, and nothing stays half done."""
    key, gone = parts.make_room("locked"), parts.make_room("leaving")
    late = {"id": "late", "title": "late"}
    with parts.live(key["stream_key"]) as encoder, ThreadPoolExecutor(2) as pool:
        parts.playlist("locked")
        before = parts.broadcast("locked")
        leaving = publish(parts, gone)
        assert leaving.accepted
        with locked(database_path(parts.loaded)):
            leaving.close()  # the end cannot be written down
            refused = pool.submit(parts.request, "POST", "/v1/rooms", late)
            assert not lets_in(parts, gone)
            assert code(refused.result()) == (503, "DATABASE_UNUSABLE")
            line = "event=publish.refused code=DATABASE_UNUSABLE room=leaving"
            assert line in parts.logs()
            assert parts.room("locked")["state"] == "live"
            assert watch(parts, "locked", "new") == (200, None)
            task = "event=task.failed task=collect code=DATABASE_UNUSABLE"
            wait_for(lambda: task in parts.logs(), "the collector says so")
            assert encoder.poll() is None
        assert ended(parts, "leaving") in ("finished", "lost")
        assert lets_in(parts, gone)
        assert parts.request("POST", "/v1/rooms", late).is_success
        goes_on(parts, before)
    assert sound(database_path(parts.loaded))


@pytest.mark.parametrize("hours", [-1, 1])
def test_wrong_clock(parts: Split, hours: int) -> None:
    """Running broadcasts go on; what has an expiry follows the clock; doctor says it is wrong."""
    name = f"clock{hours + 1}"
    key = parts.make_room(name)
    parts.request("PATCH", f"/v1/rooms/{name}", {"visibility": "private"}).raise_for_status()
    link: str = parts.request(
        "POST", f"/v1/rooms/{name}/play-links", {"expires_in_seconds": 1800}
    ).json()["hls"]
    with parts.live(key["stream_key"]) as encoder:
        wait_for(lambda: watch(parts, link) == (200, None), "the link plays")
        before = parts.broadcast(name)
        with wrong_clock(parts, hours * 3600):
            goes_on(parts, still(parts, before))
            expired = (403, "PLAY_LINK_EXPIRED")
            assert watch(parts, link, "new") == (expired if hours > 0 else (200, None))
            if hours > 0:
                said = parts.cli("doctor", check=False).stdout
                assert "files in data_dir are 3600 s off the clock" in said
            gone = publish(parts, parts.make_room(f"{name}-gone"))
            assert gone.accepted
        goes_on(parts, still(parts, before))
        assert parts.room(f"{name}-gone")["state"] == "live"
        gone.close()
        ended(parts, f"{name}-gone")
        assert parts.broadcast(f"{name}-gone")["seconds"] >= 0
        assert watch(parts, link, "newer") == (200, None)
        assert encoder.poll() is None


def test_too_few_files(parts: Split) -> None:
    """Nobody new comes in; who is in stays; nothing is taken for ended."""
    key = parts.make_room("open")
    nginx = parts.parts["nginx"].pid
    with parts.live(key["stream_key"]) as encoder:
        parts.playlist("open")
        before = parts.broadcast("open")
        with few_files(nginx, 10):
            with pytest.raises(httpx.TimeoutException):  # it waits, and is served afterwards
                watch(parts, "open", "new", seconds=1)
            wait_for(lambda: "Too many open files" in parts.logs(), "nginx says so")
            lost = "event=task.failed task=collect code=MEDIA_UNREACHABLE"
            wait_for(lambda: lost in parts.logs(), "the collector says so")
            assert parts.broadcast("open")["ended_at"] is None
        assert encoder.poll() is None
        goes_on(parts, before)
        assert watch(parts, "open", "new") == (200, None)


def test_one_of_ten_publishers_wins(parts: Split) -> None:
    key = parts.make_room("race")
    together = Barrier(10)

    def run(_: int) -> Publisher:
        together.wait()
        return publish(parts, key)

    with ThreadPoolExecutor(10) as pool, ExitStack() as held:
        runners = [held.enter_context(runner) for runner in pool.map(run, range(10))]
        assert [runner.accepted for runner in runners].count(True) == 1
        assert parts.room("race")["state"] == "live"
    ended(parts, "race")
    assert len(parts.request("GET", "/v1/broadcasts?room=race").json()["items"]) == 1


def test_a_thousand_rooms(parts: Split) -> None:
    """100 encoders at once: some may be told to come back, as after a failure of the network."""
    keys = many_rooms(parts, 1000, 100)
    listed: list[str] = []
    after = ""
    while after is not None:
        page = parts.request("GET", f"/v1/rooms?limit=200&after={after}").json()
        listed += [room["id"] for room in page["items"]]
        after = page["next"]
    assert listed == sorted(listed)
    assert len([room for room in listed if room.startswith("many-")]) == 1000

    def until_in(stream_key: str) -> Publisher:
        return wait_for(lambda: accepted(parts, stream_key), f"{stream_key} is in", 60)

    with ExitStack() as held:
        with ThreadPoolExecutor(100) as pool:
            for publisher in pool.map(until_in, keys.values()):
                held.callback(publisher.close)
        assert {stream.room for stream in parts.kite.media.streams()} == set(keys)
        collector.collect(parts.kite)
        assert running(parts) == 100
    wait_for(lambda: running(parts) == 0, "all are over", 60)


def accepted(parts: Split, stream_key: str) -> Publisher | None:
    publisher = Publisher(parts.loaded.rtmp_port, stream_key)
    if publisher.accepted:
        return publisher
    publisher.close()
    return None


def running(parts: Split) -> int:
    shown = parts.request("GET", "/metrics").text
    return int(float(shown.partition("\nkite_broadcasts_running ")[2].splitlines()[0]))


def many_rooms(parts: Split, rooms: int, with_key: int) -> dict[str, str]:
    """Make rooms; returns the stream keys of some."""
    secrets = {f"many-{number}": new_secret("kk_") for number in range(with_key)}
    with parts.kite.database.writes.begin() as session:
        session.add_all([Room(id=f"many-{n}", title=f"Room {n}") for n in range(rooms)])
        session.flush()
        for room, secret in secrets.items():
            session.add(StreamKey(room_id=room, digest=secret.digest, hint=secret.hint))
    return {room: f"{room}?key={secret.plain}" for room, secret in secrets.items()}


def test_disk_nearly_full(small: Split) -> None:
    """The recording ends, the broadcast does not; with space again it is recorded again."""
    key = small.make_room("nearly")
    small.request("PATCH", "/v1/rooms/nearly", {"record": True}).raise_for_status()
    with small.live(key["stream_key"]) as encoder:
        wait_for(lambda: recordings(small), "it is recorded")
        before = small.broadcast("nearly")
        with full(small.data_dir, 8_000_000):
            with locked(database_path(small.loaded)):  # it ends without the database
                wait_for(lambda: "code=DISK_LOW" in small.logs(), "the recording is stopped")
            wait_for(lambda: recordings(small) == ["ready"], "what there was is kept")
            goes_on(small, before)
            assert check(small, "disk-space").status == "fail"
        wait_for(lambda: recordings(small) == ["recording", "ready"], "it is recorded again")
        assert encoder.poll() is None


def recordings(parts: Split) -> list[str]:
    items = parts.request("GET", "/v1/recordings").json()["items"]
    return [recording["state"] for recording in items]


def test_disk_full(small: Split) -> None:
    """Nothing can be written, so nobody new comes in and HLS stands still; nothing is damaged."""
    key, later = small.make_room("brim"), small.make_room("later")
    incoming = small.data_dir / "recordings" / "incoming"
    with small.live(key["stream_key"]) as encoder:
        wait_for(lambda: not list(incoming.glob("brim-*")), "it is not recorded")
        before, segments = small.broadcast("brim"), small.playlist("brim")
        assert watch(small, "brim") == (200, None)
        with full(small.data_dir):
            refused = wait_for(lambda: failed(small), "a change fails")
            assert refused == (503, "DATABASE_UNUSABLE")
            assert not lets_in(small, later)
            assert small.room("brim")["state"] == "live"
            assert check(small, "disk-space").status == "fail"
            with pytest.raises(httpx.RemoteProtocolError):  # nginx cannot keep the decision
                watch(small, "brim", "new")
            assert encoder.poll() is None
        assert lets_in(small, later)
        goes_on(small, before)
        wait_for(lambda: small.playlist("brim") != segments, "HLS goes on")
        assert watch(small, "brim", "new") == (200, None)
        assert encoder.poll() is None
    assert ended(small, "brim") == "finished"
    assert sound(database_path(small.loaded))


def failed(parts: Split) -> tuple[int, str] | None:
    """The answer to a change that is refused."""
    answer = parts.request("POST", "/v1/rooms/brim/keys")
    return None if answer.is_success else code(answer)


def test_more_clients_than_connections(small: Split) -> None:
    """As with too few files."""
    key = small.make_room("crowded")
    with small.live(key["stream_key"]) as encoder:
        small.playlist("crowded")
        before = small.broadcast("crowded")
        with crowd(small.loaded.rtmp_port, 80):
            wait_for(lambda: "worker_connections are not enough" in small.logs(), "nginx says so")
            with pytest.raises(httpx.TransportError):
                watch(small, "crowded", "new")
            lost = "event=task.failed task=collect code=MEDIA_UNREACHABLE"
            wait_for(lambda: lost in small.logs(), "the collector says so")
            assert small.broadcast("crowded")["ended_at"] is None
            assert encoder.poll() is None
        goes_on(small, before)
        assert watch(small, "crowded", "new") == (200, None)


def test_database_server_restarts(tmp_path: Path, postgres_server: Postgres) -> None:
    """Without it nobody new comes in; with it Kite goes on by itself."""
    url = postgres_server.database()
    with split(tmp_path / "data", database_url=url, log_level="info") as parts:
        key, later = parts.make_room("served"), parts.make_room("later")
        with parts.live(key["stream_key"]) as encoder:
            parts.playlist("served")
            assert watch(parts, "served") == (200, None)
            before = parts.broadcast("served")
            with stopped(postgres_server):
                assert code(parts.request("GET", "/v1/rooms")) == (503, "DATABASE_UNUSABLE")
                assert not lets_in(parts, later)
                seen = watch(parts, "served"), watch(parts, "served", "new")
                assert seen == ((200, None), (503, "DATABASE_UNUSABLE"))
                assert check(parts, "database").message.startswith("DATABASE_UNUSABLE: ")
                ready = httpx.get(f"{parts.api}/readyz", trust_env=False, timeout=10)
                assert (ready.status_code, ready.json()["failing"]) == (503, ["database"])
                assert encoder.poll() is None
            wait_for(lambda: lets_in(parts, later), "publishers are let in")
            goes_on(parts, before)
        assert ended(parts, "served") == "finished"
        assert "event=defect" not in parts.logs()
