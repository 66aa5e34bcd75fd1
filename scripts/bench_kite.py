"""Load on a whole Kite on this machine, beside the same nginx without Kite, in one run.

Every figure is the median of RUNS; load comes from this machine too, so it competes for the same
cores: read the ratios, not the absolute values.
"""

import os
import platform
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Final

import httpx

from kite import events, nginx
from kite.context import open_kite
from kite.settings import Settings
from tests.kite.rtmp import Publisher
from tests.kite.stack import Stack, free_ports, wait_for

RUNS: Final = 5
PUBLISHERS: Final = 200
AT_ONCE: Final = 16
EVENTS: Final = 200
WRK_SECONDS: Final = 3
CONNECTIONS: Final = 32
NUMBERS: Final = {"us": 0.001, "ms": 1.0, "s": 1000.0}


@dataclass(frozen=True)
class Figure:
    """Things per second, and how long the slowest hundredth took (milliseconds)."""

    per_second: float
    p99: float


def publish(port: int, keys: list[str]) -> Figure:
    """Connect publishers, AT_ONCE at a time, each to a room of its own; each hangs up at once."""

    def one(key: str) -> float:
        with Publisher(port, key) as publisher:
            if not publisher.accepted:
                raise RuntimeError("a publisher was refused")
            return publisher.seconds * 1000

    began = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        took = list(pool.map(one, keys))
    whole = time.perf_counter() - began
    return Figure(len(keys) / whole, statistics.quantiles(took, n=100)[98])


