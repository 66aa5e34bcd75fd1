"""The admin page over HTTP, without a browser."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from importlib.resources import files
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from kite import broadcasts, keys, moderation, rooms, tokens, users
from kite.admin import screens
from kite.admin import words as table
from kite.admin.guard import COOKIE
from kite.admin.screen import Screen
from kite.context import Kite
from kite.credentials import digest
from kite.errors import CATALOGUE
from kite.models import AuditEntry, Recording, Room, Token, User, now
from kite.permissions import Actor, Role
from tests.kite.admin_server import PASSWORD, Reader, serving, words
from tests.kite.conftest import Api

EMPTY = {"category": "", "scheduled_at": ""}
"""What a browser sends of fields that nobody filled in."""

BOTH = pytest.mark.parametrize("settings", ["sqlite", "postgresql"], indirect=True)
STAFF: dict[str, Role] = {"mei": "owner", "wei": "operator", "lin": "moderator", "fan": "viewer"}


@pytest.fixture
def kite(api: Api) -> Kite:
    for name, role in STAFF.items():
        users.create(api.kite, name, role, PASSWORD)
    return api.kite


@pytest.fixture
def base(kite: Kite) -> Iterator[str]:
    with serving(kite) as address:
        yield address


def signed_in(base: str, name: str, language: str = "en") -> Reader:
    reader = Reader(base, language)
    assert "Running broadcasts" in (shown := words(reader.sign_in(name))) or "正在直播" in shown
    return reader


def audited(kite: Kite) -> list[tuple[str, str, str]]:
    with kite.database.reads() as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    return [(entry.actor, entry.action, entry.target) for entry in entries]


def secret_of(answer: httpx.Response) -> str:
    found = re.search(r">(\S+\?key=kk_[\w-]+)<", answer.text)
    assert found, words(answer)
    return found[1]


@BOTH
def test_operators_round(base: str, kite: Kite, api: Api) -> None:
    reader = signed_in(base, "wei")
    made = reader.post(
        "/admin/rooms/create",
        data={"id": "demo", "title": "First light", "visibility": "public"} | EMPTY,
    )
    assert "demo" in words(made)
    page = reader.post("/admin/keys/create", data={"room_id": "demo", "seconds": "86400"})
    room, _, secret = secret_of(page).partition("?key=")
    assert page.headers["cache-control"] == "no-store"
    assert secret not in reader.get("/admin/keys/list").text
    assert api.publish(room, secret) == 204
    assert "First light" in words(reader.get("/admin/"))
    assert "live" in words(reader.get("/admin/broadcasts/list"))

    assert reader.press("rooms", "demo", "ban", reason="", seconds="0").status_code == 400
    assert rooms.show(kite, "demo").state == "live"
    done = reader.press("rooms", "demo", "ban", reason="Copyright 17", seconds="3600")
    assert done.status_code == 200
    banned = rooms.show(kite, "demo")
    assert (banned.state, banned.ban_reason) == ("banned", "Copyright 17")
    assert banned.banned_until
    assert api.nginx.publishing == set()
    assert "Copyright 17" in words(reader.get("/admin/bans/list"))
    assert reader.press("bans", "room:demo", "unban").status_code == 200
    assert rooms.show(kite, "demo").state == "idle"

    rotated = secret_of(reader.press("keys", 1, "rotate", seconds="3600"))
    assert rotated != f"demo?key={secret}"
    assert api.publish("demo", secret) == 204, "the old key is accepted for an hour"
    assert reader.press("keys", 1, "revoke").status_code == 200
    assert broadcasts.page(kite, "demo", 1, 0)[0].reason == "key_revoked"
    edited = {"title": "第一道光", "category": "", "visibility": "private"}
    reader.post("/admin/rooms/edit", params={"pk": "demo"}, data=edited)
    assert rooms.show(kite, "demo").title == "第一道光"
    assert "第一道光" in words(reader.get("/admin/audit/list", params={"q": "room:demo"}))
    assert reader.press("rooms", "demo", "delete").status_code == 200
    assert not rooms.page(kite, 10, "")
    by_wei = {(action, target) for actor, action, target in audited(kite) if actor == "user:wei"}
    assert by_wei >= {
        ("room.created", "room:demo"),
        ("room.banned", "room:demo"),
        ("room.unbanned", "room:demo"),
        ("room.updated", "room:demo"),
        ("room.deleted", "room:demo"),
        ("key.created", "stream_key:1"),
        ("key.rotated", "stream_key:1"),
        ("key.revoked", "stream_key:1"),
    }


@BOTH
def test_owners_round(base: str, kite: Kite) -> None:
    reader = signed_in(base, "mei")
    account = {"name": "tao", "role": "operator", "password": "too short"}
    assert reader.post("/admin/users/create", data=account).status_code == 422
    assert "tao" in words(reader.post("/admin/users/create", data=account | {"password": PASSWORD}))
    tao = signed_in(base, "tao")
    change = {"role": "moderator", "password": ""}
    reader.post("/admin/users/edit", params={"pk": "tao"}, data=change)
    assert tao.get("/admin/users/list").status_code == 403
    assert reader.press("users", "tao", "ban", reason="left", seconds="0").status_code == 200
    assert "Username" in words(tao.get("/admin/"))
    assert CATALOGUE["USER_BANNED"].en.title in words(Reader(base).sign_in("tao"))
    assert reader.press("users", "tao", "unban").status_code == 200
    assert reader.press("users", "tao", "delete").status_code == 200
    assert "LAST_OWNER" not in words(reader.press("users", "mei", "delete"))
    assert CATALOGUE["LAST_OWNER"].en.title in words(reader.press("users", "mei", "delete"))
    page = reader.post(
        "/admin/tokens/create",
        data={"name": "billing", "role": "viewer", "scopes": ["room.read"], "seconds": "0"},
    )
    secret = re.search(r">(kt_[\w-]+)<", page.text)
    assert secret
    with kite.database.reads() as session:
        token = tokens.authenticate(session, secret[1])
    assert (token.name, token.role, token.scopes) == ("billing", "viewer", ["room.read"])
    assert reader.press("tokens", token.id, "revoke").status_code == 200


def test_cookie_and_sign_out(base: str, kite: Kite) -> None:
    reader = Reader(base)
    reader.follow_redirects = False
    header = reader.sign_in("wei").headers["set-cookie"]
    for part in (f"{COOKIE}=kt_", "HttpOnly", "SameSite=strict", "Path=/admin", "Max-Age=43200"):
        assert part in header
    assert "Secure" not in header
    behind_tls = Reader(base)
    behind_tls.follow_redirects = False
    behind_tls.headers.update(
        {"X-Forwarded-Proto": "https", "Origin": base.replace("http", "https")}
    )
    answer = behind_tls.sign_in("wei")
    assert "Secure" in answer.headers["set-cookie"]
    assert answer.headers["location"].startswith("https://")
    secret = reader.cookies[COOKIE]
    reader.follow_redirects = True
    assert "Username" in words(reader.post("/admin/logout"))
    with kite.database.reads() as session:
        found = session.scalars(select(Token).where(Token.digest == digest(secret))).one()
    assert found.revoked_at
    again = Reader(base)
    again.cookies.set(COOKIE, secret, path="/admin")
    assert "Username" in words(again.get("/admin/"))


def test_sign_in_is_not_open_to_other_pages(base: str) -> None:
    reader = Reader(base)
    reader.follow_redirects = False
    answer = reader.post(
        "/admin/login?next=https://example.com/",
        data={"username": "wei", "password": PASSWORD},
    )
    assert answer.headers["location"] == f"{base}/admin/"


@pytest.mark.parametrize(("language", "texts"), [("zh-CN,zh;q=0.9", "zh"), ("fr,en;q=0.8", "en")])
def test_refused_sign_in_says_why(base: str, kite: Kite, language: str, texts: str) -> None:
    reader = Reader(base, language)

    def title(code: str) -> str:
        return str(getattr(CATALOGUE[code], texts).title)

    assert title("SIGN_IN_FAILED") in words(reader.sign_in("nobody"))
    for _ in range(5):
        assert title("SIGN_IN_FAILED") in words(reader.sign_in("wei", "wrong"))
    assert title("SIGN_IN_LOCKED") in words(reader.sign_in("wei"))
    assert COOKIE not in reader.cookies


def test_viewers_cannot_sign_in(base: str, kite: Kite) -> None:
    reader = Reader(base)
    assert "moderator" in words(reader.sign_in("fan"))
    assert COOKIE not in reader.cookies
    with kite.database.reads() as session:
        made = session.scalars(select(Token).join(User).where(User.name == "fan")).all()
    assert [token.revoked_at is not None for token in made] == [True]
    _, secret = tokens.create(kite, "api")
    reader.cookies.set(COOKIE, secret.plain, path="/admin")
    assert "Username" in words(reader.get("/admin/")), "a token of the API is no sign-in"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://example.com"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": ""},
        {"Origin": "http://["},
    ],
)
def test_requests_from_other_pages_are_refused(
    base: str, kite: Kite, headers: dict[str, str]
) -> None:
    reader = signed_in(base, "wei")
    rooms.create(kite, "demo", {"title": "Demo"})
    reader.headers.update(headers)
    for answer in (
        reader.press("rooms", "demo", "delete"),
        reader.post("/admin/rooms/create", data={"id": "x1", "title": "x", "visibility": "public"}),
        reader.post("/admin/emergency", data={"reason": "x"}),
        reader.post("/admin/logout"),
    ):
        assert answer.status_code == 403
        assert "CSRF_REFUSED" in words(answer)
    assert [room.id for room in rooms.page(kite, 10, "")] == ["demo"]


def test_headers(base: str) -> None:
    reader = signed_in(base, "wei")
    nonces = set()
    for path in ("/admin/", "/admin/rooms/list", "/admin/login", "/admin/none/list"):
        answer = reader.get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "http:" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["cache-control"] == "no-store"
        nonce = re.search("'nonce-([^']+)'", policy)
        assert nonce
        assert set(re.findall('<script nonce="([^"]*)"', answer.text)) <= {nonce[1]}
        assert len(re.findall("<script", answer.text)) == answer.text.count(nonce[1])
        nonces.add(nonce[1])
    assert len(nonces) == 4


SCREENS = {
    "moderator": {"broadcasts", "rooms", "bans", "recordings"},
    "operator": {"keys", "users", "audit", "webhooks", "deliveries"},
    "owner": {"tokens"},
}


def test_screens_and_buttons_follow_the_role(base: str, kite: Kite) -> None:
    rooms.create(kite, "demo", {"title": "Demo"})
    keys.create(kite, "demo")
    allowed: set[str] = set()
    for name, role in (("lin", "moderator"), ("wei", "operator"), ("mei", "owner")):
        allowed |= SCREENS[role]
        reader = signed_in(base, name)
        menu = set(re.findall(r"/admin/(\w+)/list", reader.get("/admin/").text))
        assert menu <= allowed
        assert menu >= allowed - {"recordings", "webhooks", "deliveries"}
        for screen in ("keys", "users", "audit", "tokens"):
            answer = reader.get(f"/admin/{screen}/list")
            assert answer.status_code == (200 if screen in allowed else 403)
        page = reader.get("/admin/rooms/detail", params={"pk": "demo"}).text
        assert ('data-sa-name="delete"' in page) is (role != "moderator")
        assert 'data-sa-name="ban"' in page


def test_forged_requests_are_refused(
    base: str, kite: Kite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the page lets them through nor, if it did, the core."""
    rooms.create(kite, "demo", {"title": "Demo"})
    keys.create(kite, "demo")
    reader = signed_in(base, "lin")
    before = len(audited(kite))

    def forge() -> list[httpx.Response]:
        room = {"id": "x1", "title": "x", "visibility": "public"} | EMPTY
        token = {"name": "x", "role": "moderator", "seconds": "0"}
        return [
            reader.press("rooms", "demo", "delete"),
            reader.press("keys", 1, "revoke"),
            reader.press("keys", 1, "rotate", seconds="0"),
            reader.press("users", "fan", "delete"),
            reader.post("/admin/rooms/create", data=room),
            reader.post("/admin/rooms/edit", params={"pk": "demo"}, data=room),
            reader.post("/admin/tokens/create", data=token),
            reader.post("/admin/keys/create", data={"room_id": "demo", "seconds": "0"}),
        ]

    assert {answer.status_code for answer in forge()} <= {400, 403}
    monkeypatch.setattr(Screen, "may", lambda self, request, what: True)
    real = Actor.may
    monkeypatch.setattr(
        Actor, "may", lambda self, action: action.endswith(".read") or real(self, action)
    )
    title = CATALOGUE["FORBIDDEN"].en.title
    assert all(title in words(answer) or "Forbidden" in words(answer) for answer in forge())
    assert len(audited(kite)) == before
    assert rooms.show(kite, "demo").title == "Demo"


