"""What breaks around Kite. Each fault is there inside its ``with`` and over behind it.

They break the real thing: a stopped process, a full disk, a held lock. None touches Kite's code,
so what Kite does about them is what it does for a customer.
"""

import ctypes
import os
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

import pytest

from tests.kite.pg import Postgres
from tests.kite.split import Split

MEGABYTE = 1_000_000
NEW_MOUNT_NAMESPACE = 0x00020000
"""``CLONE_NEWNS`` of unshare(2) and setns(2), which Python has from 3.12 on."""

SHIFTED_CLOCK = """
import datetime, os, time

import kite.doctor, kite.models

SECONDS = float(os.environ["SHIFTED_CLOCK_SECONDS"])
real = time.time

class Shifted(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(time.time(), tz)

time.time = lambda: real() + SECONDS
kite.models.datetime = kite.doctor.datetime = Shifted
"""
"""Python runs a ``sitecustomize`` of this content before the program itself."""


@contextmanager
def frozen(pid: int) -> Iterator[None]:
    """A process that does not run, but is there and keeps its connections.

    Met as a machine that swaps, a suspended virtual machine, or storage that hangs.
    """
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@contextmanager
def down(parts: Split, part: str) -> Iterator[None]:
    """``service`` or ``nginx`` was killed and is not there; afterwards it is started again.

    Met as a crash, the kernel's out-of-memory killer, or an upgrade.
    """
    parts.kill(part)
    try:
        yield
    finally:
        parts.run(part)


@contextmanager
def small_disk(mount_point: Path, megabytes: int) -> Iterator[Path]:
    """A file system of its own with little space; skips the test where mounting is not allowed.

    Only this thread and what it starts see it (mount_namespaces(7)), so nothing is left on the
    machine, whatever happens.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    mount_point.mkdir()
    folder = Path.cwd()
    with Path("/proc/thread-self/ns/mnt").open("rb") as before:
        if libc.unshare(NEW_MOUNT_NAMESPACE) != 0:
            pytest.skip("a mount namespace of its own is not allowed here")
        try:
            subprocess.run(["mount", "--make-rprivate", "/"], check=True)
            options = f"size={megabytes * MEGABYTE}"
            tmpfs = ["mount", "-t", "tmpfs", "-o", options, "kite", str(mount_point)]
            subprocess.run(tmpfs, check=True)
            yield mount_point
        finally:
            assert libc.setns(before.fileno(), NEW_MOUNT_NAMESPACE) == 0, "no way back"
            os.chdir(folder)


@contextmanager
def full(folder: Path, leave: int = 0) -> Iterator[None]:
    """The disk of a folder has only so many bytes left; afterwards the space is free again.

    Met as logs, recordings or another program that fill the disk.
    """
    filler = folder / "filler"
    try:
        with filler.open("wb") as file:
            while (free := shutil.disk_usage(folder).free - leave) > 0:
                with suppress(OSError):  # Kite was quicker and took some of it
                    os.posix_fallocate(file.fileno(), file.seek(0, os.SEEK_END), free)
        yield
    finally:
        filler.unlink()


@contextmanager
def wrong_clock(parts: Split, seconds: int) -> Iterator[None]:
    """The service, and the command line, run with a clock that is ahead (or behind, below 0).

    Met as a machine without network time, or whose clock is put right while Kite runs. The service
    is killed and started again, at the beginning and at the end.
    """
    before = dict(parts.env)
    folder = parts.data_dir / "clock"
    folder.mkdir(exist_ok=True)
    (folder / "sitecustomize.py").write_text(SHIFTED_CLOCK, encoding="utf-8")
    path = os.pathsep.join(filter(None, [str(folder), before.get("PYTHONPATH", "")]))
    with down(parts, "service"):
        parts.env = {**before, "PYTHONPATH": path, "SHIFTED_CLOCK_SECONDS": str(seconds)}
    try:
        yield
    finally:
        with down(parts, "service"):
            parts.env = before


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Another process holds SQLite's write lock.

    Met as an administrator's open ``sqlite3``, or a backup program that locks what it copies.
    """
    program = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)
connection.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.read()
"""
    with subprocess.Popen(
        [sys.executable, "-c", program, str(database)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "locked\n"
        try:
            yield
        finally:
            holder.kill()


@contextmanager
def stopped(server: Postgres) -> Iterator[None]:
    """The database server is gone without a word; afterwards it is back.

    Met as a crash or an upgrade of PostgreSQL, or a network that is cut.
    """
    server.stop()
    try:
        yield
    finally:
        server.start()


@contextmanager
def few_files(nginx: int, files: int) -> Iterator[None]:
    """The worker of nginx may have only so many files open.

    Met as a low ``LimitNOFILE`` of the systemd unit. That is the hard limit, which ``kite doctor``
    looks at; here it is the other, which can be raised again.
    """
    children = Path(f"/proc/{nginx}/task/{nginx}/children").read_text().split()
    titles = {int(pid): Path(f"/proc/{pid}/cmdline").read_bytes() for pid in children}
    (worker,) = (pid for pid, title in titles.items() if b"worker process" in title)
    before = resource.prlimit(worker, resource.RLIMIT_NOFILE)
    resource.prlimit(worker, resource.RLIMIT_NOFILE, (files, before[1]))
    try:
        yield
    finally:
        resource.prlimit(worker, resource.RLIMIT_NOFILE, before)


@contextmanager
def crowd(port: int, connections: int) -> Iterator[None]:
    """So many clients connect to a port at once and say nothing.

    Met as more players than ``worker_connections``, or an attack.
    """
    with ExitStack() as held:
        for _ in range(connections):
            held.enter_context(closing(socket.create_connection(("127.0.0.1", port), timeout=5)))
        yield


def sound(database: Path) -> bool:
    """Whether a SQLite database is whole."""
    with closing(sqlite3.connect(database)) as connection:
        found: list[tuple[str]] = connection.execute("PRAGMA integrity_check").fetchall()
    return found == [("ok",)]
