"""More than one machine's worth: PostgreSQL, two control processes, one origin and one edge."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from kite.nginx import Role
from tests.kite.pg import Postgres
from tests.kite.stack import (
    PORTS,
    Stack,
    free_ports,
    kite_env,
    probe,
    publish_command,
    wait_for,
)

pytestmark = pytest.mark.system

PLAYER = "127.0.0.2"
"""Where players connect from; the edge itself connects from 127.0.0.1."""


@dataclass
class Node:
    """A machine of the installation, with its own settings and data directory."""

    folder: Path
    settings: dict[str, object]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def kite(self, *args: str | Path) -> str:
        """Run ``kite`` with the settings of this node."""
        command = [sys.executable, "-m", "kite", *map(str, args)]
        return subprocess.run(
            command, env=self.env, check=True, capture_output=True, text=True
        ).stdout

    @property
    def env(self) -> dict[str, str]:
        return kite_env(self.folder, **self.settings)

    def serve(self) -> None:
        """Start a control process and wait until it answers."""
        self._start([sys.executable, "-m", "kite", "serve"])
        url = f"http://127.0.0.1:{self.settings['api_port']}/healthz"
        wait_for(lambda: answers(url), f"{self.folder.name} serves")

    def media(self, role: Role) -> None:
        """Start an nginx with this role."""
        config = self.folder.with_suffix(".conf")
        self.kite("render-nginx", "--role", role, "--output", config)
        self._start(["nginx", "-p", str(self.folder), "-c", str(config)])
        wait_for(lambda: answers(f"http://127.0.0.1:{self.settings['control_port']}/stat"), role)

    def kill(self) -> None:
        """End it as a power cut would."""
        for process in self.processes:
            process.kill()
            process.wait()

    def stop(self) -> None:
        for process in self.processes:
            process.terminate()
            process.wait(20)

    def _start(self, command: list[str]) -> None:
        with self.folder.with_suffix(".txt").open("ab") as output:
            process = subprocess.Popen(command, env=self.env, stdout=output, stderr=output)
        self.processes.append(process)


class Cluster(Stack):
    """Two control processes ``a`` and ``b``, an origin and an edge; requests go to ``b``."""

    def __init__(self, folder: Path, database_url: str) -> None:
        super().__init__(folder / "b", {"database_url": database_url})
        self.other_port, *edge = free_ports(4)
        bases = [
            f"http://127.0.0.1:{port}" for port in (self.other_port, self.settings["api_port"])
        ]
        edges = {"edge_addresses": "127.0.0.1"}
        (unused,) = free_ports(1)
        media_url = f"http://127.0.0.1:{self.settings['control_port']}"
        control = self.settings | edges | {"media_url": media_url, "control_port": unused}
        self.a = Node(folder / "a", control | {"api_port": self.other_port})
        self.b = Node(folder / "b", control)
        media = {name: self.settings[name] for name in PORTS if name != "api_port"}
        media |= {"hls_fragment_seconds": 1, "hls_playlist_seconds": 4}
        media |= {"control_urls": ",".join(bases)}
        self.origin = Node(folder / "origin", media | edges | {"control_addresses": "127.0.0.9"})
        origin = {"origin_url": self.hls.removesuffix("/hls"), "origin_rtmp": self.rtmp}
        origin |= {"proxy_addresses": PLAYER}
        self.edge = Node(folder / "edge", media | origin | dict(zip(PORTS[1:], edge, strict=True)))
        self.nodes = (self.a, self.b, self.origin, self.edge)

    def start(self) -> "Cluster":
        for node in self.nodes:
            node.folder.mkdir()
        self.token = self.b.kite("init").split()[-1]
        self.a.kite("init")
        self.origin.media("origin")
        self.edge.media("edge")
        self.a.serve()
        self.b.serve()
        return self

    def stop(self, *_: object) -> int:
        for node in self.nodes:
            node.stop()
        return 0

    def log(self, node: Node) -> str:
        return node.folder.with_suffix(".txt").read_text(encoding="utf-8")

    @contextmanager
    def player(self) -> Iterator[tuple[str, str]]:
        """HLS and RTMP address of the edge, for players that are not on its machine."""
        settings = self.edge.settings
        with forward(settings["http_port"]) as http, forward(settings["rtmp_port"]) as rtmp:
            yield f"http://127.0.0.1:{http}/hls", f"rtmp://127.0.0.1:{rtmp}/live"


def answers(url: str) -> bool:
    try:
        return httpx.get(url, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


@contextmanager
def forward(port: Any) -> Iterator[int]:
    """A port of this machine whose connections go to ``port``, coming from ``PLAYER``."""

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.close()

    async def join(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = await asyncio.open_connection("127.0.0.1", port, local_addr=(PLAYER, 0))
        both = (pump(reader, there[1]), pump(there[0], writer))
        await asyncio.gather(*both, return_exceptions=True)

    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(join, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


@pytest.fixture(scope="module")
def cluster(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: Postgres
) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path_factory.mktemp("cluster"), postgres_server.database())
    try:
        yield cluster.start()
    finally:
        cluster.stop()


def code(url: str) -> tuple[int, str | None]:
    answer = httpx.get(url, trust_env=False)
    return answer.status_code, answer.headers.get("x-kite-error")


def playlist(url: str) -> str:
    def look() -> str:
        answer = httpx.get(url, trust_env=False)
        return answer.text if answer.status_code == 200 and ".ts" in answer.text else ""

    return wait_for(look, f"playlist at {url}")


def refused(stack: Stack, stream_key: str) -> None:
    command = publish_command(f"{stack.rtmp}/{stream_key}", 20)
    done = subprocess.run(command, capture_output=True, text=True, timeout=15, check=False)
    assert done.returncode != 0
    assert "Input/output error" in done.stderr


def test_publish_and_refuse_on_postgresql(cluster: Cluster) -> None:
    key = cluster.make_room("plain")
    refused(cluster, "plain?key=kk_wrong")
    with cluster.live(key["stream_key"]):
        refused(cluster, key["stream_key"])
    wait_for(lambda: cluster.room("plain")["state"] == "idle", "the end is noticed")
    for line in ("code=KEY_UNKNOWN room=plain", "code=ROOM_ALREADY_LIVE room=plain"):
        assert line in cluster.log(cluster.a) + cluster.log(cluster.b)


def test_both_control_processes_are_asked(cluster: Cluster) -> None:
    for node in (cluster.a, cluster.b):
        before = cluster.log(node).count("path=/callbacks/publish ")
        refused(cluster, "nowhere")
        refused(cluster, "nowhere")
        assert cluster.log(node).count("path=/callbacks/publish ") > before


def test_edge_serves_players(cluster: Cluster) -> None:
    key = cluster.make_room("wide")
    with cluster.live(key["stream_key"]), cluster.player() as (hls, rtmp):
        text = playlist(f"{hls}/wide.m3u8")
        segment = text.splitlines()[-1]
        for path, lasts in (("wide.m3u8", "public, max-age=1"), (segment, "immutable")):
            answer = httpx.get(f"{hls}/{path}", trust_env=False)
            assert answer.status_code == 200
            assert answer.headers.get_list("access-control-allow-origin") == ["*"]
            (cache,) = answer.headers.get_list("cache-control")
            assert lasts in cache
        assert probe(f"{hls}/wide.m3u8").keys() == {"h264", "aac"}
        assert probe(f"{rtmp}/wide").keys() == {"h264", "aac"}
        wait_for(lambda: playlist(f"{hls}/wide.m3u8") != text, "the edge's playlist goes on")


def test_edge_asks_the_origin_once_for_many(cluster: Cluster) -> None:
    key = cluster.make_room("many")
    log = cluster.origin.folder / "logs" / "nginx-http.log"
    with cluster.live(key["stream_key"]), cluster.player() as (hls, _):
        segment = playlist(f"{hls}/many.m3u8").splitlines()[-1]
        with ThreadPoolExecutor(8) as pool:
            got = list(pool.map(lambda _: code(f"{hls}/{segment}"), range(40)))
        assert got == [(200, None)] * 40
    assert log.read_text(encoding="utf-8").count(f"GET {segment} 200") == 1


def test_nobody_publishes_at_the_edge(cluster: Cluster) -> None:
    key = cluster.make_room("back-door")
    with cluster.player() as (_, rtmp):
        command = publish_command(f"{rtmp}/{key['stream_key']}", 20)
        done = subprocess.run(command, capture_output=True, timeout=15, check=False)
    assert done.returncode != 0
    assert cluster.room("back-door")["state"] == "idle"


def test_origin_serves_edges_only(cluster: Cluster) -> None:
    key = cluster.make_room("inner")
    with cluster.live(key["stream_key"]):
        playlist(f"{cluster.hls}/inner.m3u8")  # as the edge, from 127.0.0.1
        with (
            forward(cluster.settings["http_port"]) as http,
            forward(cluster.settings["rtmp_port"]) as rtmp,
        ):
            assert code(f"http://127.0.0.1:{http}/hls/inner.m3u8") == (403, None)
            with pytest.raises(subprocess.CalledProcessError):
                probe(f"rtmp://127.0.0.1:{rtmp}/live/inner")


@pytest.mark.parametrize(
    "path", ["/stat", "/control/drop/publisher?app=live&name=x", "/callbacks/publish"]
)
def test_control_port_of_the_origin_is_closed_to_others(cluster: Cluster, path: str) -> None:
    with forward(cluster.settings["control_port"]) as control:
        assert code(f"http://127.0.0.1:{control}{path}") == (403, None)


def test_proxy_in_front_names_the_player(cluster: Cluster) -> None:
    with cluster.player() as (hls, _):
        sent = {"X-Forwarded-For": "192.0.2.1, 192.0.2.77"}
        httpx.get(f"{hls}/nowhere-else.m3u8", headers=sent, trust_env=False)
    logs = cluster.log(cluster.a) + cluster.log(cluster.b)
    assert "code=ROOM_NOT_FOUND room=nowhere-else ip=192.0.2.77 " in logs


def test_play_links_at_the_edge(cluster: Cluster) -> None:
    key = cluster.make_room("secret")
    cluster.request("PATCH", "/v1/rooms/secret", {"visibility": "private"}).raise_for_status()
    link = cluster.request("POST", "/v1/rooms/secret/play-links").json()
    ticket = link["rtmp"].partition("=")[2]
    with cluster.live(key["stream_key"]), cluster.player() as (hls, rtmp):
        playlist(f"{hls}/{ticket}/secret.m3u8")
        assert probe(f"{rtmp}/secret?ticket={ticket}").keys() == {"h264", "aac"}
        assert code(f"{hls}/secret.m3u8") == (403, "PLAY_LINK_MISSING")
        assert code(f"{hls}/1-A/secret.m3u8") == (403, "PLAY_LINK_INVALID")
        with pytest.raises(subprocess.CalledProcessError):
            probe(f"{rtmp}/secret")
        assert "code=PLAY_LINK_MISSING room=secret ip=127.0.0.2" in (
            cluster.log(cluster.a) + cluster.log(cluster.b)
        )
    for node in cluster.nodes:
        logs = [*(node.folder / "logs").glob("*"), node.folder.with_suffix(".txt")]
        assert not [path for path in logs if ticket in path.read_text(encoding="utf-8")]


def test_ban_reaches_the_edge(cluster: Cluster) -> None:
    key = cluster.make_room("gone")
    with cluster.live(key["stream_key"]) as encoder, cluster.player() as (hls, _):
        playlist(f"{hls}/gone.m3u8")
        cluster.request("POST", "/v1/rooms/gone/ban", {"reason": "x"}).raise_for_status()
        assert encoder.wait(5) != 0
        banned = (403, "ROOM_BANNED")
        wait_for(lambda: code(f"{hls}/gone.m3u8") == banned, "the edge knows", 15)


def test_one_of_two_publishers_wins(cluster: Cluster) -> None:
    """The same key at two control processes at the same moment, again and again."""
    apis = [f"http://127.0.0.1:{cluster.other_port}", cluster.api]
    for number in range(20):
        key = cluster.make_room(f"race-{number}")
        together = threading.Barrier(2)

        def ask(
            api: str,
            client: int,
            form: dict[str, Any] = {"name": f"race-{number}", "key": key["secret"]},  # noqa: B006
            together: threading.Barrier = together,
        ) -> int:
            whole = {**form, "addr": "192.0.2.7", "clientid": str(client)}
            together.wait()
            return httpx.post(f"{api}/callbacks/publish", data=whole, trust_env=False).status_code

        with ThreadPoolExecutor(2) as pool:
            got = list(pool.map(ask, apis, (900_001, 900_002)))
        assert sorted(got) == [204, 409]


def test_one_of_two_encoders_wins(cluster: Cluster) -> None:
    key = cluster.make_room("duel")
    with cluster.publish(key["stream_key"]) as one, cluster.publish(key["stream_key"]) as two:
        wait_for(lambda: {one.poll(), two.poll()} != {None}, "one is refused")
        playlist(f"{cluster.hls}/duel.m3u8")
        assert [one.poll(), two.poll()].count(None) == 1
        assert cluster.room("duel")["state"] == "live"


def test_one_control_process_dies(cluster: Cluster) -> None:
    key = cluster.make_room("survivor")
    with cluster.live(key["stream_key"]) as encoder:
        cluster.a.kill()
        for _ in range(3):  # whichever would have been asked
            refused(cluster, "survivor?key=kk_wrong")
        assert encoder.poll() is None
        encoder.kill()
        wait_for(lambda: cluster.room("survivor")["state"] == "idle", "the end is noticed")
        with cluster.live(key["stream_key"]), cluster.player() as (hls, _):
            playlist(f"{hls}/survivor.m3u8")


def test_without_kite_players_stay_in_and_new_ones_are_told_to_wait(cluster: Cluster) -> None:
    """Last in the file: nothing is left to ask."""
    key = cluster.make_room("orphan")
    with cluster.live(key["stream_key"]), cluster.player() as (hls, _):
        first = playlist(f"{hls}/orphan.m3u8")
        decided = list((cluster.edge.folder / "nginx" / "decisions").iterdir())
        newest = max(path.stat().st_mtime for path in decided)
        cluster.b.kill()
        # Ten seconds later the answer would have to be asked for again.
        wait_for(lambda: clock(cluster) - newest > 11, "the decision is out of date")
        assert code(f"{hls}/orphan.m3u8") == (200, None)
        assert playlist(f"{hls}/orphan.m3u8") != first
        answer = httpx.get(f"{hls}/orphan.m3u8", headers={"User-Agent": "new"}, trust_env=False)
        assert answer.status_code == 503
        assert answer.headers["cache-control"] == "no-store"
        refused(cluster, "orphan?key=" + key["secret"])


def clock(cluster: Cluster) -> float:
    """The time of the file system."""
    probe_file = cluster.edge.folder / "now"
    probe_file.touch()
    return probe_file.stat().st_mtime