def test_emergency_stop(base: str, kite: Kite, api: Api) -> None:
    secret = api.make_room()
    assert api.publish("demo", secret) == 204
    lin, wei = signed_in(base, "lin"), signed_in(base, "wei")
    assert "REQUEST_INVALID" in words(lin.post("/admin/emergency", data={"reason": ""}))
    stopped = words(lin.post("/admin/emergency", data={"reason": "Power cut"}))
    assert "Power cut" in stopped
    assert api.nginx.publishing == set()
    assert api.publish("demo", secret) == 403
    assert "Lift" not in stopped
    refused = words(lin.post("/admin/emergency", data={"lift": "1"}))
    assert CATALOGUE["FORBIDDEN"].en.title in refused
    assert "Power cut" in refused
    assert "Power cut" not in words(wei.post("/admin/emergency", data={"lift": "1"}))
    assert api.publish("demo", secret) == 204


def test_what_the_core_refuses_is_explained(base: str, kite: Kite, api: Api) -> None:
    zh = signed_in(base, "wei", "zh-CN")
    api.publish("demo", api.make_room())
    refused = zh.press("rooms", "demo", "delete")
    assert refused.status_code == 400
    assert CATALOGUE["ROOM_LIVE"].zh.cause in words(refused)
    taken = zh.post(
        "/admin/rooms/create",
        data={"id": "demo", "title": "<b>x</b>", "visibility": "public"} | EMPTY,
    )
    assert CATALOGUE["ROOM_EXISTS"].zh.fix in words(taken)
    assert "&lt;b&gt;x&lt;/b&gt;" in taken.text, "what was typed is still there"
    bad = zh.post("/admin/rooms/create", data={"id": "No!", "title": "x", "visibility": "public"})
    assert bad.status_code == 422
    assert table.ZH["Not valid; see the hint."] in words(bad)
    missing = zh.get("/admin/rooms/detail", params={"pk": "none"})
    assert missing.status_code == 404
    assert CATALOGUE["NOT_FOUND"].zh.title in words(missing)


