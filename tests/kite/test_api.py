"""The HTTP API, called in this process; nginx's control port is a stand-in."""

import logging
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from kite import keys, tokens, users
from kite.errors import CATALOGUE
from kite.models import Broadcast, Recording, now
from tests.kite.conftest import Api


def code(answer: httpx.Response) -> str:
    """Check the shape of a problem and return its code."""
    body = answer.json()
    info = CATALOGUE[body["code"]]
    assert answer.headers["content-type"] == "application/problem+json"
    assert body["type"] == f"urn:kite:error:{body['code']}"
    assert body["status"] == answer.status_code == info.status
    assert body["title"] == info.en.title
    assert body["instance"] == answer.request.url.path
    assert body["retry"] is info.retry
    assert body["request_id"] == answer.headers["x-request-id"]
    assert body["detail"]
    return str(body["code"])


def test_room_life(api: Api) -> None:
    made = api.client.post("/v1/rooms", json={"id": "demo", "title": "First light"})
    assert made.status_code == 201
    room = made.json()
    assert room == {
        "id": "demo",
        "title": "First light",
        "category": "",
        "visibility": "public",
        "scheduled_at": None,
        "record": False,
        "state": "idle",
        "ban_reason": None,
        "banned_at": None,
        "banned_until": None,
        "live_since": None,
        "created_at": room["created_at"],
        "publish_url": "rtmp://127.0.0.1:1935/live",
        "play_urls": {
            "hls": "http://127.0.0.1:8088/hls/demo.m3u8",
            "rtmp": "rtmp://127.0.0.1:1935/live/demo",
        },
    }
    assert api.client.get("/v1/rooms/demo").json() == room
    changed = api.client.patch("/v1/rooms/demo", json={"title": "第一道光"}).json()
    assert changed == room | {"title": "第一道光"}
    more = {"category": "games", "visibility": "private", "record": True}
    more["scheduled_at"] = "2036-01-31T20:00:00Z"
    assert api.client.patch("/v1/rooms/demo", json=more).json() == changed | more
    cleared = api.client.patch("/v1/rooms/demo", json={"scheduled_at": None}).json()
    assert cleared == changed | more | {"scheduled_at": None}
    assert api.client.patch("/v1/rooms/demo", json={}).json() == cleared
    assert api.client.delete("/v1/rooms/demo").status_code == 204
    assert code(api.client.get("/v1/rooms/demo")) == "ROOM_NOT_FOUND"


def test_ban_and_unban(api: Api) -> None:
    secret = api.make_room()
    assert api.publish("demo", secret) == 204
    banned = api.client.post("/v1/rooms/demo/ban", json={"reason": "first"}).json()
    assert (banned["state"], banned["ban_reason"], banned["live_since"]) == (
        "banned",
        "first",
        None,
    )
    assert api.nginx.publishing == set()
    again = api.client.post("/v1/rooms/demo/ban", json={"reason": "second"}).json()
    assert again["ban_reason"] == "second"
    free = api.client.post("/v1/rooms/demo/unban").json()
    assert (free["state"], free["ban_reason"], free["banned_at"]) == ("idle", None, None)
    assert api.client.post("/v1/rooms/demo/unban").status_code == 200


@pytest.mark.parametrize("path", ["/v1/rooms/demo/ban", "/v1/rooms/demo/keys/1/revoke"])
def test_publisher_that_nginx_does_not_list_yet_is_cut(api: Api, path: str) -> None:
    """The callback is answered, and nginx registers the publisher a moment later."""
    assert api.publish("demo", api.make_room()) == 204
    api.nginx.unregistered = 3
    assert api.client.post(path, json={"reason": "x"}).status_code == 200
    assert api.nginx.publishing == set()


