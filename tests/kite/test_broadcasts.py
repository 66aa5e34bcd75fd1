"""A broadcast's numbers, and that it stays live exactly as long as somebody publishes."""

import subprocess
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from kite import collector, database, viewers
from kite.context import Kite, open_kite
from kite.errors import KiteError
from kite.models import Broadcast, Fact, Room, Viewer, now
from kite.settings import Settings
from tests.kite.conftest import Api
from tests.kite.pg import Postgres
from tests.kite.split import Split, split
from tests.kite.stack import wait_for


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Split]:
    with split(tmp_path_factory.mktemp("split") / "data") as running:
        yield running


@pytest.mark.system
def test_numbers_go_on_when_the_service_is_killed(parts: Split) -> None:
    key = parts.make_room("survivor")
    url = f"{parts.rtmp}/survivor"
    with parts.live(key["stream_key"]) as encoder:
        # An RTMP player, and an HLS one.
        watch = ["ffmpeg", "-loglevel", "error", "-i", url, "-c", "copy", "-f", "null", "-"]
        with subprocess.Popen(watch, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as player:
            parts.playlist("survivor")
            wait_for(lambda: parts.broadcast("survivor")["viewers"] == 2, "both are counted")
            player.kill()
        before = wait_for(lambda: with_codecs(parts, "survivor"), "the codecs are known")
        assert before["video"] == "h264 160x120 10fps"
        assert before["audio"] == "aac 44100 Hz 1ch"
        assert before["peak_viewers"] == 2
        wait_for(lambda: parts.broadcast("survivor")["viewers"] == 1, "the RTMP player is gone")
        parts.kill("service")
        parts.run("service")
        after = parts.broadcast("survivor")
        assert (after["id"], after["ended_at"]) == (before["id"], None)
        assert parts.room("survivor")["state"] == "live"
        more = after["bytes_in"]
        wait_for(lambda: parts.broadcast("survivor")["bytes_in"] > more, "the numbers go on")
        assert encoder.poll() is None
    ended = wait_for(lambda: has_ended(parts, "survivor"), "the end")
    assert (ended["reason"], ended["viewers"], ended["peak_viewers"]) == ("finished", 0, 2)
    assert ended["bytes_in"] > before["bytes_in"] > 0


@pytest.mark.system
def test_lost_with_nginx_and_back_again(parts: Split) -> None:
    key = parts.make_room("crash")
    with parts.live(key["stream_key"]):
        parts.kill("nginx")
        ended = wait_for(lambda: has_ended(parts, "crash"), "the loss is noticed", 8)
    assert ended["reason"] == "lost"
    assert parts.room("crash")["state"] == "idle"
    parts.run("nginx")
    with parts.live(key["stream_key"]) as encoder:  # nginx counts from 1 again
        assert parts.broadcast("crash")["id"] > ended["id"]
        wait_for(lambda: parts.broadcast("crash")["bytes_in"], "the new one is counted")
        assert encoder.poll() is None


@pytest.mark.system
def test_nginx_is_back_at_once(parts: Split) -> None:
    """The old broadcast is not taken for the new nginx's client of the same number."""
    key = parts.make_room("quick")
    with parts.live(key["stream_key"]):
        parts.kill("nginx")
        parts.run("nginx")
        assert wait_for(lambda: has_ended(parts, "quick"), "the loss", 8)["reason"] == "lost"


@pytest.mark.system
def test_end_that_nobody_told(parts: Split) -> None:
    key = parts.make_room("untold")
    with parts.live(key["stream_key"]):
        parts.kill("service")
    subprocess.run(["sleep", "0.5"], check=True)  # nginx asks nobody: its word is lost
    parts.run("service")
    assert wait_for(lambda: has_ended(parts, "untold"), "the end", 8)["reason"] == "lost"


@pytest.mark.system
def test_unknown_publisher_is_cut_and_comes_back(parts: Split) -> None:
    key = parts.make_room("stray")
    with parts.live(key["stream_key"]) as encoder:
        wait_for(lambda: parts.broadcast("stray")["bytes_in"], "it is measured")
        with parts.kite.database.writes.begin() as session:
            gone = update(Broadcast).where(Broadcast.room_id == "stray").values(ended_at=now())
            session.execute(gone)
        assert wait_for(lambda: encoder.poll() is not None, "it is cut", 10)
    assert "event=publisher.cut room=stray" in parts.logs()
    with parts.live(key["stream_key"]):
        pass


@pytest.mark.system
def test_counter_that_players_hold(parts: Split) -> None:
    """RTMP players that stay keep nginx's counter; a new broadcast begins with 0 all the same."""
    key = parts.make_room("held")
    watch = ["ffmpeg", "-loglevel", "error", "-i", f"{parts.rtmp}/held", "-f", "null", "-"]
    with parts.live(key["stream_key"]):
        player = subprocess.Popen(watch, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(lambda: parts.broadcast("held")["bytes_in"] > 100_000, "some bytes")
    try:
        first = wait_for(lambda: has_ended(parts, "held"), "the end")
        wait_for(lambda: not parts.kite.media.publishing(), "nginx knows")
        with parts.live(key["stream_key"]):
            second = wait_for(lambda: measured(parts, "held"), "the second is measured")
        assert second["id"] > first["id"]
        assert second["bytes_in"] < first["bytes_in"]
    finally:
        player.kill()
        player.wait()


def with_codecs(parts: Split, room: str) -> dict[str, Any] | None:
    found = parts.broadcast(room)
    return found if found["video"] and found["audio"] else None


def has_ended(parts: Split, room: str) -> dict[str, Any] | None:
    found = parts.broadcast(room)
    return found if found["ended_at"] else None


def measured(parts: Split, room: str) -> dict[str, Any] | None:
    found = parts.broadcast(room)
    return found if found["bytes_in"] else None


def age_claim(api: Api, room: str = "demo") -> None:
    """Make the claim older than the time in which nginx may not know the publisher yet."""
    with api.kite.database.writes.begin() as session:
        old = now() - timedelta(minutes=1)
        session.execute(update(Broadcast).where(Broadcast.room_id == room).values(started_at=old))


def running(api: Api, room: str = "demo") -> str | None:
    with api.kite.database.reads() as session:
        query = select(Broadcast.client).where(Broadcast.ended_at.is_(None))
        return session.scalar(query.where(Broadcast.room_id == room))


def test_only_stale_claims_end(api: Api) -> None:
    for room in ("gone", "still", "fresh"):
        api.publish(room, api.make_room(room), room)
    age_claim(api, "gone")
    age_claim(api, "still")
    api.nginx.publishing = {("still", "still")}
    collector.collect(api.kite)
    assert [running(api, room) for room in ("gone", "still", "fresh")] == [None, "still", "fresh"]


def test_an_end_that_nginx_is_just_telling_is_no_loss(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The statistics forget a publisher before the callback arrives."""
    api.publish("demo", api.make_room())
    age_claim(api)
    api.nginx.publishing.clear()
    done = {"app": "live", "addr": "192.0.2.7", "clientid": "1", "name": "demo"}

    def arrives(seconds: float) -> None:
        assert seconds == collector.CALLBACK_SECONDS
        assert api.anonymous.post("/callbacks/publish-done", data=done).status_code == 204

    monkeypatch.setattr("kite.collector.time.sleep", arrives)
    collector.collect(api.kite)
    (ended,) = api.client.get("/v1/broadcasts").json()["items"]
    assert ended["reason"] == "finished"


@pytest.mark.parametrize("hours", [-1, 1])
def test_clock_put_right_ends_only_what_is_gone(
    api: Api, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    for room in ("gone", "still"):
        api.publish(room, api.make_room(room), room)
    api.nginx.publishing, api.nginx.connected_ms = {("still", "still")}, 60_000
    later = now() + timedelta(hours=hours)
    for part in ("collector", "broadcasts", "viewers"):
        monkeypatch.setattr(f"kite.{part}.now", lambda: later)
    collector.collect(api.kite)
    assert [running(api, room) for room in ("gone", "still")] == [None, "still"]
    assert api.nginx.publishing == {("still", "still")}


def test_unknown_publisher_within_the_grace_stays(api: Api) -> None:
    api.make_room()
    api.nginx.publishing = {("demo", "7")}
    api.nginx.connected_ms = 1000
    collector.collect(api.kite)
    assert api.nginx.publishing


def test_only_the_unknown_connection_is_cut(api: Api) -> None:
    """Its successor, who came after the statistics were made, is not."""
    api.nginx.publishing = {("demo", "8")}
    assert not api.kite.media.drop_publisher("demo", "7")
    assert api.nginx.publishing


def test_silence_changes_nothing(api: Api) -> None:
    api.publish("demo", api.make_room())
    age_claim(api)
    api.nginx.stat_override = "<rtmp"
    with pytest.raises(KiteError) as caught:
        collector.collect(api.kite)
    assert caught.value.code == "MEDIA_UNREACHABLE"
    assert running(api) == "1"


def test_nobody_listens_so_nobody_publishes(api: Api) -> None:
    api.publish("demo", api.make_room())
    age_claim(api)
    api.nginx.shutdown()
    api.nginx.server_close()
    collector.collect(api.kite)
    assert running(api) is None


def test_statistics_without_metadata(api: Api) -> None:
    api.nginx.publishing = {("demo", "1")}
    (stream,) = api.kite.media.streams()
    assert (stream.video, stream.audio, stream.viewers, stream.bytes_in) == (None, None, 0, 0)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.system)])
def either(request: pytest.FixtureRequest, settings: Settings) -> Kite:
    """An installation with either database."""
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres_server")
        settings = settings.model_copy(update={"database_url": server.database()})
    database.create(settings)
    kite = open_kite(settings)
    with kite.change("room.create", "room.created") as change:
        change.session.add_all(
            [Room(id=name, title=name, created_at=now()) for name in ("a1", "b1")]
        )
    return kite


def counted(kite: Kite) -> dict[str, int]:
    with kite.database.writes.begin() as session:
        return viewers.count(session)


def test_viewers_are_counted_once_and_forgotten(either: Kite) -> None:
    for _ in range(2):  # the second time they are known already
        for agent in ("VLC", "VLC", "hls.js"):
            viewers.seen(either, "a1", "192.0.2.1", agent)
        viewers.seen(either, "b1", "192.0.2.1", "VLC")
        viewers.seen(either, "deleted", "192.0.2.1", "VLC")
        viewers.flush(either)
    assert counted(either) == {"a1": 2, "b1": 1}
    with either.database.writes.begin() as session:
        rows = session.scalars(select(Viewer)).all()
        assert all("192.0.2.1" not in row.viewer and len(row.viewer) == 32 for row in rows)
        rows[0].seen_at = now() - timedelta(seconds=31)
        rows[1].seen_at = now() + timedelta(hours=1)  # before the clock was set back
    assert sum(counted(either).values()) == 1
    with either.database.reads() as session:
        assert len(session.scalars(select(Viewer)).all()) == 1


def test_viewers_cannot_be_linked_from_day_to_day(either: Kite) -> None:
    hashes = set()
    for _ in range(2):
        viewers.seen(either, "a1", "192.0.2.1", "VLC")
        viewers.flush(either)
        with either.database.writes.begin() as session:
            hashes |= set(session.scalars(select(Viewer.viewer)))
            session.get_one(Fact, viewers.SALT).set_at = now() - timedelta(days=1)
    assert len(hashes) == 2
