"""What the figures pages show: `rollcall`, or another measurement of the modules `bench_*.py`.

rollcall: whole-process times of `rollcall check` beside tools that read the same pages, in one run.

Each command runs once to warm the caches, then RUNS times, the commands in turn, so that a slow
moment of the machine falls on all of them. What is compared is only time: the peers check the
form of Markdown files, `mkdocs build --strict` also renders them.
"""

import argparse
import os
import platform
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import bench_install
import bench_kite
import bench_mutations
import bench_peers
import bench_proofs

ROOT: Final = Path(__file__).resolve().parents[1]
PEERS: Final = ROOT / "build" / "bench" / "bin"
RUNS: Final = 7
COMMANDS: Final[dict[str, list[str]]] = {
    "rollcall check": [".venv/bin/rollcall", "check"],
    "python, nothing imported": [sys.executable, "-c", ""],
    "rumdl check": [str(PEERS / "rumdl"), "check", "--no-cache", "docs"],
    "mdsmith check": [str(PEERS / "mdsmith"), "check", "docs"],
    "pymarkdown scan": [str(PEERS / "pymarkdown"), "scan", "-r", "docs"],
    "mkdocs build --strict (zh + en)": ["scripts/build", "build/bench-site"],
}


def seconds(command: list[str]) -> float:
    """Wall time of one run; findings (any exit status) do not matter, failing to start does."""
    start = time.perf_counter()
    subprocess.run(command, cwd=ROOT, capture_output=True, check=False)  # noqa: S603 - constants above
    return time.perf_counter() - start


def measure() -> dict[str, list[float]]:
    """Command name → seconds of each counted run."""
    for command in COMMANDS.values():
        seconds(command)
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(RUNS):
        for name, command in COMMANDS.items():
            times[name].append(seconds(command))
    return times


def main() -> None:
    """Print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "what", choices=["rollcall", "kite", "install", "mutations", "peers", "proofs"]
    )
    parser.add_argument(
        "--seed", type=int, default=1, help="mutations: decides what is planted where"
    )
    parser.add_argument("--count", type=int, default=10, help="mutations: how many of each class")
    parser.add_argument("classes", nargs="*", help="mutations: only these classes")
    arguments = parser.parse_intermixed_args()
    what = arguments.what
    if what == "mutations":
        sys.exit(bench_mutations.main(arguments.seed, arguments.count, arguments.classes))
    if what == "peers":
        sys.exit(bench_peers.main(arguments.count, arguments.classes))
    if what == "proofs":
        sys.exit(bench_proofs.main())
    if what != "rollcall":
        (bench_kite if what == "kite" else bench_install).main()
        return
    times = measure()
    base = statistics.median(times["rollcall check"])
    pages = len(list((ROOT / "docs").rglob("*.md")))
    where = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}"
    write = sys.stdout.write
    write(f"{datetime.now(UTC):%Y-%m-%d}, {pages} pages, {where}, median of {RUNS} (min–max)\n\n")
    write("| Command | Seconds | Against rollcall |\n|---|---|---|\n")
    for name, runs in times.items():
        median = statistics.median(runs)
        spread = f"{median:.2f} ({min(runs):.2f}–{max(runs):.2f})"
        write(f"| `{name}` | {spread} | {median / base:.2f} |\n")


if __name__ == "__main__":
    main()