def wrk(url: str, form: str = "", *, refused: bool = False) -> Figure:
    """Load ``url``; with ``form``, as POST requests with this body, which may be ``refused``."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        if form:
            kind = "application/x-www-form-urlencoded"
            script.write(
                f'wrk.method="POST"; wrk.body="{form}"; wrk.headers["Content-Type"]="{kind}"'
            )
            script.flush()
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{WRK_SECONDS}s", "--latency"]
        options = ["-s", script.name] if form else []
        done = subprocess.run(  # noqa: S603 - constants and our own addresses
            [*command, *options, url], capture_output=True, text=True, check=True
        )
    if "Non-2xx" in done.stdout and not refused:
        raise RuntimeError(f"{url}: {done.stdout}")
    pattern = r"99%\s+([\d.]+)(us|ms|s)[\s\S]*Requests/sec:\s+([\d.]+)"
    [(slowest, unit, rate)] = re.findall(pattern, done.stdout)
    return Figure(float(rate), float(slowest) * NUMBERS[unit])


@contextmanager
def bare(stack: Stack, folder: Path) -> Iterator[tuple[int, int]]:
    """The same nginx on the same files without Kite: RTMP port and HTTP port."""
    rtmp_port, http_port, control_port = free_ports(3)
    settings = Settings(
        data_dir=folder, rtmp_port=rtmp_port, http_port=http_port, control_port=control_port
    )
    text = nginx.render(settings)
    asks = r"on_(publish|publish_done|play)|auth_request\S*|add_header X-Kite-Error|error_page"
    text = re.sub(rf"^\s*({asks}) .*;$", "", text, flags=re.M).replace("$kite_error", "$uri")
    text = text.replace("hls on;", "hls on; hls_cleanup off;")  # of files it did not make
    config = nginx.config_path(settings)
    nginx.prepare(settings)
    config.write_text(text, encoding="utf-8")
    for path in (stack.data_dir / "hls").iterdir():
        (folder / "hls" / path.name).write_bytes(path.read_bytes())
    process = subprocess.Popen(nginx.command(settings, config))  # noqa: S603 - our own
    try:
        wait_for(lambda: config.with_name("nginx.pid").exists(), "nginx runs")
        yield rtmp_port, http_port
    finally:
        process.terminate()
        process.wait()


@contextmanager
def floor() -> Iterator[str]:
    """The web framework answering 204 without doing anything; its address."""
    (port,) = free_ports(1)
    program = (
        "import uvicorn; from fastapi import FastAPI, Response; app = FastAPI(); "
        "app.post('/nothing')(lambda: Response(status_code=204)); "
        f"uvicorn.run(app, port={port}, access_log=False, log_level='critical')"
    )
    process = subprocess.Popen([sys.executable, "-c", program])  # noqa: S603 - the text above
    try:
        wait_for(lambda: answers(port), "the framework answers")
        yield f"http://127.0.0.1:{port}/nothing"
    finally:
        process.terminate()
        process.wait()


def answers(port: int) -> bool:
    """Whether something listens on the port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Receiver(ThreadingHTTPServer):
    """Answers every request with 204 and notes when it came."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Receiver)
        self.times: list[float] = []

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_address[1]}/"


class _Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        server = self.server
        if isinstance(server, Receiver):
            self.rfile.read(int(self.headers["Content-Length"]))
            server.times.append(time.perf_counter())
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@contextmanager
def receiver() -> Iterator[Receiver]:
    """A running receiver."""
    with Receiver() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def deliver(stack: Stack, server: Receiver) -> Figure:
    """Commit EVENTS events at once and wait until the running Kite has delivered all."""
    server.times.clear()
    kite = open_kite(Settings(data_dir=stack.data_dir))
    with kite.change("room.update", "bench") as change:
        for _ in range(EVENTS):
            payload = events.RoomPayload(room="bench", title="t", category="", visibility="public")
            change.emit(payload, "room.updated")
    wait_for(lambda: len(server.times) >= EVENTS, "all are delivered", 120)
    kite.database.engine.dispose()
    return _pace(server.times)


def post(server: Receiver) -> Figure:
    """Post as many bodies, one after the other, without a database."""
    server.times.clear()
    with httpx.Client(trust_env=False) as client:
        for _ in range(EVENTS):
            client.post(server.url, content=b"x" * 150, headers={"Connection": "close"})
    return _pace(server.times)


def _pace(times: list[float]) -> Figure:
    gaps = [(after - before) * 1000 for before, after in pairwise(times)]
    return Figure(len(gaps) / (times[-1] - times[0]), statistics.quantiles(gaps, n=100)[98])


def measure(stack: Stack, folder: Path) -> dict[str, tuple[list[Figure], list[Figure]]]:
    """Name → figures of Kite, figures of its peer; in turn, so slow moments fall on both."""
    stream_key = stack.make_room("watched")["stream_key"]
    keys = [stack.make_room(f"room-{i}")["stream_key"] for i in range(PUBLISHERS)]
    rtmp_port = int(str(stack.settings["rtmp_port"]))
    form = "name=watched&clientid=1&addr=192.0.2.7"
    found: dict[str, tuple[list[Figure], list[Figure]]] = {}
    with stack.live(stream_key), floor() as nothing, receiver() as hook:
        stack.request("POST", "/v1/webhooks", {"url": hook.url}).raise_for_status()
        segment = re.findall(r"watched-\d+\.ts", stack.playlist("watched"))[0]
        with bare(stack, folder) as (bare_rtmp, bare_http):
            bare_hls = f"http://127.0.0.1:{bare_http}/hls"
            callbacks = f"{stack.api}/callbacks"
            wrong = f"{form}&key=kk_wrong"
            pairs: dict[str, tuple[Callable[[], Figure], Callable[[], Figure]]] = {
                "Publishers admitted": (
                    lambda: publish(rtmp_port, keys),
                    lambda: publish(bare_rtmp, keys),
                ),
                "HLS playlist": (
                    lambda: wrk(f"{stack.hls}/watched.m3u8"),
                    lambda: wrk(f"{bare_hls}/watched.m3u8"),
                ),
                "HLS segment": (
                    lambda: wrk(f"{stack.hls}/{segment}"),
                    lambda: wrk(f"{bare_hls}/{segment}"),
                ),
                "Decision: play": (
                    lambda: wrk(f"{callbacks}/play", form),
                    lambda: wrk(nothing, form),
                ),
                "Decision: publish, wrong key": (
                    lambda: wrk(f"{callbacks}/publish", wrong, refused=True),
                    lambda: wrk(nothing, wrong),
                ),
                "Webhook deliveries": (lambda: deliver(stack, hook), lambda: post(hook)),
            }
            for name, (with_kite, peer) in [pair for _ in range(RUNS) for pair in pairs.items()]:
                kite_runs, peer_runs = found.setdefault(name, ([], []))
                kite_runs.append(with_kite())
                peer_runs.append(peer())
    return found


def main() -> None:
    """Print a Markdown table."""
    with tempfile.TemporaryDirectory(prefix="kite-bench-") as name:
        folder = Path(name)
        with Stack(
            folder / "kite", {"hls_playlist_seconds": 120, "webhook_allow": "127.0.0.0/8"}
        ) as stack:
            found = measure(stack, folder / "bare")
    where = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}"
    write = sys.stdout.write
    write(f"{datetime.now(UTC):%Y-%m-%d}, {where}, median of {RUNS} (min–max)\n\n")
    write(
        "| What | Kite, per second | p99, ms | Without Kite, per second | p99, ms | Kite ÷ without |\n"
    )
    write("|---|---|---|---|---|---|\n")
    for what, (kite_runs, peer_runs) in found.items():
        ratio = _median(kite_runs) / _median(peer_runs)
        write(f"| {what} | {_row(kite_runs)} | {_row(peer_runs)} | {ratio:.2f} |\n")


def _median(runs: list[Figure]) -> float:
    return statistics.median(figure.per_second for figure in runs)


def _row(runs: list[Figure]) -> str:
    rates = [figure.per_second for figure in runs]
    slowest = statistics.median(figure.p99 for figure in runs)
    return f"{_median(runs):.0f} ({min(rates):.0f}–{max(rates):.0f}) | {slowest:.1f}"