def test_ban_holds_when_the_cut_fails(api: Api) -> None:
    assert api.publish("demo", api.make_room()) == 204
    api.nginx.shutdown()
    api.nginx.server_close()
    answer = api.client.post("/v1/rooms/demo/ban", json={"reason": "x"})
    assert code(answer) == "MEDIA_UNREACHABLE"
    assert api.client.get("/v1/rooms/demo").json()["state"] == "banned"


def test_ban_of_an_idle_room_needs_no_media_server(api: Api) -> None:
    api.make_room()
    api.nginx.shutdown()
    api.nginx.server_close()
    answer = api.client.post("/v1/rooms/demo/ban", json={"reason": "x"})
    assert answer.json()["state"] == "banned"


def test_key_life(api: Api) -> None:
    api.make_room()
    made = api.client.post("/v1/rooms/demo/keys").json()
    secret = made.pop("secret")
    assert made.pop("stream_key") == f"demo?key={secret}"
    assert made.pop("publish_url") == "rtmp://127.0.0.1:1935/live"
    assert secret.startswith(made["hint"])
    assert len(secret) == len("kk_") + 32
    assert made["state"] == "valid"
    listed = api.client.get("/v1/rooms/demo/keys").json()["items"]
    assert listed[1] == made
    rotated = api.client.post(f"/v1/rooms/demo/keys/{made['id']}/rotate").json()
    assert rotated["secret"] != secret
    assert api.publish("demo", secret) == 403
    assert api.publish("demo", rotated["secret"]) == 204
    revoked = api.client.post(f"/v1/rooms/demo/keys/{made['id']}/revoke").json()
    assert revoked["state"] == "revoked"
    assert revoked["last_used_at"] is not None
    assert api.nginx.publishing == set()
    same = api.client.post(f"/v1/rooms/demo/keys/{made['id']}/revoke").json()
    assert same["revoked_at"] == revoked["revoked_at"]


def test_secrets_are_not_stored(api: Api) -> None:
    secret = api.make_room()
    user = {"name": "mei", "role": "owner", "password": "correct horse battery"}
    assert api.client.post("/v1/users", json=user).status_code == 201
    folder = api.kite.settings.data_dir
    data = b"".join(path.read_bytes() for path in folder.glob("kite.db*"))
    assert secret[:9].encode() in data  # the hint, so the file is the right one
    assert secret[9:].encode() not in data
    assert api.token[9:].encode() not in data
    assert b"correct horse" not in data


def test_token_life(api: Api) -> None:
    made = api.client.post("/v1/tokens", json={"name": "billing"}).json()
    other = api.visitor(authorization=f"Bearer {made['secret']}")
    listed = other.get("/v1/tokens").json()["items"]
    assert [token["name"] for token in listed] == ["test", "billing"]
    assert all("secret" not in token for token in listed)
    assert other.delete("/v1/tokens/1").status_code == 204
    assert code(api.client.get("/v1/tokens")) == "TOKEN_REVOKED"
    assert other.delete("/v1/tokens/1").status_code == 204  # revoked already: nothing to do
    assert code(other.delete(f"/v1/tokens/{made['id']}")) == "LAST_TOKEN"
    assert other.get("/v1/tokens").json()["items"][1]["state"] == "valid"


def test_every_route_needs_a_token(api: Api) -> None:
    document = api.anonymous.get("/v1/openapi.json").json()
    routes = [(method, path) for path, methods in document["paths"].items() for method in methods]
    open_to_all = {("get", "/healthz"), ("get", "/readyz"), ("post", "/v1/sign-in")}
    assert open_to_all < set(routes)
    for method, path in set(routes) - open_to_all:
        url = re.sub(r"{[^}]*}", "1", path)
        answer = api.anonymous.request(method, url, json={})
        assert code(answer) == "TOKEN_MISSING", (method, path)
        assert answer.headers["www-authenticate"] == "Bearer"


def test_health_needs_none(api: Api) -> None:
    answer = api.anonymous.get("/healthz")
    assert (answer.status_code, answer.json()["service"]) == (200, "kite")
    assert api.anonymous.head("/healthz").status_code == 200
    assert api.anonymous.post("/healthz").headers["allow"] == "GET, HEAD"


