"""Attacks, each really tried. Webhook targets are in test_webhooks, the admin page in test_admin."""

import ast
import http.client
import json
import logging
import re
import socket
from pathlib import Path

import httpx
import pytest

from kite import nginx, users
from kite.log import LineFormatter
from kite.models import Recording
from kite.settings import Settings
from tests.kite.conftest import Api
from tests.kite.stack import Stack, wait_for

PACKAGE = Path(__file__).parents[2] / "snippets" / "kite"
PASSWORD = "correct horse battery"
SECRET = "kk_" + "s" * 32
NASTY = [
    "a\r\nb",
    "a\nlevel=error event=fake",
    "a\x00b",
    "a\x1b[31mred",
    "a\u0085b",
    "a\x7fb",
]


def refusal(answer: httpx.Response) -> str:
    return str(answer.json()["code"])


# --- paths


@pytest.mark.parametrize(
    "file", ["../../kite.db", "/etc/passwd", "../kite.db", "..", "a/../../../etc/passwd"]
)
def test_a_recording_cannot_name_a_file_elsewhere(api: Api, file: str) -> None:
    """Even a wrong row in the database, from a restored backup, leads nowhere."""
    api.make_room()
    with api.kite.database.writes.begin() as session:
        session.add(Recording(room_id="demo", file=file, state="ready"))
    assert refusal(api.client.get("/v1/recordings/1/file")) == "RECORDING_NOT_FOUND"
    api.client.delete("/v1/recordings/1")
    assert (api.kite.settings.data_dir / "kite.db").is_file()
    assert Path("/etc/passwd").is_file()


@pytest.mark.parametrize(
    "path",
    ["/v1/recordings/..%2f..%2fkite.db/file", "/v1/recordings/1%00/file", "/v1/../kite.db"],
)
def test_paths_are_no_files(api: Api, path: str) -> None:
    assert api.client.get(path).status_code in (404, 422)


def raw(port: object, path: str, **headers: str) -> tuple[int, bytes]:
    """Ask without the tidying of paths that clients do."""
    connection = http.client.HTTPConnection("127.0.0.1", int(str(port)), timeout=5)
    connection.putrequest("GET", path, skip_host=False)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body


@pytest.mark.system
def test_against_the_running_server(stack: Stack) -> None:
    """Paths of the players' port, the callbacks from outside, bodies and queries; one start."""
    made = stack.make_room("demo")
    with stack.live(made["stream_key"]):
        stack.playlist("demo")
        for path in (
            "/hls/../kite.db",
            "/hls/%2e%2e/kite.db",
            "/hls/..%2fkite.db",
            "/hls//etc/passwd",
            "/hls/demo.m3u8/../../kite.db",
            "/hls/",
            "/kite.db",
            "/logs/kite.log",
            "/nginx/nginx.conf",
            "/hls/demo.m3u8%00.ts",
            "/stat",
            "/control/drop/publisher?app=live&name=demo",
        ):
            status, body = raw(stack.settings["http_port"], path)
            assert status in (400, 403, 404), (path, status)
            assert b"SQLite" not in body
        assert stack.room("demo")["state"] == "live"

    api = stack.settings["api_port"]
    form = "name=demo&addr=192.0.2.7&clientid=1&key=x"
    for header in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"):
        answer = httpx.post(
            f"{stack.api}/callbacks/publish",
            content=form,
            headers={header: "127.0.0.1"},
            trust_env=False,
        )
        assert refusal(answer) == "CALLBACK_FORBIDDEN", header
    status, _ = raw(api, f"/v1/rooms?access_token={stack.token}&token={stack.token}&key=x")
    assert status == 401
    status, _ = raw(api, "/v1/rooms", Cookie=f"token={stack.token}")
    assert status == 401
    assert stack.token[9:] not in stack.logs()
    assert made["secret"][9:] not in stack.logs()

    with socket.create_connection(("127.0.0.1", int(str(api)))) as endless:
        head = "POST /v1/sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        endless.sendall(head.encode())
        chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
        said = b""
        endless.settimeout(5)
        try:
            for _ in range(200):  # 13 MB, if nobody stops it
                endless.sendall(chunk)
            said = endless.recv(65536)
        except OSError:
            said = said or b"closed"
    assert b" 413 " in said or said == b"closed"
    wait_for(lambda: "code=REQUEST_TOO_LARGE" in stack.logs(), "the refusal is logged")
    assert stack.request("GET", "/v1/rooms").status_code == 200


# --- what is sent


