"""Planted defects and harmless edits, and what rollcall says of them (`scripts/mutations/`)."""

import os
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from mutations.run import CLASSES, run, table

FIGURES: Final = Path(__file__).resolve().parents[1] / "snippets" / "figures" / "mutations.md"


def main(seed: int, count: int, only: Sequence[str]) -> int:
    """Print the tables and what went wrong; 1 if anything did, 2 for a class that is none.

    A run of all classes writes the tables to `snippets/figures/mutations.md` too.
    """
    write = sys.stdout.write
    if unknown := sorted(set(only) - set(CLASSES)):
        write(f"no such class: {', '.join(unknown)}; there are: {', '.join(CLASSES)}\n")
        return 2
    start = time.perf_counter()
    tallies = run(seed, count, only)
    minutes = (time.perf_counter() - start) / 60
    head = (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, seed {seed}, {count} of each class"
    )
    text = f"{head}\n\n{table(tallies)}"
    write(f"{text}\n{minutes:.1f} minutes\n")
    wrong = [f"{tally.name}: {line}" for tally in tallies for line in tally.wrong]
    wrong += [f"{tally.name}: nothing planted" for tally in tallies if not tally.planted]
    write("".join(f"\n{line}" for line in wrong) + "\n" * bool(wrong))
    if not only:
        FIGURES.write_text(text, encoding="utf-8")
    return int(bool(wrong))