def test_a_ban_that_holds_says_so(base: str, kite: Kite, api: Api) -> None:
    api.publish("demo", api.make_room())
    api.nginx.shutdown()
    api.nginx.server_close()
    reader = signed_in(base, "wei")
    failed = reader.press("rooms", "demo", "ban", reason="x", seconds="0")
    assert failed.status_code == 400
    assert CATALOGUE["MEDIA_UNREACHABLE"].en.title in words(failed)
    assert "holds all the same" in words(failed)
    assert rooms.show(kite, "demo").state == "banned"


def test_buttons_say_that_the_sign_in_has_ended(base: str, kite: Kite) -> None:
    rooms.create(kite, "demo", {"title": "Demo"})
    reader = signed_in(base, "wei")
    reader.cookies.clear()
    refused = reader.press("rooms", "demo", "delete")
    assert refused.status_code == 400
    assert CATALOGUE["TOKEN_EXPIRED"].en.title in words(refused)
    assert rooms.show(kite, "demo")


@BOTH
def test_a_page_far_behind_the_end_is_empty(base: str) -> None:
    answer = signed_in(base, "wei").get("/admin/rooms/list", params={"page": "9" * 20})
    assert answer.status_code == 200


@BOTH
def test_a_ban_that_is_over_is_not_listed(base: str, kite: Kite) -> None:
    for name in ("over", "holds"):
        rooms.create(kite, name, {"title": name})
        moderation.ban_room(kite, name, f"{name} 17", now() + timedelta(hours=1))
    with kite.database.writes.begin() as session:
        session.get_one(Room, "over").banned_until = now()
    reader = signed_in(base, "wei")
    listed = words(reader.get("/admin/bans/list"))
    assert "holds 17" in listed
    assert "over 17" not in listed
    assert "over 17" not in words(reader.get("/admin/rooms/detail", params={"pk": "over"}))


