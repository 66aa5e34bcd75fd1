"""A running Kite for tests: ``kite up`` on free ports with a data directory of its own.

Other suites may use it too: ``from tests.kite.stack import Stack``.
"""

import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

DEADLINE_SECONDS = 20.0
POLL_SECONDS = 0.05
T = TypeVar("T")
PORTS = ("api_port", "rtmp_port", "http_port", "control_port")


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on at this moment.

    Below those that Linux gives to outgoing connections (32768 and up), or one of them could have
    the port by the time it is used.
    """
    found: list[int] = []
    with ExitStack() as held:
        while len(found) < count:
            probe = held.enter_context(socket.socket())
            port = random.randrange(10_000, 32_000)
            with suppress(OSError):
                probe.bind(("127.0.0.1", port))
                found.append(port)
    return found


def wait_for(look: Callable[[], T | None], what: str, seconds: float = DEADLINE_SECONDS) -> T:
    """Poll ``look`` until it returns something true; fail loudly at the deadline."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(POLL_SECONDS)
    return found


def kite_env(data_dir: Path, **settings: object) -> dict[str, str]:
    """The environment for a Kite in ``data_dir``, without the settings of the caller's shell."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("KITE_")}
    given = {"data_dir": data_dir, **settings}
    return env | {f"KITE_{name.upper()}": str(value) for name, value in given.items()}


@dataclass
class Stack:
    """``kite up`` as a subprocess. Use it as a context manager, or call ``start`` and ``stop``.

    Attributes:
        data_dir: Data directory; need not exist.
        settings: Settings to add to the free ports and the data directory.
    """

    data_dir: Path
    settings: dict[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # Short segments: the tests see the first one soon.
        ports = dict(zip(PORTS, free_ports(len(PORTS)), strict=True))
        self.settings = {**ports, "hls_fragment_seconds": 1, "hls_playlist_seconds": 4} | (
            self.settings
        )
        self.env = kite_env(self.data_dir, **self.settings)
        self.output = self.data_dir.with_name(self.data_dir.name + "-up.txt")
        self.process: subprocess.Popen[bytes] | None = None
        self.token = ""

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.settings['api_port']}"

    @property
    def rtmp(self) -> str:
        return f"rtmp://127.0.0.1:{self.settings['rtmp_port']}/live"

    @property
    def hls(self) -> str:
        return f"http://127.0.0.1:{self.settings['http_port']}/hls"

    def start(self) -> Self:
        """Start it and wait until it says that it is running."""
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "kite", "up"],
                env=self.env,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        process = self.process
        wait_for(
            lambda: "Logs  " in self.printed() or process.poll() is not None, "kite up answers"
        )
        assert process.poll() is None, f"kite up ended:\n{self.printed()}"
        if first := re.search(r"First access token, shown only now: (\S+)", self.printed()):
            self.token = first[1]
        return self

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Send the signal and return the exit status."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(DEADLINE_SECONDS)

    def printed(self) -> str:
        """What ``kite up`` has printed so far."""
        return self.output.read_text(encoding="utf-8")

    def logs(self) -> str:
        """Everything in every log file."""
        files = sorted((self.data_dir / "logs").glob("*"))
        return "\n".join(path.read_text(encoding="utf-8") for path in files)

    def cli(self, *args: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run ``kite`` with the same settings."""
        return subprocess.run(
            [sys.executable, "-m", "kite", *args],
            env=self.env,
            capture_output=True,
            text=True,
            timeout=60,
            check=check,
        )

    def request(self, method: str, path: str, body: object = None) -> httpx.Response:
        """Call the API with the first token."""
        headers = {"Authorization": f"Bearer {self.token}"}
        url = self.api + path
        return httpx.request(method, url, json=body, headers=headers, trust_env=False, timeout=10)

    def room(self, room: str) -> dict[str, Any]:
        """The room as the API shows it."""
        shown: dict[str, Any] = self.request("GET", f"/v1/rooms/{room}").json()
        return shown

    def make_room(self, room: str) -> dict[str, Any]:
        """Create a room and a key; returns the key with its secret and its stream key."""
        self.request("POST", "/v1/rooms", {"id": room, "title": room}).raise_for_status()
        created: dict[str, Any] = self.request("POST", f"/v1/rooms/{room}/keys").json()
        return created

    @contextmanager
    def publish(self, stream_key: str, seconds: int = 60) -> Iterator[subprocess.Popen[str]]:
        """Publish a small test picture and tone with FFmpeg; ends it on leaving."""
        with subprocess.Popen(
            publish_command(f"{self.rtmp}/{stream_key}", seconds),
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    @contextmanager
    def live(self, stream_key: str) -> Iterator[subprocess.Popen[str]]:
        """Publish and wait until the room is live."""
        room = stream_key.partition("?")[0]
        with self.publish(stream_key) as process:
            wait_for(lambda: self.room(room)["state"] == "live", f"{room} is live")
            yield process

    def playlist(self, room: str) -> str:
        """The HLS playlist of a room once it names a segment."""

        def look() -> str:
            answer = httpx.get(f"{self.hls}/{room}.m3u8", trust_env=False)
            return answer.text if answer.status_code == 200 and ".ts" in answer.text else ""

        return wait_for(look, f"playlist of {room}")


def publish_command(url: str, seconds: int) -> list[str]:
    """FFmpeg with a small picture, a tone, and a key frame every second."""
    picture = ["-re", "-f", "lavfi", "-i", "testsrc2=size=160x120:rate=10"]
    tone = ["-f", "lavfi", "-i", "sine=frequency=440"]
    video = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "10"]
    output = ["-c:a", "aac", "-t", str(seconds), "-f", "flv", url]
    return ["ffmpeg", "-hide_banner", "-loglevel", "error", *picture, *tone, *video, *output]


def probe(url: str) -> dict[str, Any]:
    """What FFprobe says about the streams at ``url``, by codec name."""
    program = shutil.which("ffprobe")
    assert program, "ffprobe is not installed"
    command = [program, "-v", "error", "-show_streams", "-of", "json", url]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    return {stream["codec_name"]: stream for stream in json.loads(done.stdout)["streams"]}
