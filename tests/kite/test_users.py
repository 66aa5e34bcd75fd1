"""Accounts: sign-in, its lock, bans, and the last owner. On both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import httpx
import pytest

from kite import keys, moderation, rooms, tokens, users
from kite.context import Kite
from kite.errors import KiteError
from kite.models import User, now
from kite.permissions import Actor, Role
from tests.kite.conftest import Api

PASSWORD = "correct horse battery"

pytestmark = pytest.mark.parametrize("settings", ["sqlite", "postgresql"], indirect=True)


def refusal(answer: httpx.Response) -> str:
    return str(answer.json()["code"])


def sign_in(api: Api, name: str = "mei", password: str = PASSWORD) -> httpx.Response:
    return api.anonymous.post("/v1/sign-in", json={"user": name, "password": password})


def session_of(api: Api, name: str = "mei") -> httpx.Client:
    return api.visitor(authorization=f"Bearer {sign_in(api, name).json()['secret']}")


def change(api: Api, name: str, **columns: object) -> None:
    with api.kite.database.writes.begin() as session:
        user = users.get(session, name)
        for column, value in columns.items():
            setattr(user, column, value)


def test_sign_in_and_out(api: Api) -> None:
    users.create(api.kite, "mei", "operator", PASSWORD)
    made = sign_in(api)
    assert made.status_code == 201
    view = made.json()
    assert (view["user"], view["role"], view["scopes"]) == ("mei", "operator", None)
    client = api.visitor(authorization=f"Bearer {view['secret']}")
    assert client.get("/v1/rooms").status_code == 200
    assert refusal(client.get("/v1/tokens")) == "FORBIDDEN"
    assert refusal(client.delete("/v1/tokens/1")) == "FORBIDDEN"
    assert client.delete(f"/v1/tokens/{view['id']}").status_code == 204  # one's own: signing out
    assert refusal(client.get("/v1/rooms")) == "TOKEN_REVOKED"


def test_an_owner_can_always_sign_out(api: Api) -> None:
    users.create(api.kite, "mei", "owner", PASSWORD)
    tokens.revoke(api.kite, 1, keep_one=False)
    view = sign_in(api).json()
    client = api.visitor(authorization=f"Bearer {view['secret']}")
    assert client.delete(f"/v1/tokens/{view['id']}").status_code == 204


def test_wrong_name_wrong_password_and_no_password_look_the_same(api: Api) -> None:
    users.create(api.kite, "mei", "owner", PASSWORD)
    users.create(api.kite, "holder", "viewer", None)
    answers = [sign_in(api, "mei", "wrong"), sign_in(api, "nobody"), sign_in(api, "holder")]
    shown = [{k: v for k, v in a.json().items() if k != "request_id"} for a in answers]
    assert shown[0] == shown[1] == shown[2]
    assert shown[0]["code"] == "SIGN_IN_FAILED"


def test_five_wrong_passwords_lock_the_account(api: Api) -> None:
    users.create(api.kite, "mei", "owner", PASSWORD)
    users.create(api.kite, "lin", "owner", PASSWORD)
    codes = [refusal(sign_in(api, password=f"wrong {n}")) for n in range(7)]
    assert codes == ["SIGN_IN_FAILED"] * 5 + ["SIGN_IN_LOCKED"] * 2
    assert refusal(sign_in(api)) == "SIGN_IN_LOCKED"  # the right one, too
    assert sign_in(api, "lin").status_code == 201
    change(api, "mei", locked_until=now() - timedelta(seconds=1))
    assert [refusal(sign_in(api, password="wrong")) for _ in range(6)] == (
        ["SIGN_IN_FAILED"] * 5 + ["SIGN_IN_LOCKED"]
    )
    change(api, "mei", locked_until=now() - timedelta(seconds=1))
    assert sign_in(api).status_code == 201


def test_a_right_password_starts_the_count_again(api: Api) -> None:
    users.create(api.kite, "mei", "owner", PASSWORD)
    for _ in range(3):
        assert [refusal(sign_in(api, password="wrong")) for _ in range(4)] == (
            ["SIGN_IN_FAILED"] * 4
        )
        assert sign_in(api).status_code == 201


def test_a_new_password_lifts_the_lock(api: Api) -> None:
    users.create(api.kite, "mei", "owner", PASSWORD)
    for _ in range(5):
        sign_in(api, password="wrong")
    assert api.client.patch("/v1/users/mei", json={"password": "x" * 12}).status_code == 200
    assert refusal(sign_in(api)) == "SIGN_IN_FAILED"
    assert sign_in(api, password="x" * 12).status_code == 201


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/v1/users/mei/ban", {"reason": "x"}),
        ("PATCH", "/v1/users/mei", {"role": "viewer"}),
        ("DELETE", "/v1/users/mei", None),
    ],
)
def test_tokens_follow_their_account_at_once(
    api: Api, method: str, path: str, body: object
) -> None:
    users.create(api.kite, "mei", "owner", PASSWORD)
    users.create(api.kite, "lin", "owner", PASSWORD)
    client = session_of(api)
    made = client.post("/v1/tokens", json={"name": "of mei"}).json()
    assert made["user"] == "mei"
    lasting = api.visitor(authorization=f"Bearer {made['secret']}")
    assert api.client.request(method, path, json=body).status_code < 300
    for visitor in (client, lasting):
        answer = visitor.post("/v1/rooms", json={"id": "demo", "title": "x"})
        wanted = {"POST": "USER_BANNED", "PATCH": "FORBIDDEN", "DELETE": "TOKEN_INVALID"}
        assert refusal(answer) == wanted[method]


def test_a_ban_that_is_over_is_none(api: Api) -> None:
    users.create(api.kite, "mei", "viewer", PASSWORD)
    moderation.ban_user(api.kite, "mei", "x", now() + timedelta(hours=1))
    assert refusal(sign_in(api)) == "USER_BANNED"
    change(api, "mei", banned_until=now())
    assert sign_in(api).status_code == 201
    shown = api.client.get("/v1/users").json()["items"][0]
    assert (shown["banned"], shown["ban_reason"], shown["banned_until"]) == (False, None, None)


def test_a_sign_in_is_one_entry_in_his_own_name(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    users.create(api.kite, "mei", "viewer", PASSWORD)
    caplog.set_level("INFO")
    request = sign_in(api).headers["x-request-id"]
    shown = api.client.get("/v1/audit").json()["items"]
    made = [entry for entry in shown if entry["action"] == "user.signed_in"]
    assert [(entry["actor"], entry["request_id"]) for entry in made] == [("user:mei", request)]
    assert made[0]["after"]["expires_at"]
    fields = next(r.fields for r in caplog.records if r.message == "user.signed_in")  # type: ignore[attr-defined] # ours
    assert (fields["actor"], fields["request_id"]) == ("user:mei", request)


def test_hashing_does_not_hold_up_the_callbacks(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """A password takes long to hash; meanwhile others must be able to write."""

    def hash_slowly(password: str) -> str:
        rooms.create(api.kite, f"made-by-{password.partition(' ')[0]}", {"title": "x"})
        return "hashed"

    monkeypatch.setattr(users, "HASHER", type("Slow", (), {"hash": staticmethod(hash_slowly)}))
    users.create(api.kite, "mei", "viewer", "create x")
    users.update(api.kite, "mei", password="update x")
    assert [room.id for room in rooms.page(api.kite, 9, "")] == ["made-by-create", "made-by-update"]


def test_a_banned_holder_cannot_publish_and_is_cut(api: Api) -> None:
    users.create(api.kite, "mei", "viewer", None)
    rooms.create(api.kite, "demo", {"title": "x"})
    _, secret = keys.create(api.kite, "demo", "mei")
    assert api.publish("demo", secret.plain) == 204
    api.client.post("/v1/users/mei/ban", json={"reason": "x"})
    assert api.nginx.publishing == set()
    assert api.publish("demo", secret.plain) == 403
    api.client.post("/v1/users/mei/unban")
    assert api.publish("demo", secret.plain) == 204


def test_deleting_a_holder_cuts_his_broadcast(api: Api) -> None:
    users.create(api.kite, "mei", "viewer", None)
    rooms.create(api.kite, "demo", {"title": "x"})
    _, secret = keys.create(api.kite, "demo", "mei")
    assert api.publish("demo", secret.plain) == 204
    assert api.client.delete("/v1/users/mei").status_code == 204
    assert api.nginx.publishing == set()
    assert api.client.get("/v1/rooms/demo").json()["state"] == "idle"
    assert api.publish("demo", secret.plain) == 403


@pytest.mark.parametrize("role", ["moderator", "operator"])
def test_nobody_bans_a_higher_role(api: Api, role: Role) -> None:
    for name in ("viewer", "moderator", "operator", "owner"):
        users.create(api.kite, name, name, PASSWORD)
    users.create(api.kite, "spare", "owner", PASSWORD)
    _, secret = tokens.create(api.kite, "x", role)
    client = api.visitor(authorization=f"Bearer {secret.plain}")
    higher = {"moderator": ("operator", "owner"), "operator": ("owner",)}[role]
    for name in ("viewer", "moderator", "operator", "owner"):
        for act in ("ban", "unban"):
            answer = client.post(f"/v1/users/{name}/{act}", json={"reason": "x"})
            assert answer.status_code == (403 if name in higher else 200), (name, act)


LAST = [
    ("PATCH", "/v1/users/mei", {"role": "operator"}),
    ("DELETE", "/v1/users/mei", None),
    ("POST", "/v1/users/mei/ban", {"reason": "x"}),
]


@pytest.mark.parametrize(("method", "path", "body"), LAST)
def test_the_last_owner_stays(api: Api, method: str, path: str, body: object) -> None:
    users.create(api.kite, "mei", "owner", PASSWORD)
    users.create(api.kite, "no-password", "owner", None)
    users.create(api.kite, "operator", "operator", PASSWORD)
    assert refusal(api.client.request(method, path, json=body)) == "LAST_OWNER"
    assert sign_in(api).status_code == 201
    users.create(api.kite, "lin", "owner", PASSWORD)
    moderation.ban_user(api.kite, "lin", "x")
    assert refusal(api.client.request(method, path, json=body)) == "LAST_OWNER"  # lin cannot help
    moderation.unban_user(api.kite, "lin")
    assert api.client.request(method, path, json=body).status_code < 300


def test_the_last_owner_keeps_role_and_changes_password(api: Api) -> None:
    users.create(api.kite, "mei", "owner", PASSWORD)
    body = {"role": "owner", "password": "x" * 12}
    assert api.client.patch("/v1/users/mei", json=body).status_code == 200


def test_two_owners_cannot_remove_each_other_at_once(kite: Kite) -> None:
    for round_ in range(5):
        names = [f"a{round_}", f"b{round_}"]
        for name in names:
            users.create(kite, name, "owner", PASSWORD)

        def demote(name: str) -> str:
            try:
                users.update(kite, name, role="viewer")
            except KiteError as error:
                return error.code
            return "done"

        with ThreadPoolExecutor(2) as pool:
            done = sorted(pool.map(demote, names))
        assert done == ["LAST_OWNER", "done"]
        with kite.database.writes.begin() as session:
            for user in session.query(User):
                session.delete(user)


def test_names_at_their_limits(api: Api) -> None:
    for name, status in (("ab", 201), ("a" * 32, 201), ("a", 422), ("a" * 33, 422), ("ab\n", 422)):
        body = {"name": name, "role": "viewer"}
        assert api.client.post("/v1/users", json=body).status_code == status, name
    longest = {"name": "long", "role": "owner", "password": "密" * 128}
    assert api.client.post("/v1/users", json=longest).status_code == 201
    assert sign_in(api, "long", "密" * 128).status_code == 201


def test_an_actor_below_owner_cannot_write_users(kite: Kite) -> None:
    with pytest.raises(KiteError) as caught:
        users.create(kite.acting_as(Actor("x", "operator")), "mei", "viewer", None)
    assert caught.value.code == "FORBIDDEN"