def test_scheduled_start_is_in_the_readers_time(base: str, kite: Kite) -> None:
    reader = signed_in(base, "wei")
    reader.cookies.set("timezone", "Asia/Shanghai")
    room = {"id": "demo", "title": "x", "category": "", "visibility": "public", "record": "on"}
    reader.post("/admin/rooms/create", data=room | {"scheduled_at": "2036-02-01T04:00"})
    made = rooms.show(kite, "demo")
    assert made.scheduled_at == datetime(2036, 1, 31, 20, 0, tzinfo=UTC)
    assert made.record
    form = reader.get("/admin/rooms/edit", params={"pk": "demo"}).text
    assert 'value="2036-02-01T04:00:00"' in form
    reader.post("/admin/rooms/edit", params={"pk": "demo"}, data=room | {"scheduled_at": ""})
    assert rooms.show(kite, "demo").scheduled_at is None


@BOTH
def test_recordings(base: str, kite: Kite) -> None:
    folder = kite.settings.data_dir / "recordings"
    folder.mkdir(exist_ok=True)
    (folder / "demo-1.mp4").write_bytes(b"film")
    rooms.create(kite, "demo", {"title": "Demo"})
    with kite.database.writes.begin() as session:
        session.add(Recording(room_id="demo", file="demo-1.mp4", state="ready", ended_at=now()))
    lin, wei = signed_in(base, "lin"), signed_in(base, "wei")
    page = lin.get("/admin/recordings/list").text
    address = re.search(r'href="([^"]+/recordings/file[^"]+)"', page)
    assert address
    film = lin.get(unescape(address[1]))
    assert film.content == b"film"
    assert 'filename="demo-1.mp4"' in film.headers["content-disposition"]
    assert Reader(base).get(unescape(address[1])).content != b"film"
    assert lin.get("/admin/recordings/file", params={"pk": "../x"}).status_code == 404
    assert lin.press("recordings", 1, "delete").status_code == 400
    assert wei.press("recordings", 1, "delete").status_code == 200
    assert not (folder / "demo-1.mp4").exists()