def test_ids_are_never_used_again(api: Api) -> None:
    api.make_room()
    assert api.client.delete("/v1/rooms/demo").status_code == 204
    api.make_room()
    assert [key["id"] for key in api.client.get("/v1/rooms/demo/keys").json()["items"]] == [2]
    with api.kite.database.writes.begin() as session:
        session.execute(text("DELETE FROM tokens WHERE id = (SELECT max(id) FROM tokens)"))
    assert tokens.create(api.kite, "next")[0].id == 2


def test_every_change_is_logged_with_who_made_it(
    api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "kite")
    made = api.client.post("/v1/tokens", json={"name": "x"}).json()
    secret = api.make_room()
    api.publish("demo", secret)
    for method, path, body in (
        ("PATCH", "/v1/rooms/demo", {"title": "new"}),
        ("POST", "/v1/rooms/demo/keys/1/rotate", None),
        ("POST", "/v1/rooms/demo/stop", None),
        ("POST", "/v1/rooms/demo/keys/1/revoke", None),
        ("POST", "/v1/rooms/demo/ban", {"reason": "x"}),
        ("POST", "/v1/rooms/demo/unban", None),
        ("DELETE", "/v1/rooms/demo", None),
        ("DELETE", f"/v1/tokens/{made['id']}", None),
        ("DELETE", "/v1/rooms/none", None),  # no change, no line
    ):
        api.client.request(method, path, json=body)
    lines = [(r.getMessage(), dict(r.__dict__["fields"])) for r in caplog.records]
    asked = [fields["request_id"] for event, fields in lines if event == "request"]
    changes = [(event, fields) for event, fields in lines if "actor" in fields]
    assert changes.pop(3)[1].pop("actor") == "system"  # the publisher
    assert all(fields.pop("actor") == "token:1" for _, fields in changes)
    assert all(fields.pop("request_id") in asked for _, fields in changes)
    assert changes == [
        ("token.created", {"token": 2, "role": "owner"}),
        ("room.created", {"room": "demo"}),
        ("key.created", {"room": "demo", "key": 1}),
        ("room.updated", {"room": "demo"}),
        ("key.rotated", {"room": "demo", "key": 1}),
        ("broadcast.cut", {"room": "demo", "client": "1", "reason": "stopped"}),
        ("broadcast.ended", {"room": "demo", "client": "1", "reason": "stopped"}),
        ("key.revoked", {"room": "demo", "key": 1}),
        ("room.banned", {"room": "demo"}),
        ("room.unbanned", {"room": "demo"}),
        ("room.deleted", {"room": "demo"}),
        ("token.revoked", {"token": 2}),
    ]


@pytest.mark.parametrize("header", ["", "Basic a2l0ZQ==", "Bearer", "Bearer "])
def test_no_bearer_token(api: Api, header: str) -> None:
    answer = api.visitor(authorization=header).get("/v1/rooms")
    assert code(answer) == "TOKEN_MISSING"


