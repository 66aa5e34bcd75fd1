"""The questions nginx asks, called in this process."""

import asyncio
import logging
import re
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from starlette.requests import Request

from kite import database, nginx, rooms
from kite.app import reconcile
from kite.callbacks import parse_call
from kite.errors import KiteError
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


def test_caller_that_hangs_up_is_no_defect() -> None:
    async def receive() -> dict[str, object]:
        return {"type": "http.disconnect"}

    with pytest.raises(KiteError) as caught:
        asyncio.run(parse_call(Request({"type": "http", "headers": []}, receive)))
    assert caught.value.code == "REQUEST_INVALID"


def test_busy_database_refuses_before_nginx_gives_up(
    api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    found = re.search(r"netcall_timeout (\d+)s;", nginx.render(api.kite.settings))
    assert found
    gives_up = int(found[1])
    assert gives_up - database.BUSY_SECONDS >= 2
    caplog.set_level(logging.INFO, "kite")
    secret = api.make_room()
    path = database.database_path(api.kite.settings)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert api.publish("demo", secret) == 503
    request = caplog.records[-1].__dict__["fields"]
    assert database.BUSY_SECONDS * 1000 <= request["ms"] < gives_up * 1000
    assert refusals(caplog) == [("publish.refused", "DATABASE_UNUSABLE", "demo", "192.0.2.7")]
    assert holder(api) is None


def test_play(api: Api) -> None:
    api.make_room()
    form = {"name": "demo", "addr": "192.0.2.7", "clientid": "1"}
    assert api.anonymous.post("/callbacks/play", data=form).status_code == 204
    api.client.post("/v1/rooms/demo/ban", json={"reason": "x"})
    assert api.anonymous.post("/callbacks/play", data=form).json()["code"] == "ROOM_BANNED"


def refusals(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str, str, str]]:
    """Event, code, room and address of every refusal in the log."""
    found = [record for record in caplog.records if record.getMessage().endswith("_refused")]
    fields = [(record.getMessage(), record.__dict__["fields"]) for record in found]
    return [(event, f["code"], f["room"], str(f["ip"])) for event, f in fields]


def test_refusals_are_logged_without_secrets(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    secret = api.make_room()
    api.publish("demo", secret + "x")
    api.publish(secret, "")
    form = f"addr=192.0.2.7&clientid=1&name=demo&key={secret}"
    for path, body in (
        ("publish", f"{form}&name=other&addr=192.0.2.8"),  # nginx writes its own fields first
        ("play", f"{form}&key={secret}"),
        ("publish-done", f"{form}&key={secret}"),
        ("publish", f"name={secret}&addr={secret}"),
        ("publish", ""),
    ):
        api.anonymous.post(f"/callbacks/{path}", content=body)
    assert refusals(caplog) == [
        ("publish.refused", "KEY_UNKNOWN", "demo", "192.0.2.7"),
        ("publish.refused", "ROOM_NOT_FOUND", "-", "192.0.2.7"),
        ("publish.refused", "REQUEST_INVALID", "demo", "192.0.2.7"),
        ("play.refused", "REQUEST_INVALID", "demo", "192.0.2.7"),
        ("publish.refused", "REQUEST_INVALID", "-", "-"),
        ("publish.refused", "REQUEST_INVALID", "-", "-"),
    ]
    everything = " ".join(str(record.__dict__) for record in caplog.records)
    assert secret not in everything