@pytest.mark.parametrize("text", NASTY)
def test_no_text_takes_control_characters(api: Api, text: str) -> None:
    api.make_room()
    users.create(api.kite, "mei", "viewer", PASSWORD)
    for method, path, body in (
        ("POST", "/v1/rooms", {"id": text, "title": "x"}),
        ("POST", "/v1/rooms", {"id": "other", "title": text}),
        ("POST", "/v1/rooms", {"id": "other", "title": "x", "category": text}),
        ("PATCH", "/v1/rooms/demo", {"title": text}),
        ("POST", "/v1/rooms/demo/ban", {"reason": text}),
        ("POST", "/v1/emergency-stop", {"reason": text}),
        ("POST", "/v1/users", {"name": text, "role": "viewer"}),
        ("POST", "/v1/users/mei/ban", {"reason": text}),
        ("POST", "/v1/rooms/demo/keys", {"user": text}),
        ("POST", "/v1/tokens", {"name": text}),
        ("POST", "/v1/sign-in", {"user": text, "password": "x"}),
    ):
        answer = api.client.request(method, path, json=body)
        assert refusal(answer) == "REQUEST_INVALID", (path, body)


def test_a_log_line_stays_one_line(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "kite")
    forged = 'x\r\ntime=2026 level=error event="fake"'
    api.anonymous.get("/v1/" + "a%0d%0aevent=fake%20" + SECRET, headers={"user-agent": forged})
    form = {"name": forged, "addr": forged, "clientid": forged, "key": SECRET, "flashver": forged}
    api.anonymous.post("/callbacks/publish", data=form)
    api.anonymous.post("/callbacks/publish-done", data=form)
    api.anonymous.post("/callbacks/play", data=form | {"name": SECRET})
    lines = [LineFormatter().format(record) for record in caplog.records]
    assert len(lines) >= 4
    for line in lines:
        assert "\n" not in line
        assert "\r" not in line
        assert not re.search(r" event=fake", re.sub(r'"(\\.|[^"])*"', "", line)), line
        assert SECRET not in line, line


@pytest.mark.parametrize(
    "value",
    [
        "a;b",
        "a b",
        'a"b',
        "a'b",
        "a{b",
        "a}b",
        "a\nb",
        "a$b",
        "a#b",
        "a\\b",
        "a;}\nuser root;",
        "ä",
    ],
)
def test_no_setting_reaches_nginx_with_syntax(tmp_path: Path, value: str) -> None:
    """Every text setting, not only those that are rendered today."""
    texts = [
        name
        for name, field in Settings.model_fields.items()
        if field.annotation in (str, Path) or "Path" in str(field.annotation)
    ]
    assert {"data_dir", "public_host", "nginx_binary", "database_url"} <= set(texts)
    for name in texts:
        try:
            settings = Settings.model_validate({"data_dir": tmp_path, name: f"/tmp/{value}"})
        except ValueError:
            continue
        assert value not in nginx.render(settings), name


DEEP = 20_000


@pytest.mark.parametrize(
    "body",
    [
        b'{"id":"demo","title":' + b"[" * DEEP + b"]" * DEEP + b"}",
        b'{"id":"demo","title":"x","more":' + b'{"a":' * DEEP + b"1" + b"}" * DEEP + b"}",
        b'{"id":"demo","title":' + b"9" * 100_000 + b"}",
        b'{"id":"demo","title":1e999999}',
        b'{"id":"demo","title":NaN}',
        b'{"id":"demo","title":"x","\\ud800":1}',
        b'{"id":"demo","title":"x","' + b"k" * 500_000 + b'":1}',
        b'{"id":"demo","title":"x",' + b",".join(b'"k%d":1' % n for n in range(50_000)) + b"}",
        b'"demo"',
        b"null",
        b"\xef\xbb\xbf{}",
        b'{"id":"demo","title":"\xff"}',
    ],
    ids=range(12),
)
def test_odd_bodies(api: Api, body: bytes) -> None:
    answer = api.client.post(
        "/v1/rooms", content=body, headers={"content-type": "application/json"}
    )
    assert refusal(answer) == "REQUEST_INVALID"
    assert len(answer.content) < 10_000


def test_of_a_repeated_key_the_last_counts_alone(api: Api) -> None:
    """RFC 8259 §4 leaves it open; what matters is that what is checked is what is used."""
    body = b'{"id":"BAD!","id":"demo","title":"x","title":"y"}'
    head = {"content-type": "application/json"}
    assert api.client.post("/v1/rooms", content=body, headers=head).json()["title"] == "y"
    body = b'{"id":"other","id":"BAD!","title":"x"}'
    assert refusal(api.client.post("/v1/rooms", content=body, headers=head)) == "REQUEST_INVALID"


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "a/b", ""]
)
def test_only_json_is_json(api: Api, kind: str) -> None:
    """A page of another site can send these without asking first (CORS)."""
    body = json.dumps({"id": "demo", "title": "x"}).encode()
    answer = api.client.post("/v1/rooms", content=body, headers={"content-type": kind})
    assert refusal(answer) == "REQUEST_INVALID"
    assert api.client.get("/v1/rooms").json()["items"] == []


