"""A check-up of this server: green, yellow or red for each item: `python3 health.py [--json]`.

It only looks, changes nothing. Run it before an event and once a month, on the server, with the
settings Kite runs with, as root. Exit status: 0 all green, 1 something yellow, 2 something red.
HEALTH_BACKUPS names the folder of the backups; without it that is /var/backups/kite.
"""

import json
import os
import re
import shutil
import socket
import ssl
import sys
import time
import urllib.parse
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from server import Server, get, kite

COLOURS = ("green", "yellow", "red")
DAY = timedelta(days=1)
GIGABYTE = 1_000_000_000
Found = tuple[str, str]
"""The colour and what was found."""


def rising(value: float, yellow: float, red: float) -> str:
    """The colour of a number that should be small."""
    return COLOURS[(value >= yellow) + (value >= red)]


def falling(value: float, yellow: float, red: float) -> str:
    """The colour of a number that should be large."""
    return COLOURS[(value < yellow) + (value < red)]


def check_doctor(_server: Server) -> Found:
    """Every check of Kite itself."""
    found = kite("doctor")
    bad = [f"{item['code']} {item['status']}" for item in found if item["status"] != "ok"]
    worst = "red" if any(item["status"] == "fail" for item in found) else "yellow"
    return (worst, ", ".join(bad)) if bad else ("green", f"{len(found)} checks ok")


def check_ready(server: Server) -> Found:
    """Whether the service can do its work."""
    status, _, _ = get(f"http://127.0.0.1:{server.settings['api_port']}/readyz")
    return "green" if status == 200 else "red", f"/readyz answers {status}"


def check_emergency(_server: Server) -> Found:
    """Whether everything is stopped."""
    stopped = kite("emergency", "show")["stopped"]
    return ("red", "everything is stopped") if stopped else ("green", "not stopped")


def check_disk(server: Server) -> Found:
    """Free space and free inodes where the data is."""
    usage, inodes = shutil.disk_usage(server.data), os.statvfs(server.data)
    space = 100 * usage.free / usage.total
    files = 100 * inodes.f_favail / inodes.f_files if inodes.f_files else 100.0
    return falling(
        min(space, files), 20, 10
    ), f"free={space:.0f} % space, free={files:.0f} % inodes"


def check_files(server: Server) -> Found:
    """Open files of nginx against its limit."""
    worker = server.worker()
    limit = int(re.findall(r"Max open files +(\d+)", (worker / "limits").read_text())[0])
    used = len(list((worker / "fd").iterdir()))
    return rising(used / limit, 0.6, 0.8), f"open={used} of {limit} files"


def check_load(_server: Server) -> Found:
    """Load of the last 5 minutes for each processor."""
    load = os.getloadavg()[1] / (os.cpu_count() or 1)
    return rising(load, 0.7, 1.0), f"load={load:.2f} for each processor"


def check_memory(_server: Server) -> Found:
    """Memory that is available."""
    text = Path("/proc/meminfo").read_text(encoding="ascii")
    total, left = (int(n) for n in re.findall(r"^Mem(?:Total|Available): +(\d+)", text, re.M))
    share = 100 * left / total
    return falling(share, 20, 10), f"free={share:.0f} % of memory"


def check_certificate(server: Server) -> Found:
    """Days until the certificate of play_base_url ends."""
    address = urllib.parse.urlsplit(server.settings["play_base_url"])
    if address.scheme != "https" or not address.hostname:
        return "yellow", "play_base_url is not https: web pages with https cannot play"
    with (
        socket.create_connection((address.hostname, address.port or 443), timeout=5) as plain,
        ssl.create_default_context().wrap_socket(plain, server_hostname=address.hostname) as tls,
    ):
        ends = str((tls.getpeercert() or {})["notAfter"])
    days = (ssl.cert_time_to_seconds(ends) - time.time()) / 86400
    return falling(days, 21, 7), f"ends in days={days:.0f}"


def check_backup(_server: Server) -> Found:
    """Age of the newest backup."""
    folder = Path(os.environ.get("HEALTH_BACKUPS", "/var/backups/kite"))
    times = [path.stat().st_mtime for path in folder.glob("*.tar.gz")]
    if not times:
        return "red", f"no backup in {folder}"
    hours = (time.time() - max(times)) / 3600
    return rising(hours, 26, 7 * 24), f"newest is hours={hours:.0f} old"


def check_logs(server: Server) -> Found:
    """Size of the logs: large ones are not rotated."""
    used = sum(path.stat().st_size for path in (server.data / "logs").glob("*")) / GIGABYTE
    return rising(used, 1, 5), f"{used:.1f} GB"


def check_errors(server: Server) -> Found:
    """Failures in kite.log in the last 24 hours."""
    pattern = re.compile(r"event=(defect|(?:task|plugin)\.failed|request .* status=5)")
    count = sum(bool(pattern.search(line)) for line in server.log(DAY))
    return rising(count, 1, 11), f"{count} failures in 24 hours"


def check_webhooks(server: Server) -> Found:
    """Deliveries that were given up in the last 24 hours."""
    count = sum(" event=delivery.dead " in line for line in server.log(DAY))
    return rising(count, 1, 11), f"{count} deliveries given up in 24 hours"


CHECKS: dict[str, Callable[[Server], Found]] = {
    "doctor": check_doctor,
    "ready": check_ready,
    "emergency": check_emergency,
    "disk": check_disk,
    "files": check_files,
    "load": check_load,
    "memory": check_memory,
    "certificate": check_certificate,
    "backup": check_backup,
    "logs": check_logs,
    "errors": check_errors,
    "webhooks": check_webhooks,
}
"""Every item, in the order of the page about it."""


def examine() -> dict[str, Found]:
    """Look at every item; one that cannot be read is red."""
    server, found = Server(), {}
    for name, look in CHECKS.items():
        try:
            found[name] = look(server)
        except (OSError, RuntimeError, IndexError, KeyError, ValueError) as error:
            found[name] = ("red", f"cannot be read: {error}")
    return found


def main(arguments: list[str]) -> int:
    """Print every item; returns the exit status."""
    if arguments not in ([], ["--json"]):
        print("usage: health.py [--json]", file=sys.stderr)
        return 3
    found = examine()
    if arguments:
        print(json.dumps({name: {"colour": c, "found": f} for name, (c, f) in found.items()}))
    else:
        for name, (colour, said) in found.items():
            print(f"{colour:<8}{name:<13}{said}")
    return max(COLOURS.index(colour) for colour, _ in found.values())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
