"""A PostgreSQL server of the tests' own, in a folder that goes away."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.kite.stack import free_ports

NUMBERS = count(1)


class Postgres:
    """A running server; ``database()`` makes an empty database and returns its URL."""

    def __init__(self, port: int, control: list[str], options: list[str]) -> None:
        self.port = port
        self._control = control
        self._options = options

    def start(self) -> None:
        self._run(*self._options, "start")

    def stop(self) -> None:
        """End it at once, as a crash does."""
        self._run("-m", "immediate", "stop")

    def _run(self, *words: str) -> None:
        command = [*self._control, *words]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")

    def database(self) -> str:
        name = f"kite{next(NUMBERS)}"
        base = ["-h", "127.0.0.1", "-p", str(self.port), "-U", "kite"]
        subprocess.run([_program("createdb"), *base, name], check=True)
        return f"postgresql+psycopg://kite@127.0.0.1:{self.port}/{name}"


@contextmanager
def postgres() -> Iterator[Postgres]:
    """Run a server."""
    with TemporaryDirectory(prefix="kite-pg-") as name, _server(Path(name)) as running:
        yield running


@contextmanager
def _server(folder: Path) -> Iterator[Postgres]:
    as_user: list[str] = []
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        shutil.chown(folder, "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]
    data, port = folder / "data", free_ports(1)[0]
    init = ["-D", str(data), "-A", "trust", "-U", "kite", "--no-sync", "-E", "UTF8"]
    subprocess.run(
        [*as_user, _program("initdb"), *init], check=True, stdout=subprocess.DEVNULL, cwd=folder
    )
    options = f"-c listen_addresses=127.0.0.1 -p {port} -k {folder} -c fsync=off"
    control = [*as_user, _program("pg_ctl"), "-D", str(data), "-w"]
    server = Postgres(port, control, ["-o", options, "-l", str(folder / "log")])
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _program(name: str) -> str:
    """Debian keeps the server programs out of PATH."""
    newest = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    found = shutil.which(name) or (newest and str(newest[-1]))
    assert found, f"{name} is not installed (apt install postgresql)"
    return found