def test_no_other_site_may_read_answers(api: Api) -> None:
    sent = {"origin": "https://evil.example", "access-control-request-method": "POST"}
    answer = api.client.options("/v1/rooms", headers=sent)
    assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize("size", [1_000_000, 1_000_001, 5_000_000])
def test_large_bodies(api: Api, size: int) -> None:
    head = {"content-type": "application/json"}
    wanted = "REQUEST_INVALID" if size <= 1_000_000 else "REQUEST_TOO_LARGE"
    for path in ("/v1/rooms", "/v1/sign-in", "/callbacks/publish"):
        answer = api.client.post(path, content=b" " * size, headers=head)
        assert refusal(answer) == wanted, path
        assert len(answer.content) < 1000


# --- secrets


def test_answers_never_repeat_a_secret(api: Api) -> None:
    """Put in the wrong place, a secret comes back in no field but the path it was sent to."""
    api.make_room()
    users.create(api.kite, "mei", "viewer", PASSWORD)
    for method, path, body in (
        ("POST", "/v1/rooms", {"id": SECRET, "title": "x"}),
        ("POST", "/v1/rooms/demo/keys", {"user": SECRET}),
        ("POST", "/v1/users", {"name": SECRET, "role": "viewer"}),
        ("POST", "/v1/users", {"name": "lin", "role": SECRET}),
        ("POST", "/v1/tokens", {"name": "x", "scopes": [SECRET]}),
        ("POST", "/v1/tokens", {"name": "x", "expires_at": SECRET}),
        ("POST", "/v1/sign-in", {"user": SECRET, "password": SECRET}),
        ("POST", "/v1/sign-in", {"user": "mei", "password": SECRET}),
        ("PATCH", "/v1/users/mei", {"password": SECRET * 9}),
        ("GET", f"/v1/rooms/{SECRET}", None),
        ("GET", f"/v1/rooms?after={SECRET}&limit={SECRET}", None),
    ):
        answer = api.client.request(method, path, json=body)
        shown = answer.json()
        shown.pop("instance", None)
        assert SECRET not in json.dumps(shown), (path, body)
    for token in (SECRET, f"{api.token}x"):
        answer = api.visitor(authorization=f"Bearer {token}").get("/v1/rooms")
        assert token not in answer.text


@pytest.mark.parametrize("host", ["192.0.2.9", "10.0.0.1", "::ffff:192.0.2.9", "2001:db8::1", ""])
def test_callbacks_from_elsewhere(api: Api, host: str) -> None:
    for path in ("publish", "publish-done", "play"):
        form = {"name": "demo", "addr": "127.0.0.1", "clientid": "1"}
        answer = api.visitor(host).post(f"/callbacks/{path}", data=form)
        assert refusal(answer) == "CALLBACK_FORBIDDEN"


def test_secrets_are_compared_in_one_place_only() -> None:
    """``credentials.matches`` uses compare_digest; nobody else compares a digest or a secret."""
    found = []
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Compare) and any(
                isinstance(op, ast.Eq | ast.NotEq | ast.In | ast.NotIn) for op in node.ops
            ):
                names = [
                    part.attr if isinstance(part, ast.Attribute) else getattr(part, "id", "")
                    for part in (node.left, *node.comparators)
                ]
                if any(re.search("digest|secret|password$|signature", name) for name in names):
                    found.append(f"{path.name}: {ast.unparse(node)}")
    assert found == []
    source = (PACKAGE / "credentials.py").read_text(encoding="utf-8")
    assert "hmac.compare_digest(digest(plain), stored_digest)" in source


def test_guessing_passwords_is_slow_and_bounded(api: Api) -> None:
    """Five guesses, then five minutes; and the right one is not told apart while it is locked."""
    users.create(api.kite, "mei", "owner", PASSWORD)
    codes = []
    for guess in [f"guess {n}" for n in range(8)] + [PASSWORD]:
        body = {"user": "mei", "password": guess}
        codes.append(refusal(api.anonymous.post("/v1/sign-in", json=body)))
    assert codes == ["SIGN_IN_FAILED"] * 5 + ["SIGN_IN_LOCKED"] * 4


HASHER = users.HASHER  # as it is, before `quick_passwords`


def test_passwords_are_hashed_as_rfc_9106_recommends() -> None:
    """Second choice of §4; an unknown name costs as much as a known one."""
    for stored in (HASHER.hash("correct horse battery"), users.NOBODY):
        assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
