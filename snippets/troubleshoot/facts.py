"""The facts about one room and this server, one a line: `python3 facts.py ROOM [NAME …]`.

It only looks, changes nothing. Run it on the server, with the settings Kite runs with, as root or as
the user of Kite. With names after the room only those facts are collected. Needs Python 3.11 and
the `kite` command. Exit status: 0 nothing to look at, 1 something is, 2 wrong usage.
"""

import os
import re
import shutil
import sys
import time
import xml.etree.ElementTree as ET
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from server import Server, get, kite, tail

SAMPLE_SECONDS = 3.0
"""Time between two looks at what moves."""

RECENT = timedelta(minutes=15)
SLOW_MS = 1000
Fact = tuple[bool, str]
"""Whether it is as it should be, and what it is."""


def look_doctor(_server: Server, _room: str) -> Fact:
    """What `kite doctor` does not find well."""
    found = [item for item in kite("doctor") if item["status"] != "ok"]
    said = "; ".join(f"{item['code']} {item['status']}: {item['message']}" for item in found)
    return not found, said or "every check is ok"


def look_emergency(_server: Server, _room: str) -> Fact:
    """Whether somebody stopped everything."""
    found = kite("emergency", "show")
    return not found["stopped"], f"stopped: {found['reason']}" if found[
        "stopped"
    ] else "not stopped"


def look_room(_server: Server, room: str) -> Fact:
    """The state of the room as Kite has it."""
    found = kite("room", "show", room)
    said = f"{found['state']}, {found['visibility']}"
    said += f", banned: {found['ban_reason']}" if found["state"] == "banned" else ""
    said += f", scheduled {found['scheduled_at']}" if found["scheduled_at"] else ""
    return found["state"] == "live", said + (", recorded" if found["record"] else "")


def look_publisher(server: Server, room: str) -> Fact:
    """Codecs and bit rate of what arrives, as the encoder declared them."""
    stream = server.stream(room)
    if stream is None:
        return False, "nobody publishes to this room"
    picture = declared(stream, "video", "{codec} {profile} {width}x{height} {frame_rate} fps")
    sound = declared(stream, "audio", "{codec} {profile} {sample_rate} Hz")
    rate = int(stream.findtext("bw_in") or 0) // 1000
    good = picture.startswith("H264") and sound.startswith("AAC")
    return good, f"picture {picture}; sound {sound}; {rate} kbit/s"


def declared(stream: ET.Element, track: str, shown: str) -> str:
    """What the encoder says about a track, or that there is none."""
    found = {item.tag: item.text or "" for item in stream.iterfind(f"meta/{track}/*")}
    return shown.format_map(defaultdict(str, found)) if found.get("codec") else "none"


def look_speed(server: Server, room: str) -> Fact:
    """Seconds of media that arrive in a second, and how far sound and picture are apart."""
    began, before = time.monotonic(), media_time(server, room)
    time.sleep(SAMPLE_SECONDS)
    after = media_time(server, room)
    if before is None or after is None:
        return False, "nobody publishes to this room"
    speed = (after[0] - before[0]) / 1000 / (time.monotonic() - began)
    apart = after[1]
    return (
        0.85 <= speed <= 1.15 and apart <= 300,
        f"media={speed:.2f} s in a second, apart={apart} ms",
    )


def media_time(server: Server, room: str) -> tuple[int, int] | None:
    """Time stamp of the last packet of the publisher and the distance of sound to picture, in ms."""
    stream = server.stream(room)
    for client in stream.iter("client") if stream is not None else ():
        if client.find("publishing") is not None:
            return int(client.findtext("timestamp") or 0), abs(int(client.findtext("avsync") or 0))
    return None


def look_playlist(server: Server, room: str) -> Fact:
    """What a player of this machine gets."""
    base = f"http://127.0.0.1:{server.settings['http_port']}"
    status, headers, text = get(base + play_path(room))
    if status != 200:
        reason = headers.get("X-Kite-Error") or "no X-Kite-Error"
        return False, f"{status}, {reason}"
    lengths = [float(item) for item in re.findall(r"#EXTINF:([\d.]+)", text)]
    newest = server.data / "hls" / text.split()[-1]
    age = time.time() - newest.stat().st_mtime
    longest, wanted = max(lengths), float(server.settings["hls_fragment_seconds"])
    good = age < 3 * longest and longest < 2 * wanted
    return good, f"200, {len(lengths)} segments, longest={longest:.1f} s, newest={age:.0f} s old"


