"""Control service and nginx as two processes, as systemd runs them; tests kill one or the other."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from kite import database, nginx, tokens
from kite.context import open_kite
from kite.settings import Settings
from tests.kite.stack import Stack, wait_for


class Split(Stack):
    """Both processes. ``request``, ``room`` and the rest work as for ``kite up``."""

    def __init__(self, data_dir: Path, **settings: object) -> None:
        super().__init__(data_dir, {"log_level": "debug", **settings})
        given = {"data_dir": data_dir, **self.settings}
        self.loaded = Settings.model_validate(given)
        database.create(self.loaded)
        self.kite = open_kite(self.loaded)
        self.token = tokens.create(self.kite, "test")[1].plain
        self.parts: dict[str, subprocess.Popen[bytes]] = {}

    def run(self, part: str) -> None:
        config = nginx.config_path(self.loaded)
        nginx.write(self.loaded, config)
        command = {
            "service": [sys.executable, "-m", "kite", "serve"],
            "nginx": nginx.command(self.loaded, config),
        }[part]
        with (self.data_dir / "logs" / "kite.log").open("ab") as log:
            self.parts[part] = subprocess.Popen(
                command, env=self.env, stdout=log, stderr=log, start_new_session=True
            )
        probe = {"service": f"{self.api}/healthz", "nginx": f"{self.loaded.control_base}/stat"}
        wait_for(lambda: answers(probe[part]), f"{part} answers")

    def kill(self, part: str, number: signal.Signals = signal.SIGKILL) -> None:
        os.killpg(self.parts[part].pid, number)
        self.parts[part].wait(10)

    def broadcast(self, room: str) -> dict[str, Any]:
        """The newest broadcast of a room."""
        found: dict[str, Any] = self.request("GET", f"/v1/broadcasts?room={room}").json()["items"][
            0
        ]
        return found


def answers(url: str) -> bool:
    try:
        return httpx.get(url, trust_env=False, timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


@contextmanager
def split(data_dir: Path, **settings: object) -> Iterator[Split]:
    running = Split(data_dir, **settings)
    try:
        running.run("service")
        running.run("nginx")
        yield running
    finally:
        for part, process in running.parts.items():
            if process.poll() is None:
                running.kill(part)
