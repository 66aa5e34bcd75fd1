"""Who may do what: every route with every role and scope, held against the table of actions."""

import ast
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from pydantic import HttpUrl

from kite import app, nginx, tokens, users, webhooks
from kite.models import Recording
from kite.permissions import ACTIONS, ROLES, Action, Actor, Role, includes
from tests.kite.conftest import Api

PACKAGE = Path(__file__).parents[2] / "snippets" / "kite"
BAN = {"reason": "noise"}


def live(api: Api) -> None:
    assert api.publish("demo", SECRETS[api.token]) == 204


def second_owner(api: Api) -> None:
    users.create(api.kite, "owner", "owner", "correct horse battery")


def recorded(api: Api) -> None:
    folder = nginx.recordings_dir(api.kite.settings)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "demo-1.mp4").write_bytes(b"film")
    with api.kite.database.writes.begin() as session:
        session.add(Recording(room_id="demo", file="demo-1.mp4", state="ready", bytes=4))


def hooked(api: Api) -> None:
    hook = webhooks.create(api.kite, HttpUrl("https://1.1.1.1/never-called"), [])
    webhooks.test(api.kite, hook.id)


@dataclass(frozen=True)
class Call:
    """A request that a caller with the right succeeds with, after ``before`` has run."""

    action: str
    body: object = None
    before: Callable[[Api], None] = lambda api: None


CALLS = {
    "POST /v1/rooms": Call("room.create", {"id": "other", "title": "x"}),
    "GET /v1/rooms": Call("room.read"),
    "GET /v1/rooms/{room}": Call("room.read"),
    "PATCH /v1/rooms/{room}": Call("room.update", {"title": "new"}),
    "DELETE /v1/rooms/{room}": Call("room.delete"),
    "POST /v1/rooms/{room}/ban": Call("room.ban", BAN, before=live),
    "POST /v1/rooms/{room}/unban": Call("room.ban"),
    "POST /v1/rooms/{room}/stop": Call("broadcast.stop", before=live),
    "POST /v1/rooms/{room}/keys": Call("key.create", {"user": "mei"}),
    "GET /v1/rooms/{room}/keys": Call("key.read"),
    "POST /v1/rooms/{room}/keys/{key_id}/rotate": Call("key.rotate"),
    "POST /v1/rooms/{room}/keys/{key_id}/revoke": Call("key.revoke", before=live),
    "GET /v1/broadcasts": Call("broadcast.read"),
    "GET /v1/emergency-stop": Call("room.read"),
    "POST /v1/emergency-stop": Call("emergency.stop", BAN, before=live),
    "DELETE /v1/emergency-stop": Call("emergency.lift"),
    "POST /v1/users": Call("user.write", {"name": "lin", "role": "viewer"}),
    "GET /v1/users": Call("user.read"),
    "PATCH /v1/users/{user}": Call("user.write", {"role": "viewer"}),
    "DELETE /v1/users/{user}": Call("user.write"),
    "POST /v1/users/{user}/ban": Call("user.ban", BAN),
    "POST /v1/users/{user}/unban": Call("user.ban"),
    "POST /v1/tokens": Call("token.write", {"name": "x", "role": "viewer", "scopes": []}),
    "GET /v1/tokens": Call("token.read"),
    "DELETE /v1/tokens/{token_id}": Call("token.write"),
    "GET /v1/audit": Call("audit.read"),
    "GET /metrics": Call("metrics.read"),
    "POST /v1/rooms/{room}/play-links": Call("play.sign"),
    "GET /v1/recordings": Call("recording.read", before=recorded),
    "GET /v1/recordings/{recording}": Call("recording.read", before=recorded),
    "GET /v1/recordings/{recording}/file": Call("recording.read", before=recorded),
    "DELETE /v1/recordings/{recording}": Call("recording.delete", before=recorded),
    "POST /v1/webhooks": Call("webhook.write", {"url": "https://1.1.1.1/never-called"}),
    "GET /v1/webhooks": Call("webhook.read"),
    "DELETE /v1/webhooks/{webhook_id}": Call("webhook.write", before=hooked),
    "POST /v1/webhooks/{webhook_id}/test": Call("webhook.write", before=hooked),
    "GET /v1/deliveries": Call("webhook.read"),
    "POST /v1/deliveries/{delivery_id}/replay": Call("webhook.replay", before=hooked),
}
"""What each route needs. A new route without an entry fails."""

OPEN = {"GET /healthz", "GET /readyz", "POST /v1/sign-in"}
"""Routes without a token."""

SECRETS: dict[str, str] = {}
"""Secret of the stream key of the room demo, by the first token of the installation."""


@pytest.fixture
def ready(api: Api) -> Api:
    """A room with a key, an account, and two tokens: 1 is the client's, 2 is there to revoke."""
    SECRETS[api.token] = api.make_room()
    users.create(api.kite, "mei", "viewer", None)
    tokens.create(api.kite, "spare")
    return api