def test_paging(api: Api) -> None:
    for number in range(5):
        api.make_room(f"room-{number}")
    first = api.client.get("/v1/rooms", params={"limit": 2}).json()
    assert [room["id"] for room in first["items"]] == ["room-0", "room-1"]
    last = api.client.get("/v1/rooms", params={"limit": 3, "after": first["next"]}).json()
    assert [room["id"] for room in last["items"]] == ["room-2", "room-3", "room-4"]
    assert last["next"] is None
    for _ in range(2):
        api.client.post("/v1/rooms/room-1/keys")
    keys = api.client.get("/v1/rooms/room-1/keys", params={"limit": 2}).json()
    rest = api.client.get("/v1/rooms/room-1/keys", params={"after": keys["next"]}).json()
    assert [key["id"] for key in keys["items"] + rest["items"]] == [2, 6, 7]
    assert rest["next"] is None


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("POST", "/v1/rooms", {"id": "A", "title": "x"}, "body.id"),
        ("POST", "/v1/rooms", {"id": "a", "title": "x"}, "body.id"),
        ("POST", "/v1/rooms", {"id": "demo\n", "title": "x"}, "body.id"),
        ("POST", "/v1/rooms", {"id": "a" * 64, "title": "x"}, "body.id"),
        ("POST", "/v1/rooms", {"id": "demo"}, "body.title"),
        ("POST", "/v1/rooms", {"id": "demo", "title": "a\x1b[31m"}, "body.title"),
        ("POST", "/v1/rooms", {"id": "demo", "title": "x", "tilte": "y"}, "body.tilte"),
        ("POST", "/v1/rooms", [], "body"),
        ("PATCH", "/v1/rooms/demo", {"title": ""}, "body.title"),
        ("PATCH", "/v1/rooms/demo", {"title": None}, "body.title"),
        ("PATCH", "/v1/rooms/demo", {"record": None}, "body.record"),
        ("PATCH", "/v1/rooms/demo", {"record": "yes"}, "body.record"),
        ("PATCH", "/v1/rooms/demo", {"visibility": "secret"}, "body.visibility"),
        ("PATCH", "/v1/rooms/demo", {"scheduled_at": 2_000_000_000}, "body.scheduled_at"),
        ("PATCH", "/v1/rooms/demo", {"scheduled_at": "2036-01-31"}, "body.scheduled_at"),
        ("PATCH", "/v1/rooms/demo", {"scheduled_at": "2036-01-31T20:00:00"}, "body.scheduled_at"),
        (
            "PATCH",
            "/v1/rooms/demo",
            {"scheduled_at": "9999-12-31T23:59:59-01:00"},
            "body.scheduled_at",
        ),
        (
            "PATCH",
            "/v1/rooms/demo",
            {"scheduled_at": "0001-01-01T00:00:00+01:00"},
            "body.scheduled_at",
        ),
        (
            "POST",
            "/v1/rooms/demo/ban",
            {"reason": "x", "until": "2020-01-01T00:00:00Z"},
            "body.until",
        ),
        ("POST", "/v1/rooms/demo/keys/1/rotate", {"grace_seconds": 10**400}, "body.grace_seconds"),
        ("POST", "/v1/rooms/demo/keys/1/rotate", {"grace_seconds": "5"}, "body.grace_seconds"),
        ("PATCH", "/v1/users/mei", {"role": None}, "body.role"),
        ("PATCH", "/v1/users/mei", {"password": None}, "body.password"),
        ("PATCH", "/v1/users/mei", {"password": "short"}, "body.password"),
        ("PATCH", "/v1/users/MEI", {}, "path.user"),
        ("POST", "/v1/users", {"name": "mei", "role": "root"}, "body.role"),
        ("POST", "/v1/tokens", {"name": "x", "role": "root"}, "body.role"),
        ("GET", "/v1/audit?before=-1", None, "query.before"),
        ("GET", "/v1/audit?target=%00", None, "query.target"),
        ("GET", "/v1/rooms?after=%00", None, "query.after"),
        ("GET", "/v1/broadcasts?room=X", None, "query.room"),
        ("POST", "/v1/rooms/demo/ban", {"reason": "a" * 201}, "body.reason"),
        ("POST", "/v1/rooms/demo/keys/x/rotate", None, "path.key_id"),
        ("POST", f"/v1/rooms/demo/keys/{2**63}/revoke", None, "path.key_id"),
        ("GET", "/v1/rooms?limit=0", None, "query.limit"),
        ("GET", "/v1/rooms?limit=201", None, "query.limit"),
        ("GET", "/v1/tokens?after=x", None, "query.after"),
    ],
)
def test_bad_input_names_the_field(
    api: Api, method: str, path: str, body: object, field: str
) -> None:
    answer = api.client.request(method, path, json=body)
    assert code(answer) == "REQUEST_INVALID"
    assert [problem["field"] for problem in answer.json()["errors"]] == [field]


