"""``kite up``: run the API service and nginx together and end them together."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from kite import broadcasts, nginx, processes
from kite.context import Kite
from kite.errors import KiteError

START_SECONDS = 20.0
STOP_SECONDS = 8.0
POLL_SECONDS = 0.2


@dataclass(frozen=True)
class Child:
    """A running part of Kite, leader of its own process group.

    Attributes:
        name: What messages call it.
        process: The process; nginx's workers are in its group.
        log: File it writes to.
    """

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def end(self) -> None:
        """Ask it to stop, insist after ``STOP_SECONDS``, and leave nothing of its group behind."""
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(STOP_SECONDS)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def up(kite: Kite, config: Path | None, ready: Callable[[], None]) -> None:
    """Run everything until SIGINT, SIGTERM or SIGHUP.

    Args:
        kite: The installation; its database exists.
        config: Settings file to hand to the service.
        ready: Called once when publishing and playing are possible.

    Raises:
        KiteError: PORT_IN_USE, DATA_DIR_UNUSABLE, FILE_UNUSABLE, START_FAILED or CHILD_DIED.
    """
    processes.refuse_taken(kite.settings, processes.PORT_SETTINGS)
    nginx.write(kite.settings, nginx.config_path(kite.settings))
    broadcasts.end_all(kite)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    with _children(kite, config) as children:
        _wait_ready(kite, children, stop)
        if not stop.is_set():
            ready()
        while not stop.wait(POLL_SECONDS):
            _check(children, "CHILD_DIED")
    broadcasts.end_all(kite)  # nginx tells nobody of the publishers it drops at its end


@contextmanager
def _children(kite: Kite, config: Path | None) -> Iterator[list[Child]]:
    options = ["--config", str(config)] if config else []
    service = [sys.executable, "-m", "kite", *options, "serve"]
    media = nginx.command(kite.settings, nginx.config_path(kite.settings))
    logs = kite.settings.data_dir / "logs"
    children: list[Child] = []
    try:
        children.append(_start("the API service", service, logs / "kite.log"))
        children.append(_start("nginx", media, logs / "nginx-error.log"))
        yield children
    finally:
        # nginx first, so that no encoder is refused by a service that is gone already.
        for child in reversed(children):
            child.end()


def _start(name: str, command: list[str], log: Path) -> Child:
    # Own session: Ctrl-C reaches only "kite up", which then ends the children in order. Should it
    # be killed outright, the kernel ends them (prctl(2), PR_SET_PDEATHSIG).
    command = ["setpriv", "--pdeathsig", "TERM", *command]
    try:
        with log.open("ab") as output:
            process = subprocess.Popen(  # noqa: S603 - our own command, from checked settings
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
    except OSError as error:
        detail = f"{command[0]}: {error.strerror}; nothing in {log}."
        raise KiteError("START_FAILED", detail) from error
    return Child(name, process, log)


def _wait_ready(kite: Kite, children: list[Child], stop: threading.Event) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not (_answers(kite) or stop.is_set()):
        _check(children, "START_FAILED")
        if time.monotonic() > deadline:
            logs = kite.settings.data_dir / "logs"
            raise KiteError("START_FAILED", f"No answer after {START_SECONDS:.0f} s; see {logs}.")
        stop.wait(POLL_SECONDS)


def _answers(kite: Kite) -> bool:
    try:
        httpx.get(f"{kite.settings.api_base}/healthz", trust_env=False).raise_for_status()
        kite.media.publishing()
    except (httpx.HTTPError, KiteError):
        return False
    return True


def _check(children: list[Child], code: str) -> None:
    for child in children:
        status = child.process.poll()
        if status is not None:
            how = f"signal {-status}" if status < 0 else f"status {status}"
            raise KiteError(code, f"{child.name} ended with {how}; see {child.log}.")
