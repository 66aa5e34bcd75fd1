"""The installation, upgrade and removal pages, block by block, in an empty Debian.

What `docs/zh` tells a reader to copy runs here in the order of the pages; what the pages show as
output is compared, with the masks of the sessions and no others. Hidden lines only wait for the
service, keep a broadcast going and go to the folder that the pages name. A root that does not
boot has no systemd to talk to: `tests/deploy/standin_systemctl.py` starts the units by their own
lines, and `systemd-analyze verify` checks them, installed as they are.
"""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from rollcall.markdown import read_page
from tests.deploy import clean_root, machine
from tests.snippets import outputs, session

DOCS: Final = session.ROOT / "docs" / "zh"
PACKAGES: Final = "packages"
SETUP: Final = """
cd /usr/local/src/kite-0.2.0 || exit
kite() { command kite "$@" <<<'correct horse battery'; } # what somebody would type
answers() { for _ in $(seq 200); do curl -sf -o /dev/null "$@" && return; sleep 0.1; done; return 1; }
"""
READY: Final = "answers http://127.0.0.1:8080/healthz"
VERIFY: Final = session.Region(
    "units", "systemd-analyze verify /etc/systemd/system/kite{,-media}.service"
)
LIVE: Final = """
KEY=$(kite key create demo --json | grep -o 'kk_[A-Za-z0-9_-]*' | tail -n 1)
ffmpeg -loglevel error -re -f lavfi -i testsrc2=size=320x180:rate=30 -t 600 -c:v libx264 -preset ultrafast \\
  -pix_fmt yuv420p -g 60 -f flv "rtmp://127.0.0.1:1935/live/demo?key=$KEY" &
publisher=$!
answers http://127.0.0.1:8088/hls/demo.m3u8
"""
MADE: Final = (
    "kite room create after-upgrade"  # the page says that a room was made after the upgrade
)
NEXT: Final = "cd /usr/local/src/kite-0.2.1 || exit"
END: Final = 'kill "$publisher"; wait "$publisher"; cd /usr/local/src/kite-0.2.0 || exit'


@dataclass(frozen=True)
class Block:
    """A region that a page tells the reader to run, and the output that the page shows of it."""

    page: str
    region: session.Region
    shown: str | None


def blocks(page: str, scripts: tuple[str, ...]) -> list[Block]:
    """The blocks of a page in its order, of these scripts."""
    path = DOCS / page
    includes = read_page(page, path.read_text(encoding="utf-8")).includes
    shown = {(item.file, item.region) for item in includes}
    found = []
    for item in includes:
        if item.file in scripts and item.region:
            script = session.ROOT / "snippets" / item.file
            parts = session.parse(script.read_text(encoding="utf-8"))
            region = next(
                p for p in parts if isinstance(p, session.Region) and p.name == item.region
            )
            stored = script.with_suffix(".out")
            out = (item.file.removesuffix(".sh") + ".out", item.region)
            text = outputs.read(stored.read_text(encoding="utf-8")).get(item.region)
            found.append(Block(page, region, text if out in shown else None))
    return found


def story() -> list[Block | str | session.Region]:
    """All blocks and the hidden lines between them."""
    ours = ("deploy/production.sh", "sessions/faq/admin-page.sh")
    install = blocks("deploy/install-debian.md", ours)
    first = [block for block in install if not block.region.name.startswith("uninstall")]
    upgrade = blocks("deploy/upgrade.md", ours)
    timer = [b for b in blocks("deploy/backup.md", ours) if b.region.name == "timer"]
    parts: list[Block | str | session.Region] = [SETUP]
    for block in first:
        parts += [block, READY] if block.region.name == "install" else [block]
    parts += [VERIFY, LIVE, *timer, NEXT]
    for block in upgrade:
        parts += [block, READY] if block.region.name in CHANGES else [block]
        if block.region.name == "upgrade-confirm":
            parts.append(MADE)
    return [*parts, END, *install[len(first) :]]


CHANGES: Final = ("upgrade", "rollback", "rollback-data")
"""Blocks after which a reader waits until the service answers again."""


@contextmanager
def timed(times: dict[str, float], name: str) -> Iterator[None]:
    """Keep how long the body took, in seconds."""
    start = time.perf_counter()
    yield
    times[name] = time.perf_counter() - start


def check(parts: list[Block | str | session.Region], found: machine.Found) -> list[str]:
    """What did not go as the pages say."""
    wrong = []
    for number, part in enumerate(parts):
        name = f"{number:02}"
        if isinstance(part, str):
            continue
        region, shown = (part.region, part.shown) if isinstance(part, Block) else (part, "")
        _, status, text = found[name]
        if status != region.exit:
            wrong.append(f"{region.name}: exit {status}, expected {region.exit}\n{text}")
        elif shown is not None and session.masked(text) != session.masked(shown):
            wrong.append(f"{region.name}: the page shows\n{shown}\nand it printed\n{text}")
    return wrong


def main() -> None:
    """Print a Markdown table; exit 1 with what went otherwise than the pages say."""
    if reason := clean_root.unavailable():
        sys.exit(f"this machine cannot: {reason}")
    parts = story()
    packages, rest = _without_packages(parts)
    times: dict[str, float] = {}
    with tempfile.TemporaryDirectory(dir=session.ROOT / "build") as name:
        folder = Path(name)
        root, wheels = folder / "debian", folder / "wheels"
        wheels.mkdir()
        with timed(times, "Empty Debian"):
            clean_root.make(root)
        with timed(times, "Packages"):
            clean_root.inside(root, ["bash", "-euc", packages])
        machine.fetch_wheels(wheels)
        with timed(times, "Install, back up, upgrade, roll back, restore, remove"):
            program = [_numbered(part, number) for number, part in enumerate(rest)]
            more = {"LOWER": str(root)}
            found = machine.run_parts(program, "the pages", wheels, folder, more)
    if wrong := check(rest, found):
        sys.exit("\n\n".join(wrong))
    _print(rest, times)


def _without_packages(
    parts: list[Block | str | session.Region],
) -> tuple[str, list[Block | str | session.Region]]:
    """The block that installs packages, which needs the network, and all others."""
    taken = [p for p in parts if isinstance(p, Block) and p.region.name == PACKAGES]
    return taken[0].region.code, [part for part in parts if part not in taken]


def _numbered(part: Block | str | session.Region, number: int) -> session.Region | str:
    """A region under a name of its own: a page may show one twice."""
    if isinstance(part, str):
        return part
    region = part.region if isinstance(part, Block) else part
    return session.Region(f"{number:02}", region.code, region.until, region.exit)


def _print(parts: list[Block | str | session.Region], times: dict[str, float]) -> None:
    ran = [part for part in parts if isinstance(part, Block)]
    compared = sum(block.shown is not None for block in ran)
    write = sys.stdout.write
    where = f"{clean_root.package_source()[1]}, {os.cpu_count()} cores"
    write(f"{datetime.now(UTC):%Y-%m-%d}, Debian {where}: {len(ran) + 1} blocks of ")
    write(f"{len({block.page for block in ran})} pages, {compared} outputs as shown\n\n")
    write("| Step | Seconds |\n|---|---|\n")
    for name, taken in times.items():
        write(f"| {name} | {taken:.0f} |\n")
    write(f"| All | {sum(times.values()):.0f} |\n")


if __name__ == "__main__":
    main()