@BOTH
def test_webhooks(base: str, kite: Kite) -> None:
    reader = signed_in(base, "mei")
    webhook = {"url": "http://10.0.0.1/hook", "events": ["room.banned"]}
    refused = words(reader.post("/admin/webhooks/create", data=webhook))
    assert CATALOGUE["WEBHOOK_URL_FORBIDDEN"].en.title in refused
    webhook["url"] = "https://192.0.2.1/hook"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kite.outbound.check", lambda url, allow: None)  # no name is resolved here
        page = reader.post("/admin/webhooks/create", data=webhook)
    assert re.search(r">whsec_[\w-]+<", page.text), words(page)
    assert "room.banned" in words(reader.get("/admin/webhooks/list"))
    assert reader.press("webhooks", 1, "test").status_code == 200
    assert "webhook.test" in words(reader.get("/admin/deliveries/list"))
    assert reader.press("deliveries", 1, "replay").status_code == 200
    assert reader.press("webhooks", 1, "delete").status_code == 200
    assert "whsec_" not in reader.get("/admin/audit/list").text


def test_no_password_reaches_the_log(base: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    reader = signed_in(base, "mei")
    account = {"name": "tao", "role": "operator", "password": "a password to look for"}
    reader.post("/admin/users/create", data=account)
    page = reader.post("/admin/tokens/create", data={"name": "x", "role": "viewer", "seconds": "0"})
    secret = re.search(r">(kt_[\w-]+)<", page.text)
    assert secret
    for hidden in (PASSWORD, account["password"], secret[1]):
        assert hidden not in caplog.text


def test_every_text_is_translated_and_used() -> None:
    folder = Path(str(files("kite.admin")))
    sources = [path for path in folder.rglob("*") if path.suffix in (".py", ".html")]
    code = "\n".join(p.read_text(encoding="utf-8") for p in sources)
    asked = set(re.findall(r'\b(?:t|look_up)\(\s*"([^"]+)"', code)) | set(
        re.findall(r"\bt\('([^']+)'\)", code)
    )
    assert asked <= table.ZH.keys()
    assert not [english for english in table.ZH if f'"{english}"' not in code]
    assert not [name for name in table.COLUMNS if not re.search(rf"\b{name}\b", code)]
    assert table.SCREENS.keys() == {screen.key for screen in screens.SCREENS}
    fields = {f"{s.key}.{name}" for s in screens.SCREENS for name in s.creates.split()}
    assert table.HINTS.keys() <= fields
    pairs = [*table.COLUMNS.values(), *table.HINTS.values(), *table.LENGTHS.values()]
    pairs += [v[:2] for v in table.VALUES.values()]
    pairs += [pair for v in table.SCREENS.values() for pair in (v[:2], v[2:])]
    chinese = [*table.ZH.values(), *(pair[1] for pair in pairs)]
    assert all(re.search("[\u4e00-\u9fff]", text) for text in chinese)