@pytest.mark.parametrize(
    "body", [b"{", b"\xff\xfe", b"", b"[" * 100_000, b'{"id": "demo", "title": "\\ud800"}', b"NaN"]
)
def test_malformed_bodies(api: Api, body: bytes) -> None:
    answer = api.client.post(
        "/v1/rooms", content=body, headers={"content-type": "application/json"}
    )
    assert code(answer) == "REQUEST_INVALID"


def test_validation_never_repeats_the_value(api: Api) -> None:
    answer = api.client.post("/v1/rooms", json={"id": "kk_SECRET", "title": "x"})
    assert "SECRET" not in answer.text
    assert "SECRET" not in api.client.get("/v1/rooms/kk_SECRET").json()["detail"]


def bearer(api: Api, secret: str) -> httpx.Response:
    return api.visitor(authorization=f"Bearer {secret}").get("/v1/rooms")


def revoked_token(api: Api) -> httpx.Response:
    made = api.client.post("/v1/tokens", json={"name": "x"}).json()
    api.client.delete(f"/v1/tokens/{made['id']}")
    return bearer(api, made["secret"])


def twice(api: Api) -> httpx.Response:
    api.make_room()
    return api.client.post("/v1/rooms", json={"id": "demo", "title": "x"})


def live_delete(api: Api) -> httpx.Response:
    api.publish("demo", api.make_room())
    return api.client.delete("/v1/rooms/demo")


def callback(api: Api, key: str, client: str = "1") -> httpx.Response:
    form = {"name": "demo", "addr": "192.0.2.7", "clientid": client, "key": key}
    return api.anonymous.post("/callbacks/publish", data=form)


def banned(api: Api) -> httpx.Response:
    secret = api.make_room()
    api.client.post("/v1/rooms/demo/ban", json={"reason": "x"})
    return callback(api, secret)


def second_publisher(api: Api) -> httpx.Response:
    secret = api.make_room()
    api.publish("demo", secret, "1")
    return callback(api, secret, "2")


def empty_key(api: Api) -> httpx.Response:
    api.make_room()
    return callback(api, "")


def wrong_key(api: Api) -> httpx.Response:
    api.make_room()
    return callback(api, "kk_wrong")


def revoked_key(api: Api) -> httpx.Response:
    secret = api.make_room()
    api.client.post("/v1/rooms/demo/keys/1/revoke")
    return callback(api, secret)


def no_key(api: Api) -> httpx.Response:
    api.make_room()
    return api.client.post("/v1/rooms/demo/keys/7/rotate")


def nginx_down(api: Api) -> httpx.Response:
    api.publish("demo", api.make_room())
    api.nginx.stat_override = "not xml"
    with api.kite.database.writes.begin() as session:
        session.get_one(Broadcast, 1).started_at = now() - timedelta(minutes=1)
    return callback(api, api.client.post("/v1/rooms/demo/keys").json()["secret"], "2")


def no_database(api: Api) -> httpx.Response:
    with api.kite.database.writes.begin() as session:
        session.execute(text("DROP TABLE viewers"))
        session.execute(text("DROP TABLE audit"))
    return api.client.get("/v1/audit")


def defect(api: Api) -> httpx.Response:
    api.app.state.kite = None
    return api.client.get("/v1/rooms")


def sign_in(api: Api, password: str = "wrong", times: int = 1) -> httpx.Response:
    users.create(api.kite, "mei", "owner", "correct horse battery")
    body = {"user": "mei", "password": password}
    return [api.anonymous.post("/v1/sign-in", json=body) for _ in range(times)][-1]


def busy(api: Api) -> httpx.Response:
    held = [users.HASHING.acquire(blocking=False) for _ in range(4)]
    assert all(held)
    try:
        return sign_in(api)
    finally:
        for _ in held:
            users.HASHING.release()


