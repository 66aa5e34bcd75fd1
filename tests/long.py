"""A pytest plugin: a long proof is not repeated every time where the record holds it for the very same inputs.

A test marked `long` runs unless `proof.json` has it for its files as they are, for Kite and the other
programs of `snippets/`, the locked packages and the code of these tests as they are, and for the same
Python, nginx and FFmpeg. One change, and it runs. It also runs every `DAYS` days, so that what no run
has seen does not stay in the record. `scripts/bench proofs` repeats them all.
"""

from datetime import UTC, date, datetime
from typing import Final
from zlib import crc32

import pytest

from rollcall.model import InputError, Place
from rollcall.proof import Record, read_record
from rollcall.snapshot import Snapshot
from tests.proof import COMMITTED, UNREPEATED, environment

DAYS: Final = 5
"""One day in so many a long test runs without a reason, each day others."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--long",
        choices=("all", "due", "changed"),
        default="due",
        help="which tests marked long run: all; those that changed and those whose day it is; those that changed",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "long: a proof that the record may stand in for")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip what the record holds, saying since when."""
    wanted = config.getoption("--long")
    marked = [item for item in items if item.get_closest_marker("long")]
    if not marked or wanted == "all":
        return
    snapshot = Snapshot(config.rootpath)
    try:
        record = read_record(snapshot, COMMITTED, Place(COMMITTED))
    except InputError:
        return
    if dict(record.environment) != environment(config.rootpath):
        return
    today = datetime.now(UTC).date()
    for item in marked:
        day = proven(item.nodeid, record, snapshot)
        if day and (wanted == "changed" or not due(item.nodeid, today)):
            reason = f"long, and nothing it uses has changed since {day}; scripts/bench proofs repeats it"
            item.add_marker(pytest.mark.skip(reason=reason))
            item.user_properties.append((UNREPEATED, True))


def due(test: str, day: date) -> bool:
    """Whether it is a test's day, one in `DAYS`."""
    return (crc32(test.encode()) + day.toordinal()) % DAYS == 0


def proven(test: str, record: Record, snapshot: Snapshot) -> date | None:
    """The first day of what a test has proven, if all its files are still the same; None otherwise."""
    entries = {path: entry for path, entry in record.snippets.items() if test in entry.tests}
    same = all(
        snapshot.is_file(path) and entry.proves(snapshot.read(path))
        for path, entry in entries.items()
    )
    return min((entry.date for entry in entries.values()), default=None) if same else None
