"""The tests of a file run on one worker, and those of sessions on any."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SIX = """
import time
import pytest

@pytest.mark.parametrize("number", range(6))
def test_six(number, worker_id):
    time.sleep(0.2)
    with open({log!r}, "a") as log:
        log.write(f"{{worker_id}}\\n")
"""


@pytest.mark.parametrize(("file", "workers"), [("tests/test_a.py", 1), ("{spread}", 2)])
def test_a_file_stays_on_one_worker(pytester: pytest.Pytester, file: str, workers: int) -> None:
    path = pytester.path / file.format(spread="tests/snippets/test_sessions.py")
    other, log = pytester.path / "tests" / "test_b.py", pytester.path / "log"
    for where, into in ((path, log), (other, pytester.path / "other")):
        where.parent.mkdir(parents=True, exist_ok=True)
        where.write_text(SIX.format(log=str(into)), encoding="utf-8")
    options = ("-n", "2", "-p", "tests.workers", f"-opythonpath={ROOT}", "tests")
    pytester.runpytest_subprocess(*options).assert_outcomes(passed=12)
    assert len(set(log.read_text(encoding="utf-8").split())) == workers
