"""Webhooks: what is sent, to whom never, and that nothing is lost. The receivers are real."""

import hmac
import json
import os
import signal
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
from pydantic import HttpUrl
from sqlalchemy import func, select, update

from kite import delivery, outbound, processes, rooms, webhooks
from kite.context import Kite, open_kite
from kite.delivery import Deliverer, Receiver, claim
from kite.errors import KiteError
from kite.models import Delivery, Event, now
from kite.settings import Settings
from tests.kite.conftest import Api
from tests.kite.stack import DEADLINE_SECONDS, Stack, wait_for

LOOPBACK = (ip_network("127.0.0.0/8"),)
on_both = pytest.mark.parametrize("settings", ["sqlite", "postgresql"], indirect=True)


class Hook(ThreadingHTTPServer):
    """A receiver: keeps what it gets and answers ``status``, or whatever ``answers`` holds next."""

    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), HookHandler)
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.status = 200
        self.answers: list[int] = []
        self.gate = threading.Event()  # closed while a test wants it slow
        self.gate.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/hook?x=1"

    def ids(self) -> list[int]:
        return [json.loads(body)["id"] for _, body in self.got]


class HookHandler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        server = self.server
        assert isinstance(server, Hook)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server.got.append(({"path": self.path, **dict(self.headers)}, body))
        server.gate.wait(DEADLINE_SECONDS)
        self.send_response(server.answers.pop(0) if server.answers else server.status)
        self.send_header("Location", "http://127.0.0.1:9/elsewhere")
        self.end_headers()
        self.wfile.write(b"not kept")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@contextmanager
def receiver(port: int = 0) -> Iterator[Hook]:
    with Hook(port) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.gate.set()
        server.shutdown()


@dataclass
class Desk:
    """An installation that may call loopback addresses, with a deliverer that does not wait."""

    api: Api
    schedule: tuple[float, ...] = (0, 0, 0)
    deliverer: Deliverer = field(init=False)

    def __post_init__(self) -> None:
        self.deliverer = Deliverer(self.schedule)

    @property
    def kite(self) -> Kite:
        return self.api.kite

    def hook(self, url: str, *events: str) -> dict[str, Any]:
        answer = self.api.client.post("/v1/webhooks", json={"url": url, "events": events})
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def deliveries(self, **query: object) -> list[dict[str, Any]]:
        shown = self.api.client.get("/v1/deliveries", params={k: str(v) for k, v in query.items()})
        items: list[dict[str, Any]] = shown.json()["items"]
        return items

    def settle(self, *states: str) -> None:
        """Deliver until every delivery is in one of ``states``."""

        def settled() -> bool:
            self.deliverer.run(self.kite)
            return all(shown["state"] in states for shown in self.deliveries())

        wait_for(settled, f"deliveries are {states}")


@pytest.fixture
def desk(api: Api) -> Desk:
    settings = api.kite.settings.model_copy(
        update={"webhook_allow": LOOPBACK, "webhook_timeout_seconds": 2}
    )
    return Desk(Api(replace(api.kite, settings=settings), api.nginx, api.token))


def test_signed_request(desk: Desk) -> None:
    with receiver() as hook:
        made = desk.hook(hook.url)
        desk.api.make_room()
        desk.settle("delivered")
    (headers, body) = hook.got[0]
    shown = json.loads(body)
    (event,) = [row for row in desk.deliveries() if row["type"] == "room.created"]
    assert shown.keys() == {"id", "type", "occurred_at", "data"}
    assert (shown["id"], shown["type"]) == (event["event"], "room.created")
    assert shown["data"]["room"] == "demo"
    assert shown["occurred_at"].endswith("Z")
    assert headers["path"] == "/hook?x=1"
    assert headers["Host"] == f"127.0.0.1:{hook.server_address[1]}"
    assert headers["Content-Type"] == "application/json"
    assert headers["Kite-Event"] == "room.created"
    assert headers["Kite-Delivery"] == str(event["id"])
    stamp, _, digest = headers["Kite-Signature"].removeprefix("t=").partition(",v1=")
    secret = made["secret"].encode()
    assert digest == hmac.new(secret, stamp.encode() + b"." + body, sha256).hexdigest()
    assert abs(time.time() - int(stamp)) < 30
    assert (event["attempts"], event["status"], event["error"]) == (1, 200, None)