def user_banned(api: Api) -> httpx.Response:
    users.create(api.kite, "mei", "viewer", "correct horse battery")
    api.client.post("/v1/users/mei/ban", json={"reason": "x"})
    body = {"user": "mei", "password": "correct horse battery"}
    return api.anonymous.post("/v1/sign-in", json=body)


def expired_token(api: Api) -> httpx.Response:
    _, secret = tokens.create(api.kite, "x", expires_at=now() - timedelta(seconds=1))
    return bearer(api, secret.plain)


def forbidden(api: Api) -> httpx.Response:
    _, secret = tokens.create(api.kite, "x", "viewer")
    viewer = api.visitor(authorization=f"Bearer {secret.plain}")
    return viewer.post("/v1/rooms", json={"id": "demo", "title": "x"})


def user_twice(api: Api) -> httpx.Response:
    body = {"name": "mei", "role": "viewer"}
    return [api.client.post("/v1/users", json=body) for _ in range(2)][-1]


def last_owner(api: Api) -> httpx.Response:
    users.create(api.kite, "mei", "owner", "correct horse battery")
    return api.client.delete("/v1/users/mei")


def expired_key(api: Api) -> httpx.Response:
    api.make_room()
    _, secret = keys.create(api.kite, "demo", expires_at=now() - timedelta(seconds=1))
    return callback(api, secret.plain)


def too_early(api: Api) -> httpx.Response:
    secret = api.make_room()
    api.client.patch("/v1/rooms/demo", json={"scheduled_at": "2036-01-31T20:00:00Z"})
    return callback(api, secret)


def recorded(api: Api) -> httpx.Response:
    api.make_room()
    with api.kite.database.writes.begin() as session:
        session.add(Recording(room_id="demo", file="demo/1.flv", state="ready"))
    return api.client.delete("/v1/rooms/demo")


def one_too_many(api: Api) -> httpx.Response:
    api.publish("demo", api.make_room())
    api.app.state.kite = replace(
        api.kite, settings=api.kite.settings.model_copy(update={"max_broadcasts": 1})
    )
    secret = api.make_room("other")
    form = {"name": "other", "addr": "192.0.2.7", "clientid": "2", "key": secret}
    return api.anonymous.post("/callbacks/publish", data=form)


def stopped(api: Api) -> httpx.Response:
    secret = api.make_room()
    api.client.post("/v1/emergency-stop", json={"reason": "x"})
    return callback(api, secret)


def not_live(api: Api) -> httpx.Response:
    api.make_room()
    return api.client.post("/v1/rooms/demo/stop")


