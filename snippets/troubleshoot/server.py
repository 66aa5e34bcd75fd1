"""This Kite as its command, its files, its nginx and its addresses show it; standard library only."""

import json
import re
import subprocess
import urllib.error
import urllib.request
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Any

LOG_BYTES = 4_000_000
"""So much of the end of a log is read."""

# What is asked is on this machine: a proxy in the environment must not get it.
urllib.request.install_opener(urllib.request.build_opener(urllib.request.ProxyHandler({})))


@dataclass(frozen=True)
class Server:
    """The Kite whose settings the `kite` command uses."""

    @cached_property
    def settings(self) -> dict[str, str]:
        """Name of a setting → its value."""
        return {name: item["value"] for name, item in kite("settings").items()}

    @cached_property
    def data(self) -> Path:
        """The data directory."""
        return Path(self.settings["data_dir"])

    def log(self, span: timedelta) -> list[str]:
        """The lines of kite.log from `span` ago until now."""
        since = datetime.now(UTC) - span
        return [line for line in tail(self.data / "logs" / "kite.log") if time_of(line) >= since]

    def stream(self, room: str) -> ET.Element | None:
        """What nginx says about the room, if somebody publishes to it."""
        url = f"http://127.0.0.1:{self.settings['control_port']}/stat"
        with urllib.request.urlopen(url, timeout=5) as answer:
            for stream in ET.fromstring(answer.read()).iter("stream"):  # noqa: S314 - of our nginx
                if stream.findtext("name") == room and stream.find("publishing") is not None:
                    return stream
        return None

    def worker(self) -> Path:
        """The process of nginx that serves everybody, in /proc."""
        master = (self.data / "nginx" / "nginx.pid").read_text().strip()
        for pid in Path(f"/proc/{master}/task/{master}/children").read_text().split():
            if b"worker process" in Path(f"/proc/{pid}/cmdline").read_bytes():
                return Path("/proc") / pid
        raise FileNotFoundError("nginx has no worker")


@cache
def kite(*command: str) -> Any:
    """What a `kite` command prints as JSON, asked once; RuntimeError with its message if it fails."""
    call = ["kite", *command, "--json"]
    done = subprocess.run(call, capture_output=True, text=True, check=False)  # noqa: S603
    if not done.stdout.strip():
        raise RuntimeError(" ".join(done.stderr.split())[:200])
    return json.loads(done.stdout)


def tail(path: Path) -> list[str]:
    """The last lines of a log."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - LOG_BYTES))
        return file.read().decode("utf-8", "replace").splitlines()


def time_of(line: str) -> datetime:
    """When a line of kite.log was written; long ago if it does not say."""
    found = re.match(r"time=(\S+)", line)
    return datetime.fromisoformat(found[1]) if found else datetime.min.replace(tzinfo=UTC)


def get(url: str) -> tuple[int, dict[str, str], str]:
    """Status, headers and text of an answer."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - http addresses
            return answer.status, dict(answer.headers), answer.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), ""
