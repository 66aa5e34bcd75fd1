"""The questions nginx asks, called in this process."""

import asyncio
import logging
import re
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from starlette.requests import Request

from kite import broadcasts, database, moderation, nginx
from kite.callbacks import parse_call
from kite.context import Kite
from kite.errors import KiteError
from kite.models import now
from kite.plugin_api import PublishRequest
from kite.plugins import Plugins
from kite.settings import Settings
from tests.kite.conftest import Api


def age_claim(api: Api, room: str = "demo") -> None:
    """Make the claim older than the time in which nginx may not know the publisher yet."""
    with api.kite.database.writes.begin() as session:
        running = broadcasts.running(session, room)
        assert running
        running.started_at = now() - timedelta(minutes=1)


def holder(api: Api, room: str = "demo") -> str | None:
    with api.kite.database.reads() as session:
        running = broadcasts.running(session, room)
        return running.client if running else None


def refusal(api: Api, key: str, room: str = "demo", client: str = "7") -> str:
    """Code of the answer to a publisher who is refused."""
    form = {"name": room, "addr": "192.0.2.7", "clientid": client, "key": key}
    answer = api.anonymous.post("/callbacks/publish", data=form)
    assert answer.status_code >= 400
    code: str = answer.json()["code"]
    return code


def again(api: Api, **settings: object) -> Api:
    """The same installation with other settings."""
    changed = Settings(data_dir=api.kite.settings.data_dir, **settings)  # type: ignore[arg-type]
    return Api(Kite(changed, api.kite.database, api.kite.media), api.nginx, api.token)


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


class Meanwhile(Plugins):
    """A plugin during whose answer the operator acts."""

    def __init__(self, api: Api, act: str) -> None:
        object.__setattr__(self, "api", api)
        object.__setattr__(self, "act", act)

    def authorise_publish(self, request: PublishRequest) -> None:
        api: Api = self.__dict__["api"]
        if self.__dict__["act"] == "ban":
            moderation.ban_room(api.kite, request.room, "x")
        elif self.__dict__["act"] == "revoke":
            moderation.revoke_key(api.kite, request.room, request.key_id)
        elif self.__dict__["act"] == "ban the holder":
            moderation.ban_user(api.kite, "mei", "x")
        else:
            moderation.emergency_stop(api.kite, "x")


@pytest.mark.parametrize(
    ("act", "code"),
    [
        ("ban", "ROOM_BANNED"),
        ("revoke", "KEY_REVOKED"),
        ("ban the holder", "USER_BANNED"),
        ("stop everything", "EMERGENCY_STOP"),
    ],
)
def test_what_happens_while_a_plugin_thinks_counts(api: Api, act: str, code: str) -> None:
    api.make_room()
    api.client.post("/v1/users", json={"name": "mei", "role": "viewer"}).raise_for_status()
    held = api.client.post("/v1/rooms/demo/keys", json={"user": "mei"}).json()["secret"]
    kite = Kite(api.kite.settings, api.kite.database, api.kite.media, Meanwhile(api, act))
    assert refusal(Api(kite, api.nginx, api.token), held) == code
    assert holder(api) is None


def test_scheduled_room_opens_in_time(api: Api) -> None:
    secret = api.make_room()
    for minutes, opens in ((17, False), (15, True), (14, True), (-600, True)):
        start = (now() + timedelta(minutes=minutes)).isoformat()
        api.client.patch("/v1/rooms/demo", json={"scheduled_at": start}).raise_for_status()
        if opens:
            assert api.publish("demo", secret) == 204
            api.nginx.publishing.clear()
        else:
            assert refusal(api, secret) == "ROOM_NOT_SCHEDULED"


def test_limit(api: Api) -> None:
    keys = {room: api.make_room(room) for room in ("one", "two", "three")}
    limited = again(api, max_broadcasts=2)
    assert limited.publish("one", keys["one"], "1") == 204
    assert limited.publish("two", keys["two"], "2") == 204
    assert refusal(limited, keys["three"], "three", "3") == "LIMIT_REACHED"
    assert refusal(limited, keys["one"], "one", "4") == "ROOM_ALREADY_LIVE"
    done = {"name": "two", "addr": "192.0.2.7", "clientid": "2"}
    limited.anonymous.post("/callbacks/publish-done", data=done)
    assert limited.publish("three", keys["three"], "3") == 204


def test_start_is_known_outside(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "kite")
    assert api.publish("demo", api.make_room()) == 204
    started = [
        r.__dict__["fields"] for r in caplog.records if r.getMessage() == "broadcast.started"
    ]
    assert [(f["room"], f["client"], str(f["ip"])) for f in started] == [("demo", "1", "192.0.2.7")]


@pytest.mark.parametrize("header", ["Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"])
def test_proxied_callbacks_are_refused(api: Api, header: str) -> None:
    secret = api.make_room()
    form = {"name": "demo", "addr": "192.0.2.7", "clientid": "1", "key": secret}
    answer = api.anonymous.post("/callbacks/publish", data=form, headers={header: "127.0.0.1"})
    assert answer.json()["code"] == "CALLBACK_FORBIDDEN"


@pytest.mark.parametrize("header", ["Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"])
def test_proxied_questions_about_players_are_refused(api: Api, header: str) -> None:
    api.make_room()
    headers = {"Kite-Room": "demo", "Kite-Address": "192.0.2.7"}
    assert api.anonymous.get("/callbacks/hls", headers=headers).status_code == 204
    answer = api.anonymous.get("/callbacks/hls", headers=headers | {header: "127.0.0.1"})
    assert answer.json()["code"] == "CALLBACK_FORBIDDEN"


ROUTES = [("POST", "publish"), ("POST", "publish-done"), ("POST", "play"), ("GET", "hls")]


@pytest.mark.parametrize(("method", "route"), ROUTES)
@pytest.mark.parametrize("host", ["192.0.2.9", "::2", "unknown"])
def test_callbacks_from_elsewhere_are_refused(api: Api, method: str, route: str, host: str) -> None:
    answer = api.visitor(host).request(method, f"/callbacks/{route}", data={"name": "demo"})
    assert answer.json()["code"] == "CALLBACK_FORBIDDEN"


def test_media_servers_on_other_machines(api: Api) -> None:
    api.make_room()
    there = again(api, media_addresses="10.0.0.7, 10.1.0.0/16,fd00::/8")
    form = {"name": "demo", "addr": "192.0.2.7", "clientid": "1"}
    allowed = {
        host: there.visitor(host).post("/callbacks/play", data=form).status_code == 204
        for host in ("10.0.0.7", "10.0.0.8", "10.1.200.3", "fd00::1", "fe00::1", "127.0.0.1")
    }
    assert [host for host, let_in in allowed.items() if let_in] == [
        "10.0.0.7",
        "10.1.200.3",
        "fd00::1",
    ]


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
    assert gives_up - 2 * database.BUSY_SECONDS >= 1
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
    found = [record for record in caplog.records if record.getMessage().endswith(".refused")]
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
