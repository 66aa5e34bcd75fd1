"""A pytest plugin: a long proof is not repeated where the record holds it for the very same inputs.

A test marked `long` runs unless `proof.json` has it for its files as they are, for Kite, the locked
packages and the code of these tests as they are, and for the same Python, nginx and FFmpeg. One
change, and it runs. `--all` (`scripts/bench proofs`) repeats every one of them.
"""

from datetime import date

import pytest

from rollcall.model import InputError, Place
from rollcall.proof import Record, read_record
from rollcall.snapshot import Snapshot
from tests.proof import COMMITTED, UNREPEATED, environment


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--all", action="store_true", help="run the tests marked long, whatever the record holds"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "long: a proof that the record may stand in for")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip what the record holds, saying since when."""
    marked = [item for item in items if item.get_closest_marker("long")]
    if not marked or config.getoption("--all"):
        return
    snapshot = Snapshot(config.rootpath)
    try:
        record = read_record(snapshot, COMMITTED, Place(COMMITTED))
    except InputError:
        return
    if dict(record.environment) != environment(config.rootpath):
        return
    for item in marked:
        if day := proven(item.nodeid, record, snapshot):
            reason = f"long, and nothing it uses has changed since {day}; --all runs it"
            item.add_marker(pytest.mark.skip(reason=reason))
            item.user_properties.append((UNREPEATED, True))


def proven(test: str, record: Record, snapshot: Snapshot) -> date | None:
    """The first day of what a test has proven of files that are still the same; None if one is not, or there is none."""
    entries = {path: entry for path, entry in record.snippets.items() if test in entry.tests}
    same = all(
        snapshot.is_file(path) and entry.proves(snapshot.read(path))
        for path, entry in entries.items()
    )
    return min((entry.date for entry in entries.values()), default=None) if same else None
