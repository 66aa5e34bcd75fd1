"""Bans, cuts and the emergency stop while publishers come and go. On both databases."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from kite import broadcasts, callbacks, keys, moderation, rooms, users
from kite.callbacks import Call
from kite.context import Kite
from kite.errors import KiteError
from kite.models import Broadcast, Event, Room, now
from tests.kite.conftest import Api
from tests.kite.stack import wait_for

pytestmark = pytest.mark.parametrize("settings", ["sqlite", "postgresql"], indirect=True)


def publish(kite: Kite, room: str, secret: str, client: str = "1") -> str:
    """Ask as nginx does; the code of the refusal, or nothing."""
    try:
        callbacks.authorise_publish(kite, Call(room, client, "192.0.2.7", secret, ""))
    except KiteError as error:
        return error.code
    return ""


def open_broadcasts(kite: Kite) -> int:
    with kite.database.reads() as session:
        return broadcasts.count_running(session)


def kinds(kite: Kite) -> list[str]:
    with kite.database.reads() as session:
        return list(session.scalars(select(Event.type).order_by(Event.id)))


def test_a_ban_that_is_over_lets_publish(api: Api) -> None:
    secret = api.make_room()
    moderation.ban_room(api.kite, "demo", "x", now() + timedelta(hours=1))
    assert publish(api.kite, "demo", secret) == "ROOM_BANNED"
    with api.kite.database.writes.begin() as session:
        session.get_one(Room, "demo").banned_until = now()
    assert api.client.get("/v1/rooms/demo").json()["state"] == "idle"
    assert publish(api.kite, "demo", secret) == ""


ATTACKS = {
    "emergency": ("EMERGENCY_STOP", lambda kite: moderation.emergency_stop(kite, "x")),
    "room": ("ROOM_BANNED", lambda kite: moderation.ban_room(kite, "demo", "x")),
    "user": ("USER_BANNED", lambda kite: moderation.ban_user(kite, "mei", "x")),
    "key": ("KEY_REVOKED", lambda kite: moderation.revoke_key(kite, "demo", 1)),
}


@pytest.mark.parametrize("what", ATTACKS)
def test_a_publisher_between_check_and_claim_does_not_slip_through(api: Api, what: str) -> None:
    """The claim is being written while the operator acts: the operator waits, then cuts it."""
    code, act = ATTACKS[what]
    rooms.create(api.kite, "demo", {"title": "x"})
    users.create(api.kite, "mei", "viewer", None)
    _, secret = keys.create(api.kite, "demo", "mei")
    claiming, go_on = threading.Event(), threading.Event()
    emit = broadcasts.start

    def slow(*args: object) -> Broadcast:
        claiming.set()
        assert go_on.wait(10)
        return emit(*args)  # type: ignore[arg-type] # as it was called

    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(2) as pool:
        patch.setattr(broadcasts, "start", slow)
        publishing = pool.submit(publish, api.kite, "demo", secret.plain)
        assert claiming.wait(10)
        api.nginx.publishing.add(("demo", "1"))
        acting = pool.submit(act, api.kite)
        time.sleep(0.3)  # long enough to see that it waits
        assert not acting.done()
        go_on.set()
        assert publishing.result(10) == ""
        acting.result(10)
    assert api.nginx.publishing == set()
    assert open_broadcasts(api.kite) == 0
    assert publish(api.kite, "demo", secret.plain, "2") == code


def test_the_limit_holds_when_many_come_at_once(api: Api) -> None:
    kite = replace(api.kite, settings=api.kite.settings.model_copy(update={"max_broadcasts": 2}))
    secrets = {f"room-{n}": api.make_room(f"room-{n}") for n in range(6)}
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda room: publish(kite, room, secrets[room], room), secrets))
    assert sorted(answers) == ["", ""] + ["LIMIT_REACHED"] * 4
    assert open_broadcasts(kite) == 2


def test_one_room_takes_one_of_many_at_once(api: Api) -> None:
    secret = api.make_room()
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda n: publish(api.kite, "demo", secret, str(n)), range(6)))
    assert sorted(answers) == [""] + ["ROOM_ALREADY_LIVE"] * 5


def test_a_broadcast_that_ends_during_the_cut_ends_once(api: Api) -> None:
    """nginx says that it ended after the operator looked and before he acted."""
    secret = api.make_room()
    assert publish(api.kite, "demo", secret) == ""
    with api.kite.database.reads() as session:
        seen = broadcasts.running(session, "demo")
    assert seen is not None
    broadcasts.end_one(api.kite, "demo", "1", "finished")
    broadcasts.announce(api.kite, seen, "banned")
    assert open_broadcasts(api.kite) == 0
    with api.kite.database.reads() as session:
        assert session.get_one(Broadcast, seen.id).reason == "finished"
    assert kinds(api.kite).count("broadcast.ended") == 1


def test_why_it_ended(api: Api) -> None:
    secret = api.make_room()
    for reason, act in (
        ("stopped", lambda: moderation.stop(api.kite, "demo")),
        ("banned", lambda: moderation.ban_room(api.kite, "demo", "x")),
        ("emergency", lambda: moderation.emergency_stop(api.kite, "x")),
        ("key_revoked", lambda: moderation.revoke_key(api.kite, "demo", 1)),
    ):
        assert api.publish("demo", secret) == 204
        act()
        with api.kite.database.reads() as session:
            ended = session.scalars(select(Broadcast).order_by(Broadcast.id.desc())).first()
        assert ended is not None
        assert ended.reason == reason
        moderation.unban_room(api.kite, "demo")
        moderation.lift_emergency(api.kite)


def test_a_failed_cut_is_not_why_it_ended(api: Api) -> None:
    secret = api.make_room()
    assert api.publish("demo", secret) == 204
    api.nginx.stat_override = "x"
    drop, api.nginx.drop = api.nginx.drop, broken  # type: ignore[method-assign]
    with pytest.raises(KiteError, match="MEDIA_UNREACHABLE"):
        moderation.stop(api.kite, "demo")
    api.nginx.drop = drop  # type: ignore[method-assign]
    broadcasts.end_one(api.kite, "demo", "1", "finished")
    assert broadcasts.page(api.kite, "demo", 1, 0)[0].reason == "finished"
    entries = api.client.get("/v1/audit?target=room:demo").json()["items"][:2]
    assert [entry["action"] for entry in entries] == ["broadcast.cut_failed", "broadcast.cut"]


def broken(room: str, client: str) -> str:
    raise ConnectionError


def test_a_second_emergency_stop_tells_the_first_reason(api: Api) -> None:
    moderation.emergency_stop(api.kite, "one")
    moderation.emergency_stop(api.kite, "two")
    entry = api.client.get("/v1/audit?target=installation").json()["items"][0]
    assert (entry["before"], entry["after"]) == ({"emergency": "one"}, {"emergency": "two"})


def test_one_failed_cut_does_not_save_the_others(api: Api) -> None:
    for room in ("a1", "b2", "c3"):
        assert api.publish(room, api.make_room(room), room) == 204
    drop = api.nginx.drop
    failed: list[str] = []

    def fail_once(room: str, *more: str) -> str:
        if not failed:
            failed.append(room)
            raise ConnectionError
        return drop(room, *more)

    api.nginx.drop = fail_once  # type: ignore[assignment, method-assign] # the control port breaks once
    with pytest.raises(KiteError, match="MEDIA_UNREACHABLE"):
        moderation.emergency_stop(api.kite, "x")
    assert {room for room, _ in api.nginx.publishing} == set(failed)
    assert moderation.emergency_stop(api.kite, "again") == 1
    wait_for(lambda: not api.nginx.publishing, "the last one is cut")


def test_the_old_key_is_accepted_for_its_grace(api: Api) -> None:
    old = api.make_room()
    new = keys.rotate(api.kite, "demo", 1, timedelta(hours=1))[1].plain
    for number, secret in enumerate((old, new)):
        assert publish(api.kite, "demo", secret, str(number)) == ""
        broadcasts.end_one(api.kite, "demo", str(number), "finished")
    keys.rotate(api.kite, "demo", 1)
    assert publish(api.kite, "demo", old) == "KEY_UNKNOWN"
    assert publish(api.kite, "demo", new) == "KEY_UNKNOWN"
