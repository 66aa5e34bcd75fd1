"""The questions nginx asks, called in this process."""

import logging
from datetime import timedelta

import pytest

from kite import rooms
from kite.app import reconcile
from kite.models import Room, now
from tests.kite.conftest import Api


def age_claim(api: Api, room: str = "demo") -> None:
    """Make the claim older than the time in which nginx may not know the publisher yet."""
    with api.kite.sessions.begin() as session:
        session.get_one(Room, room).live_since = now() - timedelta(minutes=1)


def holder(api: Api, room: str = "demo") -> str | None:
    with api.kite.sessions() as session:
        return session.get_one(Room, room).live_client


def test_publish_and_done(api: Api) -> None:
    secret = api.make_room()
    assert api.publish("demo", secret, "1") == 204
    assert api.client.get("/v1/rooms/demo").json()["state"] == "live"
    done = {"name": "demo", "addr": "192.0.2.7", "clientid": "2"}
    assert api.anonymous.post("/callbacks/publish-done", data=done).status_code == 204
    assert holder(api) == "1"  # the end of another connection changes nothing
    api.anonymous.post("/callbacks/publish-done", data=done | {"clientid": "1"})
    assert holder(api) is None


def test_stale_claim_is_replaced(api: Api) -> None:
    secret = api.make_room()
    api.publish("demo", secret, "1")
    age_claim(api)
    assert api.publish("demo", secret, "2") == 409  # nginx still lists client 1
    api.nginx.publishing.clear()
    assert api.publish("demo", secret, "2") == 204
    assert holder(api) == "2"


def test_fresh_claim_is_believed(api: Api) -> None:
    secret = api.make_room()
    api.publish("demo", secret, "1")
    api.nginx.publishing.clear()  # nginx lists a publisher only after the callback
    assert api.publish("demo", secret, "2") == 409


def test_same_number_after_a_restart_of_nginx(api: Api) -> None:
    secret = api.make_room()
    api.publish("demo", secret, "1")
    api.nginx.publishing.clear()
    assert api.publish("demo", secret, "1") == 204


def test_reconcile_ends_only_stale_claims(api: Api) -> None:
    for room in ("gone", "still", "fresh"):
        api.publish(room, api.make_room(room), room)
    age_claim(api, "gone")
    age_claim(api, "still")
    api.nginx.publishing = {("still", "still")}
    reconcile(api.kite)
    assert (holder(api, "gone"), holder(api, "still"), holder(api, "fresh")) == (
        None,
        "still",
        "fresh",
    )


def test_reconcile_without_nginx_changes_nothing(api: Api) -> None:
    api.publish("demo", api.make_room())
    age_claim(api)
    api.nginx.shutdown()
    api.nginx.server_close()
    reconcile(api.kite)
    assert holder(api) == "1"


def test_claim_is_refused_after_a_faster_ban_or_revocation(api: Api) -> None:
    api.make_room()
    with api.kite.sessions.begin() as session:
        assert not rooms.claim(session, "demo", "1", key_id=7)
        session.get_one(Room, "demo").banned_at = now()
        session.flush()
        assert not rooms.claim(session, "demo", "1", key_id=1)
        rooms.unban(session, "demo")
        session.flush()
        assert rooms.claim(session, "demo", "1", key_id=1)


@pytest.mark.parametrize("header", ["Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"])
def test_proxied_callbacks_are_refused(api: Api, header: str) -> None:
    secret = api.make_room()
    form = {"name": "demo", "addr": "192.0.2.7", "clientid": "1", "key": secret}
    answer = api.anonymous.post("/callbacks/publish", data=form, headers={header: "127.0.0.1"})
    assert answer.json()["code"] == "CALLBACK_FORBIDDEN"


@pytest.mark.parametrize("route", ["publish", "publish-done", "play"])
@pytest.mark.parametrize("host", ["192.0.2.9", "::2", "unknown"])
def test_callbacks_from_elsewhere_are_refused(api: Api, route: str, host: str) -> None:
    answer = api.visitor(host).post(f"/callbacks/{route}", data={"name": "demo"})
    assert answer.json()["code"] == "CALLBACK_FORBIDDEN"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"name=demo",
        b"name=demo&clientid=1&addr=x&key=%s&name=other",
        b"name=demo&clientid=1&addr=x&key=%s&key=b",
        b"name=demo&clientid=1&addr=x&key=%s" + b"".join(b"&a%d=" % n for n in range(60)),
    ],
)
def test_strange_forms_are_refused(api: Api, body: bytes) -> None:
    secret = api.make_room().encode()
    answer = api.anonymous.post("/callbacks/publish", content=body.replace(b"%s", secret))
    assert answer.json()["code"] == "REQUEST_INVALID"
    assert holder(api) is None


@pytest.mark.parametrize("room", ["", "../demo", "demo\n", "demo\x00", "Demo", "kk_x", "\udc80"])
def test_strange_rooms_are_refused(api: Api, room: str) -> None:
    api.make_room()
    name = room.encode("utf-8", "surrogateescape")
    form = {"name": name, "addr": "192.0.2.7", "clientid": "1", "key": "x"}
    answer = api.anonymous.post("/callbacks/publish", data=form)
    assert answer.json()["code"] == "ROOM_NOT_FOUND"


def test_play(api: Api) -> None:
    api.make_room()
    form = {"name": "demo", "addr": "192.0.2.7", "clientid": "1"}
    assert api.anonymous.post("/callbacks/play", data=form).status_code == 204
    api.client.post("/v1/rooms/demo/ban", json={"reason": "x"})
    assert api.anonymous.post("/callbacks/play", data=form).json()["code"] == "ROOM_BANNED"


def test_refusals_are_logged_without_secrets(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    secret = api.make_room()
    api.publish("demo", secret + "x")
    api.publish(secret, "")
    refusals = [
        record.__dict__["fields"]
        for record in caplog.records
        if record.getMessage() == "publish_refused"
    ]
    named = [(fields["code"], fields["room"], fields["ip"]) for fields in refusals]
    assert named == [("KEY_UNKNOWN", "demo", "192.0.2.7"), ("ROOM_NOT_FOUND", "-", "192.0.2.7")]
    everything = " ".join(str(record.__dict__) for record in caplog.records)
    assert secret not in everything