REACHED: dict[str, Callable[[Api], httpx.Response]] = {
    "TOKEN_MISSING": lambda api: api.anonymous.get("/v1/rooms"),
    "TOKEN_INVALID": lambda api: bearer(api, "kt_wrong"),
    "TOKEN_REVOKED": revoked_token,
    "TOKEN_NOT_FOUND": lambda api: api.client.delete("/v1/tokens/7"),
    "LAST_TOKEN": lambda api: api.client.delete("/v1/tokens/1"),
    "ROOM_NOT_FOUND": lambda api: api.client.get("/v1/rooms/demo"),
    "ROOM_EXISTS": twice,
    "ROOM_BANNED": banned,
    "ROOM_LIVE": live_delete,
    "ROOM_NOT_LIVE": not_live,
    "ROOM_ALREADY_LIVE": second_publisher,
    "KEY_NOT_FOUND": no_key,
    "KEY_MISSING": empty_key,
    "KEY_UNKNOWN": wrong_key,
    "KEY_REVOKED": revoked_key,
    "REQUEST_INVALID": lambda api: api.client.post("/v1/rooms", json={}),
    "NOT_FOUND": lambda api: api.client.get("/v1/nothing"),
    "METHOD_NOT_ALLOWED": lambda api: api.client.put("/v1/rooms", json={}),
    "CALLBACK_FORBIDDEN": lambda api: api.visitor("192.0.2.9").post("/callbacks/play"),
    "MEDIA_UNREACHABLE": nginx_down,
    "DATABASE_UNUSABLE": no_database,
    "INTERNAL": defect,
    "REQUEST_TOO_LARGE": lambda api: api.client.post("/v1/rooms", content=b" " * 1_000_001),
    "SIGN_IN_FAILED": sign_in,
    "SIGN_IN_LOCKED": lambda api: sign_in(api, times=6),
    "SIGN_IN_BUSY": busy,
    "USER_BANNED": user_banned,
    "USER_NOT_FOUND": lambda api: api.client.delete("/v1/users/mei"),
    "USER_EXISTS": user_twice,
    "TOKEN_EXPIRED": expired_token,
    "FORBIDDEN": forbidden,
    "LAST_OWNER": last_owner,
    "KEY_EXPIRED": expired_key,
    "ROOM_NOT_SCHEDULED": too_early,
    "ROOM_HAS_RECORDINGS": recorded,
    "LIMIT_REACHED": one_too_many,
    "EMERGENCY_STOP": stopped,
    "WEBHOOK_NOT_FOUND": lambda api: api.client.delete("/v1/webhooks/7"),
    "DELIVERY_NOT_FOUND": lambda api: api.client.post("/v1/deliveries/7/replay"),
    "RECORDING_NOT_FOUND": lambda api: api.client.get("/v1/recordings/7"),
}
# The service checks these before it starts; test_cli reaches them.
AT_START = {"DATABASE_MISSING", "DATABASE_VERSION"}
ELSEWHERE = {
    "PLUGIN_REFUSED": "test_plugins",
    "PLUGIN_FAILED": "test_plugins",
    "PLAY_LINK_MISSING": "test_play",
    "PLAY_LINK_INVALID": "test_play",
    "PLAY_LINK_EXPIRED": "test_play",
    "WEBHOOK_URL_FORBIDDEN": "test_webhooks",
    "RECORDING_RUNNING": "test_recordings",
    "RANGE_INVALID": "test_recordings",
    "CSRF_REFUSED": "test_admin",
}
"""Codes that need more than this service: the test module that reaches them."""


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("DELETE", ""),
        ("POST", "/unban"),
        ("POST", "/stop"),
        ("POST", "/keys"),
        ("GET", "/keys"),
    ],
)
@pytest.mark.parametrize("room", ["X", "kk_SECRET", "a" * 9000, "%00", "%ff"])
def test_room_in_a_path_is_only_looked_up(api: Api, method: str, path: str, room: str) -> None:
    assert code(api.client.request(method, f"/v1/rooms/{room}{path}")) == "ROOM_NOT_FOUND"


def test_every_http_code_is_tried() -> None:
    over_http = {code for code, info in CATALOGUE.items() if info.status}
    assert REACHED.keys() | AT_START | ELSEWHERE.keys() == over_http
    for reached, module in ELSEWHERE.items():
        source = Path(__file__).with_name(f"{module}.py").read_text(encoding="utf-8")
        assert reached in source, module


@pytest.mark.parametrize("wanted", REACHED)
def test_every_code_can_be_reached(api: Api, wanted: str) -> None:
    assert code(REACHED[wanted](api)) == wanted


def test_405_says_what_is_allowed(api: Api) -> None:
    answer = api.client.put("/v1/rooms")
    assert (code(answer), answer.headers["allow"]) == ("METHOD_NOT_ALLOWED", "GET, POST")
    assert api.client.put("/v1/rooms/demo").headers["allow"] == "DELETE, GET, PATCH"


def test_trailing_slash_is_not_redirected(api: Api) -> None:
    assert code(api.client.get("/v1/rooms/")) == "NOT_FOUND"
