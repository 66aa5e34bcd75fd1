"""Every change leaves exactly one entry for each row it changed, and nobody changes an entry."""

import json

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from kite import keys, rooms, tokens, users
from kite.context import Kite
from kite.errors import KiteError
from kite.masking import MASK
from kite.models import AUDITED, AuditEntry
from kite.permissions import CLI, Actor
from tests.kite.conftest import Api

pytestmark = pytest.mark.parametrize("settings", ["sqlite", "postgresql"], indirect=True)
PASSWORD = "correct horse battery"


class Log:
    """The entries since the last look."""

    def __init__(self, kite: Kite) -> None:
        self.kite = kite
        self.seen = 0
        self.new()

    def new(self) -> list[AuditEntry]:
        query = select(AuditEntry).where(AuditEntry.id > self.seen).order_by(AuditEntry.id)
        with self.kite.database.reads() as session:
            found = list(session.scalars(query))
        self.seen = found[-1].id if found else self.seen
        return found

    def one(self) -> tuple[str, str, dict[str, object], dict[str, object]]:
        [entry] = self.new()
        return entry.action, entry.target, entry.before, entry.after


def test_each_change_of_a_room(api: Api) -> None:
    log = Log(api.kite)
    made = api.client.post("/v1/rooms", json={"id": "demo", "title": "First light"}).json()
    action, target, before, after = log.one()
    assert (action, target, before) == ("room.created", "room:demo", {})
    assert after == {
        "id": "demo",
        "title": "First light",
        "category": "",
        "visibility": "public",
        "record": False,
        "created_at": made["created_at"],
    }
    changes = {"title": "第一道光", "scheduled_at": "2036-01-31T20:00:00Z"}
    api.client.patch("/v1/rooms/demo", json=changes | {"category": ""})
    assert log.one() == ("room.updated", "room:demo", {"title": "First light"}, changes)
    api.client.patch("/v1/rooms/demo", json={"scheduled_at": None})
    gone = {"scheduled_at": changes["scheduled_at"]}
    assert log.one() == ("room.updated", "room:demo", gone, {})
    banned = api.client.post("/v1/rooms/demo/ban", json={"reason": "noise"}).json()
    ban = {"banned_at": banned["banned_at"], "ban_reason": "noise"}
    assert log.one() == ("room.banned", "room:demo", {}, ban)
    api.client.post("/v1/rooms/demo/unban")
    assert log.one() == ("room.unbanned", "room:demo", ban, {})
    api.client.delete("/v1/rooms/demo")
    action, target, before, left = log.one()
    assert (action, target, left) == ("room.deleted", "room:demo", {})
    assert before == after | {"title": "第一道光"}


def test_who_and_which_request(api: Api) -> None:
    log = Log(api.kite)
    answer = api.client.post("/v1/rooms", json={"id": "demo", "title": "x"})
    rooms.update(api.kite.acting_as(CLI), "demo", {"title": "y"})
    first, second = log.new()
    assert (first.actor, first.request_id) == ("token:1", answer.headers["x-request-id"])
    assert (second.actor, second.request_id) == ("cli", "-")


def test_nothing_changed_nothing_recorded(api: Api) -> None:
    api.make_room()
    users.create(api.kite, "mei", "viewer", None)
    log = Log(api.kite)
    for method, path, body in (
        ("PATCH", "/v1/rooms/demo", {}),
        ("PATCH", "/v1/rooms/demo", {"title": "demo"}),
        ("POST", "/v1/rooms/demo/unban", None),
        ("POST", "/v1/users/mei/unban", None),
        ("PATCH", "/v1/users/mei", {}),
        ("PATCH", "/v1/users/mei", {"role": "viewer"}),
        ("DELETE", "/v1/emergency-stop", None),
    ):
        assert api.client.request(method, path, json=body).status_code == 200
        assert log.new() == [], (method, path, body)
    with api.kite.database.reads() as session:
        kinds = session.scalars(text("SELECT type FROM events")).all()
    assert kinds == ["room.created"]


def test_refused_changes_leave_nothing(api: Api) -> None:
    api.publish("demo", api.make_room())
    users.create(api.kite, "mei", "owner", PASSWORD)
    log = Log(api.kite)
    viewer = api.kite.acting_as(Actor("x", "viewer"))
    with pytest.raises(KiteError):
        rooms.update(viewer, "demo", {"title": "y"})
    for method, path, body in (
        ("POST", "/v1/rooms", {"id": "demo", "title": "again"}),
        ("DELETE", "/v1/rooms/demo", None),
        ("DELETE", "/v1/tokens/1", None),
        ("DELETE", "/v1/users/mei", None),
        ("POST", "/v1/users", {"name": "mei", "role": "viewer"}),
        ("POST", "/v1/rooms/demo/keys", {"user": "nobody"}),
        ("POST", "/v1/rooms/demo/keys/9/rotate", None),
        ("POST", "/v1/tokens", {"name": "x", "scopes": ["nothing"]}),
    ):
        assert api.client.request(method, path, json=body).status_code >= 400
    assert log.new() == []