def ask(api: Api, route: str, secret: str) -> httpx.Response:
    call = CALLS[route]
    method, path = route.split()
    names = {"room": "demo", "user": "mei", "token_id": "2"}
    url = re.sub(r"{(\w+)}", lambda found: names.get(found[1], "1"), path)
    client = api.visitor(authorization=f"Bearer {secret}")
    return client.request(method, url, json=call.body)


def token(api: Api, role: Role, scopes: Iterable[str] | None = None) -> str:
    given = sorted(scopes) if scopes is not None else None
    return tokens.create(api.kite, "asks", role, given)[1].plain


def refused(answer: httpx.Response) -> bool:
    return answer.status_code == 403 and answer.json()["code"] == "FORBIDDEN"


def test_every_route_is_listed() -> None:
    routes = {
        f"{method.upper()} {path}"
        for path, methods in app.openapi()["paths"].items()
        for method in methods
    }
    assert routes == CALLS.keys() | OPEN


@pytest.mark.parametrize("route", CALLS)
def test_roles(ready: Api, route: str) -> None:
    CALLS[route].before(ready)
    least = ACTIONS[CALLS[route].action].role
    done: list[int] = []
    for role in ROLES:  # from the least, so that nothing has changed until one is allowed
        answer = ask(ready, route, token(ready, role))
        assert refused(answer) is not includes(role, least), (route, role, answer.text)
        done += [] if refused(answer) else [answer.status_code]
    assert done[0] < 300, (route, done)


@pytest.mark.parametrize("route", CALLS)
def test_scopes(ready: Api, route: str) -> None:
    CALLS[route].before(ready)
    action = CALLS[route].action
    for others in (ACTIONS.keys() - {action}, ()):
        answer = ask(ready, route, token(ready, "owner", others))
        assert refused(answer), (route, answer.text)
    only = {action} | ({"room.read", "play.sign"} if action == "user.write" else set())
    answer = ask(ready, route, token(ready, "owner", only))
    assert answer.status_code < 300, (route, answer.text)


def test_scopes_do_not_raise_the_role(ready: Api) -> None:
    answer = ask(ready, "POST /v1/rooms", token(ready, "viewer", ["room.create"]))
    assert refused(answer)


def test_nobody_gives_more_rights_than_he_has(ready: Api) -> None:
    """Neither to a token nor to an account he could sign in with."""
    narrow = token(ready, "owner", ["token.write", "user.write", "room.read", "play.sign"])
    client = ready.visitor(authorization=f"Bearer {narrow}")
    password = {"password": "correct horse battery"}
    users.create(ready.kite, "boss", "owner", "correct horse battery")
    for method, path, body, allowed in (
        ("POST", "/v1/tokens", {"name": "x"}, False),
        ("POST", "/v1/tokens", {"name": "x", "scopes": ["room.delete"]}, False),
        ("POST", "/v1/tokens", {"name": "x", "scopes": ["room.read"]}, True),
        ("POST", "/v1/tokens", {"name": "x", "role": "viewer"}, True),
        ("POST", "/v1/users", {"name": "me", "role": "owner"} | password, False),
        ("POST", "/v1/users", {"name": "me", "role": "moderator"}, False),
        ("POST", "/v1/users", {"name": "me", "role": "viewer"} | password, True),
        ("PATCH", "/v1/users/mei", {"role": "owner"}, False),
        ("PATCH", "/v1/users/boss", password, False),
        ("PATCH", "/v1/users/mei", password, True),
    ):
        answer = client.request(method, path, json=body)
        assert refused(answer) is not allowed, (path, body, answer.text)


def test_roles_are_ordered_and_the_least_needed_exists() -> None:
    assert ROLES == ("viewer", "moderator", "operator", "owner")
    assert all(isinstance(action, Action) and action.role in ROLES for action in ACTIONS.values())
    for name, action in ACTIONS.items():
        may = [Actor("x", role).may(name) for role in ROLES]
        assert may == sorted(may), name
        assert may[-1], name
        assert action.en[0].isupper(), name
        assert any("\u4e00" <= c <= "\u9fff" for c in action.zh), name


def required_actions() -> set[str]:
    """Every action the source asks for: ``change``, ``read`` and ``require`` with a literal."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Attribute(attr="change" | "read" | "require" | "may"),
                    args=[ast.Constant(value=str(name)), *_],
                ) if "." in name:
                    found.add(name)
    return found


def test_source_asks_for_known_actions() -> None:
    assert required_actions() - ACTIONS.keys() == set()


def test_every_action_is_asked_for() -> None:
    asked = required_actions() | {call.action for call in CALLS.values()}
    assert ACTIONS.keys() - asked == set()