def play_path(room: str) -> str:
    """Path of the playlist, signed if the room is private."""
    if kite("room", "show", room)["visibility"] == "public":
        return f"/hls/{room}.m3u8"
    link: str = kite("room", "play-link", room, "--seconds", "60")["hls"]
    return link[link.index("/hls/") :]


def look_refused(server: Server, _room: str) -> Fact:
    """Who was turned away in the last 15 minutes, and why."""
    pattern = r"event=(publish|play)\.refused code=(\w+)"
    found = Counter(
        f"{match[1]} {match[2]}"
        for line in server.log(RECENT)
        if (match := re.search(pattern, line))
    )
    return not found, ", ".join(
        f"{name} {count}" for name, count in found.most_common()
    ) or "nobody"


FAILURES = re.compile(r"event=((?:task|plugin|delivery)\.failed|delivery\.dead|defect)")


def look_service(server: Server, _room: str) -> Fact:
    """Failures and slow callbacks of the last 15 minutes."""
    text = "\n".join(lines := server.log(RECENT))
    failed = sum(" event=request " in line and " status=5" in line for line in lines)
    times = [int(ms) for ms in re.findall(r"path=/callbacks.* ms=(\d+)", text)]
    slowest, lost = max(times, default=0), Counter(FAILURES.findall(text))
    said = "".join(f", {name} {count}" for name, count in lost.items())
    good = not failed and slowest < SLOW_MS and not lost
    return good, f"answers 5xx: {failed}, slowest callback ms={slowest}{said}"


def look_nginx(server: Server, _room: str) -> Fact:
    """Open files and processor time of the worker."""
    worker = server.worker()
    began, before = time.monotonic(), ticks(worker)
    time.sleep(SAMPLE_SECONDS / 3)
    used = (ticks(worker) - before) / os.sysconf("SC_CLK_TCK") / (time.monotonic() - began)
    files = len(list((worker / "fd").iterdir()))
    limit = int(re.findall(r"Max open files +(\d+)", (worker / "limits").read_text())[0])
    good = files < 0.8 * limit and used < 0.7
    return good, f"open={files} of {limit} files, cpu={100 * used:.0f} % of a processor"


def ticks(process: Path) -> int:
    """Processor time of a process, in clock ticks (proc(5))."""
    fields = (process / "stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def look_errors(server: Server, _room: str) -> Fact:
    """What nginx complained about in the last 15 minutes."""
    path = server.data / "logs" / "nginx-error.log"
    found: Counter[str] = Counter()
    for line in tail(path):
        if match := re.match(
            r"(\d{4}/\d\d/\d\d \d\d:\d\d:\d\d) \[(\w+)\] \S+ (?:\*\d+ )?(.*)", line
        ):
            at = datetime.strptime(match[1], "%Y/%m/%d %H:%M:%S").astimezone()
            if datetime.now(UTC) - at < RECENT:
                found[f"{match[2]}: {match[3].split(', client')[0][:90]}"] += 1
    return not found, "; ".join(
        f"{count} × {text}" for text, count in found.most_common(3)
    ) or "none"


def look_disk(server: Server, _room: str) -> Fact:
    """Free space, and what takes it."""
    usage = shutil.disk_usage(server.data)
    free = usage.free // 1_000_000
    sizes = ", ".join(
        f"{name} {size(server.data / name)} MB" for name in ("hls", "logs", "recordings")
    )
    good = free > int(server.settings["min_free_disk_mb"]) and usage.free > 0.1 * usage.total
    return good, f"{free} MB free; {sizes}"


def size(folder: Path) -> int:
    """Megabytes in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) // 1_000_000


FACTS: dict[str, Callable[[Server, str], Fact]] = {
    "doctor": look_doctor,
    "emergency": look_emergency,
    "room": look_room,
    "publisher": look_publisher,
    "speed": look_speed,
    "playlist": look_playlist,
    "refused": look_refused,
    "service": look_service,
    "nginx": look_nginx,
    "errors": look_errors,
    "disk": look_disk,
}


def main(arguments: list[str]) -> int:
    """Print the facts; returns the exit status."""
    room, names = (arguments[0], arguments[1:] or list(FACTS)) if arguments else ("", [])
    if not room or room.startswith("-") or not set(names) <= set(FACTS):
        print(f"usage: facts.py ROOM [{' | '.join(FACTS)} …]", file=sys.stderr)
        return 2
    server = Server()
    bad = 0
    for name in names:
        try:
            good, said = FACTS[name](server, room)
        except (OSError, RuntimeError, ET.ParseError, IndexError, KeyError, ValueError) as error:
            good, said = False, f"cannot be read: {error}"
        bad += not good
        print(f"{'ok' if good else 'look':<6}{name:<11}{said}", flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
