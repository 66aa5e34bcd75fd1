"""Access tokens: end, rights, revocation, the last one. On both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import httpx
import pytest

from kite import moderation, tokens, users
from kite.context import Kite
from kite.errors import KiteError
from kite.models import MAX_ID, Token, now
from kite.permissions import Actor
from tests.kite.conftest import Api

pytestmark = pytest.mark.parametrize("settings", ["sqlite", "postgresql"], indirect=True)


def refusal(answer: httpx.Response) -> str:
    return str(answer.json()["code"])


def visitor(api: Api, secret: str) -> httpx.Client:
    return api.visitor(authorization=f"Bearer {secret}")


def test_a_token_with_an_end(api: Api) -> None:
    until = (now() + timedelta(hours=1)).isoformat()
    made = api.client.post("/v1/tokens", json={"name": "x", "expires_at": until}).json()
    assert made["state"] == "valid"
    assert visitor(api, made["secret"]).get("/v1/rooms").status_code == 200
    with api.kite.database.writes.begin() as session:
        session.get_one(Token, made["id"]).expires_at = now()
    answer = visitor(api, made["secret"]).get("/v1/rooms")
    assert refusal(answer) == "TOKEN_EXPIRED"
    assert api.client.get("/v1/tokens").json()["items"][1]["state"] == "expired"
    past = {"name": "x", "expires_at": "2020-01-01T00:00:00Z"}
    assert refusal(api.client.post("/v1/tokens", json=past)) == "REQUEST_INVALID"


def test_another_zone_is_the_same_time(api: Api) -> None:
    made = api.client.post(
        "/v1/tokens", json={"name": "x", "expires_at": "2036-02-01T04:00:00.9+08:00"}
    )
    assert made.json()["expires_at"] == "2036-01-31T20:00:00Z"
    assert api.client.get("/v1/tokens").json()["items"][1]["expires_at"] == "2036-01-31T20:00:00Z"


def test_unknown_scopes_are_refused(api: Api) -> None:
    answer = api.client.post("/v1/tokens", json={"name": "x", "scopes": ["room.read", "room.fly"]})
    assert refusal(answer) == "REQUEST_INVALID"


def test_no_scope_means_nothing(api: Api) -> None:
    made = api.client.post("/v1/tokens", json={"name": "x", "scopes": []}).json()
    assert made["scopes"] == []
    assert refusal(visitor(api, made["secret"]).get("/v1/rooms")) == "FORBIDDEN"


def test_everybody_revokes_his_own(api: Api) -> None:
    for role in ("viewer", "moderator", "operator"):
        made = api.client.post("/v1/tokens", json={"name": "x", "role": role, "scopes": []}).json()
        own = visitor(api, made["secret"])
        assert refusal(own.delete("/v1/tokens/1")) == "FORBIDDEN"
        assert own.delete(f"/v1/tokens/{made['id']}").status_code == 204
        assert refusal(own.get("/v1/rooms")) == "TOKEN_REVOKED"


def of_nobody_who_can(kite: Kite) -> None:
    """Tokens that look like an owner's and could not undo a mistake."""
    tokens.create(kite, "ends", expires_at=now() + timedelta(days=1))
    tokens.create(kite, "narrow", scopes=["room.read"])
    tokens.create(kite, "operator", "operator")
    for name in ("banned", "demoted"):
        user = users.create(kite, name, "owner", None)
        tokens.create(kite.acting_as(Actor("x", "owner", user_id=user.id)), name)
    moderation.ban_user(kite, "banned", "x")
    users.update(kite, "demoted", role="operator")


def test_the_last_token_stays(api: Api) -> None:
    of_nobody_who_can(api.kite)
    assert refusal(api.client.delete("/v1/tokens/1")) == "LAST_TOKEN"
    other = api.client.post("/v1/tokens", json={"name": "other"}).json()
    assert api.client.delete("/v1/tokens/1").status_code == 204
    again = visitor(api, other["secret"]).delete(f"/v1/tokens/{other['id']}")
    assert refusal(again) == "LAST_TOKEN"
    assert visitor(api, other["secret"]).get("/v1/rooms").status_code == 200


def test_two_cannot_revoke_each_other_at_once(kite: Kite) -> None:
    def revoke(token_id: int) -> str:
        try:
            tokens.revoke(kite, token_id, keep_one=True)
        except KiteError as error:
            return error.code
        return "done"

    for _ in range(5):
        pair = [tokens.create(kite, "x")[0].id for _ in range(2)]
        with ThreadPoolExecutor(2) as pool:
            done = sorted(pool.map(revoke, pair))
        assert done == ["LAST_TOKEN", "done"]
        for token_id in pair:
            tokens.revoke(kite, token_id, keep_one=False)


@pytest.mark.parametrize("token_id", [MAX_ID, MAX_ID + 1, 2**63, 10**30, 0, -1])
def test_ids_at_their_limits(api: Api, token_id: int) -> None:
    answer = api.client.delete(f"/v1/tokens/{token_id}")
    assert refusal(answer) == ("TOKEN_NOT_FOUND" if token_id == MAX_ID else "REQUEST_INVALID")


@pytest.mark.parametrize(
    "header", ["Bearer kt_\x80\xff", "bearer {}", "Bearer {} ", "Bearer {} x", "Bearer {}x"]
)
def test_odd_headers(api: Api, header: str) -> None:
    sent = {b"authorization": header.format(api.token).encode("latin-1")}
    answer = api.anonymous.get("/v1/rooms", headers=sent)
    assert answer.status_code in (200, 401)
    if answer.status_code == 401:
        assert refusal(answer) == "TOKEN_INVALID"
        assert api.token not in answer.text
