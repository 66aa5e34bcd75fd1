"""Numbers for Prometheus, and whether Kite is alive and ready."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from kite import database, metrics, moderation, rooms
from kite.context import open_kite
from kite.media import Media
from kite.models import Broadcast, Delivery, Event, Recording, now
from kite.settings import Settings
from tests.kite.conftest import Api

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def scrape(api: Api) -> Samples:
    answer = api.client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    families = text_string_to_metric_families(answer.text)
    return {(s.name, frozenset(s.labels.items())): s.value for f in families for s in f.samples}


def value(samples: Samples, name: str, **labels: str) -> float:
    return samples[name, frozenset(labels.items())]


def test_everything_shown_is_described_and_the_other_way_round(api: Api) -> None:
    api.publish("demo", "x")
    shown = api.client.get("/metrics").text
    families = {line.split()[2]: line.split()[3] for line in shown.splitlines() if "# TYPE" in line}
    assert families == {metric.name: metric.type for metric in metrics.METRICS}
    for metric in metrics.METRICS:
        assert f"# HELP {metric.name} {metric.en}\n" in shown
        assert any("\u4e00" <= c <= "\u9fff" for c in metric.zh)
        unit = ("_total", "_seconds", "_bytes", "_bits_per_second", "_info")
        counted = ("_running", "_viewers", "_rooms", "_deliveries", "_up")
        assert metric.name.startswith("kite_")
        assert metric.name.endswith((*unit, *counted)), metric.name
        assert metric.name.endswith("_total") == (metric.type == "counter")
    described = {metric.name: metric.labels for metric in metrics.METRICS}
    for name, labels in scrape(api):
        family = name if name in described else name.rpartition("_")[0]
        assert {key for key, _ in labels} - {"le"} == set(described[family])


def test_decisions_and_requests_are_counted(api: Api) -> None:
    key = api.make_room()
    assert api.publish("demo", key) == 204
    assert api.publish("demo", "wrong", client="2") == 403
    assert api.publish("demo", "wrong", client="3") == 403
    form = {"name": "demo", "addr": "192.0.2.7", "clientid": "9"}
    assert api.anonymous.post("/callbacks/play", data=form).status_code == 204
    assert api.anonymous.get("/nothing/here").status_code == 404
    assert api.client.get("/v1/rooms/demo").status_code == 200
    found = scrape(api)
    assert value(found, "kite_publish_decisions_total", code="OK") == 1
    assert value(found, "kite_publish_decisions_total", code="KEY_UNKNOWN") == 2
    assert value(found, "kite_play_decisions_total", code="OK") == 1
    assert value(found, "kite_callback_seconds_count", route="/callbacks/publish") == 3
    assert value(found, "kite_http_requests_total", route="other", status="404") == 1
    by_room = {"route": "/v1/rooms/{room}", "status": "200"}
    assert value(found, "kite_http_requests_total", **by_room) == 1


def test_labels_hold_no_room_and_no_address(api: Api) -> None:
    key = api.make_room("secret-room")
    api.publish("secret-room", key)
    api.anonymous.get("/v1/rooms/secret-room")
    api.anonymous.get("/secret-room/192.0.2.7")
    shown = api.client.get("/metrics").text
    assert "secret-room" not in shown
    assert "192.0.2.7" not in shown


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.system)])
def either(request: pytest.FixtureRequest, api: Api, tmp_path: Path) -> Iterator[Api]:
    """An installation with each kind of database."""
    if request.param == "sqlite":
        yield api
        return
    url = request.getfixturevalue("postgres_server").database()
    settings = Settings(data_dir=tmp_path / "server", database_url=url)
    database.create(settings)
    kite = replace(open_kite(settings), media=api.kite.media)
    from kite import tokens

    _, secret = tokens.create(kite, "test")
    yield Api(kite, api.nginx, secret.plain)
    kite.database.engine.dispose()


def test_gauges_show_what_is(either: Api) -> None:
    kite = either.kite
    before = scrape(either)
    assert value(before, "kite_rooms", state="live") == 0
    for room in ("idle", "banned", "over", "one", "two"):
        rooms.create(kite, room, {"title": room})
    with kite.database.writes.begin() as session:
        rooms.get(session, "banned").banned_at = now()
        over = rooms.get(session, "over")
        over.banned_at = over.banned_until = now().replace(year=2020)
        for room in ("one", "two"):
            common = {"room_id": room, "key_id": 1, "client": "1"}
            session.add(Broadcast(**common, bitrate_kbps=2500, viewers=20))
            session.add(Broadcast(**common, bitrate_kbps=1, viewers=1, ended_at=now()))
        event = Event(type="webhook.test", data={})
        session.add(Delivery(event=event, state="dead"))
        session.add(Recording(room_id="one", file="a.mp4", state="ready", bytes=5_000_000_000))
    found = scrape(either)
    assert value(found, "kite_broadcasts_running") == 2
    assert value(found, "kite_viewers") == 40
    assert value(found, "kite_publish_bits_per_second") == 5_000_000
    states = {s: value(found, "kite_rooms", state=s) for s in metrics.ROOM_STATES}
    assert states == {"idle": 2, "live": 2, "banned": 1}
    assert value(found, "kite_webhook_deliveries", state="dead") == 1
    assert value(found, "kite_webhook_deliveries", state="pending") == 0
    assert value(found, "kite_recordings_bytes") == 5_000_000_000
    assert value(found, "kite_disk_free_bytes") > 0
    assert value(found, "kite_media_server_up") == 1


def test_two_applications_count_for_themselves(api: Api) -> None:
    other = Api(api.kite, api.nginx, api.token)
    api.make_room()
    route = {"route": "/v1/rooms", "status": "201"}
    assert value(scrape(api), "kite_http_requests_total", **route) == 1
    with pytest.raises(KeyError):
        value(scrape(other), "kite_http_requests_total", **route)


def test_metrics_need_the_right(api: Api) -> None:
    assert api.anonymous.get("/metrics").json()["code"] == "TOKEN_MISSING"
    made = api.client.post("/v1/tokens", json={"name": "v", "role": "viewer"}).json()
    refused = api.visitor(authorization=f"Bearer {made['secret']}").get("/metrics")
    assert (refused.status_code, refused.json()["code"]) == (403, "FORBIDDEN")
    body = {"name": "p", "role": "operator", "scopes": ["metrics.read"]}
    made = api.client.post("/v1/tokens", json=body).json()
    prometheus = api.visitor(authorization=f"Bearer {made['secret']}")
    assert prometheus.get("/metrics").status_code == 200
    assert prometheus.get("/v1/rooms").status_code == 403


def test_ready_and_alive(api: Api) -> None:
    assert api.anonymous.get("/readyz").json() == {"ready": True, "failing": []}
    assert api.anonymous.get("/healthz").json()["status"] == "ok"
    assert api.anonymous.head("/healthz").status_code == 200


def test_not_ready_names_the_parts_and_nothing_else(api: Api) -> None:
    silent = replace(api.kite, media=Media("http://127.0.0.1:9"))
    answer = Api(silent, api.nginx, api.token).anonymous.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "failing": ["media_server"]}
    assert value(scrape(Api(silent, api.nginx, api.token)), "kite_media_server_up") == 0
    with api.kite.database.writes.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0099'"))
    answer = api.anonymous.get("/readyz")
    assert answer.json() == {"ready": False, "failing": ["database"]}
    api.kite.database.engine.dispose()
    (api.kite.settings.data_dir / "kite.db").write_bytes(b"x" * 5000)
    answer = Api(silent, api.nginx, api.token).anonymous.get("/readyz")
    assert answer.json() == {"ready": False, "failing": ["database", "media_server"]}
    assert api.anonymous.get("/healthz").status_code == 200, "alive all the same"


def test_lines_of_a_request_share_its_id(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    key = api.make_room()
    caplog.clear()
    with caplog.at_level("INFO", logger="kite"):
        api.publish("demo", key)
    fields = [record.__dict__["fields"] for record in caplog.records]
    ids = {entry.get("request_id") for entry in fields}
    assert len(fields) > 1
    assert len(ids) == 1
    assert ids != {"-"}


def test_emergency_is_seen_in_the_decisions(api: Api) -> None:
    key = api.make_room()
    moderation.emergency_stop(api.kite, "test")
    api.publish("demo", key)
    assert value(scrape(api), "kite_publish_decisions_total", code="EMERGENCY_STOP") == 1
