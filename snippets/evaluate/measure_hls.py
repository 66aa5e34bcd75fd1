"""Watch an HLS broadcast as many viewers at once, and judge it by four limits.

    python3 measure_hls.py URL --viewers 20 --seconds 30

Each viewer behaves as RFC 8216 §6.3.3 asks: it starts three segments before the end of the playlist,
downloads one after the other and plays them in real time. Exit status 1: a limit is missed. The delay
is taken from the names of Kite's segments, which hold the time of their first frame in milliseconds;
so the clock here must agree with the server's.
"""

import argparse
import re
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin
from urllib.request import ProxyHandler, Request, build_opener

SEGMENT = re.compile(r"#EXTINF:([\d.]+),[^\n]*\n(\S+)")
NAME = re.compile(r"-(\d{13})\.ts")
OPENER = build_opener(ProxyHandler({}))


@dataclass
class Viewer:
    """What one viewer went through; times in seconds."""

    name: str
    started: float | None = None
    stalled: float = 0.0
    played: float = 0.0
    ends: float = 0.0
    delays: list[float] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def watch(self, url: str, seconds: float) -> "Viewer":
        """Play for so long, counted from the first request."""
        begin = time.time()
        while time.time() < begin + seconds:
            playlist = self.get(url).decode(errors="replace")
            listed = SEGMENT.findall(playlist)
            new = [item for item in listed if item[1] not in self.seen]
            for length, name in new if self.started is not None else new[-3:]:
                if self.get(urljoin(url, name)):
                    self.received(float(length), name, begin)
            self.seen |= {name for _, name in listed}
            time.sleep(0.5)
        return self

    def get(self, url: str) -> bytes:
        """The body; nothing if the server refuses or cannot be reached."""
        try:
            request = Request(url, headers={"User-Agent": self.name})  # noqa: S310 - main checks it
            with OPENER.open(request, timeout=10) as answer:
                return bytes(answer.read())
        except (HTTPError, URLError, OSError):
            return b""

    def received(self, length: float, name: str, begin: float) -> None:
        """A segment is here: it plays when the one before it has ended."""
        now = time.time()
        if self.started is None:
            self.started, self.ends = now - begin, now
        self.stalled += max(0.0, now - self.ends)
        starts = max(now, self.ends)
        self.ends, self.played = starts + length, self.played + length
        if stamp := NAME.search(name):
            self.delays.append(starts - int(stamp[1]) / 1000)


def p95(values: Sequence[float]) -> float:
    """The value that 95 % do not exceed; infinite without values."""
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.95))] if values else float("inf")


def main() -> int:
    """Measure, print a line per limit, return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("url")
    parser.add_argument("--viewers", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--starts", type=float, default=99, metavar="PERCENT")
    parser.add_argument("--start", type=float, default=3000, metavar="MS")
    parser.add_argument("--stalls", type=float, default=600, metavar="MS", help="in a minute")
    parser.add_argument("--delay", type=float, default=10000, metavar="MS")
    wanted = parser.parse_args()
    if not wanted.url.startswith(("http://", "https://")) or wanted.viewers < 1:
        parser.error("URL begins with http:// or https://, and there is at least 1 viewer")
    viewers = [Viewer(f"measure_hls {i}") for i in range(wanted.viewers)]
    with ThreadPoolExecutor(wanted.viewers) as pool:
        list(pool.map(lambda viewer: viewer.watch(wanted.url, wanted.seconds), viewers))
    begun = [viewer for viewer in viewers if viewer.started is not None]
    starts = 100 * len(begun) / len(viewers)
    stalled = sum(viewer.stalled for viewer in begun)
    whole = stalled + sum(viewer.played for viewer in begun)
    stalls = 60_000 * stalled / whole if whole else 60_000.0
    start = 1000 * p95([viewer.started for viewer in begun if viewer.started is not None])
    delay = 1000 * p95([each for viewer in begun for each in viewer.delays])
    lines = [
        (f"start success    {starts:.0f} %", starts >= wanted.starts, f">= {wanted.starts:g} %"),
        (f"start p95        ms={start:.0f}", start <= wanted.start, f"<= {wanted.start:g}"),
        (f"stalled a minute ms={stalls:.0f}", stalls <= wanted.stalls, f"<= {wanted.stalls:g}"),
        (f"delay p95        ms={delay:.0f}", delay <= wanted.delay, f"<= {wanted.delay:g}"),
    ]
    sys.stdout.write(f"{len(viewers)} viewers, {len(begun)} started\n")
    for text, good, limit in lines:
        sys.stdout.write(f"{text:<26} limit {limit:<9} {'ok' if good else 'MISSED'}\n")
    return int(not all(good for _, good, _ in lines))


if __name__ == "__main__":
    sys.exit(main())
