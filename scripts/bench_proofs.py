"""All the long proofs again, whatever the record holds (`tests/long.py`)."""

import os
import re
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
FIGURES: Final = ROOT / "snippets" / "figures" / "proofs.md"
WORKERS: Final = 3


def main() -> int:
    """Run them and print what pytest prints; if all pass, write the dated line to `snippets/figures/proofs.md`."""
    command = [sys.executable, "-m", "pytest", "-n", str(WORKERS), "-m", "long", "--long", "all"]
    start = time.perf_counter()
    last = ""
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as run:  # noqa: S603 - a constant
        for line in run.stdout or ():
            sys.stdout.write(line)
            sys.stdout.flush()
            last = line  # pytest's count
    minutes = (time.perf_counter() - start) / 60
    passed = re.search(r"(\d+) passed", last)
    if run.returncode or not passed:
        return run.returncode or 1
    skipped = re.search(r"(\d+) skipped", last)
    text = (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores: {passed[1]} passed, "
        f"{skipped[1] if skipped else 0} skipped, 0 failed; {minutes:.1f} minutes\n"
    )
    FIGURES.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 0
