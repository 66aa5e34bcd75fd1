"""Which ports are taken, and whether by this installation (Linux: reads ``/proc``)."""

import errno
import socket
from collections.abc import Iterable
from pathlib import Path

from kite.errors import KiteError
from kite.nginx import nginx_dir
from kite.settings import Settings

PORT_SETTINGS = ("api_port", "rtmp_port", "http_port", "control_port")
"""Settings that name a port Kite listens on."""


def pid_files(settings: Settings) -> dict[str, Path]:
    """The programs of an installation and the files that hold their process ids."""
    return {"kite": settings.data_dir / "api.pid", "nginx": nginx_dir(settings) / "nginx.pid"}


def running(settings: Settings) -> dict[str, int]:
    """The programs of this installation that run now, with their process ids."""
    found = {}
    for program, path in pid_files(settings).items():
        try:
            pid = int(path.read_text(encoding="ascii"))
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except (OSError, ValueError):
            continue
        # A pid file can outlive its process, and the number can belong to another one by now.
        if program.encode() in command:
            found[program] = pid
    return found


def is_taken(settings: Settings, name: str) -> bool:
    """Whether something listens on the port of the setting ``name`` already."""
    with socket.socket() as probe:
        # As servers do: a connection that ended a moment ago does not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_address(settings, name), getattr(settings, name)))
        except OSError as error:
            return error.errno == errno.EADDRINUSE
    return False


def refuse_taken(settings: Settings, names: Iterable[str]) -> None:
    """Check ports before anything listens on them.

    Raises:
        KiteError: PORT_IN_USE, naming every port that is taken and its setting.
    """
    taken = [name for name in names if is_taken(settings, name)]
    if taken:
        named = ", ".join(f"{getattr(settings, name)} (setting {name})" for name in taken)
        pids = ", ".join(f"{program} pid {pid}" for program, pid in running(settings).items())
        by = f" by this Kite, still running: {pids}" if pids else ""
        raise KiteError("PORT_IN_USE", f"In use{by}: port {named}.")


def is_ours(settings: Settings, name: str) -> bool:
    """Whether the process that listens on the port belongs to this installation."""
    pid = running(settings).get("kite" if name == "api_port" else "nginx")
    if pid is None:
        return False
    sockets = {f"socket:[{inode}]" for inode in _listening(getattr(settings, name))}
    try:
        return any(str(fd.readlink()) in sockets for fd in Path(f"/proc/{pid}/fd").iterdir())
    except OSError:
        return False  # another user's process


def _address(settings: Settings, name: str) -> str:
    return {"api_port": settings.api_host, "control_port": "127.0.0.1"}.get(name, "")


def _listening(port: int) -> set[str]:
    """Inodes of the sockets that listen on ``port``; see proc_pid_net(5) for the format."""
    rows = [
        line.split()
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        if Path(table).exists()
        for line in Path(table).read_text(encoding="ascii").splitlines()[1:]
    ]
    listen = "0A"
    return {row[9] for row in rows if row[3] == listen and int(row[1].split(":")[1], 16) == port}
