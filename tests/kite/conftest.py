"""Fixtures: an installation with a stand-in for nginx's control port, and one with everything."""

import asyncio
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI

from kite import database, tokens, users
from kite.app import create_app
from kite.context import Kite, open_kite
from kite.media import Media
from kite.settings import Settings
from tests.kite.pg import Postgres, postgres
from tests.kite.stack import Stack


class FakeNginx(ThreadingHTTPServer):
    """Answers /stat, /control/drop/publisher and /control/record as the RTMP module does."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), FakeNginxHandler)
        self.publishing: set[tuple[str, str]] = set()
        self.recording: set[str] = set()
        self.connected_ms = 3_600_000
        self.stat_override = ""
        self.unregistered = 0  # drops to answer with "nobody" although the callback was let in

    def stat(self) -> str:
        streams = "".join(
            f"<stream><name>{room}</name><client><id>{client}</id><time>{self.connected_ms}</time>"
            "<publishing/></client></stream>"
            for room, client in self.publishing
        )
        live = f"<application><name>live</name><live>{streams}</live></application>"
        return self.stat_override or f"<rtmp><server>{live}</server></rtmp>"

    def control(self, path: str, query: dict[str, str]) -> str:
        room = query["name"]
        if path == "/control/record/start":
            began = room not in self.recording
            self.recording.add(room)
            return f"/incoming/{room}.flv" if began else ""
        if path == "/control/record/stop":
            ended = room in self.recording
            self.recording.discard(room)
            return f"/incoming/{room}.flv" if ended else ""
        assert path == "/control/drop/publisher"
        return self.drop(room, query.get("clientid", ""))

    def drop(self, room: str, client: str) -> str:
        if self.unregistered:
            self.unregistered -= 1
            return "0"
        wanted = (room, client)
        dropped = {
            entry
            for entry in self.publishing
            if entry == wanted or (entry[0] == room and not client)
        }
        self.publishing -= dropped
        return str(len(dropped))


class FakeNginxHandler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        server = self.server
        assert isinstance(server, FakeNginx)
        url = urlsplit(self.path)
        query = dict(parse_qsl(url.query))
        text = server.stat() if url.path == "/stat" else server.control(url.path, query)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


class InProcess(httpx.BaseTransport):
    """Calls the application without a socket, as a client with this address."""

    def __init__(self, app: FastAPI, host: str) -> None:
        self.inner = httpx.ASGITransport(app, client=(host, 50000), raise_app_exceptions=False)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        async def call() -> httpx.Response:
            answer = await self.inner.handle_async_request(request)
            body = await answer.aread()
            return httpx.Response(answer.status_code, headers=answer.headers, content=body)

        return asyncio.run(call())


@dataclass
class Api:
    """The service in this process, called as an operator and as nginx."""

    kite: Kite
    nginx: FakeNginx
    token: str

    def __post_init__(self) -> None:
        self.app = create_app(self.kite)
        self.anonymous = self.visitor()
        self.client = self.visitor(authorization=f"Bearer {self.token}")

    def make_room(self, room: str = "demo") -> str:
        """Create a room with a key; returns the secret."""
        assert self.client.post("/v1/rooms", json={"id": room, "title": room}).status_code == 201
        secret: str = self.client.post(f"/v1/rooms/{room}/keys").json()["secret"]
        return secret

    def publish(self, room: str, key: str, client: str = "1", **more: str) -> int:
        """Ask as nginx does before it lets a publisher in; returns the HTTP status."""
        form = {"app": "live", "addr": "192.0.2.7", "clientid": client, "name": room, "key": key}
        answer = self.anonymous.post("/callbacks/publish", data={**form, **more})
        if answer.status_code == 204:
            self.nginx.publishing.add((room, client))
        return answer.status_code

    def visitor(self, host: str = "127.0.0.1", **headers: str) -> httpx.Client:
        """A client at this address, without a token."""
        transport = InProcess(self.app, host)
        return httpx.Client(transport=transport, base_url="http://kite", headers=headers)


@pytest.fixture
def settings(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    """Settings of an empty installation; PostgreSQL where a test or its module asks for it."""
    monkeypatch.chdir(tmp_path)
    wanted = getattr(request, "param", "sqlite")
    server = request.getfixturevalue("postgres_server") if wanted == "postgresql" else None
    return Settings(data_dir=tmp_path / "data", database_url=server.database() if server else "")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    with postgres() as server:
        yield server


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2id at a thousandth of its cost: with it as it is, most of the time would go there."""
    monkeypatch.setattr(users, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture(scope="session")
def new_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``kite init`` makes, made once: the migrations take longer than most tests."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("new"), database_url="")
    database.create(settings)
    return database.database_path(settings)


@pytest.fixture
def kite(settings: Settings, new_database: Path) -> Kite:
    if settings.uses_sqlite and not database.database_path(settings).exists():
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        shutil.copy(new_database, database.database_path(settings))
    database.create(settings)
    return open_kite(settings)


@pytest.fixture
def fake_nginx() -> Iterator[FakeNginx]:
    with FakeNginx() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def api(kite: Kite, fake_nginx: FakeNginx) -> Api:
    media = Media(f"http://127.0.0.1:{fake_nginx.server_address[1]}")
    kite = Kite(kite.settings, kite.database, media)
    _, secret = tokens.create(kite, "test")
    return Api(kite, fake_nginx, secret.plain)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("stack") / "data") as running:
        yield running