def test_secret_is_shown_once(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    with receiver() as hook:
        secret = desk.hook(hook.url)["secret"]
    assert secret.startswith("whsec_")
    shown = desk.api.client.get("/v1/webhooks").text + desk.api.client.get("/v1/audit").text
    assert "webhook.created" in shown
    assert secret not in shown + caplog.text


def test_only_wanted_events(desk: Desk) -> None:
    with receiver() as wants_bans, receiver() as wants_all:
        desk.hook(wants_bans.url, "room.banned")
        desk.hook(wants_all.url)
        desk.api.make_room()
        desk.api.client.post("/v1/rooms/demo/ban", json={"reason": "x"})
        desk.settle("delivered")
    kinds = [[headers["Kite-Event"] for headers, _ in hook.got] for hook in (wants_bans, wants_all)]
    assert kinds == [["room.banned"], ["room.created", "room.banned"]]


def test_test_goes_to_one(desk: Desk) -> None:
    with receiver() as one, receiver() as other:
        made = desk.hook(one.url, "room.banned")
        desk.hook(other.url)
        answer = desk.api.client.post(f"/v1/webhooks/{made['id']}/test")
        assert answer.status_code == 202
        desk.settle("delivered")
    assert [json.loads(body)["data"] for _, body in one.got] == [{"webhook": made["id"]}]
    assert other.got == []
    assert answer.json()["type"] == "webhook.test"


@on_both
def test_retries_then_delivers(desk: Desk) -> None:
    with receiver() as hook:
        hook.answers = [500, 302, 404]
        desk.hook(hook.url)
        desk.api.make_room()
        desk.settle("delivered")
        assert len(hook.got) == 4
        assert len({body for _, body in hook.got}) == 1  # the same body, so the same event id
    assert desk.deliveries()[0]["attempts"] == 4


@on_both
def test_dead_then_replayed(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    with receiver() as hook:
        hook.status = 503
        desk.hook(hook.url)
        desk.api.make_room()
        desk.settle("dead")
        (dead,) = desk.deliveries(state="dead")
        assert (dead["attempts"], dead["status"], dead["error"]) == (4, 503, "HTTP status 503.")
        assert "delivery.dead" in caplog.text
        assert len(hook.got) == 4
        hook.status = 204
        answer = desk.api.client.post(f"/v1/deliveries/{dead['id']}/replay")
        assert answer.status_code == 202
        assert (answer.json()["state"], answer.json()["attempts"]) == ("pending", 0)
        desk.settle("delivered")
        assert len(set(hook.ids())) == 1
        assert len(hook.got) == 5
    replayed = desk.api.client.get("/v1/audit", params={"target": f"delivery:{dead['id']}"})
    assert replayed.json()["items"][0]["before"] == {"state": "dead"}


def test_schedule_grows_to_about_a_day(desk: Desk) -> None:
    kite = desk.kite
    webhook = webhooks.create(kite, HttpUrl("http://127.0.0.1:9/"), [])
    rooms.create(kite, "demo", {"title": "x"})
    waits = []
    for _ in delivery.RETRY_SECONDS:
        made = claim(kite, Receiver(webhook.id, None))
        assert made
        delivery.settle(kite, made, delivery.attempt(kite, made), delivery.RETRY_SECONDS)
        with kite.database.writes.begin() as session:
            row = session.get_one(Delivery, made.id)
            waits.append((row.due_at - now()).total_seconds())
            row.due_at = now()
    for wait, least in zip(waits, delivery.RETRY_SECONDS, strict=True):
        assert least - 2 <= wait <= least * 1.2
    assert 20 * 3600 < sum(delivery.RETRY_SECONDS) < 24 * 3600 / 1.1
    last = claim(kite, Receiver(webhook.id, None))
    assert last
    delivery.settle(kite, last, delivery.attempt(kite, last), delivery.RETRY_SECONDS)
    assert desk.deliveries()[0]["state"] == "dead"


@on_both
def test_slow_receiver_holds_up_nobody(desk: Desk) -> None:
    with receiver() as slow, receiver() as quick:
        slow.gate.clear()
        desk.hook(slow.url)
        desk.hook(quick.url)
        for number in range(3):
            desk.api.make_room(f"room-{number}")
        desk.deliverer.run(desk.kite)
        wait_for(lambda: len(quick.got) == 3 and slow.got, "the quick one has everything")
        for _ in range(3):
            desk.deliverer.run(desk.kite)
        assert len(desk.deliveries(state="pending")) == 3
        assert sum(shown["attempts"] for shown in desk.deliveries(state="pending")) == 1
        slow.gate.set()
        desk.settle("delivered")
    assert quick.ids() == sorted(quick.ids())


def test_failed_event_lets_later_ones_pass(desk: Desk) -> None:
    with receiver() as hook:
        hook.answers = [500]
        desk.deliverer = Deliverer((3600,))
        desk.hook(hook.url)
        desk.api.make_room("first")
        desk.api.make_room("second")
        desk.deliverer.run(desk.kite)
        wait_for(lambda: len(desk.deliveries(state="delivered")) == 1, "the second arrived")
        assert [json.loads(body)["data"]["room"] for _, body in hook.got] == ["first", "second"]
        (waiting,) = desk.deliveries(state="pending")
        assert waiting["attempts"] == 1


def test_slow_trickle_is_cut_off(desk: Desk) -> None:
    """A byte now and then resets the limit of each read, but not the one of the attempt."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def trickle() -> None:
            connection, _ = server.accept()
            with connection:
                for byte in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 500:
                    try:
                        connection.sendall(bytes([byte]))
                    except OSError:
                        return
                    time.sleep(0.05)

        threading.Thread(target=trickle, daemon=True).start()
        webhook = webhooks.create(desk.kite, HttpUrl(f"http://127.0.0.1:{port(server)}"), [])
        rooms.create(desk.kite, "demo", {"title": "x"})
        made = claim(desk.kite, Receiver(webhook.id, None))
        assert made
        began = time.monotonic()
        outcome = delivery.attempt(desk.kite, made)
    assert time.monotonic() - began < 4
    assert outcome.error == "No answer within 2 s."


@pytest.mark.parametrize("garbage", [b"", b"SSH-2.0-x\r\n", b"HTTP/1.1 abc\r\n\r\n"])
def test_answers_that_are_not_http(desk: Desk, garbage: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(garbage)

        threading.Thread(target=answer, daemon=True).start()
        webhook = webhooks.create(desk.kite, HttpUrl(f"http://127.0.0.1:{port(server)}"), [])
        rooms.create(desk.kite, "demo", {"title": "x"})
        made = claim(desk.kite, Receiver(webhook.id, None))
        assert made
        assert delivery.attempt(desk.kite, made).error


def port(server: socket.socket) -> int:
    number: int = server.getsockname()[1]
    return number


@on_both
def test_claimed_by_one_only(desk: Desk) -> None:
    webhook = webhooks.create(desk.kite, HttpUrl("http://127.0.0.1:9/"), [])
    rooms.create(desk.kite, "demo", {"title": "x"})
    who = Receiver(webhook.id, None)
    first = claim(desk.kite, who)
    assert first
    assert claim(desk.kite, who) is None
    with desk.kite.database.writes.begin() as session:  # the one who claimed was killed
        session.execute(update(Delivery).values(due_at=now()))
    again = claim(desk.kite, who)
    assert again
    assert (again.id, again.attempts) == (first.id, 2)
    delivery.settle(desk.kite, first, delivery.Outcome(200), ())  # comes back from the dead
    assert desk.deliveries()[0]["state"] == "pending"  # the later attempt decides


@on_both
def test_concurrent_claims(desk: Desk) -> None:
    webhook = webhooks.create(desk.kite, HttpUrl("http://127.0.0.1:9/"), [])
    for number in range(20):
        rooms.create(desk.kite, f"room-{number}", {"title": "x"})
    taken: list[int] = []

    def take() -> None:
        while made := claim(desk.kite, Receiver(webhook.id, None)):
            taken.append(made.id)

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(set(taken)) == 20


@on_both
def test_deleted_webhook_gets_nothing(desk: Desk) -> None:
    with receiver() as hook:
        made = desk.hook(hook.url)
        desk.api.make_room()
        assert desk.api.client.delete(f"/v1/webhooks/{made['id']}").status_code == 204
        desk.deliverer.run(desk.kite)
        assert desk.deliveries() == []
        assert hook.got == []
    assert desk.api.client.delete(f"/v1/webhooks/{made['id']}").json()["code"] == (
        "WEBHOOK_NOT_FOUND"
    )


@on_both
def test_old_events_go(desk: Desk) -> None:
    webhooks.create(desk.kite, HttpUrl("http://127.0.0.1:9/"), [])
    rooms.create(desk.kite, "old", {"title": "x"})
    with desk.kite.database.writes.begin() as session:
        session.execute(update(Event).values(occurred_at=now() - timedelta(days=31)))
    rooms.create(desk.kite, "new", {"title": "x"})
    delivery.purge(desk.kite)
    with desk.kite.database.reads() as session:
        left = session.scalars(select(Event)).all()
        assert [event.data["room"] for event in left] == ["new"]
        assert session.scalar(select(func.count()).select_from(Delivery)) == 1


# Who may not be called.

FORBIDDEN = [
    "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "239.1.1.1", "240.0.0.1",
    "255.255.255.255", "::1", "::", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "fe80::1", "fc00::1",
    "fd12::1", "ff02::1", "fec0::1", "2001:db8::1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1",
    "2002:7f00:1::1", "2001:0:7f00:1::1", "::127.0.0.1",
]  # fmt: skip


@pytest.mark.parametrize("text", FORBIDDEN)
def test_forbidden_addresses(text: str) -> None:
    assert not outbound.is_allowed(ip_address(text), ())


@pytest.mark.parametrize("text", ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_public_addresses(text: str) -> None:
    assert outbound.is_allowed(ip_address(text), ())


def test_allowed_networks() -> None:
    allow = (ip_network("10.0.0.0/24"), ip_network("fd00::/8"))
    allowed = ("10.0.0.9", "::ffff:10.0.0.9", "fd12::1")
    assert all(outbound.is_allowed(ip_address(text), allow) for text in allowed)
    assert not outbound.is_allowed(ip_address("10.0.1.9"), allow)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8089/control",
        "http://localhost/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://017700000001/",
        "http://127.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://169.254.169.254/latest/meta-data",
        "http://user:password@93.184.216.34/",
        "http://@127.0.0.1/",
        "http://no-such-host.invalid/",
        "http://a..b/",
        f"http://{'a' * 64}.example/",
        "http://93.184.216.34/" + "x" * 500,
    ],
)
def test_forbidden_urls(api: Api, url: str) -> None:
    answer = api.client.post("/v1/webhooks", json={"url": url})
    assert answer.json()["code"] == "WEBHOOK_URL_FORBIDDEN", answer.text
    assert "password@" not in answer.text


@pytest.mark.parametrize(
    "body",
    [
        {"url": "ftp://93.184.216.34/"},
        {"url": "file:///etc/passwd"},
        {"url": "http://"},
        {"url": "93.184.216.34"},
        {"url": "http://93.184.216.34:99999/"},
        {"url": "http://93.184.216.34/", "events": ["room.exploded"]},
        {"url": "http://93.184.216.34/", "events": ["webhook.test"]},
    ],
)
def test_invalid_webhooks(api: Api, body: dict[str, object]) -> None:
    answer = api.client.post("/v1/webhooks", json=body)
    assert answer.json()["code"] == "REQUEST_INVALID", answer.text


def test_checked_again_when_sent(desk: Desk) -> None:
    """The name may have moved, and webhook_allow may have been narrowed since."""
    with receiver() as hook:
        desk.hook(hook.url)
        desk.api.make_room()
        narrowed = desk.kite.settings.model_copy(update={"webhook_allow": ()})
        Deliverer(()).run(replace(desk.kite, settings=narrowed))
        wait_for(lambda: desk.deliveries(state="dead"), "the delivery is dead")
        assert "WEBHOOK_URL_FORBIDDEN" in desk.deliveries()[0]["error"]
        assert hook.got == []


def test_connects_to_the_checked_address(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that first resolves to an allowed address and then to another one."""
    answers = ["127.0.0.2", "127.0.0.1", "127.0.0.1"]
    asked = []
    resolve = socket.getaddrinfo

    def rebinding(host: object, *args: Any, **kwargs: Any) -> Any:
        if host in ("rebinding.example", b"rebinding.example"):
            asked.append(host)
            return resolve(answers[len(asked) - 1], *args, **kwargs)
        return resolve(host, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    with receiver() as hook:
        url = HttpUrl(f"http://rebinding.example:{hook.server_address[1]}/")
        with pytest.raises(Exception, match="refused"):  # 127.0.0.2, where nobody listens
            outbound.post(url, b"{}", {}, 1, (ip_network("127.0.0.2/32"),))
        assert len(asked) == 1
        assert hook.got == []
        with pytest.raises(KiteError, match=r"127\.0\.0\.1"):
            outbound.post(url, b"{}", {}, 1, (ip_network("127.0.0.2/32"),))
        assert outbound.post(url, b"{}", {}, 1, LOOPBACK) == 200
        assert hook.got[0][0]["Host"] == f"rebinding.example:{hook.server_address[1]}"


def test_one_forbidden_address_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    def mixed(*args: Any, **kwargs: Any) -> Any:
        return [(0, 0, 0, "", ("93.184.216.34", 80)), (0, 0, 0, "", ("10.0.0.1", 80))]

    monkeypatch.setattr(socket, "getaddrinfo", mixed)
    with pytest.raises(KiteError, match=r"10\.0\.0\.1"):
        outbound.post(HttpUrl("http://mixed.example/"), b"{}", {}, 1, ())


def test_no_proxy_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiver() as hook:
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
        monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
        assert outbound.post(HttpUrl(hook.url), b"{}", {}, 1, LOOPBACK) == 200


@pytest.mark.parametrize(("name", "trusted"), [("localhost", True), ("other.example", False)])
def test_tls_is_checked_against_the_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, trusted: bool
) -> None:
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    made_for = ["-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"]
    files = ["-out", str(certificate), "-keyout", str(key)]
    request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    subprocess.run([*request, *made_for, *files], check=True, capture_output=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(certificate, key)
    names: list[str | None] = []
    server_side.sni_callback = lambda _socket, asked, _context: names.append(asked)
    with Hook() as hook:
        hook.socket = server_side.wrap_socket(hook.socket, server_side=True)
        threading.Thread(target=hook.serve_forever, args=(0.01,), daemon=True).start()
        url = HttpUrl(f"https://localhost:{hook.server_address[1]}/")
        allow = (*LOOPBACK, ip_network("::1/128"))
        if trusted:
            assert outbound.post(url, b"{}", {}, 5, allow) == 200
        else:
            with pytest.raises(Exception, match="CERTIFICATE_VERIFY_FAILED"):
                outbound.post(url, b"{}", {}, 5, allow)
        hook.shutdown()
    assert names == ["localhost"]
    assert bool(hook.got) == trusted


# Nothing is lost: a real Kite that is killed, and a receiver that is down.


def test_killed_before_delivery(tmp_path: Path) -> None:
    with ExitStack() as held:
        with receiver() as probe:
            number = probe.server_address[1]
        allow = {"webhook_allow": "127.0.0.0/8", "webhook_timeout_seconds": 1}
        stack = Stack(tmp_path / "data", allow).start()
        try:
            url = f"http://127.0.0.1:{number}/hook"
            stack.request("POST", "/v1/webhooks", {"url": url}).raise_for_status()
            stack.request("POST", "/v1/rooms", {"id": "demo", "title": "x"}).raise_for_status()
            wait_for(  # the receiver is down
                lambda: stack.request("GET", "/v1/deliveries").json()["items"][0]["error"],
                "the first attempt failed",
            )
            os.kill(processes.running(settings_of(stack))["kite"], signal.SIGKILL)
        finally:
            stack.stop()
        stack.cli("room", "create", "second")  # an event while the service is down
        hook = held.enter_context(receiver(number))
        with Stack(tmp_path / "data", {**allow, **stack.settings}) as again:
            again.token = stack.token

            def all_delivered() -> bool:
                items = again.request("GET", "/v1/deliveries").json()["items"]
                return len(items) == 2 and all(item["state"] == "delivered" for item in items)

            wait_for(all_delivered, "both events arrived")  # the retry comes after 10–12 s
    assert {json.loads(body)["data"]["room"] for _, body in hook.got} == {"demo", "second"}


def test_killed_during_delivery(tmp_path: Path) -> None:
    """A real broadcast is told; then Kite is killed while a receiver has not answered yet."""
    with receiver() as hook, Stack(tmp_path / "data", {"webhook_allow": "127.0.0.0/8"}) as stack:
        stack.request("POST", "/v1/webhooks", {"url": hook.url}).raise_for_status()
        with stack.live(stack.make_room("demo")["stream_key"]):
            pass
        wait_for(lambda: len(hook.got) == 3, "the broadcast was told")
        told = [json.loads(body) for _, body in hook.got]
        assert [shown["type"] for shown in told[1:]] == ["broadcast.started", "broadcast.ended"]
        assert told[1]["data"]["broadcast"] == told[2]["data"]["broadcast"]
        assert told[2]["data"]["reason"] == "finished"
        hook.gate.clear()
        stack.request("POST", "/v1/rooms", {"id": "second", "title": "x"}).raise_for_status()
        wait_for(lambda: len(hook.got) == 4, "the attempt has begun")
        os.kill(processes.running(settings_of(stack))["kite"], signal.SIGKILL)
        stack.stop()
        hook.gate.set()
        kite = open_kite(settings_of(stack))
        with kite.database.writes.begin() as session:
            cut_off = session.scalars(select(Delivery).where(Delivery.state == "pending")).one()
            assert cut_off.attempts == 1
            assert now() < cut_off.due_at < now() + timedelta(minutes=1)
            cut_off.due_at = now()  # that time has passed
        Deliverer().run(kite)
        wait_for(lambda: len(hook.got) == 5, "it is delivered again")
        assert hook.ids()[3] == hook.ids()[4]


def settings_of(stack: Stack) -> Settings:
    return Settings(data_dir=stack.data_dir, webhook_allow=LOOPBACK)