def test_secrets_are_masked(api: Api) -> None:
    log = Log(api.kite)
    secret = api.make_room()
    api.client.post("/v1/rooms/demo/keys/1/rotate", json={"grace_seconds": 60})
    users.create(api.kite, "mei", "owner", PASSWORD)
    users.update(api.kite, "mei", password="another long one")
    token = api.client.post("/v1/tokens", json={"name": "x"}).json()
    entries = {entry.action: entry for entry in log.new()}
    rotated = entries["key.rotated"]
    assert rotated.before["digest"] == rotated.after["digest"] == MASK
    assert rotated.after["previous_digest"] == MASK
    assert entries["user.updated"].before == entries["user.updated"].after
    assert entries["user.updated"].after == {"password_hash": MASK}
    text_ = json.dumps([[e.before, e.after] for e in entries.values()])
    for hidden in (secret[9:], token["secret"][9:], "argon2", "horse", "another"):
        assert hidden not in text_


def test_what_happens_by_itself_is_not_recorded(api: Api) -> None:
    secret = api.make_room()
    users.create(api.kite, "mei", "owner", PASSWORD)
    log = Log(api.kite)
    assert api.publish("demo", secret) == 204  # sets last_used_at
    api.anonymous.post("/v1/sign-in", json={"user": "mei", "password": "wrong"})
    assert log.new() == []
    assert api.client.get("/v1/rooms/demo/keys").json()["items"][0]["last_used_at"]


def test_what_goes_along_is_recorded_too(api: Api) -> None:
    """A room takes its keys along, an account its keys and tokens."""
    rooms.create(api.kite, "demo", {"title": "x"})
    user = users.create(api.kite, "mei", "viewer", None)
    for _ in range(2):
        keys.create(api.kite, "demo", "mei")
    tokens.create(api.kite.acting_as(Actor("x", "owner", user_id=user.id)), "of mei")
    log = Log(api.kite)
    api.client.delete("/v1/users/mei")
    found = [(entry.action, entry.target) for entry in log.new()]
    assert sorted(found) == [
        ("user.deleted", target)
        for target in ("stream_key:1", "stream_key:2", "token:2", f"user:{user.id}")
    ]
    keys.create(api.kite, "demo")
    log.new()
    api.client.delete("/v1/rooms/demo")
    found = [(entry.action, entry.target) for entry in log.new()]
    assert sorted(found) == [("room.deleted", "room:demo"), ("room.deleted", "stream_key:3")]


def test_emergency_and_cuts_are_recorded(api: Api) -> None:
    api.publish("demo", api.make_room())
    log = Log(api.kite)
    api.client.post("/v1/emergency-stop", json={"reason": "fire"})
    stop, cut = log.new()
    assert (stop.action, stop.target, stop.after) == (
        "emergency.stopped",
        "installation",
        {"emergency": "fire"},
    )
    assert (cut.action, cut.target, cut.after) == (
        "broadcast.cut",
        "room:demo",
        {"cut": "emergency"},
    )
    api.client.delete("/v1/emergency-stop")
    assert log.one() == ("emergency.lifted", "installation", {"emergency": "fire"}, {})


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET actor = 'nobody'",
        "DELETE FROM audit",
        "DELETE FROM audit WHERE id = 1",
    ],
)
def test_entries_cannot_be_changed(api: Api, statement: str) -> None:
    with (
        pytest.raises(SQLAlchemyError, match="append-only"),
        api.kite.database.writes.begin() as session,
    ):
        session.execute(text(statement))
    with api.kite.database.reads() as session:
        assert session.scalars(select(AuditEntry.actor)).all() == ["system"]


def test_truncate_is_refused_too(api: Api) -> None:
    if not api.kite.database.is_sqlite:
        with (
            pytest.raises(SQLAlchemyError, match="append-only"),
            api.kite.database.writes.begin() as session,
        ):
            session.execute(text("TRUNCATE audit"))


def test_reading_it(api: Api) -> None:
    api.make_room()
    shown = api.client.get("/v1/audit", params={"target": "room:demo"}).json()["items"]
    assert [entry["action"] for entry in shown] == ["room.created"]
    first = api.client.get("/v1/audit", params={"limit": 2}).json()
    rest = api.client.get("/v1/audit", params={"before": first["next"]}).json()
    ids = [entry["id"] for entry in first["items"] + rest["items"]]
    assert ids == sorted(ids, reverse=True)
    assert len(ids) == 3
    assert rest["next"] is None


def test_every_secret_column_is_marked(kite: Kite) -> None:
    for table in AUDITED:
        for column in table.__table__.columns:
            named = any(part in column.name for part in ("secret", "digest", "password"))
            assert column.info.get("secret", False) is named, column
